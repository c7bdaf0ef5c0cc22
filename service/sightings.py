"""Sightings: what people enter and close, kept with its line in the audit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from service.errors import WrongUseError
from service.meanwhile import StaleError
from store import audit
from store.changes import in_turn
from store.contacts import add_contact, close_contact, contact_history

if TYPE_CHECKING:
    import psycopg

    from alerts.contacts import Contact
    from store.changes import Change

AT = "a time in UTC as 2026-05-10T14:20"
_AHEAD = dt.timedelta(minutes=10)  # clocks of those who report differ
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def enter(connection: psycopg.Connection, one: Contact, made: Change) -> Contact:
    """Keep a sighting: a new contact, or with its id the next place of one; return it."""
    kept = add_contact(connection, one, made)
    audit.append(connection, made, "contact.add", kept.id, {"version": kept.version})
    return kept


def close(
    connection: psycopg.Connection, contact_id: str, made: Change, seen: int | None = None
) -> Contact:
    """Close a contact that nobody looks for any more; return it.

    seen  version of its newest sighting that was looked at, None = whichever it is; raises
          StaleError where another one came since
    """
    # First the turn: a report may come between the look and the closing.
    in_turn(connection, "desk")
    history = contact_history(connection, contact_id)
    if seen is not None and history and history[-1].contact.version != seen:
        last = history[-1]
        raise StaleError(f"contact {contact_id}", last.author, last.at, last.why)
    kept = close_contact(connection, contact_id, made)
    audit.append(connection, made, "contact.close", kept.id, {"version": kept.version})
    return kept


def seen_us(text: str, now: dt.datetime, what: str = "time") -> int:
    """Return when something was seen, µs since 1970; "" is ``now``.

    Raises WrongUseError, which begins with ``what``, for what is no time or lies ahead.
    """
    try:
        at = dt.datetime.fromisoformat(text) if text else now
    except ValueError:
        raise WrongUseError(f"{what} {text[:40]!r}: expected {AT}") from None
    at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    if at > now + _AHEAD:
        raise WrongUseError(f"{what} {text}: lies ahead; expected when it was seen, in UTC")
    return (at - _EPOCH) // dt.timedelta(microseconds=1)
