"""Land within a box out of the wheel ``roaring-landmask``, which carries OpenStreetMap's.

Only its polygons are used (whole world, 154 MB of WKB, thinned by its author to some 50 m). Its
bitmap, which answers «is this land» quickly, has cells of half a kilometre that are wrong at the
coast, so it would draw harbours as squares.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import shapely

from maps.errors import CoastError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maps.coast import Box

_LITTLE, _POLYGON, _MULTIPOLYGON = 1, 3, 6
_HEAD, _COUNT = struct.Struct("<BII"), struct.Struct("<I")
_PAIR_BYTES = 16
_AT_ONCE = 20_000  # polygons: all 745,000 of the world together would take 800 MB


def carried() -> bytes:
    """Return the wheel's land of the world, a WKB multipolygon in degrees.

    Raises CoastError when the wheel is not there.
    """
    try:
        from roaring_landmask import LandmaskProvider, Shapes
    except ImportError as error:
        raise CoastError(
            f"the wheel of the fine coast cannot be loaded ({error}): it is fetched by its hashes "
            "in requirements/coast.lock"
        ) from error
    return bytes(Shapes.wkb(LandmaskProvider.Osm))


def polygons_in(world: bytes, box: Box) -> NDArray[np.object_]:
    """Return the polygons of ``world`` that reach into ``box``, whole, in degrees.

    Raises CoastError when ``world`` is not a little-endian multipolygon.
    """
    found: list[NDArray[np.object_]] = []
    some: list[bytes] = []
    for start, end in _spans(world):
        some.append(world[start:end])
        if len(some) == _AT_ONCE:
            found.append(_reaching(some, box))
            some = []
    return np.concatenate([*found, _reaching(some, box)])


def _reaching(some: list[bytes], box: Box) -> NDArray[np.object_]:
    polygons = np.asarray(shapely.from_wkb(some), object)
    west, south, east, north = shapely.bounds(polygons).T.reshape(4, -1)
    near = (west < box[2]) & (east > box[0]) & (south < box[3]) & (north > box[1])
    reaching: NDArray[np.object_] = polygons[near]
    return reaching


def _spans(world: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each polygon begins and ends."""
    count = _headed(world, 0, _MULTIPOLYGON)
    at = _HEAD.size
    for _ in range(count):
        start = at
        rings = _headed(world, start, _POLYGON)
        at += _HEAD.size
        for _ in range(rings):
            at += _COUNT.size + _PAIR_BYTES * _read(_COUNT, world, at)[0]
        yield start, at


def _headed(world: bytes, at: int, expected: int) -> int:
    """Return the number of parts of the geometry that begins at ``at``."""
    order, kind, parts = _read(_HEAD, world, at)
    if (order, kind) != (_LITTLE, expected):
        raise CoastError(
            f"byte order {order}, kind {kind} at byte {at} of the fine coast: expected 1 and "
            f"{expected}; another version of its wheel needs another reader"
        )
    return parts


def _read(what: struct.Struct, world: bytes, at: int) -> tuple[int, ...]:
    try:
        return what.unpack_from(world, at)
    except struct.error as error:
        raise CoastError(f"the fine coast ends at byte {at}: fetch its wheel again") from error
