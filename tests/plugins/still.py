"""A live map without a database: six ships off Malta, heard now, and marks that tests bring."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.applications import Starlette

from maps.live.page import PageSettings, render
from maps.live.picture import ROWS
from service.marks import Concern
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.source import PartHealth
from tests.plugins import people
from tests.plugins.memory import MemoryFacts, MemorySource

FIRST = 247_000_001


def ships() -> np.ndarray:
    """Six ships in a row off Malta, two of them on one place; the last sends a distress."""
    rows = np.zeros(6, ROWS)
    rows["segment"], rows["reports"], rows["message"] = np.arange(1, 7), 9, 1
    rows["mmsi"] = [FIRST, 248_000_002, 671_000_003, 237_000_004, 237_000_005, 247_000_006]
    rows["lon_deg"] = [14.6, 14.9, 15.2, 15.5, 15.5005, 15.8]
    rows["lat_deg"] = [35.9, 36.0, 35.8, 36.1, 36.1, 35.6]
    rows["sog_kn"] = [12, 0, 7, 15, 4, 2]
    rows["cog_deg"] = rows["heading_deg"] = [90, 0, 200, 45, 300, 10]
    rows["ship_type"] = [70, 80, 30, 60, 36, 70]
    rows["to_bow_m"], rows["to_stern_m"] = [60, 150, 20, 200, 8, 60], 14
    rows["to_port_m"] = rows["to_starboard_m"] = 6
    rows["name"] = [b"MARIA K", b"STELLA", b"SAN PIETRO", b"ARIADNE", b"<b>BLU", b"AURORA"]
    rows["destination"] = [b"GIOIA TAURO", b"VALLETTA", b"", b"PIRAEUS", b"", b"SFAX"]
    rows["nav_status"][5] = 14
    return rows


class Still(MemorySource):
    """The ships, heard now each time."""

    def rows(self) -> np.ndarray:
        self.at_ms = int(time.time() * 1000)
        self.table["time"] = self.table["received"] = self.at_ms * 1000
        return self.table.copy()

    def health(self) -> dict[str, PartHealth]:
        return {**super().health(), "jobs": PartHealth({}, self.at_ms)}


class NoConcern:
    """Nothing is open, nobody is listed: tests bring their own marks."""

    concern = Concern()

    def read(self) -> Concern:
        return self.concern

    def wait(self, longest_s: float) -> bool:
        time.sleep(min(longest_s, 0.2))
        return True

    def close(self) -> None:
        pass


def quiet_app(settings: WebSettings, source: MemorySource) -> Starlette:
    """A server without a database, where everybody of ``people.TOKENS`` is signed in."""
    return create_app(settings, "", source=source, facts=MemoryFacts(),
                      sessions=people.everybody(), concern=NoConcern())  # fmt: skip


@contextmanager
def watching(
    browser: Browser, address: str, *, folded: bool = True, **said: Any
) -> Iterator[BrowserContext]:
    """A browser of an operator; the inbox, folded, leaves the map its room."""
    with browser.new_context(**said) as context:
        context.add_cookies([people.cookie(address, people.TOKENS["operator"])])
        if folded:
            context.add_init_script("localStorage.setItem('vedetta.inbox', 'folded')")
        yield context


@contextmanager
def still(*, inbox: bool = False) -> Iterator[str]:
    """Serve the six ships; ``inbox``: with the column of the alerts, whatever there is."""
    source = Still()
    source.table, source.feeds = ships(), []  # a banner about a dry feed would move the map
    settings = WebSettings(port=0, poll_s=0.2, max_per_peer=50)
    app = quiet_app(settings, source)
    if inbox:
        app.state.page = render(PageSettings(assets=app.state.files.prefix, inbox=True))
    with running(app, settings) as at:
        yield at


def mark(page: Page, **said: Any) -> None:
    page.evaluate("(text) => vedetta.link.take(text)", json.dumps({"type": "marks", **said}))


def alert(lane: str = "law", *mmsis: int, **more: Any) -> dict[str, Any]:
    made = {"id": f"{lane}-1", "lane": lane, "severity": "high", "state": "new", "updated": 0}
    return made | {"mmsis": mmsis, "lon": 15.3, "lat": 35.6, "headline": "<i>Flares"} | more
