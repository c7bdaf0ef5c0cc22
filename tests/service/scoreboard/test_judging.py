"""What was told is held against what is true, and counted once."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.exercise.incidents.script import Truth
from service.scoreboard.intervals import per_1000, poisson_95
from service.scoreboard.judging import Told, judged, time_us, together, told_of

T0 = time_us("2026-03-02T06:00:00.000Z")
MIN = 60_000_000
TRUTH = Truth("black_out", "drift", (247000001,), T0, 15.0, 37.0, T0 + 30 * MIN)
PAIR = Truth("meeting", "encounter", (247000001, 247000002), T0, 15.0, 37.0, T0 + 40 * MIN)
AREA = Truth("interference", "gnss_interference", (), T0, 15.0, 37.0, T0 + 30 * MIN)


def told(kind="drift", mmsis=(247000001,), minute=10.0, **values) -> Told:
    known = {
        "id": f"{kind}{mmsis}{minute}", "kind": kind, "mmsis": mmsis,
        "told_us": T0 + round(minute * MIN), "lon": 15.0, "lat": 37.0, "severity": "medium",
        "state": "open", "versions": 1, "reason": None,
    }  # fmt: skip
    return Told(**{**known, **values})


def test_what_is_told_in_time_is_found_with_its_delay():
    score = judged([told()], [TRUTH], 10.0).scores["drift"]
    assert (score.staged, score.found, score.false, score.delays_s) == (1, 1, 0, [600.0])
    assert score.recall == 1


def test_what_is_told_too_late_is_neither_found_nor_false():
    verdict = judged([told(minute=31)], [TRUTH], 10.0)
    score = verdict.scores["drift"]
    assert (score.found, score.late, score.false) == (0, 1, 0)
    assert verdict.missed == (TRUTH,)


def test_what_is_told_before_it_happens_is_not_found():
    assert judged([told(minute=-5)], [TRUTH], 1.0).scores["drift"].found == 0


def test_another_kind_does_not_count():
    scores = judged([told("loitering")], [TRUTH], 1.0).scores
    assert (scores["drift"].found, scores["loitering"].false) == (0, 1)


def test_a_pair_needs_both_ships():
    right = told("encounter", (247000001, 247000002))
    wrong = told("encounter", (247000001, 247000009))
    assert judged([right], [PAIR], 1.0).scores["encounter"].found == 1
    assert judged([wrong], [PAIR], 1.0).scores["encounter"].found == 0


@pytest.mark.parametrize("lon,found", [(15.0, 1), (15.5, 1), (17.0, 0)])
def test_an_area_is_the_one_that_is_near(lon, found):
    event = told("gnss_interference", (247000005,), lon=lon)
    assert judged([event], [AREA], 1.0).scores["gnss_interference"].found == found


def test_an_area_without_a_place_is_meant_by_its_time():
    event = told("gnss_interference", (), lon=math.nan, lat=math.nan)
    assert judged([event], [AREA], 1.0).scores["gnss_interference"].found == 1


def test_a_wrong_severity_is_not_what_was_asked_for():
    truth = Truth("test", "distress", (970000001,), T0, 15.0, 37.0, T0 + MIN, "info")
    event = told("distress", (970000001,), 0.1, severity="critical")
    assert judged([event], [truth], 1.0).scores["distress"].found == 0


def test_further_events_of_a_truth_are_repeats():
    score = judged([told(), told(minute=20)], [TRUTH], 1.0).scores["drift"]
    assert (score.found, score.repeats, score.false) == (1, 1, 0)


def test_what_is_told_of_actors_beyond_their_truths_is_beside_but_of_innocents_false():
    events = [told(mmsis=(247000007,)), told(mmsis=(247000008,))]
    score = judged(events, [], 1.0, staged=[247000007, 247000008], innocent=[247000008]).scores[
        "drift"
    ]
    assert (score.beside, score.false) == (1, 1)


def test_what_the_input_explains_is_beside():
    score = judged([told("gap")], [], 1.0, explained=lambda one: one.kind == "gap").scores["gap"]
    assert (score.beside, score.false) == (1, 0)


def test_false_alarms_that_were_retracted_stay_false_and_are_counted_apart():
    score = judged([told(state="retracted")], [], 1.0).scores["drift"]
    assert (score.false, score.retracted) == (1, 1)


def test_verdicts_add_up():
    one, other = judged([told()], [TRUTH], 4.0), judged([], [TRUTH], 6.0)
    both = together([one, other]).scores["drift"]
    assert (both.staged, both.found, both.vessel_days, both.recall) == (2, 1, 10.0, 0.5)


def test_events_are_read_as_they_were_told_first(tmp_path):
    first = {
        "id": "a", "kind": "gap", "version": 1, "state": "open", "reason": None, "mmsis": [1],
        "severity": "medium", "updated_at": "2026-03-02T06:00:00.000Z", "lon": 1.0, "lat": 2.0,
    }  # fmt: skip
    last = {**first, "version": 2, "state": "retracted", "reason": "heard late", "severity": "low"}
    last["updated_at"] = "2026-03-02T07:00:00.000Z"
    path = tmp_path / "events.jsonl"
    path.write_text(f"{json.dumps(first)}\n{json.dumps(last)}\n")
    [event] = told_of(path)
    assert (event.told_us, event.severity) == (T0, "medium")
    assert (event.state, event.versions, event.reason) == ("retracted", 2, "heard late")


@pytest.mark.parametrize(
    "count,low,high", [(0, 0.0, 2.9957), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)]
)
def test_poisson_intervals_are_those_of_the_tables(count, low, high):
    assert poisson_95(count) == pytest.approx((low, high), abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 60))
def test_the_interval_holds_its_count_and_grows_with_it(count):
    low, high = poisson_95(count)
    assert low <= count <= high
    assert poisson_95(count + 1)[1] > high


def test_nothing_seen_in_380_vessel_days_still_means_fewer_than_8():
    assert per_1000(0, 380.0) == (0.0, 0.0, 7.88)


def test_nobody_watched_is_no_rate():
    assert all(math.isnan(one) for one in per_1000(0, 0.0))
