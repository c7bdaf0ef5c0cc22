"""Zones for the live map: the edition in force, and what lies at a place. JSON, read only."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maps.live.zones import ZoneChart, plain
from service.web.answers import answer
from service.web.facts import own_zones

if TYPE_CHECKING:
    from starlette.requests import Request

    from geofence.zones import Zone
    from service.web.facts import Facts

_PATIENCE_S = 4.0  # less than a question's, whose sentence would blame the database
_FRESH_S = 5.0  # editions come by the day; many open maps must not ask for each request
_log = structlog.get_logger()


class ZonesInForce:
    """The chart of the zones in force, made once for each edition.

    Without the database the last chart stays; before the first one, ``chart`` raises.
    """

    def __init__(self, facts: Facts, clock: Callable[[], float] = time.monotonic) -> None:
        """Read from ``facts``; ``clock`` in seconds."""
        self._facts, self._clock = facts, clock
        self._chart: ZoneChart | None = None
        self._ask_at = 0.0
        # Many first requests at once are one reading.
        self._lock = threading.Lock()
        # A thread of its own: many who wait for a chart must not take those of other questions.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="zones")

    async def newest(self) -> ZoneChart:
        """Return ``chart()`` without blocking the loop: the chart at hand while one is made."""
        chart = self._chart
        if chart is not None and (self._clock() < self._ask_at or self._lock.locked()):
            return chart
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.chart)

    def chart(self) -> ZoneChart:
        """Return the chart, at most some seconds behind; blocks while one is made."""
        with self._lock:
            if self._chart is None or self._clock() >= self._ask_at:
                self._chart = self._newest(self._chart)
                self._ask_at = self._clock() + _FRESH_S
            return self._chart

    def forget(self) -> None:
        """Look for a newer edition with the next question: somebody here has made one."""
        self._ask_at = 0.0

    def close(self) -> None:
        """Let the thread go, without waiting for what it makes."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _newest(self, last: ZoneChart | None) -> ZoneChart:
        try:
            version, sha256 = self._facts.edition()
            if last is not None and (last.version, last.sha256) == (version, sha256):
                return last
            if version is None and sha256 == own_zones()[1]:
                return own_chart()
            return ZoneChart.of(self._facts.zones(sha256), sha256, version)
        except Exception as error:
            if last is None:
                raise
            _log.warning("zones_not_read", error=str(error).split("\n")[0])
            return last


@cache
def own_chart() -> ZoneChart:
    """Return the chart of what comes along: half a second of work, so once in a process."""
    return ZoneChart.of(*own_zones())


async def zones(request: Request) -> Response:
    """Answer the zones in force as GeoJSON for display; 304 to who has this edition."""
    return sent(request, await _chart(request))


def sent(request: Request, chart: ZoneChart) -> Response:
    """Return a chart as GeoJSON; 304 to who has this edition."""
    # With the number: an edition may bring back the zones of an earlier one.
    etag = f'"{chart.sha256}-{chart.version or 0}"'
    headers = {"cache-control": "no-cache", "etag": etag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    kind = "application/geo+json"
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(chart.packed, headers=headers, media_type=kind)
    return Response(chart.data, headers=headers, media_type=kind)


async def zones_at(request: Request) -> Response:
    """Answer ``?lon=&lat=``: every zone at a place, with its source and what it weighs."""
    lon, lat = place_of(request)
    chart = await _chart(request)
    now = datetime.fromtimestamp(request.app.state.poller.now_ms() / 1000, UTC)
    return answer(told(lon, lat, chart.at(lon, lat, now)))


def place_of(request: Request) -> tuple[float, float]:
    """Return ``lon`` and ``lat`` of a question, degrees; raises HTTPException 400."""
    return _degrees(request, "lon", 180.0), _degrees(request, "lat", 90.0)


def told(lon: float, lat: float, zones: Sequence[Zone]) -> dict[str, Any]:
    """Return what is said of the zones at a place."""
    return {"lon": lon, "lat": lat, "zones": [_told(zone) for zone in zones]}


async def _chart(request: Request) -> ZoneChart:
    in_force: ZonesInForce = request.app.state.zones
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await in_force.newest()
    except TimeoutError:
        said = "the zones are being made ready; try again in a moment"
        raise HTTPException(503, said) from None


def _told(zone: Zone) -> dict[str, Any]:
    names = ("id", "name", "kind", "source", "licence", "version", "legal_status")
    return {name: plain(getattr(zone, name)) for name in names}


def _degrees(request: Request, name: str, most: float) -> float:
    text = request.query_params.get(name, "")
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not -most <= value <= most:
        expected = f"degrees from -{most:g} to {most:g}"
        raise HTTPException(400, f"{name}={text[:20]!r}: expected {expected}")
    return value
