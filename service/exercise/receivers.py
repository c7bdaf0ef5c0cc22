"""Who hears what: shore stations with a range and loss, and a satellite for the long-range report.

A transmission reaches every receiver within range on its own chance, so overlapping receivers give
the same message twice, some tenths of a second apart. Class B is heard at 0.6 of the range (2 W
instead of 12.5 W).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled
from service.exercise.noise import chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.exercise.scenario import Scenario

NM_PER_DEG = 60.0
LONG_RANGE = 27
SATELLITE_SHARE = 0.4
"""Share of long-range reports that a satellite brings down."""
BEST = 0.985
"""Chance to hear a ship right beside the mast: slots collide."""
LATEST_MS = 1_500
"""A line leaves its receiver at most this long after the transmission."""
CLASS_B_REACH = 0.6


@dataclass(frozen=True, slots=True)
class Masts:
    """Receivers as columns: names S15, lon_deg, lat_deg, range_nm f8, satellite bool."""

    names: NDArray[np.bytes_]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    range_nm: NDArray[np.float64]
    satellite: NDArray[np.bool_]

    @classmethod
    def of(cls, scenario: Scenario) -> Masts:
        """Take the receivers of a scenario, in its order."""
        masts = list(scenario.receivers.values())
        return cls(
            np.array([name.encode() for name in scenario.receivers] or [b""]),
            np.array([mast.at[0] for mast in masts], float),
            np.array([mast.at[1] for mast in masts], float),
            np.array([mast.range_nm for mast in masts], float),
            np.array([mast.satellite for mast in masts], bool),
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """Receptions in the order of their lines: report row, mast, and when its line leaves (ms)."""

    report: NDArray[np.int64]
    mast: NDArray[np.int64]
    line_ms: NDArray[np.int64]


def heard(masts: Masts, reports: NDArray[np.void], seed: int) -> Heard:
    """Return who hears which of ``reports`` (REPORT columns), sorted by time."""
    room = max(16, 4 * len(reports))
    while True:
        out = np.empty((3, room), np.int64)
        count = _hear(
            (masts.lon_deg, masts.lat_deg, masts.range_nm, masts.satellite),
            (
                reports["lon"],
                reports["lat"],
                reports["kind"],
                reports["sent_ms"],
                reports["vessel"],
            ),
            seed,
            out,
        )
        if count <= room:
            break
        room = count
    order = np.argsort(out[2, :count], kind="stable")
    return Heard(out[0, order], out[1, order], out[2, order])


@compiled
def _hear(
    masts: tuple[NDArray[Any], ...],
    reports: tuple[NDArray[Any], ...],
    seed: int,
    out: NDArray[np.int64],
) -> int:
    mast_lon, mast_lat, reach, satellite = masts
    lons, lats, kinds, sent, vessels = reports
    count = 0
    for row in range(len(lons)):
        scale = np.cos(np.radians(lats[row]))
        for mast in range(len(mast_lon)):
            # Shore stations listen on the two AIS channels, satellites on the long-range ones.
            if satellite[mast] != (kinds[row] == LONG_RANGE):
                continue
            north = (lats[row] - mast_lat[mast]) * NM_PER_DEG
            if abs(north) > reach[mast]:
                continue
            east = (lons[row] - mast_lon[mast]) * NM_PER_DEG * scale
            far = np.hypot(north, east) / reach[mast]
            likely = _likely(far, kinds[row])
            key = int(vessels[row]) * 64 + mast
            if likely > 0 and chance(seed, key, sent[row], 70 + kinds[row]) < likely:
                # Beyond the room only count: the caller comes again with enough of it.
                if count < out.shape[1]:
                    delay = 60 + 9 * (mast * 7 % 23) + int(chance(seed, key, sent[row], 71) * 400)
                    out[0, count], out[1, count], out[2, count] = row, mast, sent[row] + delay
                count += 1
    return count


@compiled
def _likely(far: float, kind: int) -> float:
    if kind == LONG_RANGE:
        return SATELLITE_SHARE if far < 1 else 0.0
    if kind in (18, 24, 29):
        far /= CLASS_B_REACH
    # Free sight to about 0.7 of the range, then the horizon takes over quickly.
    return max(0.0, BEST * (1 - far**5))
