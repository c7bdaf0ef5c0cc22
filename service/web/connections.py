"""Connections of the web process: one for each read, kept while they work."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store.connect import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

_PATIENCE_S = 4  # less than the poller's and the questions' own, so that their threads come back


class Connections:
    """Idle connections to one database; ``idle`` are those that nobody reads with."""

    def __init__(self, dsn: str, patience_s: int = _PATIENCE_S) -> None:
        """Remember ``dsn``; a statement is given up after ``patience_s`` seconds."""
        self._dsn, self._patience_s = dsn, patience_s
        self._lock = threading.Lock()
        self.idle: list[psycopg.Connection] = []

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection]:
        """Give a connection in autocommit for one read; raises when the database is away."""
        with self._lock:
            connection = self.idle.pop() if self.idle else None
        connection = connection or connect(self._dsn, autocommit=True, patience_s=self._patience_s)
        try:
            yield connection
        except BaseException:
            # Whatever went wrong, the next reader must not inherit a connection in that state.
            connection.close()
            raise
        with self._lock:
            self.idle.append(connection)

    def close(self) -> None:
        """Close the idle connections; a later read opens a new one."""
        with self._lock:
            idle, self.idle = self.idle, []
        for connection in idle:
            connection.close()
