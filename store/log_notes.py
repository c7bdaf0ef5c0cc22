"""Notes in the watch log: only ever added; a second note corrects the first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from alerts.notices import alert_of
from store import audit
from store.changes import Change, in_turn
from store.errors import RuleError
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert


@dataclass(frozen=True, slots=True)
class LogNote:
    """What somebody wrote.

    number    given by the store, 0 before · text  of several lines
    corrects  number of the note that it corrects, None = of none
    mmsi, alert, place   what it is about, None or "" = of nothing · at, author  given by the store
    """

    text: str
    corrects: int | None = None
    mmsi: int | None = None
    alert: str | None = None
    place: str = ""
    number: int = 0
    author: str = ""
    at: datetime | None = None


def add_log_note(connection: psycopg.Connection, note: LogNote, change: Change) -> LogNote:
    """Keep a note and return it with its number; the audit holds the hash of its text.

    Raises RuleError where it says nothing, or corrects a note that is not there.
    """
    if not note.text.strip():
        raise RuleError("note: is empty; write what happened")
    in_turn(connection, "desk")
    if note.corrects is not None:
        there = connection.execute("SELECT 1 FROM log_note WHERE number = %s", [note.corrects])
        if there.fetchone() is None:
            raise RuleError(f"note {note.corrects}: is not there; expected a number of the log")
    kept = replace(note, author=change.who, at=change.at)
    row = {name: getattr(kept, name) for name in LogNote.__slots__}
    [number] = connection.execute(query("add_log_note"), row).fetchone() or (0,)
    digest = hashlib.sha256(note.text.encode()).hexdigest()
    told = {"corrects": note.corrects, "sha256": digest}
    audit.append(connection, change, "log.note", f"N-{number}", told)
    return replace(kept, number=number)


def log_notes(
    connection: psycopg.Connection, since: datetime, until: datetime, limit: int = 1000
) -> list[tuple[LogNote, Alert | None]]:
    """Return the notes of a span, newest first, each with the alert that it is about."""
    asked = {"since": since, "until": until, "limit": limit}
    found = []
    for number, at, author, text, corrects, mmsi, alert, place, content in connection.execute(
        query("log_notes"), asked
    ):
        note = LogNote(text, corrects, mmsi, alert, place, number, author, at)
        found.append((note, alert_of(content) if content else None))
    return found
