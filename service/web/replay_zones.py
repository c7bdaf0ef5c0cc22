"""Replay: which edition of the zones was in force when, and its zones as the map draws them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from math import nan
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from geofence.zones import ZoneSet
from maps.live.zones import ZoneChart
from service.web.answers import answer
from service.web.recall import Recall, moment
from service.web.replay import LAST_MS, LONGEST_ALERTS_H, number, times, within
from service.web.zones import ZonesInForce, own_chart, place_of, sent, told
from store.editions import content
from store.then import zones_between, zones_edition

if TYPE_CHECKING:
    import psycopg
    from starlette.requests import Request
    from starlette.responses import Response

    from store.then import ZonesThen

OWN = 0
"""What came along with the program, in force before the first edition."""
_MOST = 1000
_KEPT = 4  # charts: some megabytes each, and half a second of work
_DIGITS = 9


class ZonesOfThen:
    """The charts of editions of the past that were asked for last."""

    def __init__(self) -> None:
        """Begin with none."""
        self._charts: OrderedDict[int, ZoneChart] = OrderedDict()
        # Many who play one day are one reading.
        self._lock = threading.Lock()

    def chart(self, connection: psycopg.Connection, version: int) -> ZoneChart | None:
        """Return the chart of an edition; None where its bytes are no longer kept."""
        if version == OWN:
            return own_chart()
        with self._lock:
            chart = self._charts.pop(version, None) or _made(connection, version)
            if chart is not None:
                self._charts[version] = chart
            while len(self._charts) > _KEPT:
                self._charts.popitem(last=False)
            return chart


async def editions(request: Request) -> Response:
    """Answer ``?from=&to=``: which editions were in force, each with since and until when."""
    start, end = times(request)
    within(start, end, LONGEST_ALERTS_H)
    recall: Recall = request.app.state.past
    found = await recall.read(
        partial(zones_between, start=moment(start), end=moment(end), limit=_MOST)
    )
    return answer({"editions": [_span(one) for one in found], "more": len(found) >= _MOST})


async def zones(request: Request) -> Response:
    """Answer the zones of an edition as GeoJSON for display; 304 to who has them."""
    return sent(request, await _chart(request))


async def zones_at(request: Request) -> Response:
    """Answer ``?lon=&lat=&at=``: every zone of an edition at a place that was valid then."""
    lon, lat = place_of(request)
    at = moment(int(number(request, "at", nan, 0, LAST_MS)))
    chart = await _chart(request)
    return answer(told(lon, lat, chart.at(lon, lat, at)))


async def _chart(request: Request) -> ZoneChart:
    text: str = request.path_params["edition"]
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise HTTPException(404, f"{text[:20]!r} is no edition: expected its number")
    version = int(text)
    in_force: ZonesInForce = request.app.state.zones
    now = await in_force.newest()
    if (now.version or OWN) == version:
        return now
    recall: Recall = request.app.state.past
    then: ZonesOfThen = request.app.state.zones_of_then
    chart = await recall.read(partial(then.chart, version=version))
    if chart is None:
        raise HTTPException(404, f"edition {version} of the zones is not or no longer kept")
    return chart


def _made(connection: psycopg.Connection, version: int) -> ZoneChart | None:
    sha256 = zones_edition(connection, version)
    if sha256 is None:
        return None
    return ZoneChart.of(ZoneSet.from_bytes(content(connection, sha256)), sha256, version)


def _span(one: ZonesThen) -> dict[str, Any]:
    since, until = (
        None if at is None else int(at.timestamp() * 1000) for at in (one.since, one.until)
    )
    return {"version": one.version, "from_ms": since, "to_ms": until, "kept": one.kept}
