"""The pages of alerts beside what happens meanwhile, in a real Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins import people
from tests.plugins.alerted import raised, seen, shown
from tests.plugins.seas import Sea
from tests.plugins.seats import seats

pytestmark = pytest.mark.browser

NOW = "() => dispatchEvent(new Event('online'))"
"""What makes the page ask at once, as when the network is back."""
STALE = "could not be brought up to date"


@pytest.fixture
def address(sea: Sea) -> Iterator[str]:
    with shown(sea.dsn) as address:
        yield address


@pytest.fixture
def person(browser: Browser, address: str, sea: Sea) -> Iterator[Callable[..., Page]]:
    """Somebody in front of a page of their own."""
    with seats(browser, address, sea.dsn) as sits:
        yield partial(sits, "operator", "operator")


def call(sea: Sea, mmsi: int, **said: Any) -> str:
    found = raised(sea.dsn, seen("distress", mmsi, **said), vessels=())
    return next(one.id for one in found if mmsi in one.mmsis)


def test_the_list_comes_up_to_date_under_who_reads_it(person, sea):
    first = call(sea, 970_000_001, lon=15.4)
    page = person(path="/alerts")
    row = page.locator(f'a[href="/alerts/{first}"]')
    row.focus()
    page.evaluate("document.getElementById('as-of').textContent = 'before'")
    second = call(sea, 970_000_002, lon=17.4)
    page.evaluate(NOW)
    expect(page.locator(f'a[href="/alerts/{second}"]')).to_be_visible()
    expect(row).to_be_focused()
    expect(page.locator("#as-of")).to_contain_text("as of")
    page.route("**/alerts", lambda route: route.abort())
    page.evaluate(NOW)
    expect(page.get_by_text(STALE)).to_be_visible()
    page.unroute("**/alerts")
    page.evaluate(NOW)
    expect(page.get_by_text(STALE)).to_be_hidden()


def test_a_list_that_hangs_says_that_it_is_old(person):
    page = person(path="/alerts")
    page.route("**/alerts", lambda _route: None)
    page.evaluate(NOW)
    expect(page.get_by_text(STALE)).to_be_visible(timeout=30_000)


def test_a_row_is_not_changed_under_a_finger(person, sea):
    first = call(sea, 970_000_004, lon=15.4)
    page = person(path="/alerts")
    row = page.locator(f'a[href="/alerts/{first}"]')
    page.evaluate("addEventListener('click', (click) => click.preventDefault(), true)")
    row.hover()
    page.mouse.down()
    as_of = page.evaluate("document.getElementById('as-of').textContent = 'before'")
    second = page.locator(f'a[href="/alerts/{call(sea, 970_000_005, lon=17.4)}"]')
    with page.expect_response("**/alerts"):
        page.evaluate(NOW)
    page.wait_for_timeout(300)
    assert second.count() == 0
    assert page.inner_text("#as-of") == as_of  # not fresher than the list
    page.mouse.up()
    page.evaluate(NOW)
    expect(second).to_be_visible()


def test_a_page_says_that_its_alert_changed_and_leaves_what_is_typed(person, sea, address):
    alert = call(sea, 970_000_003)
    page = person(path=f"/alerts/{alert}")
    page.get_by_label("Remark").fill("called the")
    page.evaluate(NOW)
    version = int(page.get_attribute("article", "data-version"))
    with people.client(address, people.token(sea.dsn, "operator", name="other")) as other:
        told = json.dumps({"version": version})
        assert other.post(f"/api/v1/alerts/{alert}/acknowledge", content=told).status_code == 200
    assert page.locator("#altered").is_hidden()
    page.evaluate(NOW)
    expect(page.get_by_role("link", name="This alert has changed: load it again")).to_be_visible()
    assert page.get_by_label("Remark").input_value() == "called the"
