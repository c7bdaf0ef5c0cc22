"""A stored hour of 5,000 ships played in the browser: frames, long tasks and memory.

A real database, the service's own page, headless Chromium without a GPU. Frames are counted twice:
what the browser offers (requestAnimationFrame) and what the map draws. All share this machine with
whatever else runs on it; the share of a core that the page took says what a frame costs.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from playwright.sync_api import sync_playwright

from bench.live import ARGUMENTS, CHROMIUM, TOKEN, VIEW, WHO
from service.web.app import create_app
from service.web.server import running
from service.web.sessions import GivenSessions
from service.web.settings import WebSettings
from store.embedded import embedded
from store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

VESSELS, STEP_S, LEAD_S, HOUR_S = 5_000, 30, 3_600, 3_600
VIEWS = {"whole sea": "5/38.2/15.5", "near, with names": "9/36.4/14.6"}
SPEEDS = {60: 10_000, 600: 5_000}
"""Each with the milliseconds that are watched: at 600 times the hour is over in six seconds."""
FLOOR = 30.0
PATIENCE_S = 120.0
# A quarter of all lie within sight of the near view; all go to and fro on their own course.
_FILL = """
INSERT INTO position
SELECT at, at, 1, lon, lat, 247000000 + ship, 1 + ship,
    (floor(lat)::int + 90) * 360 + floor(lon)::int + 180, 12, way, way, 0, 1, 0
FROM (
    SELECT at, ship, way,
        CASE WHEN ship %% 4 = 0 THEN 13.4 + 2.4 * u ELSE -4 + 38 * u END
            + sin(radians(way)) * 0.00007 * s AS lon,
        CASE WHEN ship %% 4 = 0 THEN 35.8 + 1.2 * v ELSE 33 + 10 * v END
            + cos(radians(way)) * 0.000055 * s AS lat
    FROM (
        SELECT ship, ship * 137 %% 360 AS way, (ship * 0.6180339887) %% 1 AS u,
            (ship * 0.7548776662) %% 1 AS v
        FROM generate_series(0, %(vessels)s - 1) AS ship
    ) AS ships,
    LATERAL (
        SELECT s, %(start)s + make_interval(secs => s) AS at
        FROM generate_series(ship %% %(step)s, %(span)s, %(step)s) AS s
    ) AS times
) AS rows
"""
_NAMES = """
INSERT INTO vessel (run_id, mmsi, received, message, name, ship_type, to_bow_m, to_stern_m,
    to_port_m, to_starboard_m)
SELECT 0, 247000000 + ship, %(start)s, 5, 'VESSEL ' || ship,
    (ARRAY[30, 36, 52, 60, 70, 70, 80, 40])[1 + ship %% 8], 100, 20, 8, 8
FROM generate_series(0, %(vessels)s - 1) AS ship
"""
_WATCH = """([ms, speed, from, to]) => new Promise((done) => {
    const { layer, replay } = vedetta;
    const own = Object.getPrototypeOf(layer).paint;
    const seen = { offered: 0, drawn: 0, moments: new Set(), long: [], spent: [] };
    layer.paint = function paint() {
        seen.drawn += 1;
        seen.moments.add(this.fleet.now);
        const began = performance.now();
        own.call(this);
        seen.spent.push(performance.now() - began);
    };
    const tasks = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.long.push(duration);
    });
    tasks.observe({ type: "longtask" });
    replay.seek(from);
    replay.speed = speed;
    replay.play(true);
    const begun = performance.now();
    const next = () => {
        const took = performance.now() - begun;
        if (took < ms) {
            seen.offered += 1;
            requestAnimationFrame(next);
            return;
        }
        replay.play(false);
        tasks.disconnect();
        delete layer.paint;
        seen.spent.sort((a, b) => a - b);
        done({
            took, offered: seen.offered, drawn: seen.drawn, moments: seen.moments.size,
            long: seen.long, at: replay.at, ships: vedetta.fleet.size,
            draw: seen.spent[Math.floor(seen.spent.length / 2)] ?? 0,
        });
    };
    requestAnimationFrame(next);
})"""


def figures() -> list[dict[str, object]]:
    """Measure each view at each speed; raises RuntimeError without Chromium."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        msg = "Chromium not found: install it (apt install chromium), then run the bench again"
        raise RuntimeError(msg)
    start = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(seconds=2 * HOUR_S + 60)
    with (
        tempfile.TemporaryDirectory(prefix="vedetta-bench-") as folder,
        embedded(Path(folder) / "db", database="bench") as dsn,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=ARGUMENTS) as browser,
    ):
        migrate(dsn)
        fill(dsn, start)
        rows = []
        for name, view in VIEWS.items():
            with _opened(browser, dsn, view) as page:
                rows += _played(page, name, start + dt.timedelta(seconds=LEAD_S))
        return rows


def fill(dsn: str, start: dt.datetime, vessels: int = VESSELS) -> None:
    """Store two hours of ``vessels`` from ``start``, a report of each in STEP_S seconds."""
    said = {"start": start, "vessels": vessels, "step": STEP_S, "span": LEAD_S + HOUR_S}
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("INSERT INTO feed VALUES (0, 0, 'bench') ON CONFLICT DO NOTHING")
        connection.execute(_FILL, said)
        connection.execute(_NAMES, {"start": start, "vessels": vessels})
        connection.execute("VACUUM ANALYZE position")


@contextmanager
def _opened(browser: Browser, dsn: str, view: str) -> Iterator[Page]:
    app = create_app(WebSettings(), dsn, sessions=GivenSessions({TOKEN: WHO}))
    context = browser.new_context(viewport={"width": VIEW[0], "height": VIEW[1]})
    try:
        with running(app, WebSettings(port=0)) as address:
            context.add_cookies([{"name": "vedetta", "value": TOKEN, "url": address}])
            page = context.new_page()
            page.goto(f"{address}/#{view}")
            page.wait_for_function("() => globalThis.vedetta?.replay.allowed")
            yield page
            context.close()
    finally:
        context.close()


def _played(page: Page, name: str, begin: dt.datetime) -> list[dict[str, object]]:
    first = round(begin.timestamp() * 1000)
    last = first + HOUR_S * 1000
    page.evaluate(f"void vedetta.replay.open({first}, {last})")
    page.wait_for_function("() => vedetta.fleet.size > 0", timeout=PATIENCE_S * 1000)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    rows = []
    for speed, watched_ms in SPEEDS.items():
        busy = _metric(session, "TaskDuration")
        begun = time.monotonic()
        seen = page.evaluate(_WATCH, [watched_ms, speed, first, last])
        busy = (_metric(session, "TaskDuration") - busy) / (time.monotonic() - begun)
        assert seen["drawn"] > 1, f"{name}, {speed} times: nothing was drawn"
        rows += _rows(f"{name}, {speed}x", seen, busy, _metric(session, "JSHeapUsedSize"))
    return rows


def _rows(name: str, seen: dict[str, Any], busy: float, heap: float) -> list[dict[str, object]]:
    took = seen["took"] / 1000
    ships = f"{seen['ships']:,} ships, page busy {100 * busy:.0f} %"
    longest = f"the longest {max(seen['long'], default=0):.0f} ms"
    return [
        _figure(f"{name}: frames offered", seen["offered"] / took, "1/s", None, FLOOR),
        _figure(f"{name}: frames drawn", seen["moments"] / took, "1/s", ships, FLOOR),
        _figure(f"{name}: drawing a frame, median", seen["draw"], "ms", None, None),
        _figure(f"{name}: tasks over 50 ms", len(seen["long"]), "tasks", longest, None),
        _figure(f"{name}: memory of scripts", heap / 1e6, "MB", None, None),
    ]


def _metric(session: Any, name: str) -> float:  # noqa: ANN401 (Playwright's own)
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == name))


def _figure(
    name: str, value: float, unit: str, beside: str | None, floor: float | None
) -> dict[str, object]:
    return {"bench": "past", "name": name, "value": value, "unit": unit, "beside": beside,
            "ratio": None, "floor": floor}  # fmt: skip
