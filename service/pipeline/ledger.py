"""Commits in a second thread, so that one block is written while the next is computed."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import structlog

from store.errors import RefusedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.writer import Prepared, Writes

_log = structlog.get_logger()
WAIT_S = 0.2


class Commits(Protocol):
    """What the ledger needs of the store's writer."""

    def prepare(self, writes: Writes) -> Prepared:
        """Make what ``commit`` sends, in the thread that calls."""

    def commit(self, block: Prepared) -> None:
        """Write all of ``block`` in one transaction, or raise and write nothing."""

    def reconnect(self) -> None:
        """Connect anew; raises UnavailableError while nobody answers."""


class Ledger:
    """Hands Writes to the database in order, one in hand and one waiting, never more.

    While the database is away the same transaction is tried again and ``put`` blocks: the spool
    grows, memory does not. Rows that the database refuses are found by halving, given to
    ``quarantine`` with the error's text, and the others go on.

    committed  offset of the last commit, -1 before the first
    error      why the database does not take rows now, empty when it does
    refused    rows that it will never take
    """

    def __init__(
        self,
        writer: Commits,
        stop: threading.Event,
        quarantine: Callable[[int, str], None] = lambda _spool, _error: None,
        retry_s: float = 1.0,
    ) -> None:
        """Start the thread; ``stop`` ends the waiting for a database that is away."""
        self.committed = -1
        self.error = ""
        self.refused = 0
        self._writer = writer
        self._stop = stop
        self._quarantine = quarantine
        self._retry_s = retry_s
        self._failed: Exception | None = None
        self._queue: queue.Queue[Prepared | None] = queue.Queue(1)
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def put(self, writes: Writes) -> None:
        """Hand over ``writes``; blocks while two are waiting. Raises what a commit raised."""
        # Prepared here, the bytes are made while the block before is being written.
        self._hand_over(self._writer.prepare(writes))
        if self._failed:
            raise self._failed

    def close(self) -> None:
        """Wait until everything handed over is committed; raises what a commit raised."""
        self._hand_over(None)
        self._thread.join()
        if self._failed:
            raise self._failed

    def _hand_over(self, block: Prepared | None) -> None:
        while self._thread.is_alive():
            try:
                self._queue.put(block, timeout=WAIT_S)
            except queue.Full:
                continue
            return

    def _run(self) -> None:
        while (block := self._queue.get()) is not None:
            try:
                if not self._commit(block):
                    return
            except Exception as error:  # noqa: BLE001 (raised again in the thread that puts)
                self._failed = error
                return

    def _commit(self, block: Prepared) -> bool:
        """Commit ``block``, however long the database is away; False when told to stop."""
        while True:
            try:
                if self.error:
                    self._writer.reconnect()
                self._writer.commit(block)
            except UnavailableError as error:
                if not self.error:
                    _log.warning("database_away", error=str(error))
                self.error = str(error)
                if self._stop.wait(self._retry_s):
                    return False
            except RefusedError as error:
                return self._halve(block.writes, str(error))
            else:
                if self.error:
                    _log.info("database_back")
                self.error = ""
                self.committed = block.writes.offset
                return True

    def _halve(self, writes: Writes, error: str) -> bool:
        spools = np.unique(
            np.concatenate([writes.positions.spool, writes.statics.spool, writes.last.spool])
        )
        if len(spools) <= 1:
            self.refused += 1
            where = int(spools[0]) if len(spools) else writes.offset
            _log.error("row_refused", spool=where, error=error)
            self._quarantine(where, error)
            return len(spools) == 0 or self._again(_between(writes, 0, 0))
        middle = int(spools[len(spools) // 2])
        first = replace(_between(writes, 0, middle), offset=middle, lines=0)
        rest = _between(writes, middle, writes.offset)
        return self._again(first) and self._again(rest)

    def _again(self, writes: Writes) -> bool:
        return self._commit(self._writer.prepare(writes))


def _between(writes: Writes, first: int, last: int) -> Writes:
    """Return ``writes`` with only the rows of spool positions ``first`` to ``last`` (excluded)."""

    def rows(spool: np.ndarray) -> np.ndarray:
        return (spool >= np.uint64(first)) & (spool < np.uint64(last))

    last_rows = rows(writes.last.spool)
    return replace(
        writes,
        positions=writes.positions.take(rows(writes.positions.spool)),
        statics=writes.statics.take(rows(writes.statics.spool)),
        last=writes.last.take(last_rows),
        reports=writes.reports[last_rows],
    )
