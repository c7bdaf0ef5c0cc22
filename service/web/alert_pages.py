"""Alerts as pages, for who has no map at hand: the list, and the page behind the link of a mail.

They work without scripts, on a telephone, in English, Italian and Greek: the office's language, or
what the browser of somebody at the desk asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from starlette.exceptions import HTTPException

from alerts.incidents.incident import SERVICE, IncidentError
from alerts.plain import plain
from alerts.texts import catalogue, lasting
from maps.chartlet import Chartlet
from maps.papers.telling import values
from maps.papers.wording import wording
from service.alert_acts import ActError, asked_of
from service.alert_desk import SEEN, MeanwhileError, UnknownAlertError
from service.alert_told import facts_of, points, zone_names
from service.marks import line_of
from service.web.alerts import done, list_noted, narrowed
from service.web.pages import page, say
from service.web.speaking import spoken
from store.outbox import microseconds

if TYPE_CHECKING:
    from markupsafe import Markup
    from starlette.requests import Request
    from starlette.responses import Response

    from alerts.events import Event
    from alerts.texts import Catalogue
    from service.alert_desk import AlertDesk, Seen
    from service.web.pages import Tone
    from store.incidents import AlertChange
    from store.outbox import DeliveryRow

    Endpoint = Callable[[Request], Awaitable[Response]]

ACTS = ("acknowledge", "comment")
_DONE = {"acknowledge": "alerts_acknowledged", "comment": "alerts_remarked"}
_log = structlog.get_logger()


async def listing(request: Request) -> Response:
    """Answer the list of alerts, SAR first; ``?state=all`` shows also what is over."""
    states, lanes = narrowed(request.query_params)
    desk: AlertDesk = request.app.state.desk
    language = spoken(request)
    w = catalogue(language)
    found = await desk.apart(desk.listing, request.state.person, states, lanes, language)
    await list_noted(request, found["alerts"])
    return page(
        request,
        "alerts",
        language=language,
        lanes=w.lanes,
        time=lambda ms: w.time(ms * 1000),
        now_ms=request.app.state.poller.now_ms(),
        rows=found["alerts"],
        more=found["more"],
        state=request.query_params.get("state", "open"),
    )


async def one(request: Request) -> Response:
    """Answer the page of one alert; 404 where it is not there for this person."""
    return await _shown(request)


def doing(act: str) -> Endpoint:
    """Return the endpoint of a page's form; it answers the page as it is then."""

    async def endpoint(request: Request) -> Response:
        """Do it, or say who was faster."""
        w = catalogue(spoken(request))
        form = {name: str(value) for name, value in (await request.form()).items()}
        given = form.get("why", "") if act == "comment" else ""
        try:
            await done(request, act, asked_of(act, form))
        except UnknownAlertError as error:
            return say(request, 404, str(error))
        except (ActError, IncidentError) as error:
            said = w.refusal(str(error))
            return await _shown(request, f"{said[:1].upper()}{said[1:]}.", 400, given=given)
        except MeanwhileError as error:
            who = plain(error.changes[-1].who) or w.say("alerts_vedetta")
            return await _shown(request, w.say("alerts_conflict", who=who), 409, given=given)
        return await _shown(request, w.say(_DONE[act]), tone="good")

    return endpoint


async def _shown(
    request: Request, said: str = "", status: int = 200, *, tone: Tone = "bad", given: str = ""
) -> Response:
    """Answer an alert as it is; ``given`` is what was typed and not taken: it comes back."""
    desk: AlertDesk = request.app.state.desk
    now_us = request.app.state.poller.now_ms() * 1000
    alert_id = str(request.path_params["id"])
    try:
        seen = await desk.apart(desk.detail, request.state.person, alert_id, now_us)
    except UnknownAlertError as error:
        raise HTTPException(404, str(error)) from None
    language = spoken(request)
    w = catalogue(language)
    drawing = await desk.apart(_drawing, seen, w)
    values = _values(seen, language, desk)
    return page(request, "alert", status, said=said, tone=tone, language=language,
                drawing=drawing, now_us=now_us, given=given, **values)  # fmt: skip


def _values(seen: Seen, language: str, desk: AlertDesk) -> dict[str, Any]:
    """Return what the template fills in: words of one language, and no more than may be seen."""
    from alerts.doubts import not_known

    alert, w = seen.alert, catalogue(language)
    bare = seen.how != "full" and alert.lane != "sar"
    return {
        "alert": alert,
        "seen": seen,
        "bare": bare,
        "headline": line_of(alert, language, bare=bare),
        "place": w.place(alert.place),
        "lane": w.lanes[alert.lane],
        "kind": "" if bare else w.kinds[alert.kind],
        "severity": "" if bare else w.severities[alert.severity],
        "state": w.say(f"state_{alert.state}"),
        "time": w.time,
        "position": w.position,
        "number": w.number,
        "points": w.points,
        "vessel_line": w.vessel,
        "near_line": w.near,
        "lasting": lasting,
        "near_name": w.near_name,
        "assumed": w.assumed(seen.sar.assumed) if seen.sar else "",
        "reason": w.service(alert.reason) if alert.state == "retracted" else alert.reason,
        "kinds": w.kinds,
        "zones": zone_names(seen.events),
        "unknown": () if bare else not_known(alert, seen.events, language),
        "facts": [(event, _said(event, seen, language),
                   [w.fact(name, fact) for name, fact in facts_of(event)])
                  for event in seen.events],
        "shares": [(share.points, w.reason(share, seen.events)) for share in alert.shares],
        "most": max([abs(share.points) for share in alert.shares], default=1.0) or 1.0,
        "log": [(w.time(microseconds(line.at)), _who(line.who, w), _act(line.action, w),
                 _why(line, w)) for line in seen.log],
        "told": _told(seen, w, desk),
    }  # fmt: skip


def _said(event: Event, seen: Seen, language: str) -> str:
    """Return an event in sentences of ``language``, "" where its kind has none."""
    words = wording(language)
    ships = {one.mmsi: one for one in seen.alert.vessels}
    return " ".join(words.sentences(event.kind, values(event, words, ships)))


def _who(who: str, w: Catalogue) -> str:
    return w.say("alerts_vedetta") if who == "vedetta" else plain(who)


def _act(action: str, w: Catalogue) -> str:
    return w.words.get(f"act_{action}", action)


def _why(line: AlertChange, w: Catalogue) -> str:
    """Return why somebody did it; what the service wrote is told in the reader's language."""
    ours = line.who in {"", SERVICE} or line.why == SEEN
    return w.service(line.why) if ours else line.why


def _told(seen: Seen, w: Catalogue, desk: AlertDesk) -> list[tuple[str, str, str]]:
    """Return office, channel and what became of each message."""

    def time(at: dt.datetime) -> str:
        return w.time(microseconds(at))

    rows = []
    for row, times in reminded(seen.told):
        office = desk.routing.office(row.office)
        if row.acknowledged_at is not None:
            who = plain(row.acknowledged_by or "")
            said = w.say("alerts_acked", who=who, time=time(row.acknowledged_at))
        elif row.state == "sent" and row.settled_at is not None:
            said = w.say("alerts_received", time=time(row.settled_at))
        else:
            said = w.say("alerts_dead" if row.state == "dead" else "alerts_waiting")
        if len(times) > 1:
            said = w.say("alerts_again", said=said, n=len(times), time=time(min(times)))
        rows.append((office.name if office else row.office, row.channel, said))
    return rows


def reminded(told: Sequence[DeliveryRow]) -> list[tuple[DeliveryRow, list[dt.datetime]]]:
    """Return the messages, what one office received by one channel as its newest with all times.

    Who does not answer is told again and again. What did not arrive, or was answered, stays by
    itself: nothing is lost behind one that came through.
    """
    found: dict[object, tuple[DeliveryRow, list[dt.datetime]]] = {}
    for row in told:
        received = row.state == "sent" and row.acknowledged_at is None
        key = (row.office, row.channel) if received else len(found)
        _, times = found.setdefault(key, (row, []))
        if received and row.settled_at is not None:
            times.append(row.settled_at)
    return list(found.values())


def _drawing(seen: Seen, w: Catalogue) -> Markup | None:
    """Return the place as a drawing; None where no place is known, or it cannot be drawn."""
    alert, sar = seen.alert, seen.sar
    lon, lat = alert.lon, alert.lat
    if sar is not None and sar.lon is not None and sar.lat is not None:
        lon, lat = sar.lon, sar.lat
    if lon is None or lat is None:
        return None
    try:
        return _drawn(seen, lon, lat, w)
    except Exception as error:  # noqa: BLE001 (a page without its picture is better than none)
        _log.error("chartlet_failed", alert=alert.id, error=repr(error))
        return None


def _drawn(seen: Seen, lon: float, lat: float, w: Catalogue) -> Markup:
    lines = [[(x, y) for _, x, y in points(track)] for track in seen.tracks.values()]
    near = seen.sar.nearest[:3] if seen.sar else ()
    ends = [line[-1] for line in lines if line]
    chart = Chartlet(lon, lat, [*ends, *((one.lon, one.lat) for one in near)])
    for drift in seen.sar.adrift if seen.sar else ():
        chart.circle(drift.lon, drift.lat, drift.radius_nm, "drift")
    for line in lines:
        chart.line(line, "track")
    for one in near:
        chart.point(one.lon, one.lat, "helper", plain(one.name, 24) or f"MMSI {one.mmsi:09d}")
    chart.point(lon, lat, f"place {seen.alert.lane}", w.position(lon, lat))
    return chart.svg(w.say("alerts_drawing"))
