"""Scheduled lines: ships that go between the same two ports again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

WAYS = 6
"""Passages between the same two ports, both ways together, that make a line."""
SHARE = 0.7
"""Of all passages of the ship between two ports: a tramp that comes back is no ferry."""
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """A ship in a port: zone id and name; from and until µs since 1970."""

    mmsi: int
    port: str
    name: str
    from_us: int
    until_us: int


@dataclass(frozen=True, slots=True)
class Line:
    """A ship that goes to and fro: ``times`` between ports ``a`` and ``b`` within ``days``."""

    mmsi: int
    a: str
    b: str
    times: int
    days: int

    @property
    def words(self) -> str:
        """Return it as a reason: "sailed between Piraeus and Heraklion 14 times in 30 days"."""
        return f"sailed between {self.a} and {self.b} {self.times} times in {self.days} days"

    def as_row(self) -> list[Any]:
        """Return it as JSON keeps it."""
        return [self.mmsi, self.a, self.b, self.times, self.days]

    @classmethod
    def of_row(cls, row: list[Any]) -> Self:
        """Return what ``as_row`` gave; raises ValueError or TypeError for others."""
        mmsi, a, b, times, days = row
        return cls(int(mmsi), str(a), str(b), int(times), int(days))


def lines_of(calls: Iterable[Call], days: int) -> tuple[Line, ...]:
    """Return the lines that ``calls`` of ``days`` make, by MMSI; calls are sorted by time.

    A ship keeps to a line when WAYS of her passages lie between the same two ports, both ways
    among them, and these are SHARE of all that she made.
    """
    last: dict[int, Call] = {}
    ways: dict[int, Counter[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for call in calls:
        names[call.port] = call.name
        before = last.get(call.mmsi)
        last[call.mmsi] = call
        if before is not None and before.port != call.port:
            ways.setdefault(call.mmsi, Counter())[before.port, call.port] += 1
    found = (_line(mmsi, made, names, days) for mmsi, made in sorted(ways.items()))
    return tuple(line for line in found if line is not None)


def _line(
    mmsi: int, made: Counter[tuple[str, str]], names: dict[str, str], days: int
) -> Line | None:
    both: Counter[tuple[str, str]] = Counter()
    for (one, other), times in made.items():
        if made[other, one]:
            both[min(one, other), max(one, other)] += times
    if not both:
        return None
    (a, b), times = min(both.items(), key=lambda way: (-way[1], way[0]))
    if times < WAYS or times < SHARE * made.total():
        return None
    return Line(mmsi, names[a], names[b], times, days)
