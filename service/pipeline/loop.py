"""The loop itself: resume where the database stands, then block after block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ais.lines import LineBlock
    from service.pipeline.guard import Guard
    from service.pipeline.ledger import Ledger
    from service.pipeline.path import Outcome


def run(
    source: Iterable[tuple[LineBlock, int]],
    guard: Guard,
    ledger: Ledger | None = None,
    *,
    committed: int = 0,
    seen: Callable[[Outcome], None] = lambda _outcome: None,
    after: Callable[[int], None] = lambda _offset: None,
) -> None:
    """Take every block of ``source`` through the path and commit what it came to.

    1. Lines before ``committed`` only build up the state again: they were written before.
    2. The others are computed while the ledger writes the block before.
    A block ends where the clock was set back.
    3. ``seen`` is given each outcome, ``after`` the offset of each block (snapshots, progress).
    4. When the source ends, what still waits in the path is committed too.
    """
    offset = committed
    for block, offset in _of_one_era(_split_at(source, committed), guard):
        for outcome in guard.step(block, offset):
            seen(outcome)
            if ledger is not None and offset > committed:
                ledger.put(outcome.writes)
        after(offset)
    if ledger is not None and (rest := guard.path.rest(offset)):
        ledger.put(rest)


def _of_one_era(
    source: Iterable[tuple[LineBlock, int]], guard: Guard
) -> Iterator[tuple[LineBlock, int]]:
    """Cut blocks where an era begins; the path has taken a piece before the next is asked for."""
    for block, offset in source:
        for piece in guard.path.ticks.eras(block):
            behind = int(np.searchsorted(block.spool, piece.spool[-1])) + 1
            yield piece, offset if behind == len(block) else int(block.spool[behind])


def _split_at(
    source: Iterable[tuple[LineBlock, int]], committed: int
) -> Iterator[tuple[LineBlock, int]]:
    """Cut the one block that holds lines on both sides of ``committed``."""
    for block, offset in source:
        known = int(np.searchsorted(block.spool, np.uint64(committed)))
        if 0 < known < len(block):
            yield block.cut(0, known), committed
            yield block.cut(known, len(block)), offset
        elif len(block):
            yield block, offset
