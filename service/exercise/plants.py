"""Changes that are planted into the last weeks of an invented sea, for trends to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Way: TypeAlias = Literal["new", "grown"]
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of planted change.

    words   for people · family  as trends count it · way  new, or more than before
    size    a week, of what is new, or before it grows; of a pair, days in the last weeks
    factor  what grows becomes so many times as many
    """

    words: str
    family: str
    way: Way
    size: float
    factor: float = 2.0


KINDS = {
    "new": Kind("new route", "route", "new", 4),
    "doubled": Kind("doubled route", "route", "grown", 50),
    "departure": Kind("doubled departure coast", "departure", "grown", 40),
    "arrival": Kind("doubled arrival coast", "arrival", "grown", 40),
    "dark": Kind("new dark area", "dark", "new", 4),
    "darker": Kind("doubled dark area", "dark", "grown", 40),
    "meetings": Kind("new meeting place", "encounter", "new", 4),
    "more_meetings": Kind("trebled meeting place", "encounter", "grown", 40, 3),
    "together": Kind("two that meet again", "pair", "new", 6),
    "identity": Kind("flag that changes identities", "identity", "new", 4),
    "first_heard": Kind("flag never heard before", "first_heard", "new", 4),
}
"""By the name under which ``weeks_of`` plants them."""


@dataclass(frozen=True, slots=True)
class Plant:
    """A change of a kind (of KINDS).

    size  so many a week · factor  what grows becomes so many times; None = as usual for the kind
    """

    what: str
    size: float | None = None
    factor: float | None = None

    @property
    def kind(self) -> Kind:
        """Return what it is."""
        return KINDS[self.what]

    @property
    def number(self) -> float:
        """Return its size."""
        return self.kind.size if self.size is None else self.size

    @property
    def times(self) -> float:
        """Return how many times as many it becomes."""
        return self.kind.factor if self.factor is None else self.factor


@dataclass(slots=True)
class Subjects:
    """Subjects of one family: keys, and how many of each a week at usual times."""

    keys: list[Key]
    rates: NDArray[np.float64]

    def plant(self, plant: Plant, free: Sequence[Key]) -> Key:
        """Make room for a change: a key of ``free``, or the subject that is nearest in size."""
        if plant.kind.way == "new":
            self.keys.append(free[0])
            self.rates = np.append(self.rates, plant.number)
            return free[0]
        row = int(np.abs(np.log(self.rates / plant.number)).argmin())
        self.rates[row] = plant.number
        return self.keys[row]

    def changed(self, mean: NDArray[np.float64], plant: Plant, key: Key, before: int) -> None:
        """Let the change begin after ``before`` weeks of ``mean`` (subjects, weeks), in place."""
        row = self.keys.index(key)
        if plant.kind.way == "new":
            mean[row, :before] = 0
        else:
            mean[row, before:] *= plant.times
