"""What is counted week by week: subjects of several families, each with its counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TWO_SIDED = {
    "route": False, "departure": True, "arrival": True,
    "dark": False, "encounter": False, "identity": False, "first_heard": False,
}  # fmt: skip
"""Families of subjects, and whether a decrease is told as well as an increase.

Key of a route: origin and destination; of a coast: its zone; of an area: column and row of its
cell; of identities: the flag.
"""
PAIR = "pair"
"""The family of two vessels that meet again; it has a test of its own (``together``)."""


@dataclass(frozen=True, slots=True)
class Window:
    """The weeks that are compared, oldest first: ``weeks`` last ones, the rest before them.

    days  on how many days of each week anything was heard, 0-7
    """

    weeks: int
    days: tuple[float, ...]

    @property
    def before(self) -> int:
        """Return how many weeks are before the last ones."""
        return len(self.days) - self.weeks

    @property
    def comparable(self) -> bool:
        """Tell whether enough was heard on both sides: a week of days at least."""
        heard = np.asarray(self.days)
        return bool(heard[: self.before].sum() >= _WEEK and heard[self.before :].sum() >= _WEEK)


_WEEK = 7


@dataclass(frozen=True, slots=True)
class Series:
    """One subject: counts (weeks,) oldest first; ``ships`` different ones in the last weeks."""

    family: str
    key: tuple[str, ...]
    counts: tuple[int, ...]
    ships: int = 0


@dataclass(slots=True)
class Counted:
    """Counts that come in one by one, as rows of (key, week, number, ships).

    A row of week None carries how many different ships there were in all of the last weeks.
    """

    family: str
    weeks: int
    _counts: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    _ships: dict[tuple[str, ...], int] = field(default_factory=dict)

    def take(self, rows: Iterable[tuple[Sequence[object], int | None, int, int]]) -> Counted:
        """Count ``rows``; return itself."""
        for parts, week, number, ships in rows:
            key = tuple(map(str, parts))
            counts = self._counts.setdefault(key, [0] * self.weeks)
            if week is None:
                self._ships[key] = self._ships.get(key, 0) + ships
            elif 0 <= week < self.weeks:
                counts[week] += number
        return self

    def series(self) -> list[Series]:
        """Return what was counted, in the order of the keys."""
        return [
            Series(self.family, key, tuple(counts), self._ships.get(key, 0))
            for key, counts in sorted(self._counts.items())
        ]


def table(series: Sequence[Series]) -> NDArray[np.float64]:
    """Return the counts of ``series``, (subjects, weeks)."""
    return np.array([one.counts for one in series], np.float64)
