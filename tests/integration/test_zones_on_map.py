"""Zones and identities over time on the live map, in a real Chromium."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from playwright.sync_api import Browser, Page

from geofence.zones import Zone, ZoneSet
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.source import PartHealth
from tests.plugins.browsing import click_at, until
from tests.plugins.memory import MemoryFacts, MemorySource
from tests.plugins.people import TOKENS, cookie, everybody
from tests.plugins.still import NoConcern
from watchlist.vessels import SentIdentity, VesselIdentity, identity_of

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=hit()>"
BASIN = shapely.box(14, 35, 16, 36.5)
PIXELS = """(() => { const { context, canvas } = vedetta.areas;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let at = 3; at < data.length; at += 4) inked += data[at] > 0;
    return inked; })()"""


class Facts(MemoryFacts):
    """A sub-basin, a box with a hostile name, a port; one ship of two names, one of one."""

    def __init__(self) -> None:
        super().__init__()
        self.set = ZoneSet(
            (
                Zone("basin", "Sicily Channel", "sub_basin", BASIN, "Natural Earth", "public"),
                Zone("box", HOSTILE, "custom", BASIN, "an operator", "", "", "operational"),
                Zone("port", "Valletta", "port", shapely.Point(14.5, 35.9).buffer(0.05), "", ""),
            )
        )

    def identity(self, mmsi: int) -> VesselIdentity | None:
        at = datetime.now(UTC) - timedelta(days=20)
        rows = [SentIdentity(mmsi, at, name=HOSTILE, spool=1)]
        if mmsi == 247_000_001:
            rows.append(SentIdentity(mmsi, at + timedelta(days=1), 1_234_568, name="NEW", spool=2))
        return identity_of(rows)


class Reporting(MemorySource):
    """Ingest reports and has no feeds: a banner would take room from the map."""

    def health(self) -> dict[str, PartHealth]:
        self.at_ms, self.feeds = int(time.time() * 1000), []
        return super().health()


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def page(browser: Browser, facts: Facts) -> Iterator[Page]:
    source = Reporting().heard_now()
    app = create_app(
        WebSettings(poll_s=0.2), "", source=source, facts=facts, sessions=everybody(),
        concern=NoConcern(),
    )  # fmt: skip
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    # The inbox has tests of its own; folded, it leaves the map its room.
    context.add_init_script("localStorage.setItem('vedetta.inbox', 'folded')")
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    with running(app, WebSettings(port=0)) as address:
        context.add_cookies([cookie(address, TOKENS["operator"])])
        page.goto(f"{address}/#8/35.7/15.0")
        until(page, "vedetta.layer.count === 2")
        yield page
        context.close()


def show(page: Page, *kinds: str) -> None:
    page.click("#zones-button")
    until(page, "vedetta.areas.zones.length === 3")
    for kind in kinds:
        page.check(f".zone-row:has-text('{kind}') input")
    until(page, PIXELS)


WRITTEN = """(() => { const { areas } = vedetta, said = [];
    areas.context.fillText = (text, x, y) => said.push([text, x - areas.padX, y - areas.padY]);
    areas.paint();
    delete areas.context.fillText;
    return said; })()"""


def test_a_zone_keeps_its_name_where_its_middle_is_out_of_sight(page) -> None:
    show(page, "Sub-basins")
    page.evaluate("vedetta.map.setView([35.4, 15.6], 12, { animate: false })")
    (said,) = page.evaluate(WRITTEN)
    assert said[0] == "SICILY CHANNEL"
    assert 0 < said[1] < 1100
    assert 0 < said[2] < 660


def test_a_zone_out_of_sight_has_no_name(page) -> None:
    show(page, "Sub-basins")
    page.evaluate("vedetta.map.setView([34.0, 18.0], 10, { animate: false })")
    assert page.evaluate(WRITTEN) == []


def test_zones_at_sea_come_with_lines_and_others_with_their_shape(page) -> None:
    lines = page.evaluate("""async () => {
        const { read } = await import(document.querySelector("link[rel=icon]").href
            .replace("icon.svg", "zones.js"));
        const answer = await fetch("/api/v1/zones");
        return read(await answer.json()).map(({ id, lines }) => [id, lines?.length ?? null]); }""")
    assert dict(lines) == {"basin": 1, "box": None, "port": None}


def test_on_a_small_screen_the_panel_takes_the_place_of_the_legend(page) -> None:
    page.keyboard.press("z")
    assert page.locator("#legend").is_hidden()
    panel = page.locator("#zones").bounding_box()
    assert panel["x"] > 960
    page.keyboard.press("l")
    assert page.locator("#legend").is_visible()
    assert page.locator("#zones").is_hidden()


def test_the_legend_stays_away_while_the_drawer_is_open(page) -> None:
    click_at(page, 35.9, 14.5)
    page.keyboard.press("z")
    page.keyboard.press("Escape")
    assert page.locator("#legend").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator("#drawer").is_hidden()
    assert page.locator("#legend").is_visible()


def test_escape_closes_the_panel_from_anywhere(page) -> None:
    page.keyboard.press("z")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    assert page.locator("#zones").is_hidden()


PLACE = "document.querySelector('#place-zones').innerText"


def test_no_zone_is_asked_for_or_drawn_until_somebody_wants_it(page) -> None:
    assert page.locator("#zones").is_hidden()
    click_at(page, 35.3, 15.0)
    assert page.locator("#place").is_hidden()
    assert page.evaluate("vedetta.areas.canvas.hidden")
    asked = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [address for address in asked if "/api/v1/zones" in address]


def test_each_kind_has_a_box_and_a_count(page) -> None:
    show(page, "Sub-basins")
    rows = page.locator("#zones-kinds .zone-row").all_inner_texts()
    assert [" ".join(row.split()) for row in rows][2:5] == [
        "Sub-basins 1", "Ports 1", "Anchorages none"
    ]  # fmt: skip
    page.uncheck(".zone-row:has-text('Sub-basins') input")
    until(page, "vedetta.areas.canvas.hidden")


MANY_PORTS = """(() => {
    const { zones } = vedetta.areas, port = zones.find(({ kind }) => kind === "port");
    for (let i = 0; i < 30; i += 1) zones.push({ ...port, id: `more-${i}`, name: `Pòrto ${i}` });
    return zones.length; })()"""
DRAWN = "Object.values(vedetta.areas.inView()).flat().map(({ id }) => id).sort().join()"


def test_the_zones_of_a_kind_stand_beneath_it_each_on_or_off(page) -> None:
    show(page, "Ports")
    page.evaluate(MANY_PORTS)
    page.get_by_role("button", name="Zones: Ports").click()
    leaves = page.locator("#zones-of-port")
    assert leaves.locator("li").count() == 31
    leaves.get_by_role("searchbox").fill("porto 29")  # without the accent
    assert leaves.locator("li").all_inner_texts() == ["Pòrto 29\nShow"]
    leaves.get_by_role("searchbox").fill("valletta")
    leaves.get_by_role("checkbox").uncheck()
    assert "port" not in page.evaluate(DRAWN).split(",")
    assert "more-3" in page.evaluate(DRAWN)
    kind = page.locator(".zone-row:has-text('Ports') input")
    assert kind.evaluate("(box) => box.indeterminate")
    until(page, "location.hash.includes('zonesoff=port')")
    kind.check()
    assert "port" in page.evaluate(DRAWN).split(",")
    until(page, "!location.hash.includes('zonesoff')")


def test_one_zone_is_shown_without_its_kind_and_kept_and_sent_on(page) -> None:
    page.click("#zones-button")
    until(page, "vedetta.areas.zones.length === 3")
    page.evaluate("vedetta.map.setView([33, 19], 6, { animate: false })")
    page.get_by_role("button", name="Zones: Ports").click()
    page.get_by_role("button", name="Show Valletta on the map").click()
    until(page, DRAWN, lambda said: said == "port")
    middle = page.evaluate("vedetta.map.getCenter()")
    assert abs(middle["lat"] - 35.9) < 0.1
    assert page.evaluate("vedetta.map.getZoom()") >= 10
    assert page.get_attribute("#zones-button", "aria-label") == "Layers: 1 single zone shown"
    sent = until(page, "location.hash", lambda said: "zonesonly=port" in (said or ""))
    page.evaluate("localStorage.clear()")
    page.goto(page.url.split("#")[0])
    page.goto(page.url.split("#")[0] + sent)
    page.reload()
    until(page, DRAWN, lambda said: said == "port")


def test_what_was_chosen_is_remembered(page) -> None:
    show(page, "Ports", "Drawn here")
    page.reload()
    until(page, "vedetta.areas.zones.length === 3")
    assert page.evaluate("[...vedetta.areas.shown].sort().join()") == "custom,port"
    assert page.get_attribute("#zones-button", "aria-label") == "Layers: 2 kinds of zones shown"
    page.click("#zones-button")
    page.click("#zones-none")
    assert page.get_attribute("#zones-button", "aria-label") == "Layers"


def test_zones_are_one_canvas_drawn_only_when_the_map_rests(page) -> None:
    show(page, "Sub-basins", "Drawn here")
    assert page.locator(".leaflet-zones-pane > *").count() == 1
    page.wait_for_timeout(500)
    until(page, "!vedetta.areas.asked && vedetta.areas.land !== null")
    drawn = page.evaluate("vedetta.areas.times.length")
    ships = page.evaluate("vedetta.layer.times.length")
    until(page, "vedetta.layer.times.length", lambda n: n > ships + 3)
    page.evaluate("vedetta.map.panBy([40, 20], { animate: false })")
    page.wait_for_timeout(300)
    assert page.evaluate("vedetta.areas.times.length") == drawn
    page.evaluate("vedetta.map.panBy([600, 0], { animate: false })")
    until(page, "vedetta.areas.times.length", lambda n: n > drawn)


def test_a_click_on_the_water_tells_what_lies_there(page) -> None:
    show(page, "Sub-basins")
    page.keyboard.press("Escape")
    click_at(page, 35.3, 15.0)
    said = until(page, PLACE, lambda text: "Sicily Channel" in (text or ""))
    assert "Sicily Channel: Indicative, not a legal limit." in said
    assert "Natural Earth. Licence: public." in said
    assert page.evaluate("document.activeElement.id") == "place-title"
    assert page.locator("#drawer").is_hidden()
    page.keyboard.press("Escape")
    assert page.locator("#place").is_hidden()


def test_a_click_on_a_ship_still_opens_her_details(page) -> None:
    show(page, "Sub-basins")
    click_at(page, 35.9, 14.5)
    until(page, "!document.querySelector('#drawer').hidden")
    assert page.locator("#place").is_hidden()


def test_a_hostile_name_of_a_zone_stays_text(page) -> None:
    show(page, "Drawn here")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    until(page, PLACE, lambda text: HOSTILE in (text or ""))
    assert page.locator("img[src=x]").count() == 0
    assert page.errors == []


def test_water_without_zones_says_so(page) -> None:
    show(page, "Sub-basins")
    click_at(page, 34.6, 15.2)
    until(page, PLACE, lambda text: text == "No zone holds this place.")


def test_the_panel_opens_by_key_and_gives_focus_back(page) -> None:
    page.keyboard.press("z")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.keyboard.press("Escape")
    assert page.locator("#zones").is_hidden()
    assert page.evaluate("document.activeElement.id") == "zones-button"


def test_zones_that_cannot_be_read_are_said_and_asked_for_again(page) -> None:
    refused = {"error": "the database does not answer; try again in a moment"}
    page.route("**/api/v1/zones", lambda route: route.fulfill(status=503, json=refused))
    page.click("#zones-button")
    said = "document.querySelector('#zones-said').textContent"
    until(page, said, lambda text: text.startswith("Zones not loaded: the database does not"))
    page.unroute("**/api/v1/zones")
    page.click("#zones-again")
    until(page, "vedetta.areas.zones.length === 3")
    assert page.locator("#zones-again").is_hidden()


OVER_TIME = "document.querySelector('#drawer-over-time').innerText"


def test_an_identity_that_changed_is_told_over_time(page) -> None:
    click_at(page, 35.9, 14.5)
    said = until(page, OVER_TIME, lambda text: "NEW" in (text or ""))
    assert said.index("NEW") < said.index(HOSTILE)
    assert "Invalid IMO: IMO 1234568 is no IMO number: its check digit is wrong." in said
    assert page.locator("img[src=x]").count() == 0


def test_a_single_identity_is_one_line(page) -> None:
    page.evaluate("vedetta.drawer.show(248000002, 2)")
    said = until(page, OVER_TIME, lambda text: "Only" in (text or ""))
    assert said.startswith("Only this one identity was heard, since ")


def test_the_details_say_where_the_ship_is(page) -> None:
    click_at(page, 35.9, 14.5)
    said = until(
        page,
        "document.querySelector('#drawer-report').innerText",
        lambda text: "Sub-basin" in (text or ""),
    )
    assert "Sicily Channel" in said
    assert "Valletta, 15 nm" in said
    assert "To shore" in said


def test_where_we_can_hear_is_shaded_and_said(page: Page) -> None:
    inked = PIXELS.replace("vedetta.areas", "vedetta.heard")
    page.keyboard.press("z")
    page.get_by_label("Where we can hear").check()
    until(page, "vedetta.heard.cells.length === 2")
    until(page, f"{inked} > 1000")
    height = "['hearing', 'land'].map((name) => vedetta.map.getPane(name).style.zIndex)"
    assert page.evaluate(f"(([one, land]) => one > land)({height})"), "beneath the sea unseen"
    assert "no silence is told" in page.locator(".hearing-said").inner_text()
    page.get_by_label("Where we can hear").uncheck()
    assert page.locator(".hearing-said").is_hidden()
    assert page.errors == []


def test_the_share_that_is_heard_is_of_the_sea_and_not_of_the_land(page: Page) -> None:
    said = page.evaluate(
        """async () => {
        const from = document.querySelector("link[href*='replay.css']").href;
        const { Hearing } = await import(from.replace("replay.css", "hearing.js"));
        const { mercator } = await import(from.replace("replay.css", "fleet.js"));
        const [[left, top], [right, low]] = [mercator(10, 40), mercator(14, 30)];
        const [middle, half] = [(left + right) / 2, (top + low) / 2];
        const west = [[left, top, middle, top, middle, low, left, low]];
        const hearing = Object.create(Hearing.prototype);
        const cells = [{ box: [left, top, right, half] }];
        Object.assign(hearing, { known: true, layer: { cells }, land: { tile: () => [west] } });
        const view = L.latLngBounds([[30, 10], [40, 14]]);
        const some = hearing.words(view);
        cells.push({ box: [middle, half, right, low] });
        return [some, hearing.words(view)];
    }"""
    )
    assert "in 50 % of the sea in this view" in said[0]
    assert said[1] == "All of the sea in this view was heard lately."


def test_a_coverage_that_cannot_be_read_is_said(page: Page, facts: Facts) -> None:
    facts.away = True
    page.keyboard.press("z")
    page.get_by_label("Where we can hear").check()
    until(page, "document.querySelector('.hearing-said').textContent.includes('not loaded')")


def test_usual_traffic_is_shaded_and_its_edition_said(page: Page) -> None:
    page.evaluate("vedetta.map.setView([35.8, 14.15], 11, { animate: false })")
    page.keyboard.press("z")
    page.get_by_label("Usual traffic").check()
    until(page, "document.querySelector('.usual-said').textContent.startsWith('Edition 3')")
    assert "learned until 2026-05-01" in page.locator(".usual-said").inner_text()
    assert page.locator(".usual-row b").inner_text() == "2"
    canvas = "vedetta.map.getPane('usual').querySelector('canvas')"
    # The cell of more ships is shaded deeper, and only the one with an axis has a stroke.
    depths = f"""(() => {{ const canvas = {canvas}, context = canvas.getContext('2d');
        const {{ data }} = context.getImageData(0, 0, canvas.width, canvas.height), seen = {{}};
        for (let at = 3; at < data.length; at += 4) seen[data[at]] = (seen[data[at]] ?? 0) + 1;
        return Object.keys(seen).filter((alpha) => seen[alpha] > 500).map(Number); }})()"""
    until(page, depths, lambda seen: len({*(seen or ())} - {0}) == 2)
    page.get_by_label("Usual traffic").uncheck()
    assert page.locator(".usual-said").is_hidden()
    until(page, f"{canvas}.hidden")
    assert page.errors == []


def test_usual_traffic_that_cannot_be_read_is_said(page: Page, facts: Facts) -> None:
    facts.away = True
    page.keyboard.press("z")
    page.get_by_label("Usual traffic").check()
    until(page, "document.querySelector('.usual-said').textContent.includes('not loaded')")
