"""Every route of the application, asked by every role and by nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from service.rights import DEEDS, ROLES
from service.web.app import create_app
from service.web.rights import MACHINE, PUBLIC, ROUTES, RouteError, check_routes, rows_of
from service.web.server import running
from service.web.settings import WebSettings
from service.web.sign_in import inside
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.memory import MemoryFacts, MemorySource

PATHS = {
    "{version}/{name:path}": "x/live.css", "{mmsi}": "247000001", "{token}": "x", "{id}": "U-0001",
    "{file}": "F-000001", "{kind}": "tracks", "{question}": "near", "{edition}": "3",
    "{account}": "U-0001", "{act}": "disable",
    "{number:int}": "1", "{z:int}": "8", "{x:int}": "138", "{y:int}": "100",
}  # fmt: skip
PROXIED = {"x-forwarded-for": "192.0.2.7"}
"""A proxy asks for somebody elsewhere: what is open to this machine is not open to them."""
MUST = ("GET /sign-in", "POST /sign-in", "GET /", "SOCKET /live", "GET /api/v1/vessels/{mmsi}")


@pytest.fixture(scope="module")
def made(files, database_server) -> Iterator[Starlette]:
    source = MemorySource()
    source.at_ms = int(time.time() * 1000)
    settings = WebSettings(port=0, poll_s=0.05, max_clients=50)
    with fresh_database(database_server) as dsn:
        # Given, as somebody is signed out on the way.
        yield create_app(settings, dsn, source=source, files=files, facts=MemoryFacts(),
                         sessions=people.everybody())  # fmt: skip


@pytest.fixture(scope="module")
def address(made):
    with running(made, made.state.settings) as address:
        yield address


def routes(app: Starlette) -> list[tuple[str, str]]:
    return [row for route in app.routes for row in rows_of(route)]


def filled(path: str) -> str:
    for name, value in PATHS.items():
        path = path.replace(name, value)
    assert "{" not in path, f"{path}: say in PATHS what to ask for"
    return path


def ask(address: str, method: str, path: str, role: str) -> int:
    """The status of the answer; 401 too where it leads to the sign-in, 4401 of a socket."""
    token = people.TOKENS.get(role, "")
    proof = people.headers(token, address) if role else {"origin": address}
    if method == "SOCKET":
        where = address.replace("http", "ws", 1) + path
        with connect(where, additional_headers={"cookie": proof.get("cookie", "")}) as socket:
            try:
                socket.recv(timeout=10)
            except ConnectionClosed as closed:
                return closed.rcvd.code
            return 200
    # Only its beginning is read: a stream has no end.
    with (
        httpx.Client(base_url=address, headers=proof | PROXIED, verify=people.NO_TLS) as client,
        client.stream(method, filled(path)) as answer,
    ):
        pass
    led = answer.headers.get("location", "").startswith("/sign-in?to=")
    return 401 if led and not path.startswith("/sign-in") else answer.status_code


def test_every_route_has_a_row_and_every_row_a_route(made) -> None:
    assert sorted(routes(made)) == sorted(ROUTES)
    assert {*MUST} <= {" ".join(row) for row in routes(made)}


def test_every_role_and_nobody_gets_what_the_table_says(made, address) -> None:
    wrong = []
    for method, path in routes(made):
        deed = ROUTES[method, path]
        for role in (*ROLES, ""):
            got = ask(address, method, path, role)
            turned_away = got in {401, 403, 4401}
            may = deed == PUBLIC or (role and (deed == MACHINE or role in DEEDS[deed]))
            # Signing in wants a form that was not sent: it leads back to the start.
            if path.startswith("/sign-in"):
                assert got in {200, 303, 401, 429}, (method, path, role)
                continue
            if bool(may) == turned_away:
                wrong.append((method, path, role or "nobody", got))
    assert wrong == []


@pytest.mark.parametrize("role", ["", *ROLES])
def test_the_way_in_is_open_to_everybody(address, role) -> None:
    assert ask(address, "GET", "/sign-in", role) == (303 if role else 200)


def test_a_route_without_a_row_stops_the_start(made) -> None:
    new = Route("/api/v1/secrets", lambda _: None)
    with pytest.raises(RouteError, match="GET /api/v1/secrets: has no row"):
        check_routes([*made.routes, new])
    with pytest.raises(RouteError, match="SOCKET /other: has no row"):
        check_routes([WebSocketRoute("/other", lambda _: None)])


def test_a_mounted_application_is_no_way_round_the_table() -> None:
    with pytest.raises(RouteError, match="expected Route"):
        check_routes([Mount("/api", Starlette())])


def test_a_page_leads_to_the_sign_in_and_back(address) -> None:
    answer = httpx.get(f"{address}/api/v1/vessels?q=maria")
    assert (answer.status_code, "sign in first" in answer.json()["error"]) == (401, True)
    page = httpx.get(f"{address}/account")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?to=/account")


def test_another_site_that_leads_here_does_not_make_one_sign_in_again(address) -> None:
    # Its request comes without our cookie; the second one, which our page asks for, has it.
    answer = httpx.get(f"{address}/account", headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, 'http-equiv="refresh"' in answer.text) == (200, True)
    assert "Account" not in answer.text


def test_a_link_of_another_site_states_no_reason_in_the_name_of_who_follows_it(address) -> None:
    asked = "/find?q=gaps&why=for+fun&vessel=1&rea%73on=x"
    answer = httpx.get(f"{address}{asked}", headers={"sec-fetch-site": "cross-site"})
    assert 'url=/find?q=gaps&amp;vessel=1"' in answer.text
    assert inside(asked) == "/find?q=gaps&vessel=1"
    assert inside("/api/v1/export/tracks?reason=x") == "/"
    assert inside("/alerts/A-0123456789ab") == "/alerts/A-0123456789ab"


def test_a_link_to_an_export_makes_none(address) -> None:
    cookie = {"cookie": f"vedetta={people.TOKENS['analyst']}"}
    answer = httpx.get(f"{address}/api/v1/export/tracks?vessel=1&reason=x", headers=cookie)
    assert (answer.status_code, "token of a program" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "change, status",
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"x-form-token": "0" * 40}, 403),
        ({"x-form-token": ""}, 403),
        ({}, 303),
    ],
)
def test_a_form_must_be_ours(address, change, status) -> None:
    sent = people.headers(people.TOKENS["operator"], address) | change
    # Signing out has no database here: the form is refused before, or comes that far.
    answer = httpx.post(f"{address}/sign-out", headers=sent)
    assert (answer.status_code == 403) == (status == 403)


def test_a_form_without_an_origin_is_refused(address) -> None:
    sent = people.headers(people.TOKENS["operator"], address)
    del sent["origin"]
    assert httpx.post(f"{address}/sign-out", headers=sent).status_code == 403


def test_the_form_token_may_stand_in_the_form(address) -> None:
    from service.signing_in import form_token

    token = people.TOKENS["operator"]
    sent = {"origin": address, "cookie": f"vedetta={token}"}
    good = httpx.post(f"{address}/sign-out", headers=sent, data={"form_token": form_token(token)})
    assert good.status_code != 403
    bad = httpx.post(f"{address}/sign-out", headers=sent, data={"form_token": "x"})
    assert (bad.status_code, "out of date" in bad.text) == (403, True)


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_this_machine_reads_the_figures_and_others_do_not(address, path) -> None:
    assert httpx.get(address + path).status_code in {200, 503}
    for name in ("x-forwarded-for", "forwarded", "x-real-ip"):
        assert httpx.get(address + path, headers={name: "192.0.2.7"}).status_code == 401


def test_what_is_not_there_is_said_to_everybody_alike(address) -> None:
    stranger, operator = (httpx.get(f"{address}/nowhere", headers=sent) for sent in (
        {}, people.headers(people.TOKENS["operator"])))  # fmt: skip
    for answer in (stranger, operator):
        assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
    assert "Sign out" in operator.text
    assert httpx.get(f"{address}/api/v1/nowhere").json() == {"error": "there is no such page"}
    assert httpx.delete(f"{address}/api/v1/vessels").status_code == 405
