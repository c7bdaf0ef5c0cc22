"""Ferries of an exercise keep to their lines, as the positions that they send would tell."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from service.exercise.background import POSITIONS
from service.exercise.company import Company
from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from service.exercise.timetables import SCHEDULED, at_sea, scheduled

UNTIL = dt.datetime(2026, 5, 10, tzinfo=dt.UTC).timestamp()
NOON = UNTIL + 12 * 3600


@pytest.fixture(scope="module")
def company() -> Company:
    return Company.of(load_scenario(), 1, 200)


def kind_of(company: Company, mmsi: int) -> str:
    return company.kinds[company.fleet.mmsi.tolist().index(mmsi)]


def test_every_ferry_of_the_timetable_keeps_to_its_line(company):
    scenario = load_scenario()
    lines = scheduled(company, scenario, UNTIL)
    told = {frozenset((one.a, one.b)) for one in lines}
    for ferry in scenario.ferries:
        assert frozenset(port.title() for port in ferry.line) in told
    assert len({one.mmsi for one in lines}) == len(lines)
    assert {kind_of(company, one.mmsi) for one in lines} <= SCHEDULED


def test_a_daily_ferry_sails_some_thirty_times_in_thirty_days(company):
    lines = scheduled(company, load_scenario(), UNTIL)
    genoa = [one for one in lines if {one.a, one.b} == {"Genoa", "Olbia"}]
    assert genoa
    assert all(28 <= one.times <= 31 and one.days == 30 for one in genoa)
    assert "sailed between Genoa and Olbia" in genoa[0].words


def test_no_line_is_told_of_too_few_days(company):
    assert {one.a for one in scheduled(company, load_scenario(), UNTIL, days=1)} <= {
        one.a for one in scheduled(company, load_scenario(), UNTIL) if one.times >= 150
    }


def test_ferries_that_are_at_sea_are_heard_under_way_for_an_hour(company):
    mmsis = {one.mmsi for one in scheduled(company, load_scenario(), UNTIL)}
    found = at_sea(company, mmsis, NOON)
    assert found
    exercise = Exercise(load_scenario(), 1, 200)
    for minutes in (1, 59):
        begin_ms = round(NOON * 1000) + minutes * 60_000
        sent = exercise.reports(begin_ms, begin_ms + 15_000)
        sent = sent[np.isin(sent["kind"], POSITIONS)]
        speeds = dict(zip(exercise.company.fleet.mmsi[sent["vessel"]].tolist(),
                          sent["sog"].tolist(), strict=True))  # fmt: skip
        assert all(speeds[one.mmsi] > 1 for one in found)
    assert all(one.name and one.mmsi in mmsis for one in found)
