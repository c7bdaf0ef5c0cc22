"""Which of many p-values are findings: the share of false ones among them stays bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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


def findings(p_values: Sequence[float], share: float) -> NDArray[np.bool_]:
    """Return which are findings (n,), by Benjamini and Hochberg (1995) at ``share`` (0-1)."""
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    within = p[order] <= share * np.arange(1, len(p) + 1) / max(1, len(p))
    found = np.zeros(len(p), bool)
    if within.any():
        found[order[: int(np.flatnonzero(within)[-1]) + 1]] = True
    return found
