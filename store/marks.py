"""What people are concerned with, for the live map: open alerts, who was told, listed vessels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from alerts.notices import alert_of
from store.codes import codes_of
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert, Codes

LIVE = ("vedetta_live", "vedetta_alert")
"""NOTIFY on these names says that something may have changed; a short poll is the truth."""


def open_versions(connection: psycopg.Connection) -> dict[str, int]:
    """Return the version of each alert that is open and was raised, by id."""
    rows = connection.execute(
        "SELECT id, version FROM alert WHERE raised AND state NOT IN ('resolved', 'retracted')"
    )
    return dict(rows.fetchall())


def alerts_by(connection: psycopg.Connection, ids: Iterable[str]) -> dict[str, Alert]:
    """Return alerts by id, raised ones only; one that is not there is left out."""
    rows = connection.execute(
        "SELECT id, content FROM alert WHERE raised AND id = ANY(%s)", [list(ids)]
    )
    return {alert: alert_of(said) for alert, said in rows}


def told_offices(connection: psycopg.Connection, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the ids of the offices to which each of ``ids`` was routed; none = not there."""
    rows = connection.execute(query("told_offices"), {"alerts": list(ids)})
    return {alert: frozenset(offices) for alert, offices in rows}


def taken_by(connection: psycopg.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return who changed the state of each of ``ids`` last, where that was a person."""
    rows = connection.execute(query("taken_by"), {"alerts": list(ids)})
    return dict(rows.fetchall())


def last_delivery(connection: psycopg.Connection) -> int:
    """Return the number of the newest delivery, 0 before the first: somebody was told."""
    row = connection.execute("SELECT max(number) FROM delivery").fetchone()
    return int(row[0] or 0) if row else 0


def listed_vessels(
    connection: psycopg.Connection, today: dt.date
) -> Mapping[int, tuple[Codes, ...]]:
    """Return the codes of the entries in force that each vessel answered to, by MMSI."""
    found: dict[int, list[Codes]] = {}
    for mmsi, content in connection.execute(query("listed_vessels"), {"today": today}):
        found.setdefault(mmsi, []).append(codes_of(content))
    return {mmsi: tuple(codes) for mmsi, codes in found.items()}
