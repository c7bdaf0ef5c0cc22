"""Who is signed in: a row for each browser, found by the hash of what it holds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.people import Account
from store.queries import query

if TYPE_CHECKING:
    import psycopg

IN = "in"
"""The step of a session whose person has signed in; before it they prove who they are."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser.

    key      SHA-256 of the token that it holds · account  id
    step     password, enrol or code: what is asked of them next; in: nothing, they are in
    pending  second factor that is being enrolled, base32
    ends_at  whatever they do · address, agent  for the person's own list
    """

    key: bytes
    account: str
    step: str
    made_at: datetime
    used_at: datetime
    ends_at: datetime
    pending: str = ""
    address: str = ""
    agent: str = ""


_COLUMNS = ", ".join(one.name for one in fields(Session))
_SELECT = f"SELECT {_COLUMNS} FROM session ".encode()  # noqa: S608 (names of our own fields)


def put_session(connection: psycopg.Connection, session: Session) -> None:
    """Keep a new session."""
    row = {one.name: getattr(session, one.name) for one in fields(session)}
    connection.execute(query("put_session"), row)


def held(
    connection: psycopg.Connection, key: bytes, now: datetime, idle: timedelta
) -> tuple[Session, Account] | None:
    """Return the session with ``key`` and whose it is; None where it ended or they are disabled.

    What is used stays: ``used_at`` moves on, at most once a minute.
    """
    asked = {"key": key, "now": now, "since": now - idle}
    row = connection.execute(query("session_held"), asked).fetchone()
    if row is None:
        return None
    n = len(fields(Session))
    session, account = Session(*row[:n]), Account(*row[n:])
    if now - session.used_at > timedelta(minutes=1):
        connection.execute("UPDATE session SET used_at = %s WHERE key = %s", [now, key])
    return session, account


def sessions_of(connection: psycopg.Connection, account_id: str) -> list[Session]:
    """Return the sessions of an account that have signed in, newest use first."""
    asked = b"WHERE account = %s AND step = 'in' ORDER BY used_at DESC"
    return [Session(*row) for row in connection.execute(_SELECT + asked, [account_id])]


def sessions_open(connection: psycopg.Connection, now: datetime) -> dict[str, int]:
    """Return how many sessions each account has that signed in and have not ended."""
    asked = (
        "SELECT account, count(*) FROM session WHERE step = 'in' AND ends_at > %s GROUP BY account"
    )
    return dict(connection.execute(asked, [now]).fetchall())


def owner_of(connection: psycopg.Connection, key: bytes) -> str:
    """Return whose the session or token with ``key`` is or was, as far as its row is there yet."""
    row = connection.execute(query("session_owner"), {"key": key}).fetchone()
    return str(row[0]) if row else ""


def end_session(connection: psycopg.Connection, key: bytes) -> None:
    """End one session."""
    connection.execute("DELETE FROM session WHERE key = %s", [key])


def end_sessions(connection: psycopg.Connection, account_id: str, but: bytes | None = None) -> int:
    """End every session of an account, except ``but``; return how many there were."""
    done = connection.execute(
        "DELETE FROM session WHERE account = %s AND key IS DISTINCT FROM %s", [account_id, but]
    )
    return done.rowcount


def drop_sessions(connection: psycopg.Connection, now: datetime) -> int:
    """Remove the sessions that have ended by themselves; return how many."""
    return connection.execute("DELETE FROM session WHERE ends_at < %s", [now]).rowcount
