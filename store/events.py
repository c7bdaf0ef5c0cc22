"""Events as rows: put with the block that made them, read by whoever looks for what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.events import Event
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def put_events(connection: psycopg.Connection, events: Sequence[Event], run_id: int = 0) -> None:
    """Write ``events`` of a run (0 = live), within the caller's transaction.

    A version that is there already stays as it is: the same spool says the same.
    """
    if not events:
        return
    with connection.cursor() as cursor:
        cursor.executemany(query("put_event"), [_row(event, run_id) for event in events])


def _row(event: Event, run_id: int) -> dict[str, object]:
    return {
        "run_id": run_id,
        "id": event.id,
        "version": event.version,
        "kind": event.kind,
        "state": event.state,
        "lane": event.lane,
        "severity": event.severity,
        "mmsis": list(event.mmsis),
        "zone": event.zone,
        "started_at": _time(event.started_us),
        "updated_at": _time(event.updated_us),
        "ended_at": None if event.ended_us is None else _time(event.ended_us),
        "lon": event.lon,
        "lat": event.lat,
        "content": event.frozen(),
    }


def _time(time_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time_us)


def not_grown(connection: psycopg.Connection, limit: int) -> list[tuple[int, Event]]:
    """Return (number, event) of live events that no alert has, SAR and then oldest first."""
    rows = connection.execute(query("events_not_grown"), {"limit": limit}).fetchall()
    return [(number, Event.thawed(content)) for number, content in rows]


def mark_grown(connection: psycopg.Connection, numbers: Sequence[int]) -> None:
    """Remember that the events of these numbers have been given to the alerts."""
    connection.execute("UPDATE event SET grown = true WHERE number = ANY(%s)", [list(numbers)])


def events_of(
    connection: psycopg.Connection, ids: Sequence[str], run_id: int = 0
) -> dict[str, Event]:
    """Return the newest version of each event of ``ids`` by id; others are left out."""
    asked = {"ids": list(ids), "run_id": run_id}
    rows = connection.execute(query("newest_events"), asked).fetchall()
    events = [Event.thawed(content) for (content,) in rows]
    return {event.id: event for event in events}


def versions_of(
    connection: psycopg.Connection, ids: Sequence[str], run_id: int = 0
) -> list[Event]:
    """Return every version of each event of ``ids``, in the order in which they were told."""
    asked = {"ids": list(ids), "run_id": run_id}
    rows = connection.execute(query("event_versions"), asked).fetchall()
    return [Event.thawed(content) for (content,) in rows]


def events_between(
    connection: psycopg.Connection,
    start: datetime,
    end: datetime,
    mmsi: int | None = None,
    run_id: int = 0,
    limit: int | None = 10_000,
    *,
    lasting: bool = False,
) -> list[Event]:
    """Return the newest version of each event begun from ``start`` until before ``end``, by time.

    Of one vessel where ``mmsi`` is given; at most ``limit``, None = all. ``lasting``: also
    those that began before ``start`` and were not over then.
    """
    asked = {"start": start, "end": end, "mmsi": mmsi, "run_id": run_id, "limit": limit,
             "since": _EPOCH if lasting else start}  # fmt: skip
    rows = connection.execute(query("events_between"), asked).fetchall()
    return [Event.thawed(content) for (content,) in rows]
