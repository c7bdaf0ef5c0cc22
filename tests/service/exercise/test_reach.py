"""Who hears whom: distance, class, luck and the same luck each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.exercise.noise import chance, mixed, wobble
from service.exercise.receivers import (
    BEST,
    CLASS_B_REACH,
    LATEST_MS,
    SATELLITE_SHARE,
    Masts,
    _likely,
    heard,
)
from service.exercise.scenario import load_scenario
from service.exercise.transponders import REPORT

CLASS_A, CLASS_B, FAR = 1, 18, 27


def masts(*places, reach=50.0, satellite=False) -> Masts:
    lon, lat = np.array(places, float).reshape(-1, 2).T
    names = np.array([b"M%d" % n for n in range(len(places))] or [b""])
    return Masts(names, lon, lat, np.full(len(lon), reach), np.full(len(lon), satellite))


def sent(count, lon=10.0, lat=40.0, kind=CLASS_A, vessel=7):
    reports = np.zeros(count, REPORT)
    reports["lon"], reports["lat"] = lon, lat
    reports["kind"], reports["vessel"] = kind, vessel
    reports["sent_ms"] = np.arange(count) * 1000
    return reports


# --- how likely ----------------------------------------------------------------------------------


@settings(deadline=None)  # the first call compiles
@given(st.floats(0, 2), st.floats(0, 2), st.sampled_from([CLASS_A, 3, 5, CLASS_B, 24, 29, 4, 21]))
def test_further_away_is_never_more_likely(one, other, kind):
    near, far = sorted((one, other))
    assert 0 <= _likely(far, kind) <= _likely(near, kind) <= BEST


@pytest.mark.parametrize("kind", [CLASS_B, 24, 29])
def test_class_b_reaches_six_tenths_as_far(kind):
    assert _likely(0.5, kind) == pytest.approx(_likely(0.5 / CLASS_B_REACH, CLASS_A))
    assert _likely(CLASS_B_REACH * 1.001, kind) == 0 < _likely(CLASS_B_REACH * 0.999, kind)


def test_to_half_the_range_hardly_anything_is_lost():
    assert _likely(0.5, CLASS_A) > 0.95


def test_a_satellite_s_share_does_not_depend_on_the_distance():
    assert _likely(0.0, FAR) == _likely(0.99, FAR) == SATELLITE_SHARE
    assert _likely(1.0, FAR) == 0


# --- who hears it --------------------------------------------------------------------------------


@pytest.mark.parametrize("bearing", range(0, 360, 45))
def test_the_range_is_a_circle_of_miles_not_of_degrees(bearing):
    angle = np.radians(bearing)
    for nm, expected in ((40, True), (51, False)):
        lat = 40 + nm * np.cos(angle) / 60
        lon = 10 + nm * np.sin(angle) / 60 / np.cos(np.radians(lat))
        found = heard(masts((10.0, 40.0)), sent(300, lon, lat), 1).report
        assert bool(len(found)) == expected


def test_the_share_that_is_heard_is_as_likely_as_it_says():
    for nm in (10, 35, 45):
        found = heard(masts((10.0, 40.0)), sent(5_000, lat=40 + nm / 60), 1)
        assert len(found.report) / 5_000 == pytest.approx(_likely(nm / 50, CLASS_A), abs=0.03)


def test_a_shore_station_does_not_hear_the_long_range_channels():
    assert len(heard(masts((10.0, 40.0)), sent(500, kind=FAR), 1).report) == 0


def test_without_masts_nobody_is_heard():
    assert len(heard(masts(), sent(50), 1).report) == 0


def test_without_reports_there_is_nothing_to_hear():
    assert len(heard(masts((10.0, 40.0)), sent(0), 1).line_ms) == 0


def test_masts_lose_different_messages():
    both = heard(masts((10.0, 40.0), (10.0, 40.0)), sent(4_000, lat=40.72), 1)
    lost = [set(range(4_000)) - set(both.report[both.mast == m].tolist()) for m in (0, 1)]
    share = [len(one) / 4_000 for one in lost]
    assert min(share) > 0.1
    assert len(lost[0] & lost[1]) / 4_000 == pytest.approx(share[0] * share[1], abs=0.03)


def test_the_same_seed_loses_the_same_messages_and_another_others():
    one, again, other = (heard(masts((10.0, 40.0)), sent(2_000, lat=40.75), s) for s in (1, 1, 2))
    assert np.array_equal(one.report, again.report)
    assert np.array_equal(one.line_ms, again.line_ms)
    assert not np.array_equal(one.report, other.report)


def test_what_is_heard_does_not_depend_on_what_else_is_sent():
    alone = heard(masts((10.0, 40.0)), sent(500, lat=40.7), 1)
    crowd = heard(
        masts((10.0, 40.0)), np.concatenate([sent(500, lat=40.7), sent(500, vessel=8)]), 1
    )
    mine = crowd.report < 500
    assert sorted(crowd.report[mine].tolist()) == sorted(alone.report.tolist())


def test_masts_are_delayed_each_by_its_own_line():
    many = masts(*[(10.0, 40.0)] * 5)
    found = heard(many, sent(1_000), 1)
    delay = found.line_ms - found.report * 1000
    least = [int(delay[found.mast == m].min()) for m in range(5)]
    assert len(set(least)) == 5
    assert 0 < min(least) < delay.max() < LATEST_MS


def test_the_receivers_of_the_scenario_are_all_there():
    scenario = load_scenario()
    found = Masts.of(scenario)
    assert [name.decode() for name in found.names] == list(scenario.receivers)
    assert found.range_nm.tolist() == [mast.range_nm for mast in scenario.receivers.values()]


# --- chance --------------------------------------------------------------------------------------


@settings(deadline=None)  # the first call compiles
@given(*[st.integers(0, 1 << 40)] * 3, st.integers(0, 200))
def test_a_draw_lies_in_its_range(seed, a, b, salt):
    assert 0 <= chance(seed, a, b, salt) < 1
    assert -3.5 <= wobble(seed, a, b, salt) <= 3.5


@pytest.mark.parametrize("place", range(4))
def test_every_number_of_a_draw_matters(place):
    numbers = [3, 5, 7, 9]
    other = numbers.copy()
    other[place] += 1
    assert mixed(*numbers) != mixed(*other)


def test_neighbouring_numbers_draw_independently():
    draws = np.array([chance(1, n, 1_000, 70) for n in range(5_000)])
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.05
    shares, _ = np.histogram(draws, 10, (0, 1))
    assert shares.min() > 400
