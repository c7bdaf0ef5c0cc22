"""Bring a database's schema up to date: numbered SQL files, applied once each, forward only."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from store.connect import connect, first_line, told_apart
from store.errors import MigrationError
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent / "migrations"
# «vedetta» in ASCII: two commands must not migrate at the same time.
_LOCK = 0x7665_6465_7474_61


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its version (the file's name without ending), its text, and its hash."""

    version: str
    text: str
    sha256: str


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations in ``folder``, in order of their number."""
    return [
        Migration(
            path.stem, path.read_text("utf-8"), hashlib.sha256(path.read_bytes()).hexdigest()
        )
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


def migrate(dsn: str, known: Sequence[Migration] | None = None) -> list[str]:
    """Apply what ``dsn`` lacks of ``known`` (default: ours); return the versions applied.

    1. Wait for whoever migrates the same database just now.
    2. Bring the extension up to date, as the first statement of a session of its own.
    3. Apply the missing files, in one transaction each.

    Raises MigrationError when an applied file has changed since, when the database is newer than
    this program, when a file fails, or when there is no TimescaleDB; UnavailableError when nobody
    answers.
    """
    known = migrations() if known is None else known
    with told_apart(), closing(connect(dsn, autocommit=True)) as lock:
        # A session of its own: the update below must not find an old library loaded.
        lock.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        update_extension(dsn)
        with connect(dsn, autocommit=True) as connection:
            connection.execute(query("schema_migration"))
            missing = _missing(connection, known)
            for migration in missing:
                _apply(connection, migration)
    return [migration.version for migration in missing]


def update_extension(dsn: str) -> None:
    """Make sure that TimescaleDB is in the database, in the version that the server brings.

    The update must be the first statement of its session, before the old library is loaded.
    """
    try:
        with connect(dsn, autocommit=True) as connection:
            connection.execute("ALTER EXTENSION timescaledb UPDATE")
    except psycopg.errors.UndefinedObject:
        _create_extension(dsn)
    except psycopg.errors.InsufficientPrivilege:
        # A managed database: its owner keeps the extension up to date.
        return


def _create_extension(dsn: str) -> None:
    try:
        with connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        fault = first_line(error)
        msg = f"the database has no TimescaleDB ({fault}): expected a TimescaleDB 2.15 or newer"
        raise MigrationError(msg) from error


def _missing(connection: psycopg.Connection, known: Sequence[Migration]) -> list[Migration]:
    rows = connection.execute("SELECT version, sha256 FROM schema_migration").fetchall()
    applied: dict[str, str] = dict(rows)
    for migration in known:
        if applied.get(migration.version, migration.sha256) != migration.sha256:
            msg = (
                f"migration {migration.version} was changed after it had been applied: "
                "expected the same file; restore it and add a new one"
            )
            raise MigrationError(msg)
    # An older program would write rows that the newer schema may not expect.
    newer = sorted(set(applied) - {migration.version for migration in known})
    if newer:
        msg = f"the database has migration {newer[-1]}, unknown here: update this program"
        raise MigrationError(msg)
    return [migration for migration in known if migration.version not in applied]


def _apply(connection: psycopg.Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            # As bytes: a file is trusted text, and psycopg wants literals otherwise.
            connection.execute(migration.text.encode())
            connection.execute(
                "INSERT INTO schema_migration (version, sha256) VALUES (%s, %s)",
                [migration.version, migration.sha256],
            )
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        msg = f"migration {migration.version} failed ({first_line(error)}): nothing of it was kept"
        raise MigrationError(msg) from error
