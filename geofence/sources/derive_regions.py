"""Derive the coarse search-and-rescue regions and the default areas of the offices.

Run by hand: ``python -m geofence.sources.derive_regions``. It needs the derived land only.

Steps: 1 cut each region of ``rescue_regions`` from the water, 2 give what the coarse corners leave
over to the nearest region, so that no water is without a rescue centre, 3 cut the offices' areas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.sources import world_atlas
from geofence.sources.rescue_regions import REGIONS
from geofence.sources.sea import points, water
from geofence.sources.zone_file import Origin, tidy, write_zones
from geofence.zones import Zone

REGIONS_ORIGIN = Origin(
    title="Search-and-rescue regions, coarse",
    source=f"Drawn by hand after public knowledge; coast: {world_atlas.SOURCE}",
    version=f"regions 2026-11; {world_atlas.VERSION}",
    licence=f"Corners: Apache-2.0; {world_atlas.LICENCE}",
    date="2026-11",
    derived_by="geofence/sources/derive_regions.py",
    note="Coarse, indicative, not the agreed limits.",
)
OFFICES_ORIGIN = Origin(
    title="Areas of the Regional Task Force offices",
    source=f"Default drawn by hand; coast: {world_atlas.SOURCE}",
    version=f"offices 2026-11; {world_atlas.VERSION}",
    licence=f"Corners: Apache-2.0; {world_atlas.LICENCE}",
    date="2026-11",
    derived_by="geofence/sources/derive_regions.py",
    note="A default, to be replaced by the office's own area.",
)
OVERLAP_DEG = 0.01  # 1 km: rounding leaves no gap, and at a border both sides are told


@dataclass(frozen=True, slots=True)
class Office:
    """An office: the end of its id, its name, corners of its area (longitude, latitude)."""

    id: str
    name: str
    corners: str


OFFICES = (
    # Together they cover all the water, so that no alert is without an office; in the Ionian, from
    # 18.5° to 20.5° E, both are told.
    Office(
        "eurtf-catania",
        "EURTF Catania",
        "-7 29 20.5 29 20.5 39.5 20.0 40.5 20.5 42.5 20.5 47 -7 47",
    ),
    Office("eurtf-piraeus", "EURTF Piraeus", "18.5 29 38 29 38 43 21 43 20 40.3 18.5 40.3"),
)


def main() -> None:
    """Write both files and their sidecars."""
    print(write_zones("rescue_regions", regions(), REGIONS_ORIGIN))
    print(write_zones("office_areas", offices(), OFFICES_ORIGIN))


def regions() -> list[Zone]:
    """Return one zone per region; together they cover the water."""
    return [
        Zone(
            id=f"sar-{region.id}",
            name=f"Search and rescue: {region.name} (coarse)",
            kind="sar_region",
            geometry=tidy(area),
            source=REGIONS_ORIGIN.source,
            licence=REGIONS_ORIGIN.licence,
            version=REGIONS_ORIGIN.version,
            details={
                "country": region.country,
                "rescue_centres": list(region.centres),
                "overlaps": region.overlaps,
                "note": "coarse, indicative, not the agreed limits",
            },
        )
        for region, area in zip(REGIONS, covering(), strict=True)
    ]


def covering() -> NDArray[np.object_]:
    """Return the water of each region, (n,)."""
    corners = [shapely.Polygon(points(region.corners)) for region in REGIONS]
    drawn = shapely.buffer(np.array(corners, object), OVERLAP_DEG, join_style="mitre")
    areas = shapely.intersection(drawn, water())
    for rest in shapely.get_parts(shapely.difference(water(), shapely.union_all(areas))):
        nearest = int(shapely.distance(drawn, shapely.point_on_surface(rest)).argmin())
        wider = shapely.buffer(rest, OVERLAP_DEG).intersection(water())
        areas[nearest] = shapely.union(areas[nearest], wider)
    return np.asarray(areas, object)


def offices() -> list[Zone]:
    """Return the area of each office."""
    return [
        Zone(
            id=f"office-{office.id}",
            name=f"{office.name} (default area)",
            kind="office_area",
            geometry=tidy(shapely.intersection(shapely.Polygon(points(office.corners)), water())),
            source=OFFICES_ORIGIN.source,
            licence=OFFICES_ORIGIN.licence,
            version=OFFICES_ORIGIN.version,
            details={"office": office.name, "note": OFFICES_ORIGIN.note},
        )
        for office in OFFICES
    ]


if __name__ == "__main__":
    main()
