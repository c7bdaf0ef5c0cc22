"""Draughts that change at sea, told as stories of ships."""

from __future__ import annotations

import pytest

from alerts.detectors.draught_change import DraughtChange
from tests.plugins.casts import zones
from tests.plugins.stories import Ship, Stream, Watch, kinds, us

FAR, NEAR = (19.0, 35.0), (16.2, 37.0)
"""Far from the port and the anchorage of ``casts.zones``, and 7 nm from the port."""


def ship(draught: float, place: tuple[float, float] = FAR, **values) -> Ship:
    said = {"mmsi": 247_000_052, "lon": place[0], "lat": place[1], "type": 80, "length": 180}
    return Ship(**said | values).introduces(draught_m=draught).sails(90, 1, 30)


def says(story: Ship, draught: float, minutes: float = 30) -> Ship:
    for _ in range(round(minutes / 6)):
        story.introduces(draught_m=draught).sails(90, 1, 6)
    return story


def told(*ships: Ship, until: float = 0):
    return Watch({"it": DraughtChange()}, zones()).sees(Stream.of(*ships), until)


@pytest.mark.parametrize(
    "before, after, count",
    [(9.0, 8.0, 1), (9.0, 10.0, 1), (9.0, 8.2, 0), (4.0, 3.6, 0), (4.0, 3.5, 1), (15.0, 13.6, 0),
     (15.0, 13.4, 1)],
)  # fmt: skip
def test_half_a_metre_and_a_tenth_are_both_needed(before, after, count):
    events = told(says(ship(before), after))
    assert kinds(events) == [("draught_change", "open")] * count


def test_it_says_both_draughts_and_when_the_new_one_was_first_said():
    [event] = told(says(ship(9.0), 7.5))
    said = {name: fact.value for name, fact in event.evidence.items()}
    assert (said["draught_before"], said["draught"], said["change"]) == (9.0, 7.5, 1.5)
    assert event.evidence["change"].threshold == 0.9
    assert event.started_us == us("2026-05-10T00:30:00")


def test_near_a_port_ships_load():
    assert told(says(ship(9.0, NEAR), 5.0)) == []


def test_where_there_is_no_port_every_place_is_far():
    [event] = Watch({"it": DraughtChange()}).sees(Stream.of(says(ship(9.0), 5.0)))
    assert event.evidence["off_port"].value is None


def test_beyond_the_known_sea_nothing_is_told():
    assert told(says(ship(9.0, (-30.0, 35.0)), 5.0)) == []


def test_a_typing_error_that_is_corrected_at_once_is_none():
    assert told(says(says(ship(9.0), 90.0 / 10 - 4, 6), 9.0)) == []


def test_what_is_not_said_is_no_change():
    story = ship(9.0)
    story.introduces().sails(90, 1, 30)
    assert told(says(story, 9.0)) == []


def test_small_steps_are_no_change():
    story = ship(9.0)
    for step in range(1, 12):
        says(story, 9.0 - 0.1 * step, 6)
    assert told(story) == []


def test_a_second_change_is_a_version_of_the_same_event():
    events = told(says(says(ship(9.0), 7.5), 6.0))
    assert kinds(events) == [("draught_change", "open"), ("draught_change", "updated")]
    assert events[-1].evidence["draught"].value == 6.0


def test_after_twelve_hours_without_a_further_one_it_is_closed():
    events = told(says(ship(9.0), 7.5), until=900)
    assert kinds(events) == [("draught_change", "open"), ("draught_change", "closed")]


@pytest.mark.parametrize("type_, count", [(70, 1), (80, 1), (60, 0), (30, 0), (52, 0)])
def test_only_ships_that_carry_cargo_are_asked(type_, count):
    assert len(told(says(ship(9.0, type=type_), 7.0))) == count
