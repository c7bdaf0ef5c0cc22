"""Which edition of TimescaleDB answers: tried out, because what it says of itself can mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import psycopg

from store.queries import query

if TYPE_CHECKING:
    from psycopg import Connection

Edition = Literal["apache", "community"]


def edition(connection: Connection) -> Edition:
    """Return the edition, found by trying something that only the community edition has."""
    try:
        with connection.transaction():
            connection.execute(query("community_probe"))
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFunction):
        return "apache"
    return "community"
