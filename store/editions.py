"""Editions: a list or a set of zones published as a whole, and from when on each was in force."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.changes import Change, in_turn
from store.errors import StoreError
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition, without its bytes.

    what "zones", "watchlist", "traffic" or "rules" · version from 1
    sha256 of its bytes, hexadecimal
    author, at (UTC), why  of the change that made it
    """

    what: str
    version: int
    sha256: str
    author: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """An edition that took effect at a control line.

    spool  position of that line · received_us  its receive time, µs since 1970
    """

    what: str
    version: int
    sha256: str
    spool: int
    received_us: int


def publish(
    connection: psycopg.Connection, what: str, content: bytes, change: Change
) -> EditionRow:
    """Keep ``content`` as the next edition of ``what`` and return it.

    Where the newest edition has the same bytes it is returned instead, and nothing is kept twice.
    """
    # Two who publish at once would else take the same number.
    in_turn(connection)
    sha256 = hashlib.sha256(content).hexdigest()
    last = newest(connection, what)
    if last is not None and last.sha256 == sha256:
        return last
    row = EditionRow(
        what, 1 if last is None else last.version + 1, sha256, change.who, change.at, change.why
    )
    connection.execute(
        query("put_edition"),
        {
            "what": what,
            "version": row.version,
            "sha256": sha256,
            "content": content,
            "author": change.who,
            "at": change.at,
            "why": change.why,
        },
    )
    return row


def newest(connection: psycopg.Connection, what: str) -> EditionRow | None:
    """Return the newest edition of ``what``; None before the first."""
    return next(iter(editions(connection, what, 1)), None)


def editions(connection: psycopg.Connection, what: str, limit: int = 1000) -> list[EditionRow]:
    """Return the newest ``limit`` editions of ``what``, newest first."""
    asked = {"what": what, "limit": limit}
    return [EditionRow(*row) for row in connection.execute(query("editions"), asked)]


def content(connection: psycopg.Connection, sha256: str) -> bytes:
    """Return the bytes of the edition with this hash.

    Raises StoreError when there is none, when retention removed them, or when they are not what
    their hash says.
    """
    row = connection.execute(
        "SELECT content FROM edition WHERE sha256 = %s AND content IS NOT NULL LIMIT 1", [sha256]
    ).fetchone()
    if row is None:
        msg = f"edition {sha256} is not in the database: expected one published and still kept"
        raise StoreError(msg)
    # The hash stands in a spool too; bytes that were altered past the trigger must not follow it.
    data = bytes(row[0])
    if hashlib.sha256(data).hexdigest() != sha256:
        msg = f"edition {sha256} was altered in the database: expected bytes of that hash"
        raise StoreError(msg)
    return data


def adopted(
    connection: psycopg.Connection, run_id: int = 0, at_most: int | None = None
) -> dict[str, Adoption]:
    """Return by ``what`` the newest adoption of a run, or the newest up to a spool position.

    ``at_most`` itself is included.
    """
    asked = {"run_id": run_id, "at_most": at_most}
    found = (Adoption(*row) for row in connection.execute(query("adopted"), asked))
    return {adoption.what: adoption for adoption in found}


def needed_from(connection: psycopg.Connection, spool: int) -> set[str]:
    """Return the hashes of all editions that lines of the live spool from ``spool`` on speak of.

    That is what was in force there, what took effect later, and what is newest.
    """
    rows = connection.execute(
        "SELECT sha256 FROM adoption WHERE run_id = 0 AND spool >= %s", [spool]
    ).fetchall()
    in_force = adopted(connection, at_most=spool).values()
    latest = (newest(connection, what) for what in ("zones", "watchlist", "traffic"))
    return {sha256 for (sha256,) in rows} | {one.sha256 for one in (*in_force, *latest) if one}


def put_adoptions(
    connection: psycopg.Connection, adoptions: Sequence[Adoption], run_id: int
) -> None:
    """Keep ``adoptions`` of a run; one that is there already stays as it is."""
    if not adoptions:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            query("put_adoption"),
            [
                {name: getattr(one, name) for name in Adoption.__slots__} | {"run_id": run_id}
                for one in adoptions
            ],
        )
