"""Runs: recorded inputs that were put into the database, each known by its bytes.

Each function raises UnavailableError while the database is away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.connect import session
from store.queries import query

if TYPE_CHECKING:
    import psycopg

# Where a replay has rows; the rest (cursor, feed names) goes with the row in run.
_TABLES = (
    "run_position", "static_report", "latest", "vessel", "zone_visit", "watchlist_hit", "event",
    "adoption", "run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a recorded input.

    run_id    its number, from 1
    sha256    of the input's bytes, hexadecimal
    name      what the input was called at its first run
    offset    position up to which it is committed; 0 = nothing yet
    lines     lines committed
    rows      positions committed
    finished  whether the whole input is in: running it again gives «0 new»
    """

    run_id: int
    sha256: str
    name: str
    offset: int
    lines: int
    rows: int
    finished: bool


def open_run(dsn: str, sha256: str, name: str, started_at: datetime) -> Run:
    """Return the run of the input with this hash, a new one if it is the first time.

    An unfinished run goes on from its offset.
    """
    with session(dsn) as connection:
        found = _find(connection, sha256)
        if found is None:
            connection.execute(
                query("open_run"), {"sha256": sha256, "name": name, "started_at": started_at}
            )
            found = _find(connection, sha256)
    assert found is not None  # noqa: S101  (inserted just now, or by somebody else at the same time)
    return found


def finish_run(dsn: str, run_id: int, finished_at: datetime) -> None:
    """Note that the whole input of ``run_id`` is committed."""
    with session(dsn) as connection:
        connection.execute(
            "UPDATE run SET finished_at = %s WHERE run_id = %s", [finished_at, run_id]
        )


def runs(dsn: str) -> list[Run]:
    """Return every run, oldest first, without the live service."""
    with session(dsn) as connection:
        rows = connection.execute(query("runs"), {"sha256": None}).fetchall()
    return [Run(*row) for row in rows]


def delete_run(dsn: str, run_id: int) -> dict[str, int]:
    """Remove ``run_id`` and all of its rows; return the rows removed by table.

    Raises ValueError for 0, the live service, which only retention shortens.
    """
    if run_id < 1:
        msg = f"run {run_id} cannot be deleted: expected the number of a replay, 1 or more"
        raise ValueError(msg)
    removed = {}
    with session(dsn) as connection:
        for table in _TABLES:
            done = connection.execute(
                f"DELETE FROM {table} WHERE run_id = %s".encode(),  # noqa: S608  (names above)
                [run_id],
            )
            removed[table] = done.rowcount
    return removed


def _find(connection: psycopg.Connection, sha256: str) -> Run | None:
    row = connection.execute(query("runs"), {"sha256": sha256}).fetchone()
    return None if row is None else Run(*row)
