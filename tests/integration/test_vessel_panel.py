"""The panel of a vessel in a real Chromium: charts, what is known, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from playwright.sync_api import expect

from alerts.alert import Codes
from alerts.events import Fact
from geofence.builtin import builtin_zones
from geofence.visits import ENTERED, LEFT
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.connect import connect
from store.events import put_events
from store.writer import Writer
from tests.plugins.browsing import until
from tests.plugins.notices import event
from tests.plugins.rows import writes
from tests.plugins.sailed import MARIA, hour_ago, listed, sailed, told
from tests.plugins.seats import seats
from tests.plugins.where_and_who import visited

pytestmark = pytest.mark.browser

PORT = builtin_zones().of_kind("port").zones[0]


@pytest.fixture
def sea(dsn):
    begin = hour_ago()
    sailed(dsn, begin - timedelta(hours=2))
    # Twenty minutes are missing in the middle of the hour.
    with connect(dsn) as connection:
        start = begin - timedelta(minutes=90)
        end = start + timedelta(minutes=20)
        connection.execute("DELETE FROM position WHERE time >= %s AND time < %s", [start, end])
    listed(dsn, begin, handling="H2", contributor="ESP")
    told(dsn, begin, codes=Codes("H1"))
    began = int(begin.timestamp() * 1e6)
    facts = {"silent_for": Fact(5400.0, "s", 3600.0)}
    call = [np.datetime64(began - minutes * 60_000_000, "us") for minutes in (110, 95, 60)]
    [(visits, _)] = visited(mmsi=[MARIA] * 3, change=[ENTERED, LEFT, ENTERED], time=call,
                            since=[call[0], call[0], call[2]])  # fmt: skip
    with connect(dsn) as connection:
        put_events(connection, [event("gap", mmsi=MARIA, started_us=began, evidence=facts)])
    with Writer(dsn) as writer:
        block = writes(offset=writer.offset() + 10)
        writer.commit(replace(block, visits=((visits, ("none", PORT.id)),)))
    return dsn


@pytest.fixture
def opened(browser, sea):
    """Open the details of MARIA as somebody."""
    app = create_app(WebSettings(poll_s=0.2), sea)
    with running(app, WebSettings(port=0)) as address, seats(browser, address, sea) as sits:

        def opened(role: str = "analyst", **said):
            page = sits(role, path="/#8/35.9/15.3", **said)
            until(page, "vedetta.fleet.size === 3")
            page.evaluate("vedetta.openKey(1)")
            until(page, "document.querySelectorAll('.graph').length === 2")
            until(page, "document.querySelector('#panel-past').textContent.includes('Port calls')")
            return page

        yield opened


def test_charts_have_axes_units_and_gaps(opened) -> None:
    page = opened(clearance="H3")
    speed, course = page.locator(".graph").all()
    assert speed.locator("figcaption b").inner_text() == "Speed, kn"
    assert course.locator("figcaption b").inner_text() == "Course, °"
    assert course.locator(".value").all_text_contents() == ["0", "90", "180", "270", "360"]
    assert len(speed.locator(".time").all()) >= 2
    # Before the first report, the middle, after the last.
    assert speed.locator(".gap").count() == 2
    assert speed.locator(".curve").get_attribute("d").count("M") == 2


def test_values_are_read_by_pointer_and_by_keys(opened) -> None:
    page = opened(clearance="H3")
    plot = page.locator(".graph .plot").first
    plot.hover(position={"x": 150, "y": 40})
    assert page.locator(".graph output").first.inner_text().startswith("12.0 kn · ")
    plot.focus()
    page.keyboard.press("End")
    last = page.locator(".graph output").first.inner_text()
    page.keyboard.press("Shift+ArrowLeft")
    assert page.locator(".graph output").first.inner_text() != last
    assert "Arrow keys read the values" in plot.get_attribute("aria-label")


def test_a_chart_is_a_table_too(opened) -> None:
    page = opened(clearance="H3")
    page.locator(".graph summary").first.click()
    until(page, "document.querySelectorAll('.graph table tr').length > 5")
    assert page.locator(".graph table td").nth(1).inner_text() == "12.0 kn"


def test_hours_choose_the_charts_and_the_track(opened) -> None:
    page = opened(clearance="H3")
    page.click("#panel-charts .choice >> text=72 h")
    until(page, "document.querySelector('.choice [aria-pressed=true]').textContent === '72 h'")
    note = "document.querySelector('#track-note').textContent"
    until(page, note, lambda text: "last 72 h" in (text or ""))


def test_who_may_know_sees_list_alert_call_and_event(opened, sea) -> None:
    page = opened(clearance="H3")
    until(page, "!document.querySelector('#panel-known').hidden")
    known = page.inner_text("#panel-known")
    assert "sold twice" not in known
    assert "H2" in known
    page.get_by_role("link", name="Say for what you read the list").click()
    page.get_by_label("Purpose, in a few words").fill("watch of May")
    page.keyboard.press("Enter")
    expect(page.get_by_text("sold twice").first).to_be_visible()
    page.goto(page.url.partition("/watchlist")[0] + "/#8/35.9/15.3")
    until(page, "window.vedetta?.fleet.size === 3")
    page.evaluate("vedetta.openKey(1)")
    until(page, "document.querySelector('#panel-known').textContent.includes('sold twice')")
    link = page.locator("#panel-known .law a")
    assert link.get_attribute("href") == "/alerts/A-0123456789ab"
    shown = "document.querySelector('#panel-past').innerText"
    past = until(page, shown, lambda text: text and PORT.name in text)
    assert "· 15 min" in past
    assert "malta" in past
    assert "end not heard; last heard there" in page.inner_text("#panel-past")
    assert "there still" not in page.inner_text("#panel-past")
    page.click("#panel-past summary")
    assert "Silent for" in page.inner_text("#panel-past dl")
    assert "5400 s (held against 3600)" in page.inner_text("#panel-past dl")
    with connect(sea) as connection:
        assert len(audit.rows(connection, action="vessel.consult")) == 1


def test_who_may_not_know_sees_a_vessel_like_any_other(opened) -> None:
    page = opened("operator", clearance="H1")
    assert "sold twice" not in page.inner_text("#drawer")
    assert "On the list" not in page.inner_text("#drawer")
    assert "None that you may see" in page.inner_text("#panel-past")


def test_who_has_no_part_in_the_work_is_not_asked_to_wait_for_it(opened) -> None:
    page = opened("auditor")
    assert "Events" not in page.inner_text("#panel-past")
    assert "Not loaded" not in page.inner_text("#drawer")


def test_other_parts_hang_their_deeds_in(opened) -> None:
    page = opened(clearance="H3")
    page.evaluate("""vedetta.on.vessel.push((mmsi) => ({ title: "Sisters", href: `/d/${mmsi}` }),
        () => ({ title: "Nobody", deed: "people.manage", href: "/x" }), () => null); 0""")
    page.evaluate("vedetta.drawer.close(); vedetta.openKey(1)")
    until(page, "document.querySelector('#drawer .hooked a[href^=\"/d/\"]') !== null")
    led = [one.get_attribute("href") for one in page.locator("#drawer .hooked a").all()]
    assert {f"/d/{MARIA}", f"/dossiers/new?vessel={MARIA}"} <= set(led)
    assert "/x" not in led
