"""Speed and course of a report that says none: those of the leg from the place before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled
from alerts.distances import bearing, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORTEST_S, LONGEST_S = 30.0, 1800.0
"""In less a place is too coarse for a speed, over more a ship need not have gone straight."""
LEAST_M = 150.0
"""Shorter legs are jitter, and have no course."""
_KN_MS = 1852.0 / 3600.0
_S_US = 1_000_000


@compiled
def motion(  # noqa: PLR0913, PLR0917 (two reports, number by number)
    sog: float, cog: float, lon: float, lat: float, time_us: int,
    before_lon: float, before_lat: float, before_us: int,
) -> tuple[float, float]:  # fmt: skip
    """Return speed and course over ground, knots and degrees; NaN where neither way says one."""
    if not (np.isnan(sog) or np.isnan(cog)):
        return sog, cog
    seconds = (time_us - before_us) / _S_US
    if not SHORTEST_S <= seconds <= LONGEST_S:
        return sog, cog
    leg = metres(before_lon, before_lat, lon, lat)
    if np.isnan(leg):
        return sog, cog
    if np.isnan(sog):
        sog = round(leg / seconds / _KN_MS, 2)
    if np.isnan(cog) and leg >= LEAST_M:
        cog = bearing(before_lon, before_lat, lon, lat)
    return sog, cog


def completed(rows: NDArray[Any]) -> NDArray[Any]:
    """Return rows SAILED, sorted by mmsi and time, with speeds and courses that were not said."""
    rows = rows.copy()
    if np.isnan(rows["sog"]).any() or np.isnan(rows["cog"]).any():
        _complete(rows)
    return rows


@compiled
def _complete(rows: Any) -> None:  # noqa: ANN401
    for k in range(1, len(rows)):
        one, before = rows[k], rows[k - 1]
        if one.mmsi == before.mmsi:
            one.sog, one.cog = motion(
                one.sog, one.cog, one.lon, one.lat, one.time,
                before.lon, before.lat, before.time,
            )  # fmt: skip
