"""The panel of one vessel: reports, receivers, port calls, and what is known of her. JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.kinds import KINDS
from service.consulting import Consulting
from service.reading import stated_or_none
from service.showing import alerts_shown, events_shown
from service.sight import sees
from service.web.answers import answer
from service.web.api import LONGEST_TRACK_H, mmsi_of, number
from service.web.replay import alert_said
from store import panel
from store.events import events_between
from store.live import track

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray
    from starlette.requests import Request
    from starlette.responses import Response

    from alerts.events import Event
    from alerts.routing import RoutingSettings
    from geofence.zones import Zone
    from service.rights import Person
    from service.web.recall import Recall
    from store.panel import Listed

GAP_S = 900.0
"""Nothing heard for so long is a gap in a chart, seconds."""
_POINTS = 1500  # more than a chart has pixels
_MOST_ROWS = 40_000
_LONGEST_DAYS = 366.0
_MOST_EVENTS = 200
_AHEAD = timedelta(minutes=5)  # clocks of stations are not exact
_MINUTE_MS = 60_000


async def reports(request: Request) -> Response:
    """Answer ``?hours=&segment=``: [epoch ms, speed kn, course °, lon, lat] in order of time."""
    recall, mmsi = _recall(request), mmsi_of(request)
    start, end = _span(request, hours=number(request, "hours", 3.0, LONGEST_TRACK_H))
    segment = int(number(request, "segment", -1, 2**32))
    rows = await recall.read(partial(track, mmsi=mmsi, start=start, end=end, limit=_MOST_ROWS,
                                     thinning=recall.thinning))  # fmt: skip
    if segment >= 0:
        rows = rows[rows["segment"] == segment]
    kept = thinned(rows)
    said = zip(
        kept["time"].astype("M8[ms]").astype(np.int64).tolist(),
        kept["sog_kn"].astype(float).round(1).tolist(),
        kept["cog_deg"].astype(float).round().tolist(),
        kept["lon_deg"].round(5).tolist(), kept["lat_deg"].round(5).tolist(),
        strict=True,
    )  # fmt: skip
    span = {"from_ms": int(start.timestamp() * 1000), "to_ms": _now_ms(request)}
    points = [list(row) for row in said]
    return answer({**span, "gap_s": GAP_S, "stored": len(rows), "points": points})


def thinned(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return at most some 1,500 of ``rows``, in order of time, with both ends of every gap."""
    if not len(rows):
        return rows
    kept = np.zeros(len(rows), bool)
    kept[:: max(1, -(-len(rows) // _POINTS))] = kept[-1] = True
    after = np.flatnonzero(np.diff(rows["time"]).astype(np.int64) > GAP_S * 1e6) + 1
    kept[after] = kept[after - 1] = True
    found: NDArray[np.void] = rows[kept]
    return found


async def receivers(request: Request) -> Response:
    """Answer ``?hours=``: the feeds that heard her, in how many minutes, from and until when."""
    recall, mmsi = _recall(request), mmsi_of(request)
    start, end = _span(request, hours=number(request, "hours", 24.0, LONGEST_TRACK_H))
    found = await recall.read(partial(panel.receivers, mmsi=mmsi, start=start, end=end))
    said = [
        {"feed": one.feed, "minutes": one.positions,
         "first_ms": _ms(one.first_at), "last_ms": _ms(one.last_at)}
        for one in found
    ]  # fmt: skip
    return answer({"receivers": said})


async def port_calls(request: Request) -> Response:
    """Answer ``?days=``: stays in ports, the newest first; ``to_ms`` null: end not heard."""
    recall, mmsi = _recall(request), mmsi_of(request)
    start, _ = _span(request, hours=24 * number(request, "days", 30.0, _LONGEST_DAYS))
    zones = await _zones(request)
    found = await recall.read(partial(panel.visits, mmsi=mmsi, start=start))
    calls = [
        {"port": zones[one.zone].name, "from_ms": _ms(one.since),
         "to_ms": None if one.left_at is None else _ms(one.left_at),
         "heard_ms": _ms(one.heard_at)}
        for one in found if one.zone in zones and zones[one.zone].kind == "port"
    ]  # fmt: skip
    return answer({"calls": calls})


async def events(request: Request) -> Response:
    """Answer ``?days=``: what she did, as far as the person sees it, the newest first."""
    recall, mmsi = _recall(request), mmsi_of(request)
    start, end = _span(request, hours=24 * number(request, "days", 30.0, _LONGEST_DAYS))
    zones, person = await _zones(request), _person(request)
    routing: RoutingSettings = request.app.state.routing
    consulting: Consulting = request.app.state.consulting

    def work(connection: psycopg.Connection) -> list[Event]:
        """Read what is shown, and note that it was."""
        found = events_between(connection, start, end, mmsi, limit=10 * _MOST_EVENTS)
        seen = events_shown(connection, person, routing, mmsi, found)
        if seen:
            consulting.note(connection, person.name, mmsi, datetime.now(UTC))
        return seen

    seen = await recall.read(work)
    newest = seen[: -_MOST_EVENTS - 1 : -1]
    said = [_event(event, zones) for event in newest]
    return answer({"events": said, "more": len(seen) > len(newest)})


async def alerts(request: Request) -> Response:
    """Answer the alerts she is in, as far as the person sees them, the newest change first."""
    recall, mmsi, person = _recall(request), mmsi_of(request), _person(request)
    routing: RoutingSettings = request.app.state.routing
    consulting: Consulting = request.app.state.consulting

    def work(connection: psycopg.Connection) -> list[dict[str, Any]]:
        """Read what is shown, and note that it was."""
        seen = alerts_shown(connection, person, routing, mmsi)
        if seen:
            consulting.note(connection, person.name, mmsi, datetime.now(UTC))
        return [alert_said(one.recalled, full=True) for one in seen]

    return answer({"alerts": await recall.read(work)})


async def listing(request: Request) -> Response:
    """Answer the entries of the list that she answers to and the person may know of.

    What an entry says is for who said in this session for what they read the list; to others it
    answers that she is listed, by whom and under which codes.
    """
    recall, mmsi, person = _recall(request), mmsi_of(request), _person(request)
    consulting: Consulting = request.app.state.consulting

    def work(connection: psycopg.Connection) -> tuple[bool, list[Listed]]:
        """Read what is shown, and note that it was."""
        seen = [one for one in panel.listing(connection, mmsi) if sees(person, one.entry)]
        stated = stated_or_none(connection, person)
        if seen:
            consulting.note(connection, person.name, mmsi, datetime.now(UTC), stated)
        return stated is not None, seen

    stated, seen = await recall.read(work)
    return answer({"entries": [_listed(one, whole=stated) for one in seen]})


def _listed(one: Listed, *, whole: bool) -> dict[str, Any]:
    entry = one.entry
    names = ("id", "contributor", "handling", "handling_comment", "tlp", "priority")
    says = ("name", "reason", "source_grade", "info_grade")
    review = entry.review_by.isoformat() if entry.review_by and whole else None
    return {name: getattr(entry, name) for name in names} | {
        name: getattr(entry, name) if whole else None for name in says
    } | {
        "review_by": review, "matched_on": one.matched_on, "score": round(one.score, 2),
        "since_ms": _ms(one.since), "purpose": whole,
    }  # fmt: skip


def _event(event: Event, zones: dict[str, Zone]) -> dict[str, Any]:
    zone = zones.get(event.zone or "")
    others = [one for one in event.mmsis if one != event.mmsi]
    return {
        "id": event.id, "kind": KINDS[event.kind].title, "lane": event.lane,
        "severity": event.severity, "state": event.state, "reason": event.reason,
        "confidence": event.confidence, "others": others,
        "zone": zone.name if zone else event.zone, "lon": event.lon, "lat": event.lat,
        "from_ms": event.started_us // 1000,
        "to_ms": None if event.ended_us is None else event.ended_us // 1000,
        "evidence": [
            {"name": name, "value": fact.value, "unit": fact.unit, "threshold": fact.threshold}
            for name, fact in event.evidence.items()
        ],
    }  # fmt: skip


async def _zones(request: Request) -> dict[str, Zone]:
    chart = await request.app.state.zones.newest()
    return {zone.id: zone for zone in chart.zones}


def _span(request: Request, hours: float) -> tuple[datetime, datetime]:
    """Return ``hours`` before now, in whole minutes, and a little after now."""
    now_ms = _now_ms(request)
    now = datetime.fromtimestamp((now_ms - now_ms % _MINUTE_MS) / 1000, UTC)
    return now - timedelta(hours=hours), now + _AHEAD


def _now_ms(request: Request) -> int:
    return int(request.app.state.poller.now_ms())


def _recall(request: Request) -> Recall:
    recall: Recall = request.app.state.recall
    return recall


def _person(request: Request) -> Person:
    person: Person = request.state.person
    return person


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
