"""Questions to the past: who was in a place, near a point, new, never in port, or silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from store.past import columns_of
from store.queries import query
from store.streaming import Rows

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

    from store.history import Box

_TRACK = Rows(
    [("mmsi", ">i4"), ("time", ">M8[us]"), ("lon_deg", ">f8"), ("lat_deg", ">f8"),
     ("sog_kn", ">f4"), ("cog_deg", ">f4")]
)  # fmt: skip
_AS_ARRAYS = (
    ("mmsi", ">i4"), ("time", ">i8"), ("lon_deg", ">f8"), ("lat_deg", ">f8"), ("sog_kn", ">f4"),
    ("cog_deg", ">f4"),
)  # fmt: skip
_WITH_NUMBERS = np.dtype([(name, kind.replace(">", "=")) for name, kind in _AS_ARRAYS])
_SWITCH = (
    "SELECT set_config('enable_hashjoin', %(to)s, true), "
    "set_config('enable_mergejoin', %(to)s, true)"
)
_WORK_MEM = "64MB"
_BEFORE = tuple(timedelta(days=days) for days in (1, 7, 30))
"""Who was heard before a time mostly was just before it."""
TRACK = _TRACK.dtype
"""Columns of positions, sorted by mmsi and time; NaN is not available."""


class Stay(NamedTuple):
    """A vessel in a place ``since`` a time; ``until`` None = not known, or still there."""

    mmsi: int
    since: datetime
    until: datetime | None
    lon: float
    lat: float


class Silence(NamedTuple):
    """A vessel last heard at ``since``, then at ``until``; None = not again."""

    mmsi: int
    since: datetime
    lon: float
    lat: float
    until: datetime | None
    then_lon: float | None
    then_lat: float | None


class Sailed(NamedTuple):
    """A vessel heard from ``since`` until ``until``, then at ``lon``, ``lat``."""

    mmsi: int
    since: datetime
    until: datetime
    lon: float
    lat: float


class Begun(NamedTuple):
    """A vessel heard for the first time."""

    mmsi: int
    at: datetime
    lon: float
    lat: float


def patience(connection: psycopg.Connection, seconds: float) -> None:
    """Give up each statement of this transaction after so long; lend it memory until then.

    With the usual 4 MB the rows of a day's cells are found twice, and sorted on disk.
    """
    connection.execute(
        "SELECT set_config('statement_timeout', %s, true), set_config('work_mem', %s, true)",
        [f"{round(seconds * 1000)}ms", _WORK_MEM],
    )


def in_box(
    connection: psycopg.Connection, box: Box, start: datetime, end: datetime, limit: int
) -> list[Stay]:
    """Return stays in ``box`` of a quarter of an hour at most; limit + 1 rows: there are more."""
    asked = {**_boxed(box, start, end), "limit": limit + 1}
    return [Stay(*row) for row in connection.execute(query("find_in_box"), asked)]


def at_zones(
    connection: psycopg.Connection,
    zones: Sequence[str],
    start: datetime,
    end: datetime,
    limit: int,
) -> list[Stay]:
    """Return visits to ``zones`` (ids) that touch a span, as they were told."""
    asked = {"zones": list(zones), "start": start, "end": end, "limit": limit + 1}
    return [Stay(*row) for row in connection.execute(query("find_at_zones"), asked)]


def positions(
    connection: psycopg.Connection, box: Box, start: datetime, end: datetime, limit: int
) -> NDArray[Any]:
    """Return positions in ``box`` and a span, TRACK (n,)."""
    asked = {**_boxed(box, start, end), "limit": limit + 1}
    return _joined(_TRACK.stream(connection, query("find_positions"), asked))


def ships(
    connection: psycopg.Connection,
    cells: Sequence[tuple[int, datetime, datetime]],
    limit: int,
) -> list[int]:
    """Return who was heard in 1-degree cells, each in its own span: (cell, from, before)."""
    if not cells:
        return []
    numbers, begins, ends = (list(part) for part in zip(*cells, strict=True))
    asked = {"cells": numbers, "begins": begins, "ends": ends, "start": min(begins),
             "end": max(ends), "limit": limit + 1}  # fmt: skip
    return sorted(int(row[0]) for row in connection.execute(query("find_ships"), asked))


def tracks(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime
) -> NDArray[Any]:
    """Return a position every three minutes of some vessels, TRACK (n,)."""
    asked = {"mmsis": list(mmsis), "start": start, "end": end}
    with _looking_up(connection):
        rows = columns_of(connection, query("find_tracks"), asked, _AS_ARRAYS, _WITH_NUMBERS)
    rows = rows[np.lexsort((rows["time"], rows["mmsi"]))]
    # Two feeds may have told the same moment.
    again = (np.diff(rows["mmsi"]) == 0) & (np.diff(rows["time"]) == 0)
    once: NDArray[Any] = rows[~np.append(False, again)[: len(rows)]]
    return once.astype(TRACK)


@contextmanager
def _looking_up(connection: psycopg.Connection) -> Iterator[None]:
    """Join by the index, row by row: the planner takes such rows for five times as many."""
    connection.execute(_SWITCH, {"to": "off"})
    yield
    connection.execute(_SWITCH, {"to": "on"})


def first_seen(
    connection: psycopg.Connection, start: datetime, end: datetime, limit: int
) -> list[Begun]:
    """Return vessels first heard in a span, as far back as positions are stored, newest first."""
    asked = {"start": start, "end": end}
    begun = [Begun(*row) for row in connection.execute(query("find_first_seen"), asked)]
    new = _not_before(connection, {one.mmsi for one in begun}, start)
    return [one for one in begun if one.mmsi in new][: limit + 1]


def _not_before(connection: psycopg.Connection, mmsis: set[int], start: datetime) -> set[int]:
    """Return those of ``mmsis`` of whom nothing is stored before ``start``.

    1. Look at the days just before: hardly anybody is left.
    2. Look for those in all that is older: thousands of days take a second or two.
    """
    left, until = mmsis, start
    for before in _BEFORE:
        asked = {"mmsis": list(left), "start": start - before, "end": until}
        left = left - {row[0] for row in connection.execute(query("find_heard_within"), asked)}
        until = start - before
    if left:
        asked = {"mmsis": list(left), "end": until}
        left = left - {row[0] for row in connection.execute(query("find_heard_ever"), asked)}
    return left


def no_port(
    connection: psycopg.Connection,
    ports: Sequence[str],
    start: datetime,
    end: datetime,
    least: timedelta,
    limit: int,
) -> list[Sailed]:
    """Return vessels heard over ``least`` or longer that called at no port in a span."""
    asked = {"ports": list(ports), "start": start, "end": end, "least": least,
             "limit": limit + 1}  # fmt: skip
    return [Sailed(*row) for row in connection.execute(query("find_no_port"), asked)]


def gaps(
    connection: psycopg.Connection,
    box: Box,
    start: datetime,
    end: datetime,
    least: timedelta,
    now: datetime,
    limit: int,
) -> list[Silence]:
    """Return silences of ``least`` or longer that began in ``box`` and a span, longest first."""
    asked = {**_boxed(box, start, end), "least": least, "now": now, "limit": limit + 1}
    return [Silence(*row) for row in connection.execute(query("find_gaps"), asked)]


def _boxed(box: Box, start: datetime, end: datetime) -> dict[str, Any]:
    return {**box._asdict(), "cells": box.cells(), "start": start, "end": end}


def _joined(blocks: Any) -> NDArray[Any]:  # noqa: ANN401 (an iterator of arrays)
    found = list(blocks)
    return np.concatenate(found) if found else np.zeros(0, TRACK)
