"""Looks at everything that was counted at once, and returns what changed.

::

    series ──level, swing──▶ share, variance ──exact──▶ p of a change that is enough ┐
    meetings ──together───────────────────────────────────────────────▶ p ┴─Tarone─▶ BH ─▶
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from alerts.trends import exact
from alerts.trends.discovery import Levels, by_chance, findings, telling
from alerts.trends.series import PAIR, TWO_SIDED, Series, Window, table
from alerts.trends.swing import Swing, swings
from alerts.trends.together import LEAST, Meeting, Together, together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.trends.settings import TrendSettings


@dataclass(frozen=True, slots=True)
class Finding:
    """One change: ``now`` in the last weeks, ``before`` in those before them.

    family, key  as Series has them; of a pair the two numbers
    expected     in the last weeks, had nothing changed · ships  different ones in the last weeks
    ratio        now / expected, with its 95 % interval low to high; None = infinite, or a pair
    p            of the exact test · chance  so many as clear would come of chance among all
    weekly       counts, oldest first · lon, lat  of a pair's newest meeting
    told         day of the first report that had it, as 2026-11-23; "" = this is the first
    listed       vessels among those counted that ever answered to an entry of the list: whom it
                 is closed to may not have the count
    """

    family: str
    key: tuple[str, ...]
    now: int
    before: int
    expected: float
    ships: int
    ratio: float | None
    low: float | None
    high: float | None
    p: float
    chance: float
    weekly: tuple[int, ...] = ()
    lon: float | None = None
    lat: float | None = None
    told: str = ""
    listed: tuple[int, ...] = ()

    @property
    def vessels(self) -> frozenset[int]:
        """Return the MMSIs that decide who may know of it: those listed, and the two of a pair."""
        return frozenset((*self.listed, *(map(int, self.key) if self.family == PAIR else ())))

    @property
    def way(self) -> str:
        """Return new, more or less."""
        if self.now < self.expected:
            return "less"
        return "more" if self.before else "new"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: findings, the clearest first; by family how many were seen and looked at.

    Who is seen and not looked at has too few to be a finding among so many.
    """

    findings: tuple[Finding, ...] = ()
    seen: dict[str, int] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Test:
    """A comparison: its p-value, 1 where the change is too small to be told, and all it can have.

    made  makes its finding, given how many as clear would come of chance
    """

    family: str
    p: float
    levels: Levels
    made: Callable[[float], Finding]

    @property
    def smallest(self) -> float:
        """Return the smallest p-value that it can have."""
        return min((float(one[0]) for one in self.levels if len(one)), default=1.0)


def look(
    series: Iterable[Series], meetings: Iterable[Meeting], window: Window, settings: TrendSettings
) -> Outcome:
    """Return what changed; the order in which things are given does not matter."""
    families: dict[str, list[Series]] = {name: [] for name in TWO_SIDED}
    for one in sorted(series, key=lambda one: one.key):
        families[one.family].append(one)
    if not window.comparable:
        return Outcome(seen={name: len(those) for name, those in families.items()})
    counts = {name: table(those) for name, those in families.items()}
    swing = swings(counts, window, settings.slow_swing)
    tests = [test for name, one in swing.items()
             for test in _tests(families[name], one, window, settings)]  # fmt: skip
    pairs = together(meetings, window)
    tests += [_pair_test(one) for one in pairs]
    kept = telling([one.smallest for one in tests], settings.false_share)
    looked = [one for one, can in zip(tests, kept, strict=True) if can]
    return Outcome(
        tuple(sorted(_found(looked, settings), key=lambda one: (one.p, one.family, one.key))),
        {name: len(those) for name, those in families.items()} | {PAIR: len(pairs)},
        dict(Counter(one.family for one in looked)),
    )


def _found(looked: Sequence[_Test], settings: TrendSettings) -> list[Finding]:
    levels = [one.levels for one in looked]
    found = findings([one.p for one in looked], levels, settings.false_share)
    told = [one for one, is_one in zip(looked, found, strict=True) if is_one]
    chances = by_chance(levels, np.array([one.p for one in told]))
    return [one.made(chance) for one, chance in zip(told, chances.tolist(), strict=True)]


def _tests(
    those: Sequence[Series], swing: Swing, window: Window, settings: TrendSettings
) -> list[_Test]:
    found = []
    for one, share, variance in zip(those, swing.share.tolist(), swing.variance.tolist(),
                                    strict=True):  # fmt: skip
        now, total = sum(one.counts[window.before :]), sum(one.counts)
        if total and 0 < share < 1:
            found.append(_test(one, now, exact.Null(total, share, variance), settings))
    return found


def _test(one: Series, now: int, null: exact.Null, settings: TrendSettings) -> _Test:
    two_sided = TWO_SIDED[one.family]
    p = null.of_each(two_sided=two_sided)
    told, upper = _told(null, settings), np.arange(null.total + 1) > null.total * null.share
    sides = (told & upper, told & ~upper) if two_sided else (told & upper,)

    def made(chance: float) -> Finding:
        """Make the finding."""
        middle, low, high = exact.ratio(now, null.total, null.share, null.swing)
        before = null.total - now
        expected = before * null.share / (1 - null.share)
        return Finding(
            one.family, one.key, now, before, round(expected, 1), one.ships, _finite(middle),
            _finite(low), _finite(high), float(p[now]), _rounded(chance), one.counts,
        )  # fmt: skip

    can = any(bool(side[now]) for side in sides)
    levels = tuple(np.sort(p[side]) for side in sides)
    return _Test(one.family, float(p[now]) if can else 1.0, levels, made)


def _told(null: exact.Null, settings: TrendSettings) -> NDArray[np.bool_]:
    """Return which counts in the last weeks would be enough of a change, (total + 1,)."""
    now = np.arange(null.total + 1)
    expected = (null.total - now) * null.share / (1 - null.share)
    much = (now >= settings.least_ratio * expected) | (now <= expected / settings.least_ratio)
    found: NDArray[np.bool_] = much & (np.maximum(now, expected) >= settings.least)
    return found


def _pair_test(one: Together) -> _Test:
    def made(chance: float) -> Finding:
        """Make the finding."""
        return Finding(
            PAIR, tuple(map(str, one.mmsis)), one.now, one.before, round(one.expected, 1), 2,
            None, None, None, one.p, _rounded(chance), (), one.lon, one.lat,
        )  # fmt: skip

    return _Test(PAIR, one.p if one.now >= LEAST else 1.0, (one.levels,), made)


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None


def _rounded(value: float) -> float:
    """Return two figures that count."""
    return float(f"{value:.2g}")
