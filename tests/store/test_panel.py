"""What the panel of a vessel reads, and that a look stands in the audit once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from geofence.visits import DWELL, ENTERED, LEFT, PRESENT
from store import audit, panel
from store.changes import Change
from store.connect import connect
from store.queries import query
from store.watchlist import withdraw
from store.writer import Writer
from tests.plugins.rows import positions, writes
from tests.plugins.sailed import MARIA, STELLA, listed, sailed
from tests.plugins.where_and_who import visited

BEGIN = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def connection(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def test_each_feed_says_how_often_and_until_when_it_heard_her(dsn, connection) -> None:
    sailed(dsn, BEGIN)
    with Writer(dsn) as writer:
        late = np.datetime64("2026-11-20T11:30")
        row = positions(mmsi=[MARIA], time=[late], received=[late], feed=[1])
        writer.commit(writes(row, offset=2000, feeds=["malta", "north"]))
    north, malta = panel.receivers(connection, MARIA, BEGIN, BEGIN + DAY)
    assert (north.feed, north.positions) == ("north", 1)
    assert (malta.feed, malta.positions, malta.first_at) == ("malta", 60, BEGIN)


def visit(dsn, changes, times, since) -> None:
    with Writer(dsn) as writer:
        block = writes(offset=writer.offset() + 10)
        n = len(changes)
        visits = visited(mmsi=[MARIA] * n, change=changes, time=times, since=[since] * n)
        writer.commit(replace(block, visits=visits))


def test_a_visit_is_one_however_often_it_is_told(dsn, connection) -> None:
    first, second = "2026-11-20T10:00", "2026-11-20T14:00"
    visit(dsn, [ENTERED, DWELL, LEFT], [first, "2026-11-20T11:00", "2026-11-20T12:00"], first)
    visit(dsn, [PRESENT], [second], second)
    newest, before = panel.visits(connection, MARIA, BEGIN - DAY)
    assert (newest.zone, newest.since.hour, newest.left_at) == ("malta", 14, None)
    assert (before.since.hour, before.left_at.hour) == (10, 12)


def test_an_entry_in_force_is_told_with_what_matched(dsn, connection) -> None:
    entry = listed(dsn, BEGIN)
    [one] = panel.listing(connection, MARIA)
    assert (one.entry.id, one.entry.reason, one.matched_on) == (entry, "sold twice", "imo")
    assert one.since == BEGIN
    assert panel.listing(connection, STELLA) == []


def test_an_entry_that_was_withdrawn_is_no_listing_but_is_remembered(dsn, connection) -> None:
    entry = listed(dsn, BEGIN)
    withdraw(connection, [entry], Change("anna", "an error", BEGIN))
    assert panel.listing(connection, MARIA) == []
    assert panel.entries_of(connection, [MARIA, STELLA]) == {MARIA: {entry}}


def look(connection, who: str, at: datetime) -> bool:
    return panel.consulted(
        connection, Change(who, "a look", at), "vessel.consult", "MMSI 1", BEGIN
    )


def test_a_look_is_noted_once(connection) -> None:
    now = datetime.now(UTC)
    assert look(connection, "anna", now)
    assert not look(connection, "anna", now)
    assert look(connection, "bruno", now)
    assert [row.who for row in audit.rows(connection)] == ["bruno", "anna"]
    assert audit.verify(connection) is None


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("vessel_receivers", "position_mmsi_time"),
        ("vessel_visits", "zone_visit_mmsi_time"),
        ("vessel_listing", "watchlist_hit_mmsi_time"),
        ("vessel_entries", "watchlist_hit_mmsi_time"),
        ("audit_since", "audit_subject"),
    ],
)
def test_each_is_read_through_an_index(dsn, connection, name, index) -> None:
    sailed(dsn, BEGIN)
    visit_of_many = "INSERT INTO zone_visit SELECT 0, m, 1, 1, 'malta', 2, %s, %s, 0, 0 "
    connection.execute(visit_of_many + "FROM generate_series(1, 2000) m", [BEGIN, BEGIN])
    connection.execute("ANALYZE zone_visit")
    asked = {"mmsi": MARIA, "mmsis": [MARIA], "start": BEGIN, "end": BEGIN + DAY, "limit": 9}
    asked |= {"who": "a", "action": "b", "subject": "c", "since": BEGIN}
    connection.execute("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in connection.execute(b"EXPLAIN " + query(name), asked))
    assert index in plan
