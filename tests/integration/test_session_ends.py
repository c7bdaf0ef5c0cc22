"""A session that ends, in Chromium: said early, cured in place, and never a dark wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from service.people_settings import PeopleSettings
from service.signing_in import key_of
from service.web import live as live_of
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.browsing import until
from tests.plugins.database import fresh_database
from tests.plugins.memory import MemoryFacts, MemorySource

pytestmark = pytest.mark.browser

LIVE = "vedetta.link.socket.readyState === 1 && vedetta.link.sequence !== null"


@pytest.fixture(scope="module")
def world(database_server) -> Iterator[tuple[str, str]]:
    with pytest.MonkeyPatch.context() as patch, fresh_database(database_server) as dsn:
        patch.setattr(live_of, "_STILL_IN_S", 0.2)
        source = MemorySource().heard_now()
        settings = WebSettings(port=0, poll_s=0.2)
        app = create_app(settings, dsn, source=source, facts=MemoryFacts(),
                         people=PeopleSettings(totp="off"))  # fmt: skip
        with running(app, settings) as address:
            yield dsn, address


def ends(dsn: str, token: str, seconds: float) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "UPDATE session SET ends_at = now() + make_interval(secs => %s) WHERE key = %s",
            [seconds, key_of(token)])  # fmt: skip


@pytest.fixture
def sits(world, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a map whose session ends in so many seconds."""
    dsn, address = world
    with ExitStack() as opened:

        def sit(seconds: float, query: str = "", name: str = "anna") -> Page:
            context = opened.enter_context(
                browser.new_context(viewport={"width": 1280, "height": 720}, base_url=address)
            )
            token = people.token(dsn, "operator", name)
            ends(dsn, token, seconds)
            context.add_cookies([people.cookie(address, token)])
            page = context.new_page()
            page.token = token
            page.goto(f"/{query}#8/36/15")
            until(page, f"window.vedetta && {LIVE}")
            page.evaluate("window.mark = 'the same page'")
            return page

        yield sit


def sign_in(page: Page, name: str = "anna") -> None:
    page.fill("#name", name)
    page.fill("#password", people.PASSWORD)
    page.keyboard.press("Enter")


def words(page: Page) -> str:
    return page.inner_text("#session p") if page.is_visible("#session") else ""


def test_with_hours_to_go_nothing_is_said(sits) -> None:
    page = sits(3 * 3600)
    until(page, "vedetta.session.ends > 0")
    assert words(page) == ""


def test_half_an_hour_before_it_says_when_and_signing_in_again_keeps_the_view(world, sits) -> None:
    dsn, _ = world
    page = sits(20 * 60)
    page.wait_for_selector("#session.early")
    assert "UTC, in 20 minutes" in words(page)
    with page.expect_popup() as opened:
        page.click("#session button")
    popup = opened.value
    with popup.expect_event("close"):
        sign_in(popup)
    page.wait_for_selector("#session", state="hidden")
    ends(dsn, page.token, -1)  # the old session is over: the map lives on by the new one
    until(page, LIVE)
    page.evaluate("vedetta.link.again()")
    until(page, LIVE)
    assert page.evaluate("mark") == "the same page"
    assert page.evaluate("vedetta.map.getZoom()") == 8
    assert page.evaluate("fetch('/api/v1/me').then((answer) => answer.status)") == 200


def test_the_last_minutes_are_said_louder(sits) -> None:
    page = sits(4 * 60)
    page.wait_for_selector("#session.soon")
    assert "in 4 minutes" in words(page)


@pytest.mark.parametrize("query", ["", "?kiosk=1"], ids=["desk", "wall"])
def test_when_it_has_ended_the_page_stands_and_says_that_it_is_not_live(
    world, sits, query
) -> None:
    page = sits(6, query)
    page.wait_for_selector("#session.out", timeout=60_000)
    assert words(page).startswith("NOT LIVE. Your session ended at ")
    assert page.evaluate("[mark, location.pathname]") == ["the same page", "/"]
    assert page.evaluate("document.documentElement.classList.contains('not-live')")
    assert not page.is_visible("#banner")
    # By whatever page of this browser somebody signs in, the map goes on.
    other = page.context.new_page()
    other.goto("/sign-in?to=/signed-in")
    sign_in(other)
    until(page, LIVE)
    page.wait_for_selector("#session", state="hidden")
    assert page.evaluate("mark") == "the same page"


def test_a_session_that_somebody_ended_leads_a_desk_to_the_sign_in(world, sits) -> None:
    page = sits(3 * 3600)
    until(page, "vedetta.session.ends > 0")
    ends(world[0], page.token, -1)
    page.wait_for_selector("#password", timeout=60_000)
    assert page.input_value("input[name=to]").startswith("/#8/36")


def test_a_session_that_somebody_ended_is_said_on_a_wall(world, sits) -> None:
    page = sits(3 * 3600, "?kiosk=1")
    until(page, "vedetta.session.ends > 0")
    ends(world[0], page.token, -1)
    page.wait_for_selector("#session.out", timeout=60_000)


def test_another_person_begins_with_a_page_of_their_own(world, sits) -> None:
    people.add(world[0], "operator", "bruno")
    page = sits(20 * 60)
    page.wait_for_selector("#session.early")
    with page.expect_popup() as opened:
        page.click("#session button")
    with page.expect_event("load"):
        sign_in(opened.value, "bruno")
    until(page, "window.mark === undefined && window.vedetta?.session?.name === 'bruno'")
