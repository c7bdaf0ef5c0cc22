import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.land import load_land
from service.exercise.paths import ROUTES, along, load_paths, restored, sides, stored
from service.exercise.scenario import ScenarioError, load_scenario
from service.exercise.strips import pieces


def test_no_piece_of_any_strip_holds_land():
    strips = json.loads(ROUTES.read_text())["paths"]
    touching = [key for key, strip in strips.items() if load_land().crosses(pieces(strip)).any()]
    assert touching == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_lane_of_any_path_crosses_land(data):
    paths = load_paths()
    path = data.draw(st.integers(0, len(paths.keys) - 1))
    lane = data.draw(st.floats(-1, 1))
    assert not load_land().legs_cross(paths.lane(path, lane)).any()


def test_every_line_ground_and_harbour_of_the_scenario_has_its_paths():
    keys = set(load_paths().keys)
    scenario = load_scenario()
    for start, end in scenario.lines():
        assert f"lane:{start}>{end}" in keys
    for name, ground in scenario.grounds.items():
        assert {f"ground:{name}>{port}" for port in ground.ports} <= keys
        assert f"tow:{name}:0" in keys
    for name, port in scenario.ports.items():
        if not port.gate:
            assert {f"berth:{name}:0", f"anchor:{name}:0", f"loop:{name}:0"} <= keys


def test_paths_meet_in_the_approach_whatever_the_lane():
    paths, scenario = load_paths(), load_scenario()
    path = paths.keys.index("lane:VALENCIA>PALMA")
    for lane in (-1.0, 0.4, 1.0):
        ends = paths.lane(path, lane)[[0, -1]]
        expected = [scenario.ports[name].approach for name in ("VALENCIA", "PALMA")]
        assert np.allclose(ends, expected, atol=2e-4)


def test_a_lane_is_about_as_long_as_the_sea_way():
    paths = load_paths()
    nm = paths.length_m(paths.keys.index("lane:GIBRALTAR_W>SUEZ_CANAL")) / 1852
    assert 1880 < nm < 2030  # tables of distances: Gibraltar - Port Said 1,925 nm


def test_the_strait_of_messina_is_sailed():
    paths = load_paths()
    lane = paths.lane(paths.keys.index("lane:AUGUSTA>MILAZZO"), 0.0)
    assert ((lane[:, 1] > 38.15) & (lane[:, 1] < 38.3) & (lane[:, 0] > 15.5)).any()


def test_starboard_of_a_northbound_line_is_east():
    line = np.array([[10.0, 40.0], [10.0, 41.0]])
    side = sides(line, np.array([1111.95, 1111.95]))
    assert side[:, 0] == pytest.approx(0.01 / np.cos(np.radians(line[:, 1])), rel=1e-6)
    assert side[:, 1] == pytest.approx(0, abs=1e-12)


def test_a_degree_of_latitude_is_sixty_miles():
    assert along(np.array([[5.0, 40.0], [5.0, 41.0]]))[1] / 1852 == pytest.approx(60, rel=1e-3)


def test_a_strip_survives_its_file():
    points, width = np.array([[5.12345, 40.0], [5.2, 40.1]]), np.array([0.0, 120.9])
    again, narrow = restored(stored(points, width))
    assert again == pytest.approx(points, abs=5.1e-5)
    assert narrow.tolist() == [0, 120]


def test_missing_routes_are_named_with_the_cure(tmp_path):
    with pytest.raises(ScenarioError, match=r"derive_routes"):
        load_paths(tmp_path / "routes.json")
