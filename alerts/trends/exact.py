"""Exact tests of a count against its share of a total, and the interval of the ratio.

Two Poisson counts whose rates are alike, given their sum n: the later one is binomial with its
share of the exposure (Przyborowski and Wilenski 1940). Where weeks swing more than chance, by a
factor ``swing`` of the variance, it is beta-binomial: what two negative binomial counts are, given
their sum. The p-value is the greater of the two, so it is never below the exact one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln
from scipy.stats import beta, binom

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_SPREAD = 1e-3
_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Null:
    """What the later of two counts may be if nothing changed: ``share`` (0-1) of their ``total``.

    swing  factor of the variance, 1 = chance alone
    """

    total: int
    share: float
    swing: float = 1.0

    def of_each(self, *, two_sided: bool) -> NDArray[np.float64]:
        """Return the p-value of each count from 0 to ``total``."""
        counts = np.arange(self.total + 1)
        above = bdtrc(counts - 1, self.total, self.share)
        below = bdtr(counts, self.total, self.share)
        if self.swing > 1 and self.total > 1:
            wide = np.exp(_log_shares(counts, self.total, self.share, self.swing))
            above = np.maximum(above, np.cumsum(wide[::-1])[::-1])
            below = np.maximum(below, np.cumsum(wide))
        found = 2 * np.minimum(above, below) if two_sided else above
        likely: NDArray[np.float64] = np.minimum(found, 1.0)
        return likely


def more(count: int, total: int, share: float, swing: float = 1.0) -> float:
    """Return P(at least ``count`` of ``total``), where ``share`` (0-1) of them is expected."""
    if count <= 0:
        return 1.0
    return _greater(count, total, share, swing, upper=True)


def fewer(count: int, total: int, share: float, swing: float = 1.0) -> float:
    """Return P(at most ``count`` of ``total``), where ``share`` (0-1) of them is expected."""
    if count >= total:
        return 1.0
    return _greater(count, total, share, swing, upper=False)


def either(count: int, total: int, share: float, swing: float = 1.0) -> float:
    """Return the two-sided p-value: twice the smaller tail, at most 1."""
    return min(1.0, 2 * min(more(count, total, share, swing), fewer(count, total, share, swing)))


def smallest(total: int, share: float, swing: float, *, two_sided: bool) -> float:
    """Return the smallest p-value that a total can give at all, however it is divided."""
    if two_sided:
        return min(either(total, total, share, swing), either(0, total, share, swing))
    return more(total, total, share, swing)


def ratio(count: int, total: int, share: float, swing: float = 1.0) -> tuple[float, float, float]:
    """Return later rate / earlier rate with its 95 % interval; infinite where none was earlier.

    Clopper-Pearson's interval of the share, with counts that weigh 1/``swing`` each.
    """
    odds = share / (1 - share)
    hits, misses = count / swing, (total - count) / swing
    tail = (1 - _LEVEL) / 2
    low = float(beta.ppf(tail, hits, misses + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, misses)) if count < total else 1.0
    return tuple(_odds(one) / odds for one in (count / total, low, high))  # type: ignore[return-value]


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


def _greater(count: int, total: int, share: float, swing: float, *, upper: bool) -> float:
    chance = binom.sf(count - 1, total, share) if upper else binom.cdf(count, total, share)
    if swing <= 1 or total < 2:  # noqa: PLR2004 (one is binomial whatever the swing)
        return float(min(1.0, chance))
    values = np.arange(count, total + 1) if upper else np.arange(count + 1)
    wide = float(np.exp(_log_shares(values, total, share, swing)).sum())
    return min(1.0, max(float(chance), wide))


def _log_shares(
    values: NDArray[np.int64], total: int, share: float, swing: float
) -> NDArray[np.float64]:
    """Return the logarithm of the beta-binomial's probabilities, its variance ``swing`` fold."""
    spread = max((total - 1) / (swing - 1) - 1, _LEAST_SPREAD)
    steps = np.arange(total) / spread

    # Beta functions of a great spread differ by less than their own rounding; products do not.
    def climbs(part: float) -> NDArray[np.float64]:
        return np.concatenate(([0.0], np.cumsum(np.log(part + steps))))

    ways = gammaln(total + 1) - gammaln(values + 1) - gammaln(total - values + 1)
    hits, misses = climbs(share)[values], climbs(1 - share)[total - values]
    found: NDArray[np.float64] = ways + hits + misses - climbs(1.0)[-1]
    return found
