"""A session that ends, in Chromium: said early, cured in place, and never a dark wall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect

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


NOTE = "Boat seen from Lampedusa at 05:40, engine stopped; patrol told by radio."


@pytest.fixture
def writes(world, sits) -> Callable[..., Page]:
    """Give the watch log in the same tab, with a note that is typed and not sent."""

    def write(seconds: float, name: str = "anna") -> Page:
        page = sits(seconds, name=name)
        page.goto("/log")
        expect(page.locator("header.bar .me")).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.fill("#text", NOTE)
        return page

    return write


def over(dsn: str, page: Page) -> None:
    """End the page's session, and wait until the server knows it."""
    ends(dsn, page.token, -1)
    for _ in range(100):
        if page.evaluate("fetch('/api/v1/me').then((answer) => answer.status)") == 401:
            return
        page.wait_for_timeout(100)
    pytest.fail("the session goes on")


def kept(page: Page) -> str | None:
    return page.evaluate("sessionStorage.getItem('vedetta.drafts')")


def test_what_was_typed_outlives_the_session_for_the_same_person(world, writes) -> None:
    dsn, _ = world
    page = writes(3 * 3600)
    over(dsn, page)
    page.click("text=Add the note")
    expect(page.locator(".said.good")).to_contain_text("What you typed was not sent")
    sign_in(page)
    page.wait_for_url("**/log")
    expect(page.locator("#text")).to_have_value(NOTE)
    expect(page.locator("form .hint[role=status]")).to_contain_text("did not send")
    page.click("text=Add the note")
    expect(page.locator("main")).to_contain_text(NOTE)
    expect(page.locator("#text")).to_have_value("")
    assert kept(page) is None


def test_what_was_typed_is_shown_to_nobody_else_and_gone_then(world, writes) -> None:
    dsn, _ = world
    people.add(dsn, "operator", "carla")
    page = writes(3 * 3600)
    over(dsn, page)
    page.click("text=Add the note")
    sign_in(page, "carla")
    page.wait_for_url("**/log")
    page.wait_for_load_state("networkidle")
    assert page.input_value("#text") == ""
    assert kept(page) is None


def test_who_signs_out_leaves_nothing_typed_behind(writes) -> None:
    page = writes(3 * 3600)
    assert NOTE in kept(page)
    page.click("header.bar form button")
    page.wait_for_selector("#password")
    assert kept(page) is None


def test_who_signs_out_from_a_page_without_a_form_leaves_nothing_either(writes) -> None:
    page = writes(3 * 3600)
    page.goto("/alerts")
    assert NOTE in kept(page)
    page.click("header.bar form button")
    page.wait_for_selector("#password")
    assert kept(page) is None


def test_a_text_that_has_changed_meanwhile_is_not_overwritten_by_what_was_typed(writes) -> None:
    page = writes(3 * 3600)
    fresh = "Open: distress off Lampedusa"

    def altered(route: Route) -> None:
        answer = route.fetch()
        html = re.sub(r'(<textarea[^>]*id="text"[^>]*>)', rf"\g<1>{fresh}", answer.text())
        route.fulfill(response=answer, body=html)

    page.route("**/log", altered)
    page.goto("/log")
    expect(page.locator("form .hint[role=status]")).to_contain_text("has changed since then")
    expect(page.locator("#text")).to_have_value(fresh)
    page.click("text=Put back what you typed at")
    expect(page.locator("#text")).to_have_value(NOTE)
    page.goto("/log")  # over this text it was put on purpose
    expect(page.locator("#text")).to_have_value(NOTE)
    page.click("text=Throw it away")
    expect(page.locator("#text")).to_have_value(fresh)
    assert kept(page) is None


def test_what_was_restored_can_be_thrown_away(writes) -> None:
    page = writes(3 * 3600)
    page.goto("/cases")
    page.goto("/log")
    expect(page.locator("#text")).to_have_value(NOTE)
    page.click("text=Throw it away")
    expect(page.locator("#text")).to_have_value("")
    assert kept(page) is None


def test_what_the_server_refused_is_not_taken_for_sent(world, writes) -> None:
    page = writes(3 * 3600)
    page.evaluate("document.querySelector('main form[method=post] [name=form_token]').value = 'x'")
    page.click("text=Add the note")
    expect(page.locator("main")).to_contain_text("out of date")
    page.goto("/log")
    expect(page.locator("#text")).to_have_value(NOTE)


def test_a_page_with_a_form_says_when_the_session_ends_and_sends_after_signing_in_anew(
    world, writes
) -> None:
    dsn, _ = world
    page = writes(20 * 60)
    expect(page.locator("#session.early p")).to_contain_text("Send what you typed before then")
    with page.expect_popup() as opened:
        page.click("#session button")
    with opened.value.expect_event("close"):
        sign_in(opened.value)
    expect(page.locator("#session")).to_be_hidden()
    ends(dsn, page.token, -1)
    assert page.input_value("#text") == NOTE
    page.click("text=Add the note")
    expect(page.locator("main")).to_contain_text(NOTE)
    assert kept(page) is None


def test_a_page_with_a_form_says_that_the_session_has_ended(writes) -> None:
    page = writes(6)
    expect(page.locator("#session.out p")).to_contain_text(
        "What you typed is still here", timeout=60_000
    )
    assert page.input_value("#text") == NOTE
