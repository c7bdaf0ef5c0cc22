"""The page of links in a real Chromium: read by everybody, walked by keyboard, evidence opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.web.files import WebFiles
from tests.plugins import linked, people
from tests.plugins.browsing import faults
from tests.plugins.database import fresh_database
from tests.plugins.desks import Desk, desk
from tests.plugins.linked import MARIA, NAMES, STELLA

pytestmark = pytest.mark.browser

PAGE = f"/links?vessel={MARIA}&hops=3&to=247000005"


@pytest.fixture(scope="module")
def room(database_server, tmp_path_factory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("files")
    dist = folder / "leaflet" / "dist"
    dist.mkdir(parents=True)
    for name in ("leaflet.js", "leaflet.css"):
        (dist / name).write_text("/* none */")
    with fresh_database(database_server) as dsn:
        linked.fill(dsn)
        with desk(dsn, files=WebFiles(folder), exercise=True) as made:
            yield made


@pytest.fixture
def page(room: Desk, browser: Browser) -> Iterator[Page]:
    """The page of MARIA for an analyst who said why; its faults fail the test."""
    token = people.token(room.dsn, "analyst", "lena", clearance="H3")
    with people.signed_in(room.address, token) as client:
        client.post("/watchlist/purpose", data={"purpose": "case 12", "to": "/log"})
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_cookies([people.cookie(room.address, token)])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(room.address + PAGE)
    yield page
    assert wrong == []
    context.close()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.dataset.id ?? document.activeElement.id")


def test_it_can_be_read_by_everybody_in_both_themes(page: Page) -> None:
    assert faults(page) == []


def test_the_arrow_keys_walk_from_vessel_to_vessel_and_enter_opens_one(page: Page) -> None:
    page.locator(f'.node[data-id="{MARIA}"]').focus()
    seen = {focused(page)}
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
        seen.add(focused(page))
    assert len(seen) > 2
    assert page.locator('#network a[tabindex="0"]').count() == 1
    # What belongs to the vessel stands out in the table too.
    assert page.locator("tr.near").count() > 0
    here = focused(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/links?vessel={here}*")


def test_a_line_leads_to_its_row_and_the_row_to_the_evidence(page: Page) -> None:
    edge = page.locator(f'.edge[data-one="{MARIA}"][data-other="{STELLA}"]')
    edge.focus()
    page.keyboard.press("Enter")
    row = page.locator(f'tr[data-one="{MARIA}"][data-other="{STELLA}"]')
    expect(row).to_be_focused()
    row.get_by_role("link", name=f"Alert {linked.MET}").click()
    page.wait_for_url(f"**/alerts/{linked.MET}")


def test_a_hostile_name_is_drawn_and_does_nothing(page: Page) -> None:
    label = page.locator('.node[data-id="247000007"] text')
    assert label.text_content() == NAMES[linked.CONSORT]
    assert page.locator("svg b").count() == 0


def test_names_stay_readable_on_a_wall_and_on_a_telephone(page: Page) -> None:
    text = page.locator(f'.node[data-id="{MARIA}"] text')
    # A wall is read from twice as far: all of a page is twice as large there.
    for width, height, times in ((3840, 2160, 2), (1280, 720, 1), (420, 800, 1)):
        page.set_viewport_size({"width": width, "height": height})
        expect(text).to_be_visible()
        tall = text.evaluate("(one) => one.getBoundingClientRect().height")
        assert 10 < tall / times < 24
        drawing = page.locator(".drawing > svg").bounding_box()
        assert drawing["height"] < height
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
