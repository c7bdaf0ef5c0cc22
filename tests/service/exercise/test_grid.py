"""The water grid: cells, costs near land, moves that would cross it, and the cheapest way."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.land import Land
from service.exercise import grid as grid_module
from service.exercise.grid import (
    BOX_DEG,
    CELL_DEG,
    DEAR,
    MOVES,
    Grid,
    cheapest,
    clearance,
    water_grid,
)


def land_of(*boxes) -> Land:
    union = shapely.multipolygons([shapely.box(*box) for box in boxes])
    shapely.prepare(union)
    return Land(shapely.get_parts(union), union)


def grid_of(cost) -> Grid:
    cost = np.asarray(cost, float)
    return Grid(cost, np.zeros((cost.size, len(MOVES)), bool))


def middle(column: int, row: int) -> tuple[float, float]:
    return BOX_DEG[0] + (column + 0.5) * CELL_DEG, BOX_DEG[1] + (row + 0.5) * CELL_DEG


def total(cost, previous, width, cell) -> float:
    """What the way from ``cell`` to the start costs."""
    columns, sum_ = cost.shape[1], 0.0
    while previous[cell] >= 0:
        before = previous[cell]
        rows, across = cell // columns - before // columns, cell % columns - before % columns
        step = np.hypot(rows, across * width[before // columns])
        sum_ += step * max(cost.flat[cell], cost.flat[before])
        cell = before
    return sum_


def dearly(cost, width, start) -> np.ndarray:
    """Every cell's cost from the start, by the textbook's way to do it."""
    rows, columns = cost.shape
    best = np.full(cost.size, np.inf)
    best[start] = 0.0
    queue = [(0.0, start)]
    while queue:
        key, cell = heapq.heappop(queue)
        if key > best[cell]:
            continue
        r, c = divmod(cell, columns)
        for dr, dc in MOVES.tolist():
            if 0 <= r + dr < rows and 0 <= c + dc < columns:
                other = (r + dr) * columns + c + dc
                price = max(cost[r, c], cost[r + dr, c + dc])
                reached = key + np.hypot(dr, dc * width[r]) * price
                if reached < best[other]:
                    best[other] = reached
                    heapq.heappush(queue, (reached, other))
    return best


# --- cells ---------------------------------------------------------------------------------------


@given(st.integers(0, 59), st.integers(0, 39))
def test_the_middle_of_a_cell_lies_in_it(column, row):
    grid = grid_of(np.ones((40, 60)))
    cell = grid.cell(*middle(column, row))
    assert cell == row * 60 + column
    assert np.allclose(grid.places(np.array([cell])), [middle(column, row)])


def test_moves_are_sixteen_courses_without_standing_still():
    assert len(MOVES) == len({tuple(move) for move in MOVES.tolist()}) == 16
    courses = np.degrees(np.arctan2(MOVES[:, 1], MOVES[:, 0])) % 360
    assert len(set(courses.round(3).tolist())) == 16


def test_every_move_has_its_opposite():
    moves = {tuple(move) for move in MOVES.tolist()}
    assert moves == {(-row, -column) for row, column in moves}


# --- the cheapest way ----------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)  # the first call compiles
@given(st.integers(0, 1 << 30))
def test_no_way_is_cheaper_than_the_one_found(seed):
    random = np.random.default_rng(seed)
    cost = random.uniform(1, 5, (9, 11))
    cost[random.random(cost.shape) < 0.2] = np.inf
    cost[4, 5] = 1.0
    width = np.linspace(0.9, 0.7, 9)
    grid, start = grid_of(cost), 4 * 11 + 5
    previous = cheapest(grid.cost, grid.barred, width, start)
    best = dearly(cost, width, start)
    for cell in np.flatnonzero(np.isfinite(best)).tolist():
        # The price of a step is that of its row of departure, so ways back differ a little.
        assert total(cost, previous, width, cell) == pytest.approx(best[cell], rel=1e-9)


def test_the_start_has_nobody_before_it():
    grid = grid_of(np.ones((5, 5)))
    previous = cheapest(grid.cost, grid.barred, np.ones(5), 12)
    assert previous[12] == -1
    assert (np.delete(previous, 12) >= 0).all()


def test_a_dear_stretch_is_gone_round_when_that_is_cheaper():
    cost = np.ones((21, 21))
    cost[5:16, 9:12] = 50.0
    grid = grid_of(cost)
    way = grid.way(grid.ways(middle(2, 10)), middle(18, 10))
    rows = np.rint((way[:, 1] - BOX_DEG[1]) / CELL_DEG - 0.5)
    assert rows.min() <= 4 or rows.max() >= 16


def test_a_barred_move_is_not_made():
    grid = grid_of(np.ones((5, 5)))
    start, beside = 12, 13
    towards_east = MOVES.tolist().index([0, 1])
    grid.barred[start, towards_east] = True
    assert cheapest(grid.cost, grid.barred, np.ones(5), start)[beside] != start


def test_degrees_of_longitude_are_shorter_in_the_north():
    grid = grid_of(np.ones((9, 9)))
    narrow = cheapest(grid.cost, grid.barred, np.full(9, 0.5), 40)
    assert total(grid.cost, narrow, np.full(9, 0.5), 44) == pytest.approx(2.0)


# --- how far from land ---------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)  # the first call compiles
@given(st.integers(0, 1 << 30))
def test_clearance_is_close_to_the_true_distance_and_never_below_it(seed):
    random = np.random.default_rng(seed)
    dry = random.random((12, 14)) < 0.08
    dry[0, 0] = True
    found = clearance(dry, np.full(12, 1.0), 1.0)
    cells = np.argwhere(dry)
    rows, columns = np.indices(dry.shape)
    true = np.min([np.hypot(rows - r, columns - c) for r, c in cells], axis=0)
    assert (found >= true - 1e-9).all()
    assert (found <= true * 1.09 + 1e-9).all()


def test_land_itself_has_no_clearance():
    dry = np.eye(6, dtype=bool)
    assert not clearance(dry, np.ones(6), 1.0)[dry].any()


# --- the whole grid ------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """A grid of one degree with an island in the middle and an islet that fills no cell."""
    monkeypatch.setattr(grid_module, "BOX_DEG", (10.0, 40.0, 11.0, 41.0))
    return water_grid(land_of((10.4, 40.4, 10.6, 40.6), (10.203, 40.203, 10.205, 40.205)))


def test_land_is_forbidden_and_open_sea_costs_its_length(small):
    assert small.cost.shape == (50, 50)
    assert np.isinf(small.cost[25, 25])
    assert small.cost[0, 49] == 1.0


def test_near_the_coast_it_is_dear_but_not_forbidden(small):
    beside = small.cost[25, 31]
    assert 1.5 < beside <= 1 + DEAR
    assert np.isfinite(small.cost[10, 10])
    assert small.cost[10, 10] == pytest.approx(1 + DEAR)


def test_cost_falls_with_the_distance_from_the_coast(small):
    assert (np.diff(small.cost[25, 30:]) <= 0).all()


def test_moves_over_an_islet_are_barred_both_ways(small):
    columns = small.cost.shape[1]
    over = [MOVES.tolist().index(move) for move in ([1, 1], [-1, -1])]
    below, above = 9 * columns + 9, 11 * columns + 11
    assert small.barred[10 * columns + 10].any()
    assert not small.barred[below - 3 * columns].any()
    assert not small.barred[above, over[0]]
