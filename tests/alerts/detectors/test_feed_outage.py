"""Feeds that fall silent: one event each, closed when they are heard again."""

from __future__ import annotations

import pytest

from alerts.detectors.feed_outage import FeedOutage
from alerts.detectors.gap import Gap
from tests.plugins.stories import Ship, Stream, Watch, kinds


def ships(minutes, feed=0, count=5, station=0, first=247_000_100, minute=0.0):
    """Ships at anchor that report each half minute to one station of a feed."""
    return [
        Ship(first + n, 12.0 + 0.01 * n, 38.0, minute=minute, feed=feed).stays(
            minutes, 30, station=station
        )
        for n in range(count)
    ]


def told(*them, until=0, detector=None):
    return Watch({"it": detector or FeedOutage()}).sees(Stream.of(*them), until)


def test_a_feed_that_falls_silent_is_one_event():
    others = ships(120, feed=1, first=247_000_200)
    (event,) = told(*ships(60), *others)
    assert (event.kind, event.state, event.lane) == ("feed_outage", "open", "infrastructure")
    assert event.evidence["silence"].threshold == 600
    assert event.evidence["ships_heard_before"].value == 5
    assert (event.lon, event.lat) == (pytest.approx(12.02, abs=0.02), 38.0)


def test_it_ends_when_the_feed_is_heard_again():
    others = ships(120, feed=1, first=247_000_200)
    again = ships(30, minute=90)
    events = told(*ships(60), *others, *again)
    assert kinds(events) == [("feed_outage", "open"), ("feed_outage", "closed")]
    assert events[1].evidence["lasted"].value == 30 * 60 + 30


def test_a_station_of_a_living_feed_is_told_less_gravely():
    (event,) = told(*ships(60, station=7), *ships(120, station=8, first=247_000_200))
    assert event.severity == "medium"
    assert event.evidence["station"].value == "00000007"


def test_stations_of_a_silent_feed_are_not_told():
    both = [*ships(60, station=7), *ships(60, station=8, first=247_000_200)]
    others = ships(120, feed=1, first=247_000_300)
    assert [e.severity for e in told(*both, *others)] == ["high"]


def test_the_silence_of_everything_is_noticed_by_ticks_alone():
    assert kinds(told(*ships(60), until=75)) == [("feed_outage", "open")]


def test_a_feed_that_always_pauses_is_not_down_in_its_pause():
    """As a satellite: ten minutes of reports in each hour."""
    passes = [s for h in range(8) for s in ships(10, minute=60 * h)]
    steady = ships(480, feed=1, first=247_000_200, count=1)
    late = [e for e in told(*passes, *steady) if e.started_us > 1_778_385_600_000_000]
    assert late == []


def test_a_feed_of_a_few_messages_is_never_down():
    assert told(*ships(10, count=1), until=120) == []


def test_an_outage_is_one_event_and_no_gap():
    them = ships(90, count=30)
    watch = Watch({"gap": Gap(port_nm=0, shore_nm=0), "feed_outage": FeedOutage()})
    assert kinds(watch.sees(Stream.of(*them), 600)) == [("feed_outage", "open")]
