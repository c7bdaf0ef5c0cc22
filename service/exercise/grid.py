"""A water grid and the cheapest way over it: how ``derive_routes`` finds a way round land.

Cells of CELL_DEG; going near land costs more, so lanes keep off the coast but fit through straits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ais.compiled import allocating, compiled
from geofence.land import drawn
from service.exercise.paths import METRES_PER_DEG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofence.land import Land

CELL_DEG = 0.02
BOX_DEG = (-6.5, 30.0, 36.5, 46.0)
WISH_M = 14_000.0
"""Ships that can choose stay about this far (7.5 nm) off a coast."""
DEAR = 3.5
"""At the coast a metre costs 1 + DEAR metres."""


MOVES = np.array(
    [
        (r, c)
        for r in range(-2, 3)
        for c in range(-2, 3)
        if abs(r) + abs(c) in (1, 3) or abs(r) == abs(c) == 1
    ]
)
"""Rows and columns of a step: knight's moves too, or lanes would have only eight courses."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cost per metre of each cell (rows, columns), from the south-west; infinite on land.

    barred (rows * columns, 16) bool: the moves that would cross land, exactly.
    """

    cost: NDArray[np.float64]
    barred: NDArray[np.bool_]

    def cell(self, lon_deg: float, lat_deg: float) -> int:
        """Return the flat index of the cell that holds a position."""
        column = int((lon_deg - BOX_DEG[0]) / CELL_DEG)
        row = int((lat_deg - BOX_DEG[1]) / CELL_DEG)
        return int(row * self.cost.shape[1] + column)

    def places(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the middles of flat ``cells``, degrees, (n, 2)."""
        row, column = np.divmod(cells, self.cost.shape[1])
        return np.column_stack(
            [BOX_DEG[0] + (column + 0.5) * CELL_DEG, BOX_DEG[1] + (row + 0.5) * CELL_DEG]
        )

    def ways(self, start: tuple[float, float]) -> NDArray[np.int64]:
        """Return for each flat cell the next one towards ``start`` (-1: none)."""
        rows = BOX_DEG[1] + (np.arange(self.cost.shape[0]) + 0.5) * CELL_DEG
        return cheapest(self.cost, self.barred, np.cos(np.radians(rows)), self.cell(*start))

    def way(self, previous: NDArray[np.int64], end: tuple[float, float]) -> NDArray[np.float64]:
        """Return the way from ``end`` back along ``previous``, degrees, (n, 2)."""
        cell = self.cell(*end)
        cells = [cell]
        while previous[cell] >= 0:
            cell = int(previous[cell])
            cells.append(cell)
        return self.places(np.array(cells, np.int64))


def water_grid(land: Land) -> Grid:
    """Return the grid of the whole Mediterranean with its cost of going near ``land``."""
    lon = np.arange(BOX_DEG[0] + CELL_DEG / 2, BOX_DEG[2], CELL_DEG)
    lat = np.arange(BOX_DEG[1] + CELL_DEG / 2, BOX_DEG[3], CELL_DEG)
    x, y = np.meshgrid(lon, lat)
    dry = land.on_land(x.ravel(), y.ravel()).reshape(x.shape)
    off_m = clearance(
        dry | _coast(land, dry.shape),
        np.cos(np.radians(lat)) * CELL_DEG * METRES_PER_DEG,
        CELL_DEG * METRES_PER_DEG,
    )
    near = np.clip(1 - off_m / WISH_M, 0, 1)
    cost = np.where(dry, np.inf, 1 + DEAR * near**2)
    grid = Grid(cost, np.zeros((cost.size, len(MOVES)), np.bool_))
    _bar(grid, np.flatnonzero(~dry & (off_m < 3 * CELL_DEG * METRES_PER_DEG)), land)
    return grid


def _coast(land: Land, shape: tuple[int, int]) -> NDArray[np.bool_]:
    # Islets that hold no middle of a cell are land too.
    shore = shapely.get_coordinates(shapely.segmentize(land.union, CELL_DEG / 4))
    cells = np.floor((shore - BOX_DEG[:2]) / CELL_DEG).astype(int)
    inside = ((cells >= 0) & (cells < (shape[1], shape[0]))).all(axis=1)
    coast = np.zeros(shape, np.bool_)
    coast[cells[inside, 1], cells[inside, 0]] = True
    return coast


def _bar(grid: Grid, coastal: NDArray[np.int64], land: Land) -> None:
    places = grid.places(coastal)
    for number, (rows, columns) in enumerate(MOVES):
        ends = places + np.array([columns, rows]) * CELL_DEG
        grid.barred[coastal, number] = land.crosses(drawn(np.stack([places, ends], axis=1)))


@allocating
def clearance(
    dry: NDArray[np.bool_], width_m: NDArray[np.float64], height_m: float
) -> NDArray[np.float64]:
    """Return the distance of each cell from land in metres: chamfer transform, two sweeps."""
    rows, columns = dry.shape
    far = np.where(dry, 0.0, 1e9)
    for sweep in range(2):
        for i in range(rows):
            r = i if sweep == 0 else rows - 1 - i
            for j in range(columns):
                c = j if sweep == 0 else columns - 1 - j
                far[r, c] = _nearer(far, r, c, width_m[r], height_m, 1 if sweep else -1)
    return far


@compiled
def _nearer(
    far: NDArray[np.float64], r: int, c: int, width_m: float, height_m: float, side: int
) -> float:
    rows, columns = far.shape
    best = far[r, c]
    if 0 <= c + side < columns:
        best = min(best, far[r, c + side] + width_m)
    if 0 <= r + side < rows:
        for dc in range(-1, 2):
            if 0 <= c + dc < columns:
                step = height_m if dc == 0 else np.hypot(height_m, width_m)
                best = min(best, far[r + side, c + dc] + step)
    return float(best)


@allocating
def cheapest(
    cost: NDArray[np.float64], barred: NDArray[np.bool_], width: NDArray[np.float64], start: int
) -> NDArray[np.int64]:
    """Return for each cell the previous one on its cheapest way from ``start`` (Dijkstra)."""
    rows, columns = cost.shape
    total = np.full(rows * columns, np.inf)
    previous = np.full(rows * columns, -1, np.int64)
    keys = np.empty(6 * rows * columns)
    cells = np.empty(6 * rows * columns, np.int64)
    total[start] = 0.0
    # A cell is pushed again when a cheaper way is found; the dearer copies are passed over.
    size = _push(keys, cells, 0, 0.0, start)
    while size:
        key, cell = keys[0], cells[0]
        size = _pop(keys, cells, size)
        if key > total[cell]:
            continue
        r, c = cell // columns, cell % columns
        for number, move in enumerate(MOVES):
            row, column = r + move[0], c + move[1]
            if barred[cell, number] or not (0 <= row < rows and 0 <= column < columns):
                continue
            step = np.hypot(move[0] * 1.0, move[1] * width[r])
            reached = key + step * max(cost[r, c], cost[row, column])
            other = row * columns + column
            if reached < total[other]:
                total[other] = reached
                previous[other] = cell
                size = _push(keys, cells, size, reached, other)
    return previous


@compiled
def _push(
    keys: NDArray[np.float64], cells: NDArray[np.int64], size: int, key: float, cell: int
) -> int:
    i = size
    while i > 0 and keys[(i - 1) // 2] > key:
        keys[i], cells[i] = keys[(i - 1) // 2], cells[(i - 1) // 2]
        i = (i - 1) // 2
    keys[i], cells[i] = key, cell
    return size + 1


@compiled
def _pop(keys: NDArray[np.float64], cells: NDArray[np.int64], size: int) -> int:
    size -= 1
    key, cell = keys[size], cells[size]
    i = 0
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[i], cells[i] = keys[child], cells[child]
        i = child
    keys[i], cells[i] = key, cell
    return size
