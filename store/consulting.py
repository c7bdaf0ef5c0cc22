"""The log of consultation: who looked at which alert, once for each hour."""

from __future__ import annotations

import datetime as dt

import psycopg

from store import audit
from store.changes import Change, in_turn

READ = "alert.read"
_WHY = "opened the alert"


def note_read(connection: psycopg.Connection, who: str, alert: str, at: dt.datetime) -> bool:
    """Append to the audit that ``who`` looked at ``alert``; False where this hour's row is there.

    In the caller's transaction, which should end soon.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    if _noted(connection, who, alert, hour):
        return False
    # Once more in turn: of two looks at a time one is noted.
    in_turn(connection, "audit")
    if _noted(connection, who, alert, hour):
        return False
    audit.append(connection, Change(who, _WHY, at), READ, alert)
    return True


def note_read_soon(connection: psycopg.Connection, who: str, alert: str, at: dt.datetime) -> bool:
    """Do as ``note_read``, but False where others hold the audit for longer than a moment.

    For rescues: whoever opens one must not wait until a long import of a list has ended.
    """
    try:
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '300ms'")
            note_read(connection, who, alert, at)
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def _noted(connection: psycopg.Connection, who: str, alert: str, hour: dt.datetime) -> bool:
    row = connection.execute(
        "SELECT 1 FROM audit WHERE subject = %s AND action = %s AND who = %s AND at >= %s LIMIT 1",
        [alert, READ, who, hour],
    ).fetchone()
    return row is not None
