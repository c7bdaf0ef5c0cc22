"""Watch log, hand-overs and cases as rows: only added, and gone when their time is over."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import psycopg
import pytest

from alerts.alert import Codes
from service.hand_over import content_of, frozen, signature
from store import audit, migrate
from store.case_parts import Case, Item, Member, Paper
from store.cases import (
    add_case_note,
    add_paper,
    change_case,
    drop_item,
    open_case,
    paper_content,
    put_item,
    whole,
)
from store.changes import Change
from store.connect import session
from store.errors import RuleError
from store.hand_overs import hand_overs, next_id, put_hand_over
from store.log_notes import LogNote, add_log_note, log_notes
from store.retention import drop_old
from store.watch_log import Span
from tests.plugins.people import person

OLDER = "0022_codes_of_cases_stay.sql"

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def change(days: float = 0) -> Change:
    return Change("anna", "a test", NOW - days * DAY)


def opened(connection: psycopg.Connection, days: float = 0) -> Case:
    case = Case("a", "b", "c", "d", NOW.date())
    return open_case(connection, case, Member("U-1", "anna", "lead"), change(days))


def paper(content: bytes) -> Paper:
    digest = hashlib.sha256(content).hexdigest()
    return Paper("a.txt", "txt", "text/plain", len(content), digest, "", Codes())


def handed(connection: psycopg.Connection, days: float) -> None:
    until = NOW - days * DAY
    given, span = next_id(connection), Span(until - DAY, until)
    made = frozen(given, span, content_of(given, span, "calm", []))
    signed = signature(made, "outgoing", person(), until)
    put_hand_over(connection, made, signed, change(days))


def test_old_notes_and_hand_overs_go(dsn) -> None:
    with session(dsn) as connection:
        for days in (11, 9):
            add_log_note(connection, LogNote(f"{days} days ago"), change(days))
            handed(connection, days)
    removed = drop_old(dsn, NOW, positions_days=1, watch_days=10)
    assert (removed.notes, removed.hand_overs) == (1, 1)
    with session(dsn) as connection:
        [(kept, _)] = log_notes(connection, NOW - 30 * DAY, NOW)
        assert (kept.text, len(hand_overs(connection))) == ("9 days ago", 1)


def test_a_case_is_erased_after_its_closing_and_the_audit_keeps_that_it_was(dsn) -> None:
    with session(dsn) as connection:
        for days, own in ((11, b"old"), (9, b"new"), (None, b"open")):
            case = opened(connection, 20)
            for content in (own, b"in all of them"):
                add_paper(connection, case.id, paper(content), content, change())
            if days is not None:
                closed = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC) - days * DAY
                kept = whole(connection, case.id).case
                change_case(connection, _closed(kept, closed), change(days), "close")
    assert drop_old(dsn, NOW, positions_days=1, cases_days=10).cases == ("K-000001",)
    with session(dsn) as connection:
        with pytest.raises(RuleError, match="there is none"):
            whole(connection, "K-000001")
        with pytest.raises(RuleError, match="bytes are gone"):
            paper_content(connection, paper(b"old").sha256)
        assert paper_content(connection, paper(b"in all of them").sha256) == b"in all of them"
        assert audit.rows(connection, subject="K-000001", limit=1)[0].action == "case.erase"
        assert audit.verify(connection) is None


def test_a_case_from_before_keeps_the_code_of_what_was_taken_out_by_its_audit(
    dsn,
) -> None:
    older = (migrate.FOLDER / OLDER).read_text().partition("UPDATE")
    with session(dsn) as connection:
        emptied, whole_one = opened(connection), opened(connection)
        for case in (emptied, whole_one):
            put_item(connection, case.id, Item("vessel", "247000001", "", Codes("H2")), change())
        drop_item(connection, emptied.id, "vessel", "247000001", change())
        connection.execute("UPDATE case_file SET ever = NULL")
        assert whole(connection, emptied.id).codes.handling == "H1"
        connection.execute(f"{older[1]}{older[2]}".encode())
        found = whole(connection, emptied.id)
        assert (found.present.handling, found.codes.handling) == ("H1", "H2")
        assert whole(connection, whole_one.id).ever is None


def test_what_people_wrote_is_never_changed(dsn) -> None:
    with session(dsn) as connection:
        case = opened(connection)
        add_case_note(connection, case.id, "as it was", change())
        handed(connection, 0)
    for table, column in (("case_note", "text"), ("hand_over", "content"),
                          ("hand_over_signature", "name")):  # fmt: skip
        with psycopg.connect(dsn) as connection, pytest.raises(psycopg.Error, match="only ever"):
            connection.execute(f"UPDATE {table} SET {column} = 'x'".encode())


def test_the_same_bytes_are_kept_once(dsn) -> None:
    with session(dsn) as connection:
        case = opened(connection)
        for _ in range(2):
            add_paper(connection, case.id, paper(b"twice"), b"twice", change())
        assert len(whole(connection, case.id).papers) == 2
        assert connection.execute("SELECT count(*) FROM case_content").fetchone() == (1,)


def _closed(case: Case, at: dt.datetime) -> Case:
    return replace(case, state="closed", closed_at=at, closed_why="over")
