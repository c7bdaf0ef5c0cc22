"""Each time that an office was told again of an alert, or the next person was called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from alerts.escalation import Call, Listed
from alerts.notices import alert_of
from store.outbox import microseconds
from store.queries import query

if TYPE_CHECKING:
    import psycopg


def calls_of(
    connection: psycopg.Connection, alerts: Sequence[str]
) -> dict[tuple[str, str], tuple[Call, ...]]:
    """Return the calls of ``alerts`` by (alert, office), oldest first."""
    found: dict[tuple[str, str], tuple[Call, ...]] = {}
    for alert, office, at, person in connection.execute(
        "SELECT alert, office, at, person FROM escalation WHERE alert = ANY(%s) "
        "ORDER BY alert, office, number",
        [list(alerts)],
    ):
        key = alert, office
        found[key] = (*found.get(key, ()), Call(microseconds(at), person))
    return found


def put_call(
    connection: psycopg.Connection, alert: str, office: str, number: int, at: datetime, person: str
) -> bool:
    """Note a call; False where somebody noted this number already, and nothing is to be sent."""
    done = connection.execute(
        "INSERT INTO escalation (alert, office, number, at, person) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        [alert, office, number, at, person],
    )
    return done.rowcount == 1


def put_calls(
    connection: psycopg.Connection, alerts: Sequence[str], office: str, at: datetime, person: str
) -> int:
    """Note one call for many alerts; return for how many of them nobody had noted it."""
    asked = {"alerts": list(alerts), "office": office, "at": at, "person": person}
    return connection.execute(query("put_calls"), asked).rowcount


def listed_waiting(connection: psycopg.Connection, office: str) -> list[Listed]:
    """Return the rescues that lists told ``office`` and nobody took on, the gravest first."""
    found = [
        Listed(alert_of(said), microseconds(at))
        for said, at in connection.execute(query("listed_waiting"), {"office": office})
    ]
    calls = calls_of(connection, [one.alert.id for one in found])
    return [replace(one, calls=calls.get((one.alert.id, office), ())) for one in found]


def law_calls_since(connection: psycopg.Connection, since: datetime) -> dict[str, int]:
    """Return how many calls of alerts outside the lane sar each office had since ``since``."""
    rows = connection.execute(
        "SELECT e.office, count(*) FROM escalation e JOIN alert a ON a.id = e.alert "
        "WHERE e.at > %s AND a.lane <> 'sar' GROUP BY e.office",
        [since],
    )
    return dict(rows.fetchall())


def drop_calls(connection: psycopg.Connection, before: datetime) -> int:
    """Remove calls made before ``before`` of alerts that nobody waits for; return how many."""
    return connection.execute(
        "DELETE FROM escalation WHERE at < %s AND NOT EXISTS (SELECT 1 FROM alert "
        "WHERE alert.id = escalation.alert AND state IN ('new', 'escalated'))",
        [before],
    ).rowcount
