"""From a raw way over the grid to a strip of water that is proved free of land.

Steps: 1 pull the string tight as far as that is not dearer, 2 round the bends, 3 keep the points
that matter, 4 give each point a half-width, 5 narrow it until no piece of the strip holds land.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from service.exercise.grid import BOX_DEG, CELL_DEG
from service.exercise.paths import METRES_PER_DEG, along, restored, sides, stored
from service.exercise.scenario import ScenarioError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofence.land import Land
    from service.exercise.grid import Grid

STEP_M = 1_000.0
WIDEST_M = 5_500.0
SHARE_OF_CLEARANCE = 0.35
LONGEST_M = 30_000.0
"""Pieces are no longer than this, so that a straight line in degrees is a straight course."""


def pulled(way: NDArray[np.float64], grid: Grid, land: Land) -> NDArray[np.float64]:
    """Return the points of ``way`` that a tight string keeps: never dearer, never over land."""
    prices = _price(way, grid)
    kept = [0]
    while kept[-1] < len(way) - 1:
        kept.append(_furthest(way, kept[-1], prices, grid, land))
    return way[kept]


def _furthest(
    way: NDArray[np.float64], start: int, prices: NDArray[np.float64], grid: Grid, land: Land
) -> int:
    best, reach = start + 1, 1
    while start + reach < len(way):
        end = start + reach
        straight = resampled(way[[start, end]], 500.0)
        dear = _price(straight, grid)[-1] > 1.01 * (prices[end] - prices[start])
        if not dear and not land.legs_cross(way[[start, end]])[0]:
            best = end
        elif end > best + 40:
            break
        reach += max(1, reach // 8)
    return best


def _price(points: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    steps = np.diff(along(points))
    middle = (points[1:] + points[:-1]) / 2
    rows = np.clip(((middle[:, 1] - BOX_DEG[1]) / CELL_DEG).astype(int), 0, len(grid.cost) - 1)
    columns = ((middle[:, 0] - BOX_DEG[0]) / CELL_DEG).astype(int)
    columns = np.clip(columns, 0, grid.cost.shape[1] - 1)
    # A cell with its middle on land is dear but not forbidden: the exact check decides.
    cost = np.minimum(grid.cost[rows, columns], 20.0)
    return np.concatenate([[0.0], np.cumsum(steps * cost)])


def resampled(points: NDArray[np.float64], step_m: float) -> NDArray[np.float64]:
    """Return the line through ``points`` with a point at least every ``step_m`` metres."""
    distance = along(points)
    places = np.linspace(0, distance[-1], max(2, int(np.ceil(distance[-1] / step_m)) + 1))
    return np.column_stack([np.interp(places, distance, column) for column in points.T])


def rounded(points: NDArray[np.float64], land: Land, radius: int = 6) -> NDArray[np.float64]:
    """Return the line with its bends rounded over about ``radius`` km, as far as land allows."""
    dense = resampled(points, STEP_M)
    for reach in (radius, radius // 2, 1):
        smooth = _averaged(dense, reach)
        if not land.legs_cross(smooth).any():
            return smooth
    if land.legs_cross(dense).any():
        return points
    return dense


def _averaged(points: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    count = 2 * reach + 1
    if len(points) < count + 2:
        return points
    padded = np.concatenate(
        [np.repeat(points[:1], reach, 0), points, np.repeat(points[-1:], reach, 0)]
    )
    sums = np.cumsum(np.concatenate([np.zeros((1, 2)), padded]), axis=0)
    smooth: NDArray[np.float64] = (sums[count:] - sums[:-count]) / count
    smooth[0], smooth[-1] = points[0], points[-1]
    return smooth


def thinned(points: NDArray[np.float64], land: Land) -> NDArray[np.float64]:
    """Return the points that matter to the shape, none more than LONGEST_M apart.

    To 60 m, and more exactly where a leg would touch land otherwise.
    """
    for tolerance_m in (60.0, 20.0, 5.0):
        kept = _simplified(points, tolerance_m)
        if not land.legs_cross(kept).any():
            break
    return kept


def _simplified(points: NDArray[np.float64], tolerance_m: float) -> NDArray[np.float64]:
    scale = np.array([np.cos(np.radians(points[:, 1].mean())), 1.0])
    flat = shapely.linestrings(points * scale)
    kept = shapely.get_coordinates(flat.simplify(tolerance_m / METRES_PER_DEG)) / scale
    pieces = [resampled(kept[i : i + 2], LONGEST_M)[:-1] for i in range(len(kept) - 1)]
    return np.asarray(np.concatenate([*pieces, kept[-1:]]), np.float64)


def strip(
    points: NDArray[np.float64], widest_m: NDArray[np.float64] | float, land: Land, name: str
) -> list[list[int]]:
    """Return the stored strip round ``points``, at most ``widest_m`` to each side, free of land.

    Raises ScenarioError when even its middle line touches land.
    """
    # Narrowed on the stored integers, so that what is proved is what is sailed.
    width = np.broadcast_to(np.asarray(widest_m, float), (len(points),)).copy()
    for _ in range(24):
        kept = stored(points, width)
        touching = land.crosses(pieces(kept))
        if not touching.any():
            return kept
        width[:-1] = np.where(touching, width[:-1] * 0.6, width[:-1])
        width[1:] = np.where(touching, width[1:] * 0.6, width[1:])
    place = points[int(np.argmax(touching))].round(3).tolist()
    raise ScenarioError(f"path {name} touches land near {place}: move its port or ground to sea")


def pieces(kept: list[list[int]]) -> NDArray[np.object_]:
    """Return the hull of each piece of a stored strip, as it will be sailed, (n - 1,)."""
    points, width = restored(kept)
    side = sides(points, width)
    left, right = points - side, points + side
    corners = np.stack([left[:-1], right[:-1], left[1:], right[1:]], axis=1)
    return np.asarray(shapely.convex_hull(shapely.multipoints(corners)), object)


def lane_width(
    points: NDArray[np.float64], land: Land, open_ends: tuple[bool, bool]
) -> NDArray[np.float64]:
    """Return the half-width that suits a lane: wide at open sea, narrow near coasts.

    Paths meet at approaches, so a lane ends there in one point; a gate is an open end.
    """
    off_m = shapely.distance(land.union, shapely.points(points)) * METRES_PER_DEG * 0.8
    distance = along(points)
    start_m = np.inf if open_ends[0] else distance
    end_m = np.inf if open_ends[1] else distance[-1] - distance
    narrow: NDArray[np.float64] = 0.25 * np.minimum(start_m, end_m)
    return np.minimum(np.minimum(SHARE_OF_CLEARANCE * off_m, WIDEST_M), narrow)
