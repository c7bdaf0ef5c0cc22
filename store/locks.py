"""One scheduler per database: an advisory lock that lives as long as its connection."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from store.connect import session

if TYPE_CHECKING:
    from collections.abc import Iterator

# Any number of our own; only processes of this project take it.
_JOBS = 0x7EDE77A


class JobLock:
    """Held by the one process that may run jobs; ``alive`` proves that it still is."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def alive(self) -> bool:
        """Tell whether the connection, and with it the lock, still stands."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True


@contextmanager
def job_lock(dsn: str) -> Iterator[JobLock | None]:
    """Yield the lock, or None while another process holds it.

    Raises UnavailableError while the database is away.
    """
    with session(dsn, autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_JOBS]).fetchone()
        yield JobLock(connection) if row and row[0] else None
