"""The audit: rows that are only ever added, each bound to the one before it by a hash.

hash = SHA-256 over the hash of the row before (32 zero bytes before the first) and the row as
canonical JSON. Whoever alters, removes or moves a row must make every later hash anew, and
``verify`` names the first row that does not fit. What it cannot see by itself: rows cut off at the
end, and a chain made anew from some row on. For that, ``service.anchors`` keeps the ``head``
outside the database from time to time, and ``verify`` is given what was kept.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.changes import Change, in_turn
from store.errors import RuleError
from store.queries import query
from store.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import psycopg

_FIRST = bytes(32)
_SEARCHED = ("who", "action", "subject", "text")
_ALL = "SELECT number, at, who, action, subject, why, details::text, hash FROM audit "


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act: ``action`` of ``who`` on ``subject`` at a time (UTC), with its reason.

    details  JSON text with the facts of the act · hash 32 bytes
    """

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    why: str
    details: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row's number and hash (hexadecimal): what to keep outside; 0 = no row yet."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that does not fit: its ``number`` and what is wrong with it, one line."""

    number: int
    what: str


def append(
    connection: psycopg.Connection,
    change: Change,
    action: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
) -> Head:
    """Add a row in the caller's transaction and return the head; ``details`` are JSON values.

    Every other writer waits until that transaction ends: long work comes before. Raises RuleError
    where action or subject is empty or the details are no JSON.
    """
    if not action.strip() or not subject.strip():
        msg = f"audit of action {action!r} on {subject!r}: expected both"
        raise RuleError(msg)
    # The turn first: nobody may add a row between reading the head and writing the next.
    in_turn(connection, "audit")
    last = head(connection)
    unsigned = AuditRow(
        last.number + 1,
        change.at.astimezone(UTC),
        change.who,
        action,
        subject,
        change.why,
        _json(details or {}),
        b"",
    )
    digest = _hash(bytes.fromhex(last.hash), unsigned)
    row = {name: getattr(unsigned, name) for name in unsigned.__slots__} | {"hash": digest}
    connection.execute(query("append_audit"), row)
    return Head(unsigned.number, digest.hex())


def head(connection: psycopg.Connection) -> Head:
    """Return the newest row's number and hash."""
    row = connection.execute(
        "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return Head(0, _FIRST.hex()) if row is None else Head(row[0], row[1].hex())


def verify(connection: psycopg.Connection, anchors: Iterable[Head] = ()) -> Fault | None:
    """Walk the chain from its first row; return the first fault, None where every row fits.

    With ``anchors``, heads kept outside earlier, it also sees rows cut off at the end and a chain
    made anew, up to the last of them.
    """
    kept: dict[int, set[str]] = {}
    for one in anchors:
        kept.setdefault(one.number, set()).add(one.hash)
    number, before, sure = 0, _FIRST, 0
    # A cursor of the server: years of rows need not fit into memory.
    with connection.transaction(), connection.cursor("audit_chain") as cursor:
        cursor.itersize = 5000
        for found in cursor.execute(_ALL + "ORDER BY number"):
            row = AuditRow(*found)
            if what := _fault(row, number, before):
                return Fault(row.number, what)
            number, before = row.number, row.hash
            if number in kept:
                if kept[number] != {before.hex()}:
                    return Fault(number, _anew(sure))
                sure = number
    last = max(kept, default=0)
    if last > number:
        return Fault(number + 1, f"is gone and all after it: row {last} was kept outside")
    return None


def hash_of(connection: psycopg.Connection, number: int) -> str | None:
    """Return the hash of row ``number``, hexadecimal; None where there is no such row."""
    if number == 0:
        return _FIRST.hex()
    row = connection.execute("SELECT hash FROM audit WHERE number = %s", [number]).fetchone()
    return None if row is None else row[0].hex()


def rows(
    connection: psycopg.Connection,
    *,
    action: str | None = None,
    subject: str | None = None,
    who: str | None = None,
    since: datetime | None = None,
    limit: int = 1000,
) -> list[AuditRow]:
    """Return the newest ``limit`` rows that fit what is given, newest first.

    ``subject`` fits rows whose details name it, too.
    """
    asked = {"action": action, "subject": subject, "who": who, "since": since, "limit": limit}
    return [AuditRow(*row) for row in connection.execute(query("audit_rows"), asked)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: each part that is given has to fit; "" and None ask for nothing.

    who, subject, action  parts of them, in any case; ``subject`` fits what the details name too
    since, until          from (included) and to (excluded), UTC
    text                  stands anywhere in the row, in any case
    """

    who: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def search(
    connection: psycopg.Connection, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> list[AuditRow]:
    """Return the newest ``limit`` rows that fit, of those with a number below ``before``."""
    asked: dict[str, object] = {"before": before, "limit": limit}
    asked |= {"since": wanted.since, "until": wanted.until}
    asked |= {name: spellings(getattr(wanted, name)) for name in _SEARCHED}
    return [AuditRow(*row) for row in connection.execute(query("audit_search"), asked)]


def actions(connection: psycopg.Connection) -> list[str]:
    """Return every action that stands in the audit, in order."""
    found = connection.execute("SELECT DISTINCT action FROM audit ORDER BY action")
    return [action for (action,) in found]


def row_with(connection: psycopg.Connection, number: int) -> AuditRow | None:
    """Return row ``number``, None where there is none."""
    found = connection.execute(_ALL + "WHERE number = %s", [number]).fetchone()
    return AuditRow(*found) if found else None


def _anew(sure: int) -> str:
    since = f"after row {sure}, which is as it was kept" if sure else "from its first row on"
    return f"is not the row kept outside: the chain was made anew {since}"


def _fault(row: AuditRow, number: int, before: bytes) -> str:
    """Return what is wrong with ``row``, given the number and hash before it; "" when nothing."""
    if row.number != number + 1:
        return f"follows row {number}: expected row {number + 1}; rows were removed"
    if row.hash != _hash(before, row):
        return "does not fit its hash: it, or the row before it, was altered, moved or replaced"
    return ""


def _hash(before: bytes, row: AuditRow) -> bytes:
    # One text for one row, whatever the time zone of the session that reads it.
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [row.number, at, row.who, row.action, row.subject, row.why, row.details]
    return hashlib.sha256(before + _json(said).encode()).digest()


def _json(value: Any) -> str:  # noqa: ANN401  (any JSON value)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        msg = f"audit details cannot be written ({error}): expected JSON values"
        raise RuleError(msg) from error
