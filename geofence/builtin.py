"""The zones that come out of the box, read from ``data/``: all of them indicative.

``docs/zones.md`` says what each kind is and is not. ``sources/derive_*.py`` make the files anew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from geofence.errors import GeofenceError
from geofence.land import LAND_FILE, load_land
from geofence.zones import Zone, ZoneSet

DATA = Path(__file__).parent / "data"
ZONE_SOURCES = {
    "land": LAND_FILE.name,
    "bands": "distance_bands.geojson",
    "basins": "sub_basins.geojson",
    "ports": "ports.geojson",
    "coasts": "watched_coasts.geojson",
    "rescue": "rescue_regions.geojson",
    "offices": "office_areas.geojson",
}
"""Name of a source and its file in ``data/``; a new source is its script and a line here."""


@cache
def builtin_zones() -> ZoneSet:
    """Return all zones of ZONE_SOURCES, read once.

    Raises GeofenceError where a file is missing or is none of ours.
    """
    return ZoneSet(tuple(zone for name in ZONE_SOURCES for zone in source_zones(name)))


def source_zones(name: str) -> tuple[Zone, ...]:
    """Return the zones of one source; raises GeofenceError for another name or a bad file."""
    if name not in ZONE_SOURCES:
        raise GeofenceError(f"zone source {name!r}: expected one of {', '.join(ZONE_SOURCES)}")
    path = DATA / ZONE_SOURCES[name]
    if path == LAND_FILE:
        return (_land(),)
    try:
        return ZoneSet.from_bytes(path.read_bytes()).zones
    except (OSError, GeofenceError) as problem:
        raise GeofenceError(
            f"zone file {path} cannot be read ({problem}): expected a file of ours; "
            "make it again with its script in geofence/sources"
        ) from problem


def _land() -> Zone:
    about = json.loads(LAND_FILE.with_suffix(".json").read_bytes())
    return Zone(
        id="land",
        name="Land (approximate)",
        kind="land",
        geometry=load_land().union,
        source=about["source"],
        licence=about["licence"],
        version=about["version"],
        details={"note": about["note"]},
    )
