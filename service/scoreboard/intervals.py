"""How sure a rate is: Poisson intervals of a count."""

from __future__ import annotations

import math
from collections.abc import Callable

_LEVEL = 0.95
_STEPS = 80


def poisson_95(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean that ``count`` events speak for (Garwood).

    Of none it is one-sided: nothing seen means fewer than 3.0.
    """
    if count == 0:
        return 0.0, -math.log(1 - _LEVEL)
    tail = (1 - _LEVEL) / 2
    low = _solved(lambda mean: 1 - _up_to(count - 1, mean) - tail, count)
    high = _solved(lambda mean: tail - _up_to(count, mean), count)
    return low, high


def per_1000(count: int, vessel_days: float) -> tuple[float, float, float]:
    """Return events per 1,000 vessel-days, and the 95 % interval; NaN where nobody was watched."""
    if vessel_days <= 0:
        return math.nan, math.nan, math.nan
    low, high = poisson_95(count)
    return tuple(round(1000 * one / vessel_days, 2) for one in (count, low, high))  # type: ignore[return-value]


def _up_to(count: int, mean: float) -> float:
    """Return the chance of at most ``count`` events where ``mean`` are expected."""
    return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def _solved(rises: Callable[[float], float], count: int) -> float:
    low, high = 1e-9, 5.0 * count + 20.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2
