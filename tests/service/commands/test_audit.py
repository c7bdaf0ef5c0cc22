"""``audit``: a proof that can fail, and a reading that finds what was done."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest

from service.anchors import anchored
from store import audit
from store.changes import Change
from store.schema import lacking

NOON = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)


@pytest.fixture
def acts(dsn) -> str:
    """Three acts of two people, an hour apart; the second is about two entries."""
    with psycopg.connect(dsn) as connection:
        for n, (who, action, subject, details) in enumerate(
            (
                ("a.rossi", "watchlist.propose", "V-000001", {}),
                ("a.rossi", "watchlist.export", "watchlist", {"ids": ["V-000001", "V-000002"]}),
                ("m.papas", "watchlist.release", "V-000002", {"version": 1}),
            )
        ):
            change = Change(who, "report 114", NOON + dt.timedelta(hours=n))
            audit.append(connection, change, action, subject, details)
    return dsn


def numbers(told) -> list[int]:
    return [row["number"] for row in json.loads(told.out)]


def test_a_sound_audit_is_proven_with_its_head(office, acts):
    told = office("audit", "verify")
    with psycopg.connect(acts) as connection:
        head = audit.head(connection)
    assert (told.code, told.out) == (0, f"proven: 3 rows; head 3:{head.hash}\n")


def test_an_audit_without_a_row_is_no_proof(office, dsn):
    told = office("audit", "verify")
    assert (told.code, told.out) == (1, "")
    assert told.complaint.startswith("vedetta: the audit has no row: nothing is proven")


def test_an_anchor_of_before_the_first_row_counts_for_nothing(office, acts):
    told = office("audit", "verify", "--anchor", f"0:{'0' * 64}")
    assert told.out.startswith("proven: 3 rows; head")


def test_an_altered_row_is_named(office, acts):
    with psycopg.connect(acts) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute("UPDATE audit SET who = 'nobody' WHERE number = 2")
    told = office("audit", "verify")
    assert told.code == 1
    assert told.complaint.startswith("vedetta: audit row 2: does not fit its hash")


def test_a_cut_tail_comes_out_with_an_anchor(office, acts):
    anchor = office("audit", "verify").out.split()[-1]
    with psycopg.connect(acts) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute("DELETE FROM audit WHERE number = 3")
    assert office("audit", "verify").code == 0
    told = office("audit", "verify", "--anchor", anchor)
    assert (told.code, "audit row 3: " in told.complaint) == (1, True)


@pytest.mark.parametrize("anchor", ["", "3", "3:abc", "x:" + "0" * 64, "3:" + "G" * 64])
def test_an_anchor_that_is_none_is_wrong_use(office, anchor):
    told = office("audit", "verify", "--anchor", anchor)
    assert (told.code, "expected NUMBER:HASH" in told.complaint) == (2, True)


def test_the_newest_act_comes_first(office, acts):
    lines = office("audit", "list").out.splitlines()
    assert lines[0].split() == "ROW TIME WHO ACTION SUBJECT WHY".split()
    assert lines[1].split()[:5] == "3 2026-05-03 14:00Z m.papas watchlist.release".split()


@pytest.mark.parametrize(
    "words, found",
    [
        (("--who", "a.rossi"), [2, 1]),
        (("--action", "watchlist.release"), [3]),
        (("--since", "2026-05-03T13:00Z"), [3, 2]),
        (("--since", "2026-05-04"), []),
        (("--subject", "V-000001"), [2, 1]),
        (("--subject", "V-000001", "--limit", "1"), [2]),
    ],
)
def test_acts_are_found(office, acts, words, found):
    assert numbers(office("audit", "list", "--json", *words)) == found


def test_a_time_that_is_none_is_wrong_use(office):
    told = office("audit", "list", "--since", "yesterday")
    assert (told.code, "'yesterday' is no time" in told.complaint) == (2, True)


def test_what_does_not_print_is_shown_as_its_code(office, dsn):
    with psycopg.connect(dsn) as connection:
        audit.append(connection, Change("a", "b", NOON), "x", "\x1b[31mred")
    assert "\\u001b[31mred" in office("audit", "list").out


def test_a_database_without_tables_proves_nothing_and_gets_none(office, empty_dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", empty_dsn)
    told = office("audit", "verify")
    assert (told.code, told.complaint[:31]) == (1, "vedetta: the audit has no row: ")
    assert "0001_live_core" in lacking(empty_dsn)
    assert office("watchlist", "list").code == 0, "which makes them"


def test_a_proof_against_a_file_names_what_is_wrong_with_the_chain(office, acts, tmp_path):
    file = tmp_path / "anchors" / "vedetta.anchors"
    for _ in range(2):
        anchored(acts, file, NOON)
    told = office("audit", "verify", "--anchors", str(file))
    assert (told.code, told.out.startswith("proven: 3 rows, against 2 anchors; head 3:")) == (
        0,
        True,
    )
    with psycopg.connect(acts) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute("DELETE FROM audit")
        connection.execute("ALTER TABLE audit ENABLE TRIGGER ALL")
        for subject in "abcd":
            audit.append(connection, Change("x", "forged", NOON), "look", subject)
    assert office("audit", "verify").code == 0
    told = office("audit", "verify", "--anchors", str(file))
    assert told.code == 1
    assert told.complaint.startswith(
        "vedetta: audit row 3: is not the row kept outside: the chain"
    )


def test_the_settings_name_the_file_of_anchors(office, acts, tmp_path):
    file, config = tmp_path / "anchors.txt", tmp_path / "config.yaml"
    config.write_text(f"audit: {{anchor_file: {file}}}\n")
    assert office("audit", "verify", "-c", str(config)).code == 0
    file.write_text(f"2026-05-03T12:00:00Z 9:{'a' * 64}\n")
    told = office("audit", "verify", "-c", str(config))
    assert (told.code, "audit row 4: is gone and all after it" in told.complaint) == (1, True)


def test_a_file_that_is_asked_for_must_be_there_and_hold_anchors(office, acts, tmp_path):
    missing = office("audit", "verify", "--anchors", str(tmp_path / "none"))
    assert (missing.code, "cannot be read" in missing.complaint) == (1, True)
    odd = tmp_path / "odd"
    odd.write_text("2026-05-03T12:00:00Z 9:zz\n")
    told = office("audit", "verify", "--anchors", str(odd))
    assert (told.code, "line 1: '2026-05-03T12:00:00Z 9:zz' is no anchor" in told.complaint) == (
        1,
        True,
    )
