"""``vedetta log`` and ``vedetta cases``: read at the command line."""

from __future__ import annotations

import datetime as dt
import json

from alerts.alert import Codes
from service.hand_over import content_of, frozen, signature
from service.summary import NOT_TOLD
from service.watch_log import Line
from store import audit
from store.case_parts import Case, Member
from store.cases import open_case
from store.changes import Change
from store.connect import connect, session
from store.hand_overs import put_hand_over
from store.watch_log import Span
from tests.plugins.people import person, token

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


def secret(dsn: str) -> None:
    """A watch with an alert on an entry of H3, of which its summary tells."""
    span = Span(NOW - dt.timedelta(hours=8), NOW)
    codes = Codes("H3", "source at risk", "red", "A", 1, ("MLT",))
    lines = [
        Line("open", NOW, "Went silent (GREY GHOST), high, A-000000000001.", tag="new",
             link="/alerts/A-000000000001", codes=codes, lane="law"),
        Line("feeds", NOW, "Nothing heard of feed lampedusa.", tag="open"),
    ]  # fmt: skip
    summary = "The agent of GREY GHOST does not answer.\nLampedusa is silent."
    made = frozen("W-000001", span, content_of("W-000001", span, summary, lines))
    signed = signature(made, "outgoing", person(), NOW)
    with session(dsn) as connection:
        put_hand_over(connection, made, signed, Change("operator", "a test", NOW))


def readings(dsn: str) -> list[tuple[str, str, str, bool]]:
    with session(dsn) as connection:
        rows = audit.rows(connection, action="hand_over.read")
    return [(row.who, row.subject, row.why, json.loads(row.details)["whole"]) for row in rows]


def test_a_hand_over_is_shown_as_the_page_shows_it_to_who_reads(office, dsn) -> None:
    secret(dsn)
    token(dsn, "supervisor", name="cleared", clearance="H3", member_state="MLT")
    token(dsn, "operator", name="usual", clearance="H1")
    for by in (("--by", "usual"), ()):
        told = office("log", "show", "--hand-over", "W-000001", *by)
        assert (told.code, "Lampedusa is silent." in told.out) == (0, True)
        assert NOT_TOLD in told.out
        assert "GREY GHOST" not in told.out
        assert (
            "GREY GHOST" not in office("log", "show", "--hand-over", "W-000001", "--json", *by).out
        )
    told = office("log", "show", "--hand-over", "W-000001", "--by", "cleared")
    assert "The agent of GREY GHOST does not answer." in told.out
    assert "(GREY GHOST), high" in told.out
    assert {row[:2] for row in readings(dsn)} == {
        (who, "W-000001") for who in ("usual", "a.rossi", "cleared")
    }


def test_all_of_a_hand_over_is_shown_for_a_reason_that_stands_in_the_audit(office, dsn) -> None:
    secret(dsn)
    assert office("log", "show", "--hand-over", "W-000001", "--whole").code == 2
    why = ("--whole", "--why", "asked by the court")
    told = office("log", "show", "--hand-over", "W-000001", "--json", *why)
    assert "GREY GHOST" in json.loads(told.out)["summary"]
    assert readings(dsn) == [("a.rossi", "W-000001", "asked by the court", True)]


def test_who_may_not_read_the_log_reads_none_of_it_here_either(office, dsn) -> None:
    secret(dsn)
    token(dsn, "auditor", name="auditor")
    for words in (("--hand-over", "W-000001"), ("--hours", "4")):
        told = office("log", "show", *words, "--by", "auditor")
        assert (told.code, told.out) == (2, "")
        assert "does not include log.read" in told.err
    assert readings(dsn) == []


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
