"""What is held about somebody, found in every table in which somebody may be named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.contacts import Contact
from store import audit
from store.changes import Change
from store.connect import session
from store.contacts import add_contact
from store.people import Account, add_account
from store.spellings import spellings
from store.subject import finds
from store.watchlist import propose, put_persons
from store.writer import Writer
from tests.plugins.rows import positions, writes
from watchlist.entries import Person, WatchlistEntry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MADE = Change("Ελένη", "case 12", NOON)


def tables(dsn: str, **asked) -> set[str]:
    with session(dsn) as connection:
        return {one.table for one in finds(connection, **asked)}


@pytest.fixture
def held(dsn) -> str:
    with session(dsn) as connection:
        entry = WatchlistEntry(mmsi=(247000001,), reason="run by Étienne")
        [(given, _)] = propose(connection, [entry], MADE)
        put_persons(connection, {given: [Person("owner", "ÉTIENNE", "")]}, MADE)
        add_account(connection, Account("e.b", "Étienne", "operator"), MADE)
        audit.append(connection, MADE, "look", "x", {"note": "ÉTIENNE"})
    with Writer(dsn) as writer:
        writer.commit(writes(positions(mmsi=[247000001], time=["2026-03-01T12:00:00"])))
    return dsn


@pytest.mark.parametrize("name", ["Étienne", "étienne", "ÉTIENNE"])
def test_a_name_is_found_however_its_letters_are_written(held, name) -> None:
    assert {"entry_version", "entry_person", "audit", "account"} <= tables(held, name=name)


def test_a_number_is_found_where_vessels_and_entries_are(held) -> None:
    found = tables(held, mmsi=247000001)
    assert {"entry_version", "position"} <= found
    assert not {"entry_person", "account"} & found


def test_who_is_not_held_is_not_found(held) -> None:
    assert tables(held, name="Nobody", call_sign="XYZ1") == set()


def test_an_author_is_held_too(dsn) -> None:
    contact = Contact("call", 14.0, 35.0, 1.0, 0, "a boat")
    with session(dsn) as connection:
        add_contact(connection, contact, MADE)
    assert tables(dsn, name="ελένη") == {"contact_version"}


def test_nothing_is_no_spelling() -> None:
    assert spellings("") == spellings("\0") == []
    assert "m\\u00dcller" in spellings("Müller")
