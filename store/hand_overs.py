"""Hand-overs: a log frozen as it was signed, and both signatures; nothing of it changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from store import audit
from store.changes import Change, in_turn
from store.errors import RuleError
from store.queries import query

if TYPE_CHECKING:
    import psycopg

Side: TypeAlias = Literal["outgoing", "incoming"]
_SELECT = "SELECT id, since, until, content, sha256 FROM hand_over WHERE id = %s"
_SIGNATURES = (
    "SELECT hand_over, side, account, name, display, at, sha256 FROM hand_over_signature "
    "WHERE hand_over = ANY(%s)"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """One side's: ``sha256`` over what was signed, by whom and when (service.hand_over)."""

    hand_over: str
    side: Side
    account: str
    name: str
    display: str
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A log that was handed over: ``content`` to the letter, "" in a list; its signatures."""

    id: str
    since: datetime
    until: datetime
    content: str
    sha256: str
    outgoing: Signature | None = None
    incoming: Signature | None = None


def next_id(connection: psycopg.Connection) -> str:
    """Return the id of a new hand-over; a gap is no fault."""
    sql = "SELECT 'W-' || lpad(nextval('hand_over_id')::text, 6, '0')"
    [given] = connection.execute(sql).fetchone() or ("",)
    return str(given)


def put_hand_over(
    connection: psycopg.Connection, made: HandOver, signed: Signature, change: Change
) -> None:
    """Freeze a log with the signature of who goes."""
    in_turn(connection, "desk")
    row = {one: getattr(made, one) for one in ("id", "since", "until", "content", "sha256")}
    connection.execute(query("put_hand_over"), row)
    _sign(connection, signed, change)


def take_over(connection: psycopg.Connection, signed: Signature, change: Change) -> None:
    """Keep the signature of who comes; raises RuleError where somebody has taken over already."""
    in_turn(connection, "desk")
    there = hand_over(connection, signed.hand_over)
    if there is None:
        raise RuleError(f"hand-over {signed.hand_over}: is not there; see the list of hand-overs")
    if there.incoming is not None:
        raise RuleError(f"{there.id} was taken over by {there.incoming.display} already")
    _sign(connection, signed, change)


def hand_over(connection: psycopg.Connection, hand_over_id: str) -> HandOver | None:
    """Return a hand-over with its content and signatures."""
    row = connection.execute(_SELECT, [hand_over_id]).fetchone()
    return next(iter(_signed(connection, [row])), None) if row else None


def hand_overs(connection: psycopg.Connection, limit: int = 100) -> list[HandOver]:
    """Return the newest hand-overs without their content, newest first."""
    return _signed(
        connection, connection.execute(query("hand_overs"), {"limit": limit}).fetchall()
    )


def last_signed(connection: psycopg.Connection, account: str) -> datetime | None:
    """Return until when the last hand-over goes that this account signed, on either side."""
    row = connection.execute(query("last_signed"), {"account": account}).fetchone()
    return row[0] if row else None


def sign_ins(connection: psycopg.Connection, name: str, limit: int = 2) -> list[datetime]:
    """Return when a person signed in, newest first, at most ``limit`` times."""
    rows = audit.rows(connection, action="people.sign_in", who=name, limit=limit)
    return [one.at for one in rows]


def digest(text: str) -> str:
    """Return the SHA-256 of ``text``, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _sign(connection: psycopg.Connection, signed: Signature, change: Change) -> None:
    row = {name: getattr(signed, name) for name in Signature.__slots__}
    connection.execute(query("put_signature"), row)
    told = {"side": signed.side, "account": signed.account, "sha256": signed.sha256}
    audit.append(connection, change, "log.sign", signed.hand_over, told)


def _signed(connection: psycopg.Connection, rows: list[tuple[Any, ...]]) -> list[HandOver]:
    found = connection.execute(_SIGNATURES, [[row[0] for row in rows]])
    by = {(one.hand_over, one.side): one for one in (Signature(*row) for row in found)}
    return [
        HandOver(
            one,
            since,
            until,
            content,
            sha256,
            by.get((one, "outgoing")),
            by.get((one, "incoming")),
        )
        for one, since, until, content, sha256 in rows
    ]
