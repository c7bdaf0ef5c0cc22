"""Memory does not grow with the rows; ``vedetta bench export`` measures a million of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.export import MEMORY_MB, START, exported, fill

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 200_000


@pytest.mark.slow
def test_two_hundred_thousand_positions_take_a_bounded_room(dsn: str, tmp_path: Path) -> None:
    fill(dsn, ROWS, days=2)
    for ending in ("parquet", "gpkg"):
        out = tmp_path / f"out.{ending}"
        run = exported(dsn, out, "positions", "--from", START.isoformat())
        assert out.stat().st_size > 1_000_000
        assert run.peak_mb < MEMORY_MB
