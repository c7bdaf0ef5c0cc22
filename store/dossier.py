"""What a dossier reads of one vessel in one span, of the live service or of a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from store.live import TRACK
from store.panel import Heard, Visit
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray


_MOST_POINTS, _LEAST_STEP_S, _MOST_STEP_S = 30_000, 60.0, 300.0


def tracks(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime,
    run_id: int = 0,
) -> NDArray[Any]:  # fmt: skip
    """Return the stored positions of ``mmsis`` in a span, in order of time (columns of TRACK).

    The first one of every minute: listed vessels are stored with each report, and how dense a
    track is must tell nobody who is listed. Of a long span the first one of every few minutes.
    """
    step_s = min(_MOST_STEP_S, (end - start).total_seconds() / _MOST_POINTS)
    asked = {"mmsis": list(mmsis), "start": start, "end": end, "run_id": run_id,
             "step_s": max(step_s, _LEAST_STEP_S)}  # fmt: skip
    text = query("dossier_track_run") if run_id else query("dossier_track")
    rows = connection.execute(text, asked).fetchall()
    return np.array(rows, TRACK)


def heard(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime,
    run_id: int = 0,
) -> list[Heard]:  # fmt: skip
    """Return the feeds that heard ``mmsis`` in a span, the one that heard most first.

    What is counted are minutes, for the reason that ``tracks`` says.
    """
    asked = {"mmsis": list(mmsis), "start": start, "end": end, "run_id": run_id}
    text = query("dossier_heard_run") if run_id else query("dossier_heard")
    return [Heard(*row) for row in connection.execute(text, asked)]


def stays(
    connection: psycopg.Connection, mmsis: Sequence[int], start: datetime, end: datetime,
    run_id: int = 0,
) -> list[Visit]:  # fmt: skip
    """Return the visits of ``mmsis`` that touch a span, the first first."""
    asked = {"mmsis": list(mmsis), "start": start, "end": end, "run_id": run_id}
    return [Visit(*row) for row in connection.execute(query("dossier_stays"), asked)]


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
