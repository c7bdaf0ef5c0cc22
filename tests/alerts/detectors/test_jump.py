"""Ships that are suddenly elsewhere."""

from __future__ import annotations

import pytest

from alerts.detectors.jump import Jump
from tests.plugins.stories import Ship, Stream, Watch, kinds, watch

SHIP = 247_000_001


def jumper(degrees=2.0, after=0.0, held=20):
    """A ship that is elsewhere from one report to the next."""
    ship = Ship(SHIP, 12.0, 38.0).sails(90, 10, 20).silent(after)
    return ship.is_at(12.06 + degrees, 38.0).sails(90, 10, held)


def test_a_track_that_goes_on_elsewhere_is_a_jump():
    (event,) = watch(Jump(), jumper())
    assert (event.kind, event.mmsi) == ("jump", SHIP)
    assert event.lon == pytest.approx(14.07, abs=0.01)
    assert event.evidence["distance"].value == pytest.approx(94.6, abs=1)
    assert event.evidence["from_lon"].value == pytest.approx(12.07, abs=0.01)
    assert event.updated_us - event.started_us == pytest.approx(180e6, abs=15e6)


def test_a_lone_noise_point_is_none():
    ship = Ship(SHIP, 12.0, 38.0).sails(90, 10, 20)
    assert watch(Jump(), ship.says(lon_deg=17.0).sails(90, 10, 20)) == []


def test_a_place_that_is_not_held_is_none():
    assert watch(Jump(), jumper(held=2)) == []


def test_a_way_that_a_ship_can_make_is_none():
    assert watch(Jump(), jumper(degrees=0.5, after=60)) == []


def test_a_short_leap_is_none():
    assert watch(Jump(), jumper(degrees=0.08)) == []


def test_two_ships_in_turn_are_none():
    one = Ship(SHIP, 12.0, 38.0).sails(90, 10, 30)
    other = Ship(SHIP, 12.0, 39.0, minute=5.5).sails(90, 10, 30)
    assert watch(Jump(), one, other) == []


def test_it_is_closed_after_an_hour():
    assert kinds(watch(Jump(), jumper(), until_minute=110)) == [
        ("jump", "open"), ("jump", "closed"),
    ]  # fmt: skip


def test_it_is_closed_when_the_ship_is_back():
    ship = jumper(held=10).is_at(12.1, 38.0).sails(90, 10, 10)
    events = watch(Jump(), ship)
    assert kinds(events) == [("jump", "open"), ("jump", "closed")]
    assert events[1].reason == "heard again where it was before"


def test_interference_takes_it_back():
    stream = Stream.of(jumper(held=30))
    seen = Watch({"jump": Jump()})
    first, rest = stream.cut(35)
    told = seen.sees(first)
    seen.screening.world.untrusted[:] = 1 << 62
    assert kinds(told + seen.sees(rest)) == [("jump", "open"), ("jump", "retracted")]


def test_other_cuts_tell_the_same():
    stream = Stream.of(jumper())
    whole = Watch({"jump": Jump()}).sees(stream, 110)
    assert Watch({"jump": Jump()}).sees(stream, 110, piece=1) == whole
