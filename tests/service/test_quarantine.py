"""What could not be decoded is kept as long as its line in the spool, and no longer."""

from __future__ import annotations

import json

import pytest

from ais.spool.layout import SpoolSettings, position
from ais.spool.writer import SpoolWriter
from service import quarantine as quarantine_module
from service.jobs import Jobs
from service.quarantine import Quarantine
from service.settings import RetentionSettings, Settings
from store.writer import Writer
from tests.plugins.rows import writes


@pytest.fixture
def kept(tmp_path) -> Quarantine:
    """Rows of three closed segments of 1970 and of the open one."""
    with SpoolWriter(tmp_path / "spool", SpoolSettings(segment_bytes=20)) as writer:
        for second in range(3):
            writer.append("naples", [b"!AIVDM,line %d" % second], 1000 + second)
            writer.sync()
    quarantine = Quarantine(tmp_path)
    for sequence in (1, 2, 3, 4):
        quarantine.add({"spool": position(sequence, 5), "line": f"!AIVDM,line {sequence}"})
    return quarantine


def segments(quarantine: Quarantine) -> list[int]:
    rows = quarantine.file.read_text().splitlines()
    return [json.loads(row)["spool"] >> 40 for row in rows]


def test_a_row_goes_with_the_segment_of_its_line(kept, tmp_path, dsn):
    hold = {"name": "case 7", "first": 2 << 40, "last": (2 << 40) + 5}
    (tmp_path / "spool/holds.json").write_text(json.dumps([hold]))
    with Writer(dsn) as writer:
        writer.commit(writes(offset=4 << 40))
    # A silence, however long, ages no segment by more than a day.
    half_a_day = RetentionSettings(spool_days=0.5)
    note = Jobs(Settings(folder=tmp_path, retention=half_a_day), dsn).retention()
    assert note["segments"] == [1, 3]
    assert segments(kept) == [2, 4]
    assert {one["table"]: one["count"] for one in note["erased"]} == {"spool": 2, "quarantine": 2}


def test_nobody_but_the_service_reads_what_is_left(kept, tmp_path):
    (tmp_path / "spool/00000001.zst").unlink()
    assert (kept.drop_gone(), kept.drop_gone()) == (1, 0)
    assert kept.file.stat().st_mode & 0o077 == 0


def test_a_row_that_a_crash_tore_goes_too(kept):
    with kept.file.open("a") as file:
        file.write('{"spool": 44')
    assert kept.drop_gone() == 1
    assert segments(kept) == [1, 2, 3, 4]


def test_it_grows_no_more_beyond_its_size(kept, monkeypatch):
    monkeypatch.setattr(quarantine_module, "QUARANTINE_BYTES", 10)
    kept.add({"spool": position(4, 9)})
    assert segments(kept) == [1, 2, 3, 4]


def test_without_a_file_there_is_nothing_to_do(tmp_path):
    assert Quarantine(tmp_path).drop_gone() == 0
