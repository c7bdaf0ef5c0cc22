"""A few of the seeds of ``vedetta bench trends``: planted changes found, silence without one."""

from __future__ import annotations

import datetime as dt

import pytest

from bench.least_changes import Asked, least
from bench.trends import finds, outcome, seeds
from service.exercise.plants import KINDS, Plant
from service.exercise.swell import SEAS
from service.exercise.weeks import weeks_of

START = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize("what", KINDS)
def test_planted_changes_of_each_kind_are_found(what):
    assert any(finds(seed, Plant(what)) for seed in range(2))


def test_a_doubled_route_is_lost_in_a_sea_that_swings_more():
    small = Plant("doubled", 10)
    assert not all(finds(seed, small, "rough") for seed in range(2))


@pytest.mark.parametrize("sea", SEAS)
def test_nothing_planted_is_silent_on_nearly_all_seeds(sea):
    assert sum(not outcome(seed, sea).findings for seed in range(3)) >= 2


def test_the_smallest_change_is_the_first_that_is_found_nearly_always():
    sizes = (0.25, 6.0, 12.0)
    asked = Asked("new route", tuple(Plant("new", one) for one in sizes), sizes, "a week")
    assert least(asked, "calm", 2) == 6.0
    none = Asked("new route", (Plant("new", 0.25),), (0.25,), "a week")
    assert least(none, "calm", 2) is None


def test_seeds_come_from_the_commit_and_differ():
    assert len({*seeds(20, "new"), *seeds(20, "calm")}) == 40
    assert seeds(3, "new") == seeds(3, "new")


def test_a_seed_is_the_same_sea_again():
    first, again = (weeks_of(5, START, 26, 4, (Plant("new"),)) for _ in range(2))
    assert first == again
    late = START + dt.timedelta(weeks=26)
    early = {(one.origin, one.zone) for one in first.passages if one.came < late}
    family, key = first.planted["new"]
    assert family == "route"
    assert key not in early
