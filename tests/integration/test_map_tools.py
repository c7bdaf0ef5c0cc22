"""The live map's tools, filters, marks and table, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins.browsing import click_at, click_ship, on_canvas, pixels, place, until
from tests.plugins.still import FIRST, alert, mark, still, watching

pytestmark = pytest.mark.browser

SHOWN = "vedetta.layer.shown(() => true).length"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with still() as at:
        yield at


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watching(browser, address, viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(f"{address}/#9/35.9/15.2")
        until(page, "vedetta.layer.count >= 5 && vedetta.link.sequence !== null")
        yield page
        assert page.errors == []


def test_measuring_tells_miles_and_bearing_of_legs_and_in_all(page) -> None:
    page.keyboard.press("m")
    click_at(page, 35.5, 15.0)
    click_at(page, 35.7, 15.0)
    until(
        page,
        "document.querySelector('#measured').textContent",
        lambda t: "11.9 nm" in t or "12.0 nm" in t,
    )
    assert "000°T" in page.inner_text("#measured")
    click_at(page, 35.7, 15.3)
    said = page.inner_text("#measured")
    assert "in 2 legs" in said
    assert "090°T" in said
    page.keyboard.press("Escape")
    assert page.locator("#measured").is_hidden()
    assert page.evaluate("vedetta.drawer.open") is False


def test_a_measurement_needs_no_pointer(page) -> None:
    page.keyboard.press("m")
    page.focus("#map_live")
    page.keyboard.press("Enter")
    page.evaluate("vedetta.map.setView([36.4, 15.2], 9, { animate: false })")
    page.keyboard.press("Enter")
    miles = float(page.inner_text("#measured").split()[0])
    assert miles == pytest.approx(30, abs=0.3)


def test_rings_go_with_the_selected_vessel(page) -> None:
    click_ship(page, 1)
    page.keyboard.press("r")
    page.fill("#rings-radii", "2, 5")
    page.click("#rings-ship")
    assert page.evaluate("vedetta.rings.nm") == [2, 5]
    assert page.evaluate("vedetta.rings.place.lng") == pytest.approx(14.6, abs=1e-3)
    # At once: the next frame from the server has her where she was.
    moved = page.evaluate(
        "() => { const f = vedetta.fleet; f.place(f.slots.get(1), 14.7, 35.9); "
        "vedetta.rings.frame(f); return vedetta.rings.place.lng; }"
    )
    assert moved == pytest.approx(14.7)
    page.click("#rings-off")
    assert page.evaluate("vedetta.rings.on") is False


def test_radii_that_are_none_are_said(page) -> None:
    page.click("#rings-button")
    page.fill("#rings-radii", "3, far")
    assert "Radii in nm" in page.inner_text("#rings-said")
    assert page.get_attribute("#rings-radii", "aria-invalid") == "true"
    assert page.evaluate("vedetta.rings.nm.length") == 4


def test_filters_work_together_and_say_what_is_shown(page) -> None:
    page.click("#filter-more summary")
    page.fill("#filter-speed-least", "5")
    until(page, SHOWN, lambda n: n == 4)  # three, and the distress
    page.check("#filter-flags label:has-text('Greece') input")
    until(page, SHOWN, lambda n: n == 2)
    assert page.inner_text("#show-all") == "2 of 6 shown · Show all"
    page.click("#show-all")
    assert page.evaluate(SHOWN) == 6
    assert page.locator("#filter-flags input:checked").count() == 0
    assert page.input_value("#filter-speed-least") == ""


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [("#filter-to", "gioia", 2), ("#filter-length-least", "150", 3), ("#filter-age", "1", 6)],
)
def test_each_filter_leaves_its_own_and_the_distress(page, field, value, left) -> None:
    page.click("#filter-more summary")
    page.fill(field, value)
    until(page, f"vedetta.filter.active && {SHOWN}", lambda n: n == left)


def test_states_filter_at_a_click(page) -> None:
    page.click(".legend-row:has-text('Stopped')")
    until(page, SHOWN, lambda n: n == 5)


def test_who_is_in_an_alert_or_listed_is_never_filtered_away(page) -> None:
    mark(page, listed=[671_000_003], alerts=[alert("law", 248_000_002)], contacts=[])
    page.click("#filter-more summary")
    page.fill("#filter-speed-least", "90")
    until(page, SHOWN, lambda n: n == 3)
    page.fill("#filter-speed-least", "")
    page.select_option("#filter-only", "list")
    until(page, f"vedetta.filter.only && {SHOWN}", lambda n: n == 3)


def test_marks_are_drawn_in_the_colour_of_their_lane(page) -> None:
    mark(
        page, listed=[FIRST], contacts=[],
        alerts=[alert("infrastructure", 248_000_002), alert("sar", 248_000_002),
                alert("law", 671_000_003)],
    )  # fmt: skip
    expected = ((35.9, 14.6, "#cc79a7"), (36.0, 14.9, "#d55e00"), (35.8, 15.2, "#e69f00"))
    for lat, lon, colour in expected:
        spot = on_canvas(page, lat, lon)
        for _ in range(50):
            if (found := pixels(page, *spot, 18, colour)) > 40:
                break
            page.wait_for_timeout(100)
        assert found > 40
    spot = on_canvas(page, 36.0, 14.9)
    assert pixels(page, *spot, 14, "#56b4e9") == 0


def test_a_click_on_a_mark_calls_its_hook(page) -> None:
    page.evaluate("() => { window.told = []; vedetta.on.alert = (id) => told.push(id); "
                  "vedetta.on.contact = (id) => told.push(id); }")  # fmt: skip
    contact = {"id": "c7", "lon": 14.9, "lat": 35.6, "error_m": 3000, "words": "boat", "since": 0}
    mark(page, listed=[], alerts=[alert("sar"), alert("law", FIRST)], contacts=[contact])
    until(page, "vedetta.concern.drawn.length === 2")
    click_at(page, 35.6, 15.3)
    click_at(page, 35.6, 14.9)
    assert page.evaluate("told") == ["sar-1", "c7"]
    click_ship(page, 1)
    assert page.evaluate("told") == ["sar-1", "c7", "law-1"]
    assert page.evaluate("vedetta.drawer.mmsi") == FIRST


def test_new_marks_replace_the_old_ones(page) -> None:
    mark(page, listed=[FIRST], alerts=[alert("sar")], contacts=[])
    mark(page, listed=[], alerts=[], contacts=[])
    until(page, "vedetta.concern.drawn.length === 0 && !vedetta.concern.any")


def test_a_mark_says_what_it_is_as_text(page) -> None:
    mark(page, listed=[], alerts=[alert("sar")], contacts=[])
    until(page, "vedetta.concern.drawn.length === 1")
    page.mouse.move(*place(page, 35.6, 15.3))
    until(page, "!document.querySelector('#tip').hidden")
    assert page.inner_text("#tip") == "Safety of life · <i>Flares"


def test_vessels_on_one_place_are_listed(page) -> None:
    click_at(page, 36.1, 15.5)
    until(page, "!document.querySelector('#several').hidden")
    assert page.inner_text("#several-title") == "2 vessels here"
    assert "<b>BLU" in page.inner_text("#several-list")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "vedetta.drawer.mmsi === 237000005 || vedetta.drawer.mmsi === 237000004")
    assert page.locator("#several").is_hidden()


def test_a_box_lists_the_vessels_in_it(page) -> None:
    page.evaluate("() => { vedetta.on.box = (...told) => { window.boxed = told; }; }")
    page.keyboard.press("b")
    page.mouse.move(*place(page, 36.2, 14.5))
    page.mouse.down()
    page.mouse.move(*place(page, 35.95, 15.0), steps=4)
    page.mouse.move(*place(page, 35.85, 15.1), steps=4)
    page.mouse.up()
    until(page, "!document.querySelector('#several').hidden")
    assert page.inner_text("#several-title") == "2 vessels in the box"
    mmsis, bounds = page.evaluate("boxed")
    assert sorted(mmsis) == [FIRST, 248_000_002]
    assert bounds == pytest.approx([35.85, 14.5, 36.2, 15.1], abs=0.01)
    page.keyboard.press("Escape")
    assert page.locator("#several").is_hidden()


def test_the_address_carries_view_filter_layers_and_selection(browser, address) -> None:
    said = "off=tanker&speed=5-&zones=port&show=trails&ahead=12&vessel=247000001"
    with watching(browser, address, viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.goto(f"{address}/#9/35.9/15.2?{said}")
        until(page, "vedetta.drawer.mmsi === 247000001")
        assert page.evaluate("[...vedetta.filter.hidden].length") == 1
        assert page.evaluate("vedetta.filter.speed") == [5, None]
        assert page.evaluate("vedetta.layer.vectorMinutes") == 12
        assert page.evaluate("vedetta.layer.shows.trails") is True
        assert page.evaluate("vedetta.layer.shows.names") is False
        assert page.evaluate("[...vedetta.areas.shown]") == ["port"]
        page.keyboard.press("Escape")
        page.click("#show-all")
        page.keyboard.press("v")
        until(page, "location.hash", lambda text: "ahead=30" in text)
        assert "vessel" not in page.evaluate("location.hash")
        assert "off" not in page.evaluate("location.hash")


def test_an_address_with_nonsense_is_passed_over(browser, address) -> None:
    with watching(browser, address) as context:
        page = context.new_page()
        page.goto(
            f"{address}/#9/35.9/15.2?off=distress,x&speed=a-b&flag=Nowhere&age=-3&vessel=<b>"
        )
        until(page, "vedetta.fleet.size === 6")
        assert page.evaluate("vedetta.filter.active") is False


NAMES = "[...document.querySelectorAll('#table-rows th')].map((one) => one.textContent)"


def tabled(page: Page) -> None:
    page.keyboard.press("t")
    page.evaluate("vedetta.map.setView([35.9, 15.2], 8, { animate: false })")
    until(page, NAMES, lambda names: len(names or []) == 6)


def test_the_table_sorts_and_opens_a_ship_by_keys(page) -> None:
    tabled(page)
    distress, *others = page.evaluate(NAMES)
    assert (distress, others) == ("AURORA", sorted(others))
    page.click("#table-heads button:has-text('Speed')")
    page.click("#table-heads button:has-text('Speed')")
    assert page.evaluate(NAMES)[:2] == ["AURORA", "ARIADNE"]
    assert page.get_attribute("#table-heads th:has-text('Speed')", "aria-sort") == "descending"
    page.focus("#table-rows tr:nth-child(2) button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, f"vedetta.drawer.mmsi === {FIRST}")


def test_rescues_stand_on_top_of_the_table_then_listed_ships_and_those_in_alerts(page) -> None:
    mark(page, listed=[671_000_003], contacts=[],
         alerts=[alert("law", 248_000_002), alert("sar", 237_000_004)])  # fmt: skip
    tabled(page)
    assert page.evaluate(NAMES) == [
        "ARIADNE", "AURORA", "SAN PIETRO", "STELLA", "<b>BLU", "MARIA K",
    ]  # fmt: skip
    assert "in distress, in an alert or listed stand on top" in page.inner_text("#table-count")
    page.click("#table-heads button:has-text('Name')")
    assert page.evaluate(NAMES)[:4] == ["AURORA", "ARIADNE", "STELLA", "SAN PIETRO"]


def test_who_may_help_has_no_place_of_her_own_in_the_table(page) -> None:
    mark(page, listed=[], contacts=[], alerts=[alert("sar", 237_000_004)])
    page.evaluate("(mmsi) => { vedetta.layer.helpers = new Set([mmsi]); }", 671_000_003)
    tabled(page)
    assert page.evaluate(NAMES) == [
        "ARIADNE", "AURORA", "<b>BLU", "MARIA K", "SAN PIETRO", "STELLA",
    ]  # fmt: skip
    page.evaluate("vedetta.filter.set({ speed: [10, null] })")
    assert page.evaluate(NAMES) == ["ARIADNE", "AURORA", "MARIA K"]
    assert page.evaluate("vedetta.layer.always(vedetta.fleet.slots.get(3))")


def test_an_mmsi_is_written_with_its_nine_digits(page) -> None:
    station = {"mmsi": 2_470_013, "name": "", "segment": None, "lat": None, "lon": None}
    page.route("**/api/v1/vessels?q=*", lambda route: route.fulfill(json={"vessels": [station]}))
    page.fill("#search", "2470013")
    page.wait_for_selector("#search-list li")
    assert page.inner_text("#search-list li").count("MMSI 002470013") == 2
    page.click("#search-list li")
    assert page.inner_text("#drawer-title") == "MMSI 002470013"
    page.evaluate("() => { vedetta.fleet.mmsi[vedetta.fleet.slots.get(1)] = 2470013; }")
    tabled(page)
    assert "002470013" in page.inner_text("#table-rows")


@pytest.mark.parametrize("size", [(390, 844), (640, 360)])
def test_the_way_out_is_there_on_a_telephone_and_where_text_is_twice_as_large(page, size) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    out = page.locator("#sign-out")
    expect(out).to_be_in_viewport(ratio=1)
    out.click(trial=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_table_holds_still_while_somebody_is_in_it(page) -> None:
    tabled(page)
    page.focus("#table-rows tr:nth-child(2) button")
    before = page.evaluate(NAMES)
    page.evaluate("() => { vedetta.fleet.name[vedetta.fleet.slots.get(1)] = 'ZZZ'; "
                  "vedetta.table.update(true); }")  # fmt: skip
    after = page.evaluate(NAMES)
    assert after == [name if name != "MARIA K" else "ZZZ" for name in before]
    assert page.locator("#table-held").is_visible()
    page.focus("#table-close")
    page.evaluate("vedetta.table.update(true)")
    assert page.evaluate(NAMES)[-1] == "ZZZ"


def test_the_table_s_own_hold_does_not_hide_that_a_ship_left(page) -> None:
    tabled(page)
    page.focus("#table-rows tr:nth-child(2) button")
    page.evaluate("() => { vedetta.fleet.remove(3); vedetta.table.update(true); }")
    assert page.locator("#table-rows tr.gone").count() == 1


def test_an_empty_table_says_what_cannot_be_heard(page) -> None:
    page.keyboard.press("t")
    page.evaluate("vedetta.map.setView([33.5, 19], 9, { animate: false })")
    said = until(page, "document.querySelector('#table-none').textContent")
    worth(page, "#table-none", said)


def worth(page, node: str, said: str) -> None:
    """Assert that feeds, coverage and boats without AIS are said, with the way to the rest."""
    for part in ("No feed has reported yet", "cannot hear", "Boats without AIS"):
        assert part in said
    assert page.get_attribute(f"{node} a", "href") == "/hearing"


def test_before_anything_is_counted_the_map_does_not_say_that_it_is_deaf(page) -> None:
    empty = {"cell_deg": 0.25, "cells": []}
    page.route("**/api/v1/coverage", lambda route: route.fulfill(json=empty))
    with page.expect_response("**/api/v1/coverage"):
        page.reload()
    # The row of the layer names what came: by then the answer was read.
    until(page, "document.querySelector('.hearing-row b').textContent === 'none'")
    said = page.evaluate("vedetta.unheard()")
    assert "Where we can hear is not known yet" in said
    assert "we cannot hear here" not in said


def test_an_empty_box_says_what_cannot_be_heard(page) -> None:
    until(page, "vedetta.unheard()", lambda text: "heard" in text)
    page.evaluate("vedetta.several.show([], 'none', { x: 9, y: 9 }, 'No vessel is there.')")
    worth(page, "#several-said", page.inner_text("#several-said"))


def test_an_empty_search_says_what_cannot_be_heard(page) -> None:
    until(page, "vedetta.unheard()", lambda text: "heard" in text)
    page.fill("#search", "zorro")
    said = until(page, "document.querySelector('#search-list .none').textContent")
    worth(page, "#search-list .none", said)


def test_a_name_with_a_letter_wrong_is_found(page) -> None:
    page.fill("#search", "ariadme")
    until(page, "document.querySelector('#search-list b').textContent === 'ARIADNE'")


def test_the_vessel_at_the_middle_opens_by_key(page) -> None:
    page.evaluate("vedetta.map.setView([35.8, 15.21], 9, { animate: false })")
    page.wait_for_timeout(300)
    page.focus("#map_live")
    page.keyboard.press("Enter")
    until(page, "vedetta.drawer.mmsi === 671000003")


def test_several_tracks_stay_on_the_map(page) -> None:
    for key in (1, 3):
        page.evaluate("(key) => vedetta.openKey(key)", key)
        page.click("#keep")
    page.keyboard.press("Escape")
    assert page.evaluate("[...vedetta.kept.all.keys()]") == [FIRST, 671_000_003]
    page.click("#zones-button")
    page.click("#kept-list button >> nth=0")
    assert page.evaluate("[...vedetta.kept.all.keys()]") == [671_000_003]


def test_keys_are_explained(page) -> None:
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    assert "range rings" in page.inner_text("#help")
    page.keyboard.press("Escape")
    assert page.locator("#help").is_hidden()


def test_utc_stands_always_and_local_time_on_request(page) -> None:
    assert page.locator("#local").is_hidden()
    page.keyboard.press("u")
    assert page.inner_text("#local").endswith("local")
    assert page.inner_text("#zone") == "UTC"


def test_a_wall_has_nothing_to_press(browser, address) -> None:
    with watching(browser, address) as context:
        page = context.new_page()
        page.goto(f"{address}/?kiosk=1")
        until(page, "vedetta.fleet.size === 6")
        assert page.locator(".rail").is_hidden()
        assert page.locator("#search").is_hidden()
        assert page.locator("#sign-out").is_hidden()
        assert page.locator("#clock").is_visible()


# Letters of 10 minutes of arc are read: 28 px from two metres on a wall of 55 inches.
TOO_SMALL = """() => [...document.querySelectorAll("body *")].filter((it) => it.checkVisibility()
  && [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
  && it.getBoundingClientRect().width > 1 && parseFloat(getComputedStyle(it).fontSize) < 28)
  .map((it) => it.outerHTML.slice(0, 80))"""


def test_a_wall_is_read_from_two_metres_and_shows_no_more_land_than_it_must(
    browser, address
) -> None:
    with watching(browser, address, viewport={"width": 3840, "height": 2160}) as context:
        page = context.new_page()
        page.goto(f"{address}/?kiosk=1")
        until(page, "vedetta.fleet.size === 6")
        assert page.evaluate(TOO_SMALL) == []
        shown = "(({ _southWest: a, _northEast: b }) => b.lng - a.lng)(vedetta.map.getBounds())"
        assert page.evaluate(shown) < 1.3 * 42, "the sea is 42 degrees wide"


SYMBOLS = """async () => {
  const files = performance.getEntriesByType("resource").map((it) => it.name);
  const at = files.find((name) => name.endsWith("/sprites.js"));
  const { draw, LOOKS } = await import(at);
  const { colour } = await import(new URL("theme.js", at));
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0.05);
  const found = [];
  for (const ground of ["sea", "land"]) for (const look of LOOKS) {
    for (const kind of vedetta.layer.options.classes) for (const bearing of [null, 35]) {
      const context = new OffscreenCanvas(96, 96).getContext("2d");
      context.fillStyle = colour(ground);
      context.fillRect(0, 0, 96, 96);
      context.setTransform(4, 0, 0, 4, 48, 48);
      draw(context, kind, look, bearing);
      const { data } = context.getImageData(0, 0, 96, 96);
      const paper = light(data);
      let seen = 0;
      for (let i = 0; i < data.length; i += 4) {
        const ink = light(data.subarray(i, i + 3));
        if (Math.max(ink, paper) / Math.min(ink, paper) >= 3) seen += 1 / 16;
      }
      if (seen < 6) found.push([ground, look, kind.key, bearing, seen]);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_look_of_a_symbol_has_its_contrast_on_sea_and_land(browser, address, theme) -> None:
    with watching(browser, address, color_scheme=theme) as context:
        page = context.new_page()
        page.goto(f"{address}/")
        until(page, "vedetta.fleet.size === 6")
        # At least six square pixels of each stand out by 3:1.
        assert page.evaluate(SYMBOLS) == []


def test_several_flags_are_shown_at_a_time_and_stand_in_the_address(browser, address) -> None:
    with watching(browser, address) as context:
        page = context.new_page()
        page.goto(f"{address}/#9/35.9/15.2")
        until(page, "vedetta.fleet.size === 6")
        page.click("#filter-more summary")
        for flag in ("Greece", "Malta"):
            page.check(f"#filter-flags label:has-text('{flag}') input")
        # Two Greeks, one Maltese, and the distress of an Italian, which nothing hides.
        until(page, SHOWN, lambda n: n == 4)
        until(page, "location.hash", lambda text: "Malta" in text and "Greece" in text)
        page.reload()
        until(page, "vedetta.fleet.size === 6")
        until(page, SHOWN, lambda n: n == 4)
        assert page.locator("#filter-flags input:checked").count() == 2


def test_on_a_telephone_no_tool_is_beside_the_screen(browser, address) -> None:
    size = {"width": 390, "height": 844}
    with watching(browser, address, viewport=size, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{address}/")
        until(page, "vedetta.fleet.size === 6")
        rail = page.locator(".rail")
        assert rail.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
        for button in page.locator(".rail button:visible").all():
            box = button.bounding_box()
            assert 0 <= box["x"] <= 390 - box["width"]
            assert box["y"] + box["height"] <= 844
        assert page.locator(".sea").bounding_box()["height"] > 300


def test_a_telephone_has_everything_in_reach(browser, address) -> None:
    size = {"width": 390, "height": 780}
    with watching(browser, address, viewport=size, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{address}/#9/35.9/15.2")
        until(page, "vedetta.layer.count >= 1")
        page.evaluate("() => vedetta.openKey(1)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        drawer, sea = (page.locator(of).bounding_box() for of in ("#drawer", ".sea"))
        assert drawer["width"] == 390
        assert sea["height"] > 150
        x, y = place(page, 35.9, 14.6)
        assert sea["x"] < x < sea["x"] + sea["width"]
        assert sea["y"] < y < sea["y"] + sea["height"]
