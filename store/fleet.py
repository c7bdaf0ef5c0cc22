"""Who the vessels are: the identities that the live page joins with the newest positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from store.queries import query

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

IDENTITY = np.dtype(
    [
        ("mmsi", "u4"),
        ("ship_type", "u1"),
        ("to_bow_m", "f4"),
        ("to_stern_m", "f4"),
        ("to_port_m", "f4"),
        ("to_starboard_m", "f4"),
        ("imo", "u4"),
        ("call_sign", "S7"),
        ("name", "S34"),
        ("destination", "S20"),
    ]
)
"""What is known of a vessel; not available is 255 (ship_type), NaN, 0 (imo) and empty. UTF-8 text
is cut to its width."""


def identities(
    connection: psycopg.Connection, since: datetime | None = None, run_id: int = 0
) -> tuple[NDArray[Any], datetime | None]:
    """Return identities as an array of dtype IDENTITY, and the ``since`` for the next call.

    Without ``since`` all vessels; with the value of the last call those that changed after it
    (some of the last call's again, never one too few).
    """
    asked = {"run_id": run_id, "since": since}
    rows = connection.execute(query("identities"), asked, binary=True).fetchall()
    newest = max((row[-1] for row in rows), default=since)
    return np.array([row[:-1] for row in rows], IDENTITY), newest


CALLED = np.dtype(
    [("mmsi", "u4"), ("imo", "u4"), ("call_sign", "S7"), ("name", "S34"), ("received", "i8")]
)
"""What a vessel is called; received in seconds since 1970."""


def called(connection: psycopg.Connection) -> NDArray[Any]:
    """Return what every vessel is called now, however long ago she was heard: CALLED (n,)."""
    rows = connection.execute(query("called"), binary=True).fetchall()
    return np.array(rows, CALLED)
