"""Tokens of other programs, each in the name of a person and for some deeds only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from store import audit
from store.changes import in_turn
from store.errors import RuleError
from store.people import Account
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from store.changes import Change

MOST = 20
"""Tokens of one person."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One token: SHA-256 of it, whose it is, what it is called, and the deeds it may do."""

    key: bytes
    account: str
    label: str
    deeds: tuple[str, ...]
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


def add_token(connection: psycopg.Connection, token: ApiToken, change: Change) -> None:
    """Keep a new token; raises RuleError where the label is taken or there are too many."""
    in_turn(connection, "desk")
    there = tokens_of(connection, token.account)
    if token.label in {one.label for one in there}:
        raise RuleError(f"a token called {token.label!r} is there; choose another name")
    if len(there) >= MOST:
        raise RuleError(f"there are {MOST} tokens; remove one first")
    row = {name: getattr(token, name) for name in token.__slots__} | {"deeds": list(token.deeds)}
    connection.execute(query("add_api_token"), row)
    told = {"deeds": list(token.deeds), "ends_at": token.ends_at.isoformat()}
    audit.append(connection, change, "people.token_add", change.who, {"label": token.label} | told)


def token_held(
    connection: psycopg.Connection, key: bytes, now: datetime
) -> tuple[ApiToken, Account] | None:
    """Return the token with ``key`` and whose it is; None where it ended or they are closed."""
    row = connection.execute(query("api_token_held"), {"key": key, "now": now}).fetchone()
    if row is None:
        return None
    token = _token(row)
    if token.used_at is None or now - token.used_at > timedelta(minutes=1):
        connection.execute("UPDATE api_token SET used_at = %s WHERE key = %s", [now, key])
    return token, Account(*row[7:])


def tokens_of(connection: psycopg.Connection, account_id: str) -> list[ApiToken]:
    """Return the tokens of an account, by label."""
    rows = connection.execute(query("api_tokens_of"), [account_id])
    return [_token(row) for row in rows]


def end_token(connection: psycopg.Connection, account_id: str, label: str, change: Change) -> bool:
    """End one token of an account; False where there is none of that label."""
    in_turn(connection, "desk")
    done = connection.execute(
        "DELETE FROM api_token WHERE account = %s AND label = %s", [account_id, label]
    )
    if done.rowcount:
        audit.append(connection, change, "people.token_remove", change.who, {"label": label})
    return bool(done.rowcount)


def end_tokens(connection: psycopg.Connection, account_id: str) -> int:
    """End every token of an account; return how many there were."""
    return connection.execute("DELETE FROM api_token WHERE account = %s", [account_id]).rowcount


def drop_tokens(connection: psycopg.Connection, before: datetime) -> int:
    """Remove the tokens that expired before a time; return how many."""
    return connection.execute("DELETE FROM api_token WHERE ends_at < %s", [before]).rowcount


def _token(row: Sequence[Any]) -> ApiToken:
    key, account, label, deeds, made_at, ends_at, used_at = row[:7]
    return ApiToken(key, account, label, tuple(deeds), made_at, ends_at, used_at)
