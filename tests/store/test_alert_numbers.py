"""Numbers of changes: nothing is passed over, however transactions end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import psycopg
import pytest

from alerts.incidents.incident import Grown, Incident
from store.alert_numbers import newest_number, number_turns, numbered, since
from store.changes import Change
from store.connect import connect, session
from store.incidents import act, incident, save
from tests.plugins.notices import NOON_US, alert, event

NOON = dt.datetime.fromtimestamp(NOON_US / 1e6, dt.UTC)


@pytest.fixture
def reader(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def put(connection, number: int, *, raised: bool = True, **said) -> str:
    one = alert("gap", id=f"A-{number:012x}", **said)
    there = Incident(one, f"subject {number}", raised=raised, members=(event("gap"),))
    save(connection, [Grown(None, there, "alert", "a test")], NOON_US)
    return one.id


def changed(connection, name: str, **said) -> None:
    there = incident(connection, name)
    after = replace(there.alert, version=there.alert.version + 1, **said)
    act(connection, replace(there, alert=after), "comment", Change("anna", "looked", NOON))


def told(connection, name: str, office: str) -> None:
    connection.execute("INSERT INTO alert_told VALUES (%s, 1, %s, 'law', %s, false)",
                       [name, office, NOON])  # fmt: skip


def news(reader, after: int, office: str = "") -> list[tuple[str, int]]:
    number_turns(reader)
    return [(one.alert.id, one.alert.version)
            for one in since(reader, after, office, sar=False) if one.current]  # fmt: skip


def test_what_is_committed_last_comes_last_however_early_it_began(dsn, reader) -> None:
    with session(dsn) as early:
        slow = put(early, 1)
        with session(dsn) as late:
            quick = put(late, 2)
        assert news(reader, 0) == [(quick, 1)]
        seen = newest_number(reader)
    assert news(reader, seen) == [(slow, 1)]


def test_a_change_is_told_once_and_of_several_the_newest(dsn, reader) -> None:
    with session(dsn) as connection:
        one = put(connection, 1)
    assert news(reader, 0) == [(one, 1)]
    seen = newest_number(reader)
    for _ in range(3):
        with session(dsn) as connection:
            changed(connection, one)
    assert news(reader, seen) == [(one, 4)]
    assert news(reader, newest_number(reader)) == []


def test_what_changed_since_it_got_its_number_waits_for_the_next(dsn, reader) -> None:
    with session(dsn) as connection:
        one = put(connection, 1)
    number_turns(reader)
    with session(dsn) as connection:
        changed(connection, one)
    assert [kept.current for kept in since(reader, 0, "", sar=False)] == [False]
    assert numbered(reader, 0) == []
    assert news(reader, 0) == [(one, 2)]


def test_what_smoulders_is_told_once_it_is_raised(dsn, reader) -> None:
    with session(dsn) as connection:
        one = put(connection, 1, raised=False)
    assert news(reader, 0) == []
    with session(dsn) as connection:
        there = incident(connection, one)
        after = replace(there.alert, version=2)
        act(connection, replace(there, alert=after, raised=True), "alert",
            Change("vedetta", "more came", NOON))  # fmt: skip
    assert news(reader, 0) == [(one, 2)]


def test_an_office_told_later_learns_of_it_then_and_the_desk_not_again(dsn, reader) -> None:
    with session(dsn) as connection:
        one = put(connection, 1)
    number_turns(reader)
    seen = newest_number(reader)
    with session(dsn) as connection:
        told(connection, one, "catania")
        assert news(reader, seen, "catania") == []
    assert news(reader, seen, "catania") == [(one, 1)]
    assert (news(reader, seen), news(reader, seen, "piraeus")) == ([], [])
    seen = newest_number(reader)
    with session(dsn) as connection:
        connection.execute("DELETE FROM alert_told")
        told(connection, one, "catania")
    assert news(reader, seen, "catania") == []


def test_two_readers_at_once_give_each_change_one_number(dsn, reader) -> None:
    with session(dsn) as connection:
        made = {put(connection, number) for number in range(20)}
    with connect(dsn, autocommit=True) as other, psycopg.connect(dsn) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(0)")
        number_turns(reader)
        number_turns(other)
    rows = numbered(reader, 0)
    assert ({one.alert.id for one in rows}, len(rows)) == (made, 20)


def test_an_alert_that_is_erased_takes_its_numbers_along(dsn, reader) -> None:
    with session(dsn) as connection:
        one = put(connection, 1)
        told(connection, one, "catania")
    number_turns(reader)
    with session(dsn) as connection:
        changed(connection, one)
        connection.execute("DELETE FROM alert")
    assert news(reader, 0) == []
    assert reader.execute("SELECT count(*) FROM alert_turn").fetchone() == (0,)
