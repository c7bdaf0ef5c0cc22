"""What vessels had said of themselves by a moment of the past, and what they said next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.rows import dict_row

from store.fleet import IDENTITY
from store.queries import query
from store.rows import NONE_U1

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

_DRAWN = ("ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "name")
SAID = np.dtype([("mmsi", "u4"), ("since", "i8"), *((name, IDENTITY[name]) for name in _DRAWN)])
"""Who a vessel was from ``since`` on, µs since 1970 UTC; not available as in IDENTITY."""

_FEW = 4  # each report holds all fields of its kind, and a ship sends two kinds at most
_MOST = 60  # of one vessel in one span: two transponders with one number take turns for ever


def said(
    connection: psycopg.Connection, mmsis: Collection[int], start: datetime, end: datetime
) -> NDArray[np.void]:
    """Return who each of ``mmsis`` was at ``start``, and each change before ``end``: SAID (n,).

    By vessel and time; who had said nothing by ``start`` has no row of then. What is not in a
    report is as the one before it had it.
    """
    asked = {"mmsis": list(mmsis), "start": start, "end": end, "few": _FEW, "most": _MOST}
    told = connection.execute(query("past_said"), asked, binary=True).fetchall()
    rows = np.array(told, SAID)
    return _turns(_filled(rows), round(start.timestamp() * 1e6))


def _filled(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return ``rows``, in order, each field as it was said last."""
    number = np.arange(len(rows))
    begins = np.maximum.accumulate(np.where(_first(rows), number, 0))
    filled = rows.copy()
    for name in _DRAWN:
        last = np.maximum.accumulate(np.where(_available(rows[name]), number, 0))
        filled[name] = rows[name][np.where(last < begins, number, last)]
    return filled


def _turns(rows: NDArray[np.void], start_us: int) -> NDArray[np.void]:
    """Return of each vessel the last row up to ``start_us``, and those that differ after it."""
    if not len(rows):
        return rows
    first, later = _first(rows), rows["since"] > start_us
    before = ~later
    before[:-1] &= first[1:] | later[1:]
    kept: NDArray[np.void] = rows[before | later & (first | _differs(rows))]
    return kept


def _differs(rows: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which of ``rows`` says something else than the one before it, (n,) bool."""
    differs = np.zeros(len(rows), np.bool_)
    for name in _DRAWN:
        now, before = rows[name][1:], rows[name][:-1]
        differs[1:] |= (now != before) & (_available(now) | _available(before))
    return differs


def _first(rows: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return where another vessel begins, (n,) bool."""
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = rows["mmsi"][1:] != rows["mmsi"][:-1]
    return begins


def _available(column: NDArray[Any]) -> NDArray[np.bool_]:
    there: NDArray[np.bool_]
    if column.dtype.kind == "f":
        there = np.isfinite(column)
    else:
        there = column != (b"" if column.dtype.kind == "S" else NONE_U1)
    return there


def vessel_then(connection: psycopg.Connection, mmsi: int, at: datetime) -> dict[str, Any]:
    """Return who ``mmsi`` had said to be by ``at``: columns of table vessel, None = not said.

    Also ``since`` and ``until`` when that holds, and ``first``, when she first said anything; None
    where nothing was said before, after or ever.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        asked = {"mmsi": mmsi, "at": at}
        return cursor.execute(query("vessel_then"), asked).fetchone() or {}
