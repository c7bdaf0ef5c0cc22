"""Where a stream of lines crosses the multiples of 10 s at which timers run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.lines import TICK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ais.lines import LineBlock

EVERY_US = 10_000_000


class Ticks:
    """Cuts blocks at epoch multiples of 10 s, so that how lines were blocked changes nothing.

    In a live spool the clock is its ``_tick`` lines; in recorded files (``of_lines``) it is the
    newest stamp of the lines themselves. Stretches without lines are jumped.
    """

    def __init__(self, *, of_lines: bool = False, now_us: int = 0) -> None:
        """Start at ``now_us``, µs since 1970; 0 = not known yet."""
        self.of_lines = of_lines
        self.now_us = now_us

    def cut(self, block: LineBlock) -> Iterator[tuple[LineBlock, int | None]]:
        """Yield pieces in order, each with the tick (µs) that is due after it, or None."""
        received = block.received.view(np.int64)
        clock = np.where(self.of_lines | (block.feed == TICK), received, 0)
        newest = np.maximum.accumulate(np.maximum(clock, self.now_us))
        # The step from «not known» to the first time is no crossing.
        before = np.concatenate([[self.now_us], newest[:-1]])
        crossed = (newest // EVERY_US > before // EVERY_US) & (before > 0)
        first = 0
        for row in np.flatnonzero(crossed):
            self.now_us = int(newest[row])
            yield block.cut(first, int(row)), self.now_us // EVERY_US * EVERY_US
            first = int(row)
        if len(block):
            self.now_us = int(newest[-1])
            yield block.cut(first, len(block)), None
