"""Who is on duty: named people of an office, their shifts, holidays and absences.

Times of shifts are those of the clock on the office's wall. A shift belongs to the day on which it
begins; one that ends at or before its begin ends on the next day. On a holiday only shifts of the
day «holiday» begin, where the office has any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from alerts.errors import AlertsError

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
_WEEK: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONE = dt.timedelta(days=1)


class RosterError(AlertsError, ValueError):
    """A roster that cannot be meant; a ValueError so that its path in config.yaml is named."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be called.

    id        as an account is called, such as a.rossi · name for people · phone for the desk
    channels  by which this person alone is told, besides the office's
    """

    id: str
    name: str
    phone: str = ""
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is there on some days from one time to another; the first is called first.

    begins, ends  local wall time
    """

    people: tuple[str, ...]
    begins: dt.time
    ends: dt.time
    days: tuple[Day, ...] = _WEEK


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is not there from one day to another, both included; ``instead`` is."""

    person: str
    since: dt.date
    until: dt.date
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """From one moment to another (with their zone) these people, whatever the shifts say.

    Where all of them are away, and nobody stands in, the shifts hold.
    """

    begins: dt.datetime
    ends: dt.datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The duty roster of one office.

    zone   IANA name of the clock on its wall
    chain  who is called after all on duty, in this order: heads, the neighbour's desk

    Raises RosterError for people who are not named, an unknown zone, or times without a zone.
    """

    office: str
    people: tuple[Person, ...] = ()
    shifts: tuple[Shift, ...] = ()
    zone: str = "Europe/Rome"
    holidays: tuple[dt.date, ...] = ()
    away: tuple[Away, ...] = ()
    swaps: tuple[Swap, ...] = ()
    chain: tuple[str, ...] = ()
    _known: dict[str, Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check that everybody who is called is somebody."""
        object.__setattr__(self, "_known", {one.id: one for one in self.people})
        if len(self._known) != len(self.people):
            raise RosterError(f"roster {self.office}: a person stands twice; expected each once")
        try:
            ZoneInfo(self.zone)
        except (ValueError, OSError, LookupError) as error:
            raise RosterError(
                f"roster {self.office}: zone {self.zone!r}; expected a name as Europe/Rome"
            ) from error
        for where, name in self._called():
            if name not in self._known:
                raise RosterError(
                    f"roster {self.office}: {where}: {name!r} is nobody; expected an id of people:"
                )
        for swap in self.swaps:
            if swap.begins.tzinfo is None or swap.ends.tzinfo is None:
                raise RosterError(
                    f"roster {self.office}: swap at {swap.begins}: expected a time with its zone"
                )

    def person(self, name: str) -> Person | None:
        """Return who is called ``name``, None where nobody is."""
        return self._known.get(name)

    def _called(self) -> Iterator[tuple[str, str]]:
        yield from (("shifts", name) for shift in self.shifts for name in shift.people)
        yield from (("swaps", name) for swap in self.swaps for name in swap.people)
        yield from (("away", one.person) for one in self.away)
        yield from (("away", one.instead) for one in self.away if one.instead)
        yield from (("chain", name) for name in self.chain)


def on_duty(roster: Roster, at: dt.datetime) -> tuple[Person, ...]:
    """Return who is on duty at ``at`` (with its zone), who is called first stands first."""
    swapped = [name for one in roster.swaps if one.begins <= at < one.ends for name in one.people]
    if there := _present(roster, swapped, at):
        return there
    names = [name for one, _, _ in _shifts_at(roster, at) for name in one.people]
    return _present(roster, names, at)


def ladder(roster: Roster, at: dt.datetime) -> tuple[Person, ...]:
    """Return who is called one after the other: those on duty, then the chain; each once."""
    called = (*on_duty(roster, at), *_present(roster, roster.chain, at))
    return tuple(dict.fromkeys(called))


def uncovered(
    roster: Roster, since: dt.datetime, until: dt.datetime
) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """Return when nobody is on duty between two moments, as (from, until), UTC, in order."""
    edges = sorted({since, until, *_edges(roster, since, until)})
    empty: list[tuple[dt.datetime, dt.datetime]] = []
    for begin, end in pairwise(edges):
        if on_duty(roster, begin):
            continue
        if empty and empty[-1][1] == begin:
            empty[-1] = (empty[-1][0], end)
        else:
            empty.append((begin, end))
    return tuple((one.astimezone(dt.UTC), other.astimezone(dt.UTC)) for one, other in empty)


def watches(
    roster: Roster, since: dt.datetime, until: dt.datetime
) -> tuple[tuple[dt.datetime, dt.datetime, tuple[Person, ...]], ...]:
    """Return who was on duty from when to when between two moments, UTC, in order.

    Nobody is an empty tuple; what follows one another with the same people is one watch.
    """
    found: list[tuple[dt.datetime, dt.datetime, tuple[Person, ...]]] = []
    for begin, end in pairwise(sorted({since, until, *_edges(roster, since, until)})):
        people = on_duty(roster, begin)
        if found and found[-1][2] == people:
            found[-1] = (found[-1][0], end, people)
        else:
            found.append((begin, end, people))
    return tuple((a.astimezone(dt.UTC), b.astimezone(dt.UTC), who) for a, b, who in found)


def _present(roster: Roster, names: Collection[str], at: dt.datetime) -> tuple[Person, ...]:
    """Return the people, those who are away replaced by who stands in for them, each once."""
    today = at.astimezone(ZoneInfo(roster.zone)).date()
    instead = {one.person: one.instead for one in roster.away if one.since <= today <= one.until}
    there: dict[str, None] = {}
    for name in names:
        tried = set()
        # A stand-in may be away too; two who stand in for each other end the search.
        while name in instead and name not in tried:
            tried.add(name)
            name = instead[name]  # noqa: PLW2901 (the one who stands in)
        if name and name not in instead:
            there.setdefault(name)
    found = (roster.person(name) for name in there)
    return tuple(one for one in found if one is not None)


def _shifts_at(roster: Roster, at: dt.datetime) -> list[tuple[Shift, dt.datetime, dt.datetime]]:
    today = at.astimezone(ZoneInfo(roster.zone)).date()
    return [
        found
        for day in (today - _ONE, today)
        for found in _shifts_of(roster, day)
        if found[1] <= at < found[2]
    ]


def _shifts_of(roster: Roster, day: dt.date) -> Iterator[tuple[Shift, dt.datetime, dt.datetime]]:
    """Give the shifts that begin on ``day`` with their begin and end, UTC."""
    zone = ZoneInfo(roster.zone)
    festive = any("holiday" in shift.days for shift in roster.shifts)
    name: Day = "holiday" if festive and day in roster.holidays else _WEEK[day.weekday()]
    for shift in roster.shifts:
        if name not in shift.days:
            continue
        last = day if shift.ends > shift.begins else day + _ONE
        begin = dt.datetime.combine(day, shift.begins, zone).astimezone(dt.UTC)
        end = dt.datetime.combine(last, shift.ends, zone).astimezone(dt.UTC)
        yield shift, begin, end


def _edges(roster: Roster, since: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """Give every moment within at which somebody may come or go."""
    zone = ZoneInfo(roster.zone)
    day, last = since.astimezone(zone).date() - _ONE, until.astimezone(zone).date()
    moments: list[dt.datetime] = [one for it in roster.swaps for one in (it.begins, it.ends)]
    while day <= last:
        # Somebody's absence begins and ends at midnight.
        moments.append(dt.datetime.combine(day, dt.time(), zone))
        for _, begin, end in _shifts_of(roster, day):
            moments += [begin, end]
        day += _ONE
    yield from (one.astimezone(dt.UTC) for one in moments if since < one < until)
