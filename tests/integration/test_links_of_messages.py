"""The page behind a message's link in a real Chromium of a telephone's size."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from alerts.routing import Office, RoutingSettings, Rule
from service.receipts import Links, ReceiptSettings
from service.web.acknowledging import Acknowledging
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.connect import connect
from store.incidents import changes
from tests.plugins.memory import MemoryFacts, MemorySource
from tests.plugins.notices import alert
from tests.plugins.told import put

pytestmark = pytest.mark.browser

ID = "A-0123456789ab"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
PHONE = {"width": 360, "height": 740}
ROUTING = RoutingSettings(
    offices=(
        Office("catania", "Direzione marittima di Catania", channels=("mail",), language="it"),
        Office("piraeus", "Λιμεναρχείο Πειραιά", channels=("mail",), language="el"),
        Office("valletta", "Valletta watch room", channels=("mail",)),
    ),
    rules=(Rule("all", ("catania", "piraeus", "valletta")),),
)
LINKS = Links(
    "http://desk", ReceiptSettings(), {"VEDETTA_LINK_SECRET": "s" * 32}, clock=lambda: NOON
)


@pytest.fixture
def address(dsn: str) -> Iterator[str]:
    put(dsn, alert("distress", exercise=True), ROUTING)
    page = Acknowledging(dsn, LINKS, ROUTING, clock=lambda: NOON)
    settings = WebSettings(port=0, poll_s=5)
    app = create_app(settings, "", source=MemorySource(), facts=MemoryFacts(), acknowledging=page)
    with running(app, settings) as address:
        yield address


def path(office: str) -> str:
    return LINKS.link_of(f"{ID}.1.{office}").removeprefix("http://desk")


def open_link(browser: Browser, address: str, office: str, **said: object) -> Page:
    """Open the link of an office on a telephone that runs no scripts."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, **said)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.goto(address + path(office))
    return page


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where VEDETTA_SCREENSHOTS names a folder: for people to look at."""
    if folder := os.environ.get("VEDETTA_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Page) -> bool:
    """Tell whether nothing stands beyond the right edge, and the button is for a thumb."""
    boxes = [one.bounding_box() for one in page.locator("body *:visible").all()]
    button = page.locator("button")
    thumb = not button.count() or button.bounding_box()["height"] >= 44
    return thumb and all(box["x"] + box["width"] <= PHONE["width"] for box in boxes if box)


@pytest.mark.parametrize("office, scheme", [("catania", "dark"), ("piraeus", "light")])
def test_on_a_telephone_without_scripts_a_name_and_one_button_acknowledge(
    browser, address, dsn, office, scheme
) -> None:
    page = open_link(browser, address, office, color_scheme=scheme)
    picture(page, f"link-{office}-1")
    assert fits(page)
    page.locator("button").click()
    assert page.locator("form").is_visible(), "an empty name is not sent"
    page.locator("input").fill("Anna Borg")
    page.locator("button").click()
    assert page.locator(".said.good").is_visible()
    assert f"Anna Borg ({office}, by link)" in page.locator(".said").inner_text()
    picture(page, f"link-{office}-2")
    assert fits(page)
    page.goto(page.url)
    assert page.locator("form").count() == 0
    picture(page, f"link-{office}-3")
    assert page.said == []
    with connect(dsn) as connection:
        newest = changes(connection, ID)[-1]
    assert (newest.who, newest.action) == (f"Anna Borg ({office}, by link)", "acknowledge")
    page.context.close()


def test_another_site_cannot_press_the_button(browser, address, dsn) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    target = address + path("valletta")
    form = f"<form method=post action='{target}'><input name=who value=Eve><button>x</button>"
    page.route(
        "http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    page.goto("http://evil.example/")
    page.locator("button").click()
    page.wait_for_url(target)
    assert "came from another page" in page.locator(".said").inner_text()
    picture(page, "link-foreign")
    with connect(dsn) as connection:
        assert len(changes(connection, ID)) == 1
    context.close()
