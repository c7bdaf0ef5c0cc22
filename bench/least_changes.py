"""The smallest change that trends find with power 0.9, at each swing of the sea.

``vedetta bench least-changes`` measures it, in some minutes; ``python -m bench.least_changes``
prints the table of docs/trends.md. Each sea is invented once; the counts of one subject are then
those of a change of each size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from alerts.trends.looking import look
from alerts.trends.series import PAIR, Series, Window
from alerts.trends.settings import TrendSettings
from alerts.trends.together import Meeting
from bench.trends import START, commit, seeds
from service.exercise.plants import Plant, Subjects
from service.exercise.swell import SEAS
from service.exercise.tally_weeks import meetings_of, tallied
from service.exercise.weeks import weeks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SEEDS, POWER = 20, 0.9
_NEW = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0)
_DAYS = (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0)
_GROWN = (1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One column: ``sizes`` of a change, the smallest first; "new" a week, or times as many."""

    words: str
    plants: tuple[Plant, ...]
    sizes: tuple[float, ...]
    unit: str


def _new(words: str, what: str) -> Asked:
    return Asked(words, tuple(Plant(what, one) for one in _NEW), _NEW, "a week")


def _grown(words: str, what: str, size: float) -> Asked:
    plants = tuple(Plant(what, size, one) for one in _GROWN)
    return Asked(words, plants, _GROWN, "times")


ASKED = (
    _new("new route", "new"),
    *(_grown(f"route of {size} a week", "doubled", size) for size in (10, 30, 60)),
    _grown("coast of 40 a week", "departure", 40),
    _grown("dark area of 10 a week", "darker", 10),
    _grown("meeting place of 40 a week", "more_meetings", 40),
    Asked("two that meet", tuple(Plant("together", one) for one in _DAYS), _DAYS, "days"),
)
"""What is asked for, on each sea."""


def least(asked: Asked, sea: str, number: int = SEEDS) -> float | None:
    """Return the smallest size found on nine of ten seeds; None = not even the greatest."""
    low, high = 0, len(asked.sizes)
    while low < high:
        middle = (low + high) // 2
        if _found(asked.plants[middle], sea, seeds(number, f"least {sea}")):
            high = middle
        else:
            low = middle + 1
    return asked.sizes[low] if low < len(asked.sizes) else None


def _found(plant: Plant, sea: str, those: Sequence[int]) -> bool:
    """Tell whether it is found often enough; stops where it cannot be any more."""
    missed, most = 0, round(len(those) * (1 - POWER))
    for seed in those:
        missed += not _finds(seed, plant, sea)
        if missed > most:
            return False
    return True


@cache
def _sea(seed: int, sea: str) -> tuple[list[Series], list[Meeting]]:
    """Return what was counted where nothing was planted."""
    asked = TrendSettings()
    there = weeks_of(seed, START, asked.before_weeks, asked.weeks, (), SEAS[sea])
    return tallied(there, asked.weeks, asked.cell_deg), meetings_of(there)


def _finds(seed: int, plant: Plant, sea: str) -> bool:
    series, meetings = _sea(seed, sea)
    asked, rng = TrendSettings(), np.random.default_rng([seed, 1])
    window = Window(asked.weeks, (7.0,) * (asked.before_weeks + asked.weeks))
    if plant.kind.family == PAIR:
        key, met = _met(rng, plant, window)
        meetings = [*meetings, *met]
    else:
        key, series = _grown_in(series, rng, plant, seed, sea, window)
    found = look(series, meetings, window, asked).findings
    return any((one.family, one.key) == (plant.kind.family, key) and one.way != "less"
               for one in found)  # fmt: skip


def _grown_in(
    series: Sequence[Series], rng: np.random.Generator, plant: Plant, seed: int, sea: str,
    window: Window,
) -> tuple[tuple[str, ...], list[Series]]:  # fmt: skip
    """Return the key of what changes, and the counts with it: in place of one of its size."""
    swell, family = SEAS[sea], plant.kind.family
    mine = [one for one in series if one.family == family]
    usual = np.array([sum(one.counts[: window.before]) / window.before for one in mine])
    those = Subjects([one.key for one in mine], usual.clip(0.01))
    key = those.plant(plant, [("new", "new")])
    # The weather is the first thing that a seed says of its sea.
    weather = swell.weeks(np.random.default_rng(seed), len(window.days))
    mean = swell.means(rng, np.array([plant.number]), weather)
    Subjects([key], np.array([plant.number])).changed(mean, plant, key, window.before)
    counts = tuple(rng.poisson(mean[0]).tolist())
    rest = [one for one in series if (one.family, one.key) != (family, key)]
    return key, [*rest, Series(family, key, counts, 1)]


def _met(
    rng: np.random.Generator, plant: Plant, window: Window
) -> tuple[tuple[str, ...], list[Meeting]]:
    """Return two ships that met nobody before, and their meetings on so many days."""
    first, second = 247_900_001, 247_900_002
    days = 7 * window.before + rng.choice(7 * window.weeks, int(plant.number), replace=False)
    met = [Meeting(first, second, int(day) // 7, int(day), 18.0, 36.0) for day in days]
    return (str(first), str(second)), met


def figures() -> list[dict[str, object]]:
    """Measure each change on each sea; 0 where not even the greatest was found."""
    return [
        {"bench": "least-changes", "name": f"{one.words}, {sea} sea",
         "value": least(one, sea) or 0, "unit": one.unit,
         "beside": f"{SEEDS} seeds by {commit()[:12]}", "ratio": None, "floor": None}
        for sea in SEAS for one in ASKED
    ]  # fmt: skip


def table() -> Iterator[str]:
    """Yield the lines of the table in Markdown, each when it is measured."""
    seas = (f"{name}: {100 * one.own:g} % a week, season {100 * one.season:g} %"
            for name, one in SEAS.items())  # fmt: skip
    yield _line(["", *seas])
    yield _line(["---"] * (len(SEAS) + 1))
    for one in ASKED:
        yield _line([one.words, *(_said(one, least(one, sea)) for sea in SEAS)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _said(asked: Asked, size: float | None) -> str:
    if size is None:
        return f"not even {asked.sizes[-1]:g} {asked.unit}"
    return f"{size:g} {asked.unit}"


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
