"""Transactions of the pages: blocking work on the database in threads of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
from anyio import CapacityLimiter

from store.connect import connect, told_apart

if TYPE_CHECKING:
    import psycopg

Got = TypeVar("Got")
_PATIENCE_S = 10
_THREADS = 4


class Transactions:
    """What pages read and change; a page that waits keeps no other part of the map waiting."""

    def __init__(self, dsn: str) -> None:
        """Open nothing yet."""
        self._dsn = dsn
        self._threads = CapacityLimiter(_THREADS)

    async def do(self, work: Callable[[psycopg.Connection], Got]) -> Got:
        """Do ``work`` in one transaction, committed unless it raises; raises StoreError."""
        with anyio.fail_after(2 * _PATIENCE_S):
            return await anyio.to_thread.run_sync(
                self._do, work, abandon_on_cancel=True, limiter=self._threads
            )

    def _do(self, work: Callable[[psycopg.Connection], Got]) -> Got:
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            return work(connection)
