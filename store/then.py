"""What people were concerned with in a span of the past: contacts and the list as they stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.contacts import Contact
from store.codes import codes_of, entry_codes
from store.queries import query

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

    from alerts.alert import Codes


@dataclass(frozen=True, slots=True)
class ContactThen:
    """A contact as it was known from ``since`` until ``until``, None: to the end of the span."""

    contact: Contact
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ListedThen:
    """A vessel that answered to an entry from ``since`` until ``until``.

    ``codes``: of the version that was in force then, and of the entry as it is now.
    """

    mmsi: int
    codes: tuple[Codes, ...]
    since: datetime
    until: datetime | None


def contacts_between(
    connection: psycopg.Connection, start: datetime, end: datetime, limit: int
) -> list[ContactThen]:
    """Return the versions of open contacts that stood in [start, end), oldest first."""
    rows = connection.execute(query("past_contacts"), _asked(start, end, limit))
    return [ContactThen(Contact.from_dict(said), since, until) for said, since, until in rows]


def listed_between(
    connection: psycopg.Connection, start: datetime, end: datetime, limit: int
) -> list[ListedThen]:
    """Return who was listed in [start, end), each with when, oldest first."""
    rows = connection.execute(query("past_listed"), _asked(start, end, limit)).fetchall()
    now = entry_codes(connection, {entry for _, entry, *_ in rows})
    return [
        ListedThen(mmsi, (codes_of(said), now[entry]), since, until)
        for mmsi, entry, said, since, until in rows
    ]


def _asked(start: datetime, end: datetime, limit: int) -> dict[str, object]:
    return {"start": start, "end": end, "limit": limit}
