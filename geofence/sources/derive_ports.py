"""Derive the ports of the Mediterranean and Marmara, and of the Suez Canal with its approaches.

Run by hand: ``python -m geofence.sources.derive_ports WORLD_PORT_INDEX.csv``, a table with the
columns ``iso3, label, latitude, longitude``. The World Port Index (NGA Publication 150) is a work
of the United States government and in the public domain.

Each port is a circle of 3 km that is left at 4 km, as Global Fishing Watch has it: the index's
positions are rounded to minutes (up to 0.9 km off north or south, and as much east or west).
Some ports have quays farther off (``TERMINALS``): a circle more for each.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import shapely
from anyascii import anyascii

from geofence.sources.coasts import NM_M, within
from geofence.sources.port_names import NAMES, OWN_PORTS, TERMINALS
from geofence.sources.sea import water
from geofence.sources.zone_file import Origin, tidy, write_zones
from geofence.zones import Zone

INDEX = "World Port Index (NGA Publication 150)"
OWN = "Vedetta, approximate place of a port that the World Port Index lacks"
LICENCE = "Public domain (work of the United States government)"
ORIGIN = Origin(
    title="Ports with approach circles",
    source=f"{INDEX}; a few approximate places of our own",
    version="WPI, 3,669 ports",
    licence=LICENCE,
    date="2026-11",
    derived_by="geofence/sources/derive_ports.py",
    note="Circles of 3 km round a position rounded to minutes: no port limits.",
)
RADIUS_M = 3000.0
LEAVE_M = 1000.0
QUARTER_POINTS = 8  # the circle is 14 m short between its points
INLAND_DEG = 0.05  # a port stands in the water or so near to it
SAME_DEG = 0.012  # the index has some ports twice under two names, 1 km apart at most
_PREFIX = re.compile(r"^(PORTO DI|PUERTO DE|PORT DE|PORT D'|PORTO D')\s+(?!BOUC)")
_SMALL = {"Di", "De", "Del", "D'", "Du", "Dell", "La", "El", "Le", "Y", "I", "Sur"}


def main(argv: list[str]) -> None:
    """Write the ports and their sidecar; ``argv`` names the table of the World Port Index."""
    with Path(argv[0]).open(encoding="utf-8-sig", newline="") as table:
        print(write_zones("ports", ports(csv.DictReader(table)), ORIGIN))


def ports(rows: Iterable[dict[str, str]]) -> list[Zone]:
    """Return one zone per port within the water, the index's own before ours."""
    near = shapely.buffer(water(), INLAND_DEG, quad_segs=4)
    shapely.prepare(near)
    zones: dict[str, Zone] = {}
    for row in rows:
        place = shapely.Point(float(row["longitude"]), float(row["latitude"]))
        if near.contains(place):
            name = spoken(row["label"], place.x)
            _add(zones, circle(row["iso3"], name, place, INDEX))
    for country, name, lon_deg, lat_deg in OWN_PORTS:
        _add(zones, circle(country, name, shapely.Point(lon_deg, lat_deg), OWN))
    return list(zones.values())


def circle(country: str, name: str, place: shapely.Point, source: str) -> Zone:
    """Return the port at ``place`` as a zone."""
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")
    id_ = f"port-{country.lower()}-{slug}"
    quays = [place, *map(shapely.Point, TERMINALS.get(id_, ()))]
    circles = [within(quay, RADIUS_M / NM_M, QUARTER_POINTS) for quay in quays]
    return Zone(
        id=id_,
        name=name,
        kind="port",
        geometry=tidy(shapely.union_all(circles)),
        source=source,
        licence=LICENCE if source == INDEX else "Apache-2.0",
        version=ORIGIN.version if source == INDEX else "1",
        leave_m=LEAVE_M,
        details={"country": country, "position": [round(place.x, 4), round(place.y, 4)]},
    )


def spoken(label: str, lon_deg: float) -> str:
    """Return a port's name as people write it."""
    label = re.sub(r"\s+", " ", label)
    known = NAMES.get(label) or NAMES.get(f"{label} {int(lon_deg)}")
    if known:
        return known
    words = re.split(r"([ '()/-])", _PREFIX.sub("", label).title())
    lower = [word.lower() if i and word in _SMALL else word for i, word in enumerate(words)]
    return "".join(lower)


def _add(zones: dict[str, Zone], port: Zone) -> None:
    place = shapely.Point(port.details["position"])
    twin = zones.get(port.id)
    if twin is None:
        zones[port.id] = port
    elif place.distance(shapely.Point(twin.details["position"])) > SAME_DEG:
        raise ValueError(f"{port.id} is two places: expected a name for each in port_names.py")


if __name__ == "__main__":
    main(sys.argv[1:])
