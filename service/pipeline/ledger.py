"""Commits in a second thread, so that one block is written while the next is computed."""

from __future__ import annotations

import contextlib
import math
import queue
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import structlog

from store.errors import RefusedError, StoreError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from store.writer import Prepared, Writes

_log = structlog.get_logger()
WAIT_S = 0.2
SWITCH_S = 0.0005
"""Seconds after which a busy thread lets another run. What COPY sends goes through buffers of some
200 KB, which a server empties in less than the 5 ms that Python has by itself."""
OUT_OF_MEMORY = "53200"
"""SQLSTATE of a server whose lock table is full, among others."""


class Commits(Protocol):
    """What the ledger needs of the store's writer."""

    def prepare(self, writes: Writes) -> Prepared:
        """Make what ``commit`` sends, in any thread."""

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
    refused    rows and events that it will never take
    """

    def __init__(
        self,
        writer: Commits,
        stop: threading.Event,
        quarantine: Callable[[int, str], None] = lambda _spool, _error: None,
        *,
        committed: int = -1,
        retry_s: float = 1.0,
        patience_s: float = math.inf,
    ) -> None:
        """Start the thread; ``stop`` ends the waiting for a database that is away.

        A database that is away for longer than ``patience_s`` is an error like any other.
        """
        self.committed = committed
        self.error = ""
        self.refused = 0
        self._writer = writer
        self._stop = stop
        self._quarantine = quarantine
        self._retry_s, self._patience_s = retry_s, patience_s
        self._away_at = 0.0
        self._abandoned = threading.Event()
        self._failed: Exception | None = None
        # In a thread of its own, the bytes are made while the block before is being written and
        # the next one is computed.
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="ledger-bytes")
        self._queue: queue.Queue[Future[Prepared] | None] = queue.Queue(1)
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        sys.setswitchinterval(SWITCH_S)
        self._thread.start()

    def put(self, writes: Writes) -> None:
        """Hand over ``writes``; blocks while two are waiting. Raises what a commit raised."""
        self._hand_over(self._maker.submit(self._writer.prepare, writes))
        if self._failed:
            raise self._failed

    def close(self) -> None:
        """Wait until everything handed over is committed; raises what a commit raised."""
        self._hand_over(None)
        self._thread.join()
        self._maker.shutdown()
        if self._failed:
            raise self._failed

    def abandon(self) -> None:
        """End without what still waits: whoever resumes from the database does it again.

        A commit in hand is finished or given up first, so that no other finds the cursor moving.
        """
        self._abandoned.set()
        with contextlib.suppress(queue.Empty):
            self._queue.get_nowait()
        self._hand_over(None)
        self._thread.join()
        self._maker.shutdown()

    def _hand_over(self, block: Future[Prepared] | None) -> None:
        while self._thread.is_alive():
            try:
                self._queue.put(block, timeout=WAIT_S)
            except queue.Full:
                continue
            return

    def _run(self) -> None:
        while (block := self._queue.get()) is not None:
            try:
                if not self._commit(block.result()):
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
                if error.sqlstate == OUT_OF_MEMORY and _spools(block.writes).size > 1:
                    # A block can be too much for the server, as one row for each of 6,000 days.
                    return self._halve(block.writes, str(error))
                self._note_away(error)
            except RefusedError as error:
                if _spools(block.writes).size or block.writes.events:
                    return self._halve(block.writes, str(error))
                # Refused without a row in it: no row's fault, so nothing may be left out for it.
                self._note_away(error)
            else:
                if self.error:
                    _log.info("database_back")
                self.error = ""
                self.committed = block.writes.offset
                return True
            if self._abandoned.is_set() or self._stop.wait(self._retry_s):
                return False

    def _note_away(self, error: StoreError) -> None:
        """Say once that the database takes nothing; raises when patience is at its end."""
        if not self.error:
            self._away_at = time.monotonic()
            _log.warning("database_away", error=str(error))
        self.error = str(error)
        if time.monotonic() - self._away_at > self._patience_s:
            raise error

    def _halve(self, writes: Writes, error: str) -> bool:
        """Find what is refused: by spool positions, then events apart from rows, then each alone.

        What goes first moves the cursor no further than what it holds; events are put only once.
        """
        spools, events = _spools(writes), writes.events
        nothing = _between(writes, 0, 0)
        if len(spools) > 1:
            middle = int(spools[len(spools) // 2])
            first = replace(_between(writes, 0, middle), offset=middle)
            rest = _between(writes, middle, writes.offset)
        elif events and _has_rows(writes):
            first = replace(nothing, events=events, offset=int(spools[0]))
            rest = replace(writes, events=())
        elif len(events) > 1:
            half = len(events) // 2
            first = replace(nothing, events=events[:half], offset=max(self.committed, 0))
            rest = replace(writes, events=events[half:])
        else:
            self._refuse(writes, error)
            return self._again(nothing)
        return self._again(replace(first, lines=0)) and self._again(rest)

    def _refuse(self, writes: Writes, error: str) -> None:
        """Set aside the one row, or the one event, of ``writes``."""
        spools = _spools(writes)
        where = int(spools[0]) if spools.size else writes.offset
        why = " ".join([*(f"event {event.id}:" for event in writes.events), error])
        self.refused += 1
        _log.error("row_refused", spool=where, error=why)
        self._quarantine(where, why)

    def _again(self, writes: Writes) -> bool:
        return self._commit(self._writer.prepare(writes))


def _has_rows(writes: Writes) -> bool:
    told = (len(part) for part, _ in (*writes.visits, *writes.hits))
    batches = (writes.positions, writes.statics, writes.last)
    return bool(writes.adoptions) or any(told) or any(len(batch) for batch in batches)


def _spools(writes: Writes) -> NDArray[np.uint64]:
    """Return the different spool positions of all rows, ascending."""
    found = [visits.spool for visits, _ in writes.visits]
    found += [hits.spool for hits, _ in writes.hits]
    adopted = np.array([one.spool for one in writes.adoptions], np.uint64)
    found.append(np.array([event.trigger for event in writes.events if event.trigger], np.uint64))
    return np.unique(
        np.concatenate(
            [writes.positions.spool, writes.statics.spool, writes.last.spool, *found, adopted]
        )
    )


def _between(writes: Writes, first: int, last: int) -> Writes:
    """Return ``writes`` with only the rows of spool positions ``first`` to ``last`` (excluded)."""

    def rows(spool: NDArray[np.uint64]) -> NDArray[np.bool_]:
        return (spool >= np.uint64(first)) & (spool < np.uint64(last))

    last_rows = rows(writes.last.spool)
    return replace(
        writes,
        positions=writes.positions.take(rows(writes.positions.spool)),
        statics=writes.statics.take(rows(writes.statics.spool)),
        last=writes.last.take(last_rows),
        reports=writes.reports[last_rows],
        visits=tuple((part.take(rows(part.spool)), ids) for part, ids in writes.visits),
        hits=tuple((part.take(rows(part.spool)), ids) for part, ids in writes.hits),
        adoptions=tuple(one for one in writes.adoptions if first <= one.spool < last),
        # What a tick told belongs to no row: it goes with the last part.
        events=tuple(
            event
            for event in writes.events
            if first <= (event.trigger or writes.offset - 1) < last
        ),
    )
