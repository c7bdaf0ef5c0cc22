"""Where a stream of lines crosses the multiples of 10 s at which timers run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ais.lines import TICK
from service.clock import ERA_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ais.lines import LineBlock

EVERY_US = 10_000_000
ERA_US = round(ERA_S * 1_000_000)
"""A tick so far behind the one before begins an era (service/clock.py)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines between two multiples of 10 s.

    now_us  the multiple that has passed before them, µs since 1970; 0 = not known
    is_due  timers run at ``now_us`` before these lines are taken
    """

    block: LineBlock
    now_us: int
    is_due: bool


class Ticks:
    """Cuts blocks at epoch multiples of 10 s, so that how lines were blocked changes nothing.

    In a live spool the clock is its ``_tick`` lines; in recorded files (``of_lines``) it is the
    newest stamp of the lines themselves. Stretches without lines are jumped.
    """

    def __init__(self, *, of_lines: bool = False, now_us: int = 0) -> None:
        """Start at ``now_us``, µs since 1970; 0 = not known yet."""
        self.of_lines = of_lines
        self.now_us = now_us

    def pass_by(self, block: LineBlock) -> None:
        """Let the time of ``block`` pass without cutting it."""
        received = block.received.view(np.int64)
        clock = received if self.of_lines else received[block.feed == TICK]
        self.now_us = max(self.now_us, int(clock.max(initial=0)))

    def begins_era(self, block: LineBlock) -> bool:
        """Tell whether the clock is set back by the first line of ``block``."""
        return self._first_era(block.cut(0, 1)) == 0

    def eras(self, block: LineBlock) -> Iterator[LineBlock]:
        """Yield ``block``, cut before each tick that begins an era; time does not pass by it."""
        clock = Ticks(of_lines=self.of_lines, now_us=self.now_us)
        while (row := clock._first_era(block)) is not None:
            if row:
                yield block.cut(0, row)
            clock.now_us = int(block.received.view(np.int64)[row])
            block = block.cut(row, len(block))
        yield block

    def _first_era(self, block: LineBlock) -> int | None:
        """Return the first row of ``block`` that is a tick far behind those before it."""
        if self.of_lines:
            return None
        rows = np.flatnonzero(block.feed == TICK)
        stamps = block.received.view(np.int64)[rows]
        newest = np.maximum.accumulate(np.maximum(stamps, self.now_us))
        found = np.flatnonzero(newest - stamps > ERA_US)
        return int(rows[found[0]]) if len(found) else None

    def cut(self, block: LineBlock) -> Iterator[Piece]:
        """Yield the pieces of ``block`` in order; together they hold all of its lines."""
        received = block.received.view(np.int64)
        clock = np.where(self.of_lines | (block.feed == TICK), received, 0)
        newest = np.maximum.accumulate(np.maximum(clock, self.now_us)) // EVERY_US
        before = np.concatenate([[self.now_us // EVERY_US], newest[:-1]])
        self.pass_by(block)
        cuts = np.flatnonzero(newest != before).tolist()
        for first, last in pairwise(dict.fromkeys([0, *cuts, len(block)])):
            now_us = int(newest[first]) * EVERY_US
            # The step from «not known» to the first time is no tick.
            is_due = newest[first] != before[first] and int(before[first]) > 0
            yield Piece(block.cut(first, last), now_us, is_due)
