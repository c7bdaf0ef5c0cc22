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
BEFORE = (
    "INSERT INTO position (mmsi, segment, time, received, spool, lon_deg, lat_deg, feed, message, "
    "cell) VALUES (%s, 1, %s, %s, 1, 12, 36, 0, 1, 0)"
)
SAID = "INSERT INTO vessel (run_id, mmsi, received, message) VALUES (0, %s, %s, 5)"
ADOPTED = "INSERT INTO adoption VALUES (0, 'watchlist', 1, 2, 'aa', %s)"
RELEASED = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)


def corrected(connection, entry: str, answers: int | None = None) -> None:
    """Release version 2 of an entry; ``answers`` to it too."""
    connection.execute(
        "UPDATE entry_version SET state = 'superseded', ended_by = 'b', ended_at = %s "
        "WHERE entry = %s", [RELEASED, entry]
    )  # fmt: skip
    connection.execute(
        "INSERT INTO entry_version SELECT entry, 2, 'released', content, author, at, why, 'b', %s "
        "FROM entry_version WHERE entry = %s", [RELEASED, entry]
    )  # fmt: skip
    if answers:
        hit = "INSERT INTO watchlist_hit VALUES (0, %s, now(), 1, %s, 2, 1, 1, 1, 0)"
        connection.execute(hit, [answers, entry])


@pytest.mark.parametrize(
    ("before_h", "heard_h", "said_h", "answers", "is_listed"),
    [
        (-2, 0.5, None, False, False),
        (-2, 0.5, None, True, True),
        (-2, -0.5, None, False, True),
        (None, 0.5, None, False, True),
        (None, 0.5, -2, False, True),
        (None, 0.5, 0.4, False, False),
    ],
    ids=["heard since", "answers", "not heard since", "back", "back as ever", "back with news"],
)  # fmt: skip
def test_who_does_not_answer_to_the_corrected_entry_is_listed_no_more(
    dsn, connection, before_h, heard_h, said_h, answers, is_listed
):
    entry = listed(dsn, AYLA)
    corrected(connection, entry, AYLA if answers else None)
    rows = ((BEFORE, before_h, (AYLA,)), (HEARD, heard_h, (1, AYLA)), (SAID, said_h, (AYLA,)))
    for statement, hours, numbers in rows:
        if hours is not None:
            at = RELEASED + dt.timedelta(hours=hours)
            times = [at] if statement is SAID else [at, at]
            connection.execute(statement, [*numbers, *times])
    assert {*listed_vessels(connection, TODAY)} == {AYLA}, "the list was not adopted yet"
    connection.execute(ADOPTED, [RELEASED + dt.timedelta(seconds=2)])
    assert {*listed_vessels(connection, TODAY)} == ({AYLA} if is_listed else set())
    assert bool(listing(connection, AYLA)) is is_listed
