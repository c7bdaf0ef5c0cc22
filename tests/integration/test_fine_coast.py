"""Harbours on the live map, in a real Chromium: as they are, else by the coast that is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from maps.live.page import PageSettings, render
from service.web.land_tiles import LandTiles
from service.web.readying import Readying
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins.browsing import until
from tests.plugins.still import Still, quiet_app, ships, watching

# The first of them makes the coast, where this machine has none yet.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

GRAND_HARBOUR = (35.8943, 14.5168)
VALLETTA = (35.8975, 14.5125)
DRAWN = "vedetta.coast && vedetta.coast.times.length > 0 && !vedetta.coast.isLoading()"
OSM = "© OpenStreetMap contributors"


@contextmanager
def served(file: Path | None) -> Iterator[str]:
    source = Still()
    source.table, source.feeds = ships(), []
    settings = WebSettings(port=0, poll_s=0.2, max_per_peer=50)
    app = quiet_app(settings, source)
    app.state.page = render(PageSettings(assets=app.state.files.prefix, coast="Natural Earth"))
    app.state.land_tiles = LandTiles((lambda: file) if file else None)
    app.state.fine_land = Readying(app.state.land_tiles.load)
    with running(app, settings) as at:
        yield at


@pytest.fixture(scope="module")
def fine(coast_file) -> Iterator[str]:
    with served(coast_file) as at:
        yield at


@contextmanager
def at_valletta(
    browser: Browser, address: str, zoom: float = 13, **said: object
) -> Iterator[Page]:
    with watching(browser, address, viewport={"width": 1280, "height": 720}, **said) as context:
        page = context.new_page()
        page.goto(f"{address}/#{zoom}/35.895/14.515")
        until(page, DRAWN)
        yield page


def ground(page: Page, at: tuple[float, float]) -> str:
    """What the map's land layer shows at a position: sea, land, or something else."""
    return page.evaluate(
        """([lat, lon]) => {
            const { map, coast } = vedetta, ratio = devicePixelRatio;
            const zoom = coast._tileZoom, at = map.project([lat, lon], zoom);
            const tile = coast._tiles[`${at.x >> 9}:${at.y >> 9}:${zoom}`]; // of 512 px
            const spot = [(at.x % 512) * ratio, (at.y % 512) * ratio, 1, 1];
            const [r, g, b] = tile.el.getContext("2d").getImageData(...spot).data;
            const style = getComputedStyle(document.documentElement);
            const hex = "#" + [r, g, b].map((one) => one.toString(16).padStart(2, "0")).join("");
            const is = (name) => style.getPropertyValue(`--${name}`).trim().toLowerCase() === hex;
            return ["sea", "land"].find(is) ?? hex;
        }""",
        list(at),
    )


@pytest.mark.parametrize(("zoom", "theme"), [(13, "light"), (16, "dark")])
def test_a_basin_is_water_and_the_town_beside_it_is_land(browser, fine, zoom, theme) -> None:
    with at_valletta(browser, fine, zoom, color_scheme=theme) as page:
        assert ground(page, GRAND_HARBOUR) == "sea"
        assert ground(page, VALLETTA) == "land"
        expect(page.locator("#coast-fine")).to_contain_text(OSM)
        expect(page.locator("#coast-coarse")).to_be_hidden()


def test_without_it_the_map_has_the_coast_that_it_always_had_and_says_so(browser) -> None:
    with served(None) as address, at_valletta(browser, address) as page:
        assert ground(page, GRAND_HARBOUR) == "land"
        expect(page.locator("#coast-coarse")).to_contain_text("never navigate by it")
        expect(page.locator("#coast-fine")).to_be_hidden()


def test_far_out_the_map_has_its_own_coast(browser, fine) -> None:
    with at_valletta(browser, fine, 6) as page:
        expect(page.locator("#coast-coarse")).to_be_visible()
        expect(page.locator("#coast-near")).to_be_hidden()
        page.evaluate("vedetta.map.setZoom(7, { animate: false })")
        expect(page.locator("#coast-fine")).to_be_visible()
        expect(page.locator("#coast-coarse")).to_be_hidden()


def test_a_block_that_does_not_come_is_drawn_by_the_other_coast_until_it_does(
    browser, fine
) -> None:
    with watching(browser, fine, viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.clock.install()
        page.route("**/tiles/land/8/**", lambda route: route.abort())
        page.goto(f"{fine}/#13/35.895/14.512")
        page.clock.run_for(1000)
        until(page, "vedetta.land.missing.size > 0")
        expect(page.locator("#coast-both")).to_be_visible()
        until(page, DRAWN)
        assert ground(page, GRAND_HARBOUR) == "land"
        page.unroute("**/tiles/land/8/**")
        page.clock.run_for(31_000)
        until(page, "vedetta.land.missing.size === 0")
        expect(page.locator("#coast-both")).to_be_hidden()
        page.clock.run_for(1000)
        until(page, DRAWN)
        assert ground(page, GRAND_HARBOUR) == "sea"


def test_the_map_asks_for_few_blocks_and_for_each_once(browser, fine) -> None:
    with at_valletta(browser, fine, 12) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url) if "/tiles/" in one.url else None)
        for zoom in (13, 14, 15, 13, 12):
            page.evaluate(f"vedetta.map.setZoom({zoom}, {{ animate: false }})")
            until(page, DRAWN)
        assert asked == []
        assert page.evaluate("vedetta.land.blocks.size") <= 4
