from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ais.errors import SpoolError
from ais.spool.layout import SpoolSettings, closed_path, position, segments_on_disk
from ais.spool.manifest import Manifest
from ais.spool.retention import Hold, hold, holds, release, remove_old
from ais.spool.verify import verify
from ais.spool.writer import SpoolWriter

if TYPE_CHECKING:
    from pathlib import Path

DAY_MS = 86_400_000
EVERYTHING = position(99, 0)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Segments 1 to 5, of the days 10 to 14, closed."""
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        for day in range(10, 15):
            writer.append("genoa", [b"x"], day * DAY_MS)
            writer.sync()
    return tmp_path


def left(folder: Path) -> list[int]:
    """Sequences of the closed segments that are there."""
    return segments_on_disk(folder)[1]


def test_segments_older_than_the_limit_go(days: Path) -> None:
    assert remove_old(days, days=3, now_ms=15 * DAY_MS, keep_from=EVERYTHING) == [1, 2]
    assert left(days) == [3, 4, 5]


def test_a_tombstone_keeps_the_hashes_and_the_chain(days: Path) -> None:
    remove_old(days, days=3, now_ms=15 * DAY_MS, keep_from=EVERYTHING)
    manifest = Manifest(days)
    manifest.refresh()
    assert manifest.removed == {1, 2}
    assert len(manifest.closed[1].sha256) == 64
    assert verify(days).fault == ""


def test_a_segment_under_legal_hold_stays_until_it_is_released(days: Path) -> None:
    hold(days, "case 7", position(1, 5), position(2, 0))
    assert remove_old(days, days=0, now_ms=20 * DAY_MS, keep_from=EVERYTHING) == [3, 4, 5]
    assert release(days, "case 7")
    assert remove_old(days, days=0, now_ms=20 * DAY_MS, keep_from=EVERYTHING) == [1, 2]


def test_a_hold_of_the_same_name_replaces_the_earlier_one(days: Path) -> None:
    hold(days, "case 7", 1, 2)
    hold(days, "case 8", 3, 4)
    hold(days, "case 7", 5, 6)
    assert holds(days) == [Hold("case 8", 3, 4), Hold("case 7", 5, 6)]
    assert not release(days, "case 9")


def test_a_hold_list_that_cannot_be_read_stops_every_removal(days: Path) -> None:
    (days / "holds.json").write_text("[{]")
    with pytest.raises(SpoolError, match="nothing is removed"):
        remove_old(days, days=0, now_ms=20 * DAY_MS, keep_from=EVERYTHING)
    assert left(days) == [1, 2, 3, 4, 5]


def test_what_the_pipeline_has_not_committed_stays(days: Path) -> None:
    assert remove_old(days, days=0, now_ms=20 * DAY_MS, keep_from=position(3, 4)) == [1, 2]


def test_a_removal_that_a_crash_cut_short_is_finished(days: Path) -> None:
    manifest = Manifest(days)
    manifest.append_tombstone(1, 15 * DAY_MS, "older than 3 days")
    assert verify(days).fault == ""
    assert remove_old(days, days=99, now_ms=15 * DAY_MS, keep_from=EVERYTHING) == [1]
    assert not closed_path(days, 1).exists()


def test_the_writer_goes_on_behind_tombstones(days: Path) -> None:
    remove_old(days, days=0, now_ms=20 * DAY_MS, keep_from=EVERYTHING)
    with SpoolWriter(days, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("genoa", [b"x"], 16 * DAY_MS)
        writer.sync()
    assert verify(days).fault == ""
    assert left(days) == [6]
