"""Where vessels lay still, from the positions that the database keeps."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import click
import numpy as np

from geofence.anchorages import Fixes
from store.live import latest_rows
from store.still import SLOW, slow_positions

if TYPE_CHECKING:
    import psycopg


def still_fixes(connection: psycopg.Connection, days: int, slow_kn: float) -> Fixes:
    """Return the fixes of the last ``days`` at which vessels lay still, and those beside them.

    The days end with the newest position, so that an archive can be looked at too.
    """
    newest = latest_rows(connection)
    blocks = [np.empty(0, SLOW)]
    if len(newest):
        end = newest["time"].max().astype("M8[us]").item().replace(tzinfo=dt.UTC)
        end += dt.timedelta(seconds=1)
        start = end - dt.timedelta(days=days)
        hidden = not sys.stderr.isatty()
        found = slow_positions(connection, start, end, slow_kn)
        with click.progressbar(found, label="read", file=sys.stderr, hidden=hidden) as bar:
            blocks.extend(bar)
    rows = np.concatenate(blocks)
    return Fixes(
        rows["mmsi"].astype(np.int64),
        rows["time"],
        rows["lon_deg"],
        rows["lat_deg"],
        rows["sog_kn"].astype(np.float64),
    )
