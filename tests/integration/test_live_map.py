"""The live map in a real Chromium, fed by a real database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette

from ais.batches import PositionBatch, StaticBatch
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.source import StoreSource
from store.connect import connect
from store.live import put_health
from store.writer import Writer, Writes

pytestmark = pytest.mark.browser

ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
HOSTILE = b"<img src=x onerror=hit()>"
MMSI = 247_000_001


def columns(kind: Any, n: int, **values: object) -> Any:
    made = {name: np.zeros(n, dtype) for name, dtype in kind.dtypes().items()}
    for name, value in values.items():
        made[name][:] = value
    return kind(**made)


@dataclass
class Sea:
    """Three ships and a database; ``say`` is what ingest would write."""

    dsn: str
    writer: Writer
    offset: int = 0

    def say(self, lon: float = 14.5) -> None:
        now_us = int(time.time() * 1e6)
        self.offset += 100
        at = np.full(3, now_us, "i8").view("M8[us]")
        batch = columns(
            PositionBatch, 3, mmsi=[MMSI, MMSI + 1, MMSI + 2], time=at, received=at,
            lon_deg=[lon, 15.5, 16.5], lat_deg=[35.9, 36.4, 35.4], sog_kn=[12, 0, 7],
            cog_deg=[90, np.nan, 200], heading_deg=np.nan, nav_status=[0, 1, 15], message=1,
            spool=self.offset + np.arange(3), segment=[1, 2, 3],
        )  # fmt: skip
        statics = columns(
            StaticBatch, 3, mmsi=batch.mmsi, received=at, spool=batch.spool, message=5,
            name=[b"MARIA K", HOSTILE, b"STELLA"], ship_type=[71, 84, 60], imo=[9_074_729, 0, 0],
            call_sign=[b"IABC", b"", b""], to_bow_m=60, to_stern_m=14, destination=b"GIOIA TAURO",
            eta_month=255, eta_day=255, eta_hour=255, eta_minute=255,
        )  # fmt: skip
        reports = np.full(3, 5, np.uint32)
        self.writer.commit(
            Writes(batch, statics, batch, reports, self.offset, ["malta"], 3, now_us)
        )
        feeds = [{"name": "malta", "kind": "tcp", "state": "connected", "lines": 3}]
        with connect(self.dsn, autocommit=True) as connection:
            state = {"now_ms": now_us // 1000, "feeds": feeds}
            put_health(connection, "ingest", state, datetime.now(UTC))


@pytest.fixture
def sea(dsn: str) -> Iterator[Sea]:
    with Writer(dsn) as writer:
        sea = Sea(dsn, writer)
        sea.say()
        yield sea


@pytest.fixture
def app(sea: Sea) -> Starlette:
    return create_app(WebSettings(poll_s=0.2), sea.dsn, exercise=True)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=ARGS) as browser,
    ):
        yield browser


def until(page: Page, asked: str, wanted: Callable[[Any], bool] = bool) -> Any:
    """Ask the page until the answer is as wanted (its policy forbids Playwright's own way)."""
    for _ in range(150):
        if wanted(answer := page.evaluate(f"() => {{ try {{ return {asked} }} catch {{}} }}")):
            return answer
        page.wait_for_timeout(100)
    pytest.fail(f"{asked} is {answer!r}")


@pytest.fixture
def page(browser: Browser, app: Starlette) -> Iterator[Page]:
    settings = WebSettings(port=0)
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    with running(app, settings) as address:
        page.goto(f"{address}/#8/35.9/15.3")
        until(page, "vedetta.layer.count === 3")
        yield page
        context.close()


def click_ship(page: Page, key: int) -> None:
    place = page.evaluate(
        """(key) => { const { layer, fleet, map } = vedetta, slot = fleet.slots.get(key);
        const at = map.latLngToContainerPoint([fleet.lat[slot], fleet.lon[slot]]);
        return [at.x, at.y]; }""",
        key,
    )
    box = page.locator("#map_live").bounding_box()
    page.mouse.click(box["x"] + place[0], box["y"] + place[1])


def test_nothing_is_loaded_from_outside(page) -> None:
    until(page, "document.querySelectorAll('.leaflet-tile').length > 0")
    own = page.evaluate("location.origin")
    assert len(page.asked) > 10
    assert [
        url for url in page.asked if not url.startswith((own, own.replace("http", "ws")))
    ] == []
    assert page.errors == []


def test_ships_move_on_the_map(page, sea) -> None:
    before = page.evaluate("vedetta.fleet.lon[vedetta.fleet.slots.get(1)]")
    sea.say(lon=14.6)
    until(page, "vedetta.fleet.lon[vedetta.fleet.slots.get(1)]", lambda lon: lon > before + 0.05)


def test_a_click_opens_the_details(page) -> None:
    click_ship(page, 1)
    until(page, "document.querySelector('#drawer-kind').textContent.includes('Italy')")
    said = page.inner_text("#drawer")
    for words in ("MARIA K", "Cargo, hazard A", "9074729", "IABC", "74 m", "malta", "12.0 kn"):
        assert words in said
    assert "35°54.0′N 014°30.0′E" in said
    until(page, "vedetta.layer.track.length", lambda n: n >= 1)
    page.keyboard.press("Escape")
    assert page.locator("#drawer").is_hidden()


def test_a_hostile_name_stays_text(page) -> None:
    click_ship(page, 2)
    until(page, "document.querySelector('#drawer-title').textContent.startsWith('<img')")
    assert page.locator("img[src=x]").count() == 0
    assert page.errors == []


def test_search_goes_to_the_ship(page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("stell")
    until(page, "document.querySelectorAll('#search-list li').length === 1")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#drawer-title').textContent === 'STELLA'")
    assert page.evaluate("vedetta.map.getZoom()") >= 10


def test_the_legend_filters_by_class(page) -> None:
    until(page, "document.querySelectorAll('.legend-row:not([hidden])').length === 3")
    page.click("text=Tanker")
    until(page, "vedetta.layer.count === 2")
    assert page.get_attribute(".legend-row:has-text('Tanker')", "aria-pressed") == "false"


def test_the_exercise_is_marked(page) -> None:
    assert page.inner_text(".exercise") == "EXERCISE"
    assert page.title().startswith("EXERCISE")


def test_a_stopped_server_is_said_and_the_map_goes_on_without_reload(browser, sea) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        first = create_app(WebSettings(poll_s=0.2), sea.dsn)
        with running(first, WebSettings(port=0)) as address:
            page.goto(address)
            until(page, "vedetta.fleet.size === 3")
        until(page, "document.querySelector('#banner-text').textContent.startsWith('No link')")
        assert "check the network" in page.inner_text("#banner")
        page.evaluate("window.mark = 'not reloaded'")
        again = WebSettings(port=int(address.rsplit(":", 1)[1]), poll_s=0.2)
        with running(create_app(again, sea.dsn), again):
            page.click("#again")
            until(page, "document.querySelector('#banner').hidden")
        assert page.evaluate("window.mark") == "not reloaded"


def test_a_missing_frame_brings_a_new_snapshot(page) -> None:
    page.evaluate("vedetta.link.sequence -= 1; vedetta.fleet.remove(1)")
    until(page, "vedetta.fleet.slots.has(1)")


def test_a_database_that_is_away_is_said(page, app) -> None:
    poller = app.state.poller
    there, poller.source = poller.source, StoreSource("host=/nowhere dbname=x")
    until(page, "document.querySelector('#banner-text').textContent.startsWith('The database')")
    poller.source = there
    until(page, "document.querySelector('#banner').hidden")


def test_the_address_remembers_where_the_map_looks(page) -> None:
    page.click("#zoom-in")
    until(page, "location.hash.startsWith('#9/')")


def test_nothing_is_drawn_while_the_tab_is_hidden(page, sea) -> None:
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })"
    )
    page.wait_for_timeout(300)
    before = page.evaluate("vedetta.layer.times.length")
    sea.say(lon=14.7)
    until(page, "vedetta.fleet.lon[vedetta.fleet.slots.get(1)]", lambda lon: lon > 14.65)
    assert page.evaluate("vedetta.layer.times.length") == before


def test_night_and_day_change_the_colours(page) -> None:
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    after = until(page, "getComputedStyle(document.body).backgroundColor")
    assert after != before
