"""The auditor's page on a real database."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from alerts.alert import Codes
from service.anchors import AuditSettings, anchored
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.changes import Change
from store.connect import connect, session
from store.job_runs import claim, finish
from tests.plugins import people
from tests.plugins.desks import put_alert
from tests.plugins.sailed import MARIA, listed

SETTINGS = WebSettings(port=0, poll_s=5)
NOON = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "anchors"


@pytest.fixture
def address(dsn, source, files, facts, file):
    kept = AuditSettings(file)
    app = create_app(SETTINGS, dsn, source=source, files=files, facts=facts, audit=kept)
    with running(app, SETTINGS) as address:
        yield address


@pytest.fixture
def auditor(dsn, address):
    with people.client(address, people.token(dsn, "auditor")) as client:
        yield client


def add(dsn: str, *subjects: str, who: str = "anna", why: str = "case 12") -> int:
    with session(dsn) as connection:
        for one in subjects:
            head = audit.append(
                connection, Change(who, why, NOON), "look", one, {"n": [1, "Però"]}
            )
    return head.number


def newest(dsn: str) -> audit.AuditRow:
    with session(dsn) as connection:
        return audit.rows(connection, limit=1)[0]


def test_rows_are_found_by_who_and_text_and_every_look_is_a_row(dsn, auditor) -> None:
    add(dsn, "V-000001")
    add(dsn, "V-000002", who="bruno")
    page = auditor.get("/audit", params={"who": "ANN", "text": "però", "since": "2026-05-03"})
    assert page.status_code == 200
    assert ("V-000001" in page.text, "V-000002" in page.text) == (True, False)
    row = newest(dsn)
    assert (row.who, row.action, row.subject) == ("auditor", "audit.read", "audit")
    assert '"who":"ANN"' in row.details


def test_older_rows_stand_on_further_pages(dsn, auditor) -> None:
    last = add(dsn, *(f"Z-{n:03}" for n in range(60)))
    page = auditor.get("/audit?who=anna")
    assert ("Z-059" in page.text, "Z-009" in page.text) == (True, False)
    older = auditor.get(f"/audit?who=anna&before={last - 49}")
    assert ("Z-059" in older.text, "Z-009" in older.text, "Newest" in older.text) == (
        False, True, True)  # fmt: skip
    assert "before=" not in older.text


def test_one_click_shows_a_row_whole(dsn, auditor) -> None:
    number = add(dsn, "<script>alert(1)</script>")
    page = auditor.get(f"/audit/{number}")
    with session(dsn) as connection:
        row = audit.row_with(connection, number)
        before = audit.hash_of(connection, number - 1)
    assert row.hash.hex() in page.text
    assert before in page.text
    assert "&lt;script&gt;" in page.text
    assert "Però" in page.text
    assert newest(dsn).details == f'{{"row":{number}}}'
    assert auditor.get("/audit/99999").status_code == 404
    assert auditor.get(f"/audit/{10**30}").status_code == 404


def test_a_time_that_is_none_is_said(auditor) -> None:
    page = auditor.get("/audit?since=yesterday")
    assert (page.status_code, "since: &#39;yesterday&#39; is no time" in page.text) == (400, True)
    assert auditor.get("/audit/export.csv?until=x").status_code == 400


def test_a_proof_says_in_a_sentence_that_all_is_sound(dsn, auditor, file) -> None:
    add(dsn, "a")
    anchored(dsn, file, NOON)
    page = auditor.post("/audit/verify")
    assert (
        "rows fit their hashes; and it holds every anchor (1), the last of 2026-05-03" in page.text
    )
    assert "Anchors kept outside: 1, the last at row" in page.text
    with session(dsn) as connection:
        assert len(audit.rows(connection, action="audit.verify")) == 1


def test_a_proof_names_the_row_that_was_altered(dsn, auditor) -> None:
    number = add(dsn, "a", "b")
    with connect(dsn) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute("UPDATE audit SET who = 'x' WHERE number = %s", [number])
        connection.execute("ALTER TABLE audit ENABLE TRIGGER ALL")
    assert f"Not sound: row {number} does not fit its hash" in auditor.post("/audit/verify").text


def test_a_file_of_anchors_that_is_none_is_said_and_breaks_no_page(auditor, file) -> None:
    file.write_text("nonsense\n")
    assert "The anchors cannot be read" in auditor.get("/audit").text
    assert "Not proven: " in auditor.post("/audit/verify").text


def test_rows_leave_as_csv_without_formulas_and_that_is_a_row(dsn, auditor) -> None:
    add(dsn, "=1+1", "+x", why="@sum")
    answer = auditor.get("/audit/export.csv?who=anna")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="vedetta-audit-' in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head[:4] == ["row", "time UTC", "who", "action"]
    assert [row[4:6] for row in rows] == [["'+x", "'@sum"], ["'=1+1", "'@sum"]]
    assert newest(dsn).action == "audit.export"


def test_an_anchor_that_was_not_kept_is_said_on_the_page(dsn, auditor) -> None:
    with session(dsn) as connection:
        claim(connection, "audit_anchor", NOON, "w", NOON)
        finish(connection, "audit_anchor", NOON, "w", "failed", {"error": "no <disk>"}, NOON)
    assert "The last anchor was not kept: no &lt;disk&gt;" in auditor.get("/audit").text


def test_a_supervisor_reads_of_what_is_beyond_them_only_who_did_what_and_when(dsn, address):
    entry = listed(dsn, NOON, handling="H3", contributor="GRC")
    put_alert(dsn, 7, codes=Codes("H3", contributors=("GRC",)))
    secrets = (entry, str(MARIA), "A-000000000007")
    number = add(dsn, "harbour", *secrets, why="about them")
    with people.client(address, people.token(dsn, "supervisor", clearance="H1")) as low:
        for path in ("/audit?who=anna", "/audit/export.csv?who=anna"):
            said = low.get(path).text
            assert ("harbour" in said, said.count("not shown to you") >= 3) == (True, True)
            assert not [one for one in secrets if one in said]
        assert "000000000007" not in low.get(f"/audit/{number}").text
        assert "anna" not in low.get(f"/audit/export.csv?text={entry}").text
    with people.client(address, people.token(dsn, "supervisor", "boss", clearance="H3")) as high:
        said = high.get("/audit?who=anna").text
        assert [one for one in secrets if one in said] == [*secrets]
