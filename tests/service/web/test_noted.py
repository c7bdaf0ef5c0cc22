"""What shows the list, alerts, persons or the audit does not answer without a row of the audit."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from alerts.alert import Vessel
from alerts.contacts import Contact
from service.rights import DEEDS, ROLES
from service.web.rights import ROUTES
from service.web.settings import WebSettings
from store import audit
from store.changes import Change
from store.connect import session
from store.contacts import add_contact
from store.events import put_events
from tests.plugins import people
from tests.plugins.alerted import listed, raised, seen
from tests.plugins.database import fresh_database
from tests.plugins.served import served
from tests.service.web.test_cases import CASE
from tests.service.web.test_rights import filled
from tests.service.web.test_watch_log import sign

SETTINGS = WebSettings(port=0, poll_s=5, account_per_min=10_000, stream_s=0.2)
NOTED = {
    "alerts.read", "watchlist.read", "watchlist.persons", "cases.read", "contacts.read",
    "audit.read", "people.manage", "protection.subject",
}  # fmt: skip
ALSO = {"/api/v1/replay/alerts", "/log", "/api/v1/log", "/log/hand-overs/{id}",
        "/log/hand-overs"}  # fmt: skip
"""Others that tell of alerts."""
BARE = {"/people/new", "/data-protection/subject", "/watchlist/check"}
"""Forms with nothing in them yet."""
MARIA = 247_000_001
POLLED = ("/api/v1/alerts", "/alerts", "/api/v1/contacts", "/contacts", "/api/v1/cases", "/cases",
          "/api/v1/log")  # fmt: skip


@pytest.fixture(scope="module")
def dsn(database_server) -> Iterator[str]:
    with fresh_database(database_server) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def address(dsn, files) -> Iterator[str]:
    with served(dsn, files, SETTINGS) as address:
        yield address


@pytest.fixture(scope="module")
def known(dsn, address) -> dict[str, str]:
    """A listed vessel in an alert, a sighting, and an account: what a path's {id} may name."""
    soon = dt.date.today() + dt.timedelta(days=20)  # noqa: DTZ011
    entry = listed(dsn, MARIA, name="MARIA K", reason="sold twice", review_by=soon)
    gap = seen("gap", MARIA, evidence={"silence": (5400, "s", 3600)})
    vessels = (Vessel(MARIA, "MARIA K", role="cargo"),)
    [alert] = raised(dsn, gap, seen("drift", MARIA), vessels=vessels)
    boat = Contact("ngo", 12.5, 35.2, 5, time.time_ns() // 1000, "grey rubber boat")
    with session(dsn) as connection:
        put_events(connection, [gap])
        contact = add_contact(connection, boat, Change("x", "a test", dt.datetime.now(dt.UTC)))
    return {"watchlist": entry, "alerts": alert.id, "contacts": contact.id}


@pytest.fixture
def anybody(dsn, address) -> Iterator[httpx.Client]:
    """A supervisor whom no other test has; the hour has no row of theirs yet."""
    with enter(dsn, address, "supervisor") as client:
        yield client


@contextmanager
def enter(dsn: str, address: str, role: str) -> Iterator[httpx.Client]:
    """Somebody new of a role, cleared for all, who said for what they read the list."""
    name = f"{role}-{time.time_ns()}"
    with people.client(address, people.token(dsn, role, name, clearance="H3")) as client:
        client.timeout = 60
        if role in DEEDS["watchlist.read"]:
            stated = client.post("/watchlist/purpose", data={"purpose": "watch of May"})
            assert stated.status_code == 303, stated.text
        yield client


def head(dsn: str) -> int:
    with session(dsn) as connection:
        return audit.head(connection).number


def path_for(client: httpx.Client, path: str, known: dict[str, str]) -> str:
    """The address of something that is there, and that this person sees."""
    if path == "/api/v1/replay/alerts":
        now = time.time_ns() // 1_000_000
        return f"{path}?from={now - 3_600_000}&to={now + 60_000}"
    if path in {"/cases", "/api/v1/cases"} or path.startswith("/cases/"):
        case = client.post("/cases", data=CASE).headers["location"]
        given = {"file": ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf")}
        kept = client.post(f"{case}/files", files=given)
        assert kept.status_code == 303, kept.text
        if path.startswith("/cases/{id}/"):
            file = re.search(rf"{case}/files/([\w-]+)", client.get(case).text)
            return f"{case}/files/{file[1]}"
        return case if path == "/cases/{id}" else path
    if path == "/watchlist/check/{token}":
        found = client.post("/watchlist/check", data={"why": "a test", "lines": str(MARIA)})
        return re.search(r"/watchlist/check/[\w-]+", found.text)[0]
    if path.startswith("/log/hand-overs"):
        where = sign(client).headers["location"]
        return where if path.endswith("}") else path
    part = path.removeprefix("/api/v1").split("/")[1]
    return filled(path.replace("{id}", known[part]) if part in known else path)


def test_every_look_beyond_what_vessels_broadcast_is_a_row(dsn, address, known) -> None:
    silent, unseen = [], []
    for (method, path), deed in ROUTES.items():
        if method != "GET" or path in BARE or (deed not in NOTED and path not in ALSO):
            continue
        role = next(one for one in ("supervisor", *ROLES) if one in DEEDS[deed])
        with enter(dsn, address, role) as client:
            asked = path_for(client, path, known)
            before = head(dsn)
            answer = client.get(asked)
        if answer.status_code != 200:
            unseen.append((path, answer.status_code))
        elif head(dsn) == before:
            silent.append(path)
    # A new page that shows these reads through service.web.noting; one that needs something to be
    # there has it made in ``known`` or ``path_for``.
    assert (silent, unseen) == ([], [])


@pytest.mark.parametrize("path", POLLED)
def test_a_list_that_is_asked_for_again_is_one_row_an_hour(
    dsn, address, known, anybody, path
) -> None:
    began = dt.datetime.now(dt.UTC).hour
    asked = path_for(anybody, path, known)
    assert anybody.get(asked).status_code == 200
    before = head(dsn)
    assert {anybody.get(asked).status_code for _ in range(3)} == {200}
    # One more where a new hour began in between.
    assert head(dsn) - before <= (dt.datetime.now(dt.UTC).hour != began)


def test_a_list_of_nothing_is_no_look(dsn, address) -> None:
    # An office to which nothing was told sees no alert, and the audit says nothing of one.
    with enter(dsn, address, "office") as client:
        before = head(dsn)
        said = client.get("/api/v1/alerts?state=all").json()
        assert (said["alerts"], said["more"]) == ([], 0)
    assert head(dsn) == before


def test_without_its_row_nothing_is_shown(dsn, address, known) -> None:
    token = people.token(dsn, "operator", "late")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE audit RENAME TO audit_away")
        try:
            with people.client(address, token) as client:
                answer = client.get("/api/v1/contacts")
        finally:
            connection.execute("ALTER TABLE audit_away RENAME TO audit")
    assert (answer.status_code, "rubber" in answer.text) == (503, False)
