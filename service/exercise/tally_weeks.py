"""Counts the weeks of an invented sea as the database would, without one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

from alerts.trends.series import Series
from alerts.trends.together import Meeting
from geofence.builtin import builtin_zones
from service.exercise.weeks import WEEK
from watchlist.flags import flag

if TYPE_CHECKING:
    import datetime as dt

    from service.exercise.weeks import Seen, Weeks


def tallied(sea: Weeks, last: int, cell_deg: float) -> list[Series]:
    """Return what was counted of ``sea``; ``last`` weeks are the last ones."""
    kinds = {zone.id: zone.kind for zone in builtin_zones().zones}
    rows = _Rows(sea, last)
    for one in sea.passages:
        rows.add("route", (one.origin, one.zone), one.came, (one.mmsi, one.came), one.mmsi)
        if kinds[one.origin] == "departure_coast":
            rows.add("departure", (one.origin,), one.left, one.mmsi, one.mmsi)
        if kinds[one.zone] == "arrival_coast":
            rows.add("arrival", (one.zone,), one.came, one.mmsi, one.mmsi)
    for seen in sea.seen:
        family, key = _KEYS[seen.kind](seen, cell_deg)
        rows.add(family, key, seen.at, seen.mmsis, *seen.mmsis)
    return rows.series()


def meetings_of(sea: Weeks) -> list[Meeting]:
    """Return who met whom, when and where."""
    return [
        Meeting(one.mmsis[0], one.mmsis[1], (one.at - sea.start) // WEEK,
                (one.at - sea.start).days, one.lon, one.lat)
        for one in sea.seen if one.kind == "encounter"
    ]  # fmt: skip


def _cell(family: str) -> Callable[[Seen, float], tuple[str, tuple[str, ...]]]:
    def key(seen: Seen, cell_deg: float) -> tuple[str, tuple[str, ...]]:
        x, y = (math.floor(one / cell_deg) for one in (seen.lon, seen.lat))
        return family, (str(x), str(y))

    return key


_KEYS: dict[str, Callable[[Seen, float], tuple[str, tuple[str, ...]]]] = {
    "gap": _cell("dark"),
    "encounter": _cell("encounter"),
    "identity_change": lambda seen, _cell_deg: ("identity", (flag(seen.mmsis[0]) or "",)),
    "first_heard": lambda seen, _cell_deg: ("first_heard", (flag(seen.mmsis[0]) or "",)),
}


class _Rows:
    """Different things by family, key and week."""

    def __init__(self, sea: Weeks, last: int) -> None:
        self.start, self.weeks, self.late = sea.start, sea.weeks, sea.weeks - last
        self._things: dict[tuple[str, tuple[str, ...]], set[tuple[int, Hashable]]] = defaultdict(
            set
        )
        self._ships: dict[tuple[str, tuple[str, ...]], set[int]] = defaultdict(set)

    def add(
        self, family: str, key: tuple[str, ...], at: dt.datetime, thing: Hashable, *ships: int
    ) -> None:
        """Count ``thing`` once in the week of ``at``."""
        week = (at - self.start) // WEEK
        if not 0 <= week < self.weeks:
            return
        self._things[family, key].add((week, thing))
        if week >= self.late:
            self._ships[family, key].update(ships)

    def series(self) -> list[Series]:
        """Return what was counted."""
        return [
            Series(family, key, _weekly((week for week, _ in things), self.weeks),
                   len(self._ships[family, key]))
            for (family, key), things in sorted(self._things.items())
        ]  # fmt: skip


def _weekly(weeks: Iterable[int], number: int) -> tuple[int, ...]:
    counts = Counter(weeks)
    return tuple(counts[week] for week in range(number))
