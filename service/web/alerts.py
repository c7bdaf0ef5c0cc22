"""Alerts as JSON: the list, one with all that is known of it, and what people do with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import anyio
import structlog
from starlette.exceptions import HTTPException

from alerts.incidents.incident import IncidentError
from alerts.kinds import LANES
from service.alert_acts import ActError, asked_of
from service.alert_changes import CursorError
from service.alert_desk import MeanwhileError, UnknownAlertError
from service.alert_told import change, told
from service.web.answers import answer
from service.web.noting import PATIENCE_S, looked_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from service.alert_desk import AlertDesk
    from service.web.api import Endpoint

LISTED = ("alert.list", "alerts", "listed the alerts")
"""Action, subject and reason of a look at many alerts, as the audit has it."""
OPEN = ("new", "acknowledged", "assigned", "escalated")
STATES = (*OPEN, "resolved", "retracted")
_RESCUE_S = 0.3  # whoever holds the audit: a list with a rescue waits no longer
_MOST_BYTES = 8192
_PATIENCE_S = 4.0
_log = structlog.get_logger()


async def listing(request: Request) -> Response:
    """Answer alerts, SAR first; ``?state=open|all|resolved…`` and ``?lane=`` narrow it down.

    ``?since=`` the next of an answer: what became of alerts since then.
    """
    if "since" in request.query_params:
        return await _changed(request)
    states, lanes = narrowed(request.query_params)
    desk: AlertDesk = request.app.state.desk
    found = await desk.apart(desk.listing, request.state.person, states, lanes)
    await list_noted(request, found["alerts"])
    return answer(found)


async def _changed(request: Request) -> Response:
    """Answer alerts that changed since a cursor, those that are over too unless it says which."""
    asked = request.query_params
    states, lanes = narrowed({"state": "all", **asked})
    desk: AlertDesk = request.app.state.desk
    try:
        found, following, more = await desk.apart(
            desk.changed, request.state.person, asked["since"]
        )
    except CursorError as error:
        raise HTTPException(400, str(error)) from None
    shown = [one for one in found
             if one["state"] in states and (lanes is None or one["lane"] in lanes)]  # fmt: skip
    await list_noted(request, shown)
    return answer({"alerts": shown, "more": int(more), "next": following})


async def list_noted(request: Request, alerts: Any) -> None:  # noqa: ANN401 (rows of JSON)
    """Note a look at ``alerts``; raises as ``looked_once``, but never where a rescue is shown."""
    if not alerts:
        return
    rescue = any(one["lane"] == "sar" for one in alerts)
    try:
        await looked_once(request, *LISTED, _RESCUE_S if rescue else PATIENCE_S)
    except TimeoutError:
        if not rescue:
            raise
        _log.warning("alert_list_noted_late", who=request.state.person.name)


def narrowed(asked: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Return the states and lanes (None: all) that a query names; HTTPException 400."""
    state, lane = asked.get("state", "open"), asked.get("lane", "")
    known = {"open": OPEN, "all": STATES, **{one: (one,) for one in STATES}}
    if state not in known:
        raise HTTPException(400, f"state={state[:20]!r}: expected one of {', '.join(known)}")
    if lane and lane not in LANES:
        raise HTTPException(400, f"lane={lane[:20]!r}: expected one of {', '.join(LANES)}")
    return known[state], (lane,) if lane else None


async def detail(request: Request) -> Response:
    """Answer one alert as its person may see it; 404 where it is not there for them."""
    return answer(await _told(request))


async def people(request: Request) -> Response:
    """Answer who may be given an alert."""
    desk: AlertDesk = request.app.state.desk
    try:
        found = await desk.apart(desk.people, request.state.person, _id(request))
    except UnknownAlertError as error:
        raise HTTPException(404, str(error)) from None
    said = [{"name": one.name, "display": one.display, "role": one.role, "office": one.office}
            for one in found]  # fmt: skip
    return answer({"people": said})


def doing(act: str) -> Endpoint:
    """Return the endpoint that does ``act``: the form is JSON with the version looked at."""

    async def endpoint(request: Request) -> Response:
        """Do it and answer the alert as it is then; 409 says what happened meanwhile."""
        try:
            asked = asked_of(act, await _form(request))
            await done(request, act, asked)
        except UnknownAlertError as error:
            raise HTTPException(404, str(error)) from None
        except (ActError, IncidentError) as error:
            raise HTTPException(400, str(error)) from None
        except MeanwhileError as error:
            later = [change(one) for one in error.changes]
            said = {"error": str(error), "changes": later, "version": error.alert.version}
            return answer({**said, "state": error.alert.state}, 409)
        return answer(await _told(request))

    return endpoint


async def done(request: Request, act: str, asked: Any) -> None:  # noqa: ANN401 (Asked)
    """Do an act in a thread, and have the marks read again at once."""
    desk: AlertDesk = request.app.state.desk
    now_us = request.app.state.poller.now_ms() * 1000
    person = request.state.person
    await desk.apart(desk.do, person, _id(request), act, asked, now_us)


async def _told(request: Request) -> dict[str, Any]:
    desk: AlertDesk = request.app.state.desk
    now_us = request.app.state.poller.now_ms() * 1000
    try:
        seen = await desk.apart(desk.detail, request.state.person, _id(request), now_us)
    except UnknownAlertError as error:
        raise HTTPException(404, str(error)) from None
    return told(seen, desk.routing)


async def _form(request: Request) -> dict[str, Any]:
    body = b""
    with anyio.fail_after(_PATIENCE_S):
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                raise HTTPException(413, f"this is too long; expected at most {_MOST_BYTES} bytes")
    try:
        said = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise HTTPException(400, 'expected a JSON object, as {"version": 3}')
    return said


def _id(request: Request) -> str:
    return str(request.path_params["id"])
