"""The live map as one product: pages in the bar, keys of the alerts, cases, in a real Chromium."""

from __future__ import annotations

import datetime as dt
import re

import psycopg
import pytest
from playwright.sync_api import Page, expect

from alerts.contacts import Contact
from store import cases as kept
from store.case_parts import Case, Member
from store.changes import Change
from store.contacts import add_contact
from tests.integration.test_inbox import (
    CALL,
    address,
    card,
    law,
    person,
    rescue,
    state,
)
from tests.plugins import people
from tests.plugins.alerted import now_us
from tests.plugins.browsing import click_ship, until
from tests.plugins.seas import MMSI

__all__ = ["address", "person"]  # fixtures

pytestmark = pytest.mark.browser


def shown_pages(page: Page) -> list[str]:
    expect(page.locator(".nav-box")).to_be_visible()
    if page.locator("#nav-button").is_visible():
        page.click("#nav-button")
    return [line for line in page.locator("#nav").inner_text().split("\n") if line]


def test_the_map_leads_to_the_same_pages_as_their_bar(person) -> None:
    page = person("supervisor")
    words = shown_pages(page)
    assert words == ["Map", "Alerts", "Log", "Cases", "List", "Contacts", "Zones", "Audit",
                     "Analysis", "Find", "Trends", "Links", "Lead time", "Exports"]  # fmt: skip
    page.locator("#nav").get_by_role("link", name="Cases").click()
    page.wait_for_url("**/cases")
    bar = page.locator("header nav")
    assert bar.locator("> a, summary, div a").all_text_contents() == words
    bar.get_by_text("Analysis").focus()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(bar.get_by_role("link", name="Exports")).to_be_focused()
    page.keyboard.press("Escape")
    expect(bar.get_by_role("link", name="Exports")).to_be_hidden()
    page.locator("header nav").get_by_role("link", name="Map").click()
    until(page, "vedetta.layer.count === 3")


def test_each_sees_the_pages_of_their_rights(person) -> None:
    assert shown_pages(person("administrator")) == ["Map", "Zones", "People"]


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_bar_has_room_for_what_is_in_it(person, width) -> None:
    page = person("supervisor", size=(width, 720))
    until(page, "vedetta.layer.count > 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    bar = page.locator("header.bar")
    assert bar.evaluate("(bar) => bar.scrollWidth <= bar.clientWidth")
    if width < 1800:
        page.click("#nav-button")
        box = page.locator("#nav").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
        expect(page.locator("#nav")).to_be_hidden()
        expect(page.locator("#nav-button")).to_be_focused()


def test_from_a_ship_on_the_map_k_leads_into_her_alert_and_takes_it_only_there(
    person, sea
) -> None:
    alert = law(sea.dsn, MMSI)  # of a ship on the map
    page = person()
    expect(card(page, alert)).to_be_visible()
    click_ship(page, 1)
    expect(page.get_by_role("button", name="Acknowledge", exact=True)).to_be_visible()
    page.keyboard.press("k")  # the focus is where the click left it
    expect(page.locator("#inbox-open")).to_be_focused()
    expect(page.locator("#inbox-open")).to_contain_text("K again, in this frame")
    assert not page.evaluate("vedetta.replay.on")
    assert state(sea, alert) == "new"
    page.keyboard.press("k")
    expect(page.locator("#inbox-open")).to_contain_text("taken by operator")


def test_in_an_alert_its_letters_never_reach_the_map(person, sea) -> None:
    alert = law(sea.dsn, MMSI)
    page = person()
    card(page, alert).click()
    expect(page.get_by_role("button", name="Acknowledge", exact=True)).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("#inbox-open")).to_contain_text("taken by operator")
    page.locator("#inbox-open").focus()
    page.keyboard.press("k")  # done already
    page.wait_for_timeout(300)
    assert page.evaluate("vedetta.replay.on") is False


def test_letters_that_are_switched_off_begin_no_replay(person) -> None:
    page = person()
    until(page, "vedetta.replay.allowed")
    page.evaluate("document.body.dataset.keys = 'off'")
    page.keyboard.press("k")
    assert page.evaluate("vedetta.replay.on") is False


def test_an_alert_whose_ship_is_not_in_the_picture_stands_at_its_place(person, sea) -> None:
    call, other = rescue(sea.dsn), law(sea.dsn, MMSI)
    page = person()
    expect(card(page, other)).to_be_visible()
    drawn = "vedetta.concern.drawn.map(({ alert }) => alert?.id).join()"
    until(page, drawn, lambda ids: ids == call)
    assert page.evaluate(f"vedetta.concern.byVessel.get({CALL}).id") == call


def test_a_panel_never_lies_on_a_rescue_that_waits(person, sea) -> None:
    alert, page = rescue(sea.dsn), person("supervisor")
    expect(page.locator("#sar-call")).to_be_visible()
    for button, panel in (("#zones-button", "#zones"), ("#sighting-button", ".hand-panel")):
        page.click(button)
        page.wait_for_timeout(200)
        call, box = (page.locator(of).bounding_box() for of in ("#sar-call", panel))
        assert box["y"] >= call["y"] + call["height"]
    page.locator("#sar-call button").click()
    expect(page).to_have_url(re.compile(f"alert={alert}"))


SEEN = """[...document.querySelectorAll('#sar-call, #sar-call button')].every((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && bottom - top > 20
        && [0.02, 0.3, 0.6, 0.98].every((share) => document
            .elementFromPoint(left + share * (right - left), (top + bottom) / 2)
            ?.closest('#sar-call'));
})"""


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (390, 844)])
def test_the_call_of_a_rescue_stays_in_sight_whatever_is_opened(person, sea, size) -> None:
    rescue(sea.dsn)
    page = person("supervisor", size=size)
    expect(page.locator("#sar-call")).to_be_visible()
    menu = "#nav-button" if size[0] < 1800 else ".group summary"
    for button, opened in ((menu, "#nav"), ("#feeds", "#feeds-list"), ("#help-button", "#help")):
        page.click(button)
        until(page, SEEN)
        call, box = (page.locator(of).bounding_box() for of in ("#sar-call", opened))
        bar = size[0] >= 1800 and opened == "#nav"  # there the pages stand in the bar itself
        assert bar or box["y"] >= call["y"] + call["height"]
        page.keyboard.press("Escape")
    page.click("#help-button")
    page.locator("#sar-call button").click()
    expect(page.locator("#inbox-open")).to_be_visible()


def test_the_call_of_a_rescue_stays_in_sight_on_a_telephone_with_a_vessel_open(
    person, sea
) -> None:
    rescue(sea.dsn)
    page = person(size=(390, 844))
    until(page, "vedetta.layer.count > 0")
    page.evaluate("vedetta.openKey(1)")
    expect(page.locator("#drawer")).to_be_visible()
    until(page, SEEN)


def test_alerts_of_now_leave_the_map_with_the_replay(person, sea) -> None:
    alert, page = rescue(sea.dsn), person()
    until(page, "vedetta.concern.drawn.length === 1")
    page.locator("#map_live").focus()
    page.keyboard.press("k")
    until(page, "vedetta.replay.on && vedetta.concern.alerts.length === 0")
    expect(card(page, alert)).to_be_visible()


def test_a_contact_has_one_mark_and_its_card_opens_by_key(person, sea) -> None:
    page = person()
    until(page, "vedetta.layer.count === 3")
    with psycopg.connect(sea.dsn) as connection:
        one = Contact("aircraft", 15.3, 35.9, 2, now_us(), "wooden boat <i>blue</i>", persons=40)
        change = Change("operator", "Osprey 2", dt.datetime.now(dt.UTC))
        entered = add_contact(connection, one, change)
        connection.execute("NOTIFY vedetta_live")
    until(page, "vedetta.concern.drawn.length === 1")
    page.locator("#map_live").focus()
    page.keyboard.press("Enter")
    told = page.locator(".leaflet-popup")
    expect(told).to_contain_text(f"{entered.id}, 40 persons")
    expect(told).to_contain_text("wooden boat <i>blue</i>")
    assert page.locator(".leaflet-marker-icon").count() == 0


def opened_case(dsn: str, name: str) -> str:
    account = people.add(dsn, "supervisor", name)
    now = dt.datetime.now(dt.UTC)
    review = now.date() + dt.timedelta(days=90)
    case = Case("Ghost ships", "request", "114", "report 114", review)
    lead = Member(account.id, account.name, "lead")
    with psycopg.connect(dsn) as connection:
        return kept.open_case(connection, case, lead, Change(name, "report 114", now)).id


def test_vessel_and_alert_are_added_to_a_case(person, sea) -> None:
    alert = law(sea.dsn, MMSI)
    case = opened_case(sea.dsn, "g.serra")
    page = person("supervisor", "g.serra")
    card(page, alert).click()
    for place, said in (("#inbox-open", "The alert is in the case"),
                        ("#drawer", "The vessel is in the case")):  # fmt: skip
        within = page.locator(place)
        within.get_by_role("button", name="Add to case").click()
        within.get_by_label("Note").fill("seen twice")
        within.get_by_role("button", name="Add", exact=True).click()
        expect(within).to_contain_text(said)
        expect(within.get_by_role("link", name=f"Open {case}")).to_be_focused()
        click_ship(page, 1)
    with psycopg.connect(sea.dsn) as connection:
        items = {(one.kind, one.ref) for one in kept.whole(connection, case).items}
    assert items == {("vessel", str(MMSI)), ("alert", alert)}


def test_who_has_no_case_is_told_and_who_may_not_is_not_offered_it(person, sea) -> None:
    alert = law(sea.dsn, MMSI)
    page = person("analyst", "n.costa")
    card(page, alert).click()
    page.get_by_role("button", name="Add to case").click()
    expect(page.locator("#inbox-open form")).to_contain_text("You have no open case")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Add to case")).to_be_focused()
    operator = person()
    card(operator, alert).click()
    click_ship(operator, 1)
    expect(operator.locator("#panel-known")).to_contain_text("Alerts")
    assert operator.get_by_role("button", name="Add to case").count() == 0
