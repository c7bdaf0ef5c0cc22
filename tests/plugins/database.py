"""Fixtures of a real TimescaleDB: the programs from the user's cache, the data in a new folder."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from store.embedded import embedded
from store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server for the whole session; give the DSN of its database ``postgres``."""
    folder = tmp_path_factory.mktemp("database")
    with embedded(folder, database="template_vedetta") as dsn:
        migrate(dsn)
        postgres = dsn.replace("template_vedetta", "postgres")
        # TimescaleDB's own workers visit every database that allows it, and a visited database
        # cannot be copied.
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute("ALTER DATABASE template_vedetta ALLOW_CONNECTIONS false")
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = 'template_vedetta'"
            )
        yield postgres


@pytest.fixture
def empty_dsn(database_server: str) -> Iterator[str]:
    """Give the DSN of a new database with nothing in it."""
    with fresh_database(database_server, "template0") as dsn:
        yield dsn


@pytest.fixture
def dsn(database_server: str) -> Iterator[str]:
    """Give the DSN of a new, migrated database."""
    with fresh_database(database_server) as dsn:
        yield dsn


@contextmanager
def fresh_database(postgres: str, template: str = "template_vedetta") -> Iterator[str]:
    """Give the DSN of a new database, made from ``template``, while the block runs."""
    name = sql.Identifier(f"test_{uuid.uuid4().hex}")
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template))
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(make)
        try:
            yield postgres.replace("dbname=postgres", f"dbname={name.as_string()[1:-1]}")
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
