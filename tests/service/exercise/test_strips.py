"""Strips of water: lines that are resampled, smoothed, thinned and narrowed, free of land."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.land import Land
from service.exercise import strips
from service.exercise.paths import METRES_PER_DEG, along, restored, sides, stored
from service.exercise.scenario import ScenarioError

ZIGZAG = np.array([[10.0, 40.0], [10.3, 40.2], [10.6, 40.0], [10.9, 40.2]])
lines = st.lists(
    st.tuples(st.floats(14, 16), st.floats(36, 38)), min_size=2, max_size=6, unique=True
).map(np.array)


def land_of(*boxes) -> Land:
    union = shapely.multipolygons([shapely.box(*box) for box in boxes])
    shapely.prepare(union)
    return Land(shapely.get_parts(union), union)


FAR = land_of((100, 0, 101, 1))


def off_line_m(points, line) -> float:
    """How far the furthest of ``points`` is from ``line``."""
    scale = np.array([np.cos(np.radians(line[:, 1].mean())), 1.0])
    curve = shapely.linestrings(line * scale)
    return float(shapely.distance(curve, shapely.points(points * scale)).max() * METRES_PER_DEG)


# --- resampled -----------------------------------------------------------------------------------


@settings(max_examples=40)
@given(lines, st.floats(5_000, 100_000))
def test_a_resampled_line_has_its_ends_and_no_long_steps(line, step_m):
    found = strips.resampled(line, step_m)
    assert np.allclose(found[[0, -1]], line[[0, -1]])
    assert np.diff(along(found)).max() <= step_m * 1.03


@given(lines)
def test_resampling_stays_on_the_line(line):
    assert off_line_m(strips.resampled(line, 20_000.0), line) < 1


def test_a_short_line_keeps_its_two_ends():
    line = np.array([[10.0, 40.0], [10.001, 40.0]])
    assert np.allclose(strips.resampled(line, 5_000.0), line)


# --- rounded -------------------------------------------------------------------------------------


def sharpest(points) -> float:
    """The largest change of course from one leg to the next, degrees."""
    east = np.diff(points[:, 0]) * np.cos(np.radians(points[1:, 1]))
    course = np.degrees(np.arctan2(east, np.diff(points[:, 1])))
    return float(np.abs((np.diff(course) + 180) % 360 - 180).max())


def test_rounding_makes_bends_gentle_and_keeps_the_ends():
    found = strips.rounded(ZIGZAG, FAR)
    assert np.allclose(found[[0, -1]], ZIGZAG[[0, -1]])
    assert sharpest(found) < 15 < sharpest(ZIGZAG)
    assert off_line_m(found, ZIGZAG) < 6_000


def test_a_bend_round_a_cape_is_rounded_less():
    cape = land_of((10.299, 40.10, 10.301, 40.19))
    found = strips.rounded(ZIGZAG, cape)
    assert not cape.legs_cross(found).any()
    assert off_line_m(found, ZIGZAG) < off_line_m(strips.rounded(ZIGZAG, FAR), ZIGZAG)


def test_a_line_that_touches_land_already_is_left_alone():
    wall = land_of((10.1, 39.9, 10.2, 40.3))
    assert np.array_equal(strips.rounded(ZIGZAG, wall), ZIGZAG)


# --- thinned -------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(lines)
def test_a_thinned_line_stays_within_its_tolerance(line):
    dense = strips.resampled(line, 5_000.0)
    found = strips.thinned(dense, FAR)
    assert np.allclose(found[[0, -1]], line[[0, -1]])
    assert off_line_m(found, dense) < 75
    assert np.diff(along(found)).max() <= strips.LONGEST_M * 1.03


def test_a_straight_line_needs_few_points():
    dense = strips.resampled(np.array([[10.0, 40.0], [10.0, 40.25]]), 100.0)
    assert len(strips.thinned(dense, FAR)) == 2


def test_beside_land_a_line_is_thinned_less():
    line = strips.resampled(np.array([[10.0, 40.0], [10.1, 40.0002], [10.2, 40.0]]), 200.0)
    reef = land_of((10.08, 39.9999, 10.12, 40.0001))
    assert not reef.legs_cross(line).any()
    assert not reef.legs_cross(strips.thinned(line, reef)).any()
    assert len(strips.thinned(line, reef)) > len(strips.thinned(line, FAR))


# --- strips --------------------------------------------------------------------------------------


def test_at_open_sea_a_strip_is_as_wide_as_wished():
    kept = strips.strip(ZIGZAG, 2_000.0, FAR, "test")
    assert kept == stored(ZIGZAG, np.full(4, 2_000.0))


def test_only_the_pieces_beside_land_are_narrowed():
    rock = land_of((10.44, 40.11, 10.46, 40.12))
    widths = strips.strip(ZIGZAG, 2_000.0, rock, "test")[2]
    assert widths[0] == widths[3] == 2_000
    assert widths[1] < 2_000
    assert widths[2] < 2_000


@settings(max_examples=40)
@given(st.floats(-0.02, 0.02), st.floats(0.001, 0.01))
def test_whatever_lies_beside_it_no_strip_holds_land(shift, size):
    line = np.array([[10.0, 40.0], [10.2, 40.0], [10.4, 40.1]])
    rock = land_of((10.1, 40 + shift, 10.1 + size, 40 + shift + size))
    try:
        kept = strips.strip(line, 3_000.0, rock, "test")
    except ScenarioError:
        assert shift < 1e-9
    else:
        assert not rock.crosses(strips.pieces(kept)).any()


def test_the_pieces_of_a_strip_hold_every_lane():
    kept = strips.strip(ZIGZAG, 2_000.0, FAR, "test")
    points, width = restored(kept)
    hull = shapely.union_all(strips.pieces(kept)).buffer(1e-9)
    for lane in (-1.0, -0.3, 0.0, 0.8, 1.0):
        track = shapely.linestrings(points + lane * sides(points, width))
        assert hull.covers(track)


# --- how wide a lane may be ----------------------------------------------------------------------


LINE = strips.resampled(np.array([[10.0, 40.0], [12.0, 40.0]]), 5_000.0)


def test_a_lane_is_a_point_at_its_approaches_and_wide_between():
    width = strips.lane_width(LINE, FAR, (False, False))
    assert width[0] == width[-1] == 0
    assert width.max() == strips.WIDEST_M


def test_a_lane_that_ends_in_a_gate_is_open_there():
    width = strips.lane_width(LINE, FAR, (True, False))
    assert (width[0], width[-1]) == (strips.WIDEST_M, 0)


def test_a_lane_is_narrow_beside_a_coast():
    coast = land_of((10.9, 40.02, 11.1, 40.2))
    width = strips.lane_width(LINE, coast, (True, True))
    nearest = int(np.argmin(width))
    assert LINE[nearest][0] == pytest.approx(11.0, abs=0.15)
    assert 0 < width[nearest] < 0.02 * METRES_PER_DEG * strips.SHARE_OF_CLEARANCE


@given(st.booleans(), st.booleans())
def test_no_lane_is_wider_than_it_may_be(west, east):
    width = strips.lane_width(LINE, FAR, (west, east))
    assert ((width >= 0) & (width <= strips.WIDEST_M)).all()
