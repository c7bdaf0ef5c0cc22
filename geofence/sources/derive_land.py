"""Derive ``geofence/data/mediterranean_land.geojson`` from Natural Earth 1:10m.

Run by hand: ``python -m geofence.sources.derive_land [land-10m.json]``. Without an argument the
npm package ``world-atlas`` is fetched by npm into a temporary folder and its hash is checked.

Steps: 1 read and decode the TopoJSON (``world_atlas``), 2 cut to a box wider than the
Mediterranean so that maps and 24 nm belts have surroundings, 3 round to 4 decimals and repair,
4 write one feature per polygon and a sidecar with the source.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import shapely

from geofence.sources import world_atlas
from geofence.sources.zone_file import DATA, GRID_DEG, compact

BOX_DEG = (-20.0, 22.0, 54.0, 52.0)
"""West, south, east, north: the Mediterranean and what a map shows around it."""


def main(argv: list[str]) -> None:
    """Write the coast and its sidecar; ``argv`` may name a ``land-10m.json``."""
    land = cut(world_atlas.polygons(world_atlas.topology(argv, "land-10m.json")))
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(polygon)}
        for polygon in land
    ]
    target = DATA / "mediterranean_land.geojson"
    DATA.mkdir(exist_ok=True)
    target.write_text(compact({"type": "FeatureCollection", "features": features}) + "\n")
    sidecar = target.with_suffix(".json")
    sidecar.write_text(json.dumps(about(target, land), indent=2) + "\n")
    print(f"{target.name}: {len(land)} polygons, {target.stat().st_size / 1e3:.0f} kB")


def cut(land: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Return the valid polygons of ``land`` inside BOX_DEG on the output grid, largest first."""
    box = shapely.box(*BOX_DEG)
    near = [shapely.make_valid(polygon) for polygon in land if polygon.intersects(box)]
    whole = shapely.union_all([shape.intersection(box) for shape in near])
    parts = shapely.get_parts(shapely.set_precision(whole, GRID_DEG))
    kept = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return sorted((shapely.normalize(part) for part in kept), key=lambda part: -part.area)


def about(target: Path, land: list[shapely.Polygon]) -> dict[str, object]:
    """Return the sidecar: what a zone or map made from this file has to say of its origin."""
    return {
        "title": "Land around the Mediterranean",
        "source": world_atlas.SOURCE,
        "version": world_atlas.VERSION,
        "licence": world_atlas.LICENCE,
        "date": world_atlas.DATE,
        "legal_status": "indicative",
        "note": "The coast is 0.5-2 km off in places: no legal limits.",
        "derived_by": "geofence/sources/derive_land.py",
        "box_deg": list(BOX_DEG),
        "decimals": 4,
        "polygons": len(land),
        "vertices": int(shapely.get_num_coordinates(land).sum()),
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
