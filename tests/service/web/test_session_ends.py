"""How long a session lasts, and how a page learns of it."""

from __future__ import annotations

import datetime as dt
import time

import httpx
import pytest

from service.people_settings import PeopleSettings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.connect import session
from store.sessions import sessions_of
from tests.plugins import people

WALLS = PeopleSettings(totp="off", walls=("Wall-1",), wall_h=100)
HOUR_MS = 3_600_000


@pytest.fixture
def browser(dsn, files, source, facts):
    app = create_app(WebSettings(port=0, poll_s=5), dsn, source=source, files=files, facts=facts,
                     people=WALLS)  # fmt: skip
    with running(app, app.state.settings) as address, httpx.Client(
        base_url=address, headers={"origin": address}, follow_redirects=True, timeout=60
    ) as client:  # fmt: skip
        yield client


def sign_in(browser: httpx.Client, name: str, to: str = "/account") -> httpx.Response:
    return browser.post("/sign-in", data={"name": name, "password": people.PASSWORD, "to": to})


def left_ms(browser: httpx.Client) -> int:
    said = browser.get("/api/v1/me").json()["session"]
    assert abs(said["now"] - time.time() * 1000) < 60_000
    return said["ends"] - said["now"]


@pytest.mark.parametrize("name, hours", [("anna", 14), ("wall-1", 100)])
def test_the_page_learns_when_its_session_ends_and_a_wall_has_longer(
    dsn, browser, name, hours
) -> None:
    account = people.add(dsn, "operator", name)
    assert sign_in(browser, name).status_code == 200
    assert abs(left_ms(browser) - hours * HOUR_MS) < 60_000
    with session(dsn) as connection:
        [kept] = sessions_of(connection, account.id)
    assert kept.ends_at - kept.made_at == dt.timedelta(hours=hours)


def test_who_is_in_may_sign_in_again_and_has_the_whole_time_anew(dsn, browser) -> None:
    people.add(dsn, "operator", "anna")
    sign_in(browser, "anna")
    with session(dsn) as connection:
        connection.execute("UPDATE session SET ends_at = now() + interval '10 minutes'")
    assert browser.get("/sign-in?to=/account").url.path == "/account"
    assert 'name="password"' in browser.get("/sign-in?again=1&to=/signed-in").text
    assert "goes on by itself" in sign_in(browser, "anna", "/signed-in").text
    assert left_ms(browser) > 13 * HOUR_MS


def test_the_page_of_an_account_says_how_long_its_sessions_last(dsn, browser) -> None:
    people.add(dsn, "administrator", "root")
    wall = people.add(dsn, "operator", "wall-1")
    sign_in(browser, "root")
    assert "100 h at most" in browser.get(f"/people/{wall.id}").text
