"""What ties vessels to each other: meetings, stays, identifiers, company, entries of the list."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.events import Event
from alerts.notices import alert_of
from store.queries import query
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

    from alerts.alert import Alert


_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lain:
    """Two that lay in port at the same time: how often, shares of all who did, the last port.

    shares  each time counts 1 shared among all others there · ports  how many different ones
    """

    mmsi: int
    other: int
    times: int
    shares: float
    first: datetime
    last: datetime
    zone: str
    ports: int


@dataclass(frozen=True, slots=True)
class Sailed:
    """Two that moved side by side in so many samples; where they were last, degrees."""

    mmsi: int
    other: int
    samples: int
    first: datetime
    last: datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Beside:
    """When two sail together.

    step_min   minutes between samples · least  samples that both have to be in
    within_nm  nautical miles · moving_kn  knots, each · turn_deg  between their courses
    """

    step_min: int = 30
    least: int = 4
    within_nm: float = 2.0
    moving_kn: float = 3.0
    turn_deg: float = 30.0


def meetings(
    connection: psycopg.Connection, mmsis: Collection[int] | None, start: datetime, end: datetime,
    limit: int,
) -> list[Event]:  # fmt: skip
    """Return the encounters that touch a span, of some vessels (None: of all), newest first."""
    asked = {"mmsis": _given(mmsis), "start": start, "end": end, "limit": limit}
    return [Event.thawed(one) for (one,) in connection.execute(query("link_events"), asked)]


def alerts_on(connection: psycopg.Connection, ids: Sequence[str]) -> list[tuple[str, Alert]]:
    """Return (event, alert) of the alerts that rest on events of ``ids``."""
    rows = connection.execute(query("link_alerts"), {"ids": list(ids)})
    return [(event, alert_of(json.loads(said))) for event, said in rows]


def lain(  # noqa: PLR0913, PLR0917 (each narrows what is read)
    connection: psycopg.Connection, mmsis: Collection[int] | None, ports: Collection[str],
    start: datetime, end: datetime, least: float, busy: int, limit: int,
) -> list[Lain]:  # fmt: skip
    """Return who lay in ``ports`` beside some vessels (None: beside anybody), most telling first.

    ``least`` shares · ``busy``: with so many stays a port ties nobody where all are asked for.
    """
    asked = {
        "mmsis": _given(mmsis), "ports": list(ports), "start": start, "end": end,
        "least": least, "busy": busy, "limit": limit,
    }  # fmt: skip
    return [Lain(*row) for row in connection.execute(query("link_stays"), asked)]


def identifiers(
    connection: psycopg.Connection, mmsis: Collection[int] | None, end: datetime, most: int
) -> list[tuple[str, str, list[int]]]:
    """Return (imo, call_sign or name; its value; all who sent it) of what 2 to ``most`` sent.

    Of what some vessels sent, None: of all; as far as it was sent before ``end``.
    """
    asked = {"mmsis": _given(mmsis), "end": end, "most": most}
    statement = query("link_identifiers_all") if mmsis is None else query("link_identifiers")
    return [(what, value, users) for what, value, users in connection.execute(statement, asked)]


def sailed(
    connection: psycopg.Connection, mmsis: Collection[int], start: datetime, end: datetime,
    how: Beside,
) -> list[Sailed]:  # fmt: skip
    """Return who sailed beside some vessels, the longest first; asked for day by day."""
    asked = {"mmsis": list(mmsis), "step_min": how.step_min, "within_nm": how.within_nm,
             "moving_kn": how.moving_kn, "turn_deg": how.turn_deg}  # fmt: skip
    found: dict[tuple[int, int], Sailed] = {}
    while start < end:
        until = min(start + _DAY, end)
        span = {"start": start, "end": until}
        # Not prepared: the plan for any day would ask every chunk.
        for row in connection.execute(query("link_together"), asked | span, prepare=False):
            one = Sailed(*row)
            before = found.get((one.mmsi, one.other))
            found[one.mmsi, one.other] = one if before is None else replace(
                one, samples=before.samples + one.samples, first=before.first
            )  # fmt: skip
        start = until
    long = [one for one in found.values() if one.samples >= how.least]
    return sorted(long, key=lambda one: (-one.samples, one.mmsi, one.other))


def tied_entries(
    connection: psycopg.Connection, more: Collection[str], limit: int
) -> dict[str, WatchlistEntry]:
    """Return the entries in force that name others or are named, and those of ``more``, by id."""
    rows = connection.execute(query("link_entries"), {"ids": list(more), "limit": limit})
    found = (WatchlistEntry.from_json(said) for (said,) in rows)
    return {one.id: one for one in found}


def owners(connection: psycopg.Connection, limit: int) -> list[tuple[str, str, str]]:
    """Return (entry, entry, same_owner or same_manager) of those that share one by name."""
    rows = connection.execute(query("link_owners"), {"limit": limit})
    return [(one, other, kind) for one, other, kind in rows]


def answered(
    connection: psycopg.Connection, mmsis: Collection[int], entries: Collection[str] = ()
) -> list[tuple[int, WatchlistEntry]]:
    """Return who answered to which entry in force, of some vessels and of some entries."""
    asked = {"mmsis": list(mmsis), "entries": list(entries)}
    rows = connection.execute(query("link_answered"), asked)
    return [(mmsi, WatchlistEntry.from_json(said)) for mmsi, _, said in rows]


def _given(mmsis: Collection[int] | None) -> list[int] | None:
    return None if mmsis is None else sorted(mmsis)
