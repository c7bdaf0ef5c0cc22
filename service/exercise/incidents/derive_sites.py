"""Places where incidents can be put, drawn once: ``python -m service.exercise.incidents.derive_sites``.

Drawn at random with a fixed seed from the sea that the default scenario's receivers hear well, by
distance to shore, to ports and to the borders of the zones that come along. Writes
``service/exercise/data/sites.json``: for each need rows of [lon, lat, course].
"""  # noqa: E501 (the command is one line)

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from alerts.distances import ahead, bearing, metres
from alerts.traffic.grid import SECTOR_DEG, SECTORS, cell_of, middle_of, sector_of
from alerts.traffic.usual import NOWHERE, Usual
from geofence.builtin import builtin_zones
from geofence.shore import STEP_DEG, load_shore
from service.exercise.background import carried
from service.exercise.incidents.lanes import TURN_DEG
from service.exercise.receivers import Masts
from service.exercise.scenario import load_scenario

SITES = Path(__file__).parent.parent / "data" / "sites.json"
BOX = (-4.5, 31.8, 35.5, 45.0)
WANTED, TRIES = 64, 30_000
"""Of a rare need there are fewer sites."""
APART_NM = 8.0
NM_M = 1852.0
OFF_SHORE_NM, OFF_PORT_NM, OFF_LANE_NM = 14.0, 16.0, 10.0
WELL = 0.48
"""Share of its range within which a receiver hears Class A and B alike."""
RARE_DB, USUAL_DB = 30, 12
FAIRLY = 0.62
"""The same of Class A alone."""
Site = tuple[float, float, float]


class Sea:
    """What the needs ask: how far it is to shore and port, and how well a place is heard."""

    def __init__(self) -> None:
        """Load shore, zones, receivers and where ships go."""
        self.shore = load_shore()
        self.zones = builtin_zones().zones
        self.masts = Masts.of(load_scenario())
        ports = [shapely.centroid(zone.geometry) for zone in self.zones if zone.kind == "port"]
        harbours = [list(port.approach) for port in load_scenario().ports.values()]
        self.usual = Usual.of(carried())
        self.ports = np.vstack([shapely.get_coordinates(np.array(ports)), harbours])

    def shore_nm(self, lon: float, lat: float) -> float:
        """Return the distance to shore, nm, negative inland."""
        west, south, _, _ = self.shore.box_deg
        column, row = round((lon - west) / STEP_DEG), round((lat - south) / STEP_DEG)
        return float(self.shore.metres[row, column]) / NM_M

    def port_nm(self, lon: float, lat: float) -> float:
        """Return the distance to the nearest port, nm."""
        near = np.abs(self.ports - [lon, lat]).sum(axis=1).argsort()[:8]
        return min(metres(lon, lat, *self.ports[k].tolist()) for k in near) / NM_M

    def heard(self, lon: float, lat: float) -> float:
        """Return the distance to the best shore receiver as a share of its range."""
        shares = [
            metres(lon, lat, x, y) / NM_M / reach
            for x, y, reach, above in zip(
                self.masts.lon_deg, self.masts.lat_deg, self.masts.range_nm, self.masts.satellite,
                strict=True,
            )
            if not above
        ]  # fmt: skip
        return float(min(shares))

    def decibels(self, lon: float, lat: float) -> NDArray[np.uint8]:
        """Return how rare each course of a cargo ship is at a place, 0 where it is not known."""
        at = self.usual.where[cell_of(lon, lat)]
        return self.usual.way[at, 1] if at != NOWHERE else np.zeros(SECTORS, np.uint8)

    def slow(self, lon: float, lat: float) -> bool:
        """Tell whether 4 knots are rare there and 13 are not."""
        at = self.usual.where[cell_of(lon, lat)]
        speeds = self.usual.speed[at, 1]
        return bool(at != NOWHERE and speeds[2] >= RARE_DB and speeds[6] <= USUAL_DB)

    def open_along(self, site: Site, miles: tuple[float, ...], least_nm: float) -> bool:
        """Tell whether places so many miles along the course are so far off the shore."""
        lon, lat, course = site
        there = (ahead(lon, lat, course, mile * NM_M) for mile in miles)
        return all(self.shore_nm(*place) > least_nm for place in there)


def far_out(sea: Sea, random: np.random.Generator) -> Site | None:
    """Return a place at open sea, with room all round; course at random."""
    site = _anywhere(random)
    lon, lat, _ = site
    good = (
        sea.shore_nm(lon, lat) > OFF_SHORE_NM
        and sea.port_nm(lon, lat) > OFF_PORT_NM
        and sea.heard(lon, lat) < WELL
    )
    return site if good and sea.open_along(site, (-12.0, 12.0, 24.0), 8.0) else None


def off_coast(sea: Sea, random: np.random.Generator) -> Site | None:
    """Return a place some miles off a coast without a port; course to the shore."""
    lon, lat, _ = _anywhere(random)
    far = sea.shore_nm(lon, lat)
    if not (7 < far < 10 and sea.port_nm(lon, lat) > 9 and sea.heard(lon, lat) < FAIRLY):  # noqa: PLR2004
        return None
    around = [
        (sea.shore_nm(*ahead(lon, lat, way, far * NM_M)), float(way)) for way in range(0, 360, 10)
    ]
    return lon, lat, min(around)[1]


def at_border(sea: Sea, random: np.random.Generator) -> Site | None:
    """Return a place on the border of a watched coast; course straight in."""
    kinds = ("arrival_coast", "departure_coast")
    zones = [zone for zone in sea.zones if zone.kind in kinds]
    zone = zones[random.integers(len(zones))]
    line = zone.geometry.boundary
    along = random.uniform(0, line.length)
    spot, near = line.interpolate(along), line.interpolate(min(along + 0.02, line.length))
    lon, lat = float(spot.x), float(spot.y)
    side = bearing(lon, lat, near.x, near.y)
    ways = [(side + turn) % 360 for turn in (90, 270)]
    inside = [
        zone.geometry.contains(shapely.Point(ahead(lon, lat, way, 5 * NM_M))) for way in ways
    ]
    if sum(inside) != 1:
        return None
    site = lon, lat, ways[inside.index(True)]
    miles = (-18.0, -12.0, -6.0, 0.0, 3.0, 6.0, 9.0)
    there = [ahead(lon, lat, site[2], mile * NM_M) for mile in miles]
    others = any(
        one.geometry.contains(shapely.Point(place)) for one in zones for place in there[:3]
    )
    heard = all(sea.heard(*place) < FAIRLY for place in there)
    return site if heard and not others and sea.open_along(site, miles, 2.5) else None


def out_of_hearing(sea: Sea, random: np.random.Generator) -> Site | None:
    """Return a place well heard by one receiver; course away from all of them."""
    site = _anywhere(random)
    lon, lat, course = site
    heard = [sea.heard(*ahead(lon, lat, course, mile * NM_M)) for mile in (0, 20, 45, 60)]
    good = heard[0] < 0.75 and heard[0] < heard[1] < heard[2] and min(heard[2:]) > 1.02  # noqa: PLR2004
    return site if good and sea.open_along(site, (0.0, 20.0, 40.0, 60.0, 80.0), 6.0) else None


def inland(sea: Sea, random: np.random.Generator) -> Site | None:
    """Return a place on land some miles from the shore, where a receiver hears."""
    lon, lat, course = _anywhere(random)
    good = -8 < sea.shore_nm(lon, lat) < -2 and sea.heard(lon, lat) < FAIRLY  # noqa: PLR2004
    return (lon, lat, course) if good else None


def in_lane(sea: Sea, random: np.random.Generator) -> Site | None:
    """Return a place at open sea in a lane of cargo ships; course along it.

    To leave it to starboard some miles on, and to be slow or fast there, are both rare.
    """
    known = np.flatnonzero(sea.usual.where != NOWHERE)
    lon, lat = middle_of(int(known[random.integers(len(known))]))
    good = sea.shore_nm(lon, lat) > OFF_LANE_NM and sea.port_nm(lon, lat) > OFF_PORT_NM
    if not good or sea.heard(lon, lat) > FAIRLY:
        return None
    course = SECTOR_DEG * int(np.argmin(sea.decibels(lon, lat)))
    along = [ahead(lon, lat, course, mile * NM_M) for mile in (0.0, 2.0, 4.4)]
    beside = [ahead(*along[-1], course + TURN_DEG, mile * NM_M) for mile in (0.2, 1.0, 2.0, 3.0)]
    usual = all(sea.decibels(*place)[sector_of(course)] <= USUAL_DB for place in along)
    rare = all(sea.decibels(*place)[sector_of(course + TURN_DEG)] >= RARE_DB for place in beside)
    slow = all(sea.slow(*place) for place in along)
    return (lon, lat, course) if usual and rare and slow else None


NEEDS: dict[str, Callable[[Sea, np.random.Generator], Site | None]] = {
    "far_out": far_out,
    "off_coast": off_coast,
    "at_border": at_border,
    "out_of_hearing": out_of_hearing,
    "inland": inland,
    "in_lane": in_lane,
}


def _anywhere(random: np.random.Generator) -> Site:
    west, south, east, north = BOX
    lon, lat, course = random.uniform([west, south, 0], [east, north, 360]).tolist()
    return lon, lat, course


def _drawn(sea: Sea, number: int, need: str) -> NDArray[np.float64]:
    random = np.random.default_rng([number, 7])
    found: list[Site] = []
    for _ in range(TRIES):
        if len(found) == WANTED:
            break
        site = NEEDS[need](sea, random)
        if site is not None and all(
            metres(*site[:2], *one[:2]) > APART_NM * NM_M for one in found
        ):
            found.append(site)
    return np.round(np.array(found), 4)


def main() -> None:
    """Draw them all and write the file."""
    sea = Sea()
    sites = {need: _drawn(sea, number, need).tolist() for number, need in enumerate(NEEDS)}
    SITES.write_text(json.dumps(sites, separators=(",", ":")).replace("]],", "]],\n") + "\n")
    print(f"{SITES}: {', '.join(f'{len(rows)} {need}' for need, rows in sites.items())}")


if __name__ == "__main__":
    main()
