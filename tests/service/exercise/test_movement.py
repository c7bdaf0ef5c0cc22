import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.exercise.movement import Sea, leg_at, state_at
from service.exercise.paths import along, sides
from service.exercise.voyages import ANCHORED, AT_ANCHOR, KNOT, LEG, MOORED, SAIL

LINE = np.array([[10.0, 40.0], [10.0, 40.5], [10.5, 40.5]])
TEN_KN = 10 * KNOT


def sea(*legs):
    """One path, north and then east, with a half-width of 1 km, and one template of ``legs``."""
    right = sides(LINE, np.full(3, 1_000.0))
    rows = np.zeros(len(legs), LEG)
    start = 0.0
    for row, leg in zip(rows, legs, strict=True):
        row["start_s"], row["side"] = start, 1
        for name, value in leg.items():
            row[name] = value
        start += row["length_s"]
    return Sea(
        np.array([0, 3]),
        *(np.ascontiguousarray(column) for column in (*LINE.T, *right.T)),
        along(LINE),
        rows,
        np.array([0, len(legs)]),
        np.array([start]),
    )


CRUISE = {"length_s": 18_000.0, "speed_start": TEN_KN, "speed_end": TEN_KN, "mode": SAIL}


def test_after_an_hour_at_ten_knots_a_ship_is_ten_miles_on():
    state = state_at(sea(CRUISE), 0, 3_600.0, 0.0, 0.5)
    assert (state.lat - 40.0) * 60 == pytest.approx(10, rel=2e-3)
    assert (state.lon, state.cog, state.turn) == (10.0, 0.0, 0.0)
    assert state.sog == pytest.approx(10.0)


def test_a_ship_in_the_right_lane_is_east_when_it_sails_north():
    state = state_at(sea(CRUISE), 0, 3_600.0, 0.5, 0.5)
    assert state.lon > 10.0


def test_a_ship_that_comes_back_is_on_the_other_side_and_on_the_other_course():
    back = CRUISE | {"backward": 1, "side": -1}
    length = along(LINE)[-1]
    state = state_at(sea(back), 0, (length - 30_000) / TEN_KN, 0.5, 0.5)
    assert state.lon < 10.0
    assert state.cog == pytest.approx(180.0, abs=2)


def test_a_bend_is_taken_gradually_with_a_rate_of_turn():
    at_bend = along(LINE)[1] / TEN_KN
    states = [state_at(sea(CRUISE), 0, at_bend + s, 0.0, 0.5) for s in (-60, -15, 0, 15, 60)]
    courses = [state.cog for state in states]
    assert courses == sorted(courses)
    assert courses[0] == pytest.approx(0)
    assert courses[2] == pytest.approx(45, abs=3)
    assert courses[4] == pytest.approx(90, abs=1)
    assert states[2].turn > 60


def test_a_ship_gathers_speed():
    gathering = CRUISE | {"length_s": 600.0, "speed_start": 0.0}
    states = [state_at(sea(gathering), 0, t, 0.0, 0.5) for t in (0.0, 300.0, 600.0)]
    assert [state.sog for state in states] == pytest.approx([0, 5, 10])
    assert states[2].lat - 40.0 == pytest.approx(5 * KNOT * 600 / 111_195, rel=1e-3)


def test_a_moored_ship_keeps_still():
    moored = {"length_s": 9_000.0, "mode": MOORED, "from_m": 50_000.0}
    states = {state_at(sea(moored), 0, t, 0.3, 0.7) for t in (0.0, 1_000.0, 8_999.0)}
    assert len(states) == 1
    assert states.pop().sog == 0


def test_a_ship_at_anchor_swings_round_it_within_its_chain():
    anchored = {"length_s": 90_000.0, "mode": ANCHORED, "status": AT_ANCHOR, "from_m": 50_000.0}
    states = [state_at(sea(anchored), 0, t, 0.0, 0.7) for t in np.linspace(0, 90_000, 200)]
    anchor = state_at(sea(anchored), 0, 0.0, 0.0, 0.7)
    north = np.array([state.lat - anchor.lat for state in states]) * 111_195
    assert 20 < np.abs(north).max() < 120
    assert len({round(state.heading) for state in states}) > 30
    assert max(state.sog for state in states) < 1


@settings(deadline=None)  # the first call compiles
@given(st.floats(0, 10_799.9))
def test_the_leg_is_the_one_whose_time_it_is(cycle_s):
    three = sea(*[CRUISE | {"length_s": 3_600.0}] * 3)
    assert leg_at(three, 0, cycle_s) == int(cycle_s // 3_600)


@settings(deadline=None)  # the first call compiles
@given(st.floats(0, 17_998), st.floats(-1, 1))
def test_speed_over_ground_is_the_distance_really_made(cycle_s, lane):
    picture = sea(CRUISE)
    one, two = (state_at(picture, 0, cycle_s + t, lane, 0.5) for t in (0.0, 1.0))
    east = (two.lon - one.lon) * np.cos(np.radians(one.lat))
    metres = np.hypot(east, two.lat - one.lat) * 111_195
    assert metres / KNOT == pytest.approx((one.sog + two.sog) / 2, rel=0.03, abs=0.5)
