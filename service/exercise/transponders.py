"""When each vessel sends what: reporting intervals of ITU-R M.1371-5, compiled.

A vessel sends on a lattice of thirds of a second: with an interval of m thirds it sends at the
multiples of m, so what is sent is a pure function of the time. Intervals: Class A at anchor or
moored 180 s; else 10 s to 14 kn (3 1/3 s turning), 6 s to 23 kn (2 s turning), 2 s above; Class B
180 s to 2 kn, 30 s to 14 kn, 15 s to 23 kn, 5 s above; static data 6 min, long range 180 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import compiled
from service.exercise.movement import METRES_PER_DEG, Sea, State, leg_at, state_at
from service.exercise.noise import chance, wobble
from service.exercise.voyages import AT_ANCHOR, AT_BERTH, AWAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

VESSEL = np.dtype(
    [
        ("template", "i4"),
        ("phase_s", "f8"),
        ("lane", "f8"),
        ("character", "f8"),
        ("class_b", "i1"),
        ("heading_fitted", "i1"),
        ("position_ms", "i8"),  # where its lattice of positions begins
        ("static_ms", "i8"),
    ]
)
REPORT = np.dtype(
    [
        ("sent_ms", "i8"),
        ("vessel", "i4"),  # row of the sender among vessels, base stations or aids
        ("kind", "u1"),  # message type; 29 = type 24 part B
        ("status", "u1"),
        ("turn", "i2"),  # raw rate of turn
        ("port", "i2"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("sog", "f8"),
        ("cog", "f8"),
        ("heading", "f8"),
        ("eta_ms", "i8"),
    ]
)
"""One transmission, before any receiver."""
STATIC_MS = 360_000
LONG_RANGE_MS = 180_000
PART_B_AFTER_MS = 20_000
TURNING_DEG_MIN = 10.0
"""M.1371-5 annex 2: 5 degrees from the mean of 30 s is a change of course."""
NO_TURN = -128
JITTER_MS = 300
"""Slots are not free on the dot."""
ROOM_PER_MINUTE = 44
"""Reports of the busiest vessel in a minute (every 2 s, statics, long range), and some more."""


@compiled
def transmissions(
    sea: Sea,
    vessels: NDArray[np.void],
    first_vessel: int,
    start_ms: int,
    end_ms: int,
    seed: int,
    out: NDArray[np.void],
) -> int:
    """Write what ``vessels`` send in [start, end) to ``out``; returns the number of reports.

    ``first_vessel`` is the number of the first of these vessels in the whole fleet.
    """
    count = 0
    for row in range(len(vessels)):
        vessel = vessels[row]
        number = first_vessel + row
        count = _positions(sea, vessel, number, start_ms, end_ms, seed, out, count)
        if vessel.class_b:
            for kind, shift in ((24, 0), (29, PART_B_AFTER_MS)):
                lattice = (vessel.static_ms + shift, STATIC_MS, kind)
                count = _regular(sea, vessel, number, start_ms, end_ms, lattice, out, count)
        else:
            lattice = (vessel.static_ms, STATIC_MS, 5)
            count = _regular(sea, vessel, number, start_ms, end_ms, lattice, out, count)
            lattice = (vessel.static_ms // 2, LONG_RANGE_MS, 27)
            count = _regular(sea, vessel, number, start_ms, end_ms, lattice, out, count)
    return count


@compiled
def _positions(  # noqa: PLR0913, PLR0917  (row kernel: scalars)
    sea: Sea,
    vessel: np.record,
    number: int,
    start_ms: int,
    end_ms: int,
    seed: int,
    out: NDArray[np.void],
    count: int,
) -> int:
    now = start_ms
    cycle_s, leg, state = _now(sea, vessel, now)
    while now < end_ms:
        row = sea.legs[leg]
        leg_ends = now + max(1, int(np.ceil((row.start_s + row.length_s - cycle_s) * 1000)))
        thirds = _interval(vessel.class_b, row.status, state)
        due = _lattice(now, vessel.position_ms, thirds)
        # A leg that ends sooner may change the interval: ask again there.
        if row.mode == AWAY or due > leg_ends:
            now = leg_ends
            cycle_s, leg, state = _now(sea, vessel, now)
            continue
        if due >= end_ms:
            break
        cycle_s, leg, state = _now(sea, vessel, due)
        out[count].kind = 18 if vessel.class_b else (1 if thirds == 30 else 3)  # noqa: PLR2004
        _fill(out, count, number, due, sea.legs[leg], state)
        _measure(out, count, vessel, state, seed)
        count += 1
        now = due + 1
    return count


@compiled
def _now(sea: Sea, vessel: np.record, now_ms: int) -> tuple[float, int, State]:
    cycle_s = (now_ms / 1000 + vessel.phase_s) % sea.period_s[vessel.template]
    leg = leg_at(sea, vessel.template, cycle_s)
    return cycle_s, leg, state_at(sea, leg, cycle_s, vessel.lane, vessel.character)


@compiled
def _lattice(now_ms: int, offset_ms: int, thirds: int) -> int:
    """Return the first multiple of ``thirds`` of a second, from the offset, at or after now."""
    n = ((now_ms - offset_ms) * 3 + 999) // 1000
    n = (n + thirds - 1) // thirds * thirds
    # The division rounds down, by less than a millisecond, perhaps to before now.
    due = offset_ms + n * 1000 // 3
    return due if due >= now_ms else offset_ms + (n + thirds) * 1000 // 3


@compiled
def _interval(class_b: int, status: int, state: State) -> int:
    if class_b:
        speeds, thirds = (2.0, 14.0, 23.0), (540, 90, 45, 15)
    elif status in (AT_ANCHOR, AT_BERTH) and state.sog <= 3:  # noqa: PLR2004
        return 540
    elif abs(state.turn) > TURNING_DEG_MIN:
        speeds, thirds = (0.0, 14.0, 23.0), (10, 10, 6, 6)
    else:
        speeds, thirds = (0.0, 14.0, 23.0), (30, 30, 18, 6)
    for k in range(3):
        if state.sog <= speeds[k]:
            return thirds[k]
    return thirds[3]


@compiled
def _regular(  # noqa: PLR0913, PLR0917  (row kernel: scalars)
    sea: Sea,
    vessel: np.record,
    number: int,
    start_ms: int,
    end_ms: int,
    lattice: tuple[int, int, int],
    out: NDArray[np.void],
    count: int,
) -> int:
    offset, every, kind = lattice
    due = offset + (start_ms - offset + every - 1) // every * every
    while due < end_ms:
        cycle_s, leg, state = _now(sea, vessel, due)
        row = sea.legs[leg]
        if row.mode != AWAY:
            out[count].kind = kind
            _fill(out, count, number, due, row, state)
            out[count].eta_ms = due + int((row.arrives_s - cycle_s) * 1000)
            count += 1
        due += every
    return count


@compiled
def _fill(
    out: NDArray[np.void],
    at: int,
    number: int,
    due_ms: int,
    leg: np.record,
    state: State,
) -> None:
    out[at].vessel = number
    out[at].sent_ms = due_ms + int(chance(1, number, due_ms, 5) * JITTER_MS)
    out[at].status, out[at].port = leg.status, leg.port
    out[at].lon, out[at].lat = state.lon, state.lat
    out[at].sog, out[at].cog, out[at].heading = state.sog, state.cog, state.heading
    out[at].turn, out[at].eta_ms = NO_TURN, 0


@compiled
def _measure(out: NDArray[np.void], at: int, vessel: np.record, state: State, seed: int) -> None:
    """Turn true values into measured ones: a log is 0.08 kn off, a gyro 0.6 degrees.

    A GNSS fix wanders some 4 m within minutes and scatters 1 m from one report to the next.
    """
    number, when = out[at].vessel, out[at].sent_ms
    angle = when / 190_000 + 40 * vessel.character
    north = 4 * np.sin(angle) + wobble(seed, number, when, 20)
    east = 4 * np.cos(0.8 * angle) + wobble(seed, number, when, 30)
    out[at].lat += north / METRES_PER_DEG
    out[at].lon += east / (METRES_PER_DEG * np.cos(np.radians(state.lat)))
    out[at].sog = max(0.0, state.sog + 0.08 * wobble(seed, number, when, 40))
    out[at].cog += (0.5 + 2 / (state.sog + 0.4)) * wobble(seed, number, when, 50)
    out[at].cog %= 360
    if state.sog < 0.1 and vessel.character < 0.4:  # noqa: PLR2004  (some receivers say nothing)
        out[at].cog = np.nan
    drift = 3 * (vessel.character - 0.5) + 0.6 * wobble(seed, number, when, 60)
    out[at].heading = (state.heading + drift) % 360 if vessel.heading_fitted else np.nan
    if vessel.heading_fitted and not vessel.class_b:
        # M.1371-5: 4.733 times the root of degrees per minute, 126 at most.
        out[at].turn = int(np.sign(state.turn) * min(126.0, 4.733 * np.sqrt(abs(state.turn))))
