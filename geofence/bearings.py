"""On which side of an edge: compiled predicates in degrees, sure of themselves or silent.

The orientation of three points is the sign of a determinant. Computed in doubles it may be wrong
near zero; the bound of Shewchuk («Adaptive precision floating-point arithmetic and fast robust
geometric predicates», 1997), with the constant that GEOS uses, says when it cannot be. Then the
answer stands; else it is UNSURE, and shapely is asked.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ais.kernel import helper

OUTSIDE, INSIDE, UNSURE = range(3)
_SAFE = 1e-15


@helper
def turn(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    """Return on which side of the line 1-2 the point lies: 1 left, -1 right, 0 not sure."""
    one = (x1 - x) * (y2 - y)
    two = (y1 - y) * (x2 - x)
    det = one - two
    if det == 0.0 or abs(det) < _SAFE * (abs(one) + abs(two)):
        return 0
    return 1 if det > 0.0 else -1


@helper
def side(  # noqa: PLR0913, PLR0917 (one parity count along two legs)
    edges: NDArray[np.float64],
    begin: int,
    end: int,
    known: int,
    x: float,
    y: float,
    rx: float,
    ry: float,
) -> int:
    """Return INSIDE, OUTSIDE or UNSURE for a point, from a place (rx, ry) that is ``known``.

    ``edges`` (n, 4) holds at least every edge of the zone that meets the two legs from the point
    to (rx, y) and from there to (rx, ry); each edge on the way changes the side.
    """
    if known == UNSURE:
        return UNSURE
    west, east = min(x, rx), max(x, rx)
    south, north = min(y, ry), max(y, ry)
    inside = known == INSIDE
    for k in range(begin, end):
        x1, y1, x2, y2 = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        if (x1 == x and y1 == y) or (y1 == y and y2 == y):
            return UNSURE
        # An edge counts from its lower end (included) to its upper, so no corner counts twice.
        if (y1 <= y) != (y2 <= y) and max(x1, x2) >= west and min(x1, x2) <= east:
            here, there = turn(x1, y1, x2, y2, x, y), turn(x1, y1, x2, y2, rx, y)
            if here == 0 or there == 0:
                return UNSURE
            inside ^= here != there
        if (x1 <= rx) != (x2 <= rx) and max(y1, y2) >= south and min(y1, y2) <= north:
            here, there = turn(x1, y1, x2, y2, rx, y), turn(x1, y1, x2, y2, rx, ry)
            if here == 0 or there == 0:
                return UNSURE
            inside ^= here != there
    return INSIDE if inside else OUTSIDE


@helper
def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return metres of a degree of longitude and of latitude there (WGS 84, series to 1 m)."""
    # One cosine: those of the multiples of the angle follow from it.
    one = math.cos(math.radians(lat))
    two = 2.0 * one * one - 1.0
    three, four = one * (2.0 * two - 1.0), 2.0 * two * two - 1.0
    five = 2.0 * two * three - one
    east = 111412.84 * one - 93.5 * three + 0.118 * five
    north = 111132.954 - 559.822 * two + 1.175 * four
    return east, north


@helper
def distance_m(
    edges: NDArray[np.float64],
    begin: int,
    end: int,
    x: float,
    y: float,
    scale: tuple[float, float],
) -> float:
    """Return the metres from a point to the nearest of the edges, infinite without one.

    ``scale`` is ``metres_per_degree`` there. Flat earth round the point: below 2 km and 60° of
    latitude 0.1 % too much or too little.
    """
    east, north = scale
    nearest = math.inf
    for k in range(begin, end):
        ax, ay = (edges[k, 0] - x) * east, (edges[k, 1] - y) * north
        dx, dy = (edges[k, 2] - edges[k, 0]) * east, (edges[k, 3] - edges[k, 1]) * north
        length = dx * dx + dy * dy
        part = 0.0
        if length > 0.0:
            part = min(max(-(ax * dx + ay * dy) / length, 0.0), 1.0)
        px, py = ax + part * dx, ay + part * dy
        nearest = min(nearest, px * px + py * py)
    return math.sqrt(nearest)


@helper
def meets(
    edges: NDArray[np.float64], begin: int, end: int, x1: float, y1: float, x2: float, y2: float
) -> int:
    """Tell whether the leg 1-2 cuts one of the edges: INSIDE = yes, OUTSIDE = no, or UNSURE."""
    west, east = min(x1, x2), max(x1, x2)
    south, north = min(y1, y2), max(y1, y2)
    answer = OUTSIDE
    for k in range(begin, end):
        ax, ay, bx, by = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        if max(ax, bx) < west or min(ax, bx) > east or max(ay, by) < south or min(ay, by) > north:
            continue
        ends = turn(ax, ay, bx, by, x1, y1) * turn(ax, ay, bx, by, x2, y2)
        if ends > 0:
            continue
        corners = turn(x1, y1, x2, y2, ax, ay) * turn(x1, y1, x2, y2, bx, by)
        if corners > 0:
            continue
        if ends < 0 and corners < 0:
            return INSIDE
        answer = UNSURE
    return answer


@helper
def span(
    x1: float, y1: float, x2: float, y2: float, low: float, high: float
) -> tuple[float, float]:
    """Return from where to where in x the segment 1-2 lies within ``low <= y <= high``."""
    if y1 == y2:
        return min(x1, x2), max(x1, x2)
    one = min(max((low - y1) / (y2 - y1), 0.0), 1.0)
    two = min(max((high - y1) / (y2 - y1), 0.0), 1.0)
    begin, end = x1 + one * (x2 - x1), x1 + two * (x2 - x1)
    return min(begin, end), max(begin, end)
