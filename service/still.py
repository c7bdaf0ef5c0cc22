"""Where vessels lay still, from the positions that the database keeps."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from geofence.anchorages import Fixes
from store.live import TRACK, latest_rows, track

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

_MOST = 2_000_000
"""Positions of one vessel: 90 days of one each four seconds."""


def still_fixes(connection: psycopg.Connection, days: int, slow_kn: float) -> Fixes:
    """Return the fixes of the last ``days`` at which vessels lay still, and those beside them.

    The days end with the newest position, so that an archive can be looked at too. Vessel by
    vessel: the positions of all would not fit into memory.
    """
    newest = latest_rows(connection)
    if not len(newest):
        return _columns([], [])
    end = newest["time"].max().astype("M8[us]").item().replace(tzinfo=dt.UTC)
    start = end - dt.timedelta(days=days)
    vessels, kept = [], []
    everybody = np.unique(newest["mmsi"]).tolist()
    hidden = not sys.stderr.isatty()
    with click.progressbar(everybody, label="read", file=sys.stderr, hidden=hidden) as bar:
        for mmsi in bar:
            rows = track(connection, mmsi, start, end + dt.timedelta(seconds=1), limit=_MOST)
            kept.append(_still(rows, slow_kn))
            vessels.append(mmsi)
    return _columns(vessels, kept)


def _still(rows: NDArray[Any], slow_kn: float) -> NDArray[Any]:
    """Return the rows at rest or without speed, and their neighbours, which end each rest."""
    slow: NDArray[np.bool_] = np.isnan(rows["sog_kn"]) | (rows["sog_kn"] < slow_kn)
    keep = slow.copy()
    keep[1:] |= slow[:-1]
    keep[:-1] |= slow[1:]
    kept: NDArray[Any] = rows[keep]
    return kept


def _columns(vessels: list[int], tracks: list[NDArray[Any]]) -> Fixes:
    rows = np.concatenate([np.empty(0, TRACK), *tracks])
    vessel = np.repeat(np.array(vessels, np.int64), [len(track) for track in tracks])
    return Fixes(
        vessel,
        rows["time"],
        rows["lon_deg"],
        rows["lat_deg"],
        rows["sog_kn"].astype(np.float64),
    )
