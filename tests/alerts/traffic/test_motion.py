"""Where a report says no speed or course, the leg to it does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alerts.traffic.motion import completed, motion
from alerts.traffic.passages import SAILED, passages_of

S, NAN = 1_000_000, math.nan


def leg(seconds: float, sog=NAN, cog=NAN, lat=35.1):
    return motion(sog, cog, 15.0, lat, round(seconds * S), 15.0, 35.0, 0)


def test_a_leg_of_six_miles_in_half_an_hour_is_twelve_knots_due_north():
    assert leg(1800) == (pytest.approx(12.0, abs=0.05), 0.0)


def test_what_is_said_counts():
    assert leg(1800, 9.0, 45.0) == (9.0, 45.0)
    assert leg(1800, sog=9.0) == (9.0, 0.0)


@pytest.mark.parametrize("seconds", [0, 20, 1801, -60])
def test_legs_too_short_or_too_long_say_nothing(seconds):
    assert all(map(math.isnan, leg(seconds)))


def test_a_leg_of_jitter_is_slow_and_has_no_course():
    knots, course = leg(600, lat=35.0005)
    assert knots < 1
    assert math.isnan(course)


def test_a_track_without_speeds_becomes_passages_of_each_ship_by_herself():
    rows = np.zeros(20, SAILED)
    rows["mmsi"], rows["sog"], rows["cog"] = np.repeat([1, 2], 10), NAN, NAN
    rows["time"] = np.tile(np.arange(10) * 600 * S, 2)
    rows["lon"], rows["lat"] = 15.0 + np.tile(np.arange(10) * 0.03, 2), 35.01
    whole = completed(rows)
    assert np.isnan(whole["sog"]).sum() == 2
    assert np.nanmax(whole["sog"]) == pytest.approx(8.8, abs=0.2)
    assert {*passages_of(whole)["sector"].tolist()} == {4}
