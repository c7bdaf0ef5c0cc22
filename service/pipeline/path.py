"""The path of a block through the rooms, in memory: lines in, rows to commit out.

    decode ──▶ tracks ──▶ zones, watchlist ──▶ (detectors) ──▶ thinning ──▶ Writes

Live ingest, replay of files and re-screening call this same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from ais.batches import PositionBatch
from ais.decoder import Decoder
from ais.tracks import Segmenter
from service.pipeline.checks import NOTHING
from service.pipeline.ticks import Ticks
from store.thinning import Thinner
from store.writer import Writes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ais.lines import FeedNames, LineBlock
    from ais.tracks import TrackSettings
    from service.pipeline.checks import Checks
    from store.thinning import Thinning

State: TypeAlias = "dict[str, dict[str, NDArray[Any]]]"


class Screen(Protocol):
    """What looks at rows as they pass and acts when time does; detectors are the first to come."""

    def step(self, rows: PositionBatch) -> None:
        """Look at rows in spool order; no multiple of 10 s passes within them."""

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
        checks: Checks | None = None,
        ticks_of_lines: bool = False,
        screens: Sequence[Screen] = (),
    ) -> None:
        """Start empty; ``ticks_of_lines`` for recorded files, which carry no ``_tick`` lines.

        Without ``checks`` neither zones nor lists are looked at.
        """
        self.names = names
        self.checks = checks
        self.decoder = decoder
        self.segmenter = Segmenter(tracks)
        self.thinner = Thinner(thinning)
        self.ticks = Ticks(of_lines=ticks_of_lines)
        self.screens = screens
        self.lines = 0
        self.read = 0
        self.stored = 0

    def step(self, block: LineBlock, offset: int) -> Outcome:
        """Take a block through all rooms; ``offset`` is the spool position after its last line.

        1. decode, 2. segment, 3. check against the zones and the list in force, 4. show the rows
        to the screens, cut where a multiple of 10 s passes, 5. thin, 6. hand over what one
        transaction writes.
        """
        decoded = self.decoder.decode(block)
        tracked = self.segmenter.step(decoded.positions)
        found = self.checks.step(block, tracked, decoded.statics) if self.checks else NOTHING
        self._show(block, tracked.positions)
        kept = tracked.positions.take(self.thinner.step(tracked))
        self.lines += len(block)
        self.read += len(tracked.positions)
        self.stored += len(kept)
        writes = Writes(
            positions=kept,
            statics=decoded.statics,
            last=tracked.last,
            reports=tracked.reports,
            offset=offset,
            feeds=tuple(self.names.names),
            lines=len(block),
            now_us=self.ticks.now_us,
            visits=found.visits,
            hits=found.hits,
            adoptions=found.adoptions,
        )
        return Outcome(tracked.positions, writes)

    def _show(self, block: LineBlock, rows: PositionBatch) -> None:
        """Let the screens see the rows and the ticks in the order of the spool."""
        if not self.screens:
            self.ticks.pass_by(block)
            return
        for piece in self.ticks.cut(block):
            first, last = piece.block.spool[0], piece.block.spool[-1]
            there = rows.take((rows.spool >= first) & (rows.spool <= last))
            for screen in self.screens:
                if piece.is_due:
                    screen.tick(piece.now_us)
                screen.step(there)

    def leave_out(self, block: LineBlock) -> None:
        """Account for lines that no step can take."""
        counts = self.decoder.counts
        counts.lines += len(block)
        counts.rejected["poison"] = counts.rejected.get("poison", 0) + len(block)
        counts.sample("poison", [block.line(i) for i in range(len(block))])
        self.lines += len(block)
        self.ticks.pass_by(block)

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
            **(self.checks.freeze() if self.checks else {}),
        }

    def thaw(self, state: Mapping[str, dict[str, NDArray[Any]]]) -> None:
        """Take the state that ``freeze`` gave."""
        numbers = state["path"]["numbers"].tolist()
        self.lines, self.read, self.stored, self.ticks.now_us = numbers
        # Codes are facts, not state: what a reader has numbered since then stays numbered.
        known = state["path"]["names"].tolist()
        if len(known) > len(self.names.names):
            self.names.names[:] = known
        self.decoder.thaw(state["decoder"])
        self.segmenter.thaw(state["segmenter"])
        self.thinner.thaw(state["thinner"])
        if self.checks:
            self.checks.thaw(state)
