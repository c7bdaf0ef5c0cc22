"""Every open rescue stays in sight: folded, opened, scrolled, on a telephone and on the wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins.still import alert, mark, still, watching
from tests.plugins.waiting import until

pytestmark = pytest.mark.browser

SIZES = {"desk": (1280, 720), "wall": (3840, 2160), "telephone": (360, 740)}
ON_TOP = """(node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  const there = document.elementFromPoint(x + width / 2, y + height / 2);
  return !there || !there.closest(".float, dialog");
}"""
FIRST, SECOND = "A-00000000000a", "A-00000000000b"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with still(inbox=True) as at:
        yield at


@pytest.fixture
def seat(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody whose inbox was folded on another day, on a screen of a size."""
    width, height = SIZES[getattr(request, "param", "desk")]
    said: dict[str, Any] = {"viewport": {"width": width, "height": height}}
    with watching(browser, address, **said) as context:
        page = context.new_page()
        page.goto(f"{address}/{'?kiosk=1' if width > 3000 else ''}#8/35.9/15.3")
        until(lambda: page.evaluate("() => Boolean(window.vedetta?.layer?.count)"))
        yield page


def rescue(name: str, **more: Any) -> dict[str, Any]:
    said = {"id": name, "headline": f"Distress call of {name}", "version": 1, "who": ""}
    return alert("sar", started=0, snoozed=None, **said | more)


def law(number: int) -> dict[str, Any]:
    said = {"id": f"A-1{number:011x}", "version": 1, "who": "", "started": 0, "snoozed": None}
    return alert("law", **said)


def seen(page: Page, name: str) -> None:
    """Assert that a rescue is on the screen, whole, with what is needed of it."""
    card = page.locator(f'#inbox-sar .card[data-id="{name}"]')
    expect(card).to_be_visible()
    expect(card).to_contain_text(f"Distress call of {name}")
    expect(card).to_contain_text("35°36")
    place, size = card.bounding_box(), page.viewport_size
    assert place["y"] >= 0
    assert place["y"] + place["height"] <= size["height"] + 1
    assert place["x"] + place["width"] <= size["width"] + 1
    assert card.evaluate(ON_TOP)


@pytest.mark.parametrize("seat", SIZES, indirect=True)
def test_a_rescue_that_is_taken_is_in_sight_though_the_inbox_is_folded(seat):
    mark(seat, alerts=[law(1), rescue(FIRST, state="acknowledged", who="a.rossi")])
    seen(seat, FIRST)
    expect(seat.locator("#inbox-sar .card")).to_contain_text("taken by a.rossi")


@pytest.mark.parametrize("seat", ["desk", "telephone"], indirect=True)
def test_a_rescue_is_in_sight_while_another_alert_or_the_settings_are_open(seat):
    mark(seat, alerts=[law(1), rescue(FIRST)])
    seat.locator("#inbox-fold").click()
    seat.locator("#inbox-list .card.law").click()
    expect(seat.locator("#inbox-open")).to_be_visible()
    seen(seat, FIRST)
    seat.locator("#inbox-settings-button").click()
    expect(seat.locator("#inbox-settings")).to_be_visible()
    seen(seat, FIRST)


def test_a_long_list_scrolls_under_the_rescues(seat):
    mark(seat, alerts=[*(law(one) for one in range(60)), rescue(FIRST), rescue(SECOND)])
    seat.locator("#inbox-fold").click()
    seat.locator("#inbox-list .card").last.scroll_into_view_if_needed()
    assert seat.locator("#inbox-body").evaluate("(node) => node.scrollTop") > 500
    for name in (FIRST, SECOND):
        seen(seat, name)


def test_a_folded_inbox_gives_its_rescues_to_the_keyboard(seat):
    mark(seat, alerts=[rescue(FIRST), law(1)])
    expect(seat.get_by_role("region", name="Search and rescue")).to_be_visible()
    seat.locator("#inbox-fold").focus()
    seat.keyboard.press("Tab")
    expect(seat.locator(f'.card[data-id="{FIRST}"]')).to_be_focused()
    seat.keyboard.press("Enter")
    expect(seat.locator("#open-title")).to_contain_text(FIRST)


def test_a_letter_pressed_among_the_rescues_does_nothing_to_the_open_alert(seat):
    mark(seat, alerts=[rescue(FIRST), law(1)])
    seat.locator("#inbox-fold").click()
    seat.locator("#inbox-list .card.law").click()
    seat.evaluate("vedetta.inbox.opened.key = (key) => { window.pressed = key; return true; }")
    seat.locator(f'.card[data-id="{FIRST}"]').focus()
    seat.keyboard.press("r")
    assert seat.evaluate("window.pressed ?? ''") == ""


def test_who_reads_an_open_alert_holds_rescues_still_and_nothing_else(seat):
    mark(seat, alerts=[law(1), law(2), rescue(FIRST)])
    seat.locator("#inbox-fold").click()
    seat.locator("#inbox-list .card.law").first.click()
    seat.locator("#inbox-open").hover()
    mark(seat, alerts=[law(1), rescue(FIRST)])
    expect(seat.locator("#inbox-list .card.law")).to_have_count(1)
    mark(seat, alerts=[law(1), rescue(FIRST), rescue(SECOND)])
    expect(seat.locator(f'#inbox-fresh .card[data-id="{SECOND}"]')).to_be_visible()
    expect(seat.locator("#inbox-sar .card")).to_have_count(1)


@pytest.mark.parametrize("seat", ["desk", "telephone"], indirect=True)
def test_more_rescues_than_fit_scroll_within_themselves_and_say_how_many(seat):
    mark(seat, alerts=[rescue(f"A-{one:012x}") for one in range(40)])
    box = seat.locator("#inbox-sar")
    expect(box).to_contain_text("40 open")
    assert box.evaluate("(node) => node.scrollHeight > node.clientHeight + 100")
    card = seat.locator("#inbox-sar .card").last
    card.scroll_into_view_if_needed()
    expect(card).to_be_in_viewport()


@pytest.mark.parametrize("seat", ["wall"], indirect=True)
def test_on_the_wall_rescues_that_do_not_fit_come_by_turns(seat):
    mark(seat, alerts=[rescue(f"A-{one:012x}") for one in range(60)])
    expect(seat.locator("#inbox-sar .card").last).not_to_be_in_viewport()
    expect(seat.locator("#inbox-sar .card").last).to_be_in_viewport(timeout=60000)
