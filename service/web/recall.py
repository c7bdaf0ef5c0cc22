"""What was: blocking reads of stored positions, alerts and visits, in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from maps.live.past import Span, encode
from service.web.connections import Connections
from service.web.source import joined
from store import past
from store.said import said
from store.thinning import levelled

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

    from store.past import Box
    from store.thinning import Thinning

MOST_ROWS = 2_000_000
"""Positions read for one answer: more take longer than anybody waits."""
PATIENCE_S = 15.0
"""An answer of the past may take longer than one about now: nobody's picture waits for it."""
_STATEMENT_S = 10
_THREADS = 2  # many readers of the past must not take the processors from the picture
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_T = TypeVar("_T")


class TooMuchError(Exception):
    """A question would read more positions than MOST_ROWS."""


class Recall:
    """Reads of the past from ``dsn``; each raises when the database does not answer."""

    def __init__(self, dsn: str, thinning: Thinning) -> None:
        """Remember ``dsn``; nothing is opened yet. ``thinning``: what positions are stored by."""
        self.thinning = thinning
        self._connections = Connections(dsn, _STATEMENT_S)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="recall")

    async def read(self, work: Callable[[psycopg.Connection], _T]) -> _T:
        """Return what ``work`` reads, without blocking the loop."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(self._with, work)
        )

    def _with(self, work: Callable[[psycopg.Connection], _T]) -> _T:
        with self._connections.one() as connection:
            return work(connection)

    def close(self) -> None:
        """Close the idle connections and let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._connections.close()


def sea(connection: psycopg.Connection, box: Box, span: Span, thinning: Thinning) -> bytes:
    """Return the encoded span of a box: rows from its start, before it the last of each segment.

    Each vessel is who she had said to be by then, and by when she said it. All vessels' rows are
    levelled: step 1 would show who is stored with every report. Raises TooMuchError.
    """
    start, end = moment(span.from_ms), moment(span.to_ms)
    rows = levelled(_few(past.positions(connection, box, start, end, MOST_ROWS + 1)), thinning)
    if span.begin_ms < span.from_ms:
        before = past.heard(connection, box, moment(span.begin_ms), start, MOST_ROWS + 1)
        rows = np.concatenate([_few(before), rows])
    told = said(connection, np.unique(rows["mmsi"]).tolist(), start, end)
    anew = told["since"] > span.from_ms * 1000
    return encode(joined(rows, told[~anew]), span, told[anew])


def moment(ms: int) -> datetime:
    """Return epoch ms as a time."""
    return _EPOCH + timedelta(milliseconds=ms)


def _few(rows: NDArray[np.void]) -> NDArray[np.void]:
    if len(rows) > MOST_ROWS:
        raise TooMuchError
    return rows
