"""Commits in order, from a second thread, through outages."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from ais.batches import PositionBatch, StaticBatch
from alerts.events import Event
from service.pipeline.ledger import Ledger
from store.errors import RefusedError, UnavailableError
from store.writer import Writes


class Book:
    """A writer that is away for the first ``away`` commits."""

    def __init__(self, away: int = 0):
        self.away, self.rows, self.tries = away, [], 0

    def commit(self, block):
        self.tries += 1
        if self.tries <= self.away:
            msg = "nobody answers"
            raise UnavailableError(msg)
        self.rows.append(block.writes.offset)

    def prepare(self, writes):
        return SimpleNamespace(writes=writes)

    def reconnect(self):
        if self.tries < self.away:
            self.tries += 1
            msg = "nobody answers"
            raise UnavailableError(msg)


def write(offset: int) -> SimpleNamespace:
    return SimpleNamespace(offset=offset)


def test_everything_is_committed_in_order_before_close_returns():
    book = Book()
    ledger = Ledger(book, threading.Event())
    for offset in range(20):
        ledger.put(write(offset))
    ledger.close()
    assert book.rows == list(range(20))
    assert ledger.committed == 19


def test_an_outage_delays_and_loses_nothing():
    book = Book(away=3)
    ledger = Ledger(book, threading.Event(), retry_s=0.01)
    for offset in range(3):
        ledger.put(write(offset))
    ledger.close()
    assert (book.rows, ledger.error) == ([0, 1, 2], "")


def test_what_a_commit_raises_reaches_who_puts():
    def broken(_writes):
        raise ZeroDivisionError

    ledger = Ledger(SimpleNamespace(commit=broken, prepare=lambda w: w), threading.Event())
    ledger.put(write(1))
    with pytest.raises(ZeroDivisionError):
        ledger.close()


class Picky:
    """A writer that refuses any transaction with the row at spool position 7."""

    def __init__(self):
        self.spools, self.offsets = [], []

    def prepare(self, writes):
        return SimpleNamespace(writes=writes)

    def commit(self, block):
        writes = block.writes
        if 7 in writes.positions.spool:
            msg = "no such row"
            raise RefusedError(msg)
        self.spools += writes.positions.spool.tolist()
        self.offsets.append(writes.offset)

    def reconnect(self):
        raise AssertionError


def test_a_row_that_the_database_refuses_is_found_and_the_others_are_committed():
    columns = {name: np.zeros(10, kind) for name, kind in PositionBatch.dtypes().items()}
    columns["spool"][:] = range(10)
    positions, empty = PositionBatch(**columns), PositionBatch.empty()
    book, quarantine = Picky(), []
    ledger = Ledger(book, threading.Event(), lambda *row: quarantine.append(row))
    none = np.empty(0, np.uint32)
    ledger.put(Writes(positions, StaticBatch.empty(), empty, none, 10, (), 10, 0))
    ledger.close()
    assert book.spools == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    assert (quarantine, ledger.refused, book.offsets[-1]) == ([(7, "no such row")], 1, 10)


class Critic(Picky):
    """A writer that refuses the row at spool position 7, and any event of kind gap."""

    def __init__(self):
        super().__init__()
        self.events, self.so_far = [], []

    def commit(self, block):
        if any(event.kind == "gap" for event in block.writes.events):
            msg = "no such event"
            raise RefusedError(msg)
        super().commit(block)
        self.events += [event.kind for event in block.writes.events]
        # What a crash here would leave: rows and events before the offset, and nothing behind it.
        self.so_far.append((block.writes.offset, len(self.spools), len(self.events)))


def event(kind: str, trigger: int) -> Event:
    return Event.begin(
        kind, 1, started_us=1, lon=14.0, lat=36.0, mmsi=247000001, severity="critical",
        trigger=trigger,
    )  # fmt: skip


def handed(events, rows=10):
    """(the writer, what was quarantined, the ledger) after a block of ``rows`` with ``events``."""
    columns = {name: np.zeros(rows, kind) for name, kind in PositionBatch.dtypes().items()}
    columns["spool"][:] = range(rows)
    book, quarantine, none = Critic(), [], np.empty(0, np.uint32)
    ledger = Ledger(book, threading.Event(), lambda *row: quarantine.append(row))
    positions, statics = PositionBatch(**columns), StaticBatch.empty()
    ledger.put(Writes(positions, statics, PositionBatch.empty(), none, 10, (), 10, 0,
                      events=tuple(events)))  # fmt: skip
    ledger.close()
    return book, quarantine, ledger


@pytest.mark.parametrize("where", [0, 7, 9])
def test_a_distress_of_a_refused_row_or_beside_one_is_kept(where):
    said = [event("distress", where), event("converging_rescue", 0)]
    book, quarantine, ledger = handed(said)
    assert sorted(book.events) == ["converging_rescue", "distress"]
    assert book.spools == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    assert (quarantine, ledger.refused) == ([(7, "no such row")], 1)


@pytest.mark.parametrize("rows", [0, 7])
def test_a_refused_event_costs_neither_a_row_nor_another_event(rows):
    bad = event("gap", 0)
    book, quarantine, _ = handed([event("distress", 0), bad, event("drift", 0)], rows)
    assert (sorted(book.events), len(book.spools)) == (["distress", "drift"], rows)
    assert [why for _, why in quarantine] == [f"event {bad.id}: no such event"]


def test_the_cursor_never_passes_what_is_not_yet_committed():
    said = [event("gap", 0), event("distress", 0), event("drift", 3)]
    book, _, _ = handed(said)
    assert book.so_far[-1] == (10, 9, 2)
    assert all(rows == 9 and events == 2 for offset, rows, events in book.so_far if offset == 10)


def test_a_stop_ends_the_waiting_for_a_database_that_is_away():
    stop = threading.Event()
    ledger = Ledger(Book(away=10**9), stop, retry_s=0.01)
    ledger.put(write(1))
    stop.set()
    ledger.close()
    assert ledger.committed == -1


def test_an_abandoned_ledger_ends_even_while_the_database_is_away():
    ledger = Ledger(Book(away=10**9), threading.Event(), retry_s=0.01)
    ledger.put(write(1))
    ledger.put(write(2))
    ledger.abandon()
    assert (ledger.committed, ledger._thread.is_alive()) == (-1, False)
