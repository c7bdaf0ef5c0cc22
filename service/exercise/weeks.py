"""Weeks of an invented sea as visits and events, without the sailing between: for trends.

Routes between real zones, silences, meetings, changed identities and new numbers, each with a rate
of its own that swings from week to week by itself and with the weather of the whole sea. Changes
can be planted (``plants``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geofence.builtin import builtin_zones
from service.exercise.plants import Key, Plant, Subjects
from service.exercise.swell import SEAS, Swell
from watchlist.flags import flag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

WEEK = dt.timedelta(days=7)
STAY = dt.timedelta(hours=6)
_WEEK_S = 7 * 86_400
_ROUTES, _PORTS, _AREAS, _WATERS, _POOL, _FLAGS = 240, 40, 60, 25, 240, 30
_FIRST_MMSI = 247_000_000
CELL_DEG = 0.5
_COLUMNS, _ROWS, _WEST, _SOUTH = 32, 8, 28, 64
"""Cells of silences and meetings: how many, and the first one, in steps of CELL_DEG."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A ship left ``origin`` and came to ``zone``; times aware, UTC."""

    mmsi: int
    origin: str
    zone: str
    left: dt.datetime
    came: dt.datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that happened to vessels at a place: kind of event, numbers, time.

    Of kind first_heard: a number that says who it is for the first time.
    """

    kind: str
    mmsis: tuple[int, ...]
    at: dt.datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks from ``start``: what happened; ``planted``: family and key by what was planted."""

    start: dt.datetime
    weeks: int
    passages: tuple[Passage, ...]
    seen: tuple[Seen, ...]
    planted: dict[str, tuple[str, Key]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sea:
    """What all families of an invented sea share."""

    rng: np.random.Generator
    start: dt.datetime
    before: int
    swell: Swell
    weather: NDArray[np.float64]
    plants: tuple[Plant, ...]
    planted: dict[str, tuple[str, Key]]

    def counts(
        self, family: str, those: Subjects, free: Sequence[Key],
        grown: Sequence[tuple[NDArray[np.bool_], float]] = (),
    ) -> NDArray[np.int64]:  # fmt: skip
        """Return how many of each in each week, (subjects, weeks), with what is planted.

        ``grown``: those subjects become so many times as many in the last weeks.
        """
        mine = [one for one in self.plants if one.kind.family == family]
        for one in mine:
            self.planted[one.what] = family, those.plant(one, free)
        mean = self.swell.means(self.rng, those.rates, self.weather)
        for one in mine:
            those.changed(mean, one, self.planted[one.what][1], self.before)
        for which, factor in grown:
            mean[np.flatnonzero(which), self.before :] *= factor
        return self.rng.poisson(mean)


def weeks_of(
    seed: int, start: dt.datetime, before: int, weeks: int, plants: Sequence[Plant] = (),
    swell: Swell = SEAS["wild"],
) -> Weeks:  # fmt: skip
    """Return ``before`` + ``weeks`` weeks; ``plants`` begin with the last ones."""
    rng = np.random.default_rng(seed)
    weather = swell.weeks(rng, before + weeks)
    sea = _Sea(rng, start, before, swell, weather, tuple(plants), {})
    passages = tuple(_passages(sea))
    seen = tuple(one for part in (_silences, _meetings, _changes, _newcomers)
                 for one in part(sea))  # fmt: skip
    return Weeks(start, before + weeks, passages, seen, sea.planted)


def _passages(sea: _Sea) -> Iterator[Passage]:
    """Yield passages; the ships of a route take turns, so that none sails two at a time."""
    rng, first = sea.rng, _FIRST_MMSI
    routes, free = _routes(rng)
    coasts = [one for one in sea.plants if one.kind.family in _SIDES]
    grown = [(_coast(sea, routes, one), one.times) for one in coasts]
    for (origin, zone), row in zip(routes.keys, sea.counts("route", routes, free, grown),
                                   strict=True):  # fmt: skip
        fleet = int(3 * row.max()) + 2
        times = _times(sea, row)
        under_way = rng.integers(20 * 3600, 70 * 3600, len(times)).tolist()
        for turn, (came, seconds) in enumerate(zip(times, under_way, strict=True)):
            left = came - dt.timedelta(seconds=seconds)
            yield Passage(first + turn % fleet, origin, zone, left, came)
        first += fleet


_SIDES = {"departure": 0, "arrival": 1}
"""Which end of a route a coast is."""


def _coast(sea: _Sea, routes: Subjects, plant: Plant) -> NDArray[np.bool_]:
    """Return the routes of the coast that is nearest in size, now of that size (routes,)."""
    side, kind = _SIDES[plant.kind.family], f"{plant.kind.family}_coast"
    of_all = np.array([key[side] for key in routes.keys])
    coasts = [one.id for one in builtin_zones().of_kind(kind).zones if (of_all == one.id).any()]
    sums = np.array([routes.rates[of_all == one].sum() for one in coasts])
    chosen = coasts[int(np.abs(np.log(sums / plant.number)).argmin())]
    mine: NDArray[np.bool_] = of_all == chosen
    routes.rates[mine] *= plant.number / routes.rates[mine].sum()
    sea.planted[plant.what] = plant.kind.family, (chosen,)
    return mine


def _routes(rng: np.random.Generator) -> tuple[Subjects, list[Key]]:
    """Return routes and how often each is sailed a week: a few often, most seldom; and others."""
    zones = builtin_zones()
    ports = [zone.id for zone in zones.of_kind("port").zones[:_PORTS]]
    origins = [zone.id for zone in zones.of_kind("departure_coast").zones] + ports
    ends = [zone.id for zone in zones.of_kind("arrival_coast").zones] + ports
    pairs: list[Key] = [(a, b) for a in origins for b in ends if a != b]
    chosen = rng.choice(len(pairs), _ROUTES + 1, replace=False)
    keys = [pairs[one] for one in chosen]
    rates = rng.lognormal(0.7, 1.3, _ROUTES).clip(0.05, 60)
    return Subjects(keys[:_ROUTES], rates), keys[_ROUTES:]


def _times(sea: _Sea, counts: NDArray[np.int64]) -> list[dt.datetime]:
    """Return times of ``counts`` things a week, in order; whole seconds."""
    weeks = np.repeat(np.arange(len(counts)), counts) * _WEEK_S
    seconds = np.sort(weeks + sea.rng.integers(0, _WEEK_S, len(weeks)))
    return [sea.start + dt.timedelta(seconds=second) for second in seconds.tolist()]


def _silences(sea: _Sea) -> Iterator[Seen]:
    keys = _cells(sea.rng, _AREAS + 1)
    areas = Subjects(keys[:_AREAS], sea.rng.lognormal(0, 1, _AREAS))
    counts = sea.counts("dark", areas, keys[_AREAS:])
    for key, row in zip(areas.keys, counts, strict=True):
        for at in _times(sea, row):
            yield Seen("gap", (_anybody(sea.rng),), at, *_middle(key))


def _meetings(sea: _Sea) -> Iterator[Seen]:
    """Yield meetings of anybody with anybody of the same waters, and of some that always meet."""
    rng, keys = sea.rng, _cells(sea.rng, _WATERS + 1)
    waters = Subjects(keys[:_WATERS], rng.lognormal(0.5, 0.8, _WATERS))
    counts = sea.counts("encounter", waters, keys[_WATERS:])
    for key, row in zip(waters.keys, counts, strict=True):
        size = min(_POOL, 24 + 2 * int(row.max()))
        pool = rng.choice(_POOL, size, replace=False) + _FIRST_MMSI
        for at in _times(sea, row):
            used = pool[:2] if rng.random() < _HABIT else rng.choice(pool, 2, replace=False)
            yield Seen("encounter", tuple(sorted(map(int, used))), at, *_middle(key))
    for plant in (one for one in sea.plants if one.kind.family == "pair"):
        yield from _together(sea, plant, waters.keys[0])


def _together(sea: _Sea, plant: Plant, where: Key) -> Iterator[Seen]:
    """Yield meetings of two on so many days of the last weeks: two that meet others too."""
    first, second = sorted(map(int, sea.rng.choice(_POOL, 2, replace=False) + _FIRST_MMSI))
    last = 7 * (len(sea.weather) - sea.before)
    for day in sea.rng.choice(last, int(plant.number), replace=False):
        at = sea.start + sea.before * WEEK + dt.timedelta(days=int(day), hours=12)
        yield Seen("encounter", (first, second), at, *_middle(where))
    sea.planted[plant.what] = "pair", (str(first), str(second))


_HABIT = 0.2
"""Share of the meetings of some waters that are of the same two: a tanker and her customer."""


def _changes(sea: _Sea) -> Iterator[Seen]:
    return _by_flag(sea, "identity", "identity_change",
                    lambda mid: mid * 1_000_000 + int(sea.rng.integers(0, 1_000_000)))  # fmt: skip


def _newcomers(sea: _Sea) -> Iterator[Seen]:
    """Yield numbers that were never heard before: each but once."""
    fresh = iter(range(1_000_000))
    return _by_flag(sea, "first_heard", "first_heard", lambda mid: mid * 1_000_000 + next(fresh))


def _by_flag(sea: _Sea, family: str, kind: str, number: Callable[[int], int]) -> Iterator[Seen]:
    keys: list[Key] = [(flag(mid * 1_000_000) or "",) for mid in _FLAG_MIDS]
    mids = dict(zip(keys, _FLAG_MIDS, strict=True))
    those = Subjects(keys[:_FLAGS], sea.rng.lognormal(0, 1, _FLAGS))
    for key, row in zip(those.keys, sea.counts(family, those, keys[_FLAGS:]), strict=True):
        for at in _times(sea, row):
            yield Seen(kind, (number(mids[key]),), at, 18.0, 36.0)


_FLAG_MIDS = (
    201, 205, 209, 211, 215, 219, 224, 226, 230, 232, 237, 242, 244, 247, 250, 257, 261, 263,
    271, 273, 304, 308, 314, 338, 351, 375, 445, 620, 636, 538, 671,
)  # fmt: skip
"""One more than there are flags: the one that is new."""


def _cells(rng: np.random.Generator, number: int) -> list[Key]:
    """Return different cells between Malta and Crete, as column and row."""
    found = rng.choice(_COLUMNS * _ROWS, number, replace=False)
    return [(str(_WEST + one % _COLUMNS), str(_SOUTH + one // _COLUMNS)) for one in found]


def _middle(key: Key) -> tuple[float, float]:
    return (int(key[0]) + 0.5) * CELL_DEG, (int(key[1]) + 0.5) * CELL_DEG


def _anybody(rng: np.random.Generator) -> int:
    return _FIRST_MMSI + int(rng.integers(0, 1_000_000))
