"""Running few lines again: the pipeline's own path, without a database.

    lines of a package ──▶ Path (decode, tracks, zones, list, detectors) ──▶ events

The same class makes a package and proves it; only where the coverage comes from differs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ais.decoder import Decoder
from ais.dialects.for_feeds import dialects_for
from ais.feed import time_of_source
from ais.spool.layout import split
from service.pipeline.checks import Checks
from service.pipeline.detecting import screening_of
from service.pipeline.path import Path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ais.batches import PositionBatch, StaticBatch
    from ais.coverage import Coverage
    from ais.lines import FeedNames, LineBlock
    from alerts.events import Event
    from service.pipeline.shelf import Shelf
    from service.settings import Settings
    from store.editions import Adoption

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Rules:
    """How lines are read and judged: the settings that decide it, and what dates the feeds.

    own_time  names of the feeds whose lines' stamps are the time of their positions
    """

    settings: Settings
    own_time: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """Return the rules of a service that runs by ``settings``."""
        return cls(settings, time_of_source(settings.feeds))

    def decoder(self, names: FeedNames, kind: type[Decoder] = Decoder) -> Decoder:
        """Return a decoder of ``kind``, as the live service has it."""
        return kind(
            names,
            source_time=self.own_time,
            past_limit_s=self.settings.retention.positions_days * _DAY_S,
            dialects=dialects_for(self.settings.feeds),
        )


@dataclass(slots=True)
class Found:
    """What a run came to.

    events   each version told, in order · listed  ids of the entries that its vessels answered to
    failed   how often a detector raised, by name
    """

    events: list[Event] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    positions: list[PositionBatch] = field(default_factory=list)
    statics: list[StaticBatch] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)


class Rerun:
    """One run of the path over few lines; ``coverage`` answers in place of its own."""

    def __init__(
        self,
        names: FeedNames,
        rules: Rules,
        shelf: Shelf,
        coverage: Coverage,
        begin: Iterable[Adoption] = (),
    ) -> None:
        """Start with the editions of ``begin`` in force."""
        settings = rules.settings
        checks = Checks(shelf, settings.visits, settings.watchlist.match)
        screening = screening_of(settings)
        screening.world.coverage = coverage
        self.found = Found()
        self._screening = screening
        self._path = Path(
            names, rules.decoder(names), settings.tracks, settings.thinning,
            checks=checks, screening=screening,
        )  # fmt: skip
        for adoption in begin:
            self._path.begin_with(adoption)

    def step(self, block: LineBlock) -> None:
        """Take lines, which follow those before in the order of the spool."""
        if not len(block):
            return
        outcome = self._path.step(block, int(block.spool[-1]) + 1)
        found = self.found
        found.events += outcome.writes.events
        found.positions.append(outcome.positions)
        found.statics.append(outcome.writes.statics)
        for hits, entries in outcome.writes.hits:
            found.listed.update(entries[at][0] for at in hits.entry.tolist())
        found.failed = dict(self._screening.failed)


def origin(at: int) -> dict[str, Any]:
    """Return a spool position as a person finds it: segment and byte offset."""
    number, offset = split(at)
    return {"segment": number, "offset": offset}


def said(event: Event) -> str:
    """Return an event as its line of ``events.jsonl``: equal events, equal bytes."""
    return json.dumps(event.as_dict(origin), ensure_ascii=False)
