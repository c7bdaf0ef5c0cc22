"""A few of the seeds of ``vedetta bench trends``: planted changes found, silence without one."""

from __future__ import annotations

import datetime as dt

from bench.trends import PLANTS, finds, outcome, seeds
from service.exercise.weeks import weeks_of

START = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


def test_planted_changes_are_found_on_nearly_all_seeds():
    found = {plant: sum(finds(seed, plant) for seed in range(4)) for plant in PLANTS}
    assert min(found.values()) >= 3


def test_nothing_planted_is_silent_on_nearly_all_seeds():
    assert sum(not outcome(seed).findings for seed in range(8)) >= 7


def test_seeds_come_from_the_commit_and_differ():
    assert len({*seeds(20, "new"), *seeds(20, "quiet")}) == 40
    assert seeds(3, "new") == seeds(3, "new")


def test_a_seed_is_the_same_sea_again():
    first, again = (weeks_of(5, START, 12, 4, ("new",)) for _ in range(2))
    assert first == again
    late = START + dt.timedelta(weeks=12)
    early = {(one.origin, one.zone) for one in first.passages if one.came < late}
    assert first.planted["new"] not in early
