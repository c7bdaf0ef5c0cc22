from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import psycopg
import pytest

from store.audit import Fault, Head, Wanted, actions, append, head, rows, search, verify
from store.changes import Change
from store.connect import connect, session
from store.errors import RefusedError, RuleError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Change("anna", "case 12", NOON)


def add(dsn: str, *subjects: str) -> list[Head]:
    with session(dsn) as connection:
        return [append(connection, ANNA, "look", subject, {"n": 1.5}) for subject in subjects]


def tamper(dsn: str, statement: str) -> None:
    """Do what only the owner of the database can: switch the triggers off."""
    with connect(dsn) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute(statement)
        connection.execute("ALTER TABLE audit ENABLE TRIGGER ALL")


def fault(dsn: str, anchor: Head | None = None) -> Fault | None:
    with session(dsn) as connection:
        return verify(connection, [anchor] if anchor else ())


def test_rows_are_numbered_and_read_newest_first(dsn: str) -> None:
    add(dsn, "V-000001", "V-000002")
    with session(dsn) as connection:
        newest, oldest = rows(connection)
        assert rows(connection, subject="V-000001") == [oldest]
        assert rows(connection, who="anna", action="look", since=NOON, limit=1) == [newest]
        assert rows(connection, who="bruno") == rows(connection, since=NOON + timedelta(1)) == []
    assert (newest.number, newest.subject, newest.details) == (2, "V-000002", '{"n":1.5}')
    assert (newest.who, newest.why, newest.action, newest.at) == ("anna", "case 12", "look", NOON)


def test_an_act_on_several_is_found_by_each_of_them(dsn: str) -> None:
    with session(dsn) as connection:
        several = {"ids": ["V-000001", "V-000002"], "file": "\0\udcff"}
        append(connection, ANNA, "look", "watchlist", several)
        assert [row.number for row in rows(connection, subject="V-000002")] == [1]
        assert rows(connection, subject="V-00000_") == []


def test_the_hash_is_made_as_the_documents_say(dsn: str) -> None:
    [first, second] = add(dsn, "a", "b")
    said = [1, "2026-03-01T12:00:00.000000+00:00", "anna", "look", "a", "case 12", '{"n":1.5}']
    text = json.dumps(said, separators=(",", ":")).encode()
    assert first.hash == hashlib.sha256(bytes(32) + text).hexdigest()
    assert second.hash != first.hash


def test_an_untouched_chain_verifies(dsn: str) -> None:
    assert fault(dsn) is None
    heads = add(dsn, *"abcdef")
    assert fault(dsn) is None
    assert [fault(dsn, one) for one in heads] == [None] * 6


def test_the_time_zone_of_a_writer_does_not_matter(dsn: str) -> None:
    rome = Change("anna", "x", NOON.astimezone(timezone(timedelta(hours=1))))
    with session(dsn) as connection:
        append(connection, rome, "look", "a")
    assert fault(dsn) is None


def test_any_text_and_number_keeps_its_hash(dsn: str) -> None:
    odd = {"é\u2028": ["\0", "\\u0000", 1e22, -0.0, 1e-7, 10**30, None, True, "Ελλάς"]}
    with session(dsn) as connection:
        append(connection, ANNA, "look", "È'\"\\;--", odd)
    assert fault(dsn) is None


@pytest.mark.parametrize(
    "column, value",
    [
        ("who", "'bruno'"),
        ("why", "'case 13'"),
        ("at", "at + interval '1 microsecond'"),
        ("action", "'seen'"),
        ("subject", "'x'"),
        ("details", "'{\"n\": 1.5}'"),
        ("hash", "sha256('x')"),
    ],
)
def test_an_altered_row_is_named(dsn: str, column: str, value: str) -> None:
    add(dsn, *"abcd")
    tamper(dsn, f"UPDATE audit SET {column} = {value} WHERE number = 2")
    found = fault(dsn)
    assert found is not None
    assert (found.number, found.what[:21]) == (2, "does not fit its hash")


def test_a_removed_row_is_named_by_the_one_after_it(dsn: str) -> None:
    add(dsn, *"abcd")
    tamper(dsn, "DELETE FROM audit WHERE number = 2")
    assert fault(dsn) == Fault(3, "follows row 1: expected row 2; rows were removed")


def test_a_removed_row_is_seen_though_the_rest_was_numbered_anew(dsn: str) -> None:
    add(dsn, *"abcd")
    tamper(dsn, "DELETE FROM audit WHERE number = 2")
    for number in (3, 4):
        tamper(dsn, f"UPDATE audit SET number = {number - 1} WHERE number = {number}")
    found = fault(dsn)
    assert found is not None
    assert found.number == 2


def test_two_rows_that_changed_places_are_seen(dsn: str) -> None:
    add(dsn, *"abcd")
    tamper(
        dsn,
        "UPDATE audit SET number = -number WHERE number IN (2, 3); "
        "UPDATE audit SET number = 5 + number WHERE number < 0",
    )
    found = fault(dsn)
    assert found is not None
    assert found.number == 2


def test_a_cut_tail_is_seen_only_with_a_head_kept_outside(dsn: str) -> None:
    heads = add(dsn, *"abcd")
    tamper(dsn, "DELETE FROM audit WHERE number > 2")
    assert fault(dsn) is None
    assert fault(dsn, heads[1]) is None
    assert fault(dsn, heads[3]) == Fault(3, "is gone and all after it: row 4 was kept outside")


def test_a_chain_made_anew_is_seen_only_with_a_head_kept_outside(dsn: str) -> None:
    heads = add(dsn, *"abc")
    tamper(dsn, "DELETE FROM audit WHERE number > 1")
    add(dsn, *"xyz")
    assert fault(dsn) is None
    found = fault(dsn, heads[2])
    anew = "is not the row kept outside: the chain was made anew from its first row"
    assert found == Fault(3, f"{anew} on")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "TRUNCATE audit CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_audit(dsn: str, statement: str) -> None:
    add(dsn, "a")
    with pytest.raises(RefusedError, match="rows of table audit are only ever added"):
        execute(dsn, statement)
    assert fault(dsn) is None


def execute(dsn: str, statement: str) -> None:
    with session(dsn) as connection:
        connection.execute(statement)


def test_a_rolled_back_row_leaves_no_gap(dsn: str) -> None:
    with connect(dsn) as connection:
        append(connection, ANNA, "look", "a")
        connection.rollback()
        assert append(connection, ANNA, "look", "b").number == 1
        assert head(connection).number == 1


def test_writers_at_once_make_one_chain(dsn: str) -> None:
    together = Barrier(4)

    def write(name: int) -> None:
        together.wait()
        for i in range(10):
            add(dsn, f"{name} {i}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert fault(dsn) is None
    with session(dsn) as connection:
        assert [row.number for row in rows(connection)] == list(range(40, 0, -1))


def test_a_second_writer_waits_for_the_first(dsn: str) -> None:
    with connect(dsn) as first, connect(dsn) as second:
        append(first, ANNA, "look", "a")
        second.execute("SET lock_timeout = 50")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            append(second, ANNA, "look", "b")


def test_what_says_nothing_or_is_no_json_is_refused(dsn: str) -> None:
    with session(dsn) as connection:
        with pytest.raises(RuleError, match="expected both"):
            append(connection, ANNA, "look", " ")
        for odd in ({"n": float("nan")}, {"n": NOON}):
            with pytest.raises(RuleError, match="expected JSON values"):
                append(connection, ANNA, "look", "a", odd)
        assert head(connection) == Head(0, "00" * 32)


def test_a_chain_made_anew_is_bounded_by_the_anchors_that_still_hold(dsn: str) -> None:
    heads = add(dsn, *"abcd")
    tamper(dsn, "DELETE FROM audit WHERE number > 2")
    add(dsn, "x", "y")
    with session(dsn) as connection:
        found = verify(connection, heads)
        assert verify(connection, heads[:2]) is None
    anew = (
        "is not the row kept outside: the chain was made anew after row 2, which is as it was kept"
    )
    assert found == Fault(3, anew)


def test_two_anchors_that_disagree_cannot_both_hold(dsn: str) -> None:
    [one, two] = add(dsn, *"ab")
    with session(dsn) as connection:
        assert verify(connection, [one, two]) is None
        assert verify(connection, [Head(2, "a" * 64), two]).number == 2


@pytest.mark.parametrize(
    "wanted, numbers",
    [
        (Wanted(), [3, 2, 1]),
        (Wanted(who="ANN"), [2, 1]),
        (Wanted(action="release"), [3]),
        (Wanted(subject="v-000002"), [3, 2]),
        (Wanted(text="%"), []),
        (Wanted(text="Però"), [1]),
        (Wanted(text="PERÒ"), [1]),
        (Wanted(text="case 12", who="bruno"), [3]),
        (Wanted(since=NOON + timedelta(hours=1)), [3, 2]),
        (Wanted(until=NOON + timedelta(hours=1)), [1]),
        (Wanted(text="\0"), [3, 2, 1]),
    ],
)
def test_rows_are_searched_by_parts_of_what_they_say(dsn: str, wanted, numbers) -> None:
    with session(dsn) as connection:
        for n, (who, action, subject, details) in enumerate((
            ("anna", "look", "V-000001", {"note": "però"}),
            ("anna", "look", "watchlist", {"ids": ["V-000001", "V-000002"]}),
            ("bruno", "watchlist.release", "V-000002", {}),
        )):  # fmt: skip
            made = Change(who, "case 12", NOON + timedelta(hours=n))
            append(connection, made, action, subject, details)
        assert [row.number for row in search(connection, wanted)] == numbers
        assert [row.number for row in search(connection, wanted, limit=1)] == numbers[:1]
        assert [row.number for row in search(connection, wanted, before=3)] == [
            n for n in numbers if n < 3
        ]
        assert actions(connection) == ["look", "watchlist.release"]
