"""Blocks of the fine coast as a browser reads them."""

from __future__ import annotations

import numpy as np
import shapely

from maps.fine_coast.blocks import Place, mercator
from maps.fine_coast.packing import UNITS


def unpacked(block: bytes, place: Place) -> list[shapely.Polygon]:
    """The polygons of a block, in Mercator units (as ``unpack`` of fineland.js)."""
    words = np.frombuffer(block, "<u4", 1)[0]
    counts = iter(np.frombuffer(block, "<u4", words, 4).tolist())
    steps = np.frombuffer(block, "<u2", -1, 4 + 4 * words).reshape(-1, 2)
    z, x, y = place
    units = np.cumsum(steps.astype(np.int64), axis=0) % 2**16 - UNITS // 32
    points = ((x, y) + units / UNITS) / 2**z
    polygons, at = [], 0
    for number in counts:
        rings = []
        for _ in range(number):
            size = next(counts)
            rings.append(points[at : at + size])
            at += size
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return polygons


def block_of(lon: float, lat: float, z: int = 8) -> Place:
    """The block that a position lies in."""
    x, y = (mercator(np.array([[lon, lat]]))[0] * 2**z).astype(int)
    return z, int(x), int(y)


def is_land(block: bytes, place: Place, lon: float, lat: float) -> bool:
    """Whether a block has land at a position."""
    at = shapely.Point(mercator(np.array([[lon, lat]]))[0])
    return any(polygon.contains(at) for polygon in unpacked(block, place))
