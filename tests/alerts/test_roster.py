"""Duty rosters: who is on duty, who is next, and when nobody is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.roster import (
    Away,
    Person,
    Roster,
    RosterError,
    Shift,
    Swap,
    ladder,
    on_duty,
    uncovered,
    watches,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ROSTER = Roster(
    office="catania",
    people=tuple(Person(one, one.title()) for one in ("anna", "bruno", "carla", "dario", "head")),
    shifts=(
        Shift(("anna", "bruno"), dt.time(6), dt.time(22), WEEKDAYS),
        Shift(("carla",), dt.time(22), dt.time(6), WEEKDAYS),
        Shift(("dario",), dt.time(6), dt.time(6), ("sat", "sun", "holiday")),
    ),
    holidays=(dt.date(2026, 12, 25),),
    chain=("head",),
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def names(people: tuple[Person, ...]) -> list[str]:
    return [one.id for one in people]


@pytest.mark.parametrize(
    ("when", "who"),
    [
        ("2026-11-20T12:00:00Z", ["anna", "bruno"]),
        ("2026-11-20T04:59:59Z", ["carla"]),
        ("2026-11-20T05:00:00Z", ["anna", "bruno"]),
        ("2026-11-20T21:00:00Z", ["carla"]),
        ("2026-11-21T04:59:00Z", ["carla"]),
        ("2026-11-21T05:00:00Z", ["dario"]),
        ("2026-11-23T04:30:00Z", ["dario"]),
        ("2026-07-20T04:00:00Z", ["anna", "bruno"]),
        ("2026-12-25T12:00:00Z", ["dario"]),
        ("2026-12-26T03:00:00Z", ["dario"]),
    ],
)
def test_who_is_on_duty(when, who):
    assert names(on_duty(ROSTER, at(when))) == who


def test_who_is_away_is_replaced_also_by_somebodys_stand_in():
    day = dt.date(2026, 11, 20)
    roster = replace(
        ROSTER, away=(Away("anna", day, day, "carla"), Away("carla", day, day, "dario"))
    )
    assert names(on_duty(roster, at("2026-11-20T12:00:00Z"))) == ["dario", "bruno"]
    assert names(on_duty(roster, at("2026-11-23T12:00:00Z"))) == ["anna", "bruno"]


def test_two_who_stand_in_for_each_other_are_both_away():
    day = dt.date(2026, 11, 20)
    roster = replace(
        ROSTER, away=(Away("anna", day, day, "bruno"), Away("bruno", day, day, "anna"))
    )
    assert on_duty(roster, at("2026-11-20T12:00:00Z")) == ()


def test_a_swap_wins_over_every_shift():
    swap = Swap(at("2026-11-20T10:00:00Z"), at("2026-11-20T11:00:00Z"), ("head",))
    roster = replace(ROSTER, swaps=(swap,))
    assert names(on_duty(roster, at("2026-11-20T10:59:59Z"))) == ["head"]
    assert names(on_duty(roster, at("2026-11-20T11:00:00Z"))) == ["anna", "bruno"]


def test_a_swap_that_names_only_people_who_are_away_leaves_the_shift_on_duty():
    day = dt.date(2026, 11, 20)
    swap = Swap(at("2026-11-20T10:00:00Z"), at("2026-11-20T11:00:00Z"), ("head",))
    roster = replace(ROSTER, swaps=(swap,), away=(Away("head", day, day),))
    assert names(on_duty(roster, at("2026-11-20T10:30:00Z"))) == ["anna", "bruno"]


def test_the_ladder_goes_from_those_on_duty_to_the_chain_each_once():
    noon = at("2026-11-20T12:00:00Z")
    assert names(ladder(ROSTER, noon)) == ["anna", "bruno", "head"]


def test_a_night_without_anybody_is_named_with_the_hour_that_winter_adds():
    bare = replace(ROSTER, shifts=ROSTER.shifts[:1], holidays=())
    gaps = uncovered(bare, at("2026-10-23T12:00:00Z"), at("2026-10-26T12:00:00Z"))
    assert gaps == ((at("2026-10-23T20:00:00Z"), at("2026-10-26T05:00:00Z")),)
    week = uncovered(ROSTER, at("2026-11-16T00:00:00Z"), at("2026-11-23T00:00:00Z"))
    assert week == ((at("2026-11-21T21:00:00Z"), at("2026-11-21T21:00:00Z")),)[:0]


@given(st.integers(0, 60 * 24 * 400))
def test_somebody_is_on_duty_exactly_where_no_gap_is_named(minutes):
    bare = replace(ROSTER, shifts=ROSTER.shifts[:2])
    moment = at("2026-01-01T00:00:00Z") + dt.timedelta(minutes=minutes)
    gaps = uncovered(bare, moment, moment + dt.timedelta(minutes=1))
    assert bool(gaps) is not bool(on_duty(bare, moment))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"chain": ("nobody",)}, "chain: 'nobody' is nobody"),
        ({"zone": "Rome"}, "zone 'Rome'"),
        ({"people": (*ROSTER.people, Person("anna", "Other"))}, "stands twice"),
        ({"swaps": (Swap(at("2026-11-20T10:00:00"), at("2026-11-20T11:00:00"), ()),)}, "its zone"),
    ],
)
def test_a_roster_that_cannot_be_meant_is_refused(change, fault):
    with pytest.raises(RosterError, match=fault):
        replace(ROSTER, **change)


def test_watches_follow_one_another_and_name_the_hours_without_anybody() -> None:
    one = Roster("jot", (Person("anna", "Anna"), Person("boris", "Boris")), (
        Shift(("anna",), dt.time(6), dt.time(14)), Shift(("boris",), dt.time(14), dt.time(22)),
    ), zone="UTC")  # fmt: skip
    day = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    told = watches(one, day + dt.timedelta(hours=5), day + dt.timedelta(hours=23))
    assert [(a.hour, b.hour, [person.id for person in who]) for a, b, who in told] == [
        (5, 6, []), (6, 14, ["anna"]), (14, 22, ["boris"]), (22, 23, []),
    ]  # fmt: skip
