"""Data protection in the browser: what is kept, and what is held about somebody."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest

from alerts.alert import Codes
from service.erasing import Erased, note
from service.holdings import HOLDINGS
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.changes import Change
from store.connect import session
from store.watchlist import propose, put_persons
from store.writer import Writer
from tests.plugins import people
from tests.plugins.notices import alert
from tests.plugins.rows import positions, writes
from tests.plugins.told import put
from watchlist.entries import Person, WatchlistEntry

SETTINGS = WebSettings(port=0, poll_s=5)
NOON = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)
ASKED = {"name": "Müller", "mmsi": "247000001", "call_sign": "", "why": "request 7"}


@pytest.fixture
def address(dsn, source, files, facts):
    app = create_app(SETTINGS, dsn, source=source, files=files, facts=facts)
    with running(app, SETTINGS) as address:
        yield address


@pytest.fixture
def held(dsn) -> str:
    """An entry of code H2 with a person Hans Müller, and positions of its MMSI."""
    made = Change("rossi", "case", NOON)
    with session(dsn) as connection:
        entry = WatchlistEntry(mmsi=(247000001,), handling="H2", contributor="GRC")
        [(given, _)] = propose(connection, [entry], made)
        put_persons(connection, {given: [Person("owner", "Hans MÜLLER", "of Kiel")]}, made)
        audit.append(connection, made, "look", "x", {"note": "HANS MÜLLER called"})
    with Writer(dsn) as writer:
        writer.commit(writes(positions(mmsi=[247000001], time=["2026-05-03T12:00:00"])))
    return given


def client(dsn, address, role, name="", **said):
    return people.client(address, people.token(dsn, role, name, **said))


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_everybody_reads_what_is_kept_and_what_was_erased(dsn, address, role) -> None:
    note(dsn, "retention", [Erased("zone_visit", 1234, NOON)], NOON)
    with client(dsn, address, role) as one:
        page = one.get("/data-protection")
    assert page.status_code == 200
    assert all(f"<code>{row.table}</code>" in page.text for row in HOLDINGS)
    assert ("1,234" in page.text, "90 days after the position" in page.text) == (True, True)
    assert "What is held about somebody" not in page.text


def test_a_supervisor_finds_what_is_held_and_the_audit_does_not_learn_the_name(
    dsn, address, held
) -> None:
    with client(dsn, address, "supervisor", clearance="H3") as one:
        page = one.post("/data-protection/subject", data=ASKED)
    assert page.status_code == 200
    for said in (
        f"{held} version 1",
        "owner: Hans MÜLLER: of Kiel",
        "look: x",
        "1 min heard since 2026-05-03",
    ):
        assert said in page.text
    with session(dsn) as connection:
        [row] = audit.rows(connection, action="protection.subject")
    assert (row.who, row.why) == ("supervisor", "request 7")
    assert ("ller" in row.details, json.loads(row.details)["found"]["entry_person"]) == (False, 1)


def test_what_somebody_may_not_know_of_is_counted_and_not_shown(dsn, address, held) -> None:
    for role, said in (("administrator", {}), ("supervisor", {"clearance": "H1"})):
        with client(dsn, address, role, **said) as one:
            page = one.post("/data-protection/subject", data=ASKED | {"mmsi": ""})
        assert ("Hans" in page.text, held in page.text) == (False, False)
        assert "not shown to you" in page.text


@pytest.mark.parametrize("vessel", [{"mmsi": "247000001"}, {"call_sign": "iBaA"}])
def test_who_asks_for_a_vessel_does_not_learn_that_she_is_listed(dsn, address, held, vessel):
    put(dsn, alert(codes=Codes("H2", "", "amber", "B", 3, ("GRC",))))
    asked = ASKED | {"name": "", "mmsi": "", "call_sign": ""} | vessel
    with client(dsn, address, "supervisor", clearance="H1") as one:
        page = one.post("/data-protection/subject", data=asked)
    assert page.status_code == 200
    for said in ("not shown to you", "watchlist_hit", "entry_version", held):
        assert said not in page.text
    with session(dsn) as connection:
        [row] = audit.rows(connection, action="protection.subject")
    [(name, value)] = vessel.items()
    assert json.loads(row.details)[name] == value


def test_the_finds_leave_as_json_whose_hash_anybody_can_make_again(dsn, address, held) -> None:
    with client(dsn, address, "supervisor", clearance="H3") as one:
        answer = one.post("/data-protection/subject", data=ASKED | {"form": "json"})
    said = answer.json()
    text = json.dumps(said["document"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert said["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    with session(dsn) as connection:
        [row] = audit.rows(connection, action="protection.subject")
    assert said["sha256"] in row.details


@pytest.mark.parametrize(
    "change, said",
    [
        ({"why": " "}, "Say why"),
        ({"name": "", "mmsi": ""}, "Give a name, an MMSI or a call sign"),
        ({"name": "ab"}, "expected 3 letters or more"),
        ({"mmsi": "12"}, "expected nine digits"),
    ],
)
def test_what_is_no_question_is_said_and_writes_nothing(dsn, address, change, said) -> None:
    with client(dsn, address, "supervisor") as one:
        page = one.post("/data-protection/subject", data=ASKED | change)
    assert (page.status_code, said in page.text) == (400, True)
    with session(dsn) as connection:
        assert audit.rows(connection, action="protection.subject") == []


def test_nothing_held_says_what_was_searched(dsn, address) -> None:
    with client(dsn, address, "supervisor") as one:
        page = one.post("/data-protection/subject", data=ASKED | {"name": "Nobody", "mmsi": ""})
    assert "Nothing is held that names this. Searched: every table" in page.text


def test_an_alert_and_its_messages_are_told_to_who_may_know_of_it(dsn, address) -> None:
    put(dsn, alert(codes=Codes("H2", "", "amber", "B", 3, ("GRC",))))
    asked = ASKED | {"name": "", "call_sign": "iBaA"}
    for clearance, shown in (("H1", False), ("H3", True)):
        with client(dsn, address, "supervisor", f"s.{clearance}", clearance=clearance) as one:
            page = one.post("/data-protection/subject", data=asked | {"mmsi": ""})
        assert ("A-0123456789ab" in page.text) == shown
        assert "not shown to you" not in page.text
