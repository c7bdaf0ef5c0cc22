"""What the processes tell each other through the database: health, and how far ingest is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.connect import connect, session, told_apart
from store.errors import UnavailableError
from store.live import put_health
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import psycopg


class Board:
    """Writes one process's health, over a connection that is made anew when it broke."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None

    def put(self, part: str, state: Mapping[str, Any], at: datetime) -> None:
        """Write ``state`` of ``part``.

        Raises UnavailableError while the database is away, and RefusedError for a state that is
        no JSON of PostgreSQL: NaN, or a text with NUL in it.
        """
        try:
            with told_apart(f"health of {part} cannot be written: "):
                if self._connection is None or self._connection.closed:
                    self._connection = connect(self._dsn, autocommit=True)
                put_health(self._connection, part, state, at)
        except UnavailableError:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; ``put`` opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def committed_offset(dsn: str) -> int:
    """Return the spool position up to which the live service has committed.

    Raises UnavailableError.
    """
    with session(dsn) as connection:
        row = connection.execute("SELECT position FROM cursor WHERE run_id = 0").fetchone()
    return int(row[0]) if row else 0


def max_segment(dsn: str) -> int:
    """Return the greatest segment number that the live service has used, -1 before the first.

    Reads every live position, which has no index on the segment: for an ingest that lost its
    snapshots, not for each start. Raises UnavailableError.
    """
    with session(dsn) as connection:
        row = connection.execute(query("max_segment")).fetchone()
    return int(row[0]) if row else -1
