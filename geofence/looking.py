"""Looking at one fix: what lies round it, what its leg cuts, how far it may go unwatched.

Compiled steps of ``visiting`` that read the grid. Where a predicate is not sure they ask shapely:
the question is noted, and the row comes again with the answer.
"""

from __future__ import annotations

import math

from ais.kernel import helper
from geofence.bearings import (
    INSIDE,
    OUTSIDE,
    UNSURE,
    distance_m,
    meets,
    metres_per_degree,
    side,
    span,
)
from geofence.grid import COLUMNS, ROWS, SIZE, SOUTH, WEST, Cells, reference
from geofence.stays import ASKS, STAMP, Record, Rules, Scratch, State, in_force, tenth


@helper
def known_before(rules: Rules, zone: int, old: Record, time: int) -> bool:
    """Tell whether the zone was there at the fix before, and is now."""
    return bool(
        in_force(rules, zone, time)
        and in_force(rules, zone, old.time)
        and rules.born[zone] <= old.epoch
    )


@helper
def ask(state: State, scratch: Scratch, zone: int, about: int) -> int:
    """Return shapely's answer about the point (0) or the leg (1), or ask for it: UNSURE."""
    if scratch.answered[zone, about] == state.book[STAMP]:
        return int(scratch.answer[zone, about])
    asks = state.book[ASKS]
    scratch.ask[asks, 0], scratch.ask[asks, 1] = zone, about
    state.book[ASKS] += 1
    return UNSURE


@helper
def survey(
    cells: Cells,
    rules: Rules,
    state: State,
    scratch: Scratch,
    at: tuple[int, int, int],
    fix: tuple[int, float, float],
) -> tuple[int, float]:
    """Note zones round a fix; return how many hold it, and the metres to the nearest border."""
    column, row, kind = at
    time, lon, lat = fix
    found, stamp, free = 0, state.book[STAMP], math.inf
    if kind < 0:
        return found, free
    for k in range(cells.whole_begin[kind], cells.whole_end[kind]):
        zone = cells.whole[k]
        if in_force(rules, zone, time):
            scratch.seen[zone], scratch.within[zone], scratch.depth[zone] = stamp, 1, math.inf
            scratch.found[found] = zone
            found += 1
    rx, ry = reference(cells, column, row)
    scale = metres_per_degree(lat)
    for k in range(cells.near_begin[kind], cells.near_end[kind]):
        zone, begin, end = cells.zone[k], cells.edge_begin[k], cells.edge_end[k]
        away = distance_m(cells.edges, begin, end, lon, lat, scale)
        free = min(free, away)
        if not in_force(rules, zone, time):
            continue
        answer = side(cells.edges, begin, end, cells.known[k], lon, lat, rx, ry)
        if answer == UNSURE:
            answer = ask(state, scratch, zone, 0)
        scratch.seen[zone], scratch.within[zone] = stamp, answer
        scratch.depth[zone] = tenth(away) if answer == INSIDE else -tenth(away)
        if answer == INSIDE:
            scratch.found[found] = zone
            found += 1
    return found, free


@helper
def _cut(  # noqa: PLR0913, PLR0917 (a leg in one cell)
    cells: Cells,
    rules: Rules,
    state: State,
    scratch: Scratch,
    kind: int,
    old: Record,
    fix: tuple[int, float, float],
    met: int,
) -> int:
    """Note zones whose border in this cell the leg from ``old`` cuts; return how many so far."""
    time, lon, lat = fix
    stamp = state.book[STAMP]
    for k in range(cells.near_begin[kind], cells.near_end[kind]):
        zone = cells.zone[k]
        if scratch.held[zone] == stamp or scratch.tried[zone] == stamp:
            continue
        if scratch.seen[zone] == stamp and scratch.within[zone] != OUTSIDE:
            continue
        begin, end = cells.edge_begin[k], cells.edge_end[k]
        answer = meets(cells.edges, begin, end, old.lon, old.lat, lon, lat)
        if answer == OUTSIDE or not known_before(rules, zone, old, time):
            continue
        if answer == UNSURE or cells.known[k] == UNSURE:
            answer = ask(state, scratch, zone, 1)
        scratch.tried[zone] = stamp
        if answer == INSIDE:
            scratch.met[met] = zone
            met += 1
    return met


@helper
def crossings(
    cells: Cells,
    rules: Rules,
    state: State,
    scratch: Scratch,
    old: Record,
    fix: tuple[int, float, float],
) -> int:
    """Note the zones that the leg from ``old`` crosses without an end in them; return how many."""
    time, lon, lat = fix
    # Beyond half a turn the leg went round the other way, where there is no Mediterranean.
    if time - old.time > rules.leg_us or abs(lon - old.lon) > 180.0:  # noqa: PLR2004
        return 0
    west, south, size = cells.frame[WEST], cells.frame[SOUTH], cells.frame[SIZE]
    columns, met = int(cells.frame[COLUMNS]), 0
    first = max(math.floor((min(old.lat, lat) - south) / size), 0)
    last = min(math.floor((max(old.lat, lat) - south) / size), int(cells.frame[ROWS]) - 1)
    for row in range(first, last + 1):
        low = south + row * size
        begin, end = span(old.lon, old.lat, lon, lat, low, low + size)
        left = max(math.floor((begin - west) / size), 0)
        right = min(math.floor((end - west) / size), columns - 1)
        for column in range(left, right + 1):
            kind = cells.kind[row * columns + column]
            met = _cut(cells, rules, state, scratch, kind, old, fix, met)
    return met


@helper
def set_box(cells: Cells, old: Record, at: tuple[int, int, int], free: float) -> None:
    """Set the box round the newest fix: its cell, and no further than ``free`` metres."""
    column, row, kind = at
    west, south, size = cells.frame[WEST], cells.frame[SOUTH], cells.frame[SIZE]
    old.west, old.east, old.south, old.north = -math.inf, math.inf, -math.inf, math.inf
    if kind < 0:
        east, north = west + cells.frame[COLUMNS] * size, south + cells.frame[ROWS] * size
        if old.lon < west:
            old.east = west
        elif old.lon >= east:
            old.west = east
        elif old.lat < south:
            old.north = south
        else:
            old.south = north
        return
    old.west, old.south = west + column * size, south + row * size
    old.east, old.north = old.west + size, old.south + size
    if cells.near_begin[kind] == cells.near_end[kind]:
        return
    # The square in the circle; less 1 m and 1 % for rounding and for the flat earth.
    half = max(free * 0.99 - 1.0, 0.0) * 0.707
    metres_lon, metres_lat = metres_per_degree(old.lat)
    wide, high = half / max(metres_lon, 1.0), half / metres_lat
    old.west, old.east = max(old.west, old.lon - wide), min(old.east, old.lon + wide)
    old.south, old.north = max(old.south, old.lat - high), min(old.north, old.lat + high)
