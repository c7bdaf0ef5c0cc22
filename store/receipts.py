"""Answers of other systems and of people through a link: kept once, and put beside the alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.outbox import acknowledge, microseconds, moment
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.acknowledging import Answer

_HOW = {"link": "link", "cap": "CAP", "cise": "CISE"}


@dataclass(frozen=True, slots=True)
class Received:
    """One answer as it was kept; ``alert`` None where it answers nothing that we sent."""

    channel: str
    id: str
    reference: str
    alert: str | None
    taken: bool
    good: bool
    who: str
    said: str
    at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """The message that an answer names: of which alert, and to whom it went."""

    alert: str
    office: str


def told_by(connection: psycopg.Connection, reference: str) -> Told | None:
    """Return the message that is called ``reference``, None where none is (yet)."""
    row = connection.execute(
        "SELECT alert, office FROM delivery "
        "WHERE notice_id = %(name)s OR reference = %(name)s LIMIT 1",
        {"name": reference},
    ).fetchone()
    return None if row is None else Told(*row)


def superseded(connection: psycopg.Connection, reference: str) -> bool:
    """Tell whether the office was told news after the message that is called ``reference``."""
    row = connection.execute(query("superseded"), {"name": reference}).fetchone()
    return row is not None and bool(row[0])


def keep(connection: psycopg.Connection, answer: Answer, received_at: datetime) -> Told | None:
    """Keep ``answer``; return the message that it answers; None for none, or where it was kept.

    One that says that somebody takes the matter on marks the delivery as acknowledged.
    """
    told = told_by(connection, answer.reference)
    alert = told.alert if told else None
    row = {name: getattr(answer, name) for name in answer.__slots__} | {
        "alert": alert,
        "at": None if answer.at_us is None else moment(answer.at_us),
        "received_at": received_at,
    }
    new = connection.execute(query("keep_receipt"), row).rowcount == 1
    if new and answer.taken and told:
        how, at_us = _HOW[answer.channel], microseconds(received_at)
        acknowledge(connection, answer.reference, answer.who or answer.channel, how, at_us)
    return told if new else None


def receipts(
    connection: psycopg.Connection, alert: str | None = None, limit: int = 100
) -> list[Received]:
    """Return answers, newest first; None = to any alert, or to none."""
    rows = connection.execute(query("receipts"), {"alert": alert, "limit": limit})
    return [Received(*row) for row in rows]


def drop_receipts(connection: psycopg.Connection, before: datetime) -> int:
    """Remove answers received before ``before``; return how many."""
    return connection.execute("DELETE FROM receipt WHERE received_at < %s", [before]).rowcount
