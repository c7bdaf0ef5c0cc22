"""What stood in a span of the past: contacts, the list, and which edition of zones."""

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


@dataclass(frozen=True, slots=True)
class ZonesThen:
    """An edition of zones in force from ``since`` until ``until``, None: to the end of the span.

    version  0: what came along with the program, before the first edition; since None then
    kept     its bytes are there still
    """

    version: int
    since: datetime | None
    until: datetime | None
    kept: bool


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


def zones_between(
    connection: psycopg.Connection, start: datetime, end: datetime, limit: int
) -> list[ZonesThen]:
    """Return which zones were in force in [start, end), oldest first."""
    found = [
        ZonesThen(*row)
        for row in connection.execute(query("past_zones"), _asked(start, end, limit))
    ]
    if found and found[0].since is not None and found[0].since <= start:
        return found
    until = found[0].since if found else None
    return [ZonesThen(0, None, until, kept=True), *found]


def zones_edition(connection: psycopg.Connection, version: int) -> str | None:
    """Return the SHA-256 of an edition of zones whose bytes are still kept; else None."""
    row = connection.execute(
        "SELECT sha256 FROM edition "
        "WHERE what = 'zones' AND version = %s AND content IS NOT NULL", [version],
    ).fetchone()  # fmt: skip
    return None if row is None else str(row[0])


def _asked(start: datetime, end: datetime, limit: int) -> dict[str, object]:
    return {"start": start, "end": end, "limit": limit}
