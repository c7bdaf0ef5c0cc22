"""Land of simple shapes: edges, corners, many points, and legs that graze it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geofence.errors import GeofenceError
from geofence.land import Land, drawn, legs, load_land
from geofence.sources import derive_land, world_atlas

BOXES = [(10.0, 40.0, 12.0, 42.0), (20.0, 35.0, 21.0, 36.0)]


@pytest.fixture
def file(tmp_path):
    """A land file with two square islands."""
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(box)}
        for box in (shapely.box(*box) for box in BOXES)
    ]
    path = tmp_path / "islands.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def islands(file) -> Land:
    return load_land(file)


def test_a_file_gives_its_polygons(islands):
    assert [polygon.bounds for polygon in islands.polygons] == BOXES
    assert islands.union.area == pytest.approx(5)


def test_the_same_file_is_read_once(file):
    assert load_land(file) is load_land(file)


@pytest.mark.parametrize(
    "lon,lat,expected",
    [
        (11.0, 41.0, True),
        (10.0, 41.0, True),  # the edge
        (12.0, 42.0, True),  # a corner
        (9.9999, 41.0, False),
        (15.0, 38.0, False),
        (20.5, 35.5, True),
        (np.nan, 41.0, False),
        (np.inf, 41.0, False),
    ],
)
def test_a_point_is_on_land_or_not(islands, lon, lat, expected):
    assert islands.on_land(lon, lat).tolist() == [expected]


def test_many_points_are_answered_in_their_order(islands):
    lon, lat = np.array([11.0, 15.0, 20.5]), np.array([41.0, 41.0, 35.5])
    assert islands.on_land(lon, lat).tolist() == [True, False, True]


def test_no_points_have_no_answers(islands):
    assert islands.on_land(np.empty(0), np.empty(0)).tolist() == []


def test_both_ways_along_a_leg_it_crosses_the_same():
    land = load_land()
    track = np.array([[8.0, 43.0], [9.2, 42.2], [10.5, 42.9], [12.0, 40.0]])
    forth, back = land.legs_cross(track), land.legs_cross(track[::-1])
    assert forth.tolist() == back[::-1].tolist()
    assert forth.any()
    assert not forth.all()


@pytest.mark.parametrize(
    "track,expected",
    [
        ([[9.0, 41.0], [13.0, 41.0]], [True]),  # right across, both ends at sea
        ([[9.0, 42.0], [13.0, 42.0]], [True]),  # along the edge
        ([[9.0, 43.0], [13.0, 43.0]], [False]),
        ([[9.0, 41.0], [11.0, 41.0], [11.5, 41.5]], [True, True]),
        ([[15.0, 40.0], [16.0, 40.0], [20.5, 35.5]], [False, True]),
    ],
)
def test_a_leg_that_touches_land_crosses_it(islands, track, expected):
    assert islands.legs_cross(np.array(track)).tolist() == expected


@given(st.lists(st.tuples(st.floats(9, 22), st.floats(34, 43)), min_size=2, max_size=8))
def test_a_track_from_land_crosses_it_in_that_leg(points):
    box = [shapely.box(*box) for box in BOXES]
    land = Land(np.array(box, object), shapely.multipolygons(box))
    track = np.array(points)
    crossing = land.legs_cross(track)
    ashore = land.on_land(*track.T)
    assert (crossing >= (ashore[:-1] | ashore[1:])).all()


def test_areas_are_asked_as_legs_are(islands):
    areas = np.array([shapely.box(9, 39, 9.5, 39.5), shapely.box(9, 39, 10.5, 40.5)], object)
    assert islands.crosses(areas).tolist() == [False, True]


@pytest.mark.parametrize("points", [2, 5])
def test_a_track_has_a_leg_less_than_points(points):
    track = np.column_stack([np.arange(points), np.zeros(points)])
    assert len(legs(track)) == points - 1


def test_lines_are_drawn_row_by_row():
    rows = np.array([[[0, 0], [1, 0]], [[5, 5], [5, 7]]], float)
    assert shapely.length(drawn(rows)).tolist() == [1, 2]


@pytest.mark.parametrize("text", ["", "{}", "[]", "{"])
def test_what_is_no_land_file_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "odd.geojson"
    path.write_text(text)
    with pytest.raises(GeofenceError) as refused:
        load_land(path)
    assert "\n" not in str(refused.value)


# --- derived -------------------------------------------------------------------------------------


def topology(*rings) -> dict:
    """A topology of one polygon, arcs as absolute points that are stored as steps."""
    arcs = [np.diff(np.array([[0, 0], *ring]), axis=0).tolist() for ring in rings]
    geometry = {"type": "MultiPolygon", "arcs": [[[n] for n in range(len(rings))]]}
    return {
        "transform": {"scale": [0.5, 0.25], "translate": [10.0, 40.0]},
        "arcs": arcs,
        "objects": {"land": {"geometries": [geometry]}},
    }


SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]


def test_a_topology_is_scaled_and_shifted():
    [polygon] = world_atlas.polygons(topology(SQUARE))
    assert polygon.bounds == (10, 40, 12, 41)


def test_what_lies_outside_the_box_is_cut_off():
    west, south, *_ = derive_land.BOX_DEG
    [kept] = derive_land.cut([shapely.box(west - 5, south - 5, west + 1, south + 1)])
    assert kept.bounds == (west, south, west + 1, south + 1)


def test_the_largest_land_comes_first():
    small, large = shapely.box(10, 40, 11, 41), shapely.box(20, 30, 25, 35)
    assert [part.area for part in derive_land.cut([small, large])] == [25, 1]


def test_touching_lands_become_one():
    [kept] = derive_land.cut([shapely.box(10, 40, 11, 41), shapely.box(11, 40, 12, 41)])
    assert kept.area == 2


def test_coordinates_are_kept_to_four_decimals():
    [kept] = derive_land.cut([shapely.box(10.00001, 40, 11.123456, 41)])
    assert kept.bounds == (10.0, 40.0, 11.1235, 41.0)


def test_a_package_with_another_hash_is_refused(monkeypatch):
    def packs(_words, cwd, check):
        assert check
        (world_atlas.Path(cwd) / "world-atlas.tgz").write_bytes(b"not the same")

    monkeypatch.setattr(world_atlas.subprocess, "run", packs)
    with pytest.raises(ValueError, match="not the same data"):
        world_atlas.fetch()
