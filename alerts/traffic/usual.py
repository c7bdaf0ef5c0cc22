"""What is rare where: the model as tables that a row loop can read.

For each cell the passages of the square of 7 cells (21 nm) round it are looked at. A way (a cell
and a course) is as usual as the passages in the 3 x 3 cells round it within 34° of its course are
many. p of a way is the share of the square's passages that went a way as rare or rarer: of ships
like those of the past one in 1/p is seen there. p of a speed is twice the share of the passages
that were as slow or slower (as fast or faster); who lay still within 7 nm was slower. Half a
passage stands for what was never seen, so 500 passages without any like it are just enough for
0.001 (1,000 for a speed: it has two sides). Nothing is known where these passages are those of too
few different ships, or where hearing ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ais.compiled import allocating, compiled
from alerts.traffic.grid import CELLS, CLASSES, COLUMNS, ROWS, SECTORS, SPEEDS, parts_of
from alerts.traffic.marks import ships_of
from alerts.traffic.model import GRAIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.traffic.model import TrafficModel

LEAST_PASSAGES = 500
"""Through a square of the sea, of a class or of all ships: with fewer nothing is known there."""
SHIPS_EACH = 10
"""Passages that one ship may stand for: 500 of fewer than 50 ships say what these do."""
ENDING_SHARE = 0.2
"""Of the ships, whose tracks began or ended there under way: who is seldom heard is not rare."""
REACH, NEAR, ROADS = 3, 1, 2
ACROSS = 2 * REACH + 1
"""A ship that crosses the square is counted in so many of its cells."""
ITSELF = 2 * NEAR + 1
"""And makes its own way by so much more usual."""
JUDGED = 5
"""All ships together, and the classes cargo, tanker, passenger and fast, each by itself."""
MOST = 250
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Usual:
    """Tables for the row loop; decibels are -10 log10 of p, 0 where nothing is known.

    where   (CELLS,) i4 row of a cell in the others, NOWHERE where too few ships pass
    way     (rows, JUDGED, SECTORS) u1 decibels · speed  (rows, JUDGED, SPEEDS) u1 likewise
    passed  (rows, JUDGED) f4 ships through the square · own  whether they are of the class itself
    """

    where: NDArray[np.int32]
    way: NDArray[np.uint8]
    speed: NDArray[np.uint8]
    passed: NDArray[np.float32]
    own: NDArray[np.bool_]

    @classmethod
    def nothing(cls) -> Self:
        """Return that nothing is known anywhere."""
        return cls.empty(np.zeros(0, np.int64))

    @classmethod
    def empty(cls, known: NDArray[np.int64]) -> Self:
        """Return tables for ``known`` cells in which nothing stands yet."""
        where = np.full(CELLS, NOWHERE, np.int32)
        where[known] = np.arange(len(known))
        shape = len(known), JUDGED
        return cls(
            where, np.zeros((*shape, SECTORS), np.uint8), np.zeros((*shape, SPEEDS), np.uint8),
            np.zeros(shape, np.float32), np.zeros(shape, np.bool_),
        )  # fmt: skip

    @classmethod
    def of(cls, model: TrafficModel, least: int = LEAST_PASSAGES) -> Self:
        """Return the tables of a model where ``least`` ships pass; a second for the whole sea."""
        parts = np.column_stack(parts_of(model.key))
        weight = model.weight / GRAIN
        every = _counted(parts, weight, SECTORS, 2)
        passed = _ships_around(every.sum(axis=2))
        known = np.flatnonzero((passed >= least) & _proved(model.marks, passed, least))
        rests = _laid_out(model.marks, "rests")
        out = cls.empty(known)
        for kind in range(JUDGED if len(known) else 0):
            mine = slice(None) if kind == 0 else parts[:, 1] == kind
            out.fill(kind, known, (parts[mine], weight[mine], rests), least)
        return out

    def fill(
        self,
        kind: int,
        known: NDArray[np.int64],
        said: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]],
        least: int,
    ) -> None:
        """Judge ``known`` cells for one class; where too few of it pass, as all ships are.

        ``said``: parts of the keys and passages of the class, rests of all (ROWS, COLUMNS).
        """
        parts, weight, rests = said
        counts = _counted(parts, weight, SECTORS, 2)
        ways = _ways(counts)
        _judge_ways(known, counts, ways, self.way[:, kind], self.passed[:, kind])
        speeds = _counted(parts, weight, SPEEDS, 3)
        _judge_speeds(known, speeds, rests, self.speed[:, kind])
        enough = self.passed[:, kind] >= least
        self.own[:, kind] = enough
        for table in (self.way, self.speed, self.passed):
            table[~enough, kind] = table[~enough, 0]

    def words(self, at: int, kind: int) -> str:
        """Return whose passages a judgement of row ``at`` rests on."""
        return CLASSES[kind] if kind and self.own[at, kind] else "all ships"


@compiled
def judged_as(kind: int) -> int:
    """Return in which column a class is judged: those that have none are held against all."""
    return kind if kind < JUDGED else 0


def one_in(decibels: float, passages: int) -> int:
    """Return of how many passages fewer than one is as rare: no more than there are known."""
    return min(int(float(f"{10 ** (decibels / 10):.2g}")), passages)


def _counted(
    parts: NDArray[np.int64], weight: NDArray[np.float64], bins: int, column: int
) -> NDArray[np.float32]:
    """Return passages (ROWS, COLUMNS, bins)."""
    out = np.zeros(CELLS * bins, np.float32)
    np.add.at(out, parts[:, 0] * bins + parts[:, column], weight.astype(np.float32))
    return out.reshape(ROWS, COLUMNS, bins)


def _laid_out(marks: NDArray[Any], name: str) -> NDArray[np.float32]:
    """Return a column of the marks, in passages, as (ROWS, COLUMNS)."""
    out = np.zeros(CELLS, np.float32)
    out[marks["cell"]] = marks[name] / GRAIN
    return out.reshape(ROWS, COLUMNS)


def _proved(
    marks: NDArray[Any], passed: NDArray[np.float64], least: int
) -> NDArray[np.bool_]:  # fmt: skip
    """Tell of each cell whether enough ships, and not the edge of hearing, made its passages."""
    if not len(marks):
        return np.ones(CELLS, np.bool_)
    bits = np.zeros(CELLS, np.uint64)
    bits[marks["cell"]] = marks["ships"]
    grid = np.pad(bits.reshape(ROWS, COLUMNS), REACH)
    for axis in (0, 1):
        windows = np.lib.stride_tricks.sliding_window_view(grid, ACROSS, axis)
        grid = np.bitwise_or.reduce(windows, axis=-1)
    # As in _ships_around, whose sum of ends is divided by the cells that a ship crosses.
    ends = _ships_around(_laid_out(marks, "ends")) * ACROSS
    different = ships_of(grid.ravel()) * SHIPS_EACH >= least
    return np.asarray(different & (ends <= ENDING_SHARE * passed), np.bool_)


def _ships_around(counts: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the ships (CELLS,) through the square round each cell."""
    total = np.pad(np.pad(counts.astype(np.float64), REACH), ((1, 0), (1, 0)))
    total = total.cumsum(axis=0).cumsum(axis=1)
    far = slice(ACROSS, None), slice(None, -ACROSS)
    square = total[far[0], far[0]] - total[far[1], far[0]] - total[far[0], far[1]]
    # Differences of large sums: rounded, so that what is nothing is nothing.
    out: NDArray[np.float64] = np.round(square + total[far[1], far[1]], 3).ravel() / ACROSS
    return out


@allocating
def _ways(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many passed near each cell on nearly the course of each sector."""
    out = np.zeros_like(counts)
    for row in range(ROWS):
        for column in range(COLUMNS):
            for s in range(SECTORS):
                if counts[row, column, s] > 0:
                    _add(out, row, column, s, counts[row, column, s])
    return out


@compiled
def _add(out: NDArray[np.float32], row: int, column: int, sector: int, passed: float) -> None:
    for r in range(max(row - NEAR, 0), min(row + NEAR + 1, ROWS)):
        for c in range(max(column - NEAR, 0), min(column + NEAR + 1, COLUMNS)):
            for turn in (-1, 0, 1):
                out[r, c, (sector + turn) % SECTORS] += passed


@compiled
def _decibels(p: float) -> int:
    return int(min(MOST, max(1, int(np.floor(round(-10.0 * np.log10(min(p, 1.0)), 6))))))


@allocating
def _judge_ways(
    known: NDArray[np.int64],
    counts: NDArray[np.float32],
    ways: NDArray[np.float32],
    out: NDArray[np.uint8],
    passed: NDArray[np.float32],
) -> None:
    """Write the decibels of each course in each known cell, and how many ships passed."""
    for k in range(len(known)):
        row, column = known[k] // COLUMNS, known[k] % COLUMNS
        rarer, total = np.zeros(SECTORS), 0.0
        for r in range(max(row - REACH, 0), min(row + REACH + 1, ROWS)):
            for c in range(max(column - REACH, 0), min(column + REACH + 1, COLUMNS)):
                for s in range(SECTORS):
                    if counts[r, c, s] <= 0:
                        continue
                    total += counts[r, c, s]
                    for own in range(SECTORS):
                        if ways[r, c, s] <= ways[row, column, own] + ITSELF:
                            rarer[own] += counts[r, c, s]
        ships = total / ACROSS
        passed[k] = ships
        for own in range(SECTORS):
            out[k, own] = _decibels((rarer[own] / ACROSS + 0.5) / (ships + 1.0))


@allocating
def _judge_speeds(
    known: NDArray[np.int64],
    counts: NDArray[np.float32],
    rests: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> None:
    """Write the decibels of each speed from the ships that passed at each, or came to rest."""
    for k in range(len(known)):
        row, column = known[k] // COLUMNS, known[k] % COLUMNS
        around = np.zeros(SPEEDS)
        for r in range(max(row - REACH, 0), min(row + REACH + 1, ROWS)):
            for c in range(max(column - REACH, 0), min(column + REACH + 1, COLUMNS)):
                around += counts[r, c]
        around /= ACROSS
        for r in range(max(row - ROADS, 0), min(row + ROADS + 1, ROWS)):
            for c in range(max(column - ROADS, 0), min(column + ROADS + 1, COLUMNS)):
                around[0] += rests[r, c]
        ships, slower = around.sum(), 0.0
        for s in range(SPEEDS):
            faster = ships - slower
            slower += around[s]
            out[k, s] = _decibels(2.0 * (min(slower, faster) + 0.5) / (ships + 1.0))
