import numpy as np
import pytest

from service.exercise.movement import State
from service.exercise.transponders import _interval, _lattice

THIRDS = {180: 540, 30: 90, 15: 45, 10: 30, 6: 18, 5: 15, 2: 6}
START_MS = 1_800_000_000_000


def moving(knots, turn=0.0):
    return State(10.0, 40.0, knots, 0.0, 0.0, turn)


@pytest.mark.parametrize(
    "knots,turn,status,seconds",
    [
        (0.0, 0, 1, 180),
        (0.1, 0, 5, 180),
        (3.5, 0, 5, 10),
        (0.0, 0, 0, 10),
        (13.9, 0, 0, 10),
        (14.5, 0, 0, 6),
        (23.5, 0, 0, 2),
        (18.0, 25, 0, 2),
    ],
)
def test_class_a_reports_as_often_as_the_standard_says(knots, turn, status, seconds):
    assert _interval(0, status, moving(knots, turn)) == THIRDS[seconds]


def test_class_a_reports_every_three_and_a_third_seconds_in_a_turn():
    assert _interval(0, 0, moving(10.0, -15.0)) == 10


@pytest.mark.parametrize("knots,seconds", [(1.9, 180), (6.0, 30), (14.5, 15), (24.0, 5)])
def test_class_b_reports_less_often(knots, seconds):
    assert _interval(1, 0, moving(knots)) == THIRDS[seconds]


@pytest.mark.parametrize("thirds", [6, 10, 30, 540])
def test_the_lattice_does_not_depend_on_when_it_is_asked(thirds):
    due, now = [], START_MS
    while now < START_MS + 600_000:
        now = _lattice(now, 777, thirds)
        due.append(now)
        now += 1
    steps = np.diff(due)
    assert set(steps.tolist()) <= {thirds * 1000 // 3, thirds * 1000 // 3 + 1}
    assert [_lattice(when - 500, 777, thirds) for when in due[1:]] == due[1:]


def test_fast_ships_report_every_two_seconds_and_moored_ones_every_three_minutes(exercise):
    made = exercise.reports(START_MS, START_MS + 600_000)
    made = made[np.isin(made["kind"], (1, 3))]
    made = made[np.lexsort((made["sent_ms"], made["vessel"]))]
    steady = (np.diff(made["vessel"]) == 0) & (made["turn"][1:] == 0)
    gaps = np.diff(made["sent_ms"]) / 1000
    moored = steady & (made["status"][1:] == 5) & (made["status"][:-1] == 5)
    assert np.median(gaps[moored & (made["sog"][1:] < 1)]) == pytest.approx(180, abs=0.5)
    slow = steady & (made["sog"][1:] > 5) & (made["sog"][1:] < 13) & (made["status"][1:] == 0)
    assert np.median(gaps[slow]) == pytest.approx(10, abs=0.5)


def test_some_headings_are_missing_and_the_others_near_the_course(exercise):
    made = exercise.reports(START_MS, START_MS + 60_000)
    fast = made[(made["kind"] == 1) & (made["sog"] > 8)]
    missing = np.isnan(fast["heading"])
    assert 0 < missing.mean() < 0.3
    off = (fast["heading"] - fast["cog"] + 180) % 360 - 180
    assert np.nanmax(np.abs(off)) < 25


def test_ships_at_anchor_swing(exercise):
    made = exercise.reports(START_MS, START_MS + 3_600_000)
    anchored = made[(made["status"] == 1) & np.isin(made["kind"], (1, 3))]
    vessel = anchored["vessel"][0]
    headings = anchored["heading"][anchored["vessel"] == vessel]
    assert np.ptp(headings[~np.isnan(headings)]) > 2
