"""Incidents as rows: found by what events concern, saved with every change, who when and why.

The service changes an incident in the transaction of the block that holds its events, people in
one of their own. Each says which version it saw; whoever comes second with an old one is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from alerts.events import Event
from alerts.incidents.incident import HOUR_US, SERVICE, Incident
from alerts.incidents.muting import MUTES
from alerts.notices import alert_json, alert_of
from store.errors import RuleError
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert, Verdict
    from alerts.incidents.incident import Grown
    from store.changes import Change

_MOST = 5000
"""In a storm an event is held against so many incidents at most: a block must not take minutes."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STOOD = "stood"
"""In the details of a version: the alert as it stood then, for who plays it back."""
_BOUNDS = "SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '15s'"


@dataclass(frozen=True, slots=True)
class AlertChange:
    """One version of an alert: what was done, by whom, when (UTC) and why.

    who      a person, or ``vedetta``: the service · state, score  as they were then
    details  JSON values of the act, as {"to": "m.papas"}
    """

    version: int
    at: datetime
    who: str
    action: str
    why: str
    state: str
    score: float
    details: dict[str, Any]


def concerned(
    connection: psycopg.Connection, events: Sequence[Event], join_h: float
) -> list[Incident]:
    """Return, locked until the transaction ends, what ``alerts.incidents.growing.grow`` needs.

    Incidents with an earlier version of one of ``events``; open ones of their vessels that had an
    event in the last ``join_h`` hours; rescues, outages and interference of that time; where one
    of ``events`` explains others, all of the lane law. Of rescues and of law the newest 5,000.
    """
    if not events:
        return []
    since = min(event.started_us for event in events) - round(join_h * HOUR_US)
    asked = {
        "events": [event.id for event in events],
        "mmsis": sorted({mmsi for event in events for mmsi in event.mmsis}),
        "since": _time(since),
        "explaining": list(MUTES),
        "again": any(event.kind in MUTES for event in events),
        "most": _MOST,
    }
    return _incidents(connection, connection.execute(query("alerts_concerned"), asked))


def incident(connection: psycopg.Connection, alert_id: str) -> Incident:
    """Return one incident, locked until the transaction ends; raises RuleError without one.

    The transaction may wait ten seconds for another one, and be idle for fifteen, no longer: a
    person's terminal that is stopped must not keep the ingest from growing alerts.
    """
    connection.execute(_BOUNDS)
    rows = connection.execute(
        "SELECT id, subject, raised, content FROM alert WHERE id = %s FOR UPDATE", [alert_id]
    )
    found = _incidents(connection, rows)
    if not found:
        msg = f"alert {alert_id!r} is not known; expected an id of vedetta alerts list"
        raise RuleError(msg)
    return found[0]


def look(connection: psycopg.Connection, alert_id: str) -> Incident | None:
    """Return one incident that was raised as it is now, nothing locked; None without one."""
    rows = connection.execute(
        "SELECT id, subject, raised, content FROM alert WHERE id = %s AND raised", [alert_id]
    )
    return next(iter(_incidents(connection, rows)), None)


def alerts(
    connection: psycopg.Connection,
    *,
    states: Sequence[str] | None = None,
    lanes: Sequence[str] | None = None,
    mmsi: int | None = None,
    since: datetime | None = None,
    smouldering: bool = False,
    limit: int = 1000,
) -> list[Alert]:
    """Return alerts, SAR first, info last in a lane, the newest change first; None = any.

    ``since``: with an event at or after it. ``smouldering``: also those that were never raised.
    """
    asked = {
        "states": None if states is None else list(states),
        "lanes": None if lanes is None else list(lanes),
        "mmsi": mmsi,
        "since": since,
        "smouldering": smouldering,
        "limit": limit,
    }
    return [alert_of(said) for (said,) in connection.execute(query("alert_list"), asked)]


def waiting(connection: psycopg.Connection) -> list[Alert]:
    """Return all that nobody has taken on, but tests and outages: SAR, then the gravest first."""
    return [alert_of(said) for (said,) in connection.execute(query("waiting_alerts"))]


def changes(connection: psycopg.Connection, alert_id: str) -> list[AlertChange]:
    """Return the versions of an alert, oldest first."""
    rows = connection.execute(
        "SELECT version, at, who, action, why, state, score, details FROM alert_change "
        "WHERE alert = %s ORDER BY version",
        [alert_id],
    )
    found = [AlertChange(*row) for row in rows]
    for one in found:
        one.details.pop(STOOD, None)
    return found


def save(connection: psycopg.Connection, grown: Sequence[Grown], at_us: int) -> None:
    """Write what events changed, each with a line in the log; ``at_us`` µs since 1970.

    Raises RuleError where somebody changed one of them since it was read.
    """
    if not grown:
        return
    at = _time(at_us)
    with connection.cursor() as cursor:
        _put(cursor, [one.after for one in grown], at)
        members = [row for one in grown for row in _member_rows(one.before, one.after)]
        if members:
            cursor.executemany(query("put_alert_event"), members)
        lines = [
            _line(one.after.alert, at, SERVICE, one.change or "grown", one.why) for one in grown
        ]
        cursor.executemany(query("put_alert_change"), lines)


def act(
    connection: psycopg.Connection,
    after: Incident,
    action: str,
    made: Change,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write what a person did: ``after`` is one version on; raises RuleError as ``save`` does."""
    with connection.cursor() as cursor:
        _put(cursor, [after], made.at)
        line = _line(after.alert, made.at, made.who, action, made.why, details)
        cursor.execute(query("put_alert_change"), line)


def _put(cursor: psycopg.Cursor[Any], after: Sequence[Incident], at: datetime) -> None:
    cursor.executemany(query("put_alert"), [_row(one, at) for one in after])
    if cursor.rowcount != len(after):
        one = after[0].alert
        which = f"alert {one.id}" if len(after) == 1 else f"one of {len(after):,} alerts"
        msg = f"{which} was changed meanwhile; expected the version before {one.version}: "
        raise RuleError(msg + "look at it again")


def _row(one: Incident, at: datetime) -> dict[str, Any]:
    alert = one.alert
    return {
        "id": alert.id,
        "version": alert.version,
        "subject": one.subject,
        "raised": one.raised,
        "state": alert.state,
        "lane": alert.lane,
        "severity": alert.severity,
        "kind": alert.kind,
        "mmsis": list(alert.mmsis),
        "score": alert.score,
        "started_at": _time(alert.started_us),
        "updated_at": _time(alert.updated_us),
        "changed_at": at,
        "snoozed_until": None if alert.snoozed_until_us is None else _time(alert.snoozed_until_us),
        "verdict": alert.verdict,
        "content": json.dumps(alert_json(alert)),
    }


def _member_rows(before: Incident | None, after: Incident) -> Iterable[dict[str, Any]]:
    """Return rows of the members that are new, have another version, or are muted otherwise."""
    there = {one.id: one.version for one in before.members} if before else {}
    muted = before.muted if before else {}
    for number, event in enumerate(after.members):
        by = after.muted.get(event.id)
        if there.get(event.id) == event.version and muted.get(event.id) == by:
            continue
        yield {
            "alert": after.alert.id,
            "event": event.id,
            "number": number,
            "version": event.version,
            "kind": event.kind,
            "state": event.state,
            "muted_by": by,
            "content": event.frozen(),
        }


def _line(
    alert: Alert,
    at: datetime,
    who: str,
    action: str,
    why: str,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "alert": alert.id,
        "version": alert.version,
        "at": at,
        "who": who,
        "action": action,
        "why": why,
        "state": alert.state,
        "score": alert.score,
        "details": json.dumps({**(details or {}), STOOD: _stood(alert)}),
    }


def _stood(alert: Alert) -> dict[str, Any]:
    """Return an alert without what nobody plays back: it would be kept with every version."""
    return alert_json(replace(alert, shares=(), events=(), zones=(), offices=(), reason="",
                              snooze_reason=""))  # fmt: skip


def _incidents(connection: psycopg.Connection, rows: Iterable[Any]) -> list[Incident]:
    heads = list(rows)
    members: dict[str, list[tuple[Event, str | None]]] = {one_id: [] for one_id, *_ in heads}
    for alert, muted_by, content in connection.execute(
        "SELECT alert, muted_by, content FROM alert_event WHERE alert = ANY(%s) "
        "ORDER BY alert, number",
        [list(members)],
    ):
        members[alert].append((Event.thawed(content), muted_by))
    return [
        Incident(
            alert_of(said),
            subject,
            raised,
            tuple(event for event, _ in members[one_id]),
            {event.id: by for event, by in members[one_id] if by is not None},
        )
        for one_id, subject, raised, said in heads
    ]


def verdict_counts(
    connection: psycopg.Connection, since: datetime | None = None
) -> list[tuple[str, Verdict, int]]:
    """Return (kind, verdict, number of alerts) for ``alerts.incidents.precision``; None = ever.

    A kind counts where it counted in the score: not where it was muted or retracted.
    """
    return list(connection.execute(query("alert_verdicts"), {"since": since}).fetchall())


def drop_smouldering(connection: psycopg.Connection, before: datetime) -> int:
    """Remove what never was raised and had no event since ``before``; return how many."""
    return connection.execute(
        "DELETE FROM alert WHERE NOT raised AND updated_at < %s", [before]
    ).rowcount


def _time(time_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time_us)
