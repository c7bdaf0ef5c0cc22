"""Two vessels that meet again and again, more than two that meet anybody would.

Each meeting of a vessel has some partner: were partners a matter of chance, another vessel would
be it as often as that one has meetings. Vessels of the same waters meet more easily, so that
share is taken ``NEAR`` fold, and two that always met (a tanker and her customers) are held
against their own habit. The test is exact: binomial, given that they met at least once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtrc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.trends.series import Window

NEAR = 5.0
LEAST = 3
"""Fewer meetings in the last weeks are never told."""
_MOST_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two vessels met on a day of week ``week`` (from 0, oldest first) at a place."""

    first: int
    second: int
    week: int
    day: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Together:
    """Two vessels that met ``now`` times in the last weeks, and ``before``.

    expected  meetings by chance and habit · p  of the test · levels  all that it can be and be
    told, ascending · lon, lat  of the newest
    """

    mmsis: tuple[int, int]
    now: int
    before: int
    expected: float
    p: float
    levels: NDArray[np.float64]
    lon: float
    lat: float


def together(meetings: Iterable[Meeting], window: Window) -> list[Together]:
    """Return every two vessels that met in the last weeks, in the order of their numbers.

    Several meetings of the same two on one day count once. Their habit is held against the days on
    which anything was heard, as everywhere.
    """
    before_weeks = window.before
    days: dict[tuple[int, int], dict[int, Meeting]] = defaultdict(dict)
    for one in meetings:
        first, second = sorted((one.first, one.second))
        days[first, second][one.day] = one
    now, before, degree = Counter[tuple[int, int]](), Counter[tuple[int, int]](), Counter[int]()
    for pair, met in days.items():
        late = sum(one.week >= before_weeks for one in met.values())
        now[pair], before[pair] = late, len(met) - late
        for ship in pair:
            degree[ship] += late
    ends, heard = sum(degree.values()), sum(window.days[:before_weeks])
    scale = sum(window.days[before_weeks:]) / max(heard, 1.0)
    return [
        _judged(pair, number, before[pair], degree, ends, scale, days[pair])
        for pair, number in sorted(now.items())
        if number
    ]


def _judged(
    pair: tuple[int, int], now: int, before: int, degree: Counter[int], ends: int, scale: float,
    met: dict[int, Meeting],
) -> Together:  # fmt: skip
    fewer, others = sorted(degree[ship] for ship in pair)
    chance = NEAR * others / max(ends - fewer, 1)
    share = min(chance + before * scale / fewer, _MOST_SHARE)
    # So many and more, of as many meetings as the one that met fewer had.
    chances = bdtrc(np.arange(fewer), fewer, share)
    p = chances / chances[0]
    newest = met[max(met)]
    return Together(
        pair, now, before, fewer * share, float(p[now - 1]), p[LEAST - 1 :][::-1],
        newest.lon, newest.lat,
    )  # fmt: skip
