from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest

from alerts.contacts import Contact
from store import audit, contacts, editions, watchlist, zones
from store.changes import Change, in_turn, same_person
from store.connect import connect
from store.errors import RuleError, TurnError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Change("anna", "case 12", NOON)


@pytest.mark.parametrize("who", ["", "  ", "an\u200bna", "anna\n", "an\0na"])
def test_a_change_by_nobody_or_by_hidden_letters_is_refused(who: str) -> None:
    with pytest.raises(RuleError, match="change with who"):
        Change(who, "case 12", NOON)


def test_a_change_without_a_reason_is_refused() -> None:
    with pytest.raises(RuleError, match="change with why ' '"):
        Change("anna", " ", NOON)


def test_a_change_without_a_time_zone_is_refused() -> None:
    with pytest.raises(RuleError, match="expected a time with its zone"):
        Change("anna", "case 12", NOON.replace(tzinfo=None))


def test_any_time_zone_will_do() -> None:
    rome = NOON.astimezone(timezone(timedelta(hours=1)))
    assert Change("anna", "case 12", rome).at == NOON


@pytest.mark.parametrize(
    "one, other",
    [
        ("anna", "ANNA"),
        ("Anna Rossi", " anna  rossi "),
        ("Anna Rossi", "annarossi"),
        ("Groß", "GROSS"),
        ("André", "Andre\u0301"),
        ("ann\uff41", "anna"),
        ("a\xa0b", "a b"),
    ],
)
def test_one_person_under_two_spellings(one: str, other: str) -> None:
    assert same_person(one, other)
    assert not same_person(one, f"{other}2")


def test_the_turn_is_held_until_the_transaction_ends(dsn: str) -> None:
    with connect(dsn) as first, connect(dsn) as second:
        in_turn(first)
        second.execute("SET lock_timeout = 50")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            in_turn(second)
        second.rollback()
        first.rollback()
        in_turn(second)


def test_who_writes_into_the_audit_or_the_log_waits_for_no_import(dsn: str) -> None:
    sighting = Contact("other", 12.5, 35.5, 1.0, 1_772_366_400_000_000, "a raft")
    with connect(dsn) as importing, connect(dsn) as desk:
        in_turn(importing, "lists")
        desk.execute("SET lock_timeout = 50")
        contacts.add_contact(desk, sighting, ANNA)
        audit.append(desk, ANNA, "look", "a")


def test_turns_in_another_order_are_refused_before_anybody_could_wait(dsn: str) -> None:
    with connect(dsn) as connection:
        audit.append(connection, ANNA, "look", "a")
        with pytest.raises(TurnError, match="'desk' was asked for after 'audit'"):
            in_turn(connection, "desk")
        connection.rollback()
        for turn in ("lists", "desk", "audit", "lists"):
            in_turn(connection, turn)


@pytest.mark.parametrize(
    "act",
    [
        lambda connection: editions.publish(connection, "zones", b"", ANNA),
        lambda connection: zones.put_zones(connection, [], ANNA),
        lambda connection: zones.remove_zones(connection, [], ANNA),
        lambda connection: watchlist.propose(connection, [], ANNA),
        lambda connection: watchlist.release(connection, {}, ANNA),
        lambda connection: watchlist.reject(connection, {}, ANNA),
        lambda connection: watchlist.withdraw(connection, [], ANNA),
        lambda connection: watchlist.erase(connection, [], ANNA),
        lambda connection: watchlist.put_persons(connection, {}, ANNA),
    ],
)
def test_whoever_changes_something_waits_for_the_turn(dsn: str, act) -> None:
    with connect(dsn) as first, connect(dsn) as second:
        in_turn(first)
        second.execute("SET lock_timeout = 50")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            act(second)
        second.rollback()
        first.rollback()
        act(second)
