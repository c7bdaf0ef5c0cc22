"""Looks at everything that was counted at once, and returns what changed.

::

    series ──swing──▶ share, variance ──exact──▶ p ┐
    meetings ──together──────────────────────────▶ p ┴─Tarone─▶ told at all ─BH─▶ least effect ─▶
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alerts.trends import exact
from alerts.trends.discovery import findings, telling
from alerts.trends.series import PAIR, TWO_SIDED, Series, Window, table
from alerts.trends.swing import swing
from alerts.trends.together import LEAST, Meeting, Together, together

if TYPE_CHECKING:
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
    """A comparison: ``made`` makes its finding, given how many were looked at."""

    family: str
    p: float
    smallest: float
    made: Callable[[int], Finding]
    told: bool


def look(
    series: Iterable[Series], meetings: Iterable[Meeting], window: Window, settings: TrendSettings
) -> Outcome:
    """Return what changed; the order in which things are given does not matter."""
    families: dict[str, list[Series]] = {name: [] for name in TWO_SIDED}
    for one in sorted(series, key=lambda one: one.key):
        families[one.family].append(one)
    if not window.comparable:
        return Outcome(seen={name: len(those) for name, those in families.items()})
    tests = [test for those in families.values() for test in _tests(those, window, settings)]
    pairs = together(meetings, window.before, window.weeks)
    tests += [_pair_test(one) for one in pairs]
    kept = telling([one.smallest for one in tests], settings.false_share)
    looked = [one for one, can in zip(tests, kept, strict=True) if can]
    found = findings([one.p for one in looked], settings.false_share)
    told = [one.made(len(looked)) for one, is_one in zip(looked, found, strict=True)
            if is_one and one.told]  # fmt: skip
    return Outcome(
        tuple(sorted(told, key=lambda one: (one.p, one.family, one.key))),
        {name: len(those) for name, those in families.items()} | {PAIR: len(pairs)},
        dict(Counter(one.family for one in looked)),
    )


def _tests(those: Sequence[Series], window: Window, settings: TrendSettings) -> list[_Test]:
    if not those:
        return []
    counts = table(those)
    swings = swing(counts, window, settings.slow_swing)
    found = []
    for one, share, variance in zip(those, swings.share.tolist(), swings.variance.tolist(),
                                    strict=True):  # fmt: skip
        now, total = sum(one.counts[window.before :]), sum(one.counts)
        if total and 0 < share < 1:
            found.append(_test(one, now, total, share, variance, settings))
    return found


def _test(
    one: Series, now: int, total: int, share: float, variance: float, settings: TrendSettings
) -> _Test:
    two_sided = TWO_SIDED[one.family]
    p = (exact.either if two_sided else exact.more)(now, total, share, variance)
    middle, low, high = exact.ratio(now, total, share, variance)
    expected = (total - now) * share / (1 - share)
    much = middle >= settings.least_ratio or middle <= 1 / settings.least_ratio
    told = much and max(now, expected) >= settings.least

    def made(looked: int) -> Finding:
        """Make the finding."""
        return Finding(
            one.family, one.key, now, total - now, round(expected, 1), one.ships,
            _finite(middle), _finite(low), _finite(high), p, _rounded(p * looked), one.counts,
        )  # fmt: skip

    return _Test(one.family, p, exact.smallest(total, share, variance, two_sided=two_sided), made,
                 told)  # fmt: skip


def _pair_test(one: Together) -> _Test:
    def made(looked: int) -> Finding:
        """Make the finding."""
        return Finding(
            PAIR, tuple(map(str, one.mmsis)), one.now, one.before, round(one.expected, 1), 2,
            None, None, None, one.p, _rounded(one.p * looked), (), one.lon, one.lat,
        )  # fmt: skip

    return _Test(PAIR, one.p, one.smallest, made, one.now >= LEAST)


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None


def _rounded(value: float) -> float:
    """Return two figures that count."""
    return float(f"{value:.2g}")
