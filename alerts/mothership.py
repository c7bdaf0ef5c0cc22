"""Which ships could have let a boat go that landed somewhere: ranked, with reasons in words.

What counts is what a ship did, where and when, and what she is for; never her flag.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts import scene
from alerts.distances import NM_M, metres
from alerts.pauses import pauses, slow_share, vessels
from geofence.reach import WAY_SLACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from alerts.pauses import Pause
    from geofence.reach import Reach

HOUR_US = 3_600_000_000
_CELL_DEG = 0.5
_PORT_NM, _TERRITORIAL_NM = 4.0, 12.0
_MANY_STOPS, _MUCH_SLOW = 3, 0.5
_LESS_LIKELY = {
    scene.PASSENGER: -1.5, scene.FAST: -1.5, scene.PILOT: -2.0, scene.SAR: -3.0, scene.LAW: -3.0,
    scene.MILITARY: -2.0, scene.TANKER: 0.1, scene.WORKING: -0.3,
}  # fmt: skip
_USUAL_TYPE = 0.3
_FITS = 0.6


@dataclass(frozen=True, slots=True)
class Landing:
    """A boat came to ``lon``, ``lat`` (degrees) at ``at_us`` (µs since 1970).

    slowest_kn, fastest_kn  of the boat · most_h  since it left the ship, hours at most
    least_nm  nearer to the landing place a ship needs no boat
    """

    lon: float
    lat: float
    at_us: int
    slowest_kn: float = 4.0
    fastest_kn: float = 25.0
    most_h: float = 12.0
    least_nm: float = 3.0

    @property
    def limit_nm(self) -> float:
        """Return how far the boat can have come."""
        return self.fastest_kn * self.most_h

    def fits(self, nm: Any, at_us: Any) -> Any:  # noqa: ANN401 (numbers or arrays)
        """Tell whether a boat that left ``nm`` off at ``at_us`` lands when it did."""
        hours = (self.at_us - np.asarray(at_us)) / HOUR_US
        nm = np.asarray(nm)
        inside = (hours > 0) & (hours <= self.most_h) & (nm >= self.least_nm)
        return (
            inside & (nm <= self.fastest_kn * hours * WAY_SLACK) & (nm >= self.slowest_kn * hours)
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for (points above 0) or against a ship, in words."""

    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A ship that could have been it.

    at_us, lon, lat  when at the latest and where the boat may have left · nm  its way from there
    over water · needs_kn  the speed at which it then landed in time
    pause  what she did there, if anything · since_us  when at the earliest it may have left
    """

    mmsi: int
    role: int
    at_us: int
    lon: float
    lat: float
    nm: float
    needs_kn: float
    pause: Pause | None
    reasons: tuple[Reason, ...]
    since_us: int

    @property
    def score(self) -> float:
        """Return the sum of the points."""
        return round(sum(one.points for one in self.reasons), 1)


def suspects(
    landing: Landing,
    reach: Reach,
    tracks: NDArray[Any],
    roles: Mapping[int, int],
    harbours: NDArray[np.float64],
) -> list[Suspect]:
    """Return every ship that was in reach at a fitting time, the likeliest first.

    ``tracks`` pauses.TRACK of the ships' hours before and after; ``roles`` of scene.ROLES by MMSI;
    ``harbours`` (n, 2) middles of ports and anchorages, degrees.
    """
    heard = _heard(tracks)
    every = reach.distance_nm(tracks["lon"], tracks["lat"])
    found, row = [], 0
    for track in vessels(tracks):
        off, row = every[row : row + len(track)], row + len(track)
        if not np.isfinite(off).any():
            continue
        role = roles.get(int(track["mmsi"][0]), scene.UNKNOWN)
        one = _suspect(landing, reach, track, off, role, harbours, heard)
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: (-one.score, one.mmsi))


def _suspect(
    landing: Landing,
    reach: Reach,
    track: NDArray[Any],
    off: NDArray[np.float64],
    role: int,
    harbours: NDArray[np.float64],
    heard: Mapping[tuple[int, int, int], int],
) -> Suspect | None:
    """Return the ship of ``track``; ``off`` its rows' ways to the landing place (n,)."""
    mmsi = int(track["mmsi"][0])
    of_role = _of_role(role)
    tried = []
    done = pauses(track)
    ways = reach.distance_nm([one.lon for one in done], [one.lat for one in done])
    for pause, nm in zip(done, ways.tolist(), strict=True):
        fitting = _fitting(landing, nm, pause)
        if not len(fitting):
            continue
        reasons = (
            *_what_she_did(pause, _others_heard(pause, heard)),
            *_where(pause, nm, harbours, reach),
            *_habit(track, done, pause),
        )
        tried.append(_made(landing, mmsi, role, fitting, (pause.lon, pause.lat), nm, pause,
                           (*reasons, *of_role)))  # fmt: skip
    if tried:
        return max(tried, key=lambda one: one.score)
    there = np.flatnonzero(landing.fits(off, track["time"]))
    if not len(there):
        return None
    at = int(there[np.argmin(off[there])])
    passed = Reason(-1.0, "passed without a stop, a silence or a turn that would fit")
    place = float(track["lon"][at]), float(track["lat"][at])
    return _made(landing, mmsi, role, track["time"][at : at + 1], place, float(off[at]), None,
                 (passed, *of_role))  # fmt: skip


def _made(  # noqa: PLR0913, PLR0917 (what a suspect is)
    landing: Landing, mmsi: int, role: int, fitting: NDArray[Any], place: tuple[float, float],
    nm: float, pause: Pause | None, reasons: tuple[Reason, ...],
) -> Suspect:  # fmt: skip
    """Return a ship that a boat may have left at one of ``fitting`` (µs), at the latest then."""
    at_us = int(fitting[-1])
    hours = max((landing.at_us - at_us) / HOUR_US, 0.1)
    needs = nm / hours
    speed = Reason(_comfort(landing, needs), f"a boat from there needed {needs:.1f} kn over "
                   f"{nm:.0f} nm of water")  # fmt: skip
    return Suspect(mmsi, role, at_us, *place, nm, needs, pause, (*reasons, speed),
                   int(fitting[0]))  # fmt: skip


def _comfort(landing: Landing, needs_kn: float) -> float:
    """Return more for a speed in the middle of the range than at its ends."""
    low, high = math.log(landing.slowest_kn), math.log(landing.fastest_kn)
    at = (math.log(max(needs_kn, 0.1)) - low) / max(high - low, 0.1)
    return round(_FITS * (1 - abs(2 * min(max(at, 0.0), 1.0) - 1)), 2)


def _fitting(landing: Landing, nm: float, pause: Pause) -> NDArray[np.float64]:
    """Return times (µs) when a boat may have left: within the pause, or at its end."""
    if not math.isfinite(nm):
        return np.zeros(0)
    times = np.linspace(pause.start_us, pause.end_us, 7)
    if pause.kind == "stop":
        times = times[-1:] if pause.minutes < 60 * 4 else times
    found: NDArray[np.float64] = times[landing.fits(nm, times)]
    return found


def _what_she_did(pause: Pause, others: int) -> Iterable[Reason]:
    """Yield what the pause itself says."""
    if pause.kind == "stop":
        yield _stop(pause)
    elif pause.kind == "silence":
        yield _silence(pause, others)
    else:
        yield Reason(0.4, "turned without a stop")
    sailed = (pause.before is not None) + (pause.after is not None)
    if pause.kind != "turn" and sailed:
        words = ("", "sailed before or after it", "sailed before and after it")
        yield Reason((0.0, 0.4, 1.2)[sailed], words[sailed])
    yield from _turn(pause)


def _stop(pause: Pause) -> Reason:
    words = f"lay at {pause.kn:.1f} kn for {_span(pause.minutes)}"
    if pause.minutes <= 180:  # noqa: PLR2004 (a transfer takes an hour or two)
        return Reason(2.0 if pause.minutes >= 20 else 1.2, words)  # noqa: PLR2004
    return Reason(0.8 if pause.minutes <= 360 else 0.0, f"{words}: long for a transfer")  # noqa: PLR2004


def _silence(pause: Pause, others: int) -> Reason:
    words = f"not heard for {_span(pause.minutes)}"
    if not others:
        return Reason(0.2, f"{words}; nobody else was heard there then either")
    counted = f"{others} other ship{'' if others == 1 else 's'} were heard near by"
    return Reason(1.4 if pause.minutes >= 45 else 0.8, f"{words}, while {counted}")  # noqa: PLR2004


def _turn(pause: Pause) -> Iterable[Reason]:
    degrees = pause.turned_deg
    if math.isnan(degrees) or pause.before is None or pause.after is None:
        return
    ways = f"came on {pause.before.course:03.0f}°, left on {pause.after.course:03.0f}°"
    if degrees >= 135:  # noqa: PLR2004 (back)
        yield Reason(1.5, f"{ways}: turned back")
    elif degrees >= 60:  # noqa: PLR2004
        yield Reason(0.6, f"{ways}: changed course")


def _where(
    pause: Pause, nm: float, harbours: NDArray[np.float64], reach: Reach
) -> Iterable[Reason]:
    port = _nearest_nm(pause.lon, pause.lat, harbours)
    if port < _PORT_NM and pause.kind != "turn":
        yield Reason(-3.0, f"{port:.0f} nm from a port or an anchorage, where ships lie")
    elif nm >= _TERRITORIAL_NM:
        yield Reason(0.4, f"{nm:.0f} nm off the landing place, beyond 12 nm")
    if _came_nearest(pause, reach, nm):
        yield Reason(0.5, "was nearer to the landing place then than before and after")


def _came_nearest(pause: Pause, reach: Reach, nm: float) -> bool:
    """Tell whether she came from farther off and left to farther off."""
    if pause.before is None or pause.after is None:
        return False
    narrow = math.cos(math.radians(pause.lat))
    ways = ((pause.before.course + 180, pause.before.kn), (pause.after.course, pause.after.kn))
    for course, kn in ways:
        east, north = math.sin(math.radians(course)), math.cos(math.radians(course))
        lon, lat = pause.lon + east * kn * 0.5 / 60 / narrow, pause.lat + north * kn * 0.5 / 60
        if not reach.distance_nm(lon, lat)[0] > nm + 1.0:
            return False
    return True


def _habit(track: NDArray[Any], done: list[Pause], pause: Pause) -> Iterable[Reason]:
    """Yield what makes a pause nothing out of the ordinary for this ship."""
    like = sum(one.kind == pause.kind for one in done)
    if like > _MANY_STOPS:
        words = {"stop": "stops", "silence": "silences", "turn": "turns"}[pause.kind]
        yield Reason(-1.2, f"one of {like} such {words} of hers in these hours")
    apart = (track["time"] < pause.start_us - 60_000_000) | (track["time"] > pause.end_us)
    if pause.kind == "stop" and slow_share(track[apart]) > _MUCH_SLOW:
        yield Reason(-1.2, "is slow most of the time anyway")


def _of_role(role: int) -> tuple[Reason, ...]:
    points = _LESS_LIKELY.get(role, _USUAL_TYPE)
    word = scene.ROLES[role]
    return (Reason(points, "type not known" if role == scene.UNKNOWN else f"type: {word}"),)


def _nearest_nm(lon: float, lat: float, harbours: NDArray[np.float64]) -> float:
    if not len(harbours):
        return math.inf
    narrow = math.cos(math.radians(lat))
    off = np.hypot((harbours[:, 0] - lon) * narrow, harbours[:, 1] - lat)
    nearest = harbours[int(np.argmin(off))]
    return float(metres(lon, lat, float(nearest[0]), float(nearest[1]))) / NM_M


def _heard(tracks: NDArray[Any]) -> dict[tuple[int, int, int], int]:
    """Return how many ships were heard in each cell of half a degree and hour."""
    if not len(tracks):
        return {}
    x, y = (np.floor(tracks[name] / _CELL_DEG).astype(np.int64) for name in ("lon", "lat"))
    ship = np.cumsum(np.append(False, np.diff(tracks["mmsi"].astype(np.int64)) != 0))
    hour = tracks["time"] // HOUR_US
    cells, cell = np.unique(
        (hour * _ROW_CELLS + y + _HALF) * _ROW_CELLS + x + _HALF, return_inverse=True
    )
    # One number each: rows of four would take ten times as long to sort.
    seen = np.sort(cell * (ship[-1] + 1) + ship)
    different = seen[np.append(True, np.diff(seen) != 0)]
    counts = np.bincount(different // (ship[-1] + 1))
    return {
        (one % _ROW_CELLS - _HALF, one // _ROW_CELLS % _ROW_CELLS - _HALF, one // _ROW_CELLS**2):
            count
        for one, count in zip(cells.tolist(), counts.tolist(), strict=True)
    }  # fmt: skip


_ROW_CELLS, _HALF = 2048, 1024
"""More cells of half a degree than the earth has round it."""


def _others_heard(pause: Pause, heard: Mapping[tuple[int, int, int], int]) -> int:
    """Return how many ships were heard in her cell in the middle of a pause, without her."""
    if pause.kind != "silence":
        return 0
    x, y = math.floor(pause.lon / _CELL_DEG), math.floor(pause.lat / _CELL_DEG)
    hour = (pause.start_us + pause.end_us) // 2 // HOUR_US
    own = hour in {pause.start_us // HOUR_US, pause.end_us // HOUR_US}
    return max(0, heard.get((x, y, hour), 0) - own)


def _span(minutes: float) -> str:
    whole = round(minutes)
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60:02d}"  # noqa: PLR2004
