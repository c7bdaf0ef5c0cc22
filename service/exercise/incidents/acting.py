"""Legs and texts of incidents to transmissions, beside those of the ordinary traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import compiled
from alerts.distances import ahead
from service.exercise.incidents.script import FIXED, NOWHERE
from service.exercise.noise import wobble
from service.exercise.transponders import NO_TURN, PART_B_AFTER_MS, REPORT, STATIC_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

METRES_PER_DEG = 111_195.0
FIX_M = 3.0
"""A fix scatters so much."""
LOG_KN = 0.05
COMPASS_DEG = 0.6
FIRST_NAME_MS = 15_000
"""An identity is told so long after it is taken on, and every six minutes from then."""


def acted(
    acts: NDArray[np.void], first_who: int, from_ms: int, to_ms: int, seed: int
) -> tuple[NDArray[np.void], NDArray[np.float64]]:
    """Return what the actors send in [from, to) as REPORT rows, and the places said (n, 2).

    The rows hold the true places, which decide who hears them; ``first_who`` is the row of the
    first of their identities among all.
    """
    live = acts[(acts["start_ms"] < to_ms) & (acts["end_ms"] > from_ms)]
    span = np.minimum(live["end_ms"], to_ms) - np.maximum(live["start_ms"], from_ms)
    room = int((span // live["every_ms"] + 2 * (span // STATIC_MS) + 6).sum())
    out, said = np.zeros(room, REPORT), np.full((room, 2), np.nan)
    count = _act(live, first_who, from_ms, to_ms, seed, out, said)
    return out[:count], said[:count]


@compiled
def _act(
    acts: NDArray[np.void],
    first_who: int,
    from_ms: int,
    to_ms: int,
    seed: int,
    out: NDArray[np.void],
    said: NDArray[np.float64],
) -> int:
    count = 0
    for i in range(len(acts)):
        act = acts[i]
        start, end = max(act.start_ms, from_ms), min(act.end_ms, to_ms)
        due = _first(act.start_ms, act.every_ms, start)
        while due < end:
            out[count].kind = act.message
            _place(act, first_who + act.who, due, seed, out, said, count)
            count += 1
            due += act.every_ms
        if not act.named:
            continue
        # The lattice of a ship, not of a leg: short legs would tell the name again and again.
        lattice = act.who * 7_919 % STATIC_MS
        for part in range(2 if act.message == 18 else 1):  # noqa: PLR2004
            kind = (24 if part == 0 else 29) if act.message == 18 else 5  # noqa: PLR2004
            for base in (lattice, act.start_ms + FIRST_NAME_MS):
                due = _first(base + part * PART_B_AFTER_MS, STATIC_MS, start)
                # The second base only tells a leg's identity once, soon after it begins.
                while due < end and (base == lattice or due < act.start_ms + 60_000):
                    out[count].kind = kind
                    _place(act, first_who + act.who, due, seed, out, said, count)
                    count += 1
                    due += STATIC_MS
    return count


@compiled
def _first(base_ms: int, every_ms: int, start_ms: int) -> int:
    steps = (start_ms - base_ms + every_ms - 1) // every_ms
    return base_ms + steps * every_ms


@compiled
def _place(
    act: np.record,
    who: int,
    due_ms: int,
    seed: int,
    out: NDArray[np.void],
    said: NDArray[np.float64],
    at: int,
) -> None:
    sailed = act.speed_ms * (due_ms - act.start_ms) / 1000
    lon, lat = ahead(act.lon, act.lat, act.course, sailed)
    row = out[at]
    row.vessel, row.sent_ms, row.status = who, due_ms, act.status
    row.port, row.turn = -1, NO_TURN
    row.lon, row.lat = lon, lat
    row.sog = max(0.0, act.sog + LOG_KN * wobble(seed, who, due_ms, 140))
    row.cog = (act.cog + COMPASS_DEG * wobble(seed, who, due_ms, 150)) % 360
    row.heading = (act.heading + COMPASS_DEG * wobble(seed, who, due_ms, 160)) % 360
    if act.says == NOWHERE:
        return
    if act.says == FIXED:
        said[at, 0], said[at, 1] = act.said_lon, act.said_lat
        return
    north = FIX_M * wobble(seed, who, due_ms, 120) / METRES_PER_DEG
    east = FIX_M * wobble(seed, who, due_ms, 130) / METRES_PER_DEG
    said[at, 0] = lon + east / np.cos(np.radians(lat))
    said[at, 1] = lat + north
