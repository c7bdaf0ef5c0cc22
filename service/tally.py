"""What a replay found, counted for the person who started it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofence.visits import CHANGES
from watchlist.hits import MATCHED_ON, facts

if TYPE_CHECKING:
    from geofence.visits import Visits
    from store.writer import Writes
    from watchlist.hits import Hits


@dataclass(frozen=True, slots=True)
class ToldHit:
    """A vessel that answers to an entry, as it was told last; names as the vessel sent them."""

    mmsi: int
    name: str
    entry: str
    matched_on: str
    score: float
    agrees: tuple[str, ...]
    disagrees: tuple[str, ...]

    def __str__(self) -> str:
        """Return one line: who, which entry, on what, and what disagrees."""
        vessel = f"MMSI {self.mmsi:09d}" + (f" {self.name}" if self.name else "")
        how = f"{self.matched_on} {self.score:.2f}"
        also = ", ".join(fact for fact in self.agrees if fact != self.matched_on)
        against = ", ".join(self.disagrees)
        return (
            f"{vessel} answers to {self.entry} by {how}"
            + (f", also {also}" if also else "")
            + (f"; conflict: {against}" if against else "")
        )


@dataclass(slots=True)
class Tally:
    """Counts of visits by change and events by kind, the last word on each vessel and entry."""

    visits: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    hits: dict[tuple[int, str], ToldHit] = field(default_factory=dict)

    def take(self, writes: Writes) -> None:
        """Count what a block came to."""
        self.events.update(event.kind for event in writes.events if event.version == 1)
        for visits, _ in writes.visits:
            self._take_visits(visits)
        for hits, entries in writes.hits:
            for row in range(len(hits)):
                entry, _version = entries[int(hits.entry[row])]
                self.hits[int(hits.mmsi[row]), entry] = _told(hits, row, entry)

    def _take_visits(self, visits: Visits) -> None:
        for change in visits.change.tolist():
            self.visits[CHANGES[change]] += 1


def _told(hits: Hits, row: int, entry: str) -> ToldHit:
    return ToldHit(
        mmsi=int(hits.mmsi[row]),
        name=hits.name[row].decode("ascii", "replace"),
        entry=entry,
        matched_on=MATCHED_ON[int(hits.matched_on[row])],
        score=float(hits.score[row]),
        agrees=facts(int(hits.agrees[row])),
        disagrees=facts(int(hits.disagrees[row])),
    )
