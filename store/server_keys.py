"""Keys that the service makes for itself, the same for all its processes and after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg


def server_key(connection: psycopg.Connection, name: str, fresh: str) -> str:
    """Return the key of ``name``; the first to ask makes it of ``fresh``."""
    connection.execute(
        "INSERT INTO server_key (name, key) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
        [name, fresh],
    )
    return known_key(connection, name) or fresh


def known_key(connection: psycopg.Connection, name: str) -> str:
    """Return the key of ``name``, empty where nobody has made one."""
    row = connection.execute("SELECT key FROM server_key WHERE name = %s", [name]).fetchone()
    return str(row[0]) if row else ""


def forget_key(connection: psycopg.Connection, name: str) -> None:
    """Forget the key of ``name``: the next to ask makes another."""
    connection.execute("DELETE FROM server_key WHERE name = %s", [name])
