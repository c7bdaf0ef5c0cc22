"""Hand-over and cases in a real Chromium, with the real database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from service.web.files import WebFiles
from tests.plugins import people
from tests.plugins.desks import Desk, desk, put_alert

pytestmark = pytest.mark.browser


@pytest.fixture
def room(dsn: str, files: WebFiles) -> Iterator[Desk]:
    with desk(dsn, files=files, exercise=True) as made:
        yield made


@pytest.fixture
def files(tmp_path: Path) -> WebFiles:
    """Our files with an empty Leaflet: these pages have no map."""
    dist = tmp_path / "leaflet" / "dist"
    dist.mkdir(parents=True)
    for name in ("leaflet.js", "leaflet.css"):
        (dist / name).write_text("/* none */")
    return WebFiles(tmp_path)


def opened(room: Desk, browser: Browser, role: str, name: str) -> Page:
    """A page of somebody who is signed in; its faults fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_cookies([people.cookie(room.address, people.token(room.dsn, role, name))])
    page = context.new_page()
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda said: page.faults.append(said.text) if said.type == "error" else None,  # type: ignore[attr-defined]
    )
    return page


def narrow(page: Page) -> bool:
    """Tell whether a page fits on a telephone without scrolling sideways."""
    page.set_viewport_size({"width": 360, "height": 740})
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 720})
    return bool(fits)


def test_a_watch_is_handed_over_and_signed_by_both(room, browser) -> None:
    put_alert(room.dsn, 1, "distress", headline="a call for help")
    anna = opened(room, browser, "operator", "anna")
    anna.goto(f"{room.address}/log")
    anna.fill("#text", "called MRCC Rome\nthey take it on")
    anna.click("text=Add the note")
    anna.wait_for_url("**/log?did=note#notes")
    assert narrow(anna)
    anna.click("text=Hand over this watch")
    assert "Open: a call for help" in anna.input_value("#summary")
    anna.fill("#summary", anna.input_value("#summary") + "Rome has it.")
    assert narrow(anna)
    # By keyboard alone: the password, then enter.
    anna.focus("#password")
    anna.keyboard.type(people.PASSWORD)
    anna.keyboard.press("Enter")
    anna.wait_for_url("**/log/hand-overs/W-*")
    boris = opened(room, browser, "operator", "boris")
    boris.goto(anna.url)
    boris.fill("#own", people.PASSWORD)
    boris.click("text=Sign and take over >> nth=0")
    boris.wait_for_selector("h3:has-text('Taken over by') + p:has-text('Boris')")
    assert boris.locator("#sign").count() == 0
    assert "they take it on" in boris.inner_text("main")
    assert narrow(boris)
    boris.emulate_media(media="print")
    assert not boris.is_visible("header.bar")
    assert "EXERCISE" in boris.inner_text(".paper-foot")
    assert anna.faults + boris.faults == []


def test_a_case_is_opened_filled_and_read_by_a_member(room, browser, tmp_path) -> None:
    people.add(room.dsn, "operator", "rita")
    lena = opened(room, browser, "analyst", "lena")
    lena.goto(f"{room.address}/cases")
    lena.click("text=New case")
    lena.fill("#title", "Grey fleet off Crete")
    lena.fill("#basis", "Regulation (EU) 2019/1896")
    lena.fill("#reference", "GRC-2026-117")
    lena.fill("#reason", "inquiry into the grey fleet")
    lena.fill("#review_by", str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)))
    assert narrow(lena)
    lena.click("button:has-text('Open the case')")
    lena.wait_for_url("**/cases/K-*")
    lena.fill("#vessel-ref", "247000001")
    lena.fill("#vessel-note", "the mother ship")
    lena.click("text=Add the vessel")
    lena.wait_for_selector("td:has-text('the mother ship')")
    (tmp_path / "letter.html").write_text("<script>document.title = 'hit'</script>")
    lena.set_input_files("#file", tmp_path / "letter.html")
    lena.click("text=Add the file")
    lena.wait_for_selector("td:has-text('letter.html')")
    with lena.expect_download() as got:
        lena.click("a:has-text('F-000001')")
    assert got.value.suggested_filename == "F-000001.txt"
    lena.fill("#name", "rita")
    lena.click("text=Set the role")
    lena.wait_for_selector("td:has-text('Rita')")
    assert narrow(lena)
    rita = opened(room, browser, "operator", "rita")
    rita.goto(lena.url.partition("?")[0])
    assert "the mother ship" in rita.inner_text("main")
    assert rita.locator("button:has-text('Add')").count() == 0
    stranger = opened(room, browser, "analyst", "sven")
    stranger.goto(rita.url)
    assert "no such case" in stranger.inner_text("main")
    assert lena.faults + rita.faults == []
