"""A tab that is left open for a whole watch and longer: what it keeps does not grow.

Hours of bare frames first, then a day with all that happens on one: vessels come and go, alerts
open, are taken and end, contacts are seen, details are opened and closed, the view moves.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import Browser, CDPSession, Page

from maps.live import wire
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.alerted import ROUTING, raised, seen
from tests.plugins.browsing import until
from tests.plugins.memory import MemoryFacts
from tests.plugins.still import NoConcern, Still, quiet_app, watching

pytestmark = pytest.mark.browser

VESSELS, HOUR = 2_000, 360  # frames of ten seconds
GROWTH = 1.10  # of the heap: the engine's own caches move it by some per cent

FEED = """async ([snapshot, delta, frames, from]) => {
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
    const { link } = vedetta;
    if (snapshot) link.take(bytes(snapshot));
    const frame = bytes(delta), view = new DataView(frame), moved = view.getUint32(16, true);
    const began = Number(view.getBigInt64(8, true));
    for (let i = from; i < from + frames; i += 1) {
        view.setUint32(4, i + 2, true);
        view.setBigInt64(8, BigInt(began + i * 10000), true);
        for (let m = 0, at = 28; m < moved; m += 1, at += 18) {
            view.setInt32(at + 4, view.getInt32(at + 4, true) + 200 * (m % 3 - 1), true);
        }
        link.take(frame.slice(0));
        if (i % 20 === 0) await new Promise(requestAnimationFrame);
    }
}"""


def frame(kind: int, sequence: int) -> str:
    """Return ``VESSELS`` vessels off Malta; a snapshot brings their names too."""
    n = VESSELS if kind == wire.SNAPSHOT else VESSELS // 2
    moved, ships = np.zeros(n, wire.MOVED), np.zeros(n, wire.SHIP)
    moved["key"] = ships["key"] = np.arange(n) + 1
    ships["mmsi"] = 247_000_000 + np.arange(n)
    spread = np.random.default_rng(3)
    moved["lon"] = spread.uniform(13, 17, n) * wire.UNITS_PER_DEGREE
    moved["lat"] = spread.uniform(34, 38, n) * wire.UNITS_PER_DEGREE
    state = np.zeros(n, np.uint8)
    moved["motion"] = wire.pack_motion(*(np.full(n, v, "f4") for v in (90, 90, 9)), state)
    if kind == wire.DELTA:
        ships = ships[:0]
    removed = np.zeros(0, np.uint32)
    made = wire.Frame(kind, sequence, 1_700_000_000_000, moved, ships, removed)
    return base64.b64encode(wire.encode(made)).decode()


DAY = """async ({ snapshot, delta, turns, alerts, from, to }) => {
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
    const { link, map, fleet, inbox, kept, drawer, open } = vedetta;
    const paint = () => new Promise(requestAnimationFrame);
    // All that was asked is waited for: what is still on its way is no leak.
    const settled = async () => {
        for (let quiet = 0; quiet < 3; quiet += 1) {
            const asked = performance.getEntriesByType("resource").length;
            await new Promise((done) => setTimeout(done, 25));
            if (performance.getEntriesByType("resource").length !== asked) quiet = -1;
        }
        performance.clearResourceTimings();
    };
    let sequence = link.sequence ?? 0;
    const base = 1700000000000;
    const tell = (frame, i) => {
        const view = new DataView(frame);
        sequence = view.getUint8(1) === 0 ? 1 : sequence + 1;
        view.setUint32(4, sequence, true);
        view.setBigInt64(8, BigInt(base + i * 10000), true);
        link.take(frame.slice(0));
    };
    if (snapshot) tell(bytes(snapshot), 0);
    const frame = bytes(delta), view = new DataView(frame), moved = view.getUint32(16, true);
    const lanes = ["law", "sar", "infrastructure"];
    const hex = (n) => `A-${n.toString(16).padStart(12, "0")}`;
    const mmsi = (n) => 247000000 + n % 2000;
    const made = (n, age) => ({
        id: hex(n), lane: lanes[n % 3], severity: "high", version: age + 1, kind: "gap", who: "",
        state: age < 4 ? "new" : age < 9 ? "acknowledged" : "assigned", mmsis: [mmsi(n * 7)],
        lon: 13 + n % 40 / 10, lat: 34 + n % 30 / 10, headline: `Vessel ${n} went silent`,
        updated: base + n * 150000, started: base + n * 150000,
        snoozed: null, limited: false, exercise: false,
    });
    const marks = (step) => ({
        type: "marks", more: 0,
        listed: Array.from({ length: 30 }, (_, k) => mmsi(step * 5 + k)),
        alerts: [
            ...alerts.map((id, k) => ({ ...made(k, step % 12), id })),
            ...Array.from({ length: 24 }, (_, k) => made(1000 + step * 2 - k, k >> 1)),
        ],
        contacts: Array.from({ length: 4 }, (_, k) => ({
            id: `C-${String(step - k + 100).padStart(6, "0")}`, lon: 14 + k / 5, lat: 35 + k / 5,
            error_m: 2000, words: `rubber boat ${step - k}`, since: base,
        })),
    });
    const keptOnes = [];
    for (let i = from; i < to; i += 1) {
        if (i % 360 === 0) {
            tell(bytes(turns[i / 360]), i);
            const key = 100000 + i / 360 * 400;
            kept.add(300000000 + i / 360 * 400, key, "ONE THAT CAME");
            keptOnes.push(300000000 + i / 360 * 400);
            if (keptOnes.length > 3) kept.remove(keptOnes.shift());
            map.setView([36 + i / 360 % 2, 15], 7 + i / 360 % 3, { animate: false });
        }
        for (let m = 0, at = 28; m < moved; m += 1, at += 18) {
            view.setInt32(at + 4, view.getInt32(at + 4, true) + 200 * (m % 3 - 1), true);
        }
        tell(frame, i);
        if (i % 30 === 0) {
            const said = marks(i / 30);
            link.take(JSON.stringify(said));
            if (i % 180 === 0) {
                const n = i / 180;
                open(mmsi(n * 31), n * 31 % 2000 + 1);
                inbox.open(alerts[n % alerts.length], false);
                vedetta.on.contact(said.contacts[0].id);
                await paint();
                await settled();
                map.closePopup();
                inbox.opened.close();
                drawer.close();
            }
        }
        if (i % 60 === 0) await paint();
    }
    while (keptOnes.length) kept.remove(keptOnes.shift());
    map.setView([36, 15], 8, { animate: false });
    vedetta.table.update(true);
    await paint();
    await settled();
}"""
KEPT = """() => {
    let things = 0;
    const known = new Set([window, document]);
    const walk = (one) => {
        if (one === null || typeof one !== "object" || known.has(one)) return;
        if (one instanceof Node || ArrayBuffer.isView(one)) return;
        known.add(one);
        const several = one instanceof Map || one instanceof Set || Array.isArray(one);
        if (several) things += one.size ?? one.length;
        if (one instanceof Map) for (const [key, value] of one) { walk(key); walk(value); }
        else if (one instanceof Set) for (const value of one) walk(value);
        // What is cut of the land, and how long frames took, is kept up to a limit of its own.
        else Object.keys(one).filter((name) => !["land", "times"].includes(name))
            .forEach((name) => walk(one[name]));
    };
    walk(vedetta);
    return things;
}"""
"""How many things the page's parts keep: a set that only grows is too light for the heap."""


def turn(hour: int, came: int = 400) -> str:
    """Return a frame by which ``came`` ships come and those of the hour before leave."""
    moved, ships = np.zeros(came, wire.MOVED), np.zeros(came, wire.SHIP)
    moved["key"] = ships["key"] = 100_000 + hour * came + np.arange(came)
    ships["mmsi"] = 300_000_000 + hour * came + np.arange(came)
    spread = np.random.default_rng(hour)
    moved["lon"] = spread.uniform(13, 17, came) * wire.UNITS_PER_DEGREE
    moved["lat"] = spread.uniform(34, 38, came) * wire.UNITS_PER_DEGREE
    state = np.zeros(came, np.uint8)
    moved["motion"] = wire.pack_motion(*(np.full(came, v, "f4") for v in (90, 90, 9)), state)
    removed = (moved["key"] - came if hour else moved["key"][:0]).astype(np.uint32)
    made = wire.Frame(wire.DELTA, 2, 1_700_000_000_000, moved, ships, removed)
    return base64.b64encode(wire.encode(made)).decode()


@contextmanager
def cut_off(browser: Browser, address: str, folded: bool) -> Iterator[Page]:
    """A page with table, trails and names whose link is cut: the test brings the frames."""
    size = {"width": 1280, "height": 720}
    with watching(browser, address, folded=folded, viewport=size) as context:
        page = context.new_page()
        page.goto(f"{address}/#8/36/15?show=trails,names,graticule")
        until(page, "vedetta.fleet.size === 2")
        page.evaluate(
            "() => { clearInterval(vedetta.link.watch); "
            "vedetta.link.socket.onmessage = vedetta.link.socket.onclose = null; "
            "vedetta.table.toggle(true); }"
        )
        yield page


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without a database behind it."""
    app = quiet_app(WebSettings(poll_s=0.2), Still())
    with running(app, WebSettings(port=0)) as address, cut_off(browser, address, True) as page:
        yield page


@pytest.fixture
def watched(browser: Browser, dsn: str) -> Iterator[tuple[Page, list[str]]]:
    """A page of a desk with alerts that can be opened, and their ids."""
    events = [
        seen("gap", 247_000_000 + n, evidence={"silence": (5400, "s", 3600)}) for n in range(9)
    ]
    drifts = [seen("drift", 247_000_000 + n) for n in range(9)]
    there = [one.id for one in raised(dsn, *events, *drifts, vessels=())]
    assert len(there) >= 3
    settings = WebSettings(port=0, poll_s=5, account_per_min=100_000)
    app = create_app(settings, dsn, source=Still(), facts=MemoryFacts(), routing=ROUTING,
                     sessions=people.everybody(), concern=NoConcern())  # fmt: skip
    with running(app, settings) as address, cut_off(browser, address, False) as page:
        yield page, there


def weight(session: CDPSession) -> tuple[int, int]:
    """Return bytes of the heap and nodes of the document, after collecting what is garbage."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    return heap, session.send("Memory.getDOMCounters")["nodes"]


def test_hours_of_frames_leave_heap_and_document_as_they_were(page) -> None:
    session = page.context.new_cdp_session(page)
    snapshot, delta = frame(wire.SNAPSHOT, 1), frame(wire.DELTA, 2)
    page.evaluate(FEED, [snapshot, delta, HOUR, 0])
    page.evaluate("vedetta.table.update(true)")
    heap, nodes = weight(session)
    page.evaluate(FEED, ["", delta, 5 * HOUR, HOUR])
    later_heap, later_nodes = weight(session)
    assert page.evaluate("vedetta.fleet.size") == VESSELS
    assert later_heap < GROWTH * heap
    assert later_nodes <= nodes + 50
    assert page.evaluate("Math.max(...vedetta.trails.length)") == 40


def test_trails_of_vessels_that_left_make_room_for_others(page) -> None:
    page.evaluate(FEED, [frame(wire.SNAPSHOT, 1), frame(wire.DELTA, 2), 10, 0])
    before = page.evaluate("vedetta.trails.capacity")
    page.evaluate(
        """() => { const { fleet, trails } = vedetta;
        for (let round = 0; round < 40; round += 1) {
            fleet.clear();
            for (let n = 0; n < 1000; n += 1) {
                fleet.place(fleet.slot(10000 + round * 1000 + n), 14, 36);
            }
            for (let i = 0; i < 125; i += 1) trails.take(fleet);
        } }"""
    )
    assert page.evaluate("vedetta.trails.capacity") <= 2 * before
    assert page.evaluate("vedetta.trails.places.size") <= 2_000


def counters(page: Page, session: CDPSession) -> dict[str, int]:
    """What a day must not make grow."""
    session.send("Performance.enable")
    heap, nodes = weight(session)
    told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {"heap": heap, "nodes": nodes, "listeners": told["JSEventListeners"],
            "kept": page.evaluate(KEPT), "resources": told["Resources"],
            "running": told["ContextLifecycleStateObservers"],
            "canvases": page.evaluate("document.querySelectorAll('canvas').length"),
            "trails": page.evaluate("vedetta.trails.capacity")}  # fmt: skip


def test_a_whole_day_with_all_that_happens_on_it_leaves_the_tab_as_it_was(watched) -> None:
    page, alerts = watched
    session = page.context.new_cdp_session(page)
    asked = {"delta": frame(wire.DELTA, 2), "turns": [turn(hour) for hour in range(24)],
             "alerts": alerts}  # fmt: skip
    page.evaluate(DAY, {**asked, "snapshot": frame(wire.SNAPSHOT, 1), "from": 0, "to": 10 * HOUR})
    before = counters(page, session)
    page.evaluate(DAY, {**asked, "snapshot": "", "from": 10 * HOUR, "to": 24 * HOUR})
    after = counters(page, session)
    assert page.evaluate("vedetta.fleet.size") == VESSELS + 400
    assert after["heap"] < GROWTH * before["heap"]
    # Which cards and rows stand there depends on the hour; a day brings five hundred alerts.
    assert after["nodes"] <= before["nodes"] + 200
    assert after["listeners"] <= before["listeners"] + 10
    # Answers that nobody reads to their end stay with the page.
    assert after["resources"] <= before["resources"] + 5
    assert after["running"] <= before["running"] + 5
    assert after["kept"] <= before["kept"] + 100
    assert (after["canvases"], after["trails"]) == (before["canvases"], before["trails"])
