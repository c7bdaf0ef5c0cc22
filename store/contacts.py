"""Contacts that people enter: each sighting a version; the newest counts, all are the track."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alerts.contacts import Contact
from store.changes import Change, in_turn
from store.errors import RuleError
from store.queries import query

if TYPE_CHECKING:
    import psycopg

_NEXT = "SELECT 'C-' || lpad(nextval('contact_id')::text, 6, '0')"
_HISTORY = (
    "SELECT content, state, author, at, why FROM contact_version WHERE contact = %s "
    "ORDER BY version"
)
_PUT = (
    "INSERT INTO contact_version (contact, version, state, content, author, at, why) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class ContactVersion:
    """A version of a contact, and who (author) entered it when (UTC) and why."""

    contact: Contact
    author: str
    at: datetime
    why: str


def add_contact(connection: psycopg.Connection, contact: Contact, change: Change) -> Contact:
    """Keep a sighting and return it with id and version.

    Without an id it is a new contact; with one it is the next sighting of that contact. Raises
    RuleError where the id was never given or the contact is closed.
    """
    in_turn(connection, "desk")
    if contact.id:
        last = _open(connection, contact.id)
        kept = replace(contact, version=last.version + 1, by=change.who, closed=False)
    else:
        [given] = connection.execute(_NEXT).fetchone() or ("",)
        kept = replace(contact, id=given, version=1, by=change.who, closed=False)
    _put(connection, kept, change)
    return kept


def close_contact(connection: psycopg.Connection, contact_id: str, change: Change) -> Contact:
    """Add the last version of a contact that nobody looks for any more, and return it.

    Raises RuleError where the id was never given or the contact is closed already.
    """
    in_turn(connection, "desk")
    last = _open(connection, contact_id)
    closed = replace(last, version=last.version + 1, by=change.who, closed=True)
    _put(connection, closed, change)
    return closed


def contacts_now(connection: psycopg.Connection, *, closed: bool = False) -> list[ContactVersion]:
    """Return the newest version of each open contact, in the order of ids; all with ``closed``."""
    return [_version(row) for row in connection.execute(query("newest_contacts"),
                                                        {"closed": closed})]  # fmt: skip


def contact_history(connection: psycopg.Connection, contact_id: str) -> list[ContactVersion]:
    """Return every version of the contact with this id, oldest first; none when it never was."""
    return [_version(row) for row in connection.execute(_HISTORY, [contact_id])]


def _open(connection: psycopg.Connection, contact_id: str) -> Contact:
    """Return the newest version of an open contact; raises RuleError where there is none."""
    versions = contact_history(connection, contact_id)
    if not versions:
        msg = f"contact {contact_id}: no such contact; expected one of: vedetta contact list"
        raise RuleError(msg)
    last = versions[-1].contact
    if last.closed:
        msg = f"contact {contact_id}: is closed; enter it as a new one without --same-as"
        raise RuleError(msg)
    return last


def _put(connection: psycopg.Connection, contact: Contact, change: Change) -> None:
    content = json.dumps(contact.as_dict(), allow_nan=False)
    state = "closed" if contact.closed else "open"
    row = (contact.id, contact.version, state, content, change.who, change.at, change.why)
    connection.execute(_PUT, row)


def _version(row: tuple[Any, ...]) -> ContactVersion:
    content, _, author, at, why = row
    return ContactVersion(Contact.from_dict(content), author, at, why)
