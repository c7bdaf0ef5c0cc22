"""Alerts as they were told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.connect import connect
from store.queries import query
from store.recalled import of_vessel, told_between
from tests.plugins.sailed import MARIA, over, told

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def between(dsn, start, end):
    with connect(dsn) as connection:
        return told_between(connection, at(start), at(end), 100)


def test_an_alert_is_there_from_when_it_was_told_not_from_its_event(dsn) -> None:
    told(dsn, at(0))
    assert between(dsn, -60, 0) == []
    [one] = between(dsn, -60, 1)
    assert (one.told_at, one.over_at) == (at(0), None)


def test_an_alert_is_there_until_it_is_over(dsn) -> None:
    about = told(dsn, at(0))
    over(dsn, about, at(30))
    [one] = between(dsn, 10, 20)
    assert one.over_at == at(30)
    assert between(dsn, 30, 60) == []


def test_they_come_in_the_order_of_telling(dsn) -> None:
    told(dsn, at(20), id="A-2")
    told(dsn, at(10), id="A-1")
    assert [one.alert.id for one in between(dsn, 0, 60)] == ["A-1", "A-2"]


def test_of_too_many_the_last_are_kept(dsn) -> None:
    for number in range(3):
        told(dsn, at(number), id=f"A-{number}")
    with connect(dsn) as connection:
        kept = told_between(connection, at(0), at(60), 2)
    assert [one.alert.id for one in kept] == ["A-1", "A-2"]


def test_a_vessel_has_those_that_name_her(dsn) -> None:
    told(dsn, at(0))
    with connect(dsn) as connection:
        assert [one.told_at for one in of_vessel(connection, MARIA, 10)] == [at(0)]
        assert [one.told_at for one in of_vessel(connection, MARIA, None)] == [at(0)]
        assert of_vessel(connection, 9, 10) == []


@pytest.mark.parametrize(
    ("name", "index"), [("vessel_alerts", "alert_mmsis"), ("past_alerts", "alert_change")]
)
def test_each_is_read_through_an_index(dsn, name, index) -> None:
    asked = {"mmsi": MARIA, "limit": 10, "start": at(0), "end": at(60)}
    with connect(dsn) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(row[0] for row in connection.execute(b"EXPLAIN " + query(name), asked))
    assert index in plan
