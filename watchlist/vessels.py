"""Who a vessel said she was, over time: what each fact was, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from watchlist.flags import country
from watchlist.identifiers import call_sign
from watchlist.names import normal, squeezed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_NO_TYPE = frozenset({0, 255})
_TYPE_24 = 24


@dataclass(frozen=True, slots=True)
class SentIdentity:
    """What one identity report said; not available is 0, empty or None.

    received   UTC · imo 0 none, as sent, also where its check digit is wrong
    ship_type  raw, 0 and 255 none · length_m, beam_m metres
    message    type of the report; 24 says half of it at a time · spool its place
    """

    mmsi: int
    received: datetime
    imo: int = 0
    call_sign: str = ""
    name: str = ""
    ship_type: int = 0
    length_m: float | None = None
    beam_m: float | None = None
    message: int = 5
    spool: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """One track segment of a vessel: its first and last position (UTC, degrees) and how many."""

    mmsi: int
    segment: int
    first_at: datetime
    last_at: datetime
    positions: int
    first_lon_deg: float
    first_lat_deg: float
    last_lon_deg: float
    last_lat_deg: float


@dataclass(frozen=True, slots=True)
class LastSeen:
    """Where a vessel was last seen: time of the position and of its reception (UTC), degrees."""

    mmsi: int
    time: datetime
    received: datetime
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True)
class Span:
    """A value, from when to when it held (UTC), in how many reports that said something new.

    A value that comes back is one span: spans that overlap were sent in turn.
    """

    value: str
    first: datetime
    last: datetime
    reports: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """What does not fit together: ``kind`` in some words, ``said`` in a sentence, when (UTC)."""

    kind: str
    said: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class VesselIdentity:
    """One vessel over time; spans of each fact in order of their beginning.

    mmsi       every MMSI she used · flag its state, ISO 3166 alpha-3
    ship_type  the raw number · size «length x beam» in whole metres
    others     MMSIs that sent an IMO number of hers and are not taken for her, as long as heard
    """

    mmsi: tuple[Span, ...]
    imo: tuple[Span, ...]
    name: tuple[Span, ...]
    call_sign: tuple[Span, ...]
    flag: tuple[Span, ...]
    ship_type: tuple[Span, ...]
    size: tuple[Span, ...]
    segments: tuple[Segment, ...]
    conflicts: tuple[Conflict, ...]
    others: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A report and until when (UTC) it held: until its vessel's next of that kind, or to the end.

    Only reports that say something new are stored: between two of them, the earlier is repeated.
    """

    report: SentIdentity
    until: datetime


def identity_of(
    reports: Sequence[SentIdentity], segments: Sequence[Segment] = ()
) -> VesselIdentity:
    """Return one vessel's identity from its reports and track segments, in any order.

    ``reports`` may hold several MMSIs: those that sent one IMO number are one vessel. An MMSI that
    only moved and never told its name is known from its segments.
    """
    from watchlist.conflicts import conflicts_in  # it needs the types above

    held = held_reports(reports, segments)
    used = [Sent(str(one.report.mmsi), one.report.received, one.until) for one in held]
    used += [Sent(str(one.mmsi), one.first_at, one.last_at, reports=0) for one in segments]
    flags = [replace(one, value=country(int(one.value)) or "") for one in used]
    return VesselIdentity(
        mmsi=spans(used),
        imo=_of(held, _imo),
        name=_of(held, _name),
        call_sign=_of(held, _call_sign),
        flag=spans(flags),
        ship_type=_of(held, _ship_type),
        size=_of(held, _size),
        segments=tuple(sorted(segments, key=lambda one: (one.first_at, one.mmsi, one.segment))),
        conflicts=conflicts_in(held, segments),
    )


def held_reports(reports: Iterable[SentIdentity], segments: Iterable[Segment]) -> list[Held]:
    """Return ``reports`` in order of time, each with the end of its holding."""
    ordered = sorted(reports, key=lambda row: (row.received, row.spool, row.mmsi))
    end: dict[int, datetime] = {}
    for mmsi, at in (
        *((row.mmsi, row.received) for row in ordered),
        *((one.mmsi, one.last_at) for one in segments),
    ):
        end[mmsi] = max(end.get(mmsi, at), at)
    following: dict[tuple[int, int, bool], datetime] = {}
    held = []
    for row in reversed(ordered):
        # Of a type 24, part A has the name and part B the rest: each replaces its own kind.
        kind = (row.mmsi, row.message, row.message == _TYPE_24 and bool(row.name))
        held.append(Held(row, following.get(kind, end[row.mmsi])))
        following[kind] = row.received
    return held[::-1]


@dataclass(frozen=True, slots=True)
class Sent:
    """A value that was sent, when (UTC); ``key`` is equal where only the spelling differs."""

    value: str
    first: datetime
    last: datetime
    reports: int = 1
    key: str = ""


def spans(values: Iterable[Sent]) -> tuple[Span, ...]:
    """Return a span for each key, or each value without one, in the spelling that came last."""
    found: dict[str, Span] = {}
    for one in values:
        if not one.value:
            continue
        key = one.key or one.value
        before = found.get(key, Span("", one.first, one.last, 0))
        first, last = min(before.first, one.first), max(before.last, one.last)
        found[key] = Span(one.value, first, last, before.reports + one.reports)
    return tuple(sorted(found.values(), key=lambda span: (span.first, span.value)))


def _name(report: SentIdentity) -> tuple[str, str]:
    key = squeezed(normal(report.name))
    return (report.name if key else ""), key


def _call_sign(report: SentIdentity) -> tuple[str, str]:
    sign = call_sign(report.call_sign)
    return sign, sign


def _imo(report: SentIdentity) -> tuple[str, str]:
    return (str(report.imo) if report.imo else ""), ""


def _ship_type(report: SentIdentity) -> tuple[str, str]:
    return ("" if report.ship_type in _NO_TYPE else str(report.ship_type)), ""


def _size(report: SentIdentity) -> tuple[str, str]:
    sides = [f"{side:.0f}" for side in (report.length_m, report.beam_m) if side]
    return (" x ".join(sides) if report.length_m else ""), ""


def _of(held: Iterable[Held], said: Callable[[SentIdentity], tuple[str, str]]) -> tuple[Span, ...]:
    rows = ((one, *said(one.report)) for one in held)
    return spans(Sent(value, one.report.received, one.until, key=key) for one, value, key in rows)
