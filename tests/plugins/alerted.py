"""Alerts in a database, made as the service makes them, and a web process that shows them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from alerts.alert import Vessel
from alerts.routing import Office, RoutingSettings, Rule
from service.alerting import Alerting, AlertSettings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import connect
from store.incidents import alerts
from store.watchlist import propose, release
from tests.plugins.incidents import AYLA, event
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.events import Event

OFFICES = (
    Office("catania", "EURTF Catania", country="ITA", channels=("log",), language="it"),
    Office("piraeus", "EURTF Piraeus", country="GRC", channels=("log",), language="el"),
)
ROUTING = RoutingSettings(
    OFFICES, (Rule("sar", ("*",), lanes=("sar",)), Rule("law", ("piraeus",), lanes=("law",)))
)
SHIP = Vessel(AYLA, "AYLA", "TCXY", 9_074_729, "TUR", "cargo", 88.5)


def now_us() -> int:
    return time.time_ns() // 1000


def seen(kind: str, *vessels: int, minutes: float = 10, **values: Any) -> Event:
    """An event that began so many minutes ago."""
    start = now_us() - round(minutes * 60e6)
    said = {"lon": 16.5, "lat": 36.0, "evidence": {}, **values}
    made = event(kind, *vessels, at=(said.pop("lon"), said.pop("lat")), **said)
    # The same event, of today: the plugin's is of a day in May.
    first = {"mmsi": vessels[0]} if 0 < len(vessels) <= 2 else {"mmsis": vessels}
    return type(made).begin(
        kind, 1, started_us=start, lon=made.lon, lat=made.lat, evidence=made.evidence,
        **first, **{name: values[name] for name in ("confidence", "lane") if name in values},
    )  # fmt: skip


def raised(
    dsn: str, *events: Event, vessels: tuple[Vessel, ...] = (SHIP,), routing: Any = ROUTING
) -> list[Alert]:
    """Commit a block with these events, as ingest does; return all alerts."""
    with psycopg.connect(dsn) as connection:
        by_mmsi = {one.mmsi: one for one in vessels}
        Alerting(AlertSettings(), routing)(connection, events, by_mmsi, now_us())
        connection.execute("NOTIFY vedetta_live")
    with psycopg.connect(dsn) as connection:
        return alerts(connection)


def listed(dsn: str, mmsi: int, **said: Any) -> str:
    """Put a vessel on the list and note that it answered to its entry; return the entry's id."""
    at = np.datetime64(now_us(), "us").item()
    with connect(dsn) as connection:
        change = Change("a.greco", "a test", at.replace(tzinfo=__import__("datetime").UTC))
        [(entry, version)] = propose(connection, [WatchlistEntry(mmsi=(mmsi,), **said)], change)
        release(connection, {entry: version}, change, four_eyes=False)
        connection.execute(
            "INSERT INTO watchlist_hit VALUES (0, %s, now(), 1, %s, %s, 1, 1, 1, 0)",
            [mmsi, entry, version],
        )
    return entry


@contextmanager
def shown(dsn: str, **said: Any) -> Iterator[str]:
    """Serve the pages of a database; give their address."""
    settings = WebSettings(port=0, poll_s=0.2)
    with running(create_app(settings, dsn, **{"routing": ROUTING, **said}), settings) as address:
        yield address
