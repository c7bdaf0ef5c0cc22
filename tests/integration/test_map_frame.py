"""The live map's frame: the alerts' column, the details beside it, layers, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.plugins import people
from tests.plugins.browsing import on_canvas, pixels, until
from tests.plugins.still import FIRST, alert, mark, still

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server whose page has the column of the alerts."""
    with still(inbox=True) as at:
        yield at


def opened(browser: Browser, address: str, width: int, height: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([people.cookie(address, people.TOKENS["operator"])])
    page = context.new_page()
    page.goto(f"{address}/#9/35.9/15.2")
    until(page, "vedetta.fleet.size === 6 && vedetta.layer.count > 0")
    return page


SIZES = [(1280, 720), (1920, 1080), (3840, 2160)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_alerts_and_details_stand_beside_each_other(browser, address, width, height) -> None:
    page = opened(browser, address, width, height)
    page.evaluate("() => vedetta.openKey(5)")
    until(page, "document.querySelector('#drawer').offsetHeight > 100")
    page.wait_for_timeout(300)
    boxes = {of: page.locator(of).bounding_box() for of in (".rail", ".sea", "#drawer", "#inbox")}
    assert boxes["#inbox"]["width"] >= 380
    assert boxes["#inbox"]["x"] + boxes["#inbox"]["width"] == width
    assert boxes[".sea"]["width"] >= 800
    assert boxes[".sea"]["height"] >= 380
    assert page.evaluate("document.documentElement.scrollWidth") == width
    x, y = page.evaluate(
        "() => { const { map, fleet } = vedetta, slot = fleet.slots.get(5); "
        "const p = map.latLngToContainerPoint([fleet.lat[slot], fleet.lon[slot]]); "
        "return [p.x, p.y]; }"
    )
    assert 0 < x < boxes[".sea"]["width"]
    assert 0 < y < boxes[".sea"]["height"]
    page.close()


def test_the_rail_fits_on_the_smallest_screen(browser, address) -> None:
    page = opened(browser, address, 1280, 720)
    rail = page.locator(".rail")
    assert rail.evaluate("(rail) => rail.scrollHeight <= rail.clientHeight")
    page.close()


def test_an_empty_inbox_says_what_cannot_be_heard_and_folds_away(browser, address) -> None:
    page = opened(browser, address, 1280, 720)
    said = "document.querySelector('#inbox-empty').textContent"
    until(page, said, lambda text: "We heard ships lately in" in (text or ""))
    page.keyboard.press("a")
    assert page.locator("#inbox").bounding_box()["width"] == 40
    assert page.get_attribute("#inbox-fold", "aria-expanded") == "false"
    mark(page, listed=[], alerts=[alert("sar", FIRST)], contacts=[])
    assert page.inner_text("#inbox-count") == "1"
    page.close()


def test_safety_of_life_lies_on_top(browser, address) -> None:
    page = opened(browser, address, 1280, 720)
    mark(
        page, listed=[], alerts=[alert("law", 237_000_004), alert("sar", 237_000_005)], contacts=[]
    )
    page.evaluate("vedetta.map.setView([36.1, 15.5], 9, { animate: false })")
    page.wait_for_timeout(500)
    spot = on_canvas(page, 36.1, 15.5)
    assert pixels(page, *spot, 18, "#d55e00") > 2 * pixels(page, *spot, 18, "#e69f00")
    page.close()


def test_layers_are_shown_and_hidden_and_remembered(browser, address) -> None:
    page = opened(browser, address, 1280, 720)
    page.click("#zones-button")
    page.uncheck("#layer-coast")
    page.check("#layer-trails")
    page.uncheck("#layer-graticule")
    page.select_option("#layer-ahead", "30")
    assert page.evaluate("vedetta.map.getPane('land').hidden") is True
    assert page.evaluate("vedetta.layer.vectorMinutes") == 30
    until(page, "vedetta.chart.canvas.hidden || vedetta.map.getZoom() >= 9")
    assert "show=" in page.evaluate("location.hash")
    page.goto("about:blank")
    page.goto(f"{address}/#9/35.9/15.2")
    until(page, "vedetta.fleet.size === 6")
    assert page.evaluate("vedetta.layer.shows.trails") is True
    assert page.evaluate("vedetta.chart.shows.graticule") is False
    page.close()


def test_trails_grow_as_ships_move(browser, address) -> None:
    page = opened(browser, address, 1280, 720)
    n = page.evaluate(
        """() => { const { fleet, trails } = vedetta, slot = fleet.slots.get(1);
        for (let i = 1; i <= 60; i += 1) {
            fleet.place(slot, 14.6 + i / 100, 35.9);
            fleet.heard[slot] += 60000;
            trails.take(fleet);
        }
        let n = 0;
        trails.each(1, () => { n += 1; });
        return n; }"""
    )
    assert n == 40
    page.close()


def test_the_predicted_cone_opens_with_how_she_steered(browser, address) -> None:
    page = opened(browser, address, 1280, 720)
    prefix = page.evaluate("document.querySelector('link[href$=\"live.css\"]').href")
    steady, wild = page.evaluate(
        """async (css) => {
        const { prediction } = await import(css.replace('live.css', 'predict.js'));
        const { fleet, layer, trails } = vedetta;
        const steer = (key, swing) => {
            const slot = fleet.slots.get(key);
            fleet.speed[slot] = 120;
            fleet.state[slot] = 0;
            for (let i = 1; i <= 15; i += 1) {
                fleet.place(slot, 14.6 + i / 100, 35.9 + swing * (i % 2));
                fleet.heard[slot] += 60000;
                trails.take(fleet);
            }
            return prediction(layer, slot);
        };
        return [steer(1, 0), steer(3, 0.004)];
        }""",
        prefix,
    )
    assert steady["spread"] == pytest.approx(0.052, abs=0.002)
    assert wild["spread"] > 3 * steady["spread"]
    assert steady["course"] == pytest.approx(1.571, abs=0.01)
    page.close()
