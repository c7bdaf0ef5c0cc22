"""Commits in a second thread, so that one block is written while the next is computed."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Protocol

import structlog

from store.errors import DatabaseAwayError

if TYPE_CHECKING:
    from store.writer import Writes

_log = structlog.get_logger()


class Commits(Protocol):
    """What the ledger needs of the store's writer."""

    def commit(self, writes: Writes) -> None:
        """Write all of ``writes`` in one transaction; DatabaseAwayError when it may be retried."""


class Ledger:
    """Hands Writes to the database in order, one in hand and one waiting, never more.

    While the database is away the same transaction is tried again and ``put`` blocks: the spool
    grows, memory does not.
    """

    def __init__(self, writer: Commits, stop: threading.Event, retry_s: float = 1.0) -> None:
        """Start the thread; ``stop`` ends the waiting for a database that is away."""
        self.committed = -1
        self.error = ""
        self._writer = writer
        self._stop = stop
        self._retry_s = retry_s
        self._failed: Exception | None = None
        self._queue: queue.Queue[Writes | None] = queue.Queue(1)
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def put(self, writes: Writes) -> None:
        """Hand over ``writes``; blocks while two are waiting. Raises what a commit raised."""
        while not self._stop.is_set():
            if self._failed:
                raise self._failed
            try:
                self._queue.put(writes, timeout=0.2)
            except queue.Full:
                continue
            return

    def close(self) -> None:
        """Wait until everything handed over is committed; raises what a commit raised."""
        while self._thread.is_alive():
            try:
                self._queue.put(None, timeout=0.2)
            except queue.Full:
                continue
            break
        self._thread.join()
        if self._failed:
            raise self._failed

    def _run(self) -> None:
        while (writes := self._queue.get()) is not None:
            try:
                self._commit(writes)
            except Exception as error:  # noqa: BLE001 (raised again in the thread that puts)
                self._failed = error
                return

    def _commit(self, writes: Writes) -> None:
        while True:
            try:
                self._writer.commit(writes)
            except DatabaseAwayError as error:
                if not self.error:
                    _log.warning("database_away", error=str(error))
                self.error = str(error)
                if self._stop.wait(self._retry_s):
                    return
            else:
                if self.error:
                    _log.info("database_back")
                self.error = ""
                self.committed = writes.offset
                return


