"""The tables of the coverage and the loops over them: receivers, who heard whom, cells.

Everything is kept per receiver and once more for all of them together (``ANY``). A silence is
counted in the cell where it began, in one level after the other while it lasts: a ship that never
comes back counts as well, and that is how the model learns where ships are lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANY = 0
"""Code of all receivers together."""
LEVELS_S = (
    10, 20, 30, 60, 120, 180, 360, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400,
)  # fmt: skip
"""Lengths of silence that are counted, seconds."""
LEVELS = len(LEVELS_S)
EDGES_US = np.array(LEVELS_S, np.int64) * 1_000_000
WATCH_US = 600_000_000
"""One watch: a vessel heard in a cell within ten minutes, however often. Reports follow each
other closely, so they are no independent trials; watches nearly are."""
MOST_RECEIVERS = 4096
"""More are counted as the first."""
NEVER = -(1 << 62)

INDEX = np.dtype([("key", "u8"), ("code", "u4")])
"""Where a receiver stands: (feed + 1) << 32 | station."""
RECEIVER = np.dtype(
    [
        ("feed", "u2"), ("station", "u4"), ("first", "i8"), ("last", "i8"), ("up_since", "i8"),
        ("limit", "i8"), ("heard", "f8"), ("messages", "i8"), ("lon", "f8"), ("lat", "f8"),
        ("reach", "f8", (LEVELS,)),
    ]
)  # fmt: skip
"""A receiver: last heard µs, when it last came back, silence after which it counts as down (µs),
messages (decaying, and all), the middle of what it hears, silences of each level (decaying)."""
HEARD = np.dtype(
    [
        ("key", "u8"), ("last", "i8"), ("cell", "i4"), ("watch", "i4"),
        ("by", "u2"), ("level", "u1"), ("class_b", "u1"), ("before", "i4"),
    ]
)  # fmt: skip
"""A vessel as one receiver hears it: MMSI << 16 | receiver, when, in which cell (-1 not known), by
whom, the levels of its present silence that are counted already, and the cell where it was before
(-1 not known)."""
CELL = np.dtype(
    [
        ("key", "u8"), ("heard", "f4"), ("gaps", "f4"), ("watches", "f4"), ("visits", "f4"),
        ("reach", "f4", (LEVELS,)),
    ]
)  # fmt: skip
"""What a receiver hears in a cell of one class: reports, gaps between them, watches and visits (a
ship that comes into the cell, but not one that comes back from next door), decaying;
``reach`` the gaps that lasted as long as each level."""

FEWEST = 1024
"""Rows of a table that nothing was heard of yet."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_NO_CELL = -1
_CLASS_B = (18, 19)
_NEAR_SHARE = 0.01
_HALF_TURN = 180.0


@compiled
def find(table: Any, key: int) -> int:  # noqa: ANN401
    """Return where ``key`` stands, or should stand, in an open-addressed table (key 0 = empty)."""
    mask = np.uint64(len(table) - 1)
    wanted = np.uint64(key)
    # The last 16 bits are a receiver: what several hear of one ship or cell lies side by side.
    home = ((wanted >> np.uint64(16)) * _MIX) >> np.uint64(29)
    at = (home + (wanted & np.uint64(0xFFFF))) & mask
    while table[at].key != 0 and table[at].key != wanted:
        at = (at + np.uint64(1)) & mask
    # Signed, as every other index: numba makes a float of what is now one and now the other.
    return int(np.int64(at))


@compiled
def cell_of(lon: float, lat: float, step_deg: float) -> int:
    """Return the number of the cell round a place, -1 where there is none."""
    if not (abs(lon) <= _HALF_TURN and abs(lat) <= _HALF_TURN / 2):
        return _NO_CELL
    columns = int(np.ceil(360.0 / step_deg))
    column = min(int((lon + _HALF_TURN) / step_deg), columns - 1)
    return int((lat + _HALF_TURN / 2) / step_deg) * columns + column


@compiled
def cell_key(cell: int, receiver: int, class_b: int) -> int:
    """Return the key of a row of CELL."""
    return (cell + 1) << 17 | receiver << 1 | class_b


@compiled
def heard_key(mmsi: int, receiver: int) -> int:
    """Return the key of a row of HEARD."""
    return mmsi << 16 | receiver


@compiled
def count(  # noqa: PLR0913, PLR0917 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    start: int,
    receivers: Any,  # noqa: ANN401
    used: NDArray[np.int64],
    index: Any,  # noqa: ANN401
    heard: Any,  # noqa: ANN401
    cells: Any,  # noqa: ANN401
    step_deg: float,
) -> int:
    """Count receptions from ``start``; return where a table had no room left, or the end.

    ``used``: rows in use of receivers, heard and cells.
    """
    for i in range(start, len(rows)):
        if used[0] >= len(receivers) or _is_full(used[1], heard) or _is_full(used[2], cells):
            return i
        row = rows[i]
        receiver = _receiver(receivers, used, index, row)
        _hear_receiver(receivers[receiver], row)
        if not row.duplicate:
            _hear_receiver(receivers[ANY], row)
        if row.mmsi == 0 or not _is_ship(row.message):
            continue
        here = (
            cell_of(row.lon_deg, row.lat_deg, step_deg), row.received // WATCH_US,
            row.message in _CLASS_B,
        )  # fmt: skip
        _hear_ship(row, here, receiver, receiver, receivers, used, heard, cells)
        if not row.duplicate:
            _hear_ship(row, here, ANY, receiver, receivers, used, heard, cells)
    return len(rows)


@compiled
def _is_full(used: int, table: Any) -> bool:  # noqa: ANN401
    """Tell whether a row could make a table more than four fifths full: two of it may be new."""
    return 5 * (used + 2) > 4 * len(table)


@compiled
def _is_ship(message: int) -> bool:
    """Tell whether a ship sent it, by a type whose silence would mean something."""
    return message in (1, 2, 3, 5, 18, 19, 24, 27)


@compiled
def _receiver(receivers: Any, used: Any, index: Any, row: Any) -> int:  # noqa: ANN401
    """Return the code of the row's receiver, a new one where it is not known."""
    at = find(index, (int(row.feed) + 1) << 32 | int(row.station))
    if index[at].key != 0:
        return int(index[at].code)
    # Stations are named by the lines: a feed gone mad must not grow the table without end.
    if used[0] >= MOST_RECEIVERS:
        return 1
    code = used[0]
    used[0] += 1
    index[at].key = (int(row.feed) + 1) << 32 | int(row.station)
    index[at].code = code
    new = receivers[code]
    new.feed, new.station = row.feed, row.station
    new.last = NEVER
    new.lon = new.lat = np.nan
    return int(code)


@compiled
def _hear_receiver(receiver: Any, row: Any) -> None:  # noqa: ANN401
    """Note that a receiver lives, and how long it had been silent."""
    if receiver.last == NEVER:
        receiver.first = receiver.up_since = row.received
    else:
        silent = row.received - receiver.last
        for level in range(LEVELS):
            if silent < EDGES_US[level]:
                break
            receiver.reach[level] += 1.0
        if receiver.limit > 0 and silent > receiver.limit:
            receiver.up_since = row.received
    receiver.last = max(receiver.last, row.received)
    receiver.heard += 1.0
    receiver.messages += 1
    if not (np.isnan(row.lon_deg) or np.isnan(row.lat_deg)):
        if np.isnan(receiver.lon):
            receiver.lon, receiver.lat = row.lon_deg, row.lat_deg
        receiver.lon += (row.lon_deg - receiver.lon) * _NEAR_SHARE
        receiver.lat += (row.lat_deg - receiver.lat) * _NEAR_SHARE


@compiled
def _hear_ship(  # noqa: PLR0913, PLR0917 (as above)
    row: Any,  # noqa: ANN401
    here: tuple[int, int, bool],
    receiver: int,
    by: int,
    receivers: Any,  # noqa: ANN401
    used: Any,  # noqa: ANN401
    heard: Any,  # noqa: ANN401
    cells: Any,  # noqa: ANN401
) -> None:
    """End the silence of a vessel at one receiver; count the report in the cell where it is.

    here: the report's cell, ten-minute watch, and whether it is of class B.
    """
    cell, watch, class_b = here
    key = heard_key(row.mmsi, receiver)
    at = find(heard, key)
    known = heard[at]
    if known.key == 0:
        known.key = key
        known.cell, known.before, known.watch, known.level = _NO_CELL, _NO_CELL, -1, 0
        used[1] += 1
    was = known.cell
    # Most ships are where they were: then one look into the table serves both halves.
    place, kept = -1, known.class_b
    if was != _NO_CELL and known.last >= receivers[known.by].up_since:
        silent = row.received - known.last
        if silent > 0:
            place = _cell(cells, used, was, receiver, kept)
            cells[place].gaps += 1.0
            _count_silence(known, silent, cells[place])
    if cell != _NO_CELL:
        known.class_b = class_b
        if place < 0 or cell != was or known.class_b != kept:
            place = _cell(cells, used, cell, receiver, known.class_b)
        counted = cells[place]
        counted.heard += 1.0
        if watch != known.watch or cell != was:
            counted.watches += 1.0
        if cell != was:
            counted.visits += cell != known.before
            known.before = was
        known.watch, known.cell = watch, cell
    known.last, known.by, known.level = max(known.last, row.received), by, 0


@compiled
def _cell(cells: Any, used: Any, cell: int, receiver: int, class_b: int) -> int:  # noqa: ANN401
    """Return the row of a cell, a new one where there is none."""
    key = cell_key(cell, receiver, class_b)
    at = find(cells, key)
    if cells[at].key == 0:
        cells[at].key = key
        used[2] += 1
    return at


@compiled
def _count_silence(known: Any, silent: int, cell: Any) -> None:  # noqa: ANN401
    """Count in ``cell`` the levels that a silence has reached and that are not counted yet."""
    while known.level < LEVELS and silent >= EDGES_US[known.level]:
        cell.reach[known.level] += 1.0
        known.level += 1


@compiled
def sweep(now_us: int, receivers: Any, used: Any, heard: Any, cells: Any) -> None:  # noqa: ANN401
    """Count the silences that last, where their receiver lives and has lived all the while."""
    for at in range(len(heard)):
        known = heard[at]
        if known.key == 0 or known.cell == _NO_CELL or known.level >= LEVELS:
            continue
        by = receivers[known.by]
        if known.last < by.up_since or (by.limit > 0 and now_us - by.last > by.limit):
            continue
        silent = now_us - known.last
        if silent < EDGES_US[known.level]:
            continue
        # A cell where a silence begins has been heard, so it has a row: no room is needed.
        receiver = int(known.key & np.uint64(0xFFFF))
        cell = cells[_cell(cells, used, known.cell, receiver, known.class_b)]
        _count_silence(known, silent, cell)


@allocating
def standing(receivers: Any, used: int, now_us: int, steady_us: int) -> NDArray[np.uint8]:  # noqa: ANN401
    """Return of each receiver: 1 it is down, 2 it is steady, 4 its feed is silent for longer."""
    feeds = 0
    for code in range(1, used):
        feeds = max(feeds, int(receivers[code].feed) + 1)
    newest = np.full(feeds, NEVER, np.int64)
    for code in range(1, used):
        feed = receivers[code].feed
        newest[feed] = max(newest[feed], receivers[code].last)
    out = np.zeros(max(used - 1, 0), np.uint8)
    for code in range(1, used):
        one = receivers[code]
        if one.limit > 0:
            down, steady = now_us - one.last > one.limit, one.limit <= steady_us
            silent = now_us - newest[one.feed] > one.limit
            out[code - 1] = 1 * down + 2 * steady + 4 * silent
    return out


@compiled
def rehash(old: Any, new: Any) -> int:  # noqa: ANN401
    """Put each row that has a key into the empty table ``new``; return how many."""
    rows = 0
    for k in range(len(old)):
        if old[k].key != 0:
            new[find(new, old[k].key)] = old[k]
            rows += 1
    return rows


def grown(kept: NDArray[Any], size: int = 0) -> NDArray[Any]:
    """Return ``kept`` in a new table of ``size``, or one that is at most two thirds full."""
    table = np.zeros(size or max(FEWEST, 1 << (3 * len(kept) // 2).bit_length()), kept.dtype)
    rehash(kept, table)
    return table


@allocating
def listeners(heard: Any, mmsi: int, receivers: int, since: int) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the codes of the receivers that have heard a ship at or after ``since``."""
    out = np.empty(receivers, np.int64)
    found = 0
    for code in range(1, receivers):
        row = heard[find(heard, heard_key(mmsi, code))]
        if row.key != 0 and row.last >= since:
            out[found] = code
            found += 1
    return out[:found]


@compiled
def most_watches(
    cells: Any,  # noqa: ANN401
    receivers: Any,  # noqa: ANN401
    used: int,
    cell: int,
    class_b: int,
    now_us: int,
) -> float:
    """Return the watches that the best living receiver has kept in a cell."""
    most = 0.0
    for code in range(1, used):
        limit = receivers[code].limit
        if limit > 0 and now_us - receivers[code].last > limit:
            continue
        row = cells[find(cells, cell_key(cell, code, class_b))]
        if row.key != 0:
            most = max(most, row.watches)
    return most
