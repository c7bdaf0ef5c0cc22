"""Courses ahead: steady samples of a vessel's course, and the zones that its cone meets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled
from alerts.distances import NM_M, ahead
from alerts.places import read
from alerts.scene import NO_SLOT, SHIP
from geofence.index import ZoneIndex
from geofence.zones import Zone, ZoneSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.scene import World

SLOW = 2
_STEADY = 1
NOTE = np.dtype([("row", "i8"), ("what", "u1"), ("profile", "?"), ("sigma", "f8")])
"""A sample: its row, whether under way (1) or SLOW, whether of the profile, sigma in degrees."""
_RAYS = 13
_INLAND_M = 1_000.0
"""A ray ends so far inland: the carried coast is rough."""
_DOUBT_M = 2_000.0
"""The raster of distances may be off by less."""
_EVERY, _SLOWEST, _SHORTEST, _SIGMA, _HOURS, _PORT_M = range(6)
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Meeting:
    """A zone that a vessel's cone meets: zone id and name, confidence 0-1 (0.01).

    hours until the middle of the rays meets it, 0 where the vessel is in it · earliest_h the first
    """

    zone: str
    name: str
    confidence: float
    hours: float
    earliest_h: float


_made: list[tuple[tuple[Zone, ...], tuple[str, ...], ZoneIndex]] = []
"""The newest index of targets: the same zones give the same one, so keeping it changes nothing."""


def _targets(zones: tuple[Zone, ...], kinds: tuple[str, ...]) -> ZoneIndex:
    if not _made or _made[0][0] is not zones or _made[0][1] != kinds:
        _made[:] = [(zones, kinds, ZoneIndex.of(ZoneSet(zones).of_kind(*kinds)))]
    return _made[0][2]


def meetings(
    world: World,
    row: Any,  # noqa: ANN401 (a ROW)
    half_deg: float,
    hours: float,
    kinds: tuple[str, ...],
) -> dict[str, Meeting]:
    """Return the zones of ``kinds`` in force that the row's cone meets within ``hours``, by id.

    The cone is COG ± ``half_deg``; each ray goes as far as SOG carries it, and ends on land.
    """
    index = _targets(world.zones, kinds)
    if not len(index.zones):
        return {}
    steps = math.ceil(float(row["sog"]) * hours)
    place = (float(row["lon"]), float(row["lat"]), float(row["cog"]))
    lon, lat = _rays(place, half_deg, steps, world.places.shore, world.places.shore_frame)
    at, zone = index.inside(lon.ravel(), lat.ravel())
    ray, step = np.divmod(at, steps + 1)
    found = {}
    for k in np.unique(zone).tolist():
        target = index.zones.zones[k]
        if not _in_force(target, int(row["time"])):
            continue
        first = np.full(_RAYS, np.inf)
        np.minimum.at(first, ray[zone == k], step[zone == k])
        found[target.id] = _meeting(target, first, float(row["sog"]))
    return found


def _meeting(zone: Zone, first: NDArray[np.float64], kn: float) -> Meeting:
    """Return the meeting of rays that reach the zone after ``first`` (rays,) miles, inf: never."""
    weights = 1.0 - np.abs(np.linspace(-1.0, 1.0, _RAYS)) * (1.0 - 1.0 / _RAYS)
    hit = np.isfinite(first)
    share = round(float(weights[hit].sum() / weights.sum()), 2)
    middle = float(np.average(first[hit], weights=weights[hit]))
    return Meeting(
        zone.id, zone.name, share, round(middle / kn, 2), round(float(first[hit].min()) / kn, 2)
    )


def _in_force(zone: Zone, time_us: int) -> bool:
    begun = zone.valid_from is None or zone.valid_from.timestamp() * 1e6 <= time_us
    return begun and (zone.valid_until is None or time_us < zone.valid_until.timestamp() * 1e6)


@allocating
def _rays(
    place: tuple[float, float, float],
    half_deg: float,
    steps: int,
    shore: NDArray[np.float32],
    frame: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lon, lat (rays, steps + 1) at each mile of each ray, NaN behind a shore."""
    lon = np.full((_RAYS, steps + 1), np.nan)
    lat = np.full((_RAYS, steps + 1), np.nan)
    for ray in range(_RAYS):
        course = place[2] + half_deg * (2.0 * ray / (_RAYS - 1) - 1.0)
        for step in range(steps + 1):
            x, y = ahead(place[0], place[1], course, step * NM_M)
            if step > 0 and read(shore, frame, x, y) < -_INLAND_M:
                break
            lon[ray, step], lat[ray, step] = x, y
    return lon, lat


@compiled
def sample(  # noqa: PLR0913, PLR0917 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    untrusted: NDArray[np.int64],
    table: Any,  # noqa: ANN401
    shore: tuple[NDArray[np.float32], NDArray[np.float64]],
    port: tuple[NDArray[np.float32], NDArray[np.float64]],
    profile: NDArray[np.bool_],
    limits: NDArray[np.float64],
    notes: Any,  # noqa: ANN401
) -> int:
    """Note the samples of vessels that are listed, watched or of the profile; return how many."""
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        if row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon + row.lat):
            continue
        vessel = vessels[row.vessel]
        if vessel.kind != SHIP or untrusted[row.slot] > row.received:
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.samples, seen.watched, seen.time = row.segment, 0, False, -(1 << 62)
        slow = row.sog < limits[_SLOWEST]
        known = not (np.isnan(row.sog) or (np.isnan(row.cog) and not slow))
        if not known or row.time - seen.time < limits[_EVERY]:
            continue
        sigma = _course(seen, row, limits, slow)
        meant = False
        if not (slow or vessel.listed) and profile[vessel.role]:
            short = vessel.length_m < limits[_SHORTEST]
            steady = seen.samples == _SAMPLES and sigma <= limits[_SIGMA]
            meant = steady and not short and _heads_for_nowhere(row, shore, port, limits)
        if seen.watched or meant or (vessel.listed and not slow):
            notes[count].row, notes[count].sigma, notes[count].profile = i, sigma, meant
            notes[count].what = SLOW if slow else _STEADY
            count += 1
    return count


@compiled
def _course(seen: Any, row: Any, limits: NDArray[np.float64], slow: bool) -> float:  # noqa: ANN401, FBT001
    """Take the row's course as a sample; return sigma of the last three, degrees."""
    if slow or row.time - seen.time > 12 * limits[_EVERY]:
        seen.samples = 0
    seen.time = row.time
    if slow:
        return 0.0
    east, north = math.sin(math.radians(row.cog)), math.cos(math.radians(row.cog))
    if seen.samples > 0:
        east += math.sin(math.radians(seen.cog))
        north += math.cos(math.radians(seen.cog))
    if seen.samples > 1:
        east += math.sin(math.radians(seen.cog_before))
        north += math.cos(math.radians(seen.cog_before))
    seen.samples = min(seen.samples + 1, _SAMPLES)
    seen.cog_before, seen.cog = seen.cog, row.cog
    length = math.sqrt(east * east + north * north) / seen.samples
    if not 0.01 < length < 1.0:  # noqa: PLR2004 (all round: the logarithm has no end)
        return 180.0 if length < 1.0 else 0.0
    return round(math.degrees(math.sqrt(-2.0 * math.log(length))), 1)


@compiled
def _heads_for_nowhere(
    row: Any,  # noqa: ANN401
    shore: tuple[NDArray[np.float32], NDArray[np.float64]],
    port: tuple[NDArray[np.float32], NDArray[np.float64]],
    limits: NDArray[np.float64],
) -> bool:
    """Tell whether a shore far from any port lies ahead, soon."""
    away, most = 0.0, row.sog * NM_M * limits[_HOURS]
    while away <= most:
        lon, lat = ahead(row.lon, row.lat, row.cog, away)
        off = read(shore[0], shore[1], lon, lat)
        if np.isnan(off):
            return False
        if off < 0.0:
            return bool(read(port[0], port[1], lon, lat) > limits[_PORT_M])
        if away + off - _DOUBT_M > most:
            return False
        # No shore is nearer than that: half of it is a safe step.
        away += max(0.5 * off, 500.0)
    return False
