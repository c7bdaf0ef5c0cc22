"""The live map beside folium's Realtime with GeoJSON: 20,000 vessels, all moving each second.

Both pages are folium's, both draw on a canvas, both are served by the same server on this machine
and shown by the same headless Chromium without a GPU, one after the other.
"""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import folium
import numpy as np
from folium.plugins import Realtime
from folium.utilities import JsCode
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from maps.live.picture import ROWS
from service.assets import assets_folder
from service.rights import Person
from service.web.app import create_app
from service.web.server import running
from service.web.sessions import GivenSessions
from service.web.settings import WebSettings
from service.web.source import PartHealth

VESSELS = 20_000
WINDOW_S = 10.0
SETTLE_S = 3.0
ANSWERS = 12
VIEW = (1280, 720)
_MANIFEST = Path(__file__).parent / "assets"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WHO, TOKEN = Person("U-0001", "bench", "Bench", "operator"), "token-of-the-bench"
_FRAMES = """(ms) => new Promise((done) => {
    let frames = 0;
    const end = performance.now() + ms;
    const next = () => {
        frames += 1;
        if (performance.now() < end) requestAnimationFrame(next);
        else done(frames);
    };
    requestAnimationFrame(next);
})"""


class Moving:
    """A Source in memory: every vessel has a new place each time it is asked."""

    def __init__(self, n: int) -> None:
        """Spread ``n`` vessels over the Mediterranean, seeded."""
        chance = np.random.default_rng(7)
        rows = np.zeros(n, ROWS)
        rows["segment"], rows["mmsi"] = np.arange(1, n + 1), 200_000_000 + np.arange(n)
        rows["lon_deg"], rows["lat_deg"] = chance.uniform(-5, 36, n), chance.uniform(31, 45, n)
        rows["sog_kn"], rows["cog_deg"] = chance.uniform(3, 20, n), chance.uniform(0, 359, n)
        rows["heading_deg"], rows["reports"], rows["message"] = rows["cog_deg"], 9, 1
        rows["ship_type"] = chance.choice([30, 36, 52, 60, 70, 80, 40, 255], n)
        rows["name"] = [f"VESSEL {i}".encode() for i in range(n)]
        self._rows = rows

    def rows(self) -> NDArray[np.void]:
        """Return all vessels, each some hundred metres on."""
        rows = self._rows
        rows["lon_deg"] += 0.004 * np.sin(np.radians(rows["cog_deg"]))
        rows["lat_deg"] += 0.004 * np.cos(np.radians(rows["cog_deg"]))
        rows["time"] = rows["received"] = time.time_ns() // 1000
        return rows.copy()

    def health(self) -> dict[str, PartHealth]:
        """Return an ingest process that reports."""
        now_ms = time.time_ns() // 1_000_000
        state = {"now_ms": now_ms, "feeds": [], "spool": {"lag_s": 0.5}}
        return {"ingest": PartHealth(state, now_ms)}

    def vessel(self, mmsi: int) -> dict[str, Any] | None:
        """Return nothing: nobody asks here."""
        _ = mmsi
        return None

    def track(self, mmsi: int, start: datetime, end: datetime) -> NDArray[np.void]:
        """Return nothing: nobody asks here."""
        _ = mmsi, start, end
        return np.empty(0, ROWS)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def figures() -> list[dict[str, object]]:
    """Measure both pages; raises RuntimeError without Chromium."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        msg = "Chromium not found: install it (apt install chromium), then run the bench again"
        raise RuntimeError(msg)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=ARGUMENTS) as browser,
    ):
        ours, theirs = _ours(browser), _theirs(browser)
    rows = [
        ("frames per second", ours["frames"], "1/s", 50.0),
        ("draw p95", ours["draw_ms"], "ms", 70.0),
        ("first vessels", ours["first_s"], "s", 1.5),
        ("bytes per moved vessel", ours["bytes"], "B", 20.0),
    ]
    realtime = "folium Realtime + GeoJSON"
    result: list[dict[str, object]] = [
        _figure(name, value, unit, floor) for name, value, unit, floor in rows
    ]
    # Frames end at the display's 60 per second; how busy the page is has no such end (ADR 7).
    busy = _figure("page busy", 100 * ours["busy"], "%", 1.5) | {
        "beside": f"{realtime}, {100 * theirs['busy']:.1f} %",
        "ratio": theirs["busy"] / ours["busy"],
    }
    frames = _figure("frames beside folium Realtime", ours["frames"], "1/s", None) | {
        "beside": f"{realtime}, {theirs['frames']:.1f}/s",
        "ratio": ours["frames"] / theirs["frames"],
    }
    return [*result, busy, frames]


def _watched(page: Page) -> tuple[float, float]:
    """Return frames per second and the share of time that the page's main thread is busy."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def busy_s() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    before = busy_s()
    frames: float = page.evaluate(_FRAMES, WINDOW_S * 1000)
    return frames / WINDOW_S, (busy_s() - before) / WINDOW_S


def _figure(name: str, value: float, unit: str, floor: float | None) -> dict[str, object]:
    figure: dict[str, object] = {"bench": "live", "name": name, "value": value, "unit": unit}
    return figure | {"beside": None, "ratio": None, "floor": floor}


@contextmanager
def _page(browser: Browser, app: Starlette) -> Iterator[tuple[Page, str]]:
    context = browser.new_context(viewport={"width": VIEW[0], "height": VIEW[1]})
    try:
        with running(app, WebSettings(port=0)) as address:
            yield context.new_page(), address
            context.close()
    finally:
        context.close()


def _ours(browser: Browser) -> dict[str, float]:
    app = create_app(
        WebSettings(), "", source=Moving(VESSELS), sessions=GivenSessions({TOKEN: WHO})
    )
    with _page(browser, app) as (page, address):
        page.context.add_cookies([{"name": "vedetta", "value": TOKEN, "url": address}])
        time.sleep(SETTLE_S)
        page.goto(address)
        page.wait_for_timeout(SETTLE_S * 1000)
        page.evaluate("() => { vedetta.layer.times.length = 0 }")
        frames, busy = _watched(page)
        draws, first_ms, sent, moved, size = page.evaluate(
            "() => [vedetta.layer.times, vedetta.layer.firstAt, vedetta.link.bytes, "
            "vedetta.link.moved, vedetta.fleet.size]"
        )
    assert size == VESSELS
    assert len(draws) >= WINDOW_S / 2, f"drawn only {len(draws)} times"
    return {
        "frames": frames,
        "busy": busy,
        "draw_ms": float(np.percentile(draws, 95)),
        "first_s": first_ms / 1000,
        "bytes": sent / moved,
    }


def _theirs(browser: Browser) -> dict[str, float]:
    app = _realtime_app()
    with _page(browser, app) as (page, address):
        page.goto(address)
        page.wait_for_timeout(2 * SETTLE_S * 1000)
        before = app.state.updates
        frames, busy = _watched(page)
        updates = app.state.updates - before
    assert updates >= 0.8 * WINDOW_S, f"only {updates} updates in {WINDOW_S} s: nothing to compare"
    return {"frames": frames, "busy": busy}


def _realtime_app() -> Starlette:
    """Return a server of folium's Realtime page and of its GeoJSON, new places in each answer."""
    modules = assets_folder(_MANIFEST)
    source = Moving(VESSELS)
    # Made beforehand: what it costs the server to make them must not thin out the updates.
    answers = itertools.cycle([_geojson(source.rows()).encode() for _ in range(ANSWERS)])
    html = _realtime_page()

    async def page(_: Request) -> Response:
        return HTMLResponse(html)

    async def script(request: Request) -> Response:
        return FileResponse(modules / request.path_params["path"])

    async def ships(_: Request) -> Response:
        app.state.updates += 1
        return Response(next(answers), media_type="application/geo+json")

    routes = [Route("/", page), Route("/ships", ships), Route("/modules/{path:path}", script)]
    app = Starlette(routes=routes)
    app.state.updates = 0
    return app


def _realtime_page() -> str:
    board = folium.Map(location=(38, 15), zoom_start=5, tiles=None, prefer_canvas=True)
    board.default_js = [("leaflet", "/modules/leaflet/dist/leaflet.js")]
    board.default_css = [("leaflet_css", "/modules/leaflet/dist/leaflet.css")]
    # What our map shows too: a colour by class and the name under the pointer.
    circle = JsCode("(f, at) => L.circleMarker(at, {radius: 4, weight: 1})")
    style = JsCode("(f) => ({color: `hsl(${f.properties.type * 4}, 50%, 40%)`})")
    named = JsCode("(f, layer) => layer.bindTooltip(f.properties.name)")
    ships = Realtime(
        "/ships", interval=1000, point_to_layer=circle, style=style, on_each_feature=named
    )
    script = "/modules/leaflet-realtime/dist/leaflet-realtime.min.js"
    ships.default_js = [("realtime", script)]
    ships.add_to(board)
    return str(board.get_root().render())


def _geojson(rows: NDArray[np.void]) -> str:
    names = ("mmsi", "name", "ship_type", "sog_kn", "cog_deg", "lon_deg", "lat_deg")
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": mmsi,
                "name": name.decode(),
                "type": kind,
                "sog": round(sog, 1),
                "cog": round(cog, 1),
            },
            "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
        }
        for mmsi, name, kind, sog, cog, lon, lat in zip(
            *(rows[column].tolist() for column in names), strict=True
        )
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})
