"""A zone that somebody draws in a real Chromium takes effect in the running service."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from service import adopting as adopting_module
from service import ingest as ingest_module
from service.ingest import Ingest
from service.settings import IngestSettings, Settings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.zones import zone_history, zones_now
from tests.plugins import people
from tests.plugins.browsing import click_at
from tests.plugins.browsing import until as seen
from tests.plugins.nmea import encoded
from tests.plugins.waiting import at_work, until

pytestmark = pytest.mark.browser

SHIP = 247_000_001
EVENTS = "SELECT kind, zone, mmsis FROM event WHERE kind = 'zone_entered'"


@pytest.fixture
def address(dsn: str) -> Iterator[str]:
    with running(create_app(WebSettings(poll_s=0.2), dsn), WebSettings(port=0)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, dsn: str, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_cookies([people.cookie(address, people.token(dsn, "analyst", "rossi"))])
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"{address}/#9/40.8/14.2")
    page.wait_for_selector("#draw-button")
    yield page
    context.close()


def begin(page: Page) -> None:
    page.click("#draw-button")
    seen(page, "Boolean(vedetta.drawing)")


def square(page: Page) -> None:
    for lat, lon in ((40.7, 14.0), (40.7, 14.2), (40.9, 14.2), (40.9, 14.0)):
        click_at(page, lat, lon)


def save(page: Page, name: str = "Patrol box") -> str:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Why it is drawn").fill("operation of May")
    page.get_by_role("button", name="Save the zone").click()
    page.wait_for_selector("text=in force as edition")
    return page.locator(".hand-panel a").get_attribute("href").removeprefix("/zones/")


FIGURES = "document.querySelector('.hand-figures').textContent"
FAULT = "document.querySelector('.hand-fault').textContent"


def test_a_drawn_zone_alerts_on_the_ship_that_enters_it(page, dsn, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(ingest_module, "SYNC_S", 0.01)
    monkeypatch.setattr(ingest_module, "TICK_S", 0.05)
    monkeypatch.setattr(adopting_module, "POLL_S", 0.05)
    settings = Settings(folder=tmp_path, ingest=IngestSettings(block_ms=10))
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        until(lambda: ingest.state()["checks"].get("zones"), 120)  # the first time it compiles
        before = ingest.state()["checks"]["zones"]
        begin(page)
        square(page)
        west = page.evaluate("Math.min(...vedetta.drawing.sketch.rings[0].map(([, lon]) => lon))")
        zone = save(page)
        until(lambda: ingest.state()["checks"]["zones"] != before, 60)
        for off in (-0.0006, -0.0003, 0.0003, 0.0006, 0.0009):
            ingest.sink("naples", encoded(type=1, mmsi=SHIP, lon=west + off, lat=40.8, speed=12,
                                          course=90, turn=0))  # fmt: skip
            page.wait_for_timeout(1000)  # she sails, she does not jump
        with psycopg.connect(dsn, autocommit=True) as connection:
            rows = until(lambda: connection.execute(EVENTS).fetchall(), 60)
    assert raised == []
    assert rows == [("zone_entered", zone, [SHIP])]
    assert page.errors == []


def test_what_was_drawn_is_kept_with_who_and_why(page, dsn) -> None:
    begin(page)
    square(page)
    zone = save(page, "Patrol box, east")
    assert zone == "drawn-patrol-box-east"
    with psycopg.connect(dsn) as connection:
        [version] = zone_history(connection, zone)
        [(who, details)] = connection.execute(
            "SELECT who, details FROM audit WHERE action = 'zones.draw'"
        ).fetchall()
    assert (version.author, version.why, version.zone.kind) == (
        "rossi", "operation of May", "custom",
    )  # fmt: skip
    assert (who, json.loads(json.dumps(details))["added"]) == ("rossi", [zone])
    west, south, east, north = version.zone.geometry.bounds
    assert (west, south, east, north) == pytest.approx((14.0, 40.7, 14.2, 40.9), abs=0.01)


def test_a_zone_that_is_there_is_changed_by_keys(page, dsn, address) -> None:
    begin(page)
    square(page)
    zone = save(page)
    page.goto(f"{address}/?draw={zone}#9/40.8/14.2")
    seen(page, "vedetta.drawing?.sketch.count === 4")
    page.locator(".draw-vertex").first.focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Why it is changed").fill("a mile further")
    page.get_by_role("button", name="Save the change").click()
    page.wait_for_selector("text=in force as edition")
    with psycopg.connect(dsn) as connection:
        first, second = zone_history(connection, zone)
    assert first.zone.geometry.area != second.zone.geometry.area
    assert second.why == "a mile further"


def test_the_area_follows_and_every_step_can_be_undone(page) -> None:
    begin(page)
    square(page)
    # 12 minutes of latitude are 12 nm; of longitude at 40.8 north 9.1.
    said = page.evaluate(FIGURES)
    assert said.startswith("4 vertices")
    assert 105 < float(said.split("·")[1].split()[0]) < 113
    page.keyboard.press("Control+z")
    assert page.evaluate(FIGURES).startswith("3 vertices")
    page.keyboard.press("Control+y")
    assert page.evaluate(FIGURES).startswith("4 vertices")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    page.locator(".draw-vertex").first.focus()
    page.keyboard.press("Delete")
    assert page.evaluate(FIGURES).startswith("3 vertices")


def test_a_border_that_crosses_itself_is_refused(page, dsn) -> None:
    begin(page)
    for lat, lon in ((40.7, 14.0), (40.9, 14.2), (40.9, 14.0), (40.7, 14.2)):
        click_at(page, lat, lon)
    assert "The border crosses itself" in page.evaluate(FAULT)
    page.get_by_label("Name", exact=True).fill("bow tie")
    page.get_by_label("Why it is drawn").fill("a slip")
    page.get_by_role("button", name="Save the zone").click()
    assert "crosses itself" in page.locator(".hand-said").inner_text()
    with psycopg.connect(dsn) as connection:
        assert zones_now(connection) == []


def test_a_circle_says_its_radius_and_a_rectangle_has_four_corners(page) -> None:
    begin(page)
    page.get_by_role("button", name="Rectangle").click()
    click_at(page, 40.7, 14.0)
    click_at(page, 40.9, 14.2)
    assert page.evaluate("vedetta.drawing.sketch.count") == 4
    page.get_by_role("button", name="Circle").click()
    click_at(page, 40.8, 14.1)
    page.get_by_label("Radius, nm").fill("3")
    page.keyboard.press("Tab")
    said = page.evaluate(FIGURES)
    assert said.endswith("circle, 3 nm")
    # A circle of 3 nm has 28.3 nm².
    assert float(said.split("·")[1].split()[0]) == pytest.approx(28.3, abs=0.8)


def test_coordinates_can_be_typed(page) -> None:
    begin(page)
    page.get_by_text("Type coordinates", exact=True).click()
    typed = "40°42.0′N 014°00.0′E\n40 42 N, 14 12 E\n40.9 14.2\n40°54.0'N 14°0.0'E"
    page.get_by_label("Coordinates, one vertex a line").fill(typed)
    page.get_by_role("button", name="Use these coordinates").click()
    rings = page.evaluate("vedetta.drawing.sketch.parts[0][0]")
    assert rings == [pytest.approx(one) for one in ([40.7, 14.0], [40.7, 14.2], [40.9, 14.2], [40.9, 14.0])]  # fmt: skip  # noqa: E501
    page.get_by_label("Coordinates, one vertex a line").fill("40°42.0′N 014°00.0′E\nhere")
    page.get_by_role("button", name="Use these coordinates").click()
    assert "Line 2, «here», is no position" in page.locator(".hand-said").inner_text()


def test_a_click_while_drawing_opens_no_ship_and_escape_ends_it(page) -> None:
    begin(page)
    click_at(page, 40.8, 14.1)
    assert page.locator("#drawer").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator(".hand-panel").count() == 0
    assert page.evaluate("document.activeElement.id") == "draw-button"
