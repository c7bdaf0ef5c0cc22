"""From a question to rows: vessels, span, area, and the codes that the choice itself carries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import shapely

from alerts.alert import Codes
from alerts.incidents.codes import AUTOMATIC, strictest
from service.cases import codes_of, reason_of, require
from service.disclosure import entry_codes_of
from service.editions import zones_in_force
from service.errors import ServiceError
from service.exporting.asking import Asked, vessel
from service.known import UnknownError
from service.rights import Person
from service.sight import sees
from store.cases import whole
from store.errors import RuleError
from store.exports import Selection, vessels_with
from store.history import Box
from store.incidents import look

if TYPE_CHECKING:
    import psycopg

    from store.case_parts import Whole
    from watchlist.entries import WatchlistEntry

AROUND = dt.timedelta(hours=24)
"""An incident's positions are those from so long before it until so long after."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks; ``person`` None: somebody at a shell, who is trusted with the database."""

    person: Person | None = None

    def sees(self, codes: Codes) -> bool:
        """Tell whether they may know of what carries ``codes``."""
        return self.person is None or sees(self.person, codes)

    def knows(self, entry: WatchlistEntry) -> bool:
        """Tell whether they may know of an entry of the list."""
        return self.sees(entry_codes_of(entry))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows a question means.

    shape   exact outline where a box is not all of it · alerts  ids, where some are named
    codes   of the alert and the case by which it was chosen: they say something of the vessels
    """

    asked: Asked
    selection: Selection
    shape: Any = None
    codes: Codes = AUTOMATIC
    alerts: tuple[str, ...] | None = None

    @property
    def start(self) -> dt.datetime | None:
        """From when."""
        return self.selection.start

    @property
    def end(self) -> dt.datetime | None:
        """Until when."""
        return self.selection.end


def reason_in(connection: psycopg.Connection, case: str, viewer: Viewer) -> str:
    """Return the reason of a case for an export made within it.

    Raises UnknownError for one that is not there, or not for who asks, CaseError for a closed one.
    """
    held = _case(connection, case, viewer)
    if viewer.person is not None:
        return reason_of(held, viewer.person)
    if held.case.state == "closed":
        raise ServiceError(f"{case}: is closed; nothing is read in its name any more")
    return f"{held.case.id}: {held.case.reason}"


_RING_DEG = 0.2
"""Twelve miles: nobody sails through them between two reports."""


def choose(
    connection: psycopg.Connection, asked: Asked, viewer: Viewer, now: dt.datetime
) -> Chosen:
    """Return which rows ``asked`` means.

    Raises UnknownError for what is not there, or not for who asks; ServiceError where a choice
    names nobody.
    """
    area, shape = _area(connection, asked)
    if asked.kind == "tracks" and area is not None:
        area, shape = _ring(area), shapely.box(*_sides(area)) if shape is None else shape
    whole_until = asked.end or (now if asked.start else None)
    chosen = Chosen(asked, Selection(asked.start, whole_until, box=area), shape)
    if asked.case:
        chosen = _of_case(connection, chosen, viewer)
    if asked.alert:
        chosen = _of_alert(connection, chosen, viewer)
    if asked.vessels:
        chosen = _with(chosen, *_numbers(connection, asked.vessels))
    named = chosen.selection.mmsis
    if named == () and not (asked.kind == "alerts" and chosen.alerts):
        raise ServiceError(f"{asked.case or asked.alert}: names no vessel; nothing to export")
    return chosen


def _area(connection: psycopg.Connection, asked: Asked) -> tuple[Box | None, Any]:
    if asked.box:
        return asked.box, None
    if asked.polygon:
        drawn = shapely.Polygon(asked.polygon)
        return Box(*drawn.bounds), drawn
    if not asked.zones or asked.kind == "zones":
        return None, None
    there = {zone.id: zone for zone in zones_in_force(connection).zones}
    for one in asked.zones:
        if one not in there:
            raise UnknownError(f"{one[:80]}: no such zone; see vedetta zones list")
    shape = shapely.union_all([there[one].geometry for one in asked.zones])
    return Box(*shape.bounds), shape


def _ring(area: Box) -> Box:
    """Return ``area`` with so much around it that who leaves it is seen to: a line ends there."""
    west, south, east, north = _sides(area)
    return Box(max(west - _RING_DEG, -180.0), max(south - _RING_DEG, -90.0),
               min(east + _RING_DEG, 180.0), min(north + _RING_DEG, 90.0))  # fmt: skip


def _sides(area: Box) -> tuple[float, float, float, float]:
    return area.west, area.south, area.east, area.north


def _numbers(connection: psycopg.Connection, names: tuple[str, ...]) -> list[int]:
    """Return the MMSIs of vessels; an IMO number stands for all under which it was sent."""
    found: list[int] = []
    for name in names:
        imo = vessel(name)
        numbers = [int(name)] if imo is None else vessels_with(connection, [imo])
        if not numbers:
            raise UnknownError(f"{name}: nobody has sent this IMO number")
        found += numbers
    return found


def _with(chosen: Chosen, *mmsis: int) -> Chosen:
    named = sorted({*(chosen.selection.mmsis or ()), *mmsis})
    return replace(chosen, selection=replace(chosen.selection, mmsis=tuple(named)))


def _of_alert(connection: psycopg.Connection, chosen: Chosen, viewer: Viewer) -> Chosen:
    """Return ``chosen`` with the vessels, the span and the codes of the alert that is named."""
    asked = chosen.asked
    found = look(connection, asked.alert)
    if found is None or not viewer.sees(found.alert.codes):
        raise UnknownError(f"{asked.alert[:40]}: there is no such alert; see vedetta alerts list")
    alert, selection = found.alert, chosen.selection
    if asked.kind == "events":
        selection = replace(selection, ids=alert.events)
    elif asked.kind in {"positions", "tracks", "links"}:
        end = alert.updated_us if alert.ended_us is None else alert.ended_us
        start = selection.start or _time(alert.started_us) - AROUND
        selection = replace(selection, start=start, end=asked.end or _time(end) + AROUND)
    mixed = strictest(chosen.codes, alert.codes)
    held = (*(chosen.alerts or ()), alert.id)
    return _with(replace(chosen, selection=selection, codes=mixed, alerts=held), *alert.mmsis)


def _of_case(connection: psycopg.Connection, chosen: Chosen, viewer: Viewer) -> Chosen:
    """Return ``chosen`` with the vessels, the alerts and the codes of the case that is named."""
    held = _case(connection, chosen.asked.case, viewer)
    named = tuple(one.ref for one in held.items if one.kind == "vessel")
    alerts = tuple(one.ref for one in held.items if one.kind == "alert")
    others = {mmsi for alert in held.alerts.values() for mmsi in alert.mmsis}
    codes = strictest(chosen.codes, codes_of(held))
    numbers = _numbers(connection, named)
    return _with(replace(chosen, codes=codes, alerts=alerts), *numbers, *others)


def _case(connection: psycopg.Connection, case: str, viewer: Viewer) -> Whole:
    try:
        held = whole(connection, case)
    except RuleError:
        raise UnknownError(f"{case[:40]}: there is no such case; see vedetta cases list") from None
    if viewer.person is not None:
        require(held, viewer.person, "reads")
    return held


def _time(time_us: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=time_us)
