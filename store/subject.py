"""What is held that may be about one person or vessel, table by table: where, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.queries import query
from store.spellings import spellings

if TYPE_CHECKING:
    import psycopg

MOST = 200
"""Finds of one table."""


@dataclass(frozen=True, slots=True)
class Find:
    """One find: ``record`` of ``table``, its time (None = it has none), and what it ``says``.

    tie, tied  what it rests on, so that who may not know of that is not told: "entry" or "alert"
               with its id, "contact", "audit", "desk"; "" = nothing
    """

    table: str
    record: str
    at: datetime | None
    says: str
    tie: str
    tied: str


def finds(
    connection: psycopg.Connection, *, name: str = "", mmsi: int | None = None, call_sign: str = ""
) -> list[Find]:
    """Return what may be about who is called so, newest first in each table, at most ``MOST``.

    Words are found as parts of what is written, in any case: a person judges what is meant.
    """
    given = (name, call_sign, str(mmsi or ""))
    terms = sorted({form for one in given for form in spellings(one)})
    asked = {"terms": terms, "mmsi": mmsi, "limit": MOST}
    return [Find(*row) for row in connection.execute(query("subject"), asked)]
