"""Where in its track a ship may have met somebody: stops, silences, and turns back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from alerts.distances import NM_M, bearing, metres, turned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PauseKind: TypeAlias = Literal["stop", "silence", "turn"]
TRACK = np.dtype(
    [("mmsi", "u4"), ("time", "i8"), ("lon", "f8"), ("lat", "f8"), ("sog", "f4"), ("cog", "f4")]
)
"""Positions of vessels, sorted by mmsi and time (µs since 1970); NaN is not available."""
SLOW_KN, UNDER_WAY_KN = 2.5, 4.0
STOP_MIN, SILENCE_MIN, TURN_DEG = 10.0, 30.0, 100.0
"""What is shorter, or turns less, is no pause."""
_JOIN_MIN = 8.0
"""Two slow spells with so little between them are one."""
_AROUND_MIN = 45.0
"""So long before and after a pause says where a ship came from and went."""
_LEAST_NM = 1.0
_FLAT_DEG = 5.0
"""So much an angle on the flat may be off."""
_MIN_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Way:
    """How a ship sailed before or after a pause: knots made good and course, degrees."""

    kn: float
    course: float


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause of one ship.

    start_us, end_us  µs since 1970 · lon, lat  where it ended, degrees
    kn       reported while it lasted, knots; NaN for a silence
    before, after   None where she was not under way, or not heard
    """

    kind: PauseKind
    start_us: int
    end_us: int
    lon: float
    lat: float
    kn: float
    before: Way | None
    after: Way | None

    @property
    def minutes(self) -> float:
        """Return how long it lasted."""
        return (self.end_us - self.start_us) / _MIN_US

    @property
    def turned_deg(self) -> float:
        """Return by how much she sailed another way afterwards, degrees; NaN = not known."""
        if self.before is None or self.after is None:
            return float("nan")
        return float(turned(self.before.course, self.after.course))


def vessels(tracks: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the rows of each vessel of ``tracks``, TRACK (n,)."""
    cuts = np.flatnonzero(np.diff(tracks["mmsi"].astype(np.int64))) + 1
    yield from (part for part in np.split(tracks, cuts) if len(part))


def pauses(track: NDArray[Any]) -> list[Pause]:
    """Return the pauses of one vessel's rows, TRACK (n,), in the order of time.

    A stop is slower than SLOW_KN for STOP_MIN; a silence SILENCE_MIN without a report; a turn is
    another way by TURN_DEG without a stop there.
    """
    stops = [_pause("stop", track, first, last) for first, last in _slow_spells(track)]
    quiet = np.flatnonzero(np.diff(track["time"]) >= SILENCE_MIN * _MIN_US)
    silences = [_pause("silence", track, int(at), int(at) + 1) for at in quiet]
    return sorted([*stops, *silences, *_turns(track, stops)], key=lambda one: one.start_us)


def slow_share(track: NDArray[Any]) -> float:
    """Return in what share of its rows a vessel is slow, 0-1."""
    return float(np.mean(_slow(track))) if len(track) else 0.0


def _slow(track: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(track["sog"] < SLOW_KN)


def _slow_spells(track: NDArray[Any]) -> list[tuple[int, int]]:
    """Return first and last row of each slow spell; a silence ends one."""
    slow = np.flatnonzero(_slow(track))
    if not len(slow):
        return []
    apart = np.diff(track["time"][slow])
    between = np.diff(slow) > 1
    cut = (apart > SILENCE_MIN * _MIN_US) | (between & (apart > _JOIN_MIN * _MIN_US))
    spells = np.split(slow, np.flatnonzero(cut) + 1)
    found = ((int(one[0]), int(one[-1])) for one in spells)
    return [
        (first, last) for first, last in found
        if track["time"][last] - track["time"][first] >= STOP_MIN * _MIN_US
    ]  # fmt: skip


def _turns(track: NDArray[Any], stops: list[Pause]) -> list[Pause]:
    """Return where she turned back without a stop: one for each half hour at most."""
    if len(track) < 3:  # noqa: PLR2004 (before, at, after)
        return []
    half = 15 * _MIN_US
    steps = np.arange(track["time"][0] + half, track["time"][-1] - half, half)
    found: list[Pause] = []
    for step in steps[_turning(track, steps)].tolist():
        at = int(np.searchsorted(track["time"], step))
        near_stop = any(one.start_us - 2 * half < step < one.end_us + 2 * half for one in stops)
        if near_stop or (found and step - found[-1].end_us < 4 * half):
            continue
        turn = _pause("turn", track, at, at)
        if turn.turned_deg >= TURN_DEG:
            found.append(turn)
    return found


def _turning(track: NDArray[Any], steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return at which times a ship may have turned: all that do, and few others."""
    wide = round(_AROUND_MIN * _MIN_US)
    times, last = track["time"], len(track) - 1
    at = np.minimum(np.searchsorted(times, steps), last)
    begin = np.searchsorted(times, times[at] - wide)
    behind = np.searchsorted(times, times[at] + wide) - 1
    narrow = np.cos(np.radians(track["lat"][at]))
    lon, lat = track["lon"], track["lat"]
    before = (lon[at] - lon[begin]) * narrow, lat[at] - lat[begin]
    after = (lon[behind] - lon[at]) * narrow, lat[behind] - lat[at]
    along = before[0] * after[0] + before[1] * after[1]
    across = before[0] * after[1] - before[1] * after[0]
    angle = np.degrees(np.arctan2(np.abs(across), along))
    return np.asarray(angle >= TURN_DEG - _FLAT_DEG)


def _pause(kind: PauseKind, track: NDArray[Any], first: int, last: int) -> Pause:
    start, end = int(track["time"][first]), int(track["time"][last])
    wide = round(_AROUND_MIN * _MIN_US)
    begin, behind = np.searchsorted(track["time"], [start - wide, end + wide]).tolist()
    return Pause(
        kind, start, end, float(track["lon"][last]), float(track["lat"][last]),
        float("nan") if kind == "silence" else _told_kn(track["sog"][first : last + 1]),
        _way(track[begin : first + 1]), _way(track[last:behind]),
    )  # fmt: skip


def _told_kn(kn: NDArray[np.float32]) -> float:
    """Return the median of reported speeds, knots; NaN where none was told."""
    told = kn[~np.isnan(kn)]
    if len(told) < 2:  # noqa: PLR2004 (nothing between them)
        return float(told[0]) if len(told) else float("nan")
    return float(np.median(told))


def _way(rows: NDArray[Any]) -> Way | None:
    """Return the way made good over ``rows``, None where she was hardly under way."""
    if len(rows) < 2:  # noqa: PLR2004 (two ends)
        return None
    one, other = rows[[0, -1]].tolist()
    ends, hours = (*one[2:4], *other[2:4]), (other[1] - one[1]) / 60 / _MIN_US
    nm = metres(*ends) / NM_M
    if nm < _LEAST_NM or nm < UNDER_WAY_KN * hours:
        return None
    return Way(nm / hours, float(bearing(*ends)))
