"""A tab that is left open for a whole watch and longer: what it keeps does not grow."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, CDPSession, Page

from maps.live import wire
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins.browsing import until
from tests.plugins.still import Still, quiet_app, watching

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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with table, trails, a kept track and open details, cut off from its server."""
    app = quiet_app(WebSettings(poll_s=0.2), Still())
    with running(app, WebSettings(port=0)) as address:
        size = {"width": 1280, "height": 720}
        with watching(browser, address, viewport=size) as context:
            page = context.new_page()
            page.goto(f"{address}/#8/36/15?show=trails,names,graticule")
            until(page, "vedetta.fleet.size === 2")
            page.evaluate(
                "() => { clearInterval(vedetta.link.watch); "
                "vedetta.link.socket.onmessage = vedetta.link.socket.onclose = null; "
                "vedetta.table.toggle(true); }"
            )
            yield page


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
