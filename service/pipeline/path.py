"""The path of a block through the rooms, in memory: lines in, rows to commit out.

    decode ──▶ tracks ──▶ zones, watchlist ──▶ detectors ──▶ thinning ──▶ Writes

Live ingest, replay of files and re-screening call this same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import structlog

from ais.batches import PositionBatch, StaticBatch
from ais.decoder import Decoder
from ais.tracks import Segmenter
from service.pipeline.checks import NOTHING
from service.pipeline.detecting import Detecting, Told
from service.pipeline.newest import Newest
from service.pipeline.ticks import Ticks
from store.thinning import Thinner
from store.writer import Writes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.batches import Decoded
    from ais.lines import FeedNames, LineBlock
    from ais.tracks import Tracked, TrackSettings
    from alerts.screening import Screening
    from service.pipeline.checks import Checks, Found
    from store.editions import Adoption
    from store.thinning import Thinning

_log = structlog.get_logger()
State: TypeAlias = "dict[str, dict[str, NDArray[Any]]]"


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
        screening: Screening | None = None,
        ticks_of_lines: bool = False,
    ) -> None:
        """Start empty; ``ticks_of_lines`` for recorded files, which carry no ``_tick`` lines.

        Without ``checks`` neither zones nor lists are looked at, without ``screening`` (which
        needs them) no detector runs.
        """
        self.names = names
        self.checks = checks
        self.decoder = decoder
        self.segmenter = Segmenter(tracks)
        self.thinner = Thinner(thinning)
        self.newest = Newest()
        self.ticks = Ticks(of_lines=ticks_of_lines)
        self.detecting = Detecting(screening, checks) if screening and checks else None
        if screening:
            # The same list: a feed that is numbered later has its name there too.
            screening.world.feeds = names.names
        self.lines = 0
        self.read = 0
        self.stored = 0
        self.eras = 0

    def begin_with(self, adoption: Adoption) -> None:
        """Start with an edition whose ``_control`` line is gone."""
        if self.checks is None or not self.checks.begin_with(adoption):
            return
        if self.detecting:
            self.detecting.adopt(adoption)

    def step(self, block: LineBlock, offset: int) -> Outcome:
        """Take a block through all rooms; ``offset`` is the spool position after its last line.

        Where its first line sets the clock back, all begins anew first (``loop.run`` cuts there).
        1. decode, 2. segment, 3. check against the zones and the list in force, 4. let the
        detectors see it, cut where a multiple of 10 s passes, 5. thin, 6. hand over what one
        transaction writes.
        """
        era_us = 0
        if self.ticks.begins_era(block):
            era_us = int(block.received.view(np.int64)[0])
            self._begin_era(block)
        decoded = self.decoder.decode(block)
        tracked = self.segmenter.step(decoded.positions)
        found = self.checks.step(block, tracked, decoded.statics) if self.checks else NOTHING
        told = self._detect(block, decoded, tracked, found)
        stored = self.thinner.step(tracked) | (told.kept & (tracked.slot >= 0))
        kept = tracked.positions.take(stored)
        last, reports = self.newest.step(tracked, len(block))
        shown = self.detecting if not self.newest.waits else None
        coverage = shown.coverage(self.ticks.now_us) if shown else None
        self.lines += len(block)
        self.read += len(tracked.positions)
        self.stored += len(kept)
        writes = Writes(
            positions=kept,
            statics=decoded.statics,
            last=last,
            reports=reports,
            offset=offset,
            feeds=tuple(self.names.names),
            lines=len(block),
            now_us=self.ticks.now_us,
            visits=found.visits,
            hits=found.hits,
            adoptions=found.adoptions,
            events=told.events,
            vessels=told.vessels,
            coverage=coverage,
            era_us=era_us,
        )
        return Outcome(tracked.positions, writes)

    def _begin_era(self, block: LineBlock) -> None:
        """Begin anew: what is remembered lies in the future of ``block``.

        What has nothing to do with time stays: editions in force, numbers of tracks, counts.
        """
        back_s = self.ticks.now_us / 1e6 - block.received.view(np.int64)[0] / 1e6
        _log.error("era_begins", spool=int(block.spool[0]), back_s=round(back_s))
        self.eras += 1
        self.ticks.now_us = 0
        self.decoder.begin_era()
        self.segmenter.begin_era()
        self.thinner = Thinner(self.thinner.settings)
        self.newest = Newest()
        if self.checks:
            self.checks.begin_era()
        if self.detecting:
            self.detecting.begin_era()

    def rest(self, offset: int) -> Writes | None:
        """Return what waits when nothing more comes after ``offset``, None where nothing does."""
        last, reports = self.newest.take()
        if not len(last):
            return None
        return Writes(
            positions=PositionBatch.empty(),
            statics=StaticBatch.empty(),
            last=last,
            reports=reports,
            offset=offset,
            feeds=tuple(self.names.names),
            lines=0,
            now_us=self.ticks.now_us,
        )

    def _detect(self, block: LineBlock, decoded: Decoded, tracked: Tracked, found: Found) -> Told:
        if self.detecting is None:
            self.ticks.pass_by(block)
            return Told((), (), np.zeros(len(tracked.positions), np.bool_))
        return self.detecting.step(block, self.ticks, decoded, tracked, found)

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
        numbers = [self.lines, self.read, self.stored, self.ticks.now_us, self.eras]
        return {
            "path": {
                "numbers": np.array(numbers, np.int64),
                "names": np.array(self.names.names, np.str_),
            },
            "decoder": self.decoder.freeze(),
            "segmenter": self.segmenter.freeze(),
            "thinner": self.thinner.freeze(),
            "newest": self.newest.freeze(),
            **(self.checks.freeze() if self.checks else {}),
            **(self.detecting.freeze() if self.detecting else {}),
        }

    def thaw(self, state: Mapping[str, dict[str, NDArray[Any]]]) -> None:
        """Take the state that ``freeze`` gave."""
        # Older snapshots know of no eras.
        numbers = [*state["path"]["numbers"].tolist(), 0][:5]
        self.lines, self.read, self.stored, self.ticks.now_us, self.eras = numbers
        # Codes are facts, not state: what a reader has numbered since then stays numbered.
        known = state["path"]["names"].tolist()
        if len(known) > len(self.names.names):
            self.names.names[:] = known
        self.decoder.thaw(state["decoder"])
        self.segmenter.thaw(state["segmenter"])
        self.thinner.thaw(state["thinner"])
        # Older snapshots know of none.
        self.newest.thaw(state.get("newest", {}))
        if self.checks:
            self.checks.thaw(state)
        if self.detecting:
            self.detecting.thaw(state)
