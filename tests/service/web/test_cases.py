"""Cases over HTTP, with the real database: default deny, acts, files, and what the audit holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from alerts.alert import Codes
from alerts.contacts import Contact
from service.signing_in import form_token
from store import audit
from store.cases import change_case, hold, whole
from store.changes import Change, in_turn
from store.contacts import add_contact
from store.writer import Writer
from tests.plugins.desks import Desk, desk, put_alert
from tests.plugins.rows import statics, writes
from tests.plugins.waiting import until

CASE = {
    "title": "Grey fleet off Crete", "basis": "Regulation (EU) 2019/1896, art. 28",
    "reference": "GRC-2026-117", "reason": "inquiry into the grey fleet", "handling": "H1",
    "tlp": "amber", "comment": "", "contributor": "",
    "review_by": str(dt.date.today() + dt.timedelta(days=90)),  # noqa: DTZ011
}  # fmt: skip
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.fixture
def room(dsn, files) -> Iterator[Desk]:
    with desk(dsn, files=files) as made:
        yield made


@pytest.fixture
def lead(room) -> httpx.Client:
    return room.as_("analyst", "lena")


@pytest.fixture
def case(lead) -> str:
    return opened(lead)


def opened(client: httpx.Client, **changes: str) -> str:
    """Open a case and return its path."""
    answer = client.post("/cases", data=CASE | changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def actions(room: Desk, case: str) -> list[str]:
    with room.connection() as connection:
        return [one.action for one in audit.rows(connection, subject=case.rsplit("/", 1)[-1])]


def test_a_case_is_opened_filled_and_told_by_the_audit(room, lead, case) -> None:
    put_alert(room.dsn, 1)
    boat = Contact("ngo", 12.5, 35.2, 5, 1_764_000_000_000_000, "grey rubber boat")
    with room.connection() as connection:
        add_contact(connection, boat, Change("x", "a test", dt.datetime.now(dt.UTC)))
    for path, form in (
        ("vessels", {"ref": "247000001", "note": "the mother ship"}),
        ("vessels", {"ref": "imo:9074729"}),
        ("alerts", {"ref": "A-000000000001"}),
        ("contacts", {"ref": "C-000001"}),
        ("notes", {"text": "first\nsecond <b>"}),
    ):
        answer = lead.post(f"{case}/{path}", data=form)
        assert answer.headers.get("location") == f"{case}?did={path}", answer.text
    page = lead.get(case).text
    for word in ("the mother ship", "imo:9074729", "a listed cargo ship", "grey rubber boat",
                 "second &lt;b&gt;"):  # fmt: skip
        assert word in page
    assert actions(room, case) == [
        "case.read", "case.note", "case.add", "case.add", "case.add", "case.add", "case.open",
    ]  # fmt: skip
    with room.connection() as connection:
        row = audit.rows(connection, action="case.note")[0]
        assert (row.who, row.why) == ("lena", CASE["reason"])
        assert audit.verify(connection) is None


def test_who_is_no_member_does_not_learn_that_a_case_exists(room, case) -> None:
    stranger = room.as_("analyst", "sven")
    missing = stranger.get("/cases/K-999999")
    hidden = stranger.get(case)
    assert (hidden.status_code, hidden.text) == (404, missing.text)
    for path in ("vessels", "notes", "members", "close", "files"):
        assert stranger.post(f"{case}/{path}", data={"why": "x"}).status_code == 404
    assert stranger.get(f"{case}/files/F-000001").status_code == 404
    assert "Grey fleet" not in stranger.get("/cases").text
    assert stranger.get("/api/v1/cases").json() == {"cases": []}


def test_a_supervisor_sees_that_it_exists_and_nothing_of_it(room, case) -> None:
    chief = room.as_("supervisor")
    page = chief.get(case)
    assert (page.status_code, "You are no member" in page.text) == (200, True)
    for text in (page.text, chief.get("/cases").text):
        assert "lena" in text
        assert "Grey fleet" not in text
        assert CASE["reference"] not in text
    assert chief.post(f"{case}/notes", data={"text": "x"}).status_code == 409


def test_a_supervisor_takes_over_a_case_whose_lead_is_gone(room, lead, case) -> None:
    chief = room.as_("supervisor")
    assert chief.post(f"{case}/take-over", data={}).status_code == 400
    done = chief.post(f"{case}/take-over", data={"why": "lena is on leave"})
    assert done.status_code == 303
    assert "Grey fleet" in chief.get(case).text
    assert "supervisor" in lead.get(case).text


def test_roles_of_members_bound_what_they_do(room, lead, case) -> None:
    reader, member = room.as_("operator", "rita"), room.as_("analyst", "mia")
    assert lead.post(f"{case}/members", data={"name": "rita", "role": "member"}).status_code == 409
    for name, role in (("rita", "reader"), ("mia", "member")):
        assert lead.post(f"{case}/members", data={"name": name, "role": role}).status_code == 303
    assert "Grey fleet" in reader.get(case).text
    assert reader.post(f"{case}/notes", data={"text": "x"}).status_code == 403
    assert member.post(f"{case}/notes", data={"text": "x"}).status_code == 303
    for path in ("members", "close", "terms"):
        assert member.post(f"{case}/{path}", data={"why": "x"}).status_code == 409
    told = reader.get("/api/v1/cases").json()["cases"]
    assert [(one["title"], one["changes"]) for one in told] == [(CASE["title"], False)]


def test_a_case_keeps_a_lead(room, lead, case) -> None:
    room.as_("analyst", "mia")
    page = lead.get(case).text
    own = re.search(r'name="kind" value="member"><input type="hidden" name="ref" value="(.*?)"',
                    page)[1]  # fmt: skip
    out = lead.post(f"{case}/take-out", data={"kind": "member", "ref": own, "why": "leave"})
    assert (out.status_code, "nobody would lead it" in out.text) == (400, True)
    lead.post(f"{case}/members", data={"name": "mia", "role": "lead"})
    lead.post(f"{case}/take-out", data={"kind": "member", "ref": own, "why": "leave"})
    assert lead.get(case).status_code == 404


def test_the_strictest_of_what_is_in_it_is_shown_and_enforced(room, case) -> None:
    secret = Codes("H2", "", "amber", contributors=("GRC",))
    put_alert(room.dsn, 1, codes=secret, headline="the silent one")
    greek = room.as_("analyst", "maria", member_state="GRC", clearance="H2")
    room.as_("operator", "rita")
    own = opened(greek)
    greek.post(f"{own}/members", data={"name": "rita", "role": "reader"})
    rita = room.as_("operator", "rita")
    assert rita.get(own).status_code == 200
    assert "Grey fleet" in rita.get(own).text
    greek.post(f"{own}/alerts", data={"ref": "A-000000000001"})
    page = greek.get(own).text
    assert "H2, TLP:AMBER, GRC" in page
    assert "no: not cleared for H2" in page
    door = rita.get(own)
    assert "clearance does not reach" in door.text
    assert "Grey fleet" not in door.text
    assert rita.get(own).text.count("GRC") == rita.get(own).text.count("H2") == 0
    chief = room.as_("supervisor", "chief")
    refused = chief.post(f"{own}/take-over", data={"why": "maria is on leave"})
    assert (refused.status_code, "is not cleared for the codes" in refused.text) == (409, True)
    assert refused.text.count("GRC") == refused.text.count("H2") == 0
    assert rita.get("/api/v1/cases").json() == {"cases": []}
    added = greek.post(f"{own}/members", data={"name": "lena", "role": "reader"})
    assert (added.status_code, "not cleared for H2" in added.text) == (409, True)


def test_what_was_written_under_strict_codes_stays_under_them_until_a_supervisor_lowers_them(
    room, lead
) -> None:
    put_alert(room.dsn, 1, codes=Codes("H2", "", "amber", contributors=("GRC",)))
    greek = room.as_("analyst", "maria", member_state="GRC", clearance="H2")
    chief = room.as_("supervisor", "chief", member_state="GRC", clearance="H2")
    own = opened(greek)
    for name in ("lena", "chief"):
        greek.post(f"{own}/members", data={"name": name, "role": "reader"})
    greek.post(f"{own}/alerts", data={"ref": "A-000000000001"})
    greek.post(f"{own}/notes", data={"text": "what the Greek list says"})
    out = {"kind": "alert", "ref": "A-000000000001", "why": "not ours"}
    assert greek.post(f"{own}/take-out", data=out).status_code == 303
    assert "clearance does not reach" in lead.get(own).text
    assert "H2, TLP:AMBER, GRC: the strictest it ever held" in greek.get(own).text
    assert greek.post(f"{own}/lower", data={"why": "I may not"}).status_code == 403
    assert chief.post(f"{own}/lower", data={"why": ""}).status_code == 400
    assert "Lower the codes to H1, TLP:AMBER" in chief.get(own).text
    assert chief.post(f"{own}/lower", data={"why": "the note tells nothing"}).status_code == 303
    assert "what the Greek list says" in lead.get(own).text
    assert chief.post(f"{own}/lower", data={"why": "again"}).status_code == 409
    with room.connection() as connection:
        [row] = audit.rows(connection, action="case.lower")
    assert (row.who, row.why) == ("chief", "the note tells nothing")
    assert json.loads(row.details)["handling"] == ["H2", "H1"]


def test_who_lowers_the_terms_of_a_case_does_not_open_what_was_written_before(room) -> None:
    greek = room.as_("analyst", "maria", member_state="GRC", clearance="H2")
    own = opened(greek, handling="H2", contributor="GRC")
    greek.post(f"{own}/notes", data={"text": "strict"})
    assert greek.post(f"{own}/terms", data=CASE | {"why": "milder"}).status_code == 303
    assert "H2, TLP:AMBER, GRC: the strictest it ever held" in greek.get(own).text


def test_an_alert_that_one_may_not_read_is_not_there(room, lead, case) -> None:
    put_alert(room.dsn, 1, codes=Codes("H3", "x", "red"))
    hidden = lead.post(f"{case}/alerts", data={"ref": "A-000000000001"})
    missing = lead.post(f"{case}/alerts", data={"ref": "A-000000000002"})
    assert (hidden.status_code, missing.status_code) == (400, 400)
    assert "Alert A-000000000001: there is none" in hidden.text


def test_nobody_opens_or_makes_a_case_beyond_their_own_clearance(room, lead, case) -> None:
    assert "not cleared" in lead.post("/cases", data=CASE | {"handling": "H2"}).text
    changed = lead.post(f"{case}/terms", data=CASE | {"tlp": "red", "why": "x"})
    assert (changed.status_code, "beyond your own" in changed.text) == (409, True)
    stricter = {"file": ("a.pdf", PDF)}
    sent = lead.post(f"{case}/files", files=stricter, data={"handling": "H3", "tlp": "red"})
    assert sent.status_code == 409
    assert "F-0000" not in lead.get(case).text


def test_a_file_is_told_by_its_bytes_and_given_as_an_attachment(room, lead, case) -> None:
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    for name, content in (("../../evil.html", page), ("report.exe", PDF)):
        sent = lead.post(f"{case}/files", files={"file": (name, content, "text/html")})
        assert sent.status_code == 303, sent.text
    got = lead.get(f"{case}/files/F-000001")
    assert got.content == page
    assert got.headers["content-type"].startswith("text/plain")
    assert got.headers["content-disposition"] == 'attachment; filename="F-000001.txt"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    second = lead.get(f"{case}/files/F-000002")
    assert second.headers["content-type"] == "application/pdf"
    assert "F-000002.pdf" in second.headers["content-disposition"]
    assert actions(room, case).count("case.file_read") == 2


def test_a_file_of_25_mib_is_taken_and_a_larger_one_is_not(lead, case) -> None:
    full = lead.post(f"{case}/files", files={"file": ("a", b"\x01" * (25 << 20))})
    assert full.status_code == 303
    over = lead.post(f"{case}/files", files={"file": ("a", b"\x01" * ((25 << 20) + 1))})
    assert (over.status_code, "at most 25 MiB" in over.text) == (400, True)
    far = lead.post(f"{case}/files", files={"file": ("a", b"\x01" * (27 << 20))})
    assert far.status_code == 413
    # Other forms stay short.
    assert lead.post(f"{case}/notes", data={"text": "x" * (9 << 20)}).status_code == 413


def test_a_large_file_may_come_with_the_token_in_its_form(room, lead, case) -> None:
    token = lead.headers["cookie"].partition("=")[2]
    sent = httpx.post(
        f"{room.address}{case}/files",
        headers={"origin": room.address, "cookie": f"vedetta={token}"},
        data={"form_token": form_token(token)}, files={"file": ("a", b"\x01" * (9 << 20))},
    )  # fmt: skip
    assert sent.status_code == 303
    assert len(lead.get(f"{case}/files/F-000001").content) == 9 << 20


def test_a_closed_case_is_read_and_not_changed_until_it_is_opened_again(lead, case) -> None:
    assert lead.post(f"{case}/close", data={"why": ""}).status_code == 400
    lead.post(f"{case}/close", data={"why": "handed to the prosecutor"})
    assert "handed to the prosecutor" in lead.get(case).text
    refused = lead.post(f"{case}/notes", data={"text": "x"})
    assert (refused.status_code, "is closed" in refused.text) == (409, True)
    assert lead.get("/api/v1/cases").json() == {"cases": []}
    lead.post(f"{case}/reopen", data={"why": "an appeal"})
    assert lead.post(f"{case}/notes", data={"text": "x"}).status_code == 303


def test_a_read_stands_once_an_hour_in_the_audit(room, lead, case) -> None:
    for _ in range(3):
        lead.get(case)
    assert actions(room, case).count("case.read") <= 2


def test_taking_out_needs_a_reason_and_leaves_its_line(room, lead, case) -> None:
    lead.post(f"{case}/vessels", data={"ref": "247000001"})
    form = {"kind": "vessel", "ref": "247000001"}
    assert lead.post(f"{case}/take-out", data=form).status_code == 400
    lead.post(f"{case}/take-out", data=form | {"why": "the wrong ship"})
    assert "247000001<" not in lead.get(case).text
    with room.connection() as connection:
        [row] = audit.rows(connection, action="case.take_out")
    assert (row.why, json.loads(row.details)["ref"]) == ("the wrong ship", "247000001")


def test_a_program_is_answered_in_json(lead, case) -> None:
    asked = {"accept": "application/json"}
    good = lead.post(f"{case}/vessels", data={"ref": "247000001"}, headers=asked)
    assert (good.status_code, good.json()) == (200, {"said": "The vessel is in the case."})
    missing = lead.post("/cases/K-999999/notes", data={"text": "x"}, headers=asked)
    assert (missing.status_code, "no such case" in missing.json()["error"]) == (404, True)
    twice = lead.post(f"{case}/vessels", data={"ref": "247000001"}, headers=asked)
    assert (twice.status_code, "already" in twice.json()["error"]) == (400, True)


def test_a_vessel_carries_the_name_that_it_sends(room, lead, case) -> None:
    with Writer(room.dsn) as writer:
        writer.commit(writes(statics=statics(mmsi=[247_000_001], name=[b"MARIA K"])))
    lead.post(f"{case}/vessels", data={"ref": "247 000 001"})
    assert "MARIA K" in lead.get(case).text


def test_what_is_in_a_case_leads_to_the_map_and_to_its_page(room, lead, case) -> None:
    put_alert(room.dsn, 1)
    boat = Contact("ngo", 12.5, 35.2, 5, 1_764_000_000_000_000, "grey rubber boat")
    with Writer(room.dsn) as writer:
        said = statics(mmsi=[247_000_001], name=[b"MARIA K"], imo=[9_074_729])
        writer.commit(writes(statics=said))
    with room.connection() as connection:
        add_contact(connection, boat, Change("x", "a test", dt.datetime.now(dt.UTC)))
        connection.execute(
            "INSERT INTO last_seen (mmsi, time, received, lon_deg, lat_deg) "
            "VALUES (247000001, '2026-05-01 08:00Z', '2026-05-01 08:00Z', 14.5, 35.9)"
        )
    for path, ref in (("vessels", "247000001"), ("vessels", "imo:9074729"),
                      ("vessels", "999000001"), ("alerts", "A-000000000001"),
                      ("contacts", "C-000001")):  # fmt: skip
        lead.post(f"{case}/{path}", data={"ref": ref})
    page = lead.get(case).text
    assert page.count('<a href="/#10/35.9000/14.5000?vessel=247000001">') == 2
    assert "MARIA K · Italy · last seen 1 May 08:00 UTC" in page
    assert "MARIA K · MMSI 247000001 · Italy" in page
    assert "no place is known" in page
    assert '<a href="/alerts/A-000000000001">' in page
    assert '<a href="/contacts/C-000001">' in page
    assert 'href="/#10/35.2000/12.5000"' in page


@pytest.mark.parametrize(
    "change, why",
    [
        ({"title": ""}, "Title: is empty"),
        ({"review_by": "soon"}, "is no day"),
        ({"review_by": "2020-01-01"}, "from today to three years"),
        ({"contributor": "Greece"}, "no code of a state"),
        ({"handling": "H3"}, "What H3 restricts: is empty"),
        ({"tlp": "pink"}, "choose one of"),
    ],
)
def test_a_form_that_cannot_be_is_given_back(lead, change, why) -> None:
    answer = lead.post("/cases", data=CASE | {"reference": "kept-as-typed"} | change)
    assert (answer.status_code, why in answer.text) == (400, True)
    assert "kept-as-typed" in answer.text or "Reference" in why


def seen(client: httpx.Client, case: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', client.get(case).text)[1]


def test_of_two_who_change_the_terms_the_second_is_told_of_the_first(room, lead, case) -> None:
    looked = seen(lead, case)
    first = lead.post(f"{case}/terms", data=CASE | {"title": "One", "why": "x", "seen": looked})
    second = lead.post(f"{case}/terms", data=CASE | {"title": "Two", "why": "x", "seen": looked})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "was changed while you wrote" in second.text
    assert "<h1>One</h1>" in lead.get(case).text


def test_a_case_that_is_closed_while_somebody_changes_it_stays_closed(room, lead, case) -> None:
    given = case.rsplit("/", 1)[-1]
    with ThreadPoolExecutor(1) as pool:
        with room.connection() as closing:
            now = dt.datetime.now(dt.UTC)
            hold(closing, given)
            in_turn(closing)
            later = pool.submit(lead.post, f"{case}/terms", data=CASE | {"why": "x"})
            until(lambda: closing.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())  # fmt: skip
            shut = replace(whole(closing, given).case, state="closed", closed_at=now,
                           closed_why="done")  # fmt: skip
            change_case(closing, shut, Change("lena", "done", now), "close")
        assert later.result().status_code == 409
    with room.connection() as connection:
        assert whole(connection, given).case.state == "closed"


def test_a_closed_case_takes_neither_terms_nor_members(room, lead, case) -> None:
    room.as_("analyst", "mate")
    assert lead.post(f"{case}/close", data={"why": "done"}).status_code == 303
    for path, form in (("terms", CASE), ("members", {"name": "mate", "role": "reader"})):
        assert lead.post(f"{case}/{path}", data=form | {"why": "x"}).status_code == 409
