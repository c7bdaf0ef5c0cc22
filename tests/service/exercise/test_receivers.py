import numpy as np
import pytest

from service.exercise.noise import chance, wobble
from service.exercise.receivers import LATEST_MS, Masts, heard
from service.exercise.scenario import load_scenario
from service.exercise.transponders import REPORT


def sent(count, lon, lat, kind=1):
    reports = np.zeros(count, REPORT)
    reports["lon"], reports["lat"], reports["kind"] = lon, lat, kind
    reports["sent_ms"] = np.arange(count) * 1000
    reports["vessel"] = 7
    return reports


def masts(*places, reach=50.0, satellite=False):
    return Masts(
        np.array([f"M{n}".encode() for n in range(len(places))]),
        np.array([place[0] for place in places]),
        np.array([place[1] for place in places]),
        np.full(len(places), reach),
        np.full(len(places), satellite),
    )


def share(nm, kind=1):
    return len(heard(masts((10.0, 40.0)), sent(2_000, 10.0, 40 + nm / 60, kind), 1).report) / 2_000


def test_a_ship_beside_the_mast_is_nearly_always_heard():
    assert 0.96 < share(2) < 1.0


def test_reception_falls_off_towards_the_horizon():
    assert share(20) > share(42) > share(48) > 0


def test_nobody_is_heard_beyond_the_range():
    assert share(51) == 0


def test_class_b_is_heard_less_far():
    assert share(35, kind=18) == 0
    assert share(35, kind=1) > 0.7


def test_two_masts_hear_the_same_message_at_slightly_different_times():
    both = heard(masts((10.0, 40.0), (10.1, 40.1)), sent(500, 10.05, 40.05), 1)
    twice = [np.flatnonzero(both.report == row) for row in range(500)]
    pairs = [both.line_ms[rows] for rows in twice if len(rows) == 2]
    assert len(pairs) > 450
    assert all(0 < abs(a - b) < LATEST_MS for a, b in pairs if a != b)


def test_a_satellite_hears_only_the_long_range_report():
    above = masts((18.0, 38.0), reach=2_000.0, satellite=True)
    assert len(heard(above, sent(500, 18.0, 35.0, kind=1), 1).report) == 0
    assert 100 < len(heard(above, sent(500, 18.0, 35.0, kind=27), 1).report) < 300


def test_lines_leave_after_the_transmission_and_in_order():
    both = heard(masts((10.0, 40.0), (10.1, 40.1)), sent(200, 10.0, 40.0), 1)
    delay = both.line_ms - both.report * 1000
    assert (delay > 0).all()
    assert (delay < LATEST_MS).all()
    assert (np.diff(both.line_ms) >= 0).all()


def test_many_overlapping_masts_lose_no_reception():
    crowd = masts(*[(10.0, 40.0)] * 30)
    assert len(heard(crowd, sent(100, 10.0, 40.0), 1).report) > 2_800


def test_the_default_receivers_overlap(exercise):
    made = exercise.reports(1_800_000_000_000, 1_800_000_300_000)
    receptions = heard(exercise.masts, made, 1).report
    assert 0.08 < 1 - len(set(receptions.tolist())) / len(receptions) < 0.3


def test_masts_are_those_of_the_scenario():
    found = Masts.of(load_scenario())
    assert found.names[0] == b"GIBRALTAR"
    assert found.satellite.sum() == 1


def test_draws_are_uniform_and_repeatable():
    draws = np.array([chance(1, n, 5, 3) for n in range(4_000)])
    assert draws.mean() == pytest.approx(0.5, abs=0.03)
    assert 0 <= draws.min() < draws.max() < 1
    assert chance(1, 2, 3, 4) == chance(1, 2, 3, 4) != chance(1, 2, 4, 4)


def test_wobble_has_mean_zero_and_deviation_one():
    draws = np.array([wobble(1, n, 5, 3) for n in range(4_000)])
    assert draws.mean() == pytest.approx(0, abs=0.08)
    assert draws.std() == pytest.approx(1, abs=0.06)
