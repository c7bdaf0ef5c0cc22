"""``vedetta log`` and ``vedetta cases``: read at the command line."""

from __future__ import annotations

import datetime as dt
import json

from service.hand_over import content_of, frozen, signature
from service.watch_log import Line
from store import audit
from store.cases import Case, Member, open_case
from store.changes import Change
from store.connect import connect, session
from store.hand_overs import put_hand_over
from store.watch_log import Span
from tests.plugins.people import person

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def handed(dsn: str) -> None:
    span = Span(NOW - dt.timedelta(hours=8), NOW)
    lines = [Line("open", NOW, "a ship is silent.", tag="new")]
    made = frozen("W-000001", span, content_of("W-000001", span, "All calm.", lines))
    signed = signature(made, "outgoing", person(), NOW)
    with session(dsn) as connection:
        put_hand_over(connection, made, signed, Change("operator", "a test", NOW))


def test_a_note_is_written_and_shown(office) -> None:
    assert office("log", "note", "called the agent", "--mmsi", "247320162").out == "N-1\n"
    shown = office("log", "show", "--hours", "1").out
    assert "MMSI 247320162: called the agent [a.rossi]" in shown
    lines = json.loads(office("log", "show", "--json").out)
    assert [one["tag"] for one in lines if one["section"] == "notes"] == ["N-1"]


def test_a_note_on_an_unknown_alert_is_refused(office) -> None:
    said = office("log", "note", "x", "--alert", "A-0")
    assert (said.code, "is not known" in said.err) == (2, True)


def test_a_hand_over_is_proven(office, dsn) -> None:
    handed(dsn)
    shown = office("log", "show", "--hand-over", "W-000001")
    assert "handed over by Operator (operator), 20 Nov 12:00 UTC" in shown.out
    assert "taken over by nobody yet" in shown.out
    assert "a ship is silent." in shown.out
    assert "fit their hashes" in shown.err
    with connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE hand_over DISABLE TRIGGER hand_over_only_added")
        connection.execute("UPDATE hand_over SET content = replace(content, 'calm', 'bad')")
    said = office("log", "show", "--hand-over", "W-000001")
    assert (said.code, "was altered" in said.err) == (1, True)


def test_cases_are_listed_without_their_titles_and_reading_one_is_told(office, dsn) -> None:
    with session(dsn) as connection:
        case = Case("Grey fleet", "art. 28", "G-1", "the inquiry", NOW.date())
        open_case(connection, case, Member("U-1", "lena", "lead"), Change("lena", "x", NOW))
    listed = office("cases", "list").out
    assert "K-000001" in listed
    assert "Grey fleet" not in listed
    assert "Grey fleet" in office("cases", "show", "K-000001", "--why", "asked").out
    with session(dsn) as connection:
        [row] = audit.rows(connection, action="case.read")
    assert (row.who, row.why) == ("a.rossi", "asked")
    assert office("cases", "show", "K-9", "--why", "x").code == 2
    assert office("cases", "show", "K-000001").code == 2
