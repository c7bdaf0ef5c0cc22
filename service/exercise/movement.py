"""Where a vessel is and how it moves, at any time: compiled, and a pure function of the time.

The cycle's time gives the leg, the leg the distance along its path, the path and the vessel's
lane the place. Courses are blended over some 150 m round a bend, which gives the rate of turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ais.compiled import compiled
from service.exercise.voyages import ANCHORED, KNOT, MOORED, SAIL

if TYPE_CHECKING:
    from numpy.typing import NDArray

METRES_PER_DEG = 111_195.0
SWING_M = 110.0
"""Anchor to antenna: chain and half a ship."""
SETTLE_S = 600.0


class Sea(NamedTuple):
    """Paths and legs as bare arrays, for compiled code (see ``Paths`` and ``LEG``)."""

    first: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    right_lon: NDArray[np.float64]
    right_lat: NDArray[np.float64]
    along_m: NDArray[np.float64]
    legs: NDArray[np.void]
    first_leg: NDArray[np.int64]
    period_s: NDArray[np.float64]


class State(NamedTuple):
    """How a vessel moves: degrees, knots, degrees per minute; the true values, without noise."""

    lon: float
    lat: float
    sog: float
    cog: float
    heading: float
    turn: float


@compiled
def leg_at(sea: Sea, template: int, cycle_s: float) -> int:
    """Return the leg of a template that is under way ``cycle_s`` after its start."""
    low, high = sea.first_leg[template], sea.first_leg[template + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if sea.legs[middle].start_s <= cycle_s:
            low = middle
        else:
            high = middle
    return int(low)


@compiled
def state_at(sea: Sea, leg: int, cycle_s: float, lane: float, character: float) -> State:
    """Return how a vessel in ``lane`` moves; ``character`` in [0, 1): how it lies and swings."""
    row = sea.legs[leg]
    tau = min(max(cycle_s - row.start_s, 0.0), row.length_s)
    speed = row.speed_start + (row.speed_end - row.speed_start) * tau / row.length_s
    at_m = row.from_m + (row.speed_start + speed) / 2 * tau
    moving = _on_path(sea, row.path, row.backward, at_m, lane * row.side, speed)
    if row.mode == SAIL:
        return moving
    if row.mode == MOORED:
        # Quays lie in all directions; nothing here knows them.
        side = (moving.cog + 360 * (character * 7 % 1)) % 360
        return State(moving.lon, moving.lat, 0.0, side, side, 0.0)
    if row.mode == ANCHORED:
        return _swinging(moving, cycle_s, min(tau, row.length_s - tau), character)
    return State(moving.lon, moving.lat, 0.0, moving.cog, moving.cog, 0.0)


@compiled
def _on_path(sea: Sea, path: int, backward: int, at_m: float, side: float, speed: float) -> State:
    first, last = sea.first[path], sea.first[path + 1] - 1
    along = sea.along_m[last] - at_m if backward else at_m
    along = min(max(along, 0.0), sea.along_m[last])
    piece = _piece(sea.along_m, first, last, along)
    length = sea.along_m[piece + 1] - sea.along_m[piece]
    share = (along - sea.along_m[piece]) / length if length > 0 else 0.0
    lon0, lat0 = _point(sea, piece, side)
    lon1, lat1 = _point(sea, piece + 1, side)
    course, sailed = _course(lon0, lat0, lon1, lat1)
    near = share * length
    # A ship turns over a distance that grows with its speed, at most half a piece to each side.
    reach = min(100.0 + 12.0 * speed, length / 2)
    bend = 0.0
    if near < reach and piece > first:
        lon2, lat2 = _point(sea, piece - 1, side)
        other, _ = _course(lon2, lat2, lon0, lat0)
        bend = _turn(other, course)
        shift = -bend * (reach - near) / (2 * reach)
    elif length - near < reach and piece + 1 < last:
        lon2, lat2 = _point(sea, piece + 2, side)
        other, _ = _course(lon1, lat1, lon2, lat2)
        bend = _turn(course, other)
        shift = bend * (reach - (length - near)) / (2 * reach)
    else:
        shift = 0.0
    # The outer lane of a bend is longer than the middle line by which time is counted.
    stretch = sailed / length if length > 0 else 1.0
    turn = bend / (2 * reach) * speed * 60 if reach > 0 else 0.0
    course += shift
    if backward:
        course, turn = course + 180, -turn
    sog = speed * stretch / KNOT
    lon, lat = lon0 + share * (lon1 - lon0), lat0 + share * (lat1 - lat0)
    return State(lon, lat, sog, course % 360, course % 360, turn)


@compiled
def _piece(along_m: NDArray[np.float64], first: int, last: int, at_m: float) -> int:
    low, high = first, last
    while high - low > 1:
        middle = (low + high) // 2
        if along_m[middle] <= at_m:
            low = middle
        else:
            high = middle
    return int(low)


@compiled
def _point(sea: Sea, point: int, side: float) -> tuple[float, float]:
    lon = sea.lon[point] + side * sea.right_lon[point]
    return lon, sea.lat[point] + side * sea.right_lat[point]


@compiled
def _course(lon0: float, lat0: float, lon1: float, lat1: float) -> tuple[float, float]:
    east = (lon1 - lon0) * np.cos(np.radians((lat0 + lat1) / 2))
    north = lat1 - lat0
    return np.degrees(np.arctan2(east, north)), np.hypot(east, north) * METRES_PER_DEG


@compiled
def _turn(before: float, after: float) -> float:
    return (after - before + 540) % 360 - 180


@compiled
def _swinging(anchor: State, now_s: float, settled_s: float, character: float) -> State:
    # Wind and tide turn the ship slowly round its anchor; slow sines stand for both.
    phase = character * 50
    slow, quick = 2 * np.pi / 21_000, 2 * np.pi / 1_900
    heading = 360 * character + 55 * np.sin(slow * now_s + phase)
    heading += 14 * np.sin(quick * now_s + 3 * phase)
    rate = 55 * slow * np.cos(slow * now_s + phase)
    rate += 14 * quick * np.cos(quick * now_s + 3 * phase)
    chain = SWING_M * min(1.0, settled_s / SETTLE_S)
    angle = np.radians(heading)
    lat = anchor.lat - chain * np.cos(angle) / METRES_PER_DEG
    east = -chain * np.sin(angle) / (METRES_PER_DEG * np.cos(np.radians(anchor.lat)))
    sog = abs(np.radians(rate)) * chain / KNOT
    # The stern swings to the side that the bow turns away from.
    cog = (heading - 90) % 360 if rate > 0 else (heading + 90) % 360
    return State(anchor.lon + east, lat, sog, cog, heading % 360, rate * 60)
