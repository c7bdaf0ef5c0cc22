"""Alerts as they were told: for replay, and for the panel of a vessel."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alerts.notices import alert_of
from store.queries import query

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

    from alerts.alert import Alert


@dataclass(frozen=True, slots=True)
class Recalled:
    """An alert as it is now; ``told_at`` when it was told first, ``over_at`` None: not over.

    ``versions``: how it stood in a span, oldest first; none where they were not asked for.
    """

    alert: Alert
    told_at: datetime | None
    over_at: datetime | None = None
    versions: tuple[Stood, ...] = ()


@dataclass(frozen=True, slots=True)
class Stood:
    """How an alert stood from ``at`` on; ``alert`` None: its words then were not kept."""

    at: datetime
    state: str
    alert: Alert | None


def told_between(
    connection: psycopg.Connection, start: datetime, end: datetime, limit: int
) -> list[Recalled]:
    """Return what was told before ``end`` and not over at ``start``, in the order of telling.

    Of more than ``limit`` those that came last.
    """
    asked = {"start": start, "end": end, "limit": limit}
    rows = connection.execute(query("past_alerts"), asked).fetchall()
    return [Recalled(alert_of(json.loads(said)), told, over) for said, told, over in rows[::-1]]


def with_versions(
    connection: psycopg.Connection,
    found: Sequence[Recalled],
    start: datetime,
    end: datetime,
    limit: int,
) -> list[Recalled]:
    """Return ``found`` with the versions that stood in [start, end), at most ``limit`` in all."""
    asked = {"alerts": [one.alert.id for one in found], "start": start, "end": end, "limit": limit}
    stood: dict[str, list[Stood]] = {}
    for alert, at, state, said in connection.execute(query("past_versions"), asked):
        then = None if said is None else alert_of(json.loads(said))
        stood.setdefault(alert, []).append(Stood(at, state, then))
    return [replace(one, versions=tuple(stood.get(one.alert.id, ()))) for one in found]


def of_vessel(connection: psycopg.Connection, mmsi: int, limit: int | None) -> list[Recalled]:
    """Return ``limit`` alerts of a vessel, None = all of them, the newest change first."""
    rows = connection.execute(query("vessel_alerts"), {"mmsi": mmsi, "limit": limit}).fetchall()
    return [Recalled(alert_of(json.loads(said)), told) for said, told in rows]


def offices_told(
    connection: psycopg.Connection, alerts: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return the ids of the offices to which each of ``alerts`` was routed."""
    told: dict[str, set[str]] = {}
    for alert, office in connection.execute(query("offices_told"), {"alerts": list(alerts)}):
        told.setdefault(alert, set()).add(office)
    return {alert: frozenset(offices) for alert, offices in told.items()}
