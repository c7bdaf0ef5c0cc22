"""Positions of the past in a box, as GeoJSON, within what one question may cost."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from anyio import CapacityLimiter
from starlette.exceptions import HTTPException

from service.web.answers import answer
from service.web.connections import Connections
from store.history import Box, positions_in

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from starlette.requests import Request
    from starlette.responses import Response

    from store.thinning import Thinning

MOST_DEG2_H, MOST_H, MOST_DEG2 = 24.0, 24.0, 25.0
"""A question's box times its span, its span, and its box, at most: square degrees and hours."""
MOST_POINTS = 20_000
_PATIENCE_S = 3.5  # less than a connection's: the answer says what to do, and not «away»
_AT_ONCE = 2  # dear questions must not take what the map needs
_LESS = "halve the box or the span and ask twice"
_WORLD = (-180.0, -90.0, 180.0, 90.0)


class History:
    """Reads of the past, few at once."""

    def __init__(self, dsn: str, thinning: Thinning) -> None:
        """Remember ``dsn``; nothing is opened yet. ``thinning``: what positions are stored by."""
        self._thinning = thinning
        self._connections, self._threads = Connections(dsn), CapacityLimiter(_AT_ONCE)

    async def positions(self, box: Box, start: datetime, end: datetime) -> NDArray[Any]:
        """Return what was heard there, store.history.POSITION: one more than is answered."""

        def work() -> NDArray[Any]:
            """Read it."""
            with self._connections.one() as connection:
                return positions_in(connection, box, start, end, MOST_POINTS + 1,
                                    self._thinning)  # fmt: skip

        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._threads)

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()


async def positions(request: Request) -> Response:
    """Answer ``?bbox=W,S,E,N&from=&to=``: GeoJSON, oldest first; 413 beyond the limits."""
    past: History = request.app.state.history
    box, span = _box(request), span_of(request)
    if span is None:
        raise HTTPException(400, "from and to: both are needed, as 2026-05-01T08:00:00Z")
    _affordable(box, span)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            found = await past.positions(box, span.start, span.end)
    except TimeoutError:
        raise HTTPException(413, f"this takes longer than {_PATIENCE_S:g} s; {_LESS}") from None
    if len(found) > MOST_POINTS:
        raise HTTPException(413, f"more than {MOST_POINTS:,} positions are there; {_LESS}")
    return answer({"type": "FeatureCollection", "features": [_feature(row) for row in found]})


class Span(NamedTuple):
    """From a time (included) to a time (excluded), UTC."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Return how long it is."""
        return (self.end - self.start) / timedelta(hours=1)


def span_of(request: Request) -> Span | None:
    """Return ``from`` and ``to`` of a question, None without both; raises HTTPException 400."""
    given = [request.query_params.get(name) for name in ("from", "to")]
    if given == [None, None]:
        return None
    start, end = (_moment(name, text) for name, text in zip(("from", "to"), given, strict=True))
    if start >= end:
        raise HTTPException(400, f"from={given[0]!r}: is not before to={given[1]!r}")
    return Span(start, end)


def _moment(name: str, text: str | None) -> datetime:
    try:
        at = datetime.fromisoformat(text or "")
        # A zone at the edge of the calendar leads out of it.
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        msg = f"{name}={(text or '')[:40]!r}: expected a time as 2026-05-01T08:00:00Z"
        raise HTTPException(400, msg) from None


def _box(request: Request) -> Box:
    text = request.query_params.get("bbox", "")
    try:
        west, south, east, north = (float(one) for one in text.split(","))
    except ValueError:
        raise HTTPException(400, f"bbox={text[:60]!r}: expected W,S,E,N in degrees") from None
    box = Box(west, south, east, north)
    good = all(math.isfinite(one) for one in box) and west < east and south < north
    if not good or west < _WORLD[0] or south < _WORLD[1] or east > _WORLD[2] or north > _WORLD[3]:
        msg = f"bbox={text[:60]!r}: expected W < E and S < N within -180,-90,180,90"
        raise HTTPException(400, f"{msg}; ask twice for what crosses 180°")
    return box


def _affordable(box: Box, span: Span) -> None:
    """Raise HTTPException 413, saying how to ask for less."""
    deg2, hours = (box.east - box.west) * (box.north - box.south), span.hours
    if deg2 > MOST_DEG2:
        msg = f"the box is {deg2:,.1f} square degrees, more than {MOST_DEG2:g}"
        raise HTTPException(413, f"{msg}; ask for a smaller one")
    if hours > MOST_H:
        msg = f"the span is {hours:,.1f} h, more than {MOST_H:g}; ask for a day at a time"
        raise HTTPException(413, msg)
    if deg2 * hours > MOST_DEG2_H:
        # Rounded down: what is named must be granted.
        most_h = math.floor(10 * MOST_DEG2_H / deg2) / 10
        msg = (
            f"{deg2:,.1f} square degrees times {hours:,.1f} h is more than {MOST_DEG2_H:g}; for "
            f"this box ask for at most {most_h:,.1f} h at a time"
        )
        raise HTTPException(413, msg)


def _feature(row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row of numpy)
    at = row["time"].astype("M8[ms]").astype(datetime).replace(tzinfo=UTC)
    return {
        "type": "Feature",
        "geometry": {"type": "Point",
                     "coordinates": [round(float(row["lon_deg"]), 5),
                                     round(float(row["lat_deg"]), 5)]},
        "properties": {
            "mmsi": int(row["mmsi"]), "time": f"{at:%Y-%m-%dT%H:%M:%S}Z",
            "sog_kn": _number(row["sog_kn"]), "cog_deg": _number(row["cog_deg"]),
        },
    }  # fmt: skip


def _number(value: float) -> float | None:
    return round(float(value), 1) if math.isfinite(value) else None
