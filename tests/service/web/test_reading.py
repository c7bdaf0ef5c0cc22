"""List, documents and exports for a case: its reason is asked once, and it must hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import httpx
import pytest

from service.web.settings import WebSettings
from store import audit
from store.connect import session
from tests.plugins import people
from tests.plugins.alerted import listed
from tests.plugins.database import fresh_database
from tests.plugins.served import served
from tests.service.web.test_cases import CASE, opened

MARIA = 247_000_001
SETTINGS = WebSettings(port=0, poll_s=5)
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def dsn(database_server) -> Iterator[str]:
    with fresh_database(database_server) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def address(dsn, files) -> Iterator[str]:
    with served(dsn, files, SETTINGS) as address:
        yield address


@pytest.fixture(scope="module")
def entry(dsn, address) -> str:
    return listed(dsn, MARIA, name="MARIA K", reason="sold twice", contributor="ITA")


@pytest.fixture
def as_(dsn, address) -> Iterator[Callable[..., httpx.Client]]:
    """A client of somebody whom no other test has; ``again``: a new session of theirs."""
    with ExitStack() as kept:

        def made(role: str = "analyst", again: str = "", **said: str) -> httpx.Client:
            name = again or f"{role}-{next(_NUMBERS)}"
            token = people.token(dsn, role, name, **said)
            client = kept.enter_context(people.client(address, token))
            client.name = name
            return client

        yield made


def case_of(client: httpx.Client, **changes: str) -> str:
    return opened(client, **changes).rpartition("/")[2]


def reads_for(client: httpx.Client, case: str, to: str = "/watchlist") -> httpx.Response:
    return client.post("/watchlist/purpose", data={"case": case, "to": to})


def rows(dsn: str, action: str, who: str) -> list[tuple[str, dict]]:
    with session(dsn) as connection:
        found = audit.rows(connection, action=action, who=who)
    return [(one.why, json.loads(one.details)) for one in found]


def test_a_member_is_not_asked_again_and_each_row_carries_case_and_reason(dsn, as_, entry) -> None:
    lead = as_()
    case = case_of(lead)
    led = reads_for(lead, case)
    assert (led.status_code, led.headers["location"]) == (303, "/watchlist")
    page = lead.get("/watchlist").text
    assert "MARIA K" in page
    assert f"<b>{case}: {CASE['reason']}</b>" in page
    assert lead.get(f"/watchlist/{entry}").status_code == 200
    assert lead.get(f"/api/v1/vessels/{MARIA}/listing").json()["entries"][0]["reason"]
    why = f"{case}: {CASE['reason']}"
    basis = f"{CASE['basis']} ({CASE['reference']})"
    for action in ("watchlist.purpose", "watchlist.list", "watchlist.show", "watchlist.consult"):
        [(said, details)] = rows(dsn, action, lead.name)
        assert (said, details["case"], details["basis"]) == (why, case, basis), action


def test_another_session_names_the_case_and_says_no_reason(as_, entry) -> None:
    lead = as_()
    case = case_of(lead, title="Two flags")
    other = as_(again=lead.name)
    asked = other.get("/watchlist", params={"case": case})
    assert (asked.status_code, "MARIA K" in asked.text) == (200, False)
    assert f'<option value="{case}" selected>{case} Two flags: {CASE["reason"]}' in asked.text
    assert reads_for(other, case).status_code == 303
    assert "MARIA K" in other.get("/watchlist", params={"case": case}).text


def test_a_case_s_page_leads_to_list_and_dossier_without_a_question(as_, entry) -> None:
    lead = as_()
    page = lead.get(f"/cases/{case_of(lead)}").text
    assert "Read the list for it" in page
    assert "Make a dossier for it" in page


@pytest.mark.parametrize("case", ["C-7", "K-999999", "x" * 90])
def test_a_case_that_does_not_exist_is_refused_in_one_line(dsn, as_, entry, case) -> None:
    client = as_()
    refused = reads_for(client, case)
    assert refused.status_code == 404
    assert "There is no such case, or you are no member of it." in refused.text
    asked = client.get("/watchlist", params={"case": case})
    assert (asked.status_code, "no such open case of yours" in asked.text) == (404, True)
    assert "MARIA K" not in client.get("/watchlist").text
    assert rows(dsn, "watchlist.purpose", client.name) == []


def test_who_is_no_member_is_refused_and_learns_nothing(as_, entry) -> None:
    case = case_of(as_())
    for role in ("analyst", "operator", "office"):
        stranger = as_(role)
        refused = reads_for(stranger, case)
        assert (refused.status_code, "no such case" in refused.text) == (404, True)
        assert CASE["reason"] not in refused.text
        assert CASE["reason"] not in stranger.get("/watchlist", params={"case": case}).text


def test_a_supervisor_who_is_no_member_is_told_so(as_, entry) -> None:
    case = case_of(as_())
    refused = reads_for(as_("supervisor"), case)
    assert (refused.status_code, f"You are no member of {case}." in refused.text) == (409, True)


def test_a_closed_case_is_refused_also_to_who_read_for_it_before(as_, entry) -> None:
    lead = as_()
    case = case_of(lead)
    reads_for(lead, case)
    assert "MARIA K" in lead.get("/watchlist").text
    lead.post(f"/cases/{case}/close", data={"why": "done"})
    asked = lead.get("/watchlist")
    assert (asked.status_code, f"{case} is closed" in asked.text) == (409, True)
    assert "MARIA K" not in asked.text
    assert reads_for(lead, case).status_code == 409
    [told] = lead.get(f"/api/v1/vessels/{MARIA}/listing").json()["entries"]
    assert told["reason"] is None
    export = {"kind": "watchlist", "format": "csv", "case": case, "reason": "a test"}
    assert lead.post("/exports", data=export).status_code == 409


def test_who_was_taken_out_of_a_case_reads_in_its_name_no_more(dsn, as_, entry) -> None:
    lead, member = as_(), as_("operator")
    case = case_of(lead)
    lead.post(f"/cases/{case}/members", data={"name": member.name, "role": "reader"})
    assert reads_for(member, case).status_code == 303
    assert "MARIA K" in member.get("/watchlist").text
    account = people.add(dsn, "operator", member.name).id
    out = {"kind": "member", "ref": account, "why": "moved"}
    assert lead.post(f"/cases/{case}/take-out", data=out).status_code == 303
    asked = member.get("/watchlist")
    assert (asked.status_code, "MARIA K" in asked.text) == (404, False)


def test_an_export_for_a_case_needs_no_reason_and_names_the_case(dsn, as_, entry) -> None:
    lead = as_()
    case, why = case_of(lead), CASE["reason"]
    form = {"kind": "watchlist", "format": "csv", "vessel": str(MARIA)}
    bare = lead.post("/exports", data=form)
    assert (bare.status_code, "say why in a few words" in bare.text.lower()) == (400, True)
    reads_for(lead, case)
    assert f"empty: {case}: {why}" in lead.get("/exports/new").text
    made = lead.post("/exports", data=form)
    assert made.status_code == 303, made.text
    assert case in lead.get(made.headers["location"]).text
    [(said, details)] = rows(dsn, "watchlist.export", lead.name)
    assert (said, details["query"]["for_case"]) == (f"{case}: {why}", case)


def test_own_words_stand_beside_the_reason_of_a_case_that_is_exported(dsn, as_, entry) -> None:
    lead = as_()
    case = case_of(lead)
    lead.post(f"/cases/{case}/vessels", data={"ref": str(MARIA), "note": ""})
    form = {"kind": "watchlist", "format": "csv", "case": case, "reason": "for the hearing"}
    assert lead.post("/exports", data=form).status_code == 303
    [(said, details)] = rows(dsn, "watchlist.export", lead.name)
    assert said == f"{case}: {CASE['reason']} (for the hearing)"
    assert details["case"] == case


def test_without_a_case_own_words_are_asked_as_before(as_, entry) -> None:
    client = as_("operator")
    asked = client.get("/watchlist").text
    assert "Purpose, in a few words" in asked
    assert "For one of your cases" not in asked
    assert client.post("/watchlist/purpose", data={}).status_code == 400
    client.post("/watchlist/purpose", data={"purpose": "watch of May"})
    assert "MARIA K" in client.get("/watchlist").text
