"""The level of each week: how much of a subject it leads one to expect, had nothing changed.

A week of bad weather, a holiday or a new receiver lifts or lowers a whole family: each subject is
held against the rest of its family. A small family says little of a week, so the rest of the sea
helps it, as far as the family was seen to go with the sea: the less alike they are, from week to
week, slowly or in the last weeks themselves, the less the sea counts. What went up alone as a
family (a new receiver of silences) is thus held against itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from alerts.trends.series import Window

PRIOR = 30.0
"""The sea counts as so many more a week, that came evenly: few say little of the level."""
_LEAST_APART = (0.05, 0.03)
"""So far a family is always taken to go its own way: from week to week, slowly; s.d. / mean."""
_VOYAGES = frozenset({"route", "departure", "arrival"})
"""Families that count the same ships: none of them says anything new of the others."""


@dataclass(frozen=True, slots=True)
class Level:
    """The level of the weeks for the subjects of a family, (subjects, weeks) each.

    usual  how much each week leads one to expect, up to a factor
    held   on how many, counted elsewhere, that rests: its relative variance is 1 / held
    """

    usual: NDArray[np.float64]
    held: NDArray[np.float64]

    def of(self, weeks: NDArray[np.int64]) -> Level:
        """Return that of some ``weeks`` (indices)."""
        return Level(self.usual[:, weeks], self.held[:, weeks])


def levels(families: Mapping[str, NDArray[np.float64]], window: Window) -> dict[str, Level]:
    """Return the level for each family, of its counts (subjects, weeks)."""
    days = np.asarray(window.days) / 7.0
    return {name: _level(counts, _beside(families, name) + PRIOR * days, days, window)
            for name, counts in families.items()}  # fmt: skip


def _beside(families: Mapping[str, NDArray[np.float64]], name: str) -> NDArray[np.float64]:
    """Return how many of other things than family ``name`` were counted in each week, (weeks,)."""
    found = np.zeros(families[name].shape[1])
    for other, counts in families.items():
        if other != name and not {other, name} <= _VOYAGES:
            found += counts.sum(axis=0)
    return found


def _level(
    counts: NDArray[np.float64], sea: NDArray[np.float64], days: NDArray[np.float64],
    window: Window,
) -> Level:  # fmt: skip
    rest = counts.sum(axis=0) - counts
    total = max(float(days.sum()), 1e-9)
    part = sea / max(float(sea.sum()), 1e-9)
    with_sea = _weight(rest, sea, part, window)[:, None]
    usual = rest.sum(axis=1, keepdims=True) / total
    return Level((rest + with_sea * part * total) / (usual + with_sea), rest + with_sea * days)


def _weight(
    rest: NDArray[np.float64], sea: NDArray[np.float64], part: NDArray[np.float64], window: Window
) -> NDArray[np.float64]:
    """Return as how many a week the sea counts beside the rest of a family, (subjects,)."""
    before, heard = window.before, sea > 0
    seen = np.flatnonzero(heard[:before])
    week, slow = (least**2 for least in _LEAST_APART)
    weekly = np.maximum(_apart(rest[:, seen], sea[seen], part[seen]), week)
    spans = len(seen) // window.weeks
    blocks = (_summed(one, spans, window.weeks) for one in (rest[:, seen], sea[seen], part[seen]))
    slowly = np.maximum(_apart(*blocks) - weekly / window.weeks, slow)
    slowly = np.maximum(slowly, _at_last(rest, sea, part, before))
    weight: NDArray[np.float64] = 1 / (window.weeks * slowly + weekly + heard.sum() / sea.sum())
    return weight


def _summed(values: NDArray[np.float64], spans: int, weeks: int) -> NDArray[np.float64]:
    """Return the newest ``spans`` sums of so many ``weeks``, along the last axis."""
    held = values[..., values.shape[-1] - spans * weeks :]
    found: NDArray[np.float64] = held.reshape(*values.shape[:-1], spans, weeks).sum(axis=-1)
    return found


def _apart(
    rest: NDArray[np.float64], sea: NDArray[np.float64], part: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the square of how far a family goes its own way, beyond chance (subjects,).

    From differences of what follows each other.
    """
    now, then, high, low = rest[:, 1:], rest[:, :-1], part[1:], part[:-1]
    usual = rest.sum(axis=1, keepdims=True) / max(float(part.sum()), 1e-9) * high * low
    chance = now * low**2 + then * high**2 + usual**2 * (1 / sea[1:] + 1 / sea[:-1])
    beyond = ((now * low - then * high) ** 2 - chance).sum(axis=1)
    found: NDArray[np.float64] = beyond / np.maximum(2 * (usual**2).sum(axis=1), 1e-9)
    return found


def _at_last(
    rest: NDArray[np.float64], sea: NDArray[np.float64], part: NDArray[np.float64], before: int
) -> NDArray[np.float64]:
    """Return the square of how far a family left the sea in the last weeks, beyond chance."""
    late, early = rest[:, before:].sum(axis=1), rest[:, :before].sum(axis=1)
    expected = early * part[before:].sum() / max(float(part[:before].sum()), 1e-9)
    chance = 1 / np.maximum(expected, 1) + 1 / np.maximum(early, 1) + 1 / sea[before:].sum()
    found: NDArray[np.float64] = (late / np.maximum(expected, 1e-9) - 1) ** 2 - chance
    return np.where(early > 0, found, np.inf)
