"""What the live map asks of alerts and list: only what is open, raised and in force."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from alerts.incidents.acts import acknowledge, resolve
from service.casework import done
from store.changes import Change
from store.marks import (
    alerts_by,
    last_delivery,
    listed_vessels,
    open_versions,
    taken_by,
    told_offices,
)
from store.panel import listing
from tests.plugins.alerted import listed, raised, seen
from tests.plugins.incidents import AYLA, BORA

TODAY = dt.date(2026, 11, 29)


@pytest.fixture
def connection(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def said(who: str) -> Change:
    return Change(who, "a test", dt.datetime.now(dt.UTC))


def test_open_alerts_that_were_raised_are_named_with_their_version(dsn, connection):
    [alert] = raised(dsn, seen("gap", AYLA), seen("loitering", BORA))
    assert open_versions(connection) == {alert.id: 1}
    assert alerts_by(connection, [alert.id, "A-ffffffffffff"]) == {alert.id: alert}
    with connection.transaction():
        done(connection, alert.id, lambda one: resolve(one, "true", "x"), "resolve", said("x"))
    assert open_versions(connection) == {}


def test_an_alert_was_routed_to_whom_it_was_sent_and_for_whom_it_is_held(dsn, connection):
    [alert] = raised(dsn, seen("distress", AYLA))
    assert told_offices(connection, [alert.id]) == {alert.id: {"catania", "piraeus"}}
    assert last_delivery(connection) == 2
    connection.execute("DELETE FROM delivery WHERE office = 'catania'")
    assert told_offices(connection, [alert.id])[alert.id] == {"catania", "piraeus"}


def test_who_took_it_is_the_last_person_that_changed_its_state(dsn, connection):
    [alert] = raised(dsn, seen("distress", AYLA))
    assert taken_by(connection, [alert.id]) == {}
    with connection.transaction():
        done(connection, alert.id, acknowledge, "acknowledge", said("a.rossi"))
    assert taken_by(connection, [alert.id]) == {alert.id: "a.rossi"}


def test_a_vessel_is_listed_by_the_entries_in_force_that_it_answered_to(dsn, connection):
    listed(dsn, AYLA, handling="H2", contributor="GRC")
    listed(dsn, BORA, valid_until=dt.date(2020, 1, 1))
    entry = listed(dsn, 1)
    connection.execute("UPDATE entry_version SET state = 'withdrawn' WHERE entry = %s", [entry])
    [(mmsi, (codes,))] = listed_vessels(connection, TODAY).items()
    assert (mmsi, codes.handling, codes.contributors) == (AYLA, "H2", ("GRC",))


HEARD = (
    "INSERT INTO latest (run_id, segment, mmsi, time, received, spool, lon_deg, lat_deg, feed, "
    "message, reports) VALUES (0, %s, %s, %s, %s, 1, 12, 36, 0, 1, 1)"
)


def corrected(connection, entry: str, *, at: dt.datetime) -> None:
    """Release version 2 of an entry."""
    connection.execute(
        "UPDATE entry_version SET state = 'superseded', ended_by = 'b', ended_at = %s "
        "WHERE entry = %s", [at, entry]
    )  # fmt: skip
    connection.execute(
        "INSERT INTO entry_version SELECT entry, 2, 'released', content, author, at, why, 'b', %s "
        "FROM entry_version WHERE entry = %s", [at, entry]
    )  # fmt: skip


def test_who_does_not_answer_to_the_corrected_entry_is_listed_no_more(dsn, connection):
    released = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    for segment, (mmsi, minutes) in enumerate({AYLA: 30, BORA: -30, 249_000_003: 30}.items()):
        entry = listed(dsn, mmsi)
        corrected(connection, entry, at=released)
        heard = released + dt.timedelta(minutes=minutes)
        connection.execute(HEARD, [segment, mmsi, heard, heard])
    # The last one answered to the new version too; Bora was not heard since.
    connection.execute(
        "INSERT INTO watchlist_hit VALUES (0, %s, now(), 1, %s, 2, 1, 1, 1, 0)", [mmsi, entry]
    )
    assert {*listed_vessels(connection, TODAY)} == {BORA, mmsi}
    assert [bool(listing(connection, one)) for one in (AYLA, BORA, mmsi)] == [False, True, True]
