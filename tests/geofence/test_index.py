"""The index answers as shapely does, on easy points and on borders."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geofence.errors import GeofenceError
from geofence.grid import CELL_DEG, MOST_CELLS, MOST_PAIRS, SIZE
from geofence.index import ZoneIndex
from geofence.land import load_land
from geofence.zones import Zone, ZoneSet


def zone(name: str, geometry: shapely.Geometry, **more: object) -> Zone:
    """A zone of one geometry."""
    return Zone(name, name, "custom", geometry, "drawn", "none", **more)


def blob(rng: np.random.Generator, corners: int, radius: float) -> shapely.Geometry:
    """A crooked shape with a hole somewhere in the Mediterranean."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    away = radius * (1 + 0.3 * np.sin(3 * angle) + 0.02 * rng.normal(size=corners))
    middle = np.array([rng.uniform(-4, 35), rng.uniform(31, 44)])
    round_it = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    outer = middle + away[:, None] * round_it
    hole = middle + 0.3 * away[::-1, None] * round_it[::-1]
    return shapely.Polygon(outer, [hole]).buffer(0)


@pytest.fixture(scope="module")
def index() -> ZoneIndex:
    """Sixty crooked zones of some 38 k vertices, holes and parts among them, and the land."""
    rng = np.random.default_rng(7)
    zones = [zone(f"z{k:02}", blob(rng, 320, rng.uniform(0.2, 2.5))) for k in range(60)]
    return ZoneIndex.of(ZoneSet((*zones, zone("land", load_land().union))))


def brute(index: ZoneIndex, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What shapely says, zone by zone."""
    found = [np.flatnonzero(shapely.contains_xy(shape, lon, lat)) for shape in index.shapes]
    row = np.concatenate(found)
    number = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
    order = np.lexsort((number, row))
    return row[order], number[order]


def agree(index: ZoneIndex, lon: np.ndarray, lat: np.ndarray) -> int:
    """Compare with shapely and return how many answers there were."""
    (row, number), (true_row, true_number) = index.inside(lon, lat), brute(index, lon, lat)
    assert np.array_equal(row, true_row)
    assert np.array_equal(number, true_number)
    return len(row)


@pytest.mark.slow
def test_a_million_random_points_are_where_shapely_says(index):
    rng = np.random.default_rng(1)
    assert agree(index, rng.uniform(-25, 60, 1_000_000), rng.uniform(20, 55, 1_000_000)) > 100_000


def test_points_on_and_beside_borders_are_where_shapely_says(index):
    rng = np.random.default_rng(2)
    corners = shapely.get_coordinates(index.shapes)
    middles = (corners[1:] + corners[:-1]) / 2
    base = np.concatenate([corners, middles])
    close = [base, base + rng.uniform(-1e-9, 1e-9, base.shape)]
    closest = base[:20_000] + rng.uniform(-1e-15, 1e-15, (20_000, 2))
    points = np.concatenate([*close, closest])
    assert len(points) > 100_000
    assert agree(index, points[:, 0], points[:, 1]) > 1000


def test_corners_and_edges_of_cells_are_where_shapely_says(index):
    column, row = np.meshgrid(np.arange(-120, 740), np.arange(0, 340))
    lon, lat = column.ravel() * 0.05, 29 + row.ravel() * 0.05
    west, south, size = index.cells.frame[:3]
    agree(index, np.append(lon, west + column.ravel() * size), np.append(lat, south + lat * 0.7))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-8, 8), st.integers(-8, 8)), min_size=3, max_size=9))
def test_zones_on_round_numbers_are_as_shapely_says_also_when_invalid(corners):
    points = np.array(corners, float) * 0.05 + (10.0, 40.0)
    shape = shapely.Polygon(points)
    # Of lines that go and come back the same way shapely says that places beside them are inside.
    assume(shapely.make_valid(shape).area > 0)
    index = ZoneIndex.of(ZoneSet((zone("a", shape),)))
    grid = np.arange(-40, 41) * 0.0125
    lon, lat = (axis.ravel() for axis in np.meshgrid(10.0 + grid, 40.0 + grid))
    agree(index, lon, lat)


def test_places_that_are_none_are_in_nothing(index):
    lon = [np.nan, 14.0, np.inf, -np.inf, 1e300, 200.0, 374.0, 14.0, np.nan]
    lat = [40.0, np.nan, 40.0, 40.0, 1e300, 40.0, 40.0, -np.inf, np.nan]
    row, number = index.inside(lon, lat)
    assert len(row) == len(number) == 0


def test_a_set_without_zones_holds_nothing():
    row, number = ZoneIndex.of(ZoneSet()).inside([0.0, 14.0], [0.0, 40.0])
    assert (row.dtype, number.dtype, len(row)) == (np.int64, np.int32, 0)


def test_a_point_in_a_hole_is_outside_and_both_parts_count():
    ring = shapely.box(10, 40, 11, 41).difference(shapely.box(10.4, 40.4, 10.6, 40.6))
    index = ZoneIndex.of(ZoneSet((zone("a", shapely.union(ring, shapely.box(12, 40, 13, 41))),)))
    assert index.inside([10.1, 10.5, 12.5, 11.5], [40.5] * 4)[0].tolist() == [0, 2]


def test_a_zone_within_one_cell_is_found():
    index = ZoneIndex.of(ZoneSet((zone("a", shapely.Point(14.02, 40.02).buffer(0.001)),)))
    assert index.inside([14.02, 14.03], [40.02, 40.02])[0].tolist() == [0]


def test_answers_are_sorted_by_row_and_zone():
    boxes = [zone(f"z{k}", shapely.box(10 - 0.1 * k, 40, 11 + 0.01 * k, 41)) for k in range(9)]
    row, number = ZoneIndex.of(ZoneSet(tuple(boxes))).inside([11.015, 10.5], [40.5, 40.5])
    assert row.tolist() == [0] * 7 + [1] * 9
    assert number.tolist() == [*range(2, 9), *range(9)]


def test_depth_is_the_distance_to_the_border_with_its_sign():
    index = ZoneIndex.of(ZoneSet((zone("a", shapely.box(10, 40, 11, 41), leave_m=1000.0),)))
    lon = np.array([10.001, 9.999, 9.99, 10.5, 9.9])
    row, number, depth = index.depths(lon, np.full(5, 40.5))
    metres = Geod(ellps="WGS84").inv(lon, [40.5] * 5, [10.0] * 5, [40.5] * 5)[2]
    assert (row.tolist(), number.tolist()) == ([0, 1, 2], [0, 0, 0])
    assert depth == pytest.approx([metres[0], -metres[1], -metres[2]], abs=0.2)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(-60, 60), st.floats(-179, 179), st.floats(0, 360), st.floats(10, 900), st.booleans()
)
def test_the_flat_earth_is_a_thousandth_off_at_most(lat, lon, azimuth, away, flip):
    x, y, _ = Geod(ellps="WGS84").fwd(lon, lat, azimuth, away)
    dot = shapely.box(x - 1e-9, y - 1e-9, x + 1e-9, y + 1e-9)
    depth = ZoneIndex.of(ZoneSet((zone("a", dot, leave_m=1000.0),))).depths([lon], [lat])[2]
    assert depth == pytest.approx([-away], rel=1e-3, abs=0.1)


@pytest.mark.parametrize("leave_m", [-1.0, np.nan, 20_001.0])
def test_a_leaving_distance_that_is_none_is_refused(leave_m):
    with pytest.raises(GeofenceError, match=r"zone a: leave_m .*; expected 0 to 20000 m"):
        zone("a", shapely.box(10, 40, 11, 41), leave_m=leave_m)


def test_columns_of_two_lengths_are_refused(index):
    with pytest.raises(GeofenceError, match="one latitude for each longitude"):
        index.inside([1.0, 2.0], [3.0])


@pytest.mark.parametrize("frame", [(-180, -90, 180, 90), (-179.9, -80, 179.9, 80)])
def test_a_zone_as_large_as_the_world_makes_cells_coarser_not_more(index, frame):
    wide = ZoneIndex.of(ZoneSet((*index.zones.zones, zone("world", shapely.box(*frame)))))
    rng = np.random.default_rng(3)
    assert len(wide.cells.kind) <= MOST_CELLS
    assert agree(wide, rng.uniform(-180, 180, 5000), rng.uniform(-90, 90, 5000)) > 4000
    assert agree(wide, rng.uniform(-5, 36, 5000), rng.uniform(30, 46, 5000)) > 5000


def test_a_border_of_too_many_edges_within_reach_makes_cells_coarser(index):
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    away = 5 + 0.1 * np.sin(50 * angle)
    points = np.stack([15 + away * np.cos(angle), 38 + 0.5 * away * np.sin(angle)], axis=1)
    dense = ZoneIndex.of(ZoneSet((zone("dense", shapely.Polygon(points), leave_m=20_000.0),)))
    assert len(dense.cells.edges) <= MOST_PAIRS
    assert dense.cells.frame[SIZE] > CELL_DEG
    near = points[::20] + np.random.default_rng(4).normal(0, 0.01, (5000, 2))
    assert 1000 < agree(dense, *near.T) < 4000
    assert dense.depths(*near.T)[0].tolist() == list(range(5000))
