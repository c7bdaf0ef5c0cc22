"""A track in numbers and pieces: how far, how fast, where nothing was heard."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from maps.papers.pace import Pace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maps.papers.chart import Chart

SILENT_S = 900.0
"""Nothing stored for so long is drawn as not heard."""
UNDER_WAY_KN = 1.0
_EARTH_NM = 3440.065
_MOST_POINTS = 30_000
"""Of ten years one in three hours: fewer would be drawn over land."""
_CLOSE = 0.25
"""Where the events lie within this share of the map, they get one of their own."""


@dataclass(frozen=True, slots=True)
class Run:
    """A track as a whole; begin and end lon, lat degrees; speeds kn.

    median_kn   None = hardly moved · fastest_kn  None = no speed is known, sent or not
    unsent      positions with which she sent no speed · measured  of them those whose speed is the
                one between positions
    """

    first_us: int
    last_us: int
    reports: int
    miles: float
    begin: tuple[float, float]
    end: tuple[float, float]
    median_kn: float | None
    fastest_kn: float | None
    unsent: int = 0
    measured: int = 0


def run_of(track: NDArray[Any]) -> Run | None:
    """Return what a track comes to; None where it holds no position."""
    placed = _placed(track)
    if not len(placed):
        return None
    times = placed["time"].astype(np.int64)
    pace = Pace.of(placed)
    speeds = pace.knots[np.isfinite(pace.knots)]
    moving = speeds[speeds >= UNDER_WAY_KN]
    first, last = placed[times.argmin()], placed[times.argmax()]
    return Run(
        int(times.min()),
        int(times.max()),
        len(placed),
        float(legs_nm(placed)[~_breaks(placed)].sum()),
        (float(first["lon_deg"]), float(first["lat_deg"])),
        (float(last["lon_deg"]), float(last["lat_deg"])),
        float(np.median(moving)) if len(moving) > len(speeds) // 20 and len(moving) else None,
        float(speeds.max()) if len(speeds) else None,
        int((~pace.sent).sum()),
        int(pace.measured.sum()),
    )


def pieces(track: NDArray[Any]) -> list[NDArray[np.float64]]:
    """Return the stretches that were heard, (n, 2) lon, lat each, thinned for drawing."""
    placed = _placed(track)
    cuts = np.flatnonzero(_breaks(placed) | silent(placed)) + 1
    parts = [_points(part) for part in np.split(placed, cuts) if len(part) > 1]
    many = sum(map(len, parts))
    step = max(1, many // _MOST_POINTS)
    return [np.vstack([part[::step], part[-1:]]) for part in parts]


def gaps(track: NDArray[Any]) -> list[NDArray[np.float64]]:
    """Return the two ends of each silence of one and the same track, (2, 2)."""
    placed = _placed(track)
    at = np.flatnonzero(silent(placed) & ~_breaks(placed))
    return [_points(placed[k : k + 2]) for k in at]


def longest_silence_s(track: NDArray[Any], from_us: int, to_us: int) -> float:
    """Return the longest time of a span without a stored report, seconds; its ends count."""
    times = np.sort(track["time"].astype(np.int64))
    times = np.concatenate([[from_us], times[(times > from_us) & (times < to_us)], [to_us]])
    return float(np.diff(times).max() / 1e6)


def silent(placed: NDArray[Any]) -> NDArray[np.bool_]:
    """Return between which neighbours nothing was heard for long, (n - 1,)."""
    found: NDArray[np.bool_] = np.diff(placed["time"]).astype(np.int64) > SILENT_S * 1e6
    return found


def legs_nm(placed: NDArray[Any]) -> NDArray[np.float64]:
    """Return the distance between neighbours by the great circle, nautical miles, (n - 1,)."""
    lon, lat = np.radians(placed["lon_deg"]), np.radians(placed["lat_deg"])
    half = (np.sin(np.diff(lat) / 2) ** 2
            + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lon) / 2) ** 2)  # fmt: skip
    found: NDArray[np.float64] = 2 * _EARTH_NM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return found


def closer(chart: Chart) -> Chart | None:
    """Return a map of the events alone, where they crowd in a corner of the whole; else None."""
    marks = [one for one in chart.marks if one.kind == "number"]
    points = chart.points()
    if not marks or not len(points):
        return None
    own = np.array([[one.lon, one.lat] for one in marks])
    whole, part = np.ptp(points, axis=0).max(), np.ptp(own, axis=0).max()
    if whole < 1.0 or part > _CLOSE * whole:  # a degree: smaller maps are close enough
        return None
    reach = max(part, 0.1) * 0.8
    low, high = own.min(axis=0) - reach, own.max(axis=0) + reach
    return dataclasses.replace(chart, view=(*low.tolist(), *high.tolist()), high_cm=8.0)


def minutes_heard(track: NDArray[Any]) -> int:
    """Return in how many minutes a position was stored; of two ships at once they count once."""
    return len(np.unique(track["time"].astype("M8[m]")))


def _placed(track: NDArray[Any]) -> NDArray[Any]:
    """Return the rows that have a place, each track for itself: two may have gone on at once."""
    there = np.isfinite(track["lon_deg"]) & np.isfinite(track["lat_deg"])
    found: NDArray[Any] = track[there]
    return found[np.lexsort((found["time"], found["segment"]))]


def _breaks(placed: NDArray[Any]) -> NDArray[np.bool_]:
    """Return between which neighbours another track begins, (n - 1,)."""
    found: NDArray[np.bool_] = placed["segment"][1:] != placed["segment"][:-1]
    return found


def _points(placed: NDArray[Any]) -> NDArray[np.float64]:
    return np.column_stack([placed["lon_deg"], placed["lat_deg"]])
