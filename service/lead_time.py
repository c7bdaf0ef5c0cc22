"""Lead time and blind spots: how early people were told by route, what was missed, where deaf.

A median stands never alone: beside it stand how many arrivals it rests on and the interval in
which the true one lies at 95 %, or that they are too few for one.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofence.land import load_land
from service.editions import zones_in_force
from service.showing import hidden_vessels
from service.sight import sees
from store.coverage import cells
from store.lead_times import alert_codes, arrivals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import psycopg
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geofence.zones import Zone
    from service.rights import Person
    from store.lead_times import Arrival

TO_KINDS, FROM_KINDS = ("arrival_coast", "port"), ("departure_coast", "port")
UNKNOWN = "not known"
_LEVEL = 0.95
_GRID_DEG, _ROUND_DEG = 0.05, 0.25
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lead:
    """One route: ``origin`` and ``zone`` in words.

    arrived   vessels of interest · told  of them before they arrived
    missed    told never, or only afterwards
    present   there already when they were first heard: nobody could tell before, and none of the
              others counts them
    median_h  hours from the first alert to the arrival, of those told; None without any
    low_h, high_h  95 % interval of the median; None where there are too few (below 6)
    heard     share of the sea at the zone in which ships are heard, 0-1; None = not known
    """

    origin: str
    zone: str
    arrived: int
    told: int
    missed: int
    present: int
    median_h: float | None
    low_h: float | None
    high_h: float | None
    heard: float | None

    @property
    def words(self) -> str:
        """Return the lead as a sentence says it, as honest as the figures are few."""
        if not self.arrived:
            return f"no arrival; {self.present} first heard there"
        if self.median_h is None:
            return f"nobody was told before {_counted(self.arrived, 'arrival')}"
        said = f"median {self.median_h:g} h of {_counted(self.told, 'arrival')}"
        if self.low_h is None:
            return f"{said}, too few for an interval"
        return f"{said}, 95 % between {self.low_h:g} and {self.high_h:g} h"


def lead_times(
    connection: psycopg.Connection, start: dt.datetime, end: dt.datetime, cell_deg: float,
    person: Person | None = None,
) -> list[Lead]:  # fmt: skip
    """Return the leads of [start, end) by route, most arrivals first; ``cell_deg`` of coverage.

    Of what ``person`` may not know nothing is counted; None: somebody at a shell.
    """
    zones = {zone.id: zone for zone in zones_in_force(connection).zones}
    there = [one.id for one in zones.values() if one.kind in TO_KINDS]
    origins = [one.id for one in zones.values() if one.kind in FROM_KINDS]
    codes = {} if person is None else alert_codes(connection, start, end)
    unseen = [one for one, its in codes.items() if person and not sees(person, its)]
    found = arrivals(connection, there, origins, start, end, unseen)
    if person is not None:
        hidden = hidden_vessels(connection, person, {one.mmsi for one in found})
        found = [one for one in found if one.mmsi not in hidden]
    there_now = [zones[one] for one in {arrival.zone for arrival in found}]
    heard = heard_shares(cells(connection), there_now, cell_deg)
    routes: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for one in found:
        routes[one.origin or "", one.zone].append(one)
    leads = [
        _lead(zones[origin].name if origin else UNKNOWN, zones[zone].name, those, heard[zone])
        for (origin, zone), those in routes.items()
    ]
    return sorted(leads, key=lambda one: (-one.arrived, one.zone, one.origin))


def _lead(origin: str, zone: str, those: Sequence[Arrival], heard: float | None) -> Lead:
    came = [one for one in those if not one.present]
    hours = [
        (one.at - one.told_at) / _HOUR for one in came if one.told_at and one.told_at < one.at
    ]
    low, high = median_95(hours)
    middle = round(statistics.median(hours), 1) if hours else None
    missed, present = len(came) - len(hours), len(those) - len(came)
    return Lead(origin, zone, len(came), len(hours), missed, present, middle, low, high, heard)


def median_95(values: Iterable[float]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of the median, from the order of ``values`` alone; one decimal.

    Between the k-th smallest and the k-th largest the median lies with at least 95 % whatever the
    distribution (sign test). With fewer than six values there is none: None, None.
    """
    ordered = sorted(values)
    count, below, k = len(ordered), 0.0, 0
    while k < count // 2:
        below += comb(count, k) / 2.0**count
        if 2 * below > 1 - _LEVEL:
            break
        k += 1
    if k == 0:
        return None, None
    return round(ordered[k - 1], 1), round(ordered[-k], 1)


def heard_shares(
    picture: NDArray[np.void], zones: Sequence[Zone], cell_deg: float
) -> dict[str, float | None]:
    """Return by zone the share of the sea at it in which ships are heard."""
    if not len(picture):
        return dict.fromkeys((zone.id for zone in zones), None)
    known = {
        (int(x), int(y))
        for x, y in zip(
            np.floor(picture["lon"] / cell_deg), np.floor(picture["lat"] / cell_deg), strict=True
        )
    }
    return {
        zone.id: share_heard(shapely.buffer(zone.geometry, _ROUND_DEG), known, cell_deg)
        for zone in zones
    }


def share_heard(area: BaseGeometry, known: set[tuple[int, int]], cell_deg: float) -> float | None:
    """Return in which share of the sea of ``area`` ships are heard, 0-1; None = all land.

    ``known``: cells of ``cell_deg`` of the coverage, by column and row from 0, 0.
    """
    west, south, east, north = area.bounds
    lon, lat = np.meshgrid(np.arange(west, east, _GRID_DEG), np.arange(south, north, _GRID_DEG))
    inside = shapely.contains_xy(area, lon, lat)
    lon, lat = lon[inside], lat[inside]
    sea = ~load_land().on_land(lon, lat)
    lon, lat = lon[sea], lat[sea]
    if not len(lon):
        return None
    places = zip(np.floor(lon / cell_deg), np.floor(lat / cell_deg), strict=True)
    heard = sum((int(x), int(y)) in known for x, y in places)
    return round(heard / len(lon), 2)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
