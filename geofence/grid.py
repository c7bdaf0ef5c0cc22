"""The grid behind the index: what lies in each cell of 0.05°, in arrays that compiled loops read.

A cell has a kind. Kind 0 holds nothing. Some kinds are shared: cells that lie wholly inside the
same zones, far from every border. A cell near a border has a kind of its own: beside the zones
that it lies wholly inside it lists every zone with a border within reach, and that border's edges.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from ais.compiled import allocating
from ais.kernel import helper
from geofence.bearings import INSIDE, OUTSIDE, UNSURE, span

CELL_DEG = 0.05
MOST_CELLS = 8_000_000
"""A set that spans the world gets coarser cells, not more: 32 MB."""
MOST_PAIRS = 4_000_000
"""So does one whose edges, or ``leave_m``, would fill too many lists: 128 MB."""
_COARSEST_DEG = 3.0
"""Lists get no shorter by still larger cells."""
NOTHING = 0
# The place in a cell whose side is known: off the middle, where drawn borders like to run.
REF_X, REF_Y = 0.487131, 0.513717
WEST, SOUTH, SIZE, COLUMNS, ROWS = range(5)


class Cells(NamedTuple):
    """The grid in arrays.

    frame (5,) f8: west, south, size in degrees, columns, rows · kind (cells,) i4, row by row
    whole_begin, whole_end (kinds,) i4: part of ``whole`` (zones, ascending) of a kind
    near_begin, near_end (kinds,) i4: part of the borders of a kind, of which each has
    zone i4, ascending · known u1, side of the cell's reference place (OUTSIDE, INSIDE, UNSURE) ·
    edge_begin, edge_end i8: part of ``edges`` (n, 4) f8: lon, lat of both ends
    """

    frame: NDArray[np.float64]
    kind: NDArray[np.int32]
    whole_begin: NDArray[np.int32]
    whole_end: NDArray[np.int32]
    whole: NDArray[np.int32]
    near_begin: NDArray[np.int32]
    near_end: NDArray[np.int32]
    zone: NDArray[np.int32]
    known: NDArray[np.uint8]
    edge_begin: NDArray[np.int64]
    edge_end: NDArray[np.int64]
    edges: NDArray[np.float64]


@helper
def place(cells: Cells, lon: float, lat: float) -> tuple[int, int, int]:
    """Return column, row and kind of a point's cell; kind -1 off the grid and for NaN."""
    x = (lon - cells.frame[WEST]) / cells.frame[SIZE]
    y = (lat - cells.frame[SOUTH]) / cells.frame[SIZE]
    if not (x >= 0.0 and y >= 0.0 and x < cells.frame[COLUMNS] and y < cells.frame[ROWS]):
        return -1, -1, -1
    column, row = int(x), int(y)
    return column, row, cells.kind[row * int(cells.frame[COLUMNS]) + column]


@helper
def reference(cells: Cells, column: int, row: int) -> tuple[float, float]:
    """Return the place in a cell whose side of each near border is known."""
    size = cells.frame[SIZE]
    return (
        cells.frame[WEST] + (column + REF_X) * size,
        cells.frame[SOUTH] + (row + REF_Y) * size,
    )


def build(
    shapes: NDArray[np.object_], valid: NDArray[np.bool_], reach_m: NDArray[np.float64]
) -> Cells:
    """Return the grid of prepared polygons (n,), each with its reach outside and inside in metres.

    Borders of shapes that are not valid are never decided here (UNSURE).
    """
    edges, of = _edges(shapes)
    reach = _reach_deg(edges, reach_m[of])
    frame = _frame(edges, reach, CELL_DEG)
    pairs = _spread(edges, reach, frame)
    while len(pairs) > MOST_PAIRS and frame[SIZE] < _COARSEST_DEG:
        frame = _frame(edges, reach, 2.0 * frame[SIZE])
        pairs = _spread(edges, reach, frame)
    columns = int(frame[COLUMNS])
    count = max(len(shapes), 1)
    key = pairs[:, 0] * count + of[pairs[:, 1]]
    order = np.argsort(key, kind="stable")
    key = key[order]
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    cell, zone = np.divmod(key[begin], count)
    known = _sides(shapes, zone, *_reference(frame, cell))
    known[~valid[zone]] = UNSURE
    kind = np.zeros(columns * int(frame[ROWS]), np.int32)
    parent, member = _colour(kind, *_runs(shapes, frame, cell, zone))
    whole_begin, whole_end, whole = _lists(parent, member)
    near_begin, near_end = np.zeros(len(parent), np.int32), np.zeros(len(parent), np.int32)
    firsts = np.flatnonzero(np.diff(cell, prepend=-1)).astype(np.int32)
    base = kind[cell[firsts]]
    kind[cell[firsts]] = len(parent) + np.arange(len(firsts), dtype=np.int32)
    return Cells(
        frame=frame,
        kind=kind,
        whole_begin=np.concatenate([whole_begin, whole_begin[base]]),
        whole_end=np.concatenate([whole_end, whole_end[base]]),
        whole=whole,
        near_begin=np.concatenate([near_begin, firsts]),
        near_end=np.concatenate(
            [near_end, np.append(firsts[1:], np.int32(len(cell)))[: len(firsts)]]
        ),
        zone=zone.astype(np.int32),
        known=known,
        edge_begin=begin.astype(np.int64),
        edge_end=np.append(begin[1:], len(key))[: len(begin)].astype(np.int64),
        edges=np.ascontiguousarray(edges[pairs[order, 1]]),
    )


def _edges(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the edges of all rings (n, 4) and the shape of each."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, at = shapely.get_coordinates(rings, return_index=True)
    same = at[1:] == at[:-1]
    edges = np.hstack([points[:-1], points[1:]])[same]
    return edges, part_of[ring_of[at[:-1][same]]].astype(np.int64)


def _reach_deg(edges: NDArray[np.float64], reach_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the reach of each edge in degrees (n, 2: longitude, latitude), rather too far."""
    north = reach_m / 110_500.0
    highest = np.abs(edges[:, 1::2]).max(axis=1, initial=0.0) + north
    # Towards a pole a metre becomes many degrees: beyond 87° the reach falls short.
    return np.stack([north / np.maximum(np.cos(np.radians(highest)), 0.05), north], axis=1)


def _frame(
    edges: NDArray[np.float64], reach: NDArray[np.float64], size: float
) -> NDArray[np.float64]:
    """Return west, south, cell size, columns and rows of the grid round all edges.

    Cells are of ``size`` degrees, or doubled until MOST_CELLS are enough.
    """
    if not len(edges):
        return np.array([0.0, 0.0, size, 1.0, 1.0])
    low = (np.minimum(edges[:, :2], edges[:, 2:]) - reach).min(axis=0)
    high = (np.maximum(edges[:, :2], edges[:, 2:]) + reach).max(axis=0)
    while np.prod(np.ceil((high - low) / size) + 2) > MOST_CELLS:
        size *= 2
    begin = np.floor(low / size)
    cells = np.floor(high / size) - begin + 1
    return np.array([*(begin * size), size, *cells])


@allocating
def _spread(
    edges: NDArray[np.float64], reach: NDArray[np.float64], frame: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return (n, 2) of cell and edge: the cells that each edge comes within reach of.

    With more than MOST_PAIRS it stops there.
    """
    west, south, size, columns = frame[0], frame[1], frame[2], int(frame[3])
    pairs = np.empty((max(4 * len(edges), 16), 2), np.int64)
    found = 0
    stop = frame[2] < _COARSEST_DEG
    for k in range(len(edges)):
        if stop and found > MOST_PAIRS:
            break
        x1, y1, x2, y2 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        wide, high = reach[k, 0], reach[k, 1]
        first = max(int((min(y1, y2) - high - south) / size), 0)
        last = min(int((max(y1, y2) + high - south) / size), int(frame[4]) - 1)
        for row in range(first, last + 1):
            low = south + row * size - high
            begin, end = span(x1, y1, x2, y2, low, low + size + 2.0 * high)
            left = max(int((begin - wide - west) / size), 0)
            right = min(int((end + wide - west) / size), columns - 1)
            if found + right - left >= len(pairs):
                more = np.empty((2 * (len(pairs) + right - left), 2), np.int64)
                more[:found] = pairs[:found]
                pairs = more
            for column in range(left, right + 1):
                pairs[found, 0], pairs[found, 1] = row * columns + column, k
                found += 1
    return pairs[:found]


def _reference(
    frame: NDArray[np.float64], cell: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lon and lat of the reference places of cells, to the bit as ``reference`` does."""
    row, column = np.divmod(cell, int(frame[COLUMNS]))
    return (
        frame[WEST] + (column + REF_X) * frame[SIZE],
        frame[SOUTH] + (row + REF_Y) * frame[SIZE],
    )


def _sides(
    shapes: NDArray[np.object_],
    zone: NDArray[np.int64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Return INSIDE, OUTSIDE, or UNSURE on the very border, by shapely."""
    inside = shapely.contains_xy(shapes[zone], lon, lat)
    touching = shapely.intersects_xy(shapes[zone], lon, lat)
    return np.where(inside, INSIDE, np.where(touching, UNSURE, OUTSIDE)).astype(np.uint8)


def _runs(
    shapes: NDArray[np.object_],
    frame: NDArray[np.float64],
    cell: NDArray[np.int64],
    zone: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return first cell, end and zone of the runs inside a zone between two cells of its border.

    Without an edge between them all cells of a run lie on one side: one place decides.
    """
    order = np.lexsort((cell, zone))
    cell, zone = cell[order], zone[order]
    columns = int(frame[COLUMNS])
    gap = (zone[1:] == zone[:-1]) & (cell[1:] // columns == cell[:-1] // columns)
    at = np.flatnonzero(gap & (np.diff(cell) > 1))
    inside = shapely.contains_xy(shapes[zone[at]], *_reference(frame, cell[at] + 1))
    at = at[inside]
    return cell[at] + 1, cell[at + 1], zone[at]


@allocating
def _colour(
    kind: NDArray[np.int32],
    first: NDArray[np.int64],
    end: NDArray[np.int64],
    zone: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the cells of each run a kind: that of before and this zone; return (parent, zone).

    The runs come zone by zone, so a kind has one child at a time.
    """
    size = 64
    parent, member = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    child, child_zone = np.zeros(size, np.int32), np.full(size, -1, np.int64)
    used = 1
    for k in range(len(zone)):
        for cell in range(first[k], end[k]):
            old = kind[cell]
            if child_zone[old] != zone[k]:
                if used == size:
                    parent, member = np.append(parent, parent), np.append(member, member)
                    child, child_zone = np.append(child, child), np.append(child_zone, child_zone)
                    size *= 2
                parent[used], member[used], child_zone[used] = old, zone[k], -1
                child[old], child_zone[old] = used, zone[k]
                used += 1
            kind[cell] = child[old]
    return parent[:used], member[:used]


def _lists(
    parent: NDArray[np.int32], member: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return begin and end of each kind's zones, and the zones."""
    lists: list[list[int]] = [[]]
    for old, zone in zip(parent[1:].tolist(), member[1:].tolist(), strict=True):
        lists.append([*lists[old], zone])
    end = np.cumsum([len(zones) for zones in lists], dtype=np.int32)
    begin = np.concatenate([np.zeros(1, np.int32), end[:-1]])
    return begin, end, np.array([zone for zones in lists for zone in zones], np.int32)
