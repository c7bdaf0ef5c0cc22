"""Looking at a database's schema without changing it."""

from __future__ import annotations

from store.connect import session
from store.migrate import migrations


def lacking(dsn: str) -> list[str]:
    """Return the migrations that ``dsn`` has not got, in order; empty when it is up to date.

    Raises UnavailableError.
    """
    with session(dsn) as connection:
        there = connection.execute("SELECT to_regclass('schema_migration') IS NOT NULL").fetchone()
        applied = set()
        if there and there[0]:
            rows = connection.execute("SELECT version FROM schema_migration").fetchall()
            applied = {version for (version,) in rows}
    return [one.version for one in migrations() if one.version not in applied]
