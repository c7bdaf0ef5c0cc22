"""Borders of zones as lines to draw: at sea only, and what neighbours share only once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import shapely

from geofence.land import load_land

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geofence.zones import Zone

_COARSE_DEG = 0.0015  # some 150 m, as the shapes
_COAST_DEG = 0.001  # some 100 m: what lies so near to the coast is the coast
_DECIMALS = 4
_SHARED_DEG = {"sub_basin": 0.01, "office_area": 0.03, "sar_region": 0.03}
"""How far apart two borders of one kind are still one: coarse shapes meet only nearly."""
_CROSSING = 4.0
"""A border that shares less with another than so many times that width crosses it."""
LINED = frozenset(_SHARED_DEG) | {"band_12nm", "band_24nm", "departure_coast", "arrival_coast"}
"""Kinds that are drawn at sea only."""
MOST = 400
"""Zones of such kinds: cutting takes milliseconds each, so larger sets are drawn by shape."""


def borders(zones: Iterable[Zone]) -> dict[str, list[list[tuple[float, float]]]]:
    """Return by zone id the lines (lon, lat) of the kinds in ``LINED``; {} for more than ``MOST``.

    A border that two zones of a kind share belongs to the first of them. A zone that is valid for
    a time only keeps all of its border: its neighbours may be there without it.
    """
    lined = [zone for zone in zones if zone.kind in LINED]
    if not lined or len(lined) > MOST:
        return {}
    land = load_land().union.buffer(_COAST_DEG, quad_segs=1)
    drawn: dict[str, list[BaseGeometry]] = {}
    found = {}
    for zone in lined:
        line = shapely.difference(zone.geometry.boundary, land)
        wide = _SHARED_DEG.get(zone.kind)
        if wide and zone.valid_from is None and zone.valid_until is None:
            earlier = drawn.setdefault(zone.kind, [])
            whole, line = line, _without(line, earlier, wide * _CROSSING)
            earlier.append(whole.buffer(wide, quad_segs=2, cap_style="flat"))
        found[zone.id] = _pieces(line)
    return found


def _without(line: BaseGeometry, earlier: list[BaseGeometry], least: float) -> BaseGeometry:
    """Return ``line`` without what it shares with ``earlier`` over more than ``least`` degrees."""
    for wide in earlier:
        if not shapely.intersects(wide, line):
            continue
        shared = shapely.get_parts(shapely.line_merge(shapely.intersection(line, wide)))
        crossings = shared[shapely.length(shared) <= least]
        line = shapely.union_all([shapely.difference(line, wide), *crossings])
    return line


def _pieces(line: BaseGeometry) -> list[list[tuple[float, float]]]:
    merged = shapely.line_merge(line) if line.geom_type == "MultiLineString" else line
    light = shapely.get_parts(shapely.simplify(merged, _COARSE_DEG, preserve_topology=False))
    kept = [piece for piece in light if piece.length > _COARSE_DEG]
    return [
        [(float(lon), float(lat)) for lon, lat in shapely.get_coordinates(piece).round(_DECIMALS)]
        for piece in kept
    ]
