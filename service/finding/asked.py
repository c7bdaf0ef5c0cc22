"""Reading what people ask: times, numbers, points and places, with errors that say the cure."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from service.errors import WrongUseError
from service.finding.question import MOST_DEG2_H
from service.positions import position
from store.history import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geofence.zones import ZoneSet

_SHOWN = 60
_TIME_FORM = "expected a time as 2026-05-01T08:00 (UTC)"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the sea: zones (ids) or a box; ``area`` in degrees."""

    name: str
    area: BaseGeometry
    zones: tuple[str, ...] = ()

    @property
    def box(self) -> Box:
        """Return the box round it."""
        return Box(*self.area.bounds)


def text(given: Mapping[str, str], name: str, default: str = "") -> str:
    """Return what was given, ``default`` where nothing was."""
    return " ".join(given.get(name, "").split()) or default


def moment(given: Mapping[str, str], name: str, default: dt.datetime | None = None) -> dt.datetime:
    """Return a time, UTC; ``to`` may be the "now" that its field shows; raises WrongUseError."""
    said = text(given, name)
    if default is not None and (not said or (name, said.casefold()) == ("to", "now")):
        return default
    try:
        at = dt.datetime.fromisoformat(said)
        return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise WrongUseError(f"{name}: {said[:_SHOWN]!r}; {_TIME_FORM}") from None


def span(
    given: Mapping[str, str], now: dt.datetime, usual: dt.timedelta
) -> tuple[dt.datetime, dt.datetime]:
    """Return ``from`` and ``to``; without them the last ``usual`` before now."""
    end = moment(given, "to", now)
    start = moment(given, "from", end - usual)
    if start >= end:
        raise WrongUseError(f"from: {start:%Y-%m-%dT%H:%M} is not before to: {end:%Y-%m-%dT%H:%M}")
    return start, end


def number(given: Mapping[str, str], name: str, low: float, high: float, default: str) -> float:
    """Return a number within bounds; raises WrongUseError."""
    said = text(given, name, default)
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise WrongUseError(
            f"{name}: {said[:_SHOWN]!r}; expected a number from {low:g} to {high:g}"
        )
    return value


def point(given: Mapping[str, str], name: str) -> tuple[float, float]:
    """Return longitude and latitude of a position as people type it; raises WrongUseError."""
    said = text(given, name)
    found = position(said)
    if found is None:
        msg = (
            f"{name}: {said[:_SHOWN]!r}; expected a position as 36°12.4′N 014°33.1′E or 36.2 14.5"
        )
        raise WrongUseError(msg)
    return found


def place(given: Mapping[str, str], name: str, zones: ZoneSet) -> Place:
    """Return a zone by id or name, or a box W,S,E,N; raises WrongUseError."""
    said = text(given, name)
    if said.count(",") == 3:  # noqa: PLR2004 (four numbers)
        return _box(name, said)
    wanted = said.casefold()
    found = [one for one in zones.zones if one.id == said]
    found = found or [one for one in zones.zones if one.name.casefold() == wanted]
    if not found:
        like = sorted(one.id for one in zones.zones if wanted and wanted in one.name.casefold())
        hint = f"; did you mean {', '.join(like[:4])}?" if like else "; see vedetta zones list"
        raise WrongUseError(
            f"{name}: {said[:_SHOWN]!r} is no zone in force and no box W,S,E,N{hint}"
        )
    area = shapely.union_all([one.geometry for one in found])
    return Place(found[0].name, area, tuple(one.id for one in found))


def affordable(area: Box, start: dt.datetime, end: dt.datetime) -> None:
    """Raise WrongUseError where box times span costs too much, saying what can be asked."""
    deg2 = (area.east - area.west) * (area.north - area.south)
    hours = (end - start) / dt.timedelta(hours=1)
    if deg2 * hours > MOST_DEG2_H:
        most = math.floor(10 * MOST_DEG2_H / deg2) / 10
        raise WrongUseError(
            f"{deg2:,.1f} square degrees times {hours:,.0f} h costs too much; for this area ask "
            f"for at most {most:,.1f} h, or for a smaller area"
        )


def _box(name: str, said: str) -> Place:
    try:
        west, south, east, north = (float(one) for one in said.split(","))
    except ValueError:
        west = south = east = north = math.nan
    good = -180 <= west < east <= 180 and -90 <= south < north <= 90  # noqa: PLR2004 (degrees)
    if not good:
        raise WrongUseError(
            f"{name}: {said[:_SHOWN]!r}; expected W,S,E,N in degrees, W < E, S < N"
        )
    words = f"the box {west:g}, {south:g} to {east:g}, {north:g}"
    return Place(words, shapely.box(west, south, east, north))
