"""The loop of ``tracker``: one compiled pass over rows in spool order.

While a segment's fixes stay inside its box and before ``due``, no border, distance or time can
come into question, and a row costs a comparison. Else the row is *looked at*: 1 what lies in its
cell, 2 which borders its leg cut, 3 what that changes, 4 a new box. Where a predicate is not sure,
or an array is full, the loop stops before it has changed anything, and goes on when that is cured.
"""

from __future__ import annotations

import math

import numpy as np

from ais.compiled import compiled
from ais.kernel import helper
from geofence.bearings import INSIDE
from geofence.grid import Cells, place
from geofence.looking import crossings, known_before, set_box, survey
from geofence.stays import (
    ASKS,
    EPOCH,
    FOREVER,
    FREED,
    IN,
    MAYBE,
    NEVER,
    NONE,
    OUT,
    PASSED,
    ROW,
    SAID,
    SECOND_US,
    STAMP,
    USED,
    Record,
    Rows,
    Rules,
    Scratch,
    State,
    give_back,
    in_force,
    release,
    seconds,
    take,
    tell,
)
from geofence.visits import CROSSED, DWELL, ENTERED, LEFT, PRESENT


@helper
def _confirm(
    rules: Rules,
    state: State,
    scratch: Scratch,
    stay: Record,
    row: int,
    time: int,
) -> None:
    """Make a run of fixes inside a visit, when it is long or deep enough."""
    stay.fixes += 1
    if (
        stay.fixes >= rules.enter_fixes
        or seconds(time - stay.since) >= rules.enter_s
        or scratch.depth[stay.zone] >= rules.deep_m
    ):
        stay.phase = IN
        tell(state, row, stay.zone, ENTERED, stay.since, stay.since, stay.lon, stay.lat)


@helper
def _inside(
    rules: Rules,
    state: State,
    scratch: Scratch,
    stay: Record,
    row: int,
    fix: tuple[int, float, float],
) -> None:
    """Carry a stay on by a fix inside."""
    time, lon, lat = fix
    if stay.phase == PASSED:
        stay.phase, stay.since, stay.fixes = MAYBE, time, 0
        stay.lon, stay.lat = lon, lat
    if stay.phase == MAYBE:
        _confirm(rules, state, scratch, stay, row, time)
    else:
        stay.phase = IN
    lasted = seconds(time - stay.since) * SECOND_US
    if stay.phase == IN and stay.dwelt == 0 and lasted >= rules.dwell_us:
        stay.dwelt = 1
        tell(state, row, stay.zone, DWELL, stay.since + rules.dwell_us, stay.since, lon, lat)


@helper
def _outside(
    rules: Rules,
    state: State,
    scratch: Scratch,
    stay: Record,
    row: int,
    fix: tuple[int, float, float],
) -> bool:
    """Carry a stay on by a fix outside; tell whether it goes on."""
    time, lon, lat = fix
    zone = stay.zone
    if stay.phase == MAYBE:
        return False
    if stay.phase == IN:
        stay.phase, stay.mark, stay.lon, stay.lat = OUT, time, lon, lat
    near = scratch.seen[zone] == state.book[STAMP] and -scratch.depth[zone] < rules.leave_m[zone]
    if stay.phase == OUT and not near:
        tell(state, row, zone, LEFT, stay.mark, stay.since, stay.lon, stay.lat)
    return bool(near)


@helper
def _carry_on(
    rules: Rules,
    state: State,
    scratch: Scratch,
    slot: int,
    row: int,
    fix: tuple[int, float, float],
) -> None:
    """Carry all stays of the slot on by its new fix, and end what is over."""
    before, at = NONE, state.slots[slot].head
    while at != NONE:
        stay, following = state.pool[at], state.pool[at].next
        zone = stay.zone
        keep = in_force(rules, zone, fix[0])
        if keep and scratch.seen[zone] == state.book[STAMP] and scratch.within[zone] == INSIDE:
            _inside(rules, state, scratch, stay, row, fix)
        elif keep:
            keep = _outside(rules, state, scratch, stay, row, fix)
        if keep:
            before = at
        else:
            if before == NONE:
                state.slots[slot].head = following
            else:
                state.pool[before].next = following
            give_back(state, at)
        at = following


@helper
def _begin(
    rules: Rules,
    state: State,
    scratch: Scratch,
    slot: int,
    row: int,
    fix: tuple[int, float, float],
    zone: int,
) -> None:
    """Begin a stay: the first fix there is, or the first since the zone is there, is PRESENT."""
    time, lon, lat = fix
    old = state.slots[slot]
    stay = state.pool[take(state, slot, zone, MAYBE, time)]
    stay.lon, stay.lat = lon, lat
    if old.time == NEVER or not known_before(rules, zone, old, time):
        stay.phase = IN
        tell(state, row, zone, PRESENT, time, time, lon, lat)
    _inside(rules, state, scratch, stay, row, fix)


@helper
def _pass(
    rules: Rules,
    state: State,
    scratch: Scratch,
    slot: int,
    row: int,
    fix: tuple[int, float, float],
    zone: int,
) -> None:
    """Tell a crossing, and remember it until the vessel is away: a coast has many corners."""
    time, lon, lat = fix
    tell(state, row, zone, CROSSED, time, state.slots[slot].time, lon, lat)
    if scratch.seen[zone] == state.book[STAMP] and -scratch.depth[zone] < rules.leave_m[zone]:
        take(state, slot, zone, PASSED, time)


@helper
def _due(rules: Rules, state: State, slot: int) -> int:
    """Return when time alone may change something for the slot."""
    old = state.slots[slot]
    due = FOREVER
    turn = np.searchsorted(rules.turns, old.time, side="right")
    if turn < len(rules.turns):
        due = rules.turns[turn]
    at = old.head
    while at != NONE:
        stay = state.pool[at]
        if stay.phase == MAYBE:
            due = NEVER
        elif stay.phase == IN and stay.dwelt == 0:
            due = min(due, stay.since + rules.dwell_us - SECOND_US)
        at = stay.next
    return int(due)


@helper
def _free(rules: Rules, state: State, scratch: Scratch, slot: int, nearest: float) -> float:
    """Return how many metres the slot's vessel may go before a distance may change something.

    The nearest border counts, and where a stay waits for it the distance at which it is over. To
    be deep inside changes only a stay whose every fix is looked at.
    """
    free = nearest
    at = state.slots[slot].head
    while at != NONE:
        stay = state.pool[at]
        if stay.phase >= OUT:  # OUT or PASSED
            free = min(free, abs(-scratch.depth[stay.zone] - rules.leave_m[stay.zone]))
        at = stay.next
    return free


@helper
def _look(
    cells: Cells,
    rules: Rules,
    state: State,
    scratch: Scratch,
    slot: int,
    row: int,
    fix: tuple[int, float, float],
) -> bool:
    """Work one fix out; False, with nothing changed, where an answer or room is missing."""
    old = state.slots[slot]
    book = state.book
    stamp, held, met = book[STAMP], 0, 0
    at = place(cells, fix[1], fix[2])
    found, nearest = survey(cells, rules, state, scratch, at, fix)
    link = old.head
    while link != NONE:
        scratch.held[state.pool[link].zone] = stamp
        held += 1
        link = state.pool[link].next
    if old.time != NEVER:
        met = crossings(cells, rules, state, scratch, old, fix)
    room = len(state.told) - book[SAID] >= 2 * (found + held) + met
    room &= len(state.pool) - book[USED] + book[FREED] >= found + met
    if book[ASKS] or not room:
        # The row comes again: what was tried is tried anew.
        for zone in range(len(scratch.tried)):
            scratch.tried[zone] = 0
        return False
    _carry_on(rules, state, scratch, slot, row, fix)
    for k in range(found):
        if scratch.held[scratch.found[k]] != stamp:
            _begin(rules, state, scratch, slot, row, fix, scratch.found[k])
    for k in range(met):
        _pass(rules, state, scratch, slot, row, fix, scratch.met[k])
    old.time, old.lon, old.lat = fix
    old.epoch = book[EPOCH]
    old.due = _due(rules, state, slot)
    set_box(cells, old, at, _free(rules, state, scratch, slot, nearest))
    book[STAMP] += 1
    return True


@compiled
def walk(cells: Cells, rules: Rules, state: State, scratch: Scratch, rows: Rows) -> bool:
    """Go on from the row in the book; True at the end, False where it must be helped."""
    for i in range(state.book[ROW], len(rows.slot)):
        slot, lon, lat = rows.slot[i], rows.lon[i], rows.lat[i]
        if slot < 0 or not (math.isfinite(lon) and math.isfinite(lat)):
            continue
        old, time = state.slots[slot], rows.time[i]
        if old.segment != rows.segment[i]:
            release(state, slot, rows.segment[i])
        if time <= old.time:
            continue
        if time < old.due and old.west < lon < old.east and old.south < lat < old.north:
            old.time, old.lon, old.lat = time, lon, lat
        elif not _look(cells, rules, state, scratch, slot, i, (time, lon, lat)):
            state.book[ROW] = i
            return False
    state.book[ROW] = 0
    return True
