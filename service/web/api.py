"""The map's questions: which vessels, one vessel, its track. JSON, read only."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog
from starlette.exceptions import HTTPException

from maps.live import find, words
from maps.live.identity import told
from maps.live.whereabouts import Whereabouts, whereabouts
from service.traffic.picture import CELL_DEG
from service.web.answers import answer
from service.web.history import Span, span_of
from watchlist.flags import flag

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from starlette.requests import Request
    from starlette.responses import Response

    from service.web.facts import Facts
    from service.web.poller import Poller
    from service.web.readying import Readying
    from service.web.zones import ZonesInForce

LONGEST_TRACK_H = 72.0
_MMSI_DIGITS = 9
_PATIENCE_S = 5.0
_EXTRA_PATIENCE_S = 1.5  # for what the details can do without
_TRACK_POINTS = 3_000  # more than a 4K screen can tell apart
_log = structlog.get_logger()

Endpoint = Callable[["Request"], Awaitable["Response"]]


def guarded(endpoint: Endpoint, patience_s: float = _PATIENCE_S) -> Endpoint:
    """Answer 503 with one sentence where ``endpoint`` cannot reach the database in time."""

    async def guard(request: Request) -> Response:
        """Answer through ``endpoint``, or say what failed."""
        try:
            async with asyncio.timeout(patience_s):
                return await endpoint(request)
        except HTTPException as error:
            return answer({"error": error.detail}, error.status_code, error.headers)
        except Exception as error:  # noqa: BLE001 (reads fail in many ways; all mean the same here)
            _log.warning("read_failed", path=request.url.path, error=str(error).split("\n")[0])
            return answer({"error": "the database does not answer; try again in a moment"}, 503)

    return guard


async def search(request: Request) -> Response:
    """Answer ``?q=``: vessels of the live picture by name, MMSI, IMO number or call sign."""
    poller: Poller = request.app.state.poller
    query = request.query_params.get("q", "")[:40]
    found = find.find(poller.rows, query)
    return answer({"vessels": [_brief(row) for row in found]})


async def vessel(request: Request) -> Response:
    """Answer identity and last report of one MMSI; 404 where nothing is known of it."""
    poller: Poller = request.app.state.poller
    mmsi = mmsi_of(request)
    known = await asyncio.to_thread(poller.source.vessel, mmsi)
    if known is None:
        raise HTTPException(404, f"MMSI {mmsi} has not been heard")
    where = await _where(request, known["positions"])
    return answer(_details(mmsi, known) | asdict(where))


async def identity(request: Request) -> Response:
    """Answer what one MMSI said of itself over time; 404 where it was never heard."""
    facts: Facts = request.app.state.facts
    mmsi = mmsi_of(request)
    known = await asyncio.to_thread(facts.identity, mmsi)
    if known is None:
        raise HTTPException(404, f"MMSI {mmsi} has not been heard")
    return answer(told(known))


async def track(request: Request) -> Response:
    """Answer a vessel's positions of the last ``hours``, or ``from`` a time ``to`` another.

    At most 72 h (413 beyond), of one ``segment`` if given. Points are [epoch ms, longitude,
    latitude], in order of time, at most some thousand.
    """
    poller: Poller = request.app.state.poller
    span = span_of(request)
    hours = number(request, "hours", 3.0, math.inf) if span is None else span.hours
    segment = int(number(request, "segment", -1, 2**32))
    if hours > LONGEST_TRACK_H:
        msg = (
            f"{hours:,.1f} h of a track are more than {LONGEST_TRACK_H:g}; ask for less at a time"
        )
        raise HTTPException(413, f"{msg}, by from and to")
    if span is None:
        end = datetime.fromtimestamp(poller.now_ms() / 1000, UTC) + timedelta(minutes=5)
        span = Span(end - timedelta(hours=hours, minutes=5), end)
    points = await asyncio.to_thread(poller.source.track, mmsi_of(request), *span)
    if segment >= 0:
        points = points[points["segment"] == segment]
    return answer({"points": _points(points)})


async def coverage(request: Request) -> Response:
    """Answer where ships are heard: cells as [lon, lat, reports an hour, receivers, p99 gap s]."""
    rows = await asyncio.to_thread(request.app.state.facts.coverage)
    columns = (
        rows["lon"].round(4), rows["lat"].round(4), rows["heard_per_h"].round(1),
        rows["receivers"], rows["p99_gap_s"].round(),
    )  # fmt: skip
    cells = list(zip(*(column.tolist() for column in columns), strict=True))
    return answer({"cell_deg": request.app.state.cell_deg, "cells": cells})


async def traffic(request: Request) -> Response:
    """Answer where ships usually go: cells as [lon, lat, ships, axis of their courses]."""
    shown = await asyncio.to_thread(request.app.state.facts.traffic)
    said = {"version": shown.version, "until": shown.until}
    return answer({**said, "cell_deg": CELL_DEG, "cells": shown.cells})


def _points(track: NDArray[np.void]) -> list[list[float]]:
    track = track[np.isfinite(track["lon_deg"]) & np.isfinite(track["lat_deg"])]
    step = max(1, -(-len(track) // _TRACK_POINTS))
    # Counted from the end: the newest point is where the ship is drawn.
    kept = track[::-1][::step][::-1]
    times = kept["time"].astype("M8[ms]").astype(np.int64)
    places = zip(times, kept["lon_deg"].round(5), kept["lat_deg"].round(5), strict=True)
    return [[int(at), float(lon), float(lat)] for at, lon, lat in places]


def mmsi_of(request: Request) -> int:
    """Return the MMSI of the path; 404 where it is none."""
    text: str = request.path_params["mmsi"]
    if not (text.isascii() and text.isdigit() and len(text) <= _MMSI_DIGITS):
        raise HTTPException(404, f"{text[:20]!r} is no MMSI: expected at most nine digits")
    return int(text)


def number(request: Request, name: str, otherwise: float, most: float) -> float:
    """Return a number of the query from 0 to ``most``; 400 where it is none."""
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not (0 <= value <= most and math.isfinite(value)):
        expected = f"a number from 0 to {most:g}" if most < math.inf else "a number from 0 up"
        raise HTTPException(400, f"{name}={text[:40]!r}: expected {expected}")
    return value


def _brief(row: np.void) -> dict[str, Any]:
    return {
        "mmsi": int(row["mmsi"]),
        "segment": int(row["segment"]),
        "imo": int(row["imo"]) or None,
        "name": row["name"].decode("utf-8", "replace"),
        "call_sign": row["call_sign"].decode("utf-8", "replace"),
        "lon": float(row["lon_deg"]),
        "lat": float(row["lat_deg"]),
        "last_report_ms": int(row["time"]) // 1000,
    }


async def _where(request: Request, positions: list[dict[str, Any]]) -> Whereabouts:
    """Return where the newest of ``positions`` is; nothing where that takes long or fails."""
    if not positions:
        return Whereabouts()
    in_force: ZonesInForce = request.app.state.zones
    now = datetime.fromtimestamp(request.app.state.poller.now_ms() / 1000, UTC)
    lon, lat = positions[0]["lon_deg"], positions[0]["lat_deg"]

    shore: Readying = request.app.state.shore
    try:
        async with asyncio.timeout(_EXTRA_PATIENCE_S):
            # Waited for here and not in a thread: the track's and the search's threads are few.
            if not await shore.wait(_EXTRA_PATIENCE_S):
                return Whereabouts()
            chart = await in_force.newest()
            return await asyncio.to_thread(whereabouts, lon, lat, chart, now)
    except Exception as error:  # noqa: BLE001 (a part that fails must not take the rest along)
        said = str(error).split("\n")[0] or type(error).__name__
        _log.warning("whereabouts_not_found", error=said)
        return Whereabouts()


_IDENTITY = ("imo", "call_sign", "name", "destination", "draught_m")
_LAST = {"last_report_ms": None, "status": None, "feed": None}


def who(mmsi: int, message: int | None, identity: Mapping[str, Any]) -> dict[str, Any]:
    """Return who a vessel is, in words; null is «not available».

    ``message`` that she sent last; ``identity``: columns of table vessel, as far as known.
    """
    said = {name: identity.get(name) or None for name in _IDENTITY}
    eta = {part: identity.get(f"eta_{part}") for part in ("month", "day", "hour", "minute")}
    return {
        "mmsi": mmsi,
        **said,
        "type": words.station(message, mmsi) or words.ship_type(identity.get("ship_type")),
        "flag": flag(mmsi),
        "eta": eta if eta["month"] and eta["day"] else None,
    }


def _details(mmsi: int, known: dict[str, Any]) -> dict[str, Any]:
    """Return one vessel in words; null is «not available»."""
    identity = known["identity"] or {}
    positions = known["positions"]
    message = positions[0]["message"] if positions else identity.get("message")
    return {
        **who(mmsi, message, identity),
        **(_last(positions[0]) if positions else _LAST),
        "segments": [{"segment": row["segment"], **_last(row)} for row in positions],
    }


def _last(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "last_report_ms": int(row["time"].timestamp() * 1000),
        "status": words.status(row["nav_status"]),
        "feed": row["feed"],
    }
