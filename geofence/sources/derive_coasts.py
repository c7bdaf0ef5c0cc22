"""Derive the strips of sea along the departure and arrival coasts of ``coast_stretches``.

Run by hand: ``python -m geofence.sources.derive_coasts [countries-10m.json]``.

Where coasts face each other the water goes to the nearer one, so that a crossing shows as leaving
one strip and entering another. That is no median line and no border.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofence.sources import world_atlas
from geofence.sources.coast_stretches import STRETCHES, Stretch
from geofence.sources.coasts import STEP_DEG, at_sea, coastal_land, within
from geofence.sources.sea import points, squeezed, stretched
from geofence.sources.zone_file import Origin, tidy, write_zones
from geofence.zones import Zone

ORIGIN = Origin(
    title="Departure and watched arrival coasts",
    source=f"Stretches named in public reports; coast: {world_atlas.SOURCE}",
    version=f"stretches 2026-11; {world_atlas.VERSION}",
    licence=f"Stretches: Apache-2.0; {world_atlas.LICENCE}",
    date="2026-11",
    derived_by="geofence/sources/derive_coasts.py",
    note="A strip of sea along a coast. It says nothing on any ship in it, and is no border.",
)
KINDS = {"departure": "departure_coast", "arrival": "arrival_coast"}
WORDS = {"departure": "Departure coast", "arrival": "Arrival coast"}
FACING_DEG = (
    0.7  # coasts farther apart than two strips of 12 nm, or 24 nm over open sea, do not meet
)


def main(argv: list[str]) -> None:
    """Write the strips and their sidecar; ``argv`` may name a ``countries-10m.json``."""
    world = world_atlas.topology(argv, "countries-10m.json")
    land = coastal_land(world)
    print(write_zones("watched_coasts", [zone(stretch, land) for stretch in STRETCHES], ORIGIN))


def zone(stretch: Stretch, land: Mapping[str, BaseGeometry]) -> Zone:
    """Return the strip along ``stretch``, given each country's shore."""
    return Zone(
        id=f"{stretch.end}-{stretch.id}",
        name=f"{WORDS[stretch.end]}: {stretch.name} (within {stretch.width_nm:g} nm)",
        kind=KINDS[stretch.end],
        geometry=tidy(at_sea(strip(stretch, land))),
        source=ORIGIN.source,
        licence=ORIGIN.licence,
        version=ORIGIN.version,
        details={"country": stretch.country, "note": ORIGIN.note},
    )


def strip(stretch: Stretch, land: Mapping[str, BaseGeometry]) -> Any:  # noqa: ANN401 (an area)
    """Return all within the width of the stretch, as far as its frame and the facing coast go."""
    shore = land[stretch.country].intersection(shapely.Polygon(points(stretch.coast)))
    belt = within(shore, stretch.width_nm)
    if stretch.sea:
        belt = belt.intersection(shapely.Polygon(points(stretch.sea)))
    if stretch.nearer:
        around = shapely.buffer(shore.envelope, FACING_DEG)
        facing = land[stretch.nearer].intersection(around)
        own = land[stretch.country].intersection(around)
        belt = belt.intersection(nearer_to(own, facing))
    return belt


def nearer_to(own: BaseGeometry, facing: BaseGeometry) -> BaseGeometry:
    """Return the area that is nearer to ``own`` than to ``facing`` (Voronoi cells)."""
    coasts = [shapely.get_coordinates(_fine(area)) for area in (own, facing)]
    places = shapely.points(np.unique(coasts[0], axis=0))
    both = shapely.MultiPoint(np.vstack(coasts))
    open_sea = shapely.buffer(both.envelope, FACING_DEG)
    cells = shapely.get_parts(shapely.voronoi_polygons(both, extend_to=open_sea))
    shapely.prepare(cells)
    tree = shapely.STRtree(cells)
    _, owned = tree.query(places, predicate="within")
    whole: BaseGeometry = stretched(shapely.union_all(cells[np.unique(owned)]))
    return shapely.make_valid(whole)


def _fine(area: BaseGeometry) -> BaseGeometry:
    flat: BaseGeometry = squeezed(area)
    return shapely.segmentize(flat, STEP_DEG / 2)


if __name__ == "__main__":
    main(sys.argv[1:])
