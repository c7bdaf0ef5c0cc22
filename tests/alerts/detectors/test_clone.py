"""One MMSI on two ships."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.detectors.clone import Clone
from tests.plugins.stories import Ship, Stream, Watch, anonymous, kinds, watch

SHARED = 247_000_001


def pair(minutes=30, apart_deg=1.0, feeds=(0, 0), shift=0.5):
    """Two ships under one MMSI that report in turn."""
    one = Ship(SHARED, 12.0, 38.0, feed=feeds[0]).sails(90, 10, minutes)
    other = Ship(SHARED, 12.0, 38.0 + apart_deg, minute=shift, feed=feeds[1])
    return one, other.sails(90, 10, minutes)


def test_two_ships_that_report_in_turn_are_one_event():
    (event,) = [e for e in watch(Clone(), *pair()) if e.state == "open"]
    assert (event.kind, event.mmsi) == ("clone", SHARED)
    assert (event.lon, event.lat) == pytest.approx((12.0, 39.0), abs=0.01)
    assert event.evidence["distance"].value == pytest.approx(60, abs=1)
    assert event.evidence["implied_speed"].value > 3000
    assert event.evidence["swaps"].value >= 3


def test_an_episode_of_hours_is_one_event_told_now_and_then():
    events = watch(Clone(), *pair(225))
    assert {e.id for e in events} == {events[0].id}
    assert kinds(events)[0] == ("clone", "open")
    assert 15 <= len(events) <= 24


def test_a_lone_noise_point_is_no_clone():
    ship = Ship(SHARED, 12.0, 38.0).sails(90, 10, 10)
    ship.says(lon_deg=17.0, minute=ship.minute + 0.5).sails(90, 10, 10)
    assert watch(Clone(), ship) == []


def test_two_ships_that_are_close_are_one():
    assert watch(Clone(), *pair(apart_deg=0.001, feeds=(0, 1))) == []
    assert watch(Clone(), *pair(apart_deg=0.05)) == []


def test_a_jump_without_return_is_no_clone():
    ship = Ship(SHARED, 12.0, 38.0).sails(90, 10, 20).is_at(14.0, 38.0).sails(90, 10, 20)
    assert watch(Clone(), ship) == []


def test_two_feeds_that_hear_it_far_apart_at_once_are_enough():
    one = Ship(SHARED, 12.0, 38.0, feed=0).sails(90, 10, 9, every_s=180)
    other = Ship(SHARED, 12.0, 39.0, feed=1, minute=4.5).sails(90, 10, 6, every_s=180)
    (event,) = watch(Clone(swaps_least=99), one, other, until_minute=12)
    assert event.evidence["two_feeds_at_once"].value is True


def test_two_feeds_that_hear_it_far_apart_two_hours_later_are_not():
    one = Ship(SHARED, 12.0, 38.0, feed=0).sails(90, 10, 10)
    other = Ship(SHARED, 12.0, 41.0, feed=1, minute=130).sails(90, 10, 10)
    assert watch(Clone(), one, other) == []


def test_a_fast_craft_is_one_ship():
    assert watch(Clone(), Ship(SHARED, 12.0, 38.0).sails(90, 32, 60).sails(270, 32, 60)) == []


def test_it_ends_when_one_place_alone_is_heard():
    one, other = pair(20)
    one.sails(90, 10, 240)
    assert kinds(watch(Clone(), one, other))[-1] == ("clone", "closed")


def test_positions_under_interference_are_taken_back():
    stream = Stream.of(*pair(20))
    seen = Watch({"clone": Clone()})
    first, rest = stream.cut(20)
    told = seen.sees(first)
    seen.screening.world.untrusted[:] = 1 << 62
    told += seen.sees(rest)
    assert kinds(told)[-1] == ("clone", "retracted")


def test_other_cuts_and_a_stop_change_nothing():
    stream = Stream.of(*pair(40))
    whole = Watch({"clone": Clone()}).sees(stream)
    assert Watch({"clone": Clone()}).sees(stream, piece=1) == whole
    one, other = Watch({"clone": Clone()}), Watch({"clone": Clone()})
    first, rest = stream.cut(30)
    told = one.sees(first)
    other.screening.thaw(one.screening.freeze())
    other.segmenter.thaw(one.segmenter.freeze())
    other.now = one.now
    assert [anonymous(e) for e in told + other.sees(rest)] == [anonymous(e) for e in whole]


def test_the_event_stays_the_same_however_often_a_row_comes():
    stream = Stream.of(*pair(20))
    twice = replace(stream, positions=type(stream.positions).join([stream.positions] * 2))
    order = twice.positions.spool.argsort(kind="stable")
    twice = replace(twice, positions=twice.positions.take(order))
    both = [Watch({"clone": Clone()}).sees(one) for one in (stream, twice)]
    assert both[0] == both[1]
