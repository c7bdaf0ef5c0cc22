"""Where a pipeline without a snapshot begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ais.spool.ages import place_before
from ais.spool.layout import SpoolSettings, closed_path, manifest_path, position
from ais.spool.writer import SpoolWriter

if TYPE_CHECKING:
    from pathlib import Path

HOUR_MS = 3_600_000
HOUR_S = 3_600.0


def spooled(folder: Path, hours: list[float]) -> int:
    """A segment of one line for each hour; the durable head."""
    with SpoolWriter(folder, SpoolSettings(segment_bytes=1)) as writer:
        for hour in hours:
            writer.append("genoa", [b"x"], round((1_000 + hour) * HOUR_MS))
            writer.sync()
        return writer.head


@pytest.mark.parametrize("span_h,first", [(2.5, 8), (4.0, 6), (100.0, 0)])
def test_it_begins_so_long_before(tmp_path: Path, span_h: float, first: int) -> None:
    head = spooled(tmp_path, [*range(10)])
    assert place_before(tmp_path, head, span_h * HOUR_S) == position(first, 0)


def test_it_counts_from_what_was_committed(tmp_path: Path) -> None:
    spooled(tmp_path, [*range(10)])
    assert place_before(tmp_path, position(5, 3), 2.5 * HOUR_S) == position(3, 0)


def test_a_clock_that_was_years_ahead_does_not_lengthen_it(tmp_path: Path) -> None:
    head = spooled(tmp_path, [0, 1, 2, 40_000, 40_001, 3, 4, 5, 6])
    assert place_before(tmp_path, head, 4.5 * HOUR_S) == position(4, 0)


def test_what_retention_removed_is_not_looked_for(tmp_path: Path) -> None:
    head = spooled(tmp_path, [*range(4)])
    closed_path(tmp_path, 1).unlink()
    assert place_before(tmp_path, head, 100 * HOUR_S) == position(2, 0)


def test_where_the_manifest_is_damaged_nothing_is_read_again(tmp_path: Path) -> None:
    head = spooled(tmp_path, [*range(4)])
    manifest_path(tmp_path).write_bytes(b"{}\n")
    assert place_before(tmp_path, head, HOUR_S) == head


def test_an_empty_spool_begins_at_its_beginning(tmp_path: Path) -> None:
    assert place_before(tmp_path, spooled(tmp_path, []), HOUR_S) == 0
