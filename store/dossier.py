"""What a dossier reads of one vessel in one span, of the live service or of a replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from store.live import TRACK
from store.panel import Heard
from store.past import columns_of
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_POINTS, _LEAST_STEP_S, _MOST_STEP_S = 30_000, 60.0, 300.0
_MINUTE_US = 60_000_000
_AT_ONCE = timedelta(days=30)
"""So much of a span is read at a time: some hundred thousand positions."""
_FIELDS = (
    ("mmsi", ">i4"), ("time", ">i8"), ("lon_deg", ">f8"), ("lat_deg", ">f8"), ("sog_kn", ">f4"),
    ("cog_deg", ">f4"), ("segment", ">i4"), ("feed", ">i4"),
)  # fmt: skip
_ROW = np.dtype([(name, kind.replace(">", "=")) for name, kind in _FIELDS])


@dataclass(frozen=True, slots=True)
class Sailed:
    """A vessel's stored positions in a span (columns of TRACK), and the feeds that heard them."""

    track: NDArray[Any]
    heard: tuple[Heard, ...]


def sailed(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime,
    run_id: int = 0,
) -> Sailed:  # fmt: skip
    """Return the stored positions of ``mmsis`` in a span, in order of time, and who heard them.

    The first one of every minute: listed vessels are stored with each report, and how dense a
    track is must tell nobody who is listed. Of a long span the first one of every few minutes.
    What is counted of a feed are minutes, for the same reason; the one that heard most is first.
    Rows are read once, a month at a time: ten years need little more memory than what is told.
    """
    step_s = min(_MOST_STEP_S, (end - start).total_seconds() / _MOST_POINTS)
    asked = {"mmsis": list(mmsis), "run_id": run_id}
    text = query("dossier_track")
    kept, minutes = [np.zeros(0, _ROW)], _Minutes()
    while start < end:
        until = min(start + _AT_ONCE, end)
        span = asked | {"start": start, "end": until}
        rows = columns_of(connection, text, span, _FIELDS, _ROW)
        kept.append(_firsts(rows, max(step_s, _LEAST_STEP_S)))
        minutes.count(rows)
        start = until
    rows = _firsts(np.concatenate(kept), max(step_s, _LEAST_STEP_S))
    track = np.empty(len(rows), TRACK)
    for name in TRACK.names or ():
        track[name] = rows[name].view("M8[us]") if name == "time" else rows[name]
    return Sailed(track, minutes.heard(connection, run_id))


def tracks(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime,
    run_id: int = 0,
) -> NDArray[Any]:  # fmt: skip
    """Return the track of ``sailed``."""
    return sailed(connection, mmsis, start, end, run_id).track


def _firsts(rows: NDArray[Any], step_s: float) -> NDArray[Any]:
    """Return the first position of each track and step, in the order of steps.

    Two ships that send one number have tracks of their own: neither hides the other.
    """
    step = np.floor(rows["time"] / 1e6 / step_s)
    order = np.lexsort((rows["time"], rows["segment"], rows["mmsi"], step))
    rows, step = rows[order], step[order]
    another = (np.diff(step) != 0) | (np.diff(rows["mmsi"]) != 0) | (np.diff(rows["segment"]) != 0)
    found: NDArray[Any] = rows[np.append(True, another)[: len(rows)]]
    return found


class _Minutes:
    """In which minutes each feed heard a vessel, and when first and last."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._minutes: dict[int, list[NDArray[np.int64]]] = {}
        self._ends: dict[int, tuple[int, int]] = {}

    def count(self, rows: NDArray[Any]) -> None:
        """Count some rows, in any order."""
        for feed in np.unique(rows["feed"]).tolist():
            us = rows["time"][rows["feed"] == feed]
            self._minutes.setdefault(feed, []).append(_different(us // _MINUTE_US))
            first, last = self._ends.get(feed, (int(us[0]), int(us[0])))
            self._ends[feed] = min(first, int(us.min())), max(last, int(us.max()))

    def heard(self, connection: psycopg.Connection, run_id: int) -> tuple[Heard, ...]:
        """Return what each feed heard, the one that heard most first."""
        text = "SELECT code, name FROM feed WHERE run_id = %s"
        names: dict[int, str] = dict(connection.execute(text, [run_id]).fetchall())
        counts = {feed: len(_different(np.concatenate(parts)))
                  for feed, parts in self._minutes.items()}  # fmt: skip
        return tuple(
            Heard(names.get(feed, f"feed {feed}"), counts[feed],
                  *(_EPOCH + timedelta(microseconds=one) for one in self._ends[feed]))
            for feed in sorted(counts, key=lambda one: (-counts[one], one))
        )  # fmt: skip


def _different(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value once; np.unique takes twenty times as long for millions of them."""
    values = np.sort(values)
    found: NDArray[np.int64] = values[np.append(True, np.diff(values) != 0)[: len(values)]]
    return found


@dataclass(frozen=True, slots=True)
class Stayed:
    """A visit to a zone, by its id, until ``left_at``.

    left_at  None = nobody told of its end · heard_at  then the last report from there
    present  it was there when it was first heard
    """

    zone: str
    since: datetime
    left_at: datetime | None
    heard_at: datetime
    present: bool


def stays(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime,
    run_id: int = 0,
) -> list[Stayed]:  # fmt: skip
    """Return the visits of ``mmsis`` that touch a span, the first first."""
    asked = {"mmsis": list(mmsis), "start": start, "end": end, "run_id": run_id}
    return [Stayed(*row) for row in connection.execute(query("dossier_stays"), asked)]


def names(
    connection: psycopg.Connection, mmsis: Sequence[int], run_id: int = 0
) -> dict[int, dict[str, Any]]:
    """Return what each of ``mmsis`` last said of itself: columns of table vessel, by MMSI."""
    rows = connection.execute(
        "SELECT mmsi, coalesce(name, ''), coalesce(call_sign, ''), coalesce(imo, 0), "
        "coalesce(ship_type, 0), coalesce(to_bow_m + to_stern_m, 0) FROM vessel "
        "WHERE run_id = %s AND mmsi = ANY(%s)",
        [run_id, list(mmsis)],
    )
    keys = ("name", "call_sign", "imo", "ship_type", "length_m")
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in rows}


def run_name(connection: psycopg.Connection, run_id: int) -> str | None:
    """Return the name of a replay, None where there is none."""
    row = connection.execute("SELECT name FROM run WHERE run_id = %s", [run_id]).fetchone()
    return None if row is None else str(row[0])
