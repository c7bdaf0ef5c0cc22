"""Natural Earth 1:10m from the npm package ``world-atlas``: fetch, check, decode, name its coasts.

TopoJSON arcs are quantised deltas (topojson specification 2.1.4). Natural Earth is in the public
domain, the package is ISC. It is fetched only when a script is run by hand, never at run time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

PACKAGE = "world-atlas@2.0.2"
SHA512 = "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
"""Integrity of the package (base64, as npm prints it)."""
SOURCE = "Natural Earth 1:10m, through the npm package world-atlas"
VERSION = f"Natural Earth 4.1.0, {PACKAGE}"
LICENCE = "Public domain (Natural Earth); packaging ISC (world-atlas)"
DATE = "2018-05"
RING_POINTS = 4  # quantising leaves islets of less behind: they have no area


def topology(argv: Sequence[str], member: str) -> Any:  # noqa: ANN401 (TopoJSON is what it is)
    """Return the TopoJSON ``member``: of the file that ``argv`` names, else of the package."""
    return json.loads(Path(argv[0]).read_bytes() if argv else fetch(member))


def fetch(member: str = "land-10m.json") -> bytes:
    """Return a file of the npm package; raises ValueError when the package's hash differs."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        archive = next(Path(folder).glob("*.tgz"))
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != SHA512:
            raise ValueError(f"{PACKAGE} has sha512 {found}, expected {SHA512}: not the same data")
        with tarfile.open(archive) as members:
            stored = members.extractfile(f"package/{member}")
            if stored is None:
                raise ValueError(f"{PACKAGE} has no {member}: expected version 2 of it")
            return stored.read()


def polygons(world: dict[str, Any]) -> list[shapely.Polygon]:
    """Return the polygons of the object ``land`` of a quantised TopoJSON topology."""
    return [polygon for _, polygon in _named(world, "land")]


def countries(world: dict[str, Any]) -> dict[str, BaseGeometry]:
    """Return the area of each name in the object ``countries``, repaired, in degrees."""
    parts: dict[str, list[shapely.Polygon]] = {}
    for name, polygon in _named(world, "countries"):
        parts.setdefault(name, []).append(polygon)
    return {name: shapely.union_all(shapely.make_valid(some)) for name, some in parts.items()}


def _named(world: dict[str, Any], what: str) -> Iterator[tuple[str, shapely.Polygon]]:
    scale = np.array(world["transform"]["scale"])
    shift = np.array(world["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in world["arcs"]]
    for geometry in world["objects"][what]["geometries"]:
        many = geometry["type"] == "MultiPolygon"
        for polygon in geometry["arcs"] if many else [geometry["arcs"]]:
            outer, *holes = [_ring(arcs, ring) for ring in polygon]
            if len(outer) >= RING_POINTS:
                name = geometry.get("properties", {}).get("name", "")
                yield name, shapely.Polygon(outer, [h for h in holes if len(h) >= RING_POINTS])


def _ring(arcs: list[np.ndarray[Any, np.dtype[np.float64]]], indices: list[int]) -> Any:  # noqa: ANN401
    # A negative index ~i is arc i backwards; joined arcs share their meeting point.
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
