"""An exercise is staged by its seed and judged through the same path as live data."""

from __future__ import annotations

from service.exercise.incidents import INCIDENTS
from service.exercise.scenario import load_scenario
from service.scoreboard.exercises import FIRST_S, LAST_S, Staging, exercised, staged


def test_every_incident_is_played_so_often_and_in_the_first_hour():
    scenario = staged(load_scenario(), 4, Staging(copies=2))
    assert sorted(one.kind for one in scenario.incidents) == sorted([*INCIDENTS] * 2)
    assert all(FIRST_S <= one.at_s <= LAST_S for one in scenario.incidents)


def test_seeds_are_other_exercises_and_the_same_seed_is_the_same():
    first, again, other = (staged(load_scenario(), seed, Staging()) for seed in (1, 1, 2))
    assert first == again
    assert first.incidents != other.incidents


def test_a_beacon_is_found_within_seconds_of_its_first_message():
    staging = Staging(copies=1, vessels=3, hours=1.1, names=("sart",))
    score = exercised(4, staging).scores["distress"]
    assert (score.staged, score.found, score.false) == (1, 1, 0)
    assert score.median_s < 30
    assert 0 < score.vessel_days < 0.5


def test_who_leaves_a_lane_and_who_crawls_in_it_are_told_beside_the_sea_that_comes_along():
    staging = Staging(copies=1, vessels=3, hours=2.0, names=("leaves_lane", "crawls"))
    scores = exercised(901, staging).scores
    for kind in ("off_route", "speed_anomaly"):
        assert (scores[kind].staged, scores[kind].found, scores[kind].false) == (1, 1, 0)
