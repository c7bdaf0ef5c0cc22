"""How much an invented sea swings from week to week by itself: for trends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEASON_WEEKS = (20, 56)


@dataclass(frozen=True, slots=True)
class Swell:
    """One sea; each as a share of the mean.

    weather  of a week, over the whole sea · own  of each subject from week to week by itself
    season   how far each rises and falls over 20 to 56 weeks, each with a season of its own
    mixed    how unlike the subjects are in that: standard deviation of the logarithm of ``own``
             and ``season``; 0 = all alike
    """

    weather: float
    own: float
    season: float
    mixed: float = 0.0

    def weeks(self, rng: np.random.Generator, weeks: int) -> NDArray[np.float64]:
        """Return the weather, (weeks,)."""
        return rng.gamma(1 / self.weather**2, self.weather**2, weeks)

    def means(
        self, rng: np.random.Generator, rates: NDArray[np.float64], weather: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what is to be expected, (subjects, weeks), of subjects of so many a week."""
        unlike = np.exp(rng.normal(0, self.mixed, (2, len(rates), 1)))
        own = np.square(self.own * unlike[0])
        swing = rng.gamma(1 / own, own, (len(rates), len(weather)))
        phase = rng.uniform(0, 2 * np.pi, (len(rates), 1))
        period = rng.uniform(*_SEASON_WEEKS, (len(rates), 1))
        waves = np.sin(phase + 2 * np.pi * np.arange(len(weather)) / period)
        seasons = 1 + np.minimum(self.season * unlike[1], 0.9) * waves
        found: NDArray[np.float64] = rates[:, None] * weather * swing * seasons
        return found


SEAS = {
    "calm": Swell(0.15, 0.12, 0.05),
    "wild": Swell(0.15, 0.15, 0.10),
    "rough": Swell(0.25, 0.30, 0.20, 0.4),
}
"""Seas of the trials, by name."""
