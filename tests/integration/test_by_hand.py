"""Importing zones, proposing and releasing by two people, and a sighting: in a real Chromium."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import shapely
from playwright.sync_api import Browser, Page

from geofence.files.writing import write_zones
from geofence.zones import Zone
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.contacts import contacts_now
from store.watchlist import in_force
from store.zones import zones_now
from tests.plugins.browsing import click_at
from tests.plugins.browsing import until as seen
from tests.plugins.memory import MemorySource
from tests.plugins.seats import seats

pytestmark = pytest.mark.browser


@pytest.fixture
def address(dsn: str) -> Iterator[str]:
    app = create_app(WebSettings(poll_s=0.2), dsn, source=MemorySource().heard_now())
    with running(app, WebSettings(port=0)) as address:
        yield address


@pytest.fixture
def enter(browser: Browser, dsn: str, address: str) -> Iterator[Callable[..., Page]]:
    """A page of somebody of a role."""
    with seats(browser, address, dsn) as sits:
        yield sits


def test_a_file_of_zones_is_seen_on_a_map_before_it_is_applied(enter, dsn, tmp_path: Path) -> None:
    box = shapely.normalize(shapely.box(14.0, 40.7, 14.2, 40.9))
    path = tmp_path / "patrol.gpkg"
    write_zones([Zone("patrol-a", "Patrol <b>A</b>", "custom", box, "partners", "own")], path)
    page = enter("analyst")
    page.goto("/zones/import")
    page.get_by_label("GeoPackage, Shapefile").set_input_files(path)
    page.get_by_role("button", name="Show what would change").click()
    page.wait_for_selector("#preview")
    seen(page, "window.preview?.zones.getLayers().length === 1")
    assert page.locator("#preview canvas").count() == 1
    assert page.evaluate("preview.map.getBounds().contains([40.8, 14.1])")
    with psycopg.connect(dsn) as connection:
        assert zones_now(connection) == []
    page.get_by_label("Why it is imported").fill("exchange of May")
    page.get_by_role("button", name="Put 1 zone in force").click()
    page.wait_for_selector("text=1 new, 0 changed")
    page.get_by_role("link", name="patrol-a").click()
    assert "Patrol <b>A</b>" in page.locator("h1").inner_text()


def test_how_much_of_a_file_is_sent_is_shown_and_one_too_large_is_not_sent(
    enter, tmp_path: Path
) -> None:
    path = tmp_path / "asked.csv"
    path.write_text("mmsi\n" + "247000001\n" * 6_000)
    page = enter("analyst")
    page.goto("/watchlist/check")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.method))
    # A network that is slow enough for somebody to watch.
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions",
              {"offline": False, "latency": 0, "downloadThroughput": -1,
               "uploadThroughput": 20_000})  # fmt: skip
    page.get_by_label("A file: CSV").set_input_files(path)
    page.get_by_label("For what it is asked").fill("port call")
    page.get_by_role("button", name="Cross-check").click()
    seen(page, "document.querySelector('.sending progress')?.value > 0")
    assert "KiB sent" in page.locator(".sending output").inner_text()
    page.wait_for_selector("h1:has-text('asked.csv')")
    page.goto("/watchlist/check")
    page.evaluate("document.querySelector('form[data-most]').dataset.most = 1000")
    sent.clear()
    page.get_by_label("A file: CSV").set_input_files(path)
    page.get_by_label("For what it is asked").fill("port call")
    page.get_by_role("button", name="Cross-check").click()
    assert (
        "at most 1 KiB come by the browser: divide it"
        in page.locator(".sending output").inner_text()
    )
    assert "POST" not in sent


def propose(page: Page) -> str:
    """Propose an entry by the form, with keys and labels as a person does; its address."""
    page.goto("/watchlist/new")
    page.get_by_label("Purpose, in a few words").fill("report 114")
    page.keyboard.press("Enter")
    review = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=200)).isoformat()
    for label, text in (
        ("Name", "GHOST"), ("MMSI", "671000009"), ("Reason for listing, needed", "loitered"),
        ("Contributor, needed", "MLT"), ("Review by, needed", review),
        ("Why it is proposed", "report 114"),
    ):  # fmt: skip
        page.get_by_label(label, exact=label in {"Name", "MMSI"}).fill(text)
    page.get_by_label("Priority").select_option("high")
    page.get_by_role("button", name="Propose the entry").click()
    page.wait_for_selector("text=Proposed: version 1")
    return page.url


def test_what_one_proposes_another_releases(enter, dsn) -> None:
    author, other = enter("supervisor", "rossi"), enter("supervisor", "bianchi")
    entry = propose(author)
    author.get_by_label("Why it is released or refused").fill("mine")
    author.get_by_role("button", name="Release version 1").click()
    assert "another person has to (four eyes)" in author.locator("main").inner_text()
    other.goto(entry)
    other.get_by_label("Purpose, in a few words").fill("release of proposals")
    other.get_by_role("button", name="Read the list").click()
    other.wait_for_selector("text=Proposed: version 1")
    assert other.url == entry
    other.get_by_label("Why it is released or refused").fill("read it")
    other.get_by_role("button", name="Release version 1").click()
    other.wait_for_selector("text=In force: version 1")
    with psycopg.connect(dsn) as connection:
        [released] = in_force(connection)
    assert (released.author, released.released_by) == ("rossi", "bianchi")


def test_pages_fit_a_telephone(enter) -> None:
    page = enter("supervisor", size=(360, 720))
    propose(page)
    for path in (page.url, "/watchlist", "/watchlist/new", "/watchlist/check", "/zones",
                 "/zones?kind=port", "/zones/import", "/contacts", "/contacts/new"):  # fmt: skip
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path


def test_a_sighting_is_entered_on_the_map(enter, dsn) -> None:
    page = enter("operator")
    page.goto("/#9/35.4/15.0")
    page.wait_for_selector("#sighting-button")
    assert page.locator("#draw-button").count() == 0
    page.click("#sighting-button")
    seen(page, "Boolean(vedetta.sighting)")
    click_at(page, 35.3, 15.1)
    assert page.get_by_label("Where", exact=True).input_value().startswith("35°")
    page.wait_for_selector("text=Nearest ships and units")
    page.get_by_label("What it is").fill("wooden boat <i>blue</i>")
    page.get_by_label("Persons, if known").fill("40")
    page.get_by_label("Who told of it").select_option("aircraft")
    page.get_by_label("Why it is entered").fill("Osprey 2")
    page.get_by_role("button", name="Enter the sighting").click()
    page.wait_for_selector("text=is entered, sighting 1")
    seen(page, "vedetta.concern.drawn.some(({ contact }) => contact)")
    with psycopg.connect(dsn) as connection:
        [one] = contacts_now(connection)
    assert one.contact.lat == pytest.approx(35.3, abs=0.01)
    assert (one.contact.persons, one.author) == (40, "operator")
    page.keyboard.press("Escape")
    click_at(page, 35.3, 15.1)
    page.wait_for_selector(".leaflet-popup >> text=Reports, close")
    assert "wooden boat <i>blue</i>" in page.locator(".leaflet-popup").inner_text()
    assert page.locator(".leaflet-marker-icon").count() == 0  # one mark, the canvas' own


def test_a_place_is_reckoned_from_a_ship_by_name(enter, dsn) -> None:
    page = enter("operator")
    page.goto("/?sighting=here#8/35.4/15.0")
    seen(page, "Boolean(window.vedetta?.sighting)")
    page.get_by_text("Bearing and distance from a place or vessel").click()
    page.get_by_label("From a port, zone or vessel").fill("MARIA K")
    page.keyboard.press("Tab")
    page.wait_for_selector("option:has-text('MARIA K (vessel)')", state="attached")
    page.get_by_label("Bearing from it, °").fill("180")
    page.get_by_label("Distance, nm").fill("60")
    page.get_by_role("button", name="Reckon the place").click()
    lat, lon = page.evaluate("vedetta.sighting.at")
    assert (lat, lon) == (pytest.approx(34.9, abs=0.01), pytest.approx(14.5, abs=0.01))
    said = page.locator(".hand-said").inner_text()
    assert said.startswith("180°, 60 nm from MARIA K MMSI 247000001, position ")
    page.get_by_label("What it is").fill("rubber boat")
    page.get_by_label("Why it is entered").fill("by radio")
    page.get_by_role("button", name="Enter the sighting").click()
    page.wait_for_selector("text=is entered, sighting 1")
    with psycopg.connect(dsn) as connection:
        assert contacts_now(connection)[0].contact.reckoned == said
