"""The detectors within the pipeline: what they are shown, cut at ticks and ``_control`` lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.batches import Decoded
from alerts.alert import Vessel
from alerts.rows import no_rows
from alerts.rules import Rules
from alerts.scene import ROLES
from alerts.screening import Screening
from alerts.traffic.usual import Usual
from service.pipeline.shelf import RULES, TRAFFIC, ZONES
from service.pipeline.watched import Watched
from watchlist.flags import flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from ais.batches import Columns
    from ais.lines import LineBlock
    from ais.tracks import Tracked
    from alerts.events import Event
    from service.pipeline.checks import Checks, Found
    from service.pipeline.ticks import Ticks
    from service.settings import Settings
    from store.editions import Adoption

DIGITS = 16
"""Hexadecimal digits of an edition's SHA-256 that stand in the evidence."""


CELLS_US = 60_000_000
"""The picture of the coverage is renewed so often, stream time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the detectors made of a block, and the vessels that the events name.

    kept  (n,) rows of the block that are stored whatever thinning says
    """

    events: tuple[Event, ...]
    vessels: tuple[Vessel, ...]
    kept: NDArray[np.bool_]


class Detecting:
    """Shows a screening the rows of each block, and the editions where they take effect."""

    def __init__(self, screening: Screening, checks: Checks) -> None:
        """Show ``screening`` what ``checks`` found."""
        self.screening = screening
        self._checks = checks
        self._watched = Watched()
        self._cells_us = 0
        self._blank = screening.freeze()

    def begin_era(self) -> None:
        """Forget all but the editions in force, which the checks have, and what was counted."""
        told, failed = self.screening.told, self.screening.failed
        self.screening.thaw(self._blank)
        self.screening.told, self.screening.failed = told, failed
        self._watched, self._cells_us = Watched(), 0
        for adoption in self._checks.adopted.values():
            self.adopt(adoption)

    def step(
        self, block: LineBlock, ticks: Ticks, decoded: Decoded, tracked: Tracked, found: Found
    ) -> Told:
        """Return the events of ``block``, in the order of the spool.

        1. where a multiple of 10 s passes, timers run, 2. rows up to the next tick or adoption are
        shown, 3. the adopted edition is in force for what follows.
        """  # fmt: skip
        events: list[Event] = []
        kept = np.zeros(len(tracked.positions), np.bool_)
        waiting = list(found.adoptions)
        for piece in ticks.cut(block):
            first, behind = int(piece.block.spool[0]), int(piece.block.spool[-1]) + 1
            if piece.is_due:
                due = self.screening.tick(piece.now_us)
                self._watched.step(no_rows(0), self.screening.context.vessels, due)
                events += due
            cuts = [one.spool for one in waiting if first < one.spool < behind]
            for start, end in pairwise([first, *cuts, behind]):
                while waiting and waiting[0].spool <= start:
                    self.adopt(waiting.pop(0))
                events += self._show(start, end, decoded, tracked, found, kept)
        return Told(tuple(events), self._named(events), kept)

    def coverage(self, now_us: int) -> NDArray[Any] | None:
        """Return what is heard where (MAP_CELL) where a minute has passed, else None."""
        coverage = self.screening.world.coverage
        if coverage is None or now_us - self._cells_us < CELLS_US:
            return None
        self._cells_us = now_us
        return coverage.cells()

    def adopt(self, adoption: Adoption) -> None:
        """Have an edition in force; it says so in the evidence by its hash."""
        shelf, version = self._checks.shelf, adoption.sha256[:DIGITS]
        if adoption.what == ZONES:
            zones = shelf.zones(adoption.sha256).zones.zones
            self.screening.adopt_zones(zones, shelf.places(adoption.sha256), version)
        elif adoption.what == TRAFFIC:
            self.screening.adopt_traffic(shelf.traffic(adoption.sha256).usual, version)
        elif adoption.what == RULES:
            self.screening.adopt_rules(shelf.rules(adoption.sha256), version)
        else:
            self.screening.adopt_list(shelf.watchlist(adoption.sha256), version)

    def _show(
        self, start: int, end: int, decoded: Decoded, tracked: Tracked, found: Found,
        kept: NDArray[np.bool_],
    ) -> list[Event]:  # fmt: skip
        rows = _span(tracked.positions, start, end)
        statics, texts, heard = decoded.statics, decoded.texts, decoded.receptions
        part = Decoded(
            tracked.positions.take(rows),
            statics.take(_span(statics, start, end)),
            texts.take(_span(texts, start, end)),
            heard.take(_span(heard, start, end)),
        )
        visits = tuple(_within(found.visits, found.zones, start, end))
        hits = tuple(_within(found.hits, found.entries, start, end))
        # A text alone counts too: one that came as JSON has no reception beside it.
        shown = (part.receptions, part.positions, part.statics, part.texts)
        if not (hits or any(len(one) for one in shown)):
            return []
        told = self.screening.step(part, part.positions, tracked.slot[rows], visits, hits)
        context = self.screening.context
        kept[rows] = self._watched.step(context.seen, context.vessels, told)
        return told

    def _named(self, events: Sequence[Event]) -> tuple[Vessel, ...]:
        mmsis = dict.fromkeys(mmsi for event in events for mmsi in event.mmsis)
        return tuple(self._vessel(mmsi) for mmsi in mmsis)

    def _vessel(self, mmsi: int) -> Vessel:
        context = self.screening.context
        at = context.vessel(mmsi)
        if at < 0:
            return Vessel(mmsi, flag=flag(mmsi) or "")
        known = context.vessels[at]
        length = float(known["length_m"])
        return Vessel(
            mmsi=mmsi,
            name=known["name"].decode("ascii", "replace").strip(),
            call_sign=known["call_sign"].decode("ascii", "replace").strip(),
            imo=int(known["imo"]),
            flag=flag(mmsi) or "",
            role=ROLES[known["role"]],
            length_m=None if np.isnan(length) else length,
            listed_as=context.listed_as(mmsi),
        )

    def freeze(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return all state as arrays, by part."""
        return {**self.screening.freeze(), "watched": self._watched.freeze()}

    def thaw(self, state: Mapping[str, dict[str, NDArray[Any]]]) -> None:
        """Take what ``freeze`` gave, after the checks have theirs: zones in force are theirs."""
        self.screening.thaw(state)
        self._watched.thaw(state["watched"])
        zones = self._checks.adopted.get(ZONES)
        if zones is not None:
            index = self._checks.shelf.zones(zones.sha256)
            places = self._checks.shelf.places(zones.sha256)
            self.screening.adopt_zones(index.zones.zones, places, zones.sha256[:DIGITS])
        traffic = self._checks.adopted.get(TRAFFIC)
        usual = self._checks.shelf.traffic(traffic.sha256).usual if traffic else Usual.nothing()
        self.screening.adopt_traffic(usual, traffic.sha256[:DIGITS] if traffic else "")
        rules = self._checks.adopted.get(RULES)
        edition = self._checks.shelf.rules(rules.sha256) if rules else Rules()
        self.screening.adopt_rules(edition, rules.sha256[:DIGITS] if rules else "")


def screening_of(settings: Settings) -> Screening:
    """Return a screening with the detectors as they are set."""
    return Screening(settings.detectors, settings.roles, settings.coverage)


def _span(batch: Columns, start: int, end: int) -> slice:
    """Return the rows of spool positions ``start`` until before ``end``; batches are sorted."""
    spool = batch.spool  # type: ignore[attr-defined]
    first, behind = np.searchsorted(spool, np.array([start, end], np.uint64)).tolist()
    return slice(first, behind)


def _within(
    parts: Sequence[tuple[Any, Any]], meant: Sequence[Any], start: int, end: int
) -> Iterator[tuple[Any, Any]]:
    """Yield each part's rows of a span that has any, with what its indices mean."""
    for (batch, _), names in zip(parts, meant, strict=True):
        inside = (batch.spool >= np.uint64(start)) & (batch.spool < np.uint64(end))
        if inside.all() and len(batch):
            yield batch, names
        elif inside.any():
            yield batch.take(inside), names
