"""The smallest change that trends find with power 0.9, at each swing of the sea.

``vedetta bench least-changes`` measures it, in some minutes; ``python -m bench.least_changes``
prints the table of docs/trends.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.trends import commit, finds, seeds
from service.exercise.plants import Plant
from service.exercise.swell import SEAS

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        if _found(asked.plants[middle], sea, seeds(number, f"{asked.words} {sea}")):
            high = middle
        else:
            low = middle + 1
    return asked.sizes[low] if low < len(asked.sizes) else None


def _found(plant: Plant, sea: str, those: Sequence[int]) -> bool:
    """Tell whether it is found often enough; stops where it cannot be any more."""
    missed, most = 0, round(len(those) * (1 - POWER))
    for seed in those:
        missed += not finds(seed, plant, sea)
        if missed > most:
            return False
    return True


def figures() -> list[dict[str, object]]:
    """Measure each change on each sea; 0 where not even the greatest was found."""
    return [
        {"bench": "least-changes", "name": f"{one.words}, {sea} sea",
         "value": least(one, sea) or 0, "unit": one.unit,
         "beside": f"{SEEDS} seeds by {commit()[:12]}", "ratio": None, "floor": None}
        for sea in SEAS for one in ASKED
    ]  # fmt: skip


def table() -> str:
    """Return the table in Markdown."""
    heads = ["sea", "a week", "season", *(one.words for one in ASKED)]
    lines = [heads, ["---"] * len(heads)]
    for name, swell in SEAS.items():
        found = [least(one, name) for one in ASKED]
        lines.append(
            [
                name,
                f"{100 * swell.own:g} %",
                f"{100 * swell.season:g} %",
                *(_said(one, size) for one, size in zip(ASKED, found, strict=True)),
            ]
        )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)  # fmt: skip


def _said(asked: Asked, size: float | None) -> str:
    if size is None:
        return f"not even {asked.sizes[-1]:g} {asked.unit}"
    return f"{size:g} {asked.unit}"


if __name__ == "__main__":
    print(table())
