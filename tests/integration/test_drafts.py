"""What is begun by hand on the map stays until it is sent or thrown away, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins import people
from tests.plugins.browsing import click_at, until
from tests.plugins.still import still

pytestmark = pytest.mark.browser

WHAT = "What it is"
TEXT = "rubber boat, 40 aboard, engine failed"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with still() as at:
        yield at


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 720}) as context:
        context.add_cookies([people.cookie(address, people.TOKENS["supervisor"])])
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        yield page
        assert page.errors == []


@pytest.fixture
def begun(page: Page, address: str) -> Page:
    """A page on which somebody has begun to enter a sighting."""
    page.goto(f"{address}/#9/35.9/15.2")
    page.wait_for_selector("#sighting-button")
    page.click("#sighting-button")
    page.get_by_label(WHAT).fill(TEXT)
    click_at(page, 35.7, 15.0)
    return page


def test_escape_only_leaves_a_field_in_which_something_was_typed(begun) -> None:
    begun.get_by_label(WHAT).focus()
    for _ in range(3):
        begun.keyboard.press("Escape")
    assert begun.get_by_label(WHAT).input_value() == TEXT
    assert begun.evaluate("document.activeElement.tagName") == "H2"


def test_a_sighting_that_was_begun_is_seen_now_unless_somebody_said_when(begun) -> None:
    seen = begun.get_by_label("Seen at, UTC")
    begun.click("#sighting-button")
    begun.evaluate("vedetta.sighting.time = () => Date.parse('2031-05-04T10:00:20Z')")
    begun.click("#sighting-button")
    assert seen.input_value() == "2031-05-04T10:00"
    seen.fill("2031-05-04T09:30")
    begun.click("#sighting-button")
    begun.evaluate("vedetta.sighting.time = () => Date.parse('2031-05-04T11:00:20Z')")
    begun.click("#sighting-button")
    assert seen.input_value() == "2031-05-04T09:30"
    expect(begun.get_by_text("Seen at 09:30 UTC, 1 h 30 ago: check")).to_be_visible()
    click_at(begun, 35.8, 15.1)
    expect(begun.get_by_text("ago: check")).to_be_visible()


def test_another_tool_leaves_a_sighting_as_it_was_begun(begun) -> None:
    where = begun.get_by_label("Where", exact=True).input_value()
    begun.click("#draw-button")
    expect(begun.get_by_role("heading", name="Draw a zone")).to_be_visible()
    assert begun.locator("#sighting-button.marked").count() == 1
    click_at(begun, 35.6, 15.1)
    begun.click("#sighting-button")
    assert begun.get_by_label(WHAT).input_value() == TEXT
    assert begun.get_by_label("Where", exact=True).input_value() == where
    begun.click("#draw-button")
    until(begun, "vedetta.drawing.sketch.count === 1")
    expect(begun.locator(".draw-vertex")).to_have_count(1)


def test_cancel_throws_a_sighting_away(begun) -> None:
    begun.get_by_role("button", name="Cancel").click()
    assert begun.locator("#sighting-button.marked").count() == 0
    begun.click("#sighting-button")
    assert begun.get_by_label(WHAT).input_value() == ""


def test_tools_are_there_before_the_server_is_updated(page, address) -> None:
    page.goto(address)
    page.wait_for_selector("#sighting-button")
    page.wait_for_load_state("networkidle")
    page.route("**/assets/**", lambda route: route.fulfill(status=404, body="no such file"))
    for tool, title in (("#sighting-button", "Enter a sighting"), ("#draw-button", "Draw a zone")):
        page.click(tool)
        expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_a_tool_that_does_not_load_says_so_and_may_be_tried_again(page, address) -> None:
    page.route("**/sighting.js", lambda route: route.abort())
    page.goto(address)
    page.wait_for_selector("#sighting-button")
    page.click("#sighting-button")
    expect(page.locator(".hand-said")).to_contain_text("Load the page again")
    page.keyboard.press("Escape")
    assert page.get_attribute("#sighting-button", "aria-expanded") == "false"
    page.unroute("**/sighting.js")
    page.click("#sighting-button")
    page.get_by_role("button", name="Load the page again").or_(page.get_by_label(WHAT)).wait_for()
    page.click("#sighting-button")
    assert page.locator(".hand-panel").count() == 0
