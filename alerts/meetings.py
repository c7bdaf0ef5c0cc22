"""Encounters in a stored series, by the rules of Global Fishing Watch: for comparison, not live.

1. each vessel's places are interpolated to a grid of ten minutes, across gaps up to a limit,
2. a run of a vessel's grid places within reach of another is a meeting, if it lasts long enough:
   it is directed, and grid places that the vessel itself has not are passed over,
3. meetings of a pair, both directions, less than some hours apart are one.

Source: GlobalFishingWatch/pipe-encounters (Apache-2.0), its rules written anew.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from alerts.distances import EARTH_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_KN_M_S = 1852.0 / 3600.0


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a vessel was: seconds since 1970, degrees."""

    vessel: str
    time_s: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class MeetingSettings:
    """Numbers of the rules, as GFW has them.

    grid_s      seconds between places · gap_s longest gap that is interpolated, included
    within_km   kilometres, included · lasting_min minutes, included · merge_h hours, strictly less
    """

    grid_s: int = 600
    gap_s: int = 4200
    within_km: float = 0.5
    lasting_min: float = 30.0
    merge_h: float = 4.0


@dataclass(frozen=True, slots=True)
class Meeting:
    """One vessel beside another: distance and implied speed are medians over the grid places."""

    vessel: str
    other: str
    start_s: int
    end_s: int
    distance_km: float
    speed_kn: float


def meetings(fixes: Iterable[Fix], settings: MeetingSettings | None = None) -> list[Meeting]:
    """Return the directed meetings, by vessel, other and start; the order of ``fixes`` is free."""
    rules = settings or MeetingSettings()
    by_vessel: defaultdict[str, list[Fix]] = defaultdict(list)
    for fix in sorted(fixes, key=lambda fix: (fix.time_s, fix.lon, fix.lat)):
        by_vessel[fix.vessel].append(fix)
    grids = {name: _resampled(rows, rules) for name, rows in sorted(by_vessel.items())}
    found = []
    for name, grid in grids.items():
        for other, places in grids.items():
            if other != name:
                found += [
                    _meeting(name, other, run)
                    for run in _runs(grid, places, rules)
                    if run[-1][0].time_s - run[0][0].time_s >= rules.lasting_min * 60
                ]
    return found


def merged(found: Sequence[Meeting], merge_h: float = 4.0) -> list[Meeting]:
    """Return one meeting of each pair and time: the lower name first, means of the medians."""
    pairs: defaultdict[tuple[str, ...], list[Meeting]] = defaultdict(list)
    for one in sorted(found, key=lambda one: one.start_s):
        groups = pairs[tuple(sorted((one.vessel, one.other)))]
        groups.append(one)
    out = []
    for (vessel, other), ones in sorted(pairs.items()):
        group = [ones[0]]
        for one in ones[1:]:
            if one.start_s - max(before.end_s for before in group) >= merge_h * 3600:
                out.append(_joined(vessel, other, group))
                group = []
            group.append(one)
        out.append(_joined(vessel, other, group))
    return out


def _joined(vessel: str, other: str, group: Sequence[Meeting]) -> Meeting:
    return replace(
        group[0],
        vessel=vessel,
        other=other,
        end_s=max(one.end_s for one in group),
        distance_km=statistics.fmean(one.distance_km for one in group),
        speed_kn=statistics.fmean(one.speed_kn for one in group),
    )


def _resampled(rows: Sequence[Fix], rules: MeetingSettings) -> dict[int, Fix]:
    """Return the places of one vessel at the grid's times, interpolated the short way round."""
    grid = {}
    for before, after in pairwise(rows):
        if after.time_s - before.time_s > rules.gap_s or after.time_s == before.time_s:
            continue
        first = -(-before.time_s // rules.grid_s) * rules.grid_s
        for time_s in range(first, after.time_s + 1, rules.grid_s):
            part = (time_s - before.time_s) / (after.time_s - before.time_s)
            east = (after.lon - before.lon + 180.0) % 360.0 - 180.0
            lon = (before.lon + part * east + 540.0) % 360.0 - 180.0
            grid[time_s] = Fix(before.vessel, time_s, lon, before.lat + part * (
                after.lat - before.lat))  # fmt: skip
    return grid


def _runs(
    grid: Mapping[int, Fix], places: Mapping[int, Fix], rules: MeetingSettings
) -> list[list[tuple[Fix, float]]]:
    """Return the runs of places, each with the metres to the other vessel."""
    runs: list[list[tuple[Fix, float]]] = [[]]
    for time_s, fix in sorted(grid.items()):
        there = places.get(time_s)
        away = float("inf") if there is None else _metres(fix, there)
        if away <= rules.within_km * 1000:
            runs[-1].append((fix, away))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _meeting(vessel: str, other: str, run: Sequence[tuple[Fix, float]]) -> Meeting:
    speeds = [
        _metres(one, two) / (two.time_s - one.time_s) / _KN_M_S
        for (one, _), (two, _) in pairwise(run)
    ]
    return Meeting(
        vessel, other, run[0][0].time_s, run[-1][0].time_s,
        statistics.median(away for _, away in run) / 1000, statistics.median(speeds),
    )  # fmt: skip


def _metres(one: Fix, other: Fix) -> float:
    """Return the distance as it is: the medians of others were not rounded on the way."""
    half_lat = math.radians(other.lat - one.lat) / 2
    half_lon = math.radians(other.lon - one.lon) / 2
    cosines = math.cos(math.radians(one.lat)) * math.cos(math.radians(other.lat))
    return 2 * EARTH_M * math.asin(
        math.sqrt(math.sin(half_lat) ** 2 + cosines * math.sin(half_lon) ** 2)
    )  # fmt: skip
