"""How much weeks swing by themselves, beyond chance and the level of the whole sea.

Of two kinds: from one week to the next, and slowly, over as many weeks as are compared. Both are
learned from the weeks before alone, so that a change cannot excuse itself. What a subject shows of
its own swing counts as far as it is sure; for the rest it is taken to swing as the others of its
family do, and a family of which little is known as all do. Nobody is among those others itself:
else one busy subject among small ones would be believed twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alerts.trends.level import levels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from alerts.trends.level import Level
    from alerts.trends.series import Window

LEAST_SWING = 0.1
"""Swing from week to week that is always reckoned with, standard deviation / mean."""
_FEW_SWING = 0.15
"""Both kinds, where there are too few weeks before to show any."""
_LEAST_WEEKS, _LEAST_SPANS = 3, 3


@dataclass(frozen=True, slots=True)
class Swing:
    """What is expected of the subjects of one family, (subjects,) each.

    share     of the total that falls into the last weeks if nothing changed, 0-1
    variance  of the later count, given the total, over that of chance alone; at least 1
    """

    share: NDArray[np.float64]
    variance: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the subjects of a family show of their swing by themselves, (subjects,) each.

    square  of the swing · noise  square of chance, relative to the mean
    unsure  relative variance of a variance from so many weeks
    """

    square: NDArray[np.float64]
    noise: NDArray[np.float64]
    unsure: float

    def doubt(self, square: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variance of what is shown, where the square of the swing is ``square``."""
        found: NDArray[np.float64] = self.unsure * (self.noise + square) ** 2
        return found


def swings(
    families: Mapping[str, NDArray[np.float64]], window: Window, slow: float
) -> dict[str, Swing]:
    """Return the swing of families with counts (subjects, weeks); ``slow`` as in settings.

    A family of nobody is left out.
    """
    there = {name: counts for name, counts in families.items() if len(counts)}
    level = levels(there, window)
    heard = np.flatnonzero(np.asarray(window.days[: window.before]) > 0)
    seen = {name: (counts[:, heard], level[name].of(heard)) for name, counts in there.items()}
    own = _learnt({name: _weekly(*one) for name, one in seen.items()}, LEAST_SWING,
                  enough=len(heard) >= _LEAST_WEEKS)  # fmt: skip
    spans = len(heard) // window.weeks
    slowly = _learnt({name: _slowly(*one, own[name], window.weeks) for name, one in seen.items()},
                     slow, enough=spans >= _LEAST_SPANS)  # fmt: skip
    return {name: _swing(counts, level[name], window, own[name], slowly[name])
            for name, counts in there.items()}  # fmt: skip


def _swing(
    counts: NDArray[np.float64], level: Level, window: Window, own: NDArray[np.float64],
    slowly: NDArray[np.float64],
) -> Swing:  # fmt: skip
    before, total = window.before, counts.sum(axis=1)
    share = level.usual[:, before:].sum(axis=1) / level.usual.sum(axis=1)
    doubt = 1 / level.held[:, before:].sum(axis=1) + 1 / level.held[:, :before].sum(axis=1)
    weekly = total / max(sum(window.days) / 7, 1.0)
    return Swing(share, 1 + weekly * own + total * share * (1 - share) * (doubt + slowly))


def _weekly(counts: NDArray[np.float64], level: Level) -> _Shown:
    """Return what is shown of the swing from one week to the next.

    From differences of weeks that follow each other, which no slow swing enters.
    """
    now, then = counts[:, 1:], counts[:, :-1]
    high, low = level.usual[:, 1:], level.usual[:, :-1]
    mean = counts.sum(axis=1) / np.maximum(level.usual.sum(axis=1), 1e-9)
    usual = np.square(mean)[:, None] * (high * low) ** 2
    # That the level itself is not sure is no swing of the subject.
    unsure = 1 / level.held[:, 1:] + 1 / level.held[:, :-1]
    chance = now * low**2 + then * high**2 + usual * unsure
    beyond = ((now * low - then * high) ** 2 - chance).sum(axis=1)
    # Differences that overlap say less than as many that do not: Kamat 1953.
    return _Shown(beyond / np.maximum(2 * usual.sum(axis=1), 1e-9), 1 / np.maximum(mean, 1e-9),
                  3 / max(now.shape[1], 1))  # fmt: skip


def _slowly(
    counts: NDArray[np.float64], level: Level, own: NDArray[np.float64], weeks: int
) -> _Shown:
    """Return what is shown of the slow swing.

    Each span of so many weeks before is held against the others, as the last weeks will be.
    """
    spans = counts.shape[1] // weeks

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        held: NDArray[np.float64] = values[:, values.shape[1] - spans * weeks :]
        found: NDArray[np.float64] = held.reshape(len(values), spans, weeks).sum(axis=2)
        return found

    count, part, held = summed(counts), summed(level.usual), summed(level.held)
    part = part / np.maximum(part.sum(axis=1, keepdims=True), 1e-9)
    total = count.sum(axis=1, keepdims=True)
    usual = total * part * (1 - part)
    weekly = total / max(spans * weeks, 1)
    unsure = 1 / held + 1 / np.maximum(held.sum(axis=1, keepdims=True) - held, 1e-9)
    chance = usual * (1 + weekly * own[:, None]) + usual**2 * unsure
    beyond = ((count - total * part) ** 2 - chance).sum(axis=1)
    noise = (1 + weekly[:, 0] * own) / np.maximum(usual.sum(axis=1) / max(spans, 1), 1e-9)
    return _Shown(beyond / np.maximum((usual**2).sum(axis=1), 1e-9), noise, 2 / max(spans - 1, 1))


def _learnt(
    shown: Mapping[str, _Shown], least: float, *, enough: bool
) -> dict[str, NDArray[np.float64]]:
    """Return squares of swings by family, (subjects,); ``least`` as a swing: never less.

    Not ``enough``: too few weeks show any.
    """
    if not enough:
        square = max(least, _FEW_SWING) ** 2
        return {name: np.full(len(one.square), square) for name, one in shown.items()}
    of_all = _of_all(list(shown.values()), least**2)
    return {name: _shrunk(one, of_all, least**2) for name, one in shown.items()}


def _of_all(shown: list[_Shown], least: float) -> float:
    """Return the square of the swing of all families together."""
    found = least
    for _ in range(4):
        weights = [1 / (one.doubt(found) + found**2) for one in shown]
        sums = sum(float((weight * one.square).sum())
                   for weight, one in zip(weights, shown, strict=True))  # fmt: skip
        found = max(sums / sum(float(weight.sum()) for weight in weights), least)
    return found


def _shrunk(shown: _Shown, of_all: float, least: float) -> NDArray[np.float64]:
    """Return squares of swings, each between its own and the others', as far as it is sure."""
    weight = 1 / (shown.doubt(of_all) + of_all**2)
    # Families differ in it, and subjects of a family, by about as much as it is.
    weights = 1 / of_all**2 + weight.sum() - weight
    sums = 1 / of_all + (weight * shown.square).sum() - weight * shown.square
    others = np.maximum(sums / weights, least)
    own = others**2 / (others**2 + shown.doubt(others))
    found: NDArray[np.float64] = np.maximum(others + own * (shown.square - others), least)
    return found
