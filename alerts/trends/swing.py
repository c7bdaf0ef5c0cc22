"""How much weeks swing by themselves: the level of the whole sea, and each subject's own swing.

A week of bad weather, a holiday or a new receiver lifts or lowers a whole family: each subject is
held against the rest of its family. What is left, beyond chance, is its own swing, of two kinds:
from one week to the next, and slowly, over as many weeks as are compared. Both are learned from
the weeks before alone, so that a change cannot excuse itself. What a subject shows of its own
swing counts as far as it is sure; for the rest it is taken to swing as its family does.
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
_FEW_SWING = 0.15
"""Both kinds, where there are too few weeks before to show any."""
_LEAST_SPANS = 3


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
    share = level[:, window.before :].sum(axis=1) / level.sum(axis=1)
    total = counts.sum(axis=1)
    before, usual = counts[:, : window.before], level[:, : window.before]
    own = _own(before, usual)
    slowly = _slowly(before, usual, own, window.weeks, slow**2)
    rest = counts.sum(axis=0) - counts
    doubt = (1 / (rest[:, window.before :].sum(axis=1) + PRIOR)
             + 1 / (rest[:, : window.before].sum(axis=1) + PRIOR))  # fmt: skip
    weekly = total / max(days.sum(), 1.0)
    variance = 1 + weekly * own + total * share * (1 - share) * (doubt + slowly)
    return Swing(share, variance)


def _level(counts: NDArray[np.float64], days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each subject each week leads one to expect, up to a factor."""
    rest = counts.sum(axis=0) - counts
    usual = rest.sum(axis=1, keepdims=True) / max(days.sum(), 1e-9) * days
    level: NDArray[np.float64] = days * (rest + PRIOR) / (usual + PRIOR)
    return level


def _own(counts: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the square of each subject's swing from one week to the next (subjects,).

    From differences of weeks that follow each other, which no slow swing enters.
    """
    now, then, high, low = counts[:, 1:], counts[:, :-1], level[:, 1:], level[:, :-1]
    steps = int((high * low > 0).any(axis=0).sum())
    if steps < 2:  # noqa: PLR2004 (one step does not swing)
        return np.full(len(counts), _FEW_SWING**2)
    beyond = (now * low - then * high) ** 2 - now * low**2 - then * high**2
    mean = counts.sum(axis=1) / np.maximum(level.sum(axis=1), 1e-9)
    found = beyond.sum(axis=1) / np.maximum(_sure(mean) * 2 * (high * low) ** 2, 1e-9).sum(axis=1)
    # Differences that overlap say less than as many that do not: Kamat 1953.
    return _shrunk(found, 1 / np.maximum(mean, 1e-9), 3 / steps, LEAST_SWING**2)


def _sure(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squares of means as a column."""
    found: NDArray[np.float64] = np.square(mean)[:, None]
    return found


def _slowly(
    counts: NDArray[np.float64], level: NDArray[np.float64], own: NDArray[np.float64], weeks: int,
    least: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Return the square of each subject's slow swing (subjects,).

    Each span of so many weeks before is held against the others, as the last weeks will be.
    """
    spans = counts.shape[1] // weeks
    if spans < _LEAST_SPANS:
        return np.full(len(counts), max(least, _FEW_SWING**2))

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        held: NDArray[np.float64] = values[:, -spans * weeks :]
        found: NDArray[np.float64] = held.reshape(len(values), spans, weeks).sum(axis=2)
        return found

    held, part = summed(counts), summed(level)
    part = part / np.maximum(part.sum(axis=1, keepdims=True), 1e-9)
    total = held.sum(axis=1, keepdims=True)
    chance = total * part * (1 - part)
    weekly = total / (spans * weeks)
    beyond = ((held - total * part) ** 2 - chance * (1 + weekly * own[:, None])).sum(axis=1)
    found = beyond / np.maximum(chance**2, 1e-9).sum(axis=1)
    noise = (1 + weekly[:, 0] * own) / np.maximum(chance.mean(axis=1), 1e-9)
    return _shrunk(found, noise, 2 / (spans - 1), least)


def _shrunk(
    found: NDArray[np.float64], noise: NDArray[np.float64], unsure: float, least: float
) -> NDArray[np.float64]:
    """Return squares of swings, each between its own and that of its family, as far as it is sure.

    found   of each subject by itself · noise  square of chance, relative to its mean
    unsure  relative variance of a variance from so many weeks · least  never less
    """

    def doubt(square: float) -> NDArray[np.float64]:
        return unsure * (noise + square) ** 2

    family = least
    for _ in range(3):
        weight = 1 / (doubt(family) + family**2)
        family = max(float((weight * found).sum() / weight.sum()), least)
    # Subjects differ in it by about as much as it is.
    own = family**2 / (family**2 + doubt(family))
    return np.maximum(family + own * (found - family), least)
