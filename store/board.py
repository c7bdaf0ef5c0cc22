"""What the processes tell each other through the database: health, and how far ingest is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from store.connect import connect
from store.errors import UnavailableError
from store.live import put_health

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Board:
    """Writes one process's health, over a connection that is made anew when it broke."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None

    def put(self, part: str, state: Mapping[str, Any], at: datetime) -> None:
        """Write ``state`` of ``part``; raises UnavailableError while the database is away."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._dsn, autocommit=True)
            put_health(self._connection, part, state, at)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self.close()
            msg = f"health of {part} cannot be written: {error}".splitlines()[0]
            raise UnavailableError(msg) from error

    def close(self) -> None:
        """Close the connection; ``put`` opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def committed_offset(dsn: str) -> int:
    """Return the spool position up to which the live service has committed."""
    with connect(dsn) as connection:
        row = connection.execute("SELECT position FROM cursor WHERE run_id = 0").fetchone()
    return int(row[0]) if row else 0
