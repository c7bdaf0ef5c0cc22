"""Events are kept as they were told, each version once."""

from __future__ import annotations

import datetime as dt

import pytest

from alerts.events import Event, Fact
from store.connect import connect
from store.events import events_between, events_of, mark_grown, not_grown, put_events

DAY = dt.datetime(2026, 5, 10, tzinfo=dt.UTC)
START_US = int(DAY.timestamp()) * 1_000_000
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def connection(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def drift(mmsi: int = 247_000_001, hours: int = 0, **values: object) -> Event:
    evidence = {"speed": Fact(2.31, "kn", 0.5), "bow": Fact("<script>")}
    return Event.begin(
        "drift", 1, started_us=START_US + hours * 3_600_000_000, lon=12.5, lat=38.25, mmsi=mmsi,
        evidence=evidence, inputs=(1 << 40 | 7,), trigger=1 << 40 | 9, **values,
    )  # fmt: skip


def test_an_event_comes_back_as_it_was_put(connection):
    event = drift()
    put_events(connection, [event])
    assert events_of(connection, [event.id]) == {event.id: event}


def test_the_newest_version_counts(connection):
    event = drift()
    later = event.next("closed", START_US + 60, ended_us=START_US + 60, reason="under way")
    put_events(connection, [event, later])
    assert events_of(connection, [event.id, "0" * 16]) == {event.id: later}


def test_the_same_version_is_kept_once(connection):
    put_events(connection, [drift()])
    put_events(connection, [drift()])
    assert len(not_grown(connection, 10)) == 1


def test_what_alerts_have_taken_in_waits_no_more(connection):
    put_events(connection, [drift(1), drift(2)])
    [(number, _), _] = not_grown(connection, 10)
    mark_grown(connection, [number])
    assert [event.mmsi for _, event in not_grown(connection, 10)] == [2]


def test_events_of_a_span_and_of_a_vessel(connection):
    put_events(connection, [drift(2, hours=2), drift(1, hours=1), drift(1, hours=5)])
    found = events_between(connection, DAY, DAY + 3 * HOUR)
    assert [event.mmsi for event in found] == [1, 2]
    assert len(events_between(connection, DAY, DAY + 6 * HOUR, mmsi=1)) == 2


def test_a_replay_s_events_are_its_own(connection):
    put_events(connection, [drift()], run_id=3)
    assert not_grown(connection, 10) == []
    assert events_between(connection, DAY, DAY + HOUR) == []
    assert len(events_between(connection, DAY, DAY + HOUR, run_id=3)) == 1


def silence(began_h: int, ended_h: int | None = None, mmsi: int = 1) -> list[Event]:
    """A silence as it is told: open, and closed where it ended."""
    first = Event.begin(
        "gap", 1, started_us=START_US + began_h * 3_600_000_000, lon=12.5, lat=38.25, mmsi=mmsi,
        evidence={}, inputs=(1 << 40 | 7,), trigger=1 << 40 | 9,
    )  # fmt: skip
    if ended_h is None:
        return [first]
    end_us = START_US + ended_h * 3_600_000_000
    return [first, first.next("closed", end_us, ended_us=end_us)]


def test_what_lasted_into_a_span_is_found_where_it_is_asked_for(connection):
    over, into, still = silence(-30, -5), silence(-4, 2), silence(-3, mmsi=2)
    given_up, drifted = silence(-24 * 40), [drift(1, hours=-1)]
    put_events(connection, [*over, *into, *still, *given_up, *drifted])
    found = events_between(connection, DAY, DAY + HOUR, lasting=True)
    assert [event.id for event in found] == [into[0].id, still[0].id]
    assert events_between(connection, DAY, DAY + HOUR) == []


def test_all_that_happened_in_a_span_is_found_where_no_limit_is_set(connection):
    put_events(connection, [drift(1, hours=1, zone=f"z-{n}") for n in range(5)])
    assert len(events_between(connection, DAY, DAY + 3 * HOUR, mmsi=1, limit=2)) == 2
    assert len(events_between(connection, DAY, DAY + 3 * HOUR, mmsi=1, limit=None)) == 5
