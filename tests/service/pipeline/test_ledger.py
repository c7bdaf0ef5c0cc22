"""Commits in order, from a second thread, through outages."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from ais.batches import PositionBatch, StaticBatch
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
