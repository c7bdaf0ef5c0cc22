"""The path of a block through the rooms, in memory: lines in, rows to commit out.

    decode ──▶ tracks ──▶ (zones ──▶ watchlist ──▶ detectors) ──▶ thinning ──▶ Writes

Live ingest, replay of files and re-screening call this same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from ais.batches import PositionBatch, StaticBatch
from ais.decoder import Decoder
from ais.tracks import Segmenter
from service.pipeline.ticks import Ticks
from store.thinning import Thinner
from store.writer import Writes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ais.lines import FeedNames, LineBlock
    from ais.tracks import TrackSettings
    from store.thinning import Thinning

State: TypeAlias = "dict[str, dict[str, NDArray[Any]]]"


class Timer(Protocol):
    """A part of the path that acts when time passes; detectors are the first to come."""

    def tick(self, now_us: int) -> None:
        """Act at ``now_us``, a multiple of 10 s in µs since 1970."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a block of lines came to: all ``positions``, and the ``writes`` of one transaction."""

    positions: PositionBatch
    writes: Writes


class Path:
    """All state between a received line and a row in the database."""

    def __init__(
        self,
        names: FeedNames,
        decoder: Decoder,
        tracks: TrackSettings,
        thinning: Thinning,
        *,
        ticks_of_lines: bool = False,
        timers: Sequence[Timer] = (),
    ) -> None:
        """Start empty; ``ticks_of_lines`` for recorded files, which carry no ``_tick`` lines."""
        self.names = names
        self.decoder = decoder
        self.segmenter = Segmenter(tracks)
        self.thinner = Thinner(thinning)
        self.ticks = Ticks(of_lines=ticks_of_lines)
        self.timers = timers
        self.lines = 0
        self.read = 0
        self.stored = 0

    def step(self, block: LineBlock, offset: int) -> Outcome:
        """Take a block through all rooms; ``offset`` is the spool position after its last line.

        1. cut the block where a multiple of 10 s passes, 2. run the timers that are due there,
        3. decode and segment each piece, 4. thin, 5. hand over what one transaction writes.
        """
        tracked, statics = [], []
        for piece in self.ticks.cut(block):
            if piece.is_due:
                for timer in self.timers:
                    timer.tick(piece.now_us)
            decoded = self.decoder.decode(piece.block, piece.now_us or None)
            tracked.append(self.segmenter.step(decoded.positions))
            statics.append(decoded.statics)
        kept = [t.positions.take(self.thinner.step(t)) for t in tracked]
        last = PositionBatch.join([t.last for t in tracked])
        reports = np.concatenate([t.reports for t in tracked] or [np.empty(0, np.uint32)])
        newest = _newest(last)
        self.lines += len(block)
        self.read += sum(len(t.positions) for t in tracked)
        self.stored += sum(map(len, kept))
        writes = Writes(
            positions=PositionBatch.join(kept),
            statics=StaticBatch.join(statics),
            last=last.take(newest),
            reports=reports[newest],
            offset=offset,
            feeds=tuple(self.names.names),
            lines=len(block),
            now_us=self.ticks.now_us,
        )
        return Outcome(PositionBatch.join([t.positions for t in tracked]), writes)

    def freeze(self) -> State:
        """Return all state as arrays."""
        numbers = [self.lines, self.read, self.stored, self.ticks.now_us]
        return {
            "path": {
                "numbers": np.array(numbers, np.int64),
                "names": np.array(self.names.names, np.str_),
            },
            "decoder": self.decoder.freeze(),
            "segmenter": self.segmenter.freeze(),
            "thinner": self.thinner.freeze(),
        }

    def thaw(self, state: Mapping[str, dict[str, NDArray[Any]]]) -> None:
        """Take the state that ``freeze`` gave."""
        numbers = state["path"]["numbers"].tolist()
        self.lines, self.read, self.stored, self.ticks.now_us = numbers
        self.names.names[:] = state["path"]["names"].tolist()
        self.decoder.thaw(state["decoder"])
        self.segmenter.thaw(state["segmenter"])
        self.thinner.thaw(state["thinner"])


def _newest(last: PositionBatch) -> NDArray[np.int64]:
    """Return the row of each segment's newest state; the pieces of a block repeat segments."""
    _, from_end = np.unique(last.segment[::-1], return_index=True)
    return np.asarray(np.sort(len(last) - 1 - from_end), np.int64)
