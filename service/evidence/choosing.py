"""Which lines of a spool an alert rests on: its vessels', the clock's, and what was in force.

own    every line of the alert's vessels, over the whole span
near   lines of ships near its events while they happened: only where the events need them
clock  the tick that begins each ten seconds · control  editions that took effect
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ais.foreign import pick
from ais.lines import CONTROL, TICK
from ais.picking import Picker
from service.evidence.rerun import Rules
from service.pipeline.ticks import EVERY_US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from ais.batches import Receptions
    from ais.lines import FeedNames, LineBlock
    from ais.spool.reader import SpoolReader
    from alerts.events import Event

NEAR_NM, NEAR_US = 30.0, 3_600_000_000
"""Ships so near an event, from so long before it began on, may have a part in it."""
BLOCK_LINES = 65_536
_NM_A_DEGREE = 60.0


@dataclass(frozen=True, slots=True)
class Span:
    """What is read of a spool: positions from ``first`` until before ``end``; µs since 1970.

    until_us  lines received later have no part in it
    """

    first: int
    end: int
    until_us: int

    def blocks(self, reader: SpoolReader) -> Iterator[LineBlock]:
        """Yield the lines of the span, no block empty; raises SpoolError for a damaged segment."""
        at = self.first
        while at < self.end:
            block, at = reader.read(at, self.end, BLOCK_LINES)
            late = np.flatnonzero(block.received.view(np.int64) > self.until_us)
            kept = block.cut(0, int(late[0])) if len(late) else block
            # Behind the last line of a closed segment there is nothing to read.
            if len(kept):
                yield kept
            if len(late):
                return


@dataclass(frozen=True, slots=True)
class Vessels:
    """Whose lines are taken: ``own`` always, ``near`` from ``near_from_us`` on."""

    own: frozenset[int]
    near: frozenset[int] = frozenset()
    near_from_us: int = 0


@dataclass(slots=True)
class Choice:
    """Positions of the lines that were chosen, sorted; who was near; lines that were read."""

    lines: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    near: set[int] = field(default_factory=set)
    read: int = 0


def choose(
    blocks: Iterable[LineBlock],
    names: FeedNames,
    rules: Rules,
    whose: Vessels,
    events: Sequence[Event] = (),
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Choice:
    """Return which lines of ``blocks`` are needed for ``whose``, and who was near ``events``."""
    picker = rules.decoder(names, Picker)
    assert isinstance(picker, Picker)  # noqa: S101 (for the type checker)
    found: list[int] = []
    choice, tick = Choice(), 0
    for block in blocks:
        decoded = picker.decode(block)
        heard = decoded.receptions
        found += picker.lines_of(heard, whose.own)
        found += picker.rows_of(decoded, block, whose.own)
        if whose.near:
            late = heard.take(heard.received.view(np.int64) >= whose.near_from_us)
            found += picker.lines_of(late, whose.near)
        rows, tick = clock_rows(block, tick)
        found += block.spool[rows].tolist()
        choice.near |= _near(heard, events) - whose.own
        choice.read += len(block)
        progress(len(block.data))
    choice.lines = np.unique(np.array(found, np.uint64))
    return choice


def clock_rows(block: LineBlock, tick: int) -> tuple[NDArray[np.int64], int]:
    """Return the rows of ``_control`` lines and of ticks that begin ten seconds, and the newest.

    ``tick``: number of the newest ten seconds before the block.
    """
    at = np.flatnonzero(block.feed == TICK)
    numbers = block.received[at].view(np.int64) // EVERY_US
    before = np.maximum.accumulate(np.concatenate([[tick], numbers]))
    begins = at[numbers > before[:-1]]
    rows = np.concatenate([begins, np.flatnonzero(block.feed == CONTROL)])
    return np.sort(rows), int(before[-1])


def chosen(block: LineBlock, lines: NDArray[np.uint64]) -> LineBlock:
    """Return the lines of ``block`` whose positions are among ``lines`` (sorted)."""
    at = np.searchsorted(lines, block.spool)
    there = at < len(lines)
    there[there] = lines[at[there]] == block.spool[there]
    return pick(block, np.flatnonzero(there))


def _near(heard: Receptions, events: Sequence[Event]) -> set[int]:
    """Return who was heard near one of ``events`` while it happened."""
    found: set[int] = set()
    received = heard.received.view(np.int64)
    for event in events:
        if event.lon is None or event.lat is None:
            continue
        north = heard.lat_deg - event.lat
        east = (heard.lon_deg - event.lon) * np.cos(np.radians(event.lat))
        there = np.hypot(north, east) * _NM_A_DEGREE <= NEAR_NM
        there &= received >= event.started_us - NEAR_US
        there &= received <= max(event.updated_us, event.ended_us or 0) + NEAR_US
        found.update(np.unique(heard.mmsi[there]).tolist())
    return found
