"""Weeks of an invented sea as visits and events, without the sailing between: for trends.

Routes between real zones, silences, meetings and changed identities, each with a rate of its own
that swings from week to week by itself and with the weather of the whole sea. A change can be
planted: a route that was not there, or one that doubles.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from geofence.builtin import builtin_zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WEEK = dt.timedelta(days=7)
STAY = dt.timedelta(hours=6)
NEW_A_WEEK, DOUBLED_FROM = 4.0, 50.0
"""Passages a week of the planted new route; the one that doubles has so many before."""
_ROUTES, _PORTS, _AREAS, _WATERS, _POOL, _FLAGS = 240, 40, 60, 25, 240, 30
_WEATHER, _OWN, _SEASON, _SEASON_WEEKS = 0.15, 0.12, 0.05, 26
_FIRST_MMSI = 247_000_000


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
    """Something that happened to vessels at a place: kind of event, numbers, time."""

    kind: str
    mmsis: tuple[int, ...]
    at: dt.datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks from ``start``: what happened in them; ``planted`` by its name, as a route."""

    start: dt.datetime
    weeks: int
    passages: tuple[Passage, ...]
    seen: tuple[Seen, ...]
    planted: dict[str, tuple[str, str]] = field(default_factory=dict)


def weeks_of(
    seed: int, start: dt.datetime, before: int, weeks: int, planted: tuple[str, ...] = (),
    *, new_a_week: float = NEW_A_WEEK, doubled_from: float = DOUBLED_FROM,
) -> Weeks:  # fmt: skip
    """Return ``before`` + ``weeks`` weeks; ``planted`` in the last ones: "new", "doubled"."""
    rng = np.random.default_rng(seed)
    number = before + weeks
    weather = _swing(rng, _WEATHER, (number,))
    routes, rates = _routes(rng)
    # The route that is nearest to it anyway becomes the one that doubles.
    row = int(np.abs(np.log(rates / doubled_from)).argmin())
    if "doubled" in planted:
        rates[row] = doubled_from
    mean = rates[:, None] * weather * _swing(rng, _OWN, (len(routes), number))
    mean *= _seasons(rng, len(routes), number)
    names: dict[str, tuple[str, str]] = {}
    if "new" in planted:
        routes, mean = [*routes, _other(rng, routes)], np.vstack([mean, np.zeros(number)])
        mean[-1, before:] = new_a_week * weather[before:]
        names["new"] = routes[-1]
    if "doubled" in planted:
        mean[row, before:] *= 2
        names["doubled"] = routes[row]
    passages = tuple(_passages(rng, routes, rng.poisson(mean), start))
    seen = tuple(one for part in (_silences, _meetings, _changes)
                 for one in part(rng, start, weather))  # fmt: skip
    return Weeks(start, number, passages, seen, names)


def _swing(rng: np.random.Generator, by: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return factors about 1 whose standard deviation is ``by``."""
    return rng.gamma(1 / by**2, by**2, shape)


def _seasons(rng: np.random.Generator, routes: int, weeks: int) -> NDArray[np.float64]:
    """Return how each route rises and falls slowly, each with a season of its own."""
    phase = rng.uniform(0, 2 * np.pi, (routes, 1))
    waves: NDArray[np.float64] = np.sin(phase + 2 * np.pi * np.arange(weeks) / _SEASON_WEEKS)
    return 1 + _SEASON * waves


def _routes(rng: np.random.Generator) -> tuple[list[tuple[str, str]], NDArray[np.float64]]:
    """Return routes and how often each is sailed a week: a few often, most seldom."""
    origins, ends = _ends()
    pairs = [(a, b) for a in origins for b in ends if a != b]
    chosen = rng.choice(len(pairs), _ROUTES, replace=False)
    return [pairs[one] for one in chosen], rng.lognormal(0.7, 1.3, _ROUTES).clip(0.05, 60)


def _other(rng: np.random.Generator, routes: list[tuple[str, str]]) -> tuple[str, str]:
    origins, ends = _ends()
    while True:
        one = str(rng.choice(origins)), str(rng.choice(ends))
        if one not in routes and one[0] != one[1]:
            return one


def _ends() -> tuple[list[str], list[str]]:
    zones = builtin_zones()
    ports = [zone.id for zone in zones.of_kind("port").zones[:_PORTS]]
    origins = [zone.id for zone in zones.of_kind("departure_coast").zones]
    return origins + ports, [zone.id for zone in zones.of_kind("arrival_coast").zones] + ports


def _passages(
    rng: np.random.Generator, routes: list[tuple[str, str]], counts: NDArray[np.int64],
    start: dt.datetime,
) -> Iterator[Passage]:  # fmt: skip
    """Yield passages; the ships of a route take turns, so that none sails two at a time."""
    first = _FIRST_MMSI
    for (origin, zone), row in zip(routes, counts, strict=True):
        fleet = int(3 * row.max()) + 2
        for turn, came in enumerate(_times(rng, row, start)):
            left = came - dt.timedelta(hours=float(rng.uniform(20, 70)))
            yield Passage(first + turn % fleet, origin, zone, left, came)
        first += fleet


def _times(
    rng: np.random.Generator, counts: NDArray[np.int64], start: dt.datetime
) -> list[dt.datetime]:
    """Return times of ``counts`` things a week, in order; whole seconds."""
    return sorted(
        start + week * WEEK + dt.timedelta(seconds=int(second))
        for week, number in enumerate(counts.tolist())
        for second in rng.integers(0, 7 * 86_400, number)
    )


def _silences(
    rng: np.random.Generator, start: dt.datetime, weather: NDArray[np.float64]
) -> Iterator[Seen]:
    for lon, lat, rate in zip(*_places(rng, _AREAS), rng.lognormal(0, 1, _AREAS), strict=True):
        for at in _times(rng, rng.poisson(rate * weather), start):
            yield Seen("gap", (_anybody(rng),), at, lon, lat)


def _meetings(
    rng: np.random.Generator, start: dt.datetime, weather: NDArray[np.float64]
) -> Iterator[Seen]:
    """Yield meetings of anybody with anybody of the same waters, and of some that always meet."""
    for lon, lat, rate in zip(*_places(rng, _WATERS), rng.lognormal(0.5, 0.8, _WATERS),
                              strict=True):  # fmt: skip
        pool = rng.choice(_POOL, 24, replace=False) + _FIRST_MMSI
        for at in _times(rng, rng.poisson(rate * weather), start):
            used = pool[:2] if rng.random() < _HABIT else rng.choice(pool, 2, replace=False)
            yield Seen("encounter", tuple(sorted(map(int, used))), at, lon, lat)


_HABIT = 0.2
"""Share of the meetings of some waters that are of the same two: a tanker and her customer."""


def _changes(
    rng: np.random.Generator, start: dt.datetime, weather: NDArray[np.float64]
) -> Iterator[Seen]:
    for flag, rate in enumerate(rng.lognormal(0, 1, _FLAGS)):
        for at in _times(rng, rng.poisson(rate * weather), start):
            mmsi = (_FLAG_MIDS[flag] * 1_000_000) + int(rng.integers(0, 1_000_000))
            yield Seen("identity_change", (mmsi,), at, 18.0, 36.0)


_FLAG_MIDS = (
    201, 205, 209, 211, 215, 219, 224, 226, 230, 232, 237, 238, 242, 244, 247, 250, 257, 261, 263,
    264, 271, 272, 273, 304, 308, 314, 338, 351, 375, 445,
)  # fmt: skip


def _places(rng: np.random.Generator, number: int) -> tuple[list[float], list[float]]:
    """Return middles of different cells of half a degree, between Malta and Crete."""
    cells = rng.choice(32 * 8, number, replace=False)
    return (14.25 + (cells % 32) * 0.5).tolist(), (32.25 + (cells // 32) * 0.5).tolist()


def _anybody(rng: np.random.Generator) -> int:
    return _FIRST_MMSI + int(rng.integers(0, 1_000_000))
