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


# --- a clock that is wrong -----------------------------------------------------------------------


def test_a_host_a_month_ahead_removes_what_a_right_one_would_and_a_day_more(days: Path) -> None:
    assert remove_old(days, days=5, now_ms=45 * DAY_MS, keep_from=EVERYTHING) == []
    assert remove_old(days, days=4, now_ms=45 * DAY_MS, keep_from=EVERYTHING) == [1]


def test_so_does_one_whose_lines_are_stamped_a_month_ahead(days: Path) -> None:
    with SpoolWriter(days, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("genoa", [b"x"], 44 * DAY_MS)
    assert remove_old(days, days=5, now_ms=44 * DAY_MS, keep_from=EVERYTHING) == []


def test_a_jump_within_a_segment_ages_nothing_by_more_than_a_day(days: Path) -> None:
    with SpoolWriter(days, SpoolSettings(segment_bytes=1)) as writer:
        for day in (14, 44):
            writer.append("genoa", [b"x"], day * DAY_MS)
    assert remove_old(days, days=5, now_ms=44 * DAY_MS, keep_from=EVERYTHING) == []


def test_lines_stamped_years_ahead_go_with_those_around_them(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        for day in (10, 2_000, 2_001, 11, 12, 13, 14):
            writer.append("genoa", [b"x"], day * DAY_MS)
            writer.sync()
    assert remove_old(tmp_path, days=3, now_ms=15 * DAY_MS, keep_from=EVERYTHING) == [1, 2, 3, 4]


def test_the_open_segment_s_time_counts(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_age_s=86_400)) as writer:
        for hour in range(0, 60, 6):
            writer.append("genoa", [b"x"], 10 * DAY_MS + hour * 3_600_000)
            writer.sync()
    assert remove_old(tmp_path, days=1.2, now_ms=90 * DAY_MS, keep_from=EVERYTHING) == [1]
