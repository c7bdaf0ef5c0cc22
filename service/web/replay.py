"""Replay: spans of stored positions in compact chunks, and the alerts that were told in them."""

from __future__ import annotations

import gzip
import math
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from alerts.kinds import KINDS
from alerts.notices import LANE_TITLES
from maps.live.past import LONGEST_S, Span
from service.sight import sight
from service.web.alerts import LISTED
from service.web.answers import answer
from service.web.noting import looked_once
from service.web.recall import MOST_ROWS, Recall, TooMuchError, moment, sea
from store import past
from store.past import Box
from store.recalled import Recalled, told_between, with_versions

if TYPE_CHECKING:
    import psycopg
    from starlette.requests import Request

    from alerts.alert import Alert
    from service.rights import Person

MOST_COST = 1500.0
"""Square degrees × hours of one answer: twice the Mediterranean for an hour."""
LONGEST_LEAD_S = 7200
LONGEST_ALERTS_H = 49
LONGEST_BRIEF_H = 24 * 1100
LAST_MS = 4_102_444_800_000
"""The year 2100: no question goes beyond it."""
_MOST_ALERTS = 3000
_MOST_VERSIONS = 20_000
_STEPS = ((30.0, 10), (150.0, 30), (math.inf, 60))
"""(square degrees × hours up to which, seconds between two rows of a ship)."""
_COARSEST_S = 600
_QUICK = 1  # the level of gzip: half the bytes for a tenth of the time that the reading takes


async def replay(request: Request) -> Response:
    """Answer ``?from=&to=&west=&south=&east=&north=``: docs/replay.md has the bytes.

    ``from``, ``to`` epoch ms · ``lead`` seconds before: of each ship the last report then ·
    ``step`` seconds between two rows of a ship, by default as fine as the cost allows.
    """
    recall: Recall = request.app.state.past
    start, end, lead = _span(request)
    box = _box(request)
    cost = box.area * (end - start + lead * 1000) / 3_600_000
    if cost > MOST_COST:
        raise HTTPException(413, _dear(box, cost))
    usual = next(step for most, step in _STEPS if cost <= most)
    step = int(number(request, "step", usual, 1, _COARSEST_S))
    span = Span(start - lead * 1000, start, end, step)
    try:
        data = await recall.read(partial(sea, box=box, span=span, thinning=recall.thinning))
    except TooMuchError:
        said = f"more than {MOST_ROWS:,} positions in this box and span: ask for half of either"
        raise HTTPException(413, said) from None
    headers = {"cache-control": "no-store", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        data, headers["content-encoding"] = gzip.compress(data, _QUICK), "gzip"
    return Response(data, headers=headers, media_type="application/octet-stream")


async def stored(request: Request) -> Response:
    """Answer since and until when positions are stored, epoch ms; null where none are."""
    recall: Recall = request.app.state.past
    first, last = await recall.read(past.stored)
    return answer({"first_ms": _ms(first), "last_ms": _ms(last)})


async def told(request: Request) -> Response:
    """Answer ``?from=&to=``: the alerts that were there, as far as the person sees them.

    With the versions that stood then; ``brief=1``: of a longer span where and when, no more.
    """
    recall: Recall = request.app.state.past
    start, end = times(request)
    brief = request.query_params.get("brief") == "1"
    within(start, end, LONGEST_BRIEF_H if brief else LONGEST_ALERTS_H)
    found = await recall.read(partial(_told, span=(start, end), brief=brief))
    person: Person = request.state.person
    seen = ((one, sight(person, one.alert)) for one in found)
    say = _brief if brief else partial(_with_versions, person)
    shown = [say(one, how == "full") for one, how in seen if how != "nothing"]
    if shown:
        await looked_once(request, *LISTED)
    return answer({"alerts": shown, "more": len(found) == _MOST_ALERTS})


def _told(connection: psycopg.Connection, span: tuple[int, int], *, brief: bool) -> list[Recalled]:
    start, end = (moment(ms) for ms in span)
    found = told_between(connection, start, end, _MOST_ALERTS)
    return found if brief else with_versions(connection, found, start, end, _MOST_VERSIONS)


def alert_said(one: Recalled, *, full: bool) -> dict[str, Any]:
    """Return an alert as the map says it; not ``full``: lane, place and time only."""
    return {
        "id": one.alert.id, "told_ms": _ms(one.told_at), "over_ms": _ms(one.over_at),
        "exercise": one.alert.exercise, **_words(one.alert, full=full),
    }  # fmt: skip


def _words(alert: Alert, *, full: bool) -> dict[str, Any]:
    """Return what may be other in each version of an alert."""
    said: dict[str, Any] = {
        "lane": alert.lane, "lon": alert.lon, "lat": alert.lat, "place": alert.place,
        "state": alert.state, "limited": not full,
    }  # fmt: skip
    if not full:
        title = f"{LANE_TITLES[alert.lane]} alert"
        return said | {"kind": None, "severity": None, "headline": title, "mmsis": [],
                       "names": []}  # fmt: skip
    names = [vessel.name or f"MMSI {vessel.mmsi:09d}" for vessel in alert.vessels]
    return said | {
        "kind": KINDS[alert.kind].title, "severity": alert.severity, "names": names,
        "headline": alert.headline, "mmsis": list(alert.mmsis),
    }  # fmt: skip


def _brief(one: Recalled, full: bool) -> dict[str, Any]:  # noqa: FBT001 (called as its twin is)
    said = alert_said(one, full=full)
    return {
        name: said[name] for name in ("id", "lane", "lon", "lat", "mmsis", "told_ms", "over_ms")
    }


def _with_versions(person: Person, one: Recalled, full: bool) -> dict[str, Any]:  # noqa: FBT001
    """Return an alert with how it stood: under the codes of now and those of then, both."""
    versions: list[dict[str, Any]] = []
    for stood in one.versions:
        then = stood.alert or one.alert
        whole = full and sight(person, then) == "full"
        said = {**_words(then, full=whole), "state": stood.state, "as_now": stood.alert is None}
        # Most versions differ in a score that nobody sees here.
        if not versions or said | {"from_ms": versions[-1]["from_ms"]} != versions[-1]:
            versions.append({**said, "from_ms": _ms(stood.at)})
    return alert_said(one, full=full) | {"versions": versions}


def _span(request: Request) -> tuple[int, int, int]:
    """Return start and end, epoch ms, and the lead, s."""
    start, end = times(request)
    lead = int(number(request, "lead", 0, 0, LONGEST_LEAD_S))
    if end - start + lead * 1000 > LONGEST_S * 1000:
        hours = (end - start) / 3_600_000 + lead / 3600
        raise HTTPException(413, f"{hours:.1f} h at once: ask for at most {LONGEST_S // 3600} h")
    return start, end, lead


def within(start: int, end: int, most_h: float) -> None:
    """Raise HTTPException 413 where a span, epoch ms, is longer than so many hours."""
    if end - start > most_h * 3_600_000:
        said = f"{(end - start) / 3_600_000:.0f} h of alerts: ask for at most {most_h} h"
        raise HTTPException(413, said)


def times(request: Request) -> tuple[int, int]:
    """Return ``from`` and ``to``, epoch ms; raises HTTPException 400."""
    start = int(number(request, "from", math.nan, 0, LAST_MS))
    end = int(number(request, "to", math.nan, 0, LAST_MS))
    if start >= end:
        raise HTTPException(400, f"from={start} to={end}: expected from before to, epoch ms")
    return start, end


def _box(request: Request) -> Box:
    west, east = (number(request, name, math.nan, -180, 180) for name in ("west", "east"))
    south, north = (number(request, name, math.nan, -90, 90) for name in ("south", "north"))
    if west >= east or south >= north:
        raise HTTPException(400, "the box is empty: expected west < east and south < north")
    return Box(west, south, east, north)


def _dear(box: Box, cost: float) -> str:
    hours = cost / box.area
    width, height = box.east - box.west, box.north - box.south
    return (
        f"{width:.0f}° × {height:.0f}° for {hours:.1f} h is {cost:,.0f} square degrees × hours, "
        f"at most {MOST_COST:,.0f}: ask for at most {MOST_COST / box.area * 60:.0f} min of this "
        "box at once, or for a smaller box"
    )


def number(request: Request, name: str, otherwise: float, least: float, most: float) -> float:
    """Return a number of the query from ``least`` to ``most``; raises HTTPException 400.

    ``otherwise`` where there is none; NaN: it must be there.
    """
    text = request.query_params.get(name)
    try:
        value = otherwise if text is None else float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        shown = "missing" if text is None else repr(text[:20])
        raise HTTPException(400, f"{name}: {shown}; expected {least:g} to {most:g}")
    return value


def _ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)
