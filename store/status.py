"""What ``vedetta db status`` shows: versions, edition, sizes, how fast it grows, what is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from store.connect import session
from store.edition import edition
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import psycopg

_GB = 1e9


def status(dsn: str, keep_days: float | None = None) -> dict[str, Any]:
    """Return the state of the database behind ``dsn`` as plain values for JSON or a table.

    ``postgresql``, ``timescaledb`` versions · ``edition`` · ``bytes`` of the whole database ·
    ``tables`` name → bytes · ``chunks`` per hypertable: number, bytes, oldest, newest · ``rows``
    committed live · ``runs`` replays · ``gb_per_day`` of live positions, None before the first ·
    ``retention_days`` as set (``keep_days``) and ``gb_kept``, what that comes to. Times are
    ISO 8601, UTC. Raises UnavailableError.
    """
    with session(dsn) as connection:
        chunks = _chunks(connection)
        per_day = _gb_per_day(connection, chunks["position"])
        return {
            "postgresql": _one(connection, "SELECT current_setting('server_version')"),
            "timescaledb": _one(
                connection, "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
            ),
            "edition": edition(connection),
            "bytes": _one(connection, "SELECT pg_database_size(current_database())"),
            "tables": dict(connection.execute(query("table_sizes")).fetchall()),
            "chunks": {name: _summary(found) for name, found in chunks.items()},
            "rows": _one(connection, "SELECT rows FROM cursor WHERE run_id = 0"),
            "runs": _one(connection, "SELECT count(*) FROM run WHERE run_id > 0"),
            "gb_per_day": per_day,
            "retention_days": keep_days,
            "gb_kept": None if per_day is None or keep_days is None else per_day * keep_days,
        }


_LEAST_DAYS = 0.25
_Chunk = tuple["datetime", "datetime", int]


def _chunks(connection: psycopg.Connection) -> dict[str, list[_Chunk]]:
    found: dict[str, list[_Chunk]] = {"position": [], "run_position": []}
    for table, start, end, size in connection.execute(query("chunks"), {}):
        found[table].append((start, end, size))
    return found


def _summary(chunks: Sequence[_Chunk]) -> dict[str, Any]:
    return {
        "number": len(chunks),
        "bytes": sum(size for *_, size in chunks),
        "oldest": chunks[0][0].isoformat() if chunks else None,
        "newest": chunks[-1][1].isoformat() if chunks else None,
    }


def _gb_per_day(connection: psycopg.Connection, chunks: Sequence[_Chunk]) -> float | None:
    """Return the size of all days over the time that they hold; None when that is too short.

    The first and the newest day count from their first and to their last position.
    """
    if not chunks:
        return None
    first, newest = chunks[0], chunks[-1]
    asked = {"first_end": first[1], "newest_start": newest[0]}
    row = connection.execute(query("position_span"), asked).fetchone()
    if row is None or None in row:
        return None
    unused = (row[0] - first[0]) + (newest[1] - row[1])
    days = (sum((end - start for start, end, _ in chunks), -unused)) / timedelta(days=1)
    return sum(size for *_, size in chunks) / days / _GB if days >= _LEAST_DAYS else None


def _one(connection: psycopg.Connection, statement: str) -> Any:  # noqa: ANN401  (one value)
    row = connection.execute(statement.encode()).fetchone()
    return None if row is None else row[0]
