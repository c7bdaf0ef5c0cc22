"""What is counted while rows leave: for the sidecar, the audit and the person who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from alerts.alert import Codes
from alerts.incidents.codes import strictest

MOST_NAMED = 1_000
"""So many of those that were kept back are named, the others counted."""


def _nobody(_rows: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Tally:
    """Grows while rows are written.

    codes    strictest of the choice and of every row · permission  who permitted what they forbid
    read     positions as they are stored · rows  of the result · points  of tracks
    kept     (id, reason) of what codes keep back · kept_count  of all of them
    sources  feeds, detectors, contributors: what rows rest on · notes  sentences for who reads it
    step     is told of rows as they are read
    """

    codes: Codes
    permission: str = ""
    read: int = 0
    rows: int = 0
    points: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    kept_count: int = 0
    sources: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    step: Callable[[int], None] = _nobody

    def keep(self, what: str, reason: str) -> None:
        """Note that ``what`` is kept back."""
        self.kept_count += 1
        if len(self.kept) < MOST_NAMED:
            self.kept.append((what, reason))

    def mix(self, codes: Iterable[Codes]) -> None:
        """Note the codes of rows that leave."""
        self.codes = strictest(self.codes, *set(codes))

    def note(self, sentence: str) -> None:
        """Note a sentence, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)
