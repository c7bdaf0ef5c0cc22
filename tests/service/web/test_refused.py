"""What an attacker tries is refused, and stands in the audit: a real server and database."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as open_socket

from alerts.alert import Vessel
from service.people_settings import PeopleSettings
from service.signing_in import form_token
from service.web.refusals import SOMEBODY, WORDS
from service.web.settings import WebSettings
from store import audit
from store.changes import Change, in_turn
from store.connect import session
from store.people import account_named
from store.sessions import end_sessions
from store.tokens import ApiToken, add_token, end_token
from tests.plugins import people
from tests.plugins.alerted import listed, raised, seen
from tests.plugins.database import fresh_database
from tests.plugins.people import PASSWORD
from tests.plugins.served import served
from tests.plugins.waiting import until
from tests.service.web.test_cases import CASE
from tests.service.web.test_sign_in import enter as begins
from tests.service.web.test_sign_in import send

SETTINGS = WebSettings(port=0, poll_s=5, token_per_min=30)
EVIL = "https://evil.example"
MARIA = 247_000_001
ZONE = {"name": "Giant", "why": "a test", "kind": "custom"}
ENDED = "UPDATE session SET ends_at = now() - interval '1 hour' WHERE account = %s"
COSTS = "/api/v1/positions?bbox=-180,-90,180,90&from=2026-05-01T00:00Z&to=2026-05-02T00:00Z"


@pytest.fixture(scope="module")
def dsn(database_server) -> Iterator[str]:
    with fresh_database(database_server) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def address(dsn, files) -> Iterator[str]:
    with served(dsn, files, SETTINGS, people=PeopleSettings(totp="required")) as address:
        yield address


@pytest.fixture
def as_(dsn, address) -> Iterator[Callable[..., httpx.Client]]:
    """A client of somebody whom no other test has."""
    with ExitStack() as opened:

        def made(role: str = "analyst", **said: str) -> httpx.Client:
            name = f"{role}-{time.time_ns()}"
            token = people.token(dsn, role, name, **said)
            client = opened.enter_context(people.client(address, token))
            client.name, client.token = name, token
            return client

        yield made


def noted(dsn: str, kind: str, who: str, path: str = "") -> dict[str, Any]:
    """The details of the one row about a refusal of ``kind`` to ``who``, once it is written."""

    def found() -> list[audit.AuditRow]:
        with session(dsn) as connection:
            rows = audit.rows(connection, action=f"refused.{kind}", who=who)
        return [one for one in rows if path in json.loads(one.details).get("asked", "")]

    [row] = until(found)
    assert WORDS[kind] in row.why
    return json.loads(row.details) | {"subject": row.subject}


class TestAForeignOrigin:
    def test_of_a_form(self, dsn, as_) -> None:
        client = as_()
        answer = client.post("/cases", data=CASE, headers={"origin": EVIL})
        assert answer.status_code == 403
        said = noted(dsn, "origin", client.name)
        assert (said["asked"], said["origin"]) == ("POST /cases", EVIL)
        assert (said["address"], "no page of ours" in said["said"]) == ("127.0.0.1", True)
        assert "grey fleet" not in client.get("/cases").text

    def test_of_a_file(self, dsn, as_) -> None:
        client = as_()
        given = {"file": ("z.geojson", b"{}")}
        answer = client.post("/zones/import", files=given, headers={"origin": EVIL})
        assert answer.status_code == 403
        assert noted(dsn, "origin", client.name)["subject"] == "/zones/import"

    def test_of_a_sign_in(self, dsn, address) -> None:
        form = {"name": "anna", "password": PASSWORD}
        answer = httpx.post(f"{address}/sign-in", data=form, headers={"origin": EVIL})
        assert answer.status_code == 403
        assert noted(dsn, "origin", SOMEBODY, "/sign-in")["origin"] == EVIL

    def test_of_a_socket(self, dsn, address, as_) -> None:
        client = as_("operator")
        headers = {**people.headers(client.token), "origin": EVIL}
        with (
            pytest.raises(InvalidStatus),
            open_socket(address.replace("http", "ws") + "/live", additional_headers=headers),
        ):
            pass
        assert noted(dsn, "origin", client.name)["asked"] == "SOCKET /live"

    def test_of_a_socket_without_our_cookie_as_browsers_send_it(self, dsn, address) -> None:
        with (
            pytest.raises(InvalidStatus),
            open_socket(address.replace("http", "ws") + "/live", origin=EVIL),
        ):
            pass
        assert noted(dsn, "origin", SOMEBODY, "/live")["origin"] == EVIL


@pytest.mark.parametrize("given", ["", "wrong", form_token("of another session")])
def test_a_form_without_the_token_of_its_session(dsn, as_, given) -> None:
    client = as_()
    answer = client.post("/cases", data=CASE, headers={"x-form-token": given})
    assert answer.status_code == 403
    assert noted(dsn, "form", client.name)["asked"] == "POST /cases"
    assert "grey fleet" not in client.get("/cases").text


def test_json_without_the_token_of_its_session(dsn, as_) -> None:
    client = as_()
    answer = client.post("/api/v1/zones", json=ZONE, headers={"x-form-token": "wrong"})
    assert answer.status_code == 403
    assert noted(dsn, "form", client.name)["subject"] == "/api/v1/zones"


def test_what_a_role_may_not(dsn, as_) -> None:
    client = as_("operator")
    assert client.get("/audit").status_code == 403
    assert client.post("/people", data={"name": "x"}).status_code == 403
    assert noted(dsn, "role", client.name, "GET /audit")["count"] == 1
    assert noted(dsn, "role", client.name, "POST /people")["subject"] == "/people"


class TestARevokedSession:
    def test_of_somebody_who_was_known(self, dsn, as_) -> None:
        client = as_()
        assert client.get("/api/v1/me").status_code == 200
        with session(dsn) as connection:
            end_sessions(connection, account_named(connection, client.name).id)
        until(lambda: client.get("/api/v1/me").status_code == 401)
        assert client.get("/watchlist").headers["location"].startswith("/sign-in?to=")
        said = noted(dsn, "session", client.name)
        assert (said["subject"], said["asked"]) == ("a session", "GET /api/v1/me")

    def test_that_ended_before_the_service_began(self, dsn, as_) -> None:
        client = as_()
        with session(dsn) as connection:
            connection.execute(ENDED, [account_named(connection, client.name).id])
        assert client.get("/api/v1/me").status_code == 401
        assert noted(dsn, "session", client.name)["asked"] == "GET /api/v1/me"

    def test_of_a_socket(self, dsn, address, as_) -> None:
        client = as_("operator")
        with session(dsn) as connection:
            connection.execute(ENDED, [account_named(connection, client.name).id])
        headers = people.headers(client.token)
        with (
            open_socket(
                address.replace("http", "ws") + "/live", additional_headers=headers
            ) as socket,
            pytest.raises(ConnectionClosed),
        ):
            socket.recv(timeout=60)
        assert noted(dsn, "session", client.name)["asked"] == "SOCKET /live"


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_token_of_a_program_that_is_none_any_more(dsn, address, how) -> None:
    name, now = f"program-{how}", dt.datetime.now(dt.UTC)
    account, token = people.add(dsn, "analyst", name), f"vedetta_{how}{time.time_ns()}"
    mark = Change(name, "a test", now)
    with session(dsn) as connection:
        kept = ApiToken(people.key_of(token), account.id, "one", ("map.read",), now,
                        now + dt.timedelta(days=1))  # fmt: skip
        add_token(connection, kept, mark)
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}) as program:
        assert program.get("/api/v1/vessels").status_code == 200
        with session(dsn) as connection:
            if how == "revoked":
                end_token(connection, account.id, "one", mark)
            else:
                connection.execute("UPDATE api_token SET ends_at = now() WHERE account = %s",
                                   [account.id])  # fmt: skip
        # Asked gently: a token that asks often has to wait, whatever it is.
        until(lambda: time.sleep(0.5) or program.get("/api/v1/vessels").status_code == 401)
    assert noted(dsn, "token", name)["asked"] == "GET /api/v1/vessels"
    with session(dsn) as connection:
        assert not any(token in row.details for row in audit.rows(connection))


def test_a_code_of_the_second_step_that_was_used(dsn, address) -> None:
    secret = pyotp.random_base32()
    people.add(dsn, "operator", "vera", totp=secret)
    code = pyotp.TOTP(secret).at(int(time.time()) // 30 * 30)

    def tried(typed: str) -> httpx.Response:
        with httpx.Client(base_url=address, headers={"origin": address}) as browser:
            begins(browser, "vera", PASSWORD)
            return send(browser, "/sign-in/code?to=/account", code=typed)

    assert tried(code).status_code == 303
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert {tried(typed).status_code for typed in (wrong, code)} == {400}
    said = noted(dsn, "code", "vera")
    # Only the one that was used before, and no code stands there.
    assert (said["count"], said["asked"], code in json.dumps(said)) == (
        1, "POST /sign-in/code", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/assets/{}/%2e%2e/%2e%2e/pyproject.toml", "/assets/{}/..%2f..%2fpyproject.toml",
     "/assets/{}/%252e%252e/pyproject.toml", "/assets/{}/..%5c..%5cpyproject.toml",
     "/exports/..%2f..%2fetc%2fpasswd/file", "/cases/../../etc/passwd"],
)  # fmt: skip
def test_a_path_that_leads_out_of_its_folder(dsn, address, as_, files, path) -> None:
    client, at = as_(), urlsplit(address)
    # A client of ours would tidy the path up before it asks.
    raw = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    raw.request("GET", path.format(files.version), headers=people.headers(client.token))
    answer = raw.getresponse()
    text = answer.read().decode()
    raw.close()
    assert (answer.status, "[project]" in text, "root:" in text) == (404, False, False)
    assert "passwd" in (said := noted(dsn, "path", client.name)["asked"]) or "pyproject" in said


class TestAGiantPolygon:
    def test_of_too_many_corners(self, dsn, as_) -> None:
        client = as_()
        ring = [[round(n / 60_001, 5), n % 2] for n in range(120_001)]
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        answer = client.post("/api/v1/zones", json=ZONE | {"geometry": shape})
        assert (answer.status_code, "at most 100,000" in answer.text) == (400, True)
        assert "120,00" in noted(dsn, "shape", client.name)["said"]

    def test_of_too_many_bytes(self, dsn, as_) -> None:
        client = as_()
        answer = client.post("/api/v1/zones", json=ZONE | {"note": "x" * (3 << 20)})
        assert answer.status_code == 413
        assert noted(dsn, "shape", client.name)["asked"] == "POST /api/v1/zones"

    def test_of_more_bytes_than_any_form_may_have(self, dsn, as_) -> None:
        client = as_()
        answer = client.post("/api/v1/zones", json=ZONE | {"note": "x" * (9 << 20)})
        assert answer.status_code == 413
        assert noted(dsn, "too_much", client.name)["asked"] == "POST /api/v1/zones"

    @pytest.mark.parametrize("west, east", [(-500, 500), (-179, 179)])
    def test_round_the_world(self, dsn, as_, west, east) -> None:
        client = as_()
        ring = [[west, -80], [east, -80], [east, 80], [west, 80], [west, -80]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        answer = client.post("/api/v1/zones", json=ZONE | {"geometry": shape})
        assert answer.status_code == 400
        assert "the shape" in noted(dsn, "shape", client.name)["said"]

    def test_of_an_export(self, dsn, as_) -> None:
        client = as_()
        asked = {"format": "csv", "from": "2026-05-01", "reason": "a test",
                 "polygon": " ".join(f"{n / 1000},{n % 2}" for n in range(1200))}  # fmt: skip
        assert client.post("/exports", data=asked | {"kind": "positions"}).status_code == 413
        assert noted(dsn, "too_much", client.name)["subject"] == "/exports"


def test_a_box_times_a_span_beyond_what_one_question_costs(dsn, as_) -> None:
    client = as_()
    assert client.get(COSTS).status_code == 413
    assert "bbox=-180,-90,180,90" in noted(dsn, "too_much", client.name)["asked"]


@pytest.fixture(scope="module")
def known(dsn, address) -> dict[str, str]:
    """A listed vessel beyond most clearances, her alert for Piraeus, and a case of both."""
    entry = listed(dsn, MARIA, name="MARIA K", reason="sold twice", handling="H3",
                   handling_comment="eyes of two", contributor="GRC")  # fmt: skip
    vessels = (Vessel(MARIA, "MARIA K", role="cargo"),)
    codes = {"evidence": {"silence": (5400, "s", 3600)}}
    [alert] = raised(dsn, seen("gap", MARIA, **codes), vessels=vessels)
    token = people.token(dsn, "analyst", "lena", clearance="H3", member_state="GRC")
    with people.client(address, token) as lena:
        case = lena.post("/cases", data=CASE).headers["location"]
        put = lena.post(f"{case}/vessels", data={"ref": str(MARIA), "note": ""})
        assert put.status_code == 303, put.text
    return {"alert": alert.id, "case": case, "entry": entry}


class TestAStolenPermalink:
    """A link carries view, filter and selection, never rights."""

    def links(self, known: dict[str, str]) -> list[str]:
        return [f"/alerts/{known['alert']}", f"/api/v1/alerts/{known['alert']}", known["case"],
                f"/watchlist/{known['entry']}"]  # fmt: skip

    def asked_by_the_map(self, client: httpx.Client) -> str:
        """What the page of a permalink asks for, with the vessel selected."""
        paths = ["/", "/api/v1/alerts?state=all", "/api/v1/cases", "/api/v1/contacts"]
        paths += [f"/api/v1/vessels/{MARIA}/{one}" for one in ("listing", "events", "alerts")]
        answers = [client.get(path) for path in paths]
        assert {one.status_code for one in answers} <= {200, 403}, answers
        return "".join(one.text for one in answers)

    def test_shows_somebody_of_fewer_rights_nothing_and_is_noted(self, dsn, known, as_) -> None:
        client = as_("office", clearance="H1")
        client.post("/watchlist/purpose", data={"purpose": "a stolen link"})
        told = self.asked_by_the_map(client)
        for path in self.links(known):
            answer = client.get(path)
            assert answer.status_code in {403, 404}, path
            told += answer.text
        for secret in ("sold twice", "eyes of two", "grey fleet", "MARIA K", "went silent"):
            assert secret not in told, secret
        for path in (known["alert"], known["entry"]):
            assert noted(dsn, "unknown", client.name, f" /{self.kind(known, path)}/{path}")
        assert noted(dsn, "role", client.name, known["case"])

    def kind(self, known: dict[str, str], path: str) -> str:
        return "alerts" if path == known["alert"] else "watchlist"

    def test_of_a_case_tells_who_is_no_member_nothing(self, dsn, known, as_) -> None:
        client = as_("analyst", clearance="H3")
        assert client.get(known["case"]).status_code == 404
        assert noted(dsn, "unknown", client.name, known["case"])["subject"] == "/cases/{id}"

    def test_of_a_vessel_looks_the_same_whether_she_is_listed_or_not(self, known, as_) -> None:
        client = as_("office", clearance="H1")
        listing = client.get(f"/api/v1/vessels/{MARIA}/listing").json()
        assert listing == client.get("/api/v1/vessels/247000999/listing").json()

    def test_shows_nobody_anything_and_is_noted(self, dsn, address, known) -> None:
        for path in self.links(known):
            answer = httpx.get(address + path)
            assert answer.status_code == (401 if path.startswith("/api") else 303)
            assert "MARIA" not in answer.text
            assert noted(dsn, "stranger", SOMEBODY, f" {path}")["address"] == "127.0.0.1"

    def test_shows_who_may_and_their_reading_is_noted(self, dsn, known, as_) -> None:
        client = as_("supervisor", clearance="H3", member_state="GRC")
        client.post("/watchlist/purpose", data={"purpose": "the watch of May"})
        told = self.asked_by_the_map(client)
        assert "sold twice" in told
        assert client.get(f"/alerts/{known['alert']}").status_code == 200
        assert client.get(f"/watchlist/{known['entry']}").status_code == 200
        with session(dsn) as connection:
            actions = {one.action for one in audit.rows(connection, who=client.name)}
        assert {"alert.read", "alert.list", "watchlist.consult", "watchlist.show"} <= actions


def test_a_distress_is_answered_while_the_audit_is_held_and_refusals_come_later(dsn, as_) -> None:
    client = as_("operator")
    [distress] = [one for one in raised(dsn, seen("distress", 970_000_001))
                  if one.lane == "sar"]  # fmt: skip
    with session(dsn) as busy:
        in_turn(busy, "audit")
        assert client.get("/audit").status_code == 403
        assert client.get(f"/alerts/{distress.id}").status_code == 200
        assert client.get("/alerts/A-ffffffffffff").status_code == 404
    assert noted(dsn, "role", client.name)["asked"] == "GET /audit"
    assert noted(dsn, "unknown", client.name)["asked"] == "GET /alerts/A-ffffffffffff"


def test_a_token_that_asks_too_often_is_one_row_whatever_it_asks(dsn, address) -> None:
    name, now = f"program-{time.time_ns()}", dt.datetime.now(dt.UTC)
    account, token = people.add(dsn, "analyst", name), f"vedetta_{time.time_ns()}"
    with session(dsn) as connection:
        kept = ApiToken(people.key_of(token), account.id, "one", ("map.read",), now,
                        now + dt.timedelta(days=1))  # fmt: skip
        add_token(connection, kept, Change(name, "a test", now))
    paths = ("/api/v1/vessels", "/api/v1/coverage", "/api/v1/me", "/api/v1/traffic")
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}) as program:
        asked = [program.get(paths[n % 4]).status_code for n in range(40)]
    assert 429 in asked
    said = noted(dsn, "too_often", name)
    assert said["subject"] == "too many requests"
    assert "more than 30 times a minute" in said["said"]
    assert token not in json.dumps(said)


def test_a_name_that_is_not_ours_is_one_row_for_an_address(dsn, address) -> None:
    names = [f"{n}.evil.example" for n in range(30)]
    answers = [httpx.get(f"{address}/audit", headers={"host": one}) for one in names]
    assert {one.status_code for one in answers} == {400}
    with pytest.raises(InvalidStatus):
        open_socket(address.replace("http", "ws") + "/live",
                    additional_headers={"host": names[0]})  # fmt: skip
    said = noted(dsn, "host", SOMEBODY)
    assert (said["subject"], said["said"]) == ("a foreign name", names[0])
    assert said["address"] == "127.0.0.1"


def test_the_auditor_finds_them_in_words(dsn, as_) -> None:
    client, auditor = as_("operator"), as_("auditor")
    client.get("/audit")
    noted(dsn, "role", client.name)
    client.post("/sign-out", headers={"origin": EVIL})
    noted(dsn, "origin", client.name)
    page = auditor.get("/audit", params={"action": "refuse", "who": client.name}).text
    assert "Refused: the role, or the token, does not include it" in page
    page = auditor.get("/audit", params={"text": "foreign origin"}).text
    assert "Refused: sent by a foreign origin" in page
    assert "Only what was refused</a>" in page
