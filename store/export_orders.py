"""Exports that people asked for at a page: who, what, why, and what became of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store.changes import Change
from store.queries import query

if TYPE_CHECKING:
    import psycopg

_COLUMNS = "id, account, at, who, why, asked, state, said, sidecar, ready_at, expires_at, taken_at"
_SELECT = f"SELECT {_COLUMNS} FROM export_order ".encode()  # noqa: S608 (names of columns)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """One export of one person.

    account  whose it is · asked  the question as JSON · state  waiting, ready, failed or gone
    said     why it failed · sidecar  of what is ready, {} else · expires_at  when its file goes
    """

    id: str
    account: str
    at: datetime
    who: str
    why: str
    asked: dict[str, Any] = field(default_factory=dict)
    state: str = "waiting"
    said: str = ""
    sidecar: dict[str, Any] | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def change(self) -> Change:
        """The mark under which it was asked for."""
        return Change(self.who, self.why, self.at)


def put_order(connection: psycopg.Connection, order: ExportOrder) -> None:
    """Keep what somebody asks for, waiting."""
    names = ("id", "account", "at", "who", "why")
    row = {name: getattr(order, name) for name in names}
    connection.execute(query("put_export_order"), row | {"asked": json.dumps(order.asked)})


def end_order(
    connection: psycopg.Connection,
    order_id: str,
    state: str,
    now: datetime,
    *,
    said: str = "",
    sidecar: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Note what became of an order that waits; False: somebody else has done so."""
    told = None if sidecar is None else json.dumps(sidecar, ensure_ascii=False)
    row = {"id": order_id, "state": state, "said": said, "sidecar": told, "ready_at": now,
           "expires_at": expires_at}  # fmt: skip
    return connection.execute(query("end_export_order"), row).rowcount == 1


def order_of(connection: psycopg.Connection, order_id: str, account: str) -> ExportOrder | None:
    """Return an order of ``account``; None for one that is not there or somebody else's."""
    found = connection.execute(_SELECT + b"WHERE id = %s AND account = %s", [order_id, account])
    row = found.fetchone()
    return ExportOrder(*row) if row else None


def orders_of(connection: psycopg.Connection, account: str, limit: int) -> list[ExportOrder]:
    """Return the newest orders of ``account``."""
    rows = connection.execute(
        _SELECT + b"WHERE account = %s ORDER BY at DESC LIMIT %s", [account, limit]
    )
    return [ExportOrder(*row) for row in rows]


def waiting(connection: psycopg.Connection) -> list[ExportOrder]:
    """Return what waits, the oldest first."""
    rows = connection.execute(_SELECT + b"WHERE state = 'waiting' ORDER BY at")
    return [ExportOrder(*row) for row in rows]


def expired(connection: psycopg.Connection, now: datetime) -> list[str]:
    """Mark as gone what is past its time; return the ids."""
    rows = connection.execute(
        "UPDATE export_order SET state = 'gone' WHERE state = 'ready' AND expires_at < %s "
        "RETURNING id",
        [now],
    )
    return [order for (order,) in rows]


def taken(connection: psycopg.Connection, order_id: str, now: datetime) -> None:
    """Note that the file was fetched, the first time."""
    connection.execute(
        "UPDATE export_order SET taken_at = %s WHERE id = %s AND taken_at IS NULL", [now, order_id]
    )


def drop_orders(connection: psycopg.Connection, before: datetime) -> int:
    """Forget orders from before; return how many. The audit keeps what left."""
    return connection.execute(query("drop_export_orders"), {"before": before}).rowcount
