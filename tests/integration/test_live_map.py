"""The live map in a real Chromium, fed by a real database."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette

from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.source import StoreSource
from tests.plugins.browsing import click_ship, until
from tests.plugins.people import cookie, token
from tests.plugins.seas import MMSI, Sea

pytestmark = pytest.mark.browser


@pytest.fixture
def app(sea: Sea) -> Starlette:
    return create_app(WebSettings(poll_s=0.2), sea.dsn, exercise=True)


@pytest.fixture
def page(browser: Browser, app: Starlette, sea: Sea) -> Iterator[Page]:
    settings = WebSettings(port=0)
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    # The inbox has tests of its own; folded, it leaves the map its room.
    context.add_init_script("localStorage.setItem('vedetta.inbox', 'folded')")
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    with running(app, settings) as address:
        context.add_cookies([cookie(address, token(sea.dsn))])
        page.goto(f"{address}/#8/35.9/15.3")
        until(page, "vedetta.layer.count === 3")
        yield page
        context.close()


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
    until(
        page, "document.querySelectorAll('#legend-classes .legend-row:not([hidden])').length === 3"
    )
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
            context.add_cookies([cookie(address, token(sea.dsn))])
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


def test_jobs_that_report_no_more_are_said_with_what_stopped_and_what_to_do(page, sea) -> None:
    until(page, "vedetta.link.sequence !== null")
    assert page.evaluate("document.querySelector('#banner').hidden")
    sea.beat(ago_s=60)
    said = banner(page, "The jobs process has not reported since")
    assert "escalation have stopped. Tell the administrator, and telephone" in said
    sea.beat()
    until(page, "document.querySelector('#banner').hidden")


def test_jobs_that_are_gone_are_said_beside_what_else_is_wrong(page, sea) -> None:
    sea.say(spool={"lag_s": 120})
    sea.beat(ago_s=60)
    both = re.compile("The picture is.*The jobs process has not reported since", re.DOTALL)
    until(
        page, "document.querySelector('#banner').innerText", lambda text: both.search(text or "")
    )


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


def banner(page: Page, begins: str) -> str:
    asked = "document.querySelector('#banner').innerText"
    return until(page, asked, lambda text: (text or "").strip().startswith(begins))


def test_an_address_with_too_much_zoom_is_held_back(page) -> None:
    page.evaluate("location.hash = '#99/38/15'")
    until(page, "vedetta.map.getZoom() === 17")
    page.evaluate("location.hash = '#0/38/15'")
    until(page, "vedetta.map.getZoom() === 3")


def test_an_address_given_while_the_map_writes_its_own_is_taken(page) -> None:
    page.evaluate("{ location.hash = '#9/38/15'; vedetta.map.fire('moveend'); }")
    until(page, "vedetta.map.getZoom() === 9")


SAR = """(() => { const { layer, fleet } = vedetta, slot = fleet.slots.get(1);
    const i = layer.drawn.indexOf(slot), n = 24, ratio = layer.ratio;
    const data = layer.context.getImageData(
        (layer.px[i] - n / 2) * ratio, (layer.py[i] - n / 2) * ratio, n * ratio, n * ratio).data;
    let found = 0;
    for (let p = 0; p < data.length; p += 4)
        found += data[p] === 0xd5 && data[p + 1] === 0x5e && data[p + 2] === 0;
    return found; })()"""


def test_a_distress_is_marked_whatever_the_class_and_never_filtered_out(page, sea) -> None:
    assert page.evaluate(SAR) == 0
    sea.say(nav_status=(14, 1, 15))
    until(page, SAR, lambda found: (found or 0) > 40)
    page.click("text=Cargo")
    page.click("text=Tanker")
    until(page, "vedetta.layer.count === 2")
    assert page.evaluate(SAR) > 40


def test_a_ship_that_cannot_give_way_is_marked(page, sea) -> None:
    ink = """(() => { const { layer, fleet } = vedetta, r = layer.ratio;
        const i = layer.drawn.indexOf(fleet.slots.get(3));
        return layer.context.getImageData((layer.px[i] + 8.2) * r, (layer.py[i] - 6.6) * r, 1, 1)
            .data.join(); })()"""
    before = page.evaluate(ink)
    sea.say(nav_status=(0, 1, 2))
    until(page, ink, lambda after: after == "20,32,42,255")
    assert before != "20,32,42,255"


def test_the_bar_says_what_the_filter_hides(page) -> None:
    assert page.locator("#show-all").is_hidden()
    page.click("text=Tanker")
    assert page.inner_text("#show-all") == "2 of 3 shown · Show all"
    page.click("text=Cargo")
    assert page.inner_text("#show-all") == "1 of 3 shown · Show all"
    assert "1 of 3 shown" in page.get_attribute("#legend-button", "aria-label")
    page.click("#show-all")
    until(page, "vedetta.layer.count === 3")
    assert page.locator("#show-all").is_hidden()


def test_details_of_a_hidden_class_say_so(page) -> None:
    page.click("text=Tanker")
    page.fill("#search", str(MMSI + 1))
    until(page, "document.querySelectorAll('#search-list li').length === 1")
    page.press("#search", "Enter")
    until(page, "!document.querySelector('#drawer-filtered').hidden")
    assert "«Tanker» is hidden" in page.inner_text("#drawer-filtered")
    page.click("#show-all")
    assert page.locator("#drawer-filtered").is_hidden()


def test_a_feed_is_receiving_only_while_lines_come(page, sea) -> None:
    said = "document.querySelector('#feeds').getAttribute('aria-label')"
    until(page, said, lambda text: text == "feeds: 1 of 1 receiving")
    sea.say(quiet_s=45)
    until(page, said, lambda text: text == "feeds: 0 of 1 receiving")
    page.click("#feeds")
    assert "connected, nothing for 4" in page.inner_text("#feeds-list")
    assert "UTC" in banner(page, "No feed brings lines since ")


def test_what_is_wrong_with_a_feed_is_told_to_who_has_it_mended(page, sea) -> None:
    broken = {"state": "waiting", "fault_at": time.time() - 3600, "last_error": "port 4001: gone"}
    sea.say(feeds=[{"name": "malta", "kind": "tcp", "lines": 3, **broken}])
    page.click("#feeds")
    told = "document.querySelector('#feeds-list').innerText"
    until(page, told, lambda text: "a fault since" in text and "port 4001: gone" in text)


@pytest.mark.parametrize(
    "work,said",
    [
        ({"pipeline_error": "ZeroDivisionError()"}, "What is received cannot be screened"),
        (
            {"spool": {"lag_s": None}},
            "The service has just started: what is received",
        ),
    ],
)
def test_that_nothing_is_screened_is_said(page, sea, work, said) -> None:
    sea.say(**work)
    banner(page, said)


def test_a_picture_that_lags_behind_is_said(page, sea) -> None:
    sea.say(spool={"lag_s": 725.0})
    banner(page, "The picture is 12 min behind; it is catching up.")


def test_receive_times_that_are_not_the_clock_s_are_said(page, sea) -> None:
    sea.say(spool={"lag_s": 0.0, "clock_ahead_s": 3000.0})
    banner(page, "Times shown are 50 min ahead of the service's own clock.")


def test_the_legend_makes_room_for_the_details(page) -> None:
    click_ship(page, 3)
    until(page, "!document.querySelector('#drawer').hidden")
    assert page.locator("#legend").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator("#legend").is_visible()


def test_on_a_wide_screen_the_legend_stays_and_the_ship_is_beside_it(page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1000})
    until(page, "vedetta.layer.width > 1900")
    click_ship(page, 3)
    until(page, "!document.querySelector('#drawer').hidden")
    legend = page.locator("#legend").bounding_box()
    place = page.evaluate("vedetta.map.latLngToContainerPoint([35.4, 16.5]).x")
    assert place + page.locator("#map_live").bounding_box()["x"] < legend["x"]


def test_focus_goes_to_the_details_and_comes_back(page) -> None:
    page.focus("#theme")
    page.evaluate(f"vedetta.drawer.show({MMSI}, 1)")
    assert page.evaluate("document.activeElement.id") == "drawer-title"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "theme"


def test_shortcuts_know_capitals_and_leave_the_browser_its_own(page) -> None:
    page.keyboard.press("L")
    assert page.locator("#legend").is_hidden()
    page.keyboard.press("Alt+l")
    page.keyboard.press("Control+l")
    assert page.locator("#legend").is_hidden()


def test_a_server_with_too_many_maps_says_so(browser, sea) -> None:
    settings = WebSettings(port=0, poll_s=0.2, max_clients=1)
    app = create_app(settings, sea.dsn)
    with browser.new_context() as context, running(app, settings) as address:
        context.add_cookies([cookie(address, token(sea.dsn))])
        first, second = context.new_page(), context.new_page()
        first.goto(address)
        until(first, "vedetta.fleet.size === 3")
        second.goto(address)
        banner(second, "The server has as many open maps as it allows: close one.")
        first.close()
        second.click("#again")
        until(second, "vedetta.fleet.size === 3")


def test_an_exercise_with_a_clock_of_its_own_does_not_call_it_utc(page, sea) -> None:
    assert page.inner_text("#zone") == "UTC"
    sea.say(now_ms=int(time.time() * 1000) + 3_600_000)
    until(page, "document.querySelector('#zone').textContent === 'exercise time'")
    told = of_day(page.inner_text("#clock"))
    page.goto(page.evaluate("location.origin") + "/alerts")
    assert page.inner_text("#zone") == "exercise time"
    apart = (of_day(page.inner_text("#clock")) - told) % 86_400
    assert min(apart, 86_400 - apart) < 120


def of_day(clock: str) -> int:
    """Seconds of the day of «04:10:20»."""
    hour, minute, second = map(int, clock.split(":"))
    return hour * 3600 + minute * 60 + second


WEST = "vedetta.map.options.maxBounds.getWest()"


def test_the_map_ends_with_its_coast_but_reaches_every_ship(page, sea) -> None:
    assert until(page, WEST) == pytest.approx(-18.17, abs=0.1)
    page.evaluate("vedetta.map.setView([36, -60], 8, { animate: false })")
    until(page, "vedetta.map.getCenter().lng", lambda lng: -20 < lng < -10)
    sea.say(lon=-40)
    until(page, WEST, lambda west: west < -40)


def test_the_countdown_is_not_read_aloud(page) -> None:
    assert page.get_attribute("#banner-wait", "aria-hidden") == "true"
    page.evaluate("vedetta.link.address = '/nowhere'; vedetta.link.again()")
    text = banner(page, "No link to the server since")
    assert "Trying" in text
    assert "Trying" not in page.inner_text("#banner-text")
