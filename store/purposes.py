"""For what somebody reads the list: one purpose of each session; the audit keeps all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.queries import query

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a person reads in this session, since when (UTC), and for which case; "" = none.

    basis  of the case, the law and the order: not kept here, it stands in the case
    """

    text: str
    at: datetime
    case_id: str = ""
    basis: str = ""


def put_purpose(
    connection: psycopg.Connection, account: str, session: str, purpose: Purpose
) -> None:
    """Keep the purpose of a session, in place of the one before."""
    row = {"account": account, "session": session, "at": purpose.at, "purpose": purpose.text}
    connection.execute(query("put_purpose"), row | {"case_id": purpose.case_id})


def drop_purposes(connection: psycopg.Connection, now: datetime) -> int:
    """Forget the purposes of sessions that have long ended; return how many."""
    return connection.execute(query("drop_purposes"), {"now": now}).rowcount


def purpose_of(connection: psycopg.Connection, account: str, session: str) -> Purpose | None:
    """Return the purpose of a session; None where none was stated yet."""
    asked = {"account": account, "session": session}
    row = connection.execute(query("purpose_of"), asked).fetchone()
    return Purpose(*row) if row else None
