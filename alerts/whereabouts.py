"""Where a vessel was when a line came that says nothing of its place: a name, a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ais.compiled import compiled
from alerts.scene import NEVER, NO_SLOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.scene import Scene

Place: TypeAlias = tuple[float, float, int]
"""lon, lat in degrees, and the spool position of the row that said so."""
FRESH_US = 3_600_000_000
"""A place older than an hour says nothing; a segment lives longer, so its slot still tells it."""


def as_of(scene: Scene, asked: Sequence[tuple[int, int, int]]) -> list[Place | None]:
    """Return the newest place of each (mmsi, spool, received µs), known when that line came.

    None where there is none, or where it was received more than FRESH_US before. What came later
    in the scene is not looked at, so that cuts of the stream change nothing.
    """
    if not asked:
        return []
    return [_newest(scene, *one) for one in asked]


def _newest(scene: Scene, mmsi: int, spool: int, received: int) -> Place | None:
    since = received - FRESH_US
    at, is_row, is_before = _look(scene.world.fleet, scene.rows, mmsi, spool, since)
    if at < 0:
        return None
    row = scene.rows[at] if is_row else scene.world.fleet[at]
    if is_before:
        return float(row["p_lon"]), float(row["p_lat"]), int(row["p_spool"])
    return float(row["lon"]), float(row["lat"]), int(row["spool"])


@compiled
def _look(
    fleet: Any,  # noqa: ANN401
    rows: Any,  # noqa: ANN401
    mmsi: int,
    spool: int,
    since: int,
) -> tuple[int, bool, bool]:
    """Return the newest place: its index (-1 none), if in ``rows``, if in what was before it."""
    at, is_row, is_before, newest = -1, False, False, np.int64(-1)
    for k in range(len(fleet)):
        row = fleet[k]
        if row.mmsi != mmsi or row.slot == NO_SLOT or row.received < since:
            continue
        if newest < np.int64(row.spool) <= spool:
            at, newest = k, np.int64(row.spool)
    for k in range(len(rows)):
        row = rows[k]
        if row.mmsi != mmsi or row.slot == NO_SLOT:
            continue
        placed = not (row.late or row.repeat or np.isnan(row.lon + row.lat))
        if placed and row.received >= since and newest < np.int64(row.spool) <= spool:
            at, is_row, is_before, newest = k, True, False, np.int64(row.spool)
        known = row.p_time != NEVER and row.p_received >= since
        if known and newest < np.int64(row.p_spool) <= spool:
            at, is_row, is_before, newest = k, True, True, np.int64(row.p_spool)
    return at, is_row, is_before
