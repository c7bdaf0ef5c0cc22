from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.alert import Codes
from alerts.contacts import Contact
from store.case_parts import Case, Item, Member
from store.cases import open_case, put_item
from store.changes import Change
from store.connect import session
from store.contacts import add_contact, close_contact, contact_history, contacts_now
from store.errors import RuleError
from store.retention import drop_old

ANNA = Change("anna", "call at 14:20", datetime(2026, 3, 1, 12, tzinfo=UTC))
BRUNO = Change("bruno", "found", datetime(2026, 3, 1, 15, tzinfo=UTC))
LATER = datetime(2026, 4, 1, tzinfo=UTC)
BOAT = Contact("call", 12.5, 35.0, 5.0, 10**15, "κόκκινη «βάρκα»", 50)


def test_a_contact_is_given_an_id_and_comes_back_as_it_was(dsn: str) -> None:
    with session(dsn) as connection:
        kept = add_contact(connection, BOAT, ANNA)
        [row] = contacts_now(connection)
    assert (kept.id, kept.version, kept.by) == ("C-000001", 1, "anna")
    assert row.contact == kept
    assert (row.author, row.at, row.why) == ("anna", ANNA.at, "call at 14:20")


def test_the_next_sighting_is_a_version_and_the_track_keeps_both(dsn: str) -> None:
    with session(dsn) as connection:
        first = add_contact(connection, BOAT, ANNA)
        moved = Contact("navy", 12.6, 35.1, 1.0, 10**15 + 1, "the same boat", 48, id=first.id)
        second = add_contact(connection, moved, BRUNO)
        assert [row.contact for row in contacts_now(connection)] == [second]
        assert [row.contact for row in contact_history(connection, first.id)] == [first, second]
    assert second.version == 2


def test_a_closed_contact_is_not_listed_and_takes_no_more(dsn: str) -> None:
    with session(dsn) as connection:
        kept = add_contact(connection, BOAT, ANNA)
        closed = close_contact(connection, kept.id, BRUNO)
        assert contacts_now(connection) == []
        [row] = contacts_now(connection, closed=True)
        assert row.contact == closed
        for again in (lambda: close_contact(connection, kept.id, BRUNO),
                      lambda: add_contact(connection, closed, BRUNO)):  # fmt: skip
            with pytest.raises(RuleError, match="C-000001: is closed"):
                again()


def test_an_id_that_was_never_given_is_refused(dsn: str) -> None:
    with session(dsn) as connection, pytest.raises(RuleError, match="no such contact"):
        close_contact(connection, "C-000009", BRUNO)


def test_a_contact_goes_whole_by_its_newest_sighting_unless_an_open_case_needs_it(dsn) -> None:
    first, again = (Change("anna", "a call", LATER - timedelta(days=days)) for days in (11, 9))
    with session(dsn) as connection:
        old, seen_again, in_case = (add_contact(connection, BOAT, first) for _ in range(3))
        add_contact(connection, replace(BOAT, id=seen_again.id), again)
        case = Case("a boat", "art. 18", "1", "why", date(2030, 1, 1))
        case = open_case(connection, case, Member("U-1", "anna", "lead"), first)
        put_item(connection, case.id, Item("contact", in_case.id, "", Codes()), first)
    assert drop_old(dsn, LATER, positions_days=1, contacts_days=10).contacts == 1
    with session(dsn) as connection:
        kept = [one.contact.id for one in contacts_now(connection)]
        assert kept == [seen_again.id, in_case.id]
        assert len(contact_history(connection, seen_again.id)) == 2
        assert contact_history(connection, old.id) == []
