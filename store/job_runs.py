"""Runs of jobs: a row for each time at which a job was due; claimed, finished, or lost.

::

    (due) ──claim──▶ running ──finish──▶ done | failed ──claim──▶ running …
                        └ take_over: its process lost the lock ──▶ lost ──claim──▶ running …

Times are aware of their zone and come from the caller; nothing here reads a clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from store.queries import query

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run: attempts count from 1; ``note`` is what it did or the fault, JSON values."""

    job: str
    due_at: datetime
    attempt: int
    worker: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    note: dict[str, Any]


def claim(
    connection: psycopg.Connection, job: str, due_at: datetime, worker: str, now: datetime
) -> int | None:
    """Return the number of this attempt; None where the run is done or somebody is at it."""
    row = connection.execute(
        query("claim_job_run"), {"job": job, "due_at": due_at, "worker": worker, "now": now}
    ).fetchone()
    return None if row is None else int(row[0])


def finish(
    connection: psycopg.Connection,
    job: str,
    due_at: datetime,
    worker: str,
    state: Literal["done", "failed"],
    note: Mapping[str, Any],
    now: datetime,
) -> bool:
    """End a run; False where it was taken from ``worker`` meanwhile, and nothing was changed."""
    done = connection.execute(
        "UPDATE job_run SET state = %(state)s, finished_at = %(now)s, note = %(note)s "
        "WHERE job = %(job)s AND due_at = %(due_at)s AND worker = %(worker)s "
        "AND state = 'running'",
        {
            "job": job, "due_at": due_at, "worker": worker, "state": state, "now": now,
            "note": json.dumps(dict(note), default=str),
        },
    )  # fmt: skip
    return done.rowcount == 1


def take_over(connection: psycopg.Connection) -> int:
    """Mark what still says «running» as lost; only the holder of the lock may; return how many."""
    return connection.execute("UPDATE job_run SET state = 'lost' WHERE state = 'running'").rowcount


def forget_future(connection: psycopg.Connection, job: str, now: datetime) -> int:
    """Mark runs of ``job`` due after ``now`` as lost: a clock that was ahead did them; how many.

    They are done again when they are due.
    """
    return connection.execute(
        "UPDATE job_run SET state = 'lost', finished_at = NULL "
        "WHERE job = %s AND state = 'done' AND due_at > %s",
        [job, now],
    ).rowcount


def last_done(connection: psycopg.Connection, job: str) -> datetime | None:
    """Return the due time of the newest run of ``job`` that was done, None before the first."""
    row = connection.execute(
        "SELECT max(due_at) FROM job_run WHERE job = %s AND state = 'done'", [job]
    ).fetchone()
    return row[0] if row else None


def job_runs(
    connection: psycopg.Connection, job: str | None = None, limit: int = 100
) -> list[JobRun]:
    """Return the newest runs, newest first; None = of every job."""
    rows = connection.execute(
        "SELECT job, due_at, attempt, worker, state, started_at, finished_at, note FROM job_run "
        "WHERE %(job)s::text IS NULL OR job = %(job)s ORDER BY due_at DESC, job LIMIT %(limit)s",
        {"job": job, "limit": limit},
    )
    return [JobRun(*row) for row in rows]


def drop_runs(connection: psycopg.Connection, before: datetime) -> int:
    """Remove runs that were started before ``before``, but the newest done one of each job.

    That one says from when on the next run has to make up.
    """
    return connection.execute(query("drop_job_runs"), {"before": before}).rowcount
