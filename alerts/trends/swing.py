"""How much weeks swing by themselves: the level of the whole sea, and each subject's own swing.

A week of bad weather, a holiday or a new receiver lifts or lowers a whole family: each subject is
held against the rest of its family. What is left, beyond chance, is its own swing. It is learned
from the weeks before alone, so that a change cannot excuse itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.trends.series import Window

PRIOR = 30.0
"""The rest of a family counts as so many more, that came evenly: few say little of the level."""
LEAST_SWING = 0.1
"""Swing from week to week that is always reckoned with, standard deviation / mean."""
_OWN_FROM = 2.0
"""A subject of so many a week shows its own swing; of fewer, that of its family holds."""
_OWN_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Swing:
    """What is expected of the subjects of one family, (subjects,) each.

    share     of the total that falls into the last weeks if nothing changed, 0-1
    variance  of the later count, given the total, over that of chance alone; at least 1
    """

    share: NDArray[np.float64]
    variance: NDArray[np.float64]


def swing(counts: NDArray[np.float64], window: Window, slow: float) -> Swing:
    """Return the swing of a family with ``counts`` (subjects, weeks); ``slow`` as in settings."""
    days = np.asarray(window.days) / 7.0
    level = _level(counts, days)
    now = level[:, window.before :].sum(axis=1)
    share = now / level.sum(axis=1)
    total = counts.sum(axis=1)
    own = _own(counts[:, : window.before], level[:, : window.before])
    rest = counts.sum(axis=0) - counts
    doubt = (1 / (rest[:, window.before :].sum(axis=1) + PRIOR)
             + 1 / (rest[:, : window.before].sum(axis=1) + PRIOR))  # fmt: skip
    weekly = total / max(days.sum(), 1.0)
    variance = 1 + weekly * own + total * share * (1 - share) * (doubt + slow**2)
    return Swing(share, variance)


def _level(counts: NDArray[np.float64], days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each subject each week leads one to expect, up to a factor."""
    rest = counts.sum(axis=0) - counts
    usual = rest.sum(axis=1, keepdims=True) / max(days.sum(), 1e-9) * days
    level: NDArray[np.float64] = days * (rest + PRIOR) / (usual + PRIOR)
    return level


def _own(before: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the square of each subject's swing from week to week, from the weeks before."""
    weeks = int((level > 0).any(axis=0).sum())
    least = LEAST_SWING**2
    if weeks < 2:  # noqa: PLR2004 (one week does not swing)
        return np.full(len(before), 4 * least)
    part = level / np.maximum(level.sum(axis=1, keepdims=True), 1e-9)
    usual = before.sum(axis=1, keepdims=True) * part
    beyond = ((before - usual) ** 2 - usual * (1 - part)).sum(axis=1) * weeks / (weeks - 1)
    weight = (usual**2).sum(axis=1)
    family = max(float(beyond.sum() / max(weight.sum(), 1e-9)), least)
    alone = _OWN_WEIGHT * beyond / np.maximum(weight, 1e-9)
    shows = before.sum(axis=1) >= _OWN_FROM * weeks
    return np.where(shows, np.maximum(alone, family), family)
