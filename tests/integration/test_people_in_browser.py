"""Signing in with a real Chromium: the second step, links from elsewhere, and the way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from alerts.routing import RoutingSettings
from service import accounts
from service.web import live as live_of
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import session
from tests.plugins import people
from tests.plugins.browsing import faults, until
from tests.plugins.memory import MemoryFacts, MemorySource

pytestmark = pytest.mark.browser

OWN = "four loud herons"


@pytest.fixture
def address(dsn: str, monkeypatch) -> Iterator[str]:
    monkeypatch.setattr(live_of, "_STILL_IN_S", 0.2)
    source = MemorySource().heard_now()
    settings = WebSettings(port=0, poll_s=0.2)
    app = create_app(settings, dsn, source=source, facts=MemoryFacts(), exercise=True)
    with running(app, settings) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: page.wrong.append(said.text) if "Policy" in said.text else 0)
    yield page
    context.close()


def test_a_new_person_comes_in_with_a_telephone(dsn, address, page) -> None:
    made = Change("root", "a test", dt.datetime.now(dt.UTC))
    said = {"display": "Anna Rossi", "role": "administrator"}
    with session(dsn) as connection:
        _, temporary = accounts.add(connection, "a.rossi", said, RoutingSettings(), 72, made)
    page.goto(f"{address}/people")
    page.fill("#name", "a.rossi")
    page.fill("#password", temporary)
    page.keyboard.press("Enter")
    page.fill("#new", OWN)
    page.fill("#again", OWN)
    page.click("main button")
    page.click("summary")
    assert page.evaluate("document.querySelector('.enrol img').naturalWidth") > 100
    secret = page.inner_text("details code").replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    page.click("main button")
    assert page.inner_text("h1") == "People"
    assert page.inner_text(".me b") == "Anna Rossi"
    assert "EXERCISE" in page.inner_text(".bar")
    assert page.wrong == []


def test_a_link_on_another_site_asks_nobody_to_sign_in_again(dsn, address, page) -> None:
    page.context.add_cookies([{**people.cookie(address, people.token(dsn)), "sameSite": "Strict"}])
    link = f"<a href='{address}/account'>the alert</a>"
    page.route("http://webmail.example/", lambda route: route.fulfill(
        body=link, content_type="text/html"))  # fmt: skip
    page.goto("http://webmail.example/")
    page.click("a")
    page.wait_for_selector("dl.facts")
    assert page.url == f"{address}/account"


def test_a_session_that_ends_leads_from_the_map_to_the_sign_in_and_back(
    dsn, address, page
) -> None:
    page.context.add_cookies([people.cookie(address, people.token(dsn))])
    page.goto(f"{address}/#8/35.7/15.0")
    until(page, "vedetta.layer.count === 2")
    assert page.inner_text("#me b") == "Operator"
    with session(dsn) as connection:
        connection.execute("DELETE FROM session")
    page.wait_for_selector("#password", timeout=20_000)
    assert page.input_value("input[name=to]").startswith("/#8/35.7")


def test_the_map_has_a_way_out(dsn, address, page) -> None:
    page.context.add_cookies([people.cookie(address, people.token(dsn))])
    page.goto(address)
    page.click("#sign-out")
    page.wait_for_selector("#password")
    page.goto(f"{address}/account")
    assert "/sign-in?to=/account" in page.url
    assert page.wrong == []


@pytest.mark.parametrize("step", ["password", "enrol", "code"])
def test_every_step_of_the_sign_in_can_be_read_and_used_by_everybody(
    dsn, address, page, step
) -> None:
    said = {"password": {"state": "must_set_password"}, "code": {"totp": "ABCDEFGH"}}
    people.add(dsn, "operator", "anna", **said.get(step, {}))
    page.goto(f"{address}/sign-in")
    page.fill("#name", "anna")
    page.fill("#password", people.PASSWORD)
    page.click("main button")
    page.wait_for_url(f"**/sign-in/{step}**")
    assert faults(page) == []
