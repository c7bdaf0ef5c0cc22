"""Which of many p-values are findings: the share of false ones among them stays bounded.

Counts are whole numbers, and a change that is too small is never told: a test can come below t
by chance less often than t, many of a few ships never. What chance gives is therefore added up
test by test (Döhler, Durand and Roquain 2018), instead of reckoning t for each: that finds more,
and what is found is as sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Levels: TypeAlias = "tuple[NDArray[np.float64], ...]"
"""The p-values that a test can have and be told, ascending, one array for each of its sides."""


def telling(smallest: Sequence[float], share: float) -> NDArray[np.bool_]:
    """Return which tests can be told at all (n,): the others hold too few.

    Tarone 1990, for false discoveries Gilbert 2005: with K tests kept, each of those can reach
    ``share``/K. What is kept depends on totals, never on how they are divided.
    """
    least = np.asarray(smallest, np.float64)
    for number in range(1, len(least) + 1):
        kept = least <= share / number
        if kept.sum() <= number:
            return kept
    return np.zeros(len(least), bool)


def by_chance(levels: Sequence[Levels], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many of the tests would come to ``at`` or below if nothing changed, (n,)."""
    found = np.zeros(len(at))
    for sides in levels:
        for one in sides:
            before = np.searchsorted(one, at, side="right")
            found += np.concatenate(([0.0], one))[before] / len(sides)
    return found


def findings(
    p_values: Sequence[float], levels: Sequence[Levels], share: float
) -> NDArray[np.bool_]:
    """Return which are findings (n,): of those told, ``share`` (0-1) at most are chance.

    Step up as Benjamini and Hochberg (1995) do, over what ``levels`` give by chance.
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    order = order[p[order] <= share]
    # No test comes to ``share`` or below more often than that: this is their bound of 1 - F.
    most = share * (1 - share) * np.arange(1, len(order) + 1)
    within = by_chance(levels, p[order]) <= most
    found = np.zeros(len(p), bool)
    if within.any():
        found[order[: int(np.flatnonzero(within)[-1]) + 1]] = True
    return found
