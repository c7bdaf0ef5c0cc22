"""Repeats and calls, told as minutes in which nobody answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.escalation import Call, EscalationSettings, next_call
from alerts.roster import Person
from tests.plugins.notices import MINUTE_US, NOON_US, alert

PEOPLE = (Person("anna", "Anna"), Person("bruno", "Bruno"))
SETTINGS = EscalationSettings()


def story(about, minutes: int, people=PEOPLE, settings=SETTINGS) -> list[tuple[int, str]]:
    """(minute, who) of every call, looked at once a minute."""
    calls: list[Call] = []
    told = []
    for minute in range(minutes):
        now = NOON_US + minute * MINUTE_US
        due = next_call(about, NOON_US, calls, people, settings, now)
        if due:
            assert due.number == len(calls) + 1
            name = due.person.id if due.person else ""
            calls.append(Call(now, name))
            told.append((minute, name))
    return told


def test_a_distress_is_repeated_and_climbs_until_somebody_answers():
    assert story(alert("distress"), 20) == [
        (3, ""), (6, "anna"), (9, ""), (12, "bruno"), (15, ""), (18, ""),
    ]  # fmt: skip


def test_without_a_roster_the_office_is_told_again():
    assert story(alert("distress"), 8, people=()) == [(3, ""), (6, "")]


def test_a_suspicion_climbs_slowly_and_ends():
    calls = story(alert("watchlist"), 2000)
    assert calls[:4] == [(30, ""), (60, "anna"), (90, ""), (120, "bruno")]
    assert len(calls) == 12


@pytest.mark.parametrize(
    "change",
    [
        {"state": "acknowledged"},
        {"state": "resolved"},
        {"state": "retracted"},
        {"snoozed_until_us": NOON_US + 3600 * 1_000_000},
    ],
)
def test_who_took_it_on_or_silenced_it_is_left_alone(change):
    assert story(alert("distress", **change), 30) == []


def test_a_snooze_ends():
    about = alert("sudden_stop", snoozed_until_us=NOON_US + 10 * MINUTE_US)
    assert story(about, 12)[0] == (10, "anna")


def test_small_matters_and_the_system_itself_are_not_repeated():
    assert story(alert("loitering"), 200) == []
    assert story(alert("feed_outage"), 200) == []


def test_zero_switches_a_step_off():
    quiet = replace(SETTINGS, law_repeat_min=0)
    assert {who for _, who in story(alert("watchlist"), 200, settings=quiet)} == {"anna", "bruno"}
