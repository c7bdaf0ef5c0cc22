"""What somebody asks of the network: from whom, over which span, how far; bounds in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from alerts.links.ties import GROUPS
from service.errors import WrongUseError

USUAL = dt.timedelta(days=90)
USUAL_ALL = dt.timedelta(days=7)
LONGEST = dt.timedelta(days=400)
LONGEST_ALL = dt.timedelta(days=31)
MOST_HOPS = 3
MOST_NODES = 300
"""More nobody reads in a picture, and a table of them takes seconds."""
WIDEST = 40
"""From so many vessels of a step the next one goes on: those with the strongest ties."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question to the network.

    roots    MMSIs that it begins from; empty = the whole sea
    start, end  from (included), until (excluded), UTC
    hops     steps from the roots, 1 to MOST_HOPS · targets  MMSIs to which a chain is looked for
    groups   which of alerts.links.ties.GROUPS count
    """

    roots: tuple[int, ...]
    start: dt.datetime
    end: dt.datetime
    hops: int = 1
    targets: tuple[int, ...] = ()
    groups: tuple[str, ...] = tuple(GROUPS)

    def __post_init__(self) -> None:
        """Refuse what would take minutes, or means nothing; raises WrongUseError."""
        if self.end <= self.start:
            raise WrongUseError(f"since {self.start:%Y-%m-%dT%H:%MZ} is not before until "
                                f"{self.end:%Y-%m-%dT%H:%MZ}; swap them")  # fmt: skip
        longest = LONGEST if self.roots else LONGEST_ALL
        if self.end - self.start > longest:
            raise WrongUseError(
                f"{(self.end - self.start).days} days: expected at most {longest.days} days for "
                f"{'a vessel' if self.roots else 'the whole sea'}; ask for a shorter span"
            )
        if not 1 <= self.hops <= MOST_HOPS:
            raise WrongUseError(f"hops {self.hops}: expected 1 to {MOST_HOPS} steps")
        if self.targets and not self.roots:
            raise WrongUseError("a chain needs a vessel to begin from; name one")
        if not self.groups or not {*self.groups} <= GROUPS.keys():
            raise WrongUseError(f"ties: expected some of {', '.join(GROUPS)}")


def usual_start(end: dt.datetime, roots: Collection[int] | Collection[str]) -> dt.datetime:
    """Return from when links are looked for where nobody says."""
    return end - (USUAL if roots else USUAL_ALL)
