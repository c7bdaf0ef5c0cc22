"""Sightings on the live map: the open ones, a new one, who is near, places by name. JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import shapely
from starlette.exceptions import HTTPException

from alerts.contacts import LONGEST_TEXT, Contact
from alerts.plain import plain
from service import sightings
from service.rescuing import Rescuing
from service.sight import sees_contact
from service.web.answers import answer
from service.web.clock import now_of, now_us
from service.web.noting import looked_once
from service.web.workroom import REFUSALS, person_of, sentence, workroom
from service.web.zone_drawing import body
from store.changes import Change
from store.contacts import contacts_now

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from alerts.alert import SarHelp
    from geofence.zones import Zone
    from service.desk import Desk
    from service.keeping import Keeping
    from service.web.zones import ZonesInForce

SIGHTINGS = ("contact.list", "contacts", "listed the contacts")
"""Action, subject and reason of a look at all contacts, as the audit has it."""
_MOST_BYTES = 1 << 16
_PLACES = 8
_NAMED = ("port", "anchorage", "custom", "sub_basin", "office_area")
_NUMBERS = (TypeError, ValueError, OverflowError)


async def contacts(request: Request) -> Response:
    """Answer the newest sighting of each open contact."""
    found = await workroom(request).apart(lambda at: contacts_now(at.connection))
    if not sees_contact(person_of(request)):
        found = []
    if found:
        await looked_once(request, *SIGHTINGS)
    return answer({"contacts": [_told(one.contact) for one in found]})


def _told(one: Contact) -> dict[str, Any]:
    told = one.as_dict()
    told["time_ms"] = told.pop("time_us") // 1000
    return told


async def enter(request: Request) -> Response:
    """POST a sighting; answer its id, and who is near it."""
    said = await body(request, _MOST_BYTES)
    room = workroom(request)
    why = plain(said.get("why") or "", 500) or "sighting"
    mark = Change(person_of(request).name, why, now_of(request))

    def work(at: Desk) -> dict[str, Any]:
        """Work at one desk, in one transaction."""
        kept = sightings.enter(at.connection, contact_of(said, mark.at), mark)
        near = _help(at, room.keeping, kept, now_us(request))
        return {"id": kept.id, "version": kept.version, **near}

    try:
        return answer(await room.apart(work))
    except _NUMBERS as error:
        raise HTTPException(400, f"a field is no number: {plain(error, 100)}") from None


def contact_of(said: Mapping[str, Any], now: dt.datetime) -> Contact:
    """Return the contact of a form's fields, texts or numbers.

    Raises ContactError, WrongUseError, and ValueError where a number is none.
    """
    persons = str(said.get("persons") or "").strip()
    return Contact(
        kind=str(said.get("kind") or ""), lon=float(said.get("lon") or "nan"),
        lat=float(said.get("lat") or "nan"), error_nm=float(said.get("error_nm") or 5),
        time_us=sightings.seen_us(str(said.get("time") or ""), now),
        description=plain(said.get("description") or ""),
        persons=int(persons) if persons else None,
        source_grade=str(said.get("source_grade") or "X"),
        info_grade=int(said.get("info_grade") or 4), id=str(said.get("same_as") or ""),
        reckoned=plain(said.get("reckoned") or "", LONGEST_TEXT),
    )  # fmt: skip


def rescue_of(at: Desk, keeping: Keeping, one: Contact, now: int) -> SarHelp:
    """Return who is near a contact at ``now`` (µs), and who answers for that sea."""
    place = (one.lon, one.lat)
    rescuing = Rescuing(keeping.sar, keeping.roles)
    return rescuing.at(at.connection, place, one.error_nm, one.time_us, now)


def _help(at: Desk, keeping: Keeping, one: Contact, now: int) -> dict[str, Any]:
    found = rescue_of(at, keeping, one, now)
    return {
        "nearest": [asdict(one) for one in found.nearest],
        "centres": [asdict(one) for one in found.centres],
        "assumed": found.assumed,
    }


async def rescue(request: Request) -> Response:
    """Answer ``?lon=&lat=&error_nm=``: who is near, and who answers for that sea."""
    asked = request.query_params
    try:
        lon, lat = (float(asked.get(name, "nan")) for name in ("lon", "lat"))
        error_nm = float(asked.get("error_nm") or 5)
    except ValueError:
        raise HTTPException(400, "lon, lat and error_nm: expected numbers") from None
    now = now_us(request)
    try:
        one = Contact("other", lon, lat, error_nm, now, "asked")
    except REFUSALS as error:
        raise HTTPException(400, sentence(error)) from None
    room = workroom(request)
    return answer(await room.apart(lambda at: _help(at, room.keeping, one, now)))


async def places(request: Request) -> Response:
    """Answer ``?q=``: ports, anchorages and other zones of that name, with their middle."""
    words = request.query_params.get("q", "")[:60].casefold().split()
    in_force: ZonesInForce = request.app.state.zones
    chart = await in_force.newest() if words else None
    named = [zone for zone in chart.zones if zone.kind in _NAMED] if chart else []
    found = [zone for zone in named if all(one in zone.name.casefold() for one in words)]
    found.sort(key=lambda zone: (_NAMED.index(zone.kind), len(zone.name), zone.name))
    return answer({"places": [_place(zone) for zone in found[:_PLACES]]})


def _place(zone: Zone) -> dict[str, Any]:
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(zone.geometry))[0]
    return {"name": plain(zone.name, 80), "kind": zone.kind, "lon": float(lon), "lat": float(lat)}
