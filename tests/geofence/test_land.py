import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.errors import GeofenceError
from geofence.land import LAND_FILE, legs, load_land
from geofence.sources import derive_land, world_atlas

ASHORE = {
    "Rome": (12.50, 41.90),
    "Madrid": (-3.70, 40.42),
    "Cairo": (31.24, 30.04),
    "Athens": (23.76, 38.02),
    "middle of Malta": (14.42, 35.89),
    "Tripolitania": (13.0, 31.0),
}
AT_SEA = {
    "Tyrrhenian": (12.0, 40.0),
    "Ionian": (18.5, 37.0),
    "Strait of Messina": (15.60, 38.15),
    "Strait of Bonifacio": (9.18, 41.32),
    "Strait of Gibraltar": (-5.60, 35.95),
    "Pylos": (21.0, 36.3),
}


@pytest.mark.parametrize("place", ASHORE)
def test_a_place_ashore_is_on_land(place):
    assert load_land().on_land(*ASHORE[place]).tolist() == [True]


@pytest.mark.parametrize("place", AT_SEA)
def test_a_place_at_sea_is_not_on_land(place):
    assert load_land().on_land(*AT_SEA[place]).tolist() == [False]


def test_a_missing_position_is_not_on_land():
    assert not load_land().on_land(np.array([np.nan, 12.0]), np.array([41.9, np.nan])).any()


@settings(deadline=None)  # the first call compiles
@given(st.floats(-12, 42), st.floats(25, 50))
def test_the_prepared_answer_equals_the_one_of_single_polygons(lon, lat):
    land = load_land()
    point = shapely.Point(lon, lat)
    alone = any(polygon.intersects(point) for polygon in land.polygons)
    assert land.on_land(lon, lat)[0] == alone


def test_a_leg_across_italy_crosses_land_and_one_round_it_does_not():
    track = np.array([[13.0, 40.0], [16.0, 42.0], [16.5, 42.2]])
    assert load_land().legs_cross(track).tolist() == [True, False]


def test_legs_join_neighbouring_points():
    assert shapely.get_coordinates(legs(np.array([[0, 0], [1, 1], [2, 0.0]]))).tolist() == [
        [0, 0],
        [1, 1],
        [1, 1],
        [2, 0],
    ]


def test_polygons_are_valid_and_keep_four_decimals():
    land = load_land()
    assert land.union.is_valid
    scaled = shapely.get_coordinates(land.union) * 1e4
    assert np.abs(scaled - np.rint(scaled)).max() < 1e-6


def test_the_large_mediterranean_islands_are_there():
    sizes = sorted((polygon.area for polygon in load_land().polygons), reverse=True)
    assert len(sizes) >= 158
    for lon, lat in ((14.0, 37.5), (9.0, 40.0), (9.1, 42.2), (24.9, 35.2), (33.0, 35.0)):
        assert load_land().on_land(lon, lat)[0]


def test_the_sidecar_names_source_licence_and_the_very_file():
    about = json.loads(LAND_FILE.with_suffix(".json").read_text())
    assert about["legal_status"] == "indicative"
    assert about["licence"].startswith("Public domain")
    assert about["version"].endswith("world-atlas@2.0.2")
    assert about["sha256"] == hashlib.sha256(LAND_FILE.read_bytes()).hexdigest()


def test_the_file_stays_small_enough_for_a_page():
    assert LAND_FILE.stat().st_size < 700_000


def test_a_missing_file_is_named_with_the_cure(tmp_path):
    with pytest.raises(GeofenceError, match=r"no\.geojson .*derive_land"):
        load_land(tmp_path / "no.geojson")


def test_a_file_without_polygons_is_refused(tmp_path):
    file = tmp_path / "empty.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(GeofenceError, match="no polygon"):
        load_land(file)


def square_with_hole() -> dict:
    """A quantised topology: a square of 4° with a hole, two arcs, one walked backwards."""
    outer = [[0, 0], [4, 0], [0, 4], [-4, 0], [0, -4]]
    hole = [[1, 1], [2, 0], [0, 2], [-2, 0], [0, -2]]
    geometry = {"type": "MultiPolygon", "arcs": [[[0], [~1]]]}
    return {
        "transform": {"scale": [1.0, 1.0], "translate": [10.0, 40.0]},
        "arcs": [outer, hole],
        "objects": {"land": {"geometries": [geometry]}},
    }


def test_topology_arcs_are_deltas_that_are_scaled_shifted_and_reversed():
    (polygon,) = world_atlas.polygons(square_with_hole())
    assert polygon.bounds == (10, 40, 14, 44)
    assert polygon.area == 16 - 4


def test_cutting_keeps_holes_and_drops_what_lies_outside():
    far = shapely.box(100, 0, 101, 1)
    (kept,) = derive_land.cut([*world_atlas.polygons(square_with_hole()), far])
    assert kept.area == pytest.approx(12)
    assert len(kept.interiors) == 1


def test_derived_files_are_written_with_their_hash(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(derive_land, "DATA", tmp_path)
    source = tmp_path / "land-10m.json"
    source.write_text(json.dumps(square_with_hole()))
    derive_land.main([str(source)])
    about = json.loads((tmp_path / "mediterranean_land.json").read_text())
    assert about["polygons"] == 1
    assert load_land(tmp_path / "mediterranean_land.geojson").on_land(10.5, 40.5)[0]
