"""Every page of the table of rights in a real Chromium, by day and by night: axe shuts nobody out.

A page is one that answers HTML. A new route of ``ROUTES`` with a placeholder needs a line in
``SAMPLES``; one without is asked as it stands. With VEDETTA_SCREENSHOTS a folder, what was looked
at is kept there for people: each page by day and night, at 1280×720 and on the wall.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from service.rights import DEEDS, ROLES
from service.web.rights import MACHINE, PUBLIC, ROUTES
from tests.plugins import linked, people, sailed
from tests.plugins.browsing import SCREEN, faults, until, wear
from tests.plugins.database import fresh_database
from tests.plugins.furnished import ZONES, Furnished, furnished

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]
FIRST = ("supervisor", "administrator", *ROLES)
"""Who looks at a page: the first of them who may."""
SAMPLES = {
    "/ack/{token}": ("/ack/{ack}", "/ack/{ack_el}", "/ack/cut"),
    "/people/{account}": ("/people/{account}",),
    "/audit": ("/audit", "/audit?who=supervisor"),
    "/audit/{number:int}": ("/audit/{audit}",),
    "/cases/{id}": ("/cases/{case}",),
    "/cases/{id}/files/{file}": ("/cases/{case}/files/F-000001",),
    "/log/hand-overs/{id}": ("/log/hand-overs/{hand_over}",),
    "/zones": ("/zones", "/zones?kind=port"),
    "/zones/{id}": ("/zones/{zone}",),
    "/watchlist/check/{token}": ("/watchlist/check/{checked}",),
    "/watchlist/{id}": ("/watchlist/{entry}", "/watchlist/{proposed}"),
    "/watchlist/{id}/edit": ("/watchlist/{entry}/edit",),
    "/watchlist/{id}/persons": ("/watchlist/{entry}/persons",),
    "/contacts/{id}": ("/contacts/{contact}",),
    "/alerts": ("/alerts", "/alerts?state=all"),
    "/alerts/{id}": ("/alerts/{sar}", "/alerts/{law}"),
    "/exports/new": ("/exports/new", f"/exports/new?kind=tracks&vessel={sailed.MARIA}"),
    "/exports/{id}": ("/exports/{export}",),
    "/exports/{id}/file": ("/exports/{export}/file",),
    "/exports/{id}/sidecar": ("/exports/{export}/sidecar",),
    "/dossiers/new": ("/dossiers/new", f"/dossiers/new?vessel={sailed.MARIA}"),
    "/evidence/new": ("/evidence/new?alert={law}",),
    "/links": ("/links", f"/links?vessel={linked.MARIA}"),
    "/find": (
        "/find?q=near&at=35.9+14.6&time={now}", "/find?q=in-turn", "/find?q=gaps",
        "/find?q=mother-ship", "/find?q=no-port", "/find?q=first-seen",
    ),
    "/trends/document": ("/trends/document?until=2026-11-23&format=html",),
}  # fmt: skip
"""Path of a route: the addresses that are looked at; names in braces are ids of the desk."""
TELEPHONE = {"width": 390, "height": 780}
SIZES = {"desk": SCREEN, "wall": {"width": 3840, "height": 2160}}
FILES = {
    "patrol.geojson": ZONES,
    "partners.csv": "mmsi,name,reason,contributor,review_by,handling,source_grade,info_grade,tlp,"
    "priority\n671000077,GREY,met at sea,MLT,2099-01-01,H1,B,3,amber,low\n671000078,,,,,,,,,\n",
    "asked.csv": f"mmsi\n{linked.MARIA}\n671000001\n",
}
ASKED_FOR_MACHINES = ("/tiles/", "/api/v1/", "/assets/", "/health", "/metrics")


@pytest.fixture(scope="module")
def desk(database_server, tmp_path_factory) -> Iterator[Furnished]:
    with (
        fresh_database(database_server) as dsn,
        furnished(dsn, tmp_path_factory.mktemp("exports")) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def page(browser: Browser, desk: Furnished) -> Iterator[Page]:
    with browser.new_context(viewport=SCREEN, base_url=desk.address) as context:
        page = context.new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        yield page


def pages() -> list[str]:
    """The addresses of all pages, as templates."""
    found = []
    for method, path in ROUTES:
        if method == "GET" and not path.startswith(ASKED_FOR_MACHINES):
            assert path in SAMPLES or "{" not in path, f"{path}: say in SAMPLES what to look at"
            found += [(path, one) for one in SAMPLES.get(path, (path,))]
    return found


def role_for(path: str) -> str:
    deed = ROUTES["GET", path]
    may = [one for one in FIRST if deed == MACHINE or one in DEEDS.get(deed, ())]
    return "" if deed == PUBLIC else may[0]


def sits(page: Page, desk: Furnished, role: str) -> None:
    """Have the browser be somebody of ``role``, "" = nobody who is signed in."""
    page.context.clear_cookies()
    if role:
        page.context.add_cookies([people.cookie(desk.address, desk.token(role))])


def is_page(desk: Furnished, role: str, address: str) -> bool:
    """Tell whether HTML is answered, and not a file; it has to be there."""
    cookie = people.headers(desk.token(role)) if role else {}
    answer = httpx.get(desk.address + address, headers=cookie, verify=people.NO_TLS, timeout=60)
    assert answer.status_code in {200, 303} or address == "/ack/cut", (address, answer.text)
    said = answer.headers
    file = "content-disposition" in said
    return not file and (not answer.content or said["content-type"].startswith("text/html"))


def look(page: Page, name: str, view: dict[str, int] = SCREEN) -> list[str]:
    """Return what axe finds on the page as it stands; keep pictures of it where they are asked."""
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    found = faults(page)
    if folder := os.environ.get("VEDETTA_SCREENSHOTS"):
        views = SIZES if view is SCREEN else {"telephone": view}
        for (size, other), theme in itertools.product(views.items(), ("day", "night")):
            page.set_viewport_size(other)
            wear(page, theme)
            page.wait_for_timeout(300)  # a picture of a page that is still laid out is none
            page.screenshot(path=Path(folder) / f"{name}-{size}-{theme}.png")
        page.set_viewport_size(view)
    return found


def overflows(page: Page) -> list[str]:
    """Tell of a page that a telephone shows only in part."""
    page.set_viewport_size(TELEPHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(SCREEN)
    return [f"{page.url} is {wide} px too wide for a telephone"] if wide > 0 else []


def test_no_page_shuts_anybody_out(desk, page) -> None:
    found, seen = [], []
    for path, sample in pages():
        role, address = role_for(path), sample.format(**desk.ids)
        if path == "/" or not is_page(desk, role, address):
            continue
        sits(page, desk, role)
        page.goto(address)
        found += look(page, sample.strip("/").replace("/", "_")) + overflows(page)
        seen.append(sample)
    assert (found, page.wrong) == ([], [])
    assert len(seen) > 50


BROKEN = """[...document.querySelectorAll('.slide td')].filter((cell) => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    const lines = new Set([...text.getClientRects()].map(({ top }) => Math.round(top)));
    return /^[\\w.]{1,14}$/.test(cell.textContent.trim()) && lines.size > 1;
}).map((cell) => cell.textContent)"""


@pytest.mark.parametrize("role, path", [("administrator", "/people"), ("auditor", "/audit")])
def test_a_short_word_in_a_table_is_never_broken(desk, page, role, path) -> None:
    sits(page, desk, role)
    page.goto(path)
    assert page.locator(".slide td").count() > 0
    assert page.evaluate(BROKEN) == []


@pytest.mark.parametrize("step", ["password", "enrol", "code"])
def test_each_step_of_the_way_in_lets_everybody_pass(desk, page, step) -> None:
    page.context.clear_cookies()
    page.context.add_cookies([people.cookie(desk.address, desk.at_step(step))])
    page.goto(f"/sign-in/{step}")
    assert page.url.endswith(f"/sign-in/{step}")
    assert look(page, f"way-in-{step}") + overflows(page) == []


@pytest.mark.parametrize(
    "path, label, file",
    [
        ("/zones/import", "Show what would change", "patrol.geojson"),
        ("/watchlist/import", "Show what would change", "partners.csv"),
        ("/watchlist/check", "Cross-check", "asked.csv"),
    ],
)
def test_what_a_file_would_do_is_shown(desk, page, tmp_path, path, label, file) -> None:
    (tmp_path / file).write_text(FILES[file])
    sits(page, desk, "supervisor")
    page.goto(path)
    page.set_input_files("input[type=file]", tmp_path / file)
    for why in page.locator("input[name=why][required]").all():
        why.fill("exchange of May")
    page.get_by_role("button", name=label).click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(file)
    assert look(page, f"preview-{file}") + overflows(page) == []


@pytest.mark.parametrize(
    "role, path, said",
    [
        ("supervisor", "/nowhere", "There is no such page"),
        ("supervisor", "/alerts/A-000000000000", "There is no alert"),
        ("office", "/log", "non lo comprende"),
        ("analyst", "/watchlist/{proposed}", "GHOST"),
    ],
)
def test_what_is_not_given_is_said_to_everybody(desk, page, role, path, said) -> None:
    sits(page, desk, role)
    page.goto(path.format(**desk.ids))
    expect(page.locator("main")).to_contain_text(said)
    assert look(page, f"not-given-{role}") + overflows(page) == []


def test_the_map_shuts_nobody_out_whatever_is_open(desk, page) -> None:
    sits(page, desk, "supervisor")
    page.goto("/#8/35.9/15.0")
    until(page, "vedetta.fleet.size >= 3")
    expect(page.locator("#inbox-list .card").first).to_be_visible()
    found = look(page, "map")
    page.click("#inbox-settings-button")
    for of in ("#zones-button", "#rings-button", "#feeds"):
        page.click(of)
    page.locator("#legend").is_visible() or page.click("#legend-button")
    found += look(page, "map-settings")
    page.click("#inbox-settings-button")
    page.evaluate("() => { vedetta.openKey(1); vedetta.table.toggle(true); }")
    expect(page.locator("#drawer")).to_be_visible()
    found += look(page, "map-panel-table")
    page.goto("about:blank")
    page.goto("/#8/35.9/15.0")
    until(page, "vedetta.fleet.size >= 3")
    page.locator("#inbox-list .card").first.click()
    expect(page.get_by_role("heading", name="What was seen")).to_be_visible()
    page.get_by_role("button", name="Add to case").click()
    expect(page.locator("#inbox-open form")).to_be_visible()
    page.click("#nav-button")
    found += look(page, "map-alert")
    page.keyboard.press("Escape")
    page.click("#replay-button")
    until(page, "vedetta.replay.on")
    found += look(page, "map-replay")
    page.evaluate("vedetta.replay.close?.()")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    found += look(page, "map-keys")
    page.goto("/?kiosk=1#8/35.9/15.0")
    until(page, "vedetta.fleet.size >= 3")
    found += look(page, "map-kiosk")
    assert (found, page.wrong) == ([], [])


def test_the_map_on_a_telephone_shuts_nobody_out(desk, page) -> None:
    sits(page, desk, "supervisor")
    page.set_viewport_size(TELEPHONE)
    page.goto("/#8/35.9/15.0")
    until(page, "vedetta.fleet.size >= 3")
    found = look(page, "map", TELEPHONE)
    page.evaluate("() => vedetta.openKey(1)")
    expect(page.locator("#drawer")).to_be_visible()
    found += look(page, "map-panel", TELEPHONE)
    page.set_viewport_size(SCREEN)
    assert (found, page.wrong) == ([], [])
