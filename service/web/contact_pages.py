"""The pages of contacts: all of them, one with its track and who is near, forms for sightings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from alerts.contacts import INFO_GRADES, KINDS, SOURCE_GRADES, Contact, track
from alerts.texts import catalogue, lasting
from service import sightings
from service.desk import Desk
from service.positions import position, said
from service.sight import sees_contact
from service.web.clock import now_of, now_us
from service.web.contact_api import SIGHTINGS, contact_of, rescue_of
from service.web.noting import looked_once
from service.web.pages import HEADERS, page
from service.web.reckoning import reckoned, start_called
from service.web.texts import say
from service.web.workroom import REFUSALS, made, person_of, seen, sentence, text, workroom
from store.contacts import contact_history, contacts_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from service.web.zones import ZonesInForce
    from store.contacts import ContactVersion

_FIELDS = ("place", "start", "bearing", "distance", "time", "error_nm", "description", "persons",
           "kind", "source_grade", "info_grade", "same_as", "why")  # fmt: skip
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


async def contacts_page(request: Request) -> Response:
    """Answer the open contacts, or with ``?closed=yes`` all of them."""
    closed = request.query_params.get("closed") == "yes"
    found = await workroom(request).apart(lambda at: contacts_now(at.connection, closed=closed))
    if not sees_contact(person_of(request)):
        found = []
    if found:
        await looked_once(request, *SIGHTINGS)
    rows = [shown(one) for one in sorted(found, key=lambda one: -one.contact.time_us)]
    return page(request, "contacts", rows=rows, closed=closed)


def shown(one: ContactVersion) -> dict[str, Any]:
    """Return what a page says of a sighting."""
    contact = one.contact
    return {
        "contact": contact, "by": one.author, "entered": one.at, "why": one.why,
        "seen": _EPOCH + dt.timedelta(microseconds=contact.time_us),
        "place": said(contact.lon, contact.lat), "told_by": say(f"contacts.teller_{contact.kind}"),
    }  # fmt: skip


async def contact_page(request: Request) -> Response:
    """Answer one contact: its sightings, who is near it now, and the next report."""
    return await _one(request)


async def _one(
    request: Request, wrong: str = "", given: Mapping[str, str] | None = None
) -> Response:
    room, contact_id = workroom(request), request.path_params["id"]

    def work(at: Desk) -> tuple[list[ContactVersion], Any]:
        """Work at one desk, in one transaction."""
        history = contact_history(at.connection, contact_id)
        if not history or not sees_contact(person_of(request)):
            raise HTTPException(404, "there is no such contact")
        last = history[-1].contact
        return history, None if last.closed else rescue_of(at, room.keeping, last, now_us(request))

    history, near = await room.apart(work)
    await looked_once(request, "contact.read", contact_id, "opened the contact")
    order = [one.version for one in track((one.contact for one in history), contact_id)]
    rows = sorted((shown(one) for one in history),
                  key=lambda one: order.index(one["contact"].version), reverse=True)  # fmt: skip
    return page(
        request, "contact", 400 if wrong else 200, said=wrong, rows=rows, id=contact_id,
        last=history[-1].contact, newest=history[-1].contact.version, near=near,
        lasting=lasting, position=catalogue("en").position,
        given=dict(given or {}), **_choices(request),
    )  # fmt: skip


def _choices(request: Request) -> dict[str, Any]:
    return {
        "kinds": [(one, say(f"contacts.teller_{one}")) for one in KINDS], "sources": SOURCE_GRADES,
        "infos": INFO_GRADES, "now_text": f"{now_of(request):%Y-%m-%dT%H:%M}",
    }  # fmt: skip


async def ask(request: Request) -> Response:
    """Answer the form of a new sighting."""
    return _form(request, {})


def _form(request: Request, given: Mapping[str, str], wrong: str = "") -> Response:
    return page(request, "contact_new", 400 if wrong else 200, said=wrong, given=dict(given),
                **_choices(request))  # fmt: skip


async def enter(request: Request) -> Response:
    """POST a sighting: a new contact, or the next place of the one that the path names."""
    form = await request.form()
    given = {name: text(form, name) for name in _FIELDS}
    given["same_as"] = request.path_params.get("id", "")
    mark = replace(made(request, form), at=now_of(request))
    try:
        lon, lat, how = await _place(request, given)
        one = contact_of({**given, "lon": lon, "lat": lat, "reckoned": how}, mark.at)
        kept: Contact = await workroom(request).apart(
            lambda at: sightings.enter(at.connection, one, mark)
        )
    except (*REFUSALS, ValueError) as error:
        wrong = sentence(error)
        return (
            await _one(request, wrong, given) if given["same_as"] else _form(request, given, wrong)
        )
    return RedirectResponse(f"/contacts/{kept.id}", 303, HEADERS)


async def _place(request: Request, given: Mapping[str, str]) -> tuple[float, float, str]:
    """Return longitude and latitude of the form, and how they were reckoned, "" where typed."""
    if given["place"]:
        found = position(given["place"])
        if found is None:
            raise ValueError(f"{given['place']} is no position; expected as 36°12.4′N 014°33.1′E")
        return (*found, "")
    if not given["start"]:
        raise ValueError("say where: a position, or bearing and distance from a named place")
    in_force: ZonesInForce = request.app.state.zones
    zones, rows = (await in_force.newest()).zones, request.app.state.poller.rows
    return reckoned(start_called(given["start"], tuple(zones), rows, now_us(request)), given)


async def close(request: Request) -> Response:
    """POST: nobody looks for a contact any more."""
    form, contact_id = await request.form(), request.path_params["id"]
    mark, version = replace(made(request, form), at=now_of(request)), seen(form)
    await workroom(request).apart(
        lambda at: sightings.close(at.connection, contact_id, mark, version)
    )
    return RedirectResponse(f"/contacts/{contact_id}", 303, HEADERS)
