"""Spool lines to columns: the compiled loop that reads ``<ms> <feed> <as received>``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.lines import FeedNames

_NEWLINE, _BLANK, _ZERO, _NINE = 10, 32, 48, 57
_MAX_DIGITS = 15
_MAX_FEED = 68  # a name of 64, and one of its senders: ~999
UNKNOWN = -1
"""State of a row whose feed has no code yet."""
MALFORMED = -2
"""State of a row that is no spool line."""


@compiled
def _millis(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Return the number that begins at ``at`` and where it ends; -1 when it is none."""
    value = 0
    i = at
    while i < end and _ZERO <= data[i] <= _NINE:
        value = value * 10 + data[i] - _ZERO
        i += 1
    if i == at or i - at > _MAX_DIGITS or i >= end or data[i] != _BLANK:
        return -1, i
    return value, i


@compiled
def _same(data: NDArray[np.uint8], start: int, end: int, known: NDArray[np.uint8]) -> bool:
    """Tell whether ``data[start:end]`` is the name in ``known`` (zero-padded)."""
    if end - start < _MAX_FEED and known[end - start] != 0:
        return False
    for i in range(end - start):  # noqa: SIM110  (a compiled loop)
        if data[start + i] != known[i]:
            return False
    return True


@compiled
def _known_feed(
    data: NDArray[np.uint8], start: int, end: int, table: NDArray[np.uint8], last: int
) -> int:
    """Return the row of ``table`` that names the feed, trying ``last`` first; UNKNOWN if none."""
    if last >= 0 and _same(data, start, end, table[last]):
        return last
    for row in range(len(table)):
        if _same(data, start, end, table[row]):
            return row
    return UNKNOWN


@compiled
def _scan(
    data: NDArray[np.uint8],
    first: int,
    table: NDArray[np.uint8],
    rows: NDArray[np.int64],
    have: int,
) -> tuple[int, int, int, int]:
    """Fill ``rows`` (start of line, start of text, end, ms, table row) from byte ``first`` on.

    Stops at a full ``rows``, at the last whole line, or before a line whose feed is new. Returns
    rows filled, where to go on, lines that were malformed, and 1 if a new feed stopped it.
    """
    n = have
    at = first
    malformed = 0
    last = -1
    while n < len(rows):
        end = at
        while end < len(data) and data[end] != _NEWLINE:
            end += 1
        if end >= len(data):
            break
        millis, blank = _millis(data, at, end)
        feed_start = blank + 1
        feed_end = feed_start
        while feed_end < end and data[feed_end] != _BLANK:
            feed_end += 1
        if millis < 0 or feed_end == feed_start or feed_end - feed_start > _MAX_FEED:
            malformed += 1
            at = end + 1
            continue
        # Names are compared in full each time, never by a hash: two feeds must not become one.
        last = _known_feed(data, feed_start, feed_end, table, last)
        if last < 0:
            return n, at, malformed, 1
        rows[n, 0] = at
        rows[n, 1] = min(feed_end + 1, end)
        rows[n, 2] = end
        rows[n, 3] = millis
        rows[n, 4] = last
        n += 1
        at = end + 1
    return n, at, malformed, 0


@dataclass(slots=True)
class FeedTable:
    """The feeds met so far, as the compiled loop looks them up."""

    names: FeedNames
    table: NDArray[np.uint8]
    codes: list[int]

    @classmethod
    def of(cls, names: FeedNames) -> FeedTable:
        """Return a table without feeds that asks ``names`` for codes."""
        return cls(names, np.zeros((0, _MAX_FEED), np.uint8), [])

    def add(self, name: bytes) -> None:
        """Add a feed in the order of first sight."""
        row = np.frombuffer(name.ljust(_MAX_FEED, b"\0"), np.uint8)
        self.table = np.vstack([self.table, row])
        self.codes.append(self.names.code(name.decode("utf-8", "replace")))


@dataclass(frozen=True, slots=True)
class Headers:
    """The lines found in a stretch of spool: five columns of ``rows``, see ``_scan``.

    rows (n, 5) i8 · feed (n,) u2 codes · consumed bytes · malformed lines that were stepped over
    """

    rows: NDArray[np.int64]
    feed: NDArray[np.uint16]
    consumed: int
    malformed: int


def read_headers(data: NDArray[np.uint8], feeds: FeedTable, max_lines: int) -> Headers:
    """Return up to ``max_lines`` whole lines of ``data``, which begins with a line."""
    rows = np.empty((max_lines, 5), np.int64)
    n = at = malformed = 0
    while True:
        n, at, bad, is_new = _scan(data, at, feeds.table, rows, n)
        malformed += bad
        if not is_new:
            break
        # The loop cannot give out codes: the order of first sight is kept by FeedNames.
        feeds.add(_feed_name(data, at))
    rows = rows[:n]
    return Headers(rows, np.array(feeds.codes, np.uint16)[rows[:, 4]], at, malformed)


def _feed_name(data: NDArray[np.uint8], at: int) -> bytes:
    line = data[at : at + _MAX_DIGITS + _MAX_FEED + 3].tobytes().partition(b"\n")[0]
    return line.split(b" ", 2)[1]
