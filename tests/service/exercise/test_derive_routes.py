import numpy as np
import pytest
import shapely

from geofence.land import Land, load_land
from service.exercise import derive_routes, strips
from service.exercise.grid import BOX_DEG, CELL_DEG, MOVES, Grid, cheapest, clearance
from service.exercise.scenario import Port, ScenarioError, load_scenario


def land_of(*boxes):
    union = shapely.multipolygons([shapely.box(*box) for box in boxes])
    shapely.prepare(union)
    return Land(shapely.get_parts(union), union)


def open_grid(rows=60, columns=60):
    cost = np.ones((rows, columns))
    return Grid(cost, np.zeros((cost.size, len(MOVES)), bool))


def at(column, row):
    return BOX_DEG[0] + (column + 0.5) * CELL_DEG, BOX_DEG[1] + (row + 0.5) * CELL_DEG


def test_the_way_over_open_water_has_both_ends():
    grid = open_grid()
    way = grid.way(grid.ways(at(5, 5)), at(50, 40))
    assert np.allclose(way[[0, -1]], [at(50, 40), at(5, 5)])


def test_a_wall_is_gone_round():
    grid = open_grid()
    grid.cost[:50, 30:33] = np.inf
    way = grid.way(grid.ways(at(5, 5)), at(55, 5))
    assert (way[:, 1] > at(0, 49)[1]).any()


def test_what_cannot_be_reached_has_no_way():
    grid = open_grid()
    grid.cost[:, 30:33] = np.inf
    previous = cheapest(grid.cost, grid.barred, np.ones(60), grid.cell(*at(5, 5)))
    assert previous[grid.cell(*at(50, 5))] == -1


def test_clearance_grows_with_the_distance_from_land():
    dry = np.zeros((3, 5), bool)
    dry[:, 0] = True
    assert clearance(dry, np.full(3, 10.0), 10.0)[1].tolist() == [0, 10, 20, 30, 40]


def test_a_string_over_open_water_is_pulled_straight():
    grid, far = open_grid(), land_of((100, 0, 101, 1))
    way = grid.way(grid.ways(at(5, 5)), at(50, 40))
    assert len(strips.pulled(way, grid, far)) <= 3


def test_a_strip_is_narrowed_until_no_land_is_in_it():
    cape = land_of((10.4, 40.005, 10.6, 41.0))
    line = np.array([[10.0, 40.0], [10.5, 40.0], [11.0, 40.0]])
    kept = strips.strip(line, 5_000.0, cape, "test")
    assert not cape.crosses(strips.pieces(kept)).any()
    assert 100 < kept[2][1] < 560


def test_a_line_over_land_is_refused_with_its_place():
    wall = land_of((10.4, 39.0, 10.6, 41.0))
    with pytest.raises(ScenarioError, match=r"path lane:A>B touches land near \[10"):
        strips.strip(np.array([[10.0, 40.0], [11.0, 40.0]]), 100.0, wall, "lane:A>B")


def test_thinned_lines_keep_their_shape_and_a_bound_on_their_pieces():
    far = land_of((100, 0, 101, 1))
    bend = strips.resampled(np.array([[10.0, 40.0], [11.0, 40.0], [11.0, 41.0]]), 500.0)
    kept = strips.thinned(bend, far)
    assert len(kept) < 12
    assert np.hypot(*(kept - [11.0, 40.0]).T).min() < 0.01
    assert np.diff(strips.along(kept)).max() <= 30_000 * 1.01


def test_a_harbour_gets_berths_anchorages_and_loops_off_land():
    port = Port((14.27, 40.83), (14.24, 40.76), "IT NAP")
    made = dict(derive_routes.harbour("NAPLES", port, load_land(), np.random.default_rng(1)))
    assert sum(key.startswith("berth") for key in made) == derive_routes.BERTHS
    assert sum(key.startswith("anchor") for key in made) == derive_routes.ANCHORAGES
    assert not any(load_land().crosses(strips.pieces(strip)).any() for strip in made.values())


def test_tows_stay_in_their_ground():
    ground = load_scenario().grounds["LION"]
    random = np.random.default_rng(1)
    for _, strip in derive_routes.tows("LION", ground, load_land(), random):
        points, _ = strips.restored(strip)
        off = (points - ground.centre) * [np.cos(np.radians(ground.centre[1])), 1.0]
        assert np.hypot(*off.T).max() * 111.2 <= ground.radius_km
