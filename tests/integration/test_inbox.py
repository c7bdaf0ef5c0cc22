"""The inbox in a real Chromium, on a real database: from an event to what people do about it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.alert import Vessel
from store.incidents import changes, incident
from tests.plugins.alerted import raised, seen, shown
from tests.plugins.seas import Sea
from tests.plugins.seats import seats
from tests.plugins.waiting import until

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=hit()>"
CALL = 970_123_456
GAP = {"silence": (5400, "s", 3600)}


@pytest.fixture
def address(sea: Sea) -> Iterator[str]:
    with shown(sea.dsn, exercise=True) as address:
        yield address


@pytest.fixture
def person(browser: Browser, address: str, sea: Sea) -> Iterator[Callable[..., Page]]:
    """Somebody in front of a map of their own, by role and name."""
    with seats(browser, address, sea.dsn) as sits:
        yield partial(sits, path="/#8/35.9/15.3")


def law(dsn: str, mmsi: int, name: str = "MARIA K", **said: Any) -> str:
    vessel = Vessel(mmsi, name, flag="TGO", role="cargo", length_m=74.0)
    events = [seen("gap", mmsi, evidence=GAP, lon=14.6, lat=35.9, **said), seen("drift", mmsi)]
    return next(one.id for one in raised(dsn, *events, vessels=(vessel,)) if mmsi in one.mmsis)


def rescue(dsn: str, mmsi: int = CALL, **said: Any) -> str:
    found = raised(dsn, seen("distress", mmsi, lon=15.4, lat=36.2, **said), vessels=())
    return next(one.id for one in found if mmsi in one.mmsis)


def card(page: Page, alert: str):
    return page.locator(f'.card[data-id="{alert}"]')


def listens(page: Page, warned: str = "") -> None:
    """Press on the page, as somebody who sits down: browsers keep sound off until then."""
    until(lambda: page.evaluate("() => Boolean(window.vedetta?.inbox)"))
    page.locator(".source").click(force=True)
    until(lambda: not page.evaluate("vedetta.inbox.tones.blocked"))
    line = page.locator("#inbox-blocked")
    expect(line).to_contain_text(warned) if warned else expect(line).to_be_hidden()


def test_a_call_for_help_is_there_within_two_seconds_on_top_and_is_heard(
    person, sea, record_property
):
    page = person()
    law(sea.dsn, 247_320_162)
    expect(page.locator(".card.law")).to_be_visible()
    listens(page)
    began = time.monotonic()
    alert = rescue(sea.dsn)
    expect(card(page, alert)).to_be_visible()
    record_property("from commit to card, s", round(time.monotonic() - began, 2))
    assert page.locator(".card").first.get_attribute("data-id") == alert
    expect(page.locator("#sar-call")).to_contain_text("Rescue, taken by nobody")
    until(lambda: page.evaluate("vedetta.inbox.tones.heard.at(-1)") == "sar")
    assert page.evaluate(f"vedetta.concern.byVessel.get({CALL}).lane") == "sar"


def test_what_one_acknowledges_another_sees(person, sea):
    alert = rescue(sea.dsn)
    one, other = person(name="a.rossi"), person(name="m.papas")
    card(one, alert).click()
    one.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(card(other, alert)).to_contain_text("taken by a.rossi")
    expect(other.locator("#sar-call")).to_be_hidden()
    expect(one.locator("#inbox-open")).to_contain_text("a.rossi acknowledged it")
    with psycopg.connect(sea.dsn) as connection:
        assert changes(connection, alert)[-1].who == "a.rossi"


def test_an_opened_alert_says_why_what_is_not_known_and_who_is_near(person, sea):
    alert, page = rescue(sea.dsn), person()
    card(page, alert).click()
    told = page.locator("#inbox-open")
    for text in ("Why: score", "What was seen", "What is not known", "Where they may be",
                 "Nearest help", "Rescue centres", "Who did what", "Who was told"):  # fmt: skip
        expect(told.get_by_role("heading", name=re.compile(text))).to_be_visible()
    expect(told).to_contain_text("MARIA K")  # the nearest ship
    assert page.evaluate("vedetta.inbox.drawing.alert.sar.adrift.length") >= 5
    assert page.evaluate("vedetta.overlay.drawings.some((one) => one === vedetta.inbox.drawing)")
    expect(page).to_have_url(re.compile(f"alert={alert}"))
    told.get_by_role("button", name="MARIA K").first.click()
    expect(page.locator("#drawer")).to_contain_text("MARIA K")


def test_who_may_help_is_named_once(person, sea):
    alert, page = rescue(sea.dsn), person(path="/#10/36.1/15.3")
    until(lambda: page.evaluate("() => window.vedetta?.layer?.count > 0"))
    page.evaluate("""() => {
        const { overlay } = vedetta, own = overlay.context.fillText.bind(overlay.context);
        overlay.wrote = [];
        overlay.context.fillText = (text, ...at) => {
            overlay.wrote.push(text);
            own(text, ...at);
        };
    }""")
    card(page, alert).click()
    until(lambda: page.evaluate("vedetta.overlay.wrote.length > 0"))  # where they may drift to
    near = page.evaluate("vedetta.inbox.drawing.alert.sar.nearest.map(({ mmsi }) => mmsi)")
    assert near
    assert page.evaluate("[...vedetta.layer.helpers]") == near[:6]
    names = page.evaluate("vedetta.inbox.drawing.alert.sar.nearest.map(({ name }) => name)")
    assert not {*names} & {*page.evaluate("vedetta.overlay.wrote")}
    page.get_by_role("button", name="All alerts").click()
    until(lambda: page.evaluate("vedetta.layer.helpers.size") == 0)


def test_who_comes_second_reads_what_was_done_and_may_do_it_all_the_same(person, sea):
    alert = law(sea.dsn, 247_320_162)
    one, other = person(name="a.rossi"), person(name="m.papas")
    for page in (one, other):
        card(page, alert).click()
    expect(one.locator(".presence")).to_have_text("M.Papas is looking at this")
    other.get_by_role("button", name="Resolve").click()
    expect(one.locator(".presence")).to_have_text("M.Papas is writing")
    other.locator(".act-form select").select_option("false alarm")
    other.get_by_label("Why this is the verdict").fill("a fault of the receiver")
    one.get_by_role("button", name="Escalate").click()
    one.get_by_label("Why it is escalated").fill("she does not answer")
    one.locator(".act-form").get_by_role("button", name="Escalate").click()
    expect(other.locator(".news")).to_contain_text("a.rossi escalated it")
    other.locator(".act-form").get_by_role("button", name="Resolve").click()
    said = other.locator(".acts-said")
    expect(said).to_contain_text("somebody was faster")
    expect(said).to_contain_text("she does not answer")
    assert state(sea, alert) == "escalated"
    other.get_by_role("button", name="Resolve all the same").click()
    expect(other.locator("#inbox-open")).to_contain_text("m.papas closed it as false alarm")
    assert state(sea, alert) == "resolved"


def state(sea: Sea, alert: str) -> str:
    with psycopg.connect(sea.dsn) as connection:
        return incident(connection, alert).alert.state


def test_a_distress_that_nobody_took_cannot_be_silenced_and_then_can(person, sea):
    alert, page = rescue(sea.dsn), person()
    card(page, alert).click()
    acknowledge = page.get_by_role("button", name="Acknowledge", exact=True)
    expect(acknowledge).to_be_visible()
    expect(page.get_by_role("button", name="Snooze")).to_have_count(0)
    acknowledge.click()
    expect(page.locator("#inbox-open")).to_contain_text("taken by operator")
    page.get_by_role("button", name="Snooze").click()
    page.locator(".act-form select").select_option("30")
    page.get_by_label("Why it may be silent").fill("the lifeboat is alongside")
    page.locator(".act-form").get_by_role("button", name="Snooze").click()
    expect(page.locator("#inbox-open > .quiet")).to_contain_text("silent until")


def test_the_list_holds_still_under_the_pointer_and_says_what_is_new(person, sea):
    first, page = law(sea.dsn, 247_320_162), person()
    card(page, first).hover()
    place = card(page, first).bounding_box()
    second = rescue(sea.dsn)
    bar = page.locator("#inbox-new")
    expect(bar).to_have_text("1 new above, 1 of them a rescue")
    expect(page.locator("#sar-call")).to_be_visible()
    # A rescue is seen all the same: beside the list, where nothing moves for it.
    expect(page.locator("#inbox-fresh").locator(card(page, second))).to_be_visible()
    assert place == card(page, first).bounding_box()
    card(page, second).hover()  # who goes to it finds it there
    expect(page.locator("#inbox-fresh").locator(card(page, second))).to_be_visible()
    page.mouse.move(400, 400)
    expect(page.locator("#inbox-sar").locator(card(page, second))).to_be_visible()
    expect(bar).to_be_hidden()
    expect(page.locator("#inbox-fresh")).to_be_hidden()
    assert place["y"] < card(page, first).bounding_box()["y"]


def test_filters_hide_what_is_no_rescue_and_say_so(person, sea):
    police, page = law(sea.dsn, 247_320_162), person()
    alert = rescue(sea.dsn)
    expect(card(page, alert)).to_be_visible()
    page.locator("#inbox-settings-button").click()
    page.get_by_role("checkbox", name="Law enforcement", exact=True).uncheck()
    expect(card(page, police)).to_be_hidden()
    expect(page.locator(".hidden-note")).to_have_text(
        "1 hidden by filters; rescues are never hidden."
    )
    page.locator("#inbox-settings select").select_option("critical")
    expect(card(page, alert)).to_be_visible()
    assert page.get_by_role("checkbox", name=re.compile("rescue", re.IGNORECASE)).count() == 2


def test_an_office_sees_its_own_alerts_only(person, sea):
    police, own = law(sea.dsn, 247_320_162), rescue(sea.dsn)
    page = person("office", "c.catania", office="catania", member_state="ITA")
    expect(card(page, own)).to_be_visible()
    assert card(page, police).count() == 0
    assert police not in page.content()


def test_who_may_know_of_no_alert_has_no_inbox(person, sea):
    law(sea.dsn, 247_320_162)
    page = person("auditor")
    expect(page.locator("#hearing")).to_have_text("hearing 3 ships")
    expect(page.locator("#inbox")).to_be_hidden()
    assert page.evaluate("vedetta.concern.alerts.length") == 0


def test_with_nothing_open_it_says_since_when_it_looked_and_what_it_cannot_hear(person):
    page = person()
    empty = page.locator("#inbox-empty")
    expect(empty).to_contain_text("Nothing is open. Everything that came in since")
    expect(empty).to_contain_text("Most small boats carry no AIS")


def test_hostile_names_are_text(person, sea):
    alert, page = law(sea.dsn, 247_320_162, HOSTILE), person()
    expect(card(page, alert)).to_contain_text(HOSTILE)
    card(page, alert).click()
    expect(page.locator("#open-title")).to_contain_text(HOSTILE)
    assert page.locator("#inbox img").count() == 0


def test_everything_is_done_by_keys_and_letters_can_be_switched_off(person, sea):
    alert, page = law(sea.dsn, 247_320_162), person()
    expect(card(page, alert)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#open-title")).to_contain_text("MARIA K")
    expect(page.get_by_role("button", name="Comment")).to_be_visible()
    page.keyboard.press("c")
    page.keyboard.type("z k r")  # letters, and no commands, in a field
    page.keyboard.press("Enter")
    expect(page.locator("#inbox-open")).to_contain_text("operator remarked: z k r")
    page.keyboard.press("Escape")
    expect(card(page, alert)).to_be_focused()
    page.evaluate("document.body.dataset.keys = 'off'")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Comment")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_timeout(300)
    assert state(sea, alert) == "new"
    page.evaluate("document.body.dataset.keys = 'on'")
    page.keyboard.press("k")
    expect(page.locator("#inbox-open")).to_contain_text("taken by operator")


def test_the_page_of_an_alert_works_on_a_telephone_without_scripts(person, sea):
    alert = rescue(sea.dsn)
    page = person("office", "c.catania", path=f"/alerts/{alert}", office="catania",
                  member_state="ITA", size=(360, 740), scripts=False)  # fmt: skip
    expect(page.locator("svg.chartlet")).to_be_visible()
    assert page.locator("main").bounding_box()["width"] <= 360
    page.get_by_role("button", name="Prendere in carico l'allarme").click()
    expect(page.locator(".said.good")).to_contain_text("registrato a vostro nome")
    assert state(sea, alert) == "acknowledged"


def test_a_link_with_an_alert_opens_it_on_the_map(person, sea):
    alert = law(sea.dsn, 247_320_162)
    page = person(path=f"/alerts/{alert}")
    page.get_by_role("link", name="Show on the map").click()
    expect(page.locator("#open-title")).to_contain_text("MARIA K")


def test_a_map_that_lost_its_link_gets_the_alerts_of_meanwhile(person, sea):
    page = person()
    expect(page.locator("#inbox-empty")).to_contain_text("Nothing is open")
    page.evaluate("vedetta.link.socket.close()")
    alert = rescue(sea.dsn)
    expect(card(page, alert)).to_be_visible(timeout=15_000)


def test_who_sits_down_at_a_screen_without_sound_is_told_so(person, sea):
    page = person()
    listens(page)
    page.locator("#inbox-settings-button").click()
    page.get_by_label("Search and rescue sounds").uncheck()
    page.locator("#inbox-settings-button").click()
    page.reload()
    listens(page, "A rescue makes no sound here")


def test_an_inbox_that_stands_still_says_so(person, sea):
    page = person()
    rescue(sea.dsn)
    expect(page.locator(".card.sar")).to_be_visible()
    with psycopg.connect(sea.dsn) as connection:
        connection.execute("ALTER TABLE alert_change RENAME TO gone")
        connection.execute("UPDATE alert SET version = version + 1")
    expect(page.locator("#inbox-unread")).to_contain_text("Alerts are not read since")
    with psycopg.connect(sea.dsn) as connection:
        connection.execute("ALTER TABLE gone RENAME TO alert_change")
    expect(page.locator("#inbox-unread")).to_be_hidden()


def test_a_rescue_that_is_taken_is_heard_again_when_it_becomes_a_distress(person, sea):
    page = person()
    rescue(sea.dsn, severity="medium")
    listens(page)
    expect(page.locator(".card.sar")).to_be_visible()
    with psycopg.connect(sea.dsn) as connection:
        [(alert,)] = connection.execute("SELECT id FROM alert").fetchall()
        set_state(connection, alert, "acknowledged", "medium")
    expect(page.locator(".card.sar")).not_to_have_class(re.compile("waits"))
    heard = "vedetta.inbox.tones.heard.length"
    before = page.evaluate(heard)
    with psycopg.connect(sea.dsn) as connection:
        set_state(connection, alert, "acknowledged", "critical")
    until(lambda: page.evaluate(heard) > before)


def set_state(connection: psycopg.Connection, alert: str, state: str, severity: str) -> None:
    """Another version of an alert, as the service would have written it."""
    connection.execute(
        "UPDATE alert SET version = version + 1, state = %(state)s, severity = %(severity)s, "
        "content = (content::jsonb || jsonb_build_object('version', version + 1, "
        "'state', %(state)s::text, 'severity', %(severity)s::text)) WHERE id = %(id)s",
        {"state": state, "severity": severity, "id": alert},
    )
    connection.execute("NOTIFY vedetta_live")
