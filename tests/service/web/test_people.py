"""The administrator's pages, and the tokens of programs on «my account»."""

from __future__ import annotations

import re

import httpx
import pytest

from alerts.routing import Office, RoutingSettings
from service.accounts import reset
from service.desk import change
from service.people_settings import PeopleSettings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.connect import session
from store.people import DISABLED, MUST_SET, account_named
from tests.plugins import people

SETTINGS = WebSettings(port=0, poll_s=5)
ROUTING = RoutingSettings(offices=(Office("catania", "EURTF Catania", country="ITA"),))
NEW = {"name": "m.galea", "display": "Maria Galea", "role": "operator", "clearance": "H2",
       "office": "", "member_state": "MLT", "why": "new watch"}  # fmt: skip


@pytest.fixture
def app(dsn, source, files, facts):
    return create_app(SETTINGS, dsn, source=source, files=files, facts=facts, routing=ROUTING,
                      people=PeopleSettings(totp="off"))  # fmt: skip


@pytest.fixture
def address(app):
    with running(app, SETTINGS) as address:
        yield address


@pytest.fixture
def admin(dsn, address):
    with people.client(address, people.token(dsn, "administrator")) as client:
        yield client


def kept(dsn: str, name: str = "m.galea"):
    with session(dsn) as connection:
        return account_named(connection, name)


def test_an_account_is_made_shown_once_and_listed(dsn, admin, address) -> None:
    made = admin.post("/people", data=NEW)
    assert made.status_code == 200
    password = re.search(r'<code class="big">([^<]+)</code>', made.text)[1]
    one = kept(dsn)
    assert (one.role, one.clearance, one.member_state, one.state) == (
        "operator", "H2", "MLT", MUST_SET,
    )  # fmt: skip
    assert password not in admin.get(f"/people/{one.id}").text
    assert "Maria Galea" in admin.get("/people").text
    with httpx.Client(base_url=address, headers={"origin": address}) as new:
        answer = new.post("/sign-in", data={"name": "m.galea", "password": password})
    assert answer.headers["location"].startswith("/sign-in/password")
    with session(dsn) as connection:
        [row] = audit.rows(connection, action="people.add", subject="m.galea")
    assert (row.who, row.why) == ("administrator", "new watch")


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"why": " "}, "why: is empty"),
        ({"role": "office"}, "expected catania"),
        ({"name": "administrator"}, "has it; choose another"),
        ({"name": "<b>"}, "expected 2 to 64 letters"),
        ({"display": "x" * 101}, "at most 100 letters"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(dsn, admin, wrong, said) -> None:
    answer = admin.post("/people", data=NEW | wrong)
    assert answer.status_code == 400
    assert said in answer.text
    assert "MLT" in answer.text or "role" in wrong
    assert kept(dsn) is None


def test_a_change_holds_from_the_next_click(dsn, admin, address) -> None:
    token = people.token(dsn, "operator", "m.galea")
    one = kept(dsn)
    with people.client(address, token) as client:
        assert client.get("/api/v1/me").json()["role"] == "operator"
        sent = {"display": "M", "role": "auditor", "clearance": "H0", "why": "another task"}
        assert admin.post(f"/people/{one.id}", data=sent).status_code == 400
        sent["seen"] = shown(admin, one)
        assert "Changed" in admin.post(f"/people/{one.id}", data=sent).text
        assert client.get("/api/v1/me").json()["role"] == "auditor"


def shown(client: httpx.Client, account) -> str:
    """What the form of an account carries of what it shows."""
    return re.search(r'name="seen" value="(\w+)"', client.get(f"/people/{account.id}").text)[1]


def test_of_two_administrators_the_second_sees_what_the_first_did(dsn, admin, address) -> None:
    people.token(dsn, "operator", "m.galea")
    one = kept(dsn)
    seen = shown(admin, one)
    first = {"display": "Maria", "role": "operator", "clearance": "H1", "why": "left the cell"}
    with people.client(address, people.token(dsn, "administrator", "second")) as other:
        assert "Changed" in other.post(f"/people/{one.id}", data=first | {"seen": seen}).text
    late = {"display": "M", "role": "operator", "clearance": "H3", "why": "leads", "seen": seen}
    for path in ("", "/disable"):
        done = admin.post(f"/people/{one.id}{path}", data=late)
        assert done.status_code == 409
        assert "was changed by second" in done.text
        assert "left the cell" in done.text
    assert (kept(dsn).clearance, kept(dsn).state) == ("H1", "active")


def test_a_closed_account_is_out_at_once_and_opens_again(dsn, admin, address) -> None:
    token = people.token(dsn, "operator", "m.galea")
    one = kept(dsn)
    with people.client(address, token) as client:
        assert client.get("/api/v1/me").status_code == 200
        done = admin.post(f"/people/{one.id}/disable", data={"why": "left"})
        assert "closed and signed out" in done.text
        assert client.get("/api/v1/me").status_code == 401
    assert kept(dsn).state == DISABLED
    assert "<code" in admin.post(f"/people/{one.id}/enable", data={"why": "back"}).text


@pytest.mark.parametrize("act", ["reset", "second-step", "sign-out"])
def test_every_act_needs_a_reason_and_is_in_the_audit(dsn, admin, act) -> None:
    people.token(dsn, "operator", "m.galea", totp="ABCDEF")
    one = kept(dsn)
    assert admin.post(f"/people/{one.id}/{act}", data={"why": ""}).status_code == 400
    done = admin.post(f"/people/{one.id}/{act}", data={"why": "telephone lost"})
    assert (done.status_code, "telephone lost" in done.text) == (200, True)


def test_the_last_administrator_stays(dsn, admin) -> None:
    one = kept(dsn, "administrator")
    done = admin.post(f"/people/{one.id}/disable", data={"why": "x"})
    assert (done.status_code, "last administrator" in done.text) == (400, True)
    assert admin.get("/people").status_code == 200


def test_what_is_not_there_is_not_found(admin) -> None:
    assert admin.get("/people/U-9999").status_code == 404
    one = "U-0001"
    assert admin.post(f"/people/{one}/promote", data={"why": "x"}).status_code == 404


# Tokens of programs


def made(client: httpx.Client, *deeds: str, **said: str) -> httpx.Response:
    sent = {"label": "plotter", "days": "30", "old": people.PASSWORD, "deed": [*deeds]} | said
    return client.post("/account/tokens", data=sent)


def token_in(answer: httpx.Response) -> str:
    return re.search(r'<code class="token">([^<]+)</code>', answer.text)[1]


@pytest.fixture
def operator(dsn, address):
    with people.client(address, people.token(dsn, "operator")) as client:
        yield client


def ask(address: str, token: str, path: str = "/api/v1/vessels", **said) -> httpx.Response:
    bearer = {"authorization": f"Bearer {token}"}
    return httpx.request(said.get("method", "GET"), address + path, headers=bearer)


def test_a_token_reads_what_it_is_for_and_nothing_else(operator, address) -> None:
    token = token_in(made(operator, "map.read"))
    assert ask(address, token).status_code == 200
    assert ask(address, token, "/api/v1/zones").status_code == 403
    assert ask(address, token, "/api/v1/me").status_code == 403
    for path, method in (("/", "GET"), ("/account", "GET"), ("/sign-out", "POST")):
        assert ask(address, token, path, method=method).status_code == 403
    assert token not in operator.get("/account").text


def test_nobody_gives_a_token_more_than_they_have(operator) -> None:
    for deed in ("audit.read", "people.manage", "account.own", "watchlist.release"):
        answer = made(operator, deed)
        assert (answer.status_code, "at least one purpose" in answer.text) == (400, True)


@pytest.mark.parametrize("wrong", [{"old": "no"}, {"days": "0"}, {"days": "999"}, {"label": " "}])
def test_a_token_needs_password_name_and_end(operator, wrong) -> None:
    answer = made(operator, "map.read", **wrong)
    assert (answer.status_code, 'class="token"' in answer.text) == (400, False)


def test_a_token_ends_with_its_date_its_person_and_when_it_is_removed(
    dsn, app, operator, address
) -> None:
    tokens = [token_in(made(operator, "map.read", label=name)) for name in "abc"]
    operator.post("/account/tokens/remove", data={"label": "a"})
    with session(dsn) as connection:
        connection.execute("UPDATE api_token SET ends_at = now() WHERE label = 'b'")
    assert [ask(address, one).status_code for one in tokens] == [401, 401, 200]
    with session(dsn) as connection:
        connection.execute("UPDATE account SET state = 'disabled'")
    app.state.tokens.forget()
    assert ask(address, tokens[2]).status_code == 401


def test_a_token_ends_when_the_password_is_reset(dsn, app, operator, address) -> None:
    token = token_in(made(operator, "map.read"))
    with session(dsn) as connection:
        reset(connection, "operator", 72, change("anna", "telephone lost"))
        # Once a new password is set, it would open again.
        connection.execute("UPDATE account SET state = 'active' WHERE name = 'operator'")
    app.state.tokens.forget()
    assert ask(address, token).status_code == 401


def test_a_token_does_not_ask_for_ever(operator, address) -> None:
    token = token_in(made(operator, "map.read"))
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}) as client:
        codes = [client.get("/api/v1/vessels").status_code for _ in range(125)]
    assert codes == [200] * 120 + [429] * 5


def test_who_guesses_tokens_keeps_neither_the_database_busy_nor_others_out(
    address, operator
) -> None:
    assert operator.get("/api/v1/zones").status_code == 200
    with httpx.Client(base_url=address) as client:
        codes = [
            client.get("/api/v1/zones", headers={"authorization": f"Bearer {n}"}).status_code
            for n in range(303)
        ]
    assert codes == [401] * 300 + [429] * 3
    assert operator.get("/api/v1/zones").status_code == 200


def test_an_unknown_token_opens_nothing(address) -> None:
    assert ask(address, "vedetta_guessed").status_code == 401


def test_reading_accounts_is_in_the_audit_and_not_among_what_was_done(dsn, admin) -> None:
    admin.post("/people", data=NEW)
    one = kept(dsn)
    admin.get("/people")
    page = admin.get(f"/people/{one.id}")
    with session(dsn) as connection:
        rows = audit.rows(connection, action="account.read")
    assert [(row.who, row.details) for row in rows] == [
        ("administrator", f'{{"id":"{one.id}"}}'), ("administrator", "{}")]  # fmt: skip
    assert "read" not in page.text.partition("What was done")[2]
