"""Where a vessel was when a line came that says nothing of its place: a name, a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from alerts.scene import NEVER, NO_SLOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
    mmsis = np.unique([mmsi for mmsi, *_ in asked]).astype(np.uint32)
    fleet = scene.world.fleet
    known = fleet[np.isin(fleet["mmsi"], mmsis) & (fleet["slot"] != NO_SLOT)]
    rows = scene.rows[np.isin(scene.rows["mmsi"], mmsis) & (scene.rows["slot"] != NO_SLOT)]
    here = rows[~(rows["late"] | rows["repeat"] | np.isnan(rows["lon"] + rows["lat"]))]
    before = rows[rows["p_time"] != NEVER]
    names = ("mmsi", "received", "lon", "lat", "spool")
    earlier = ("mmsi", "p_received", "p_lon", "p_lat", "p_spool")
    columns = [
        np.concatenate([known[name], here[name], before[other]])
        for name, other in zip(names, earlier, strict=True)
    ]
    return [_newest(columns, *one) for one in asked]


def _newest(columns: list[NDArray[Any]], mmsi: int, spool: int, received: int) -> Place | None:
    of, heard, lon, lat, at = columns
    fits = np.flatnonzero((of == mmsi) & (at <= spool) & (heard >= received - FRESH_US))
    if not len(fits):
        return None
    k = fits[np.argmax(at[fits])]
    return float(lon[k]), float(lat[k]), int(at[k])
