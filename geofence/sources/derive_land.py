"""Derive ``geofence/data/mediterranean_land.geojson`` from Natural Earth 1:10m.

Run by hand: ``python -m geofence.sources.derive_land [land-10m.json]``. Without an argument the
npm package ``world-atlas`` is fetched by npm into a temporary folder and its hash is checked.

Steps: 1 read the TopoJSON, 2 decode its arcs (quantised deltas, topojson specification 2.1.4),
3 cut to a box wider than the Mediterranean so that maps and 24 nm belts have surroundings,
4 round to 4 decimals and repair, 5 write one feature per polygon and a sidecar with the source.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

PACKAGE = "world-atlas@2.0.2"
SHA512 = "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
"""Integrity of the package (base64, as npm prints it)."""
BOX_DEG = (-20.0, 22.0, 54.0, 52.0)
"""West, south, east, north: the Mediterranean and what a map shows around it."""
GRID_DEG = 1e-4
DATA = Path(__file__).parents[1] / "data"


def main(argv: list[str]) -> None:
    """Write the coast and its sidecar; ``argv`` may name a ``land-10m.json``."""
    topology = json.loads(Path(argv[0]).read_bytes() if argv else fetch())
    land = cut(polygons(topology))
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(polygon)}
        for polygon in land
    ]
    target = DATA / "mediterranean_land.geojson"
    DATA.mkdir(exist_ok=True)
    target.write_text(_compact({"type": "FeatureCollection", "features": features}) + "\n")
    sidecar = target.with_suffix(".json")
    sidecar.write_text(json.dumps(about(target, land), indent=2) + "\n")
    print(f"{target.name}: {len(land)} polygons, {target.stat().st_size / 1e3:.0f} kB")


def fetch() -> bytes:
    """Return ``land-10m.json`` of the npm package; raises ValueError when its hash differs."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        archive = next(Path(folder).glob("*.tgz"))
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != SHA512:
            raise ValueError(f"{PACKAGE} has sha512 {found}, expected {SHA512}: not the same data")
        with tarfile.open(archive) as members:
            member = members.extractfile("package/land-10m.json")
            if member is None:
                raise ValueError(f"{PACKAGE} has no land-10m.json: expected version 2 of it")
            return member.read()


def polygons(topology: dict[str, Any]) -> list[shapely.Polygon]:
    """Return the polygons of the object ``land`` of a quantised TopoJSON topology."""
    scale = np.array(topology["transform"]["scale"])
    shift = np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]
    rings = [
        [_ring(arcs, ring) for ring in polygon]
        for geometry in topology["objects"]["land"]["geometries"]
        for polygon in geometry["arcs"]
    ]
    return [shapely.Polygon(outer, holes) for outer, *holes in rings]


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
        "source": "Natural Earth 1:10m, through the npm package world-atlas",
        "version": f"Natural Earth 4.1.0, {PACKAGE}",
        "licence": "Public domain (Natural Earth); packaging ISC (world-atlas)",
        "date": "2018-05",
        "legal_status": "indicative",
        "note": "The coast is 0.5-2 km off in places: no legal limits.",
        "derived_by": "geofence/sources/derive_land.py",
        "box_deg": list(BOX_DEG),
        "decimals": 4,
        "polygons": len(land),
        "vertices": int(shapely.get_num_coordinates(land).sum()),
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }


def _ring(arcs: list[np.ndarray[Any, np.dtype[np.float64]]], indices: list[int]) -> Any:  # noqa: ANN401
    # A negative index ~i is arc i backwards; joined arcs share their meeting point.
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _compact(value: object) -> str:
    return json.dumps(json.loads(json.dumps(value), parse_float=_short), separators=(",", ":"))


def _short(text: str) -> float:
    return round(float(text), 4)


if __name__ == "__main__":
    main(sys.argv[1:])
