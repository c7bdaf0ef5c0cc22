"""What is no longer kept: old days of positions as whole chunks, the rest row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.cases import drop_cases
from store.connect import session
from store.queries import query
from store.runs import delete_run

# Only live rows: a replay's age counts from its start, not from what it tells of.
_BY_AGE = {
    "visits": ("DELETE FROM zone_visit WHERE run_id = 0 AND time", "visits"),
    "events": ("DELETE FROM event WHERE run_id = 0 AND started_at", "events"),
    "alerts": (
        "DELETE FROM alert WHERE state IN ('resolved', 'retracted') AND changed_at", "alerts",
    ),
    "notes": ("DELETE FROM log_note WHERE at", "watch"),
    "hand_overs": ("DELETE FROM hand_over WHERE until", "watch"),
    "health": ("DELETE FROM health WHERE at", "latest"),
}  # fmt: skip
"""Fields of ``Removed``: what they count goes where that column is before the span named."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What one call of ``drop_old`` took away.

    chunks   names of the dropped days of live positions
    latest   segments no longer in the live picture; where each vessel was last seen is kept
    health   parts of the service that have not been heard of
    runs     numbers of the replays removed
    visits   live visits to zones
    hits     live answers to the list
    editions superseded ones whose bytes were removed
    events   live events
    alerts   those that were over, with all that people did with them
    notes    of the watch log · hand_overs with their signatures
    cases    ids of closed ones, erased with their files
    contacts sightings, with all others of their contacts
    """

    chunks: tuple[str, ...]
    latest: int
    health: int
    runs: tuple[int, ...]
    visits: int = 0
    hits: int = 0
    editions: int = 0
    events: int = 0
    alerts: int = 0
    notes: int = 0
    hand_overs: int = 0
    cases: tuple[str, ...] = ()
    contacts: int = 0


def drop_old(  # noqa: PLR0913 (one span for each table)
    dsn: str,
    now: datetime,
    *,
    positions_days: float,
    latest_days: float = 7,
    runs_days: float | None = 30,
    visits_days: float = 365,
    hits_days: float = 365,
    events_days: float = 365,
    alerts_days: float = 1095,
    watch_days: float = 1095,
    cases_days: float = 1095,
    contacts_days: float = 1095,
) -> Removed:
    """Remove live positions, segments and runs older than the given days before ``now``.

    A day of positions goes when all of it is older. Identities and their history stay: they are
    small, and they are what a vessel was called. ``runs_days`` None keeps every replay; a run's
    age counts from its start. Visits age from when they happened, hits from their reception (a
    vessel's newest to an entry in force stays), events from their start (one that an alert holds
    is kept there too), alerts from when they were over, cases from when they were closed, contacts
    from their newest sighting. The bytes of an edition stay as long as what they explain.
    Raises ValueError unless every number of days is above 0, and UnavailableError while the
    database is away.
    """
    days = {
        "positions": positions_days, "latest": latest_days, "visits": visits_days,
        "hits": hits_days, "events": events_days, "alerts": alerts_days, "watch": watch_days,
        "cases": cases_days, "contacts": contacts_days, "editions": max(visits_days, hits_days),
    } | ({} if runs_days is None else {"runs": runs_days})  # fmt: skip
    if min(days.values()) <= 0:
        msg = f"retention of {min(days.values())} days: expected more than 0"
        raise ValueError(msg)
    before = {name: now - timedelta(days=some) for name, some in days.items()}
    with session(dsn) as connection:
        chunks = connection.execute(
            "SELECT drop_chunks('position', older_than => %s)::text", [before["positions"]]
        ).fetchall()
        latest = connection.execute(query("drop_latest"), {"before": before["latest"]}).fetchone()
        gone = {
            name: connection.execute(f"{statement} < %s", [before[span]]).rowcount
            for name, (statement, span) in _BY_AGE.items()
        }
        hits = connection.execute(query("drop_hits"), {"before": before["hits"]})
        contacts = connection.execute(query("drop_contacts"), {"before": before["contacts"]})
        editions = connection.execute(query("empty_editions"), {"before": before["editions"]})
        old: list[tuple[int]] = []
        if runs_days is not None:
            old = connection.execute(
                "SELECT run_id FROM run WHERE run_id > 0 AND started_at < %s ORDER BY run_id",
                [before["runs"]],
            ).fetchall()
        # Last: its lines in the audit keep other writers waiting until the end.
        cases = drop_cases(connection, now, before["cases"])
    # Each in a transaction of its own: a large one must not undo the others.
    for (run_id,) in old:
        delete_run(dsn, run_id)
    return Removed(
        chunks=tuple(name for (name,) in chunks),
        latest=latest[0] if latest else 0,
        runs=tuple(run_id for (run_id,) in old),
        editions=editions.rowcount,
        cases=cases,
        contacts=contacts.rowcount,
        hits=hits.rowcount,
        **gone,
    )
