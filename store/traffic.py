"""Models of the usual traffic, and what they are learned from: positions and port calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from store.changes import Change, in_turn
from store.errors import StoreError
from store.queries import query
from store.streaming import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg
    from numpy.typing import NDArray

_SAILED = Rows(
    [("mmsi", ">i4"), ("time", ">M8[us]"), ("lon_deg", ">f8"), ("lat_deg", ">f8"),
     ("sog_kn", ">f4"), ("cog_deg", ">f4"), ("ship_type", ">i2")]
)  # fmt: skip
SAILED = _SAILED.dtype
"""Columns of ``sailed``; NaN is not available, ship type 255 not known."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model without its bytes.

    bytes  how many · passages through cells, as they counted then · lines  ships on lines
    since, until  of the positions, UTC · author, at, why  of who had it learned
    kept  its bytes are still there · in_force  the newest edition is this model
    """

    version: int
    sha256: str
    bytes: int
    passages: float
    lines: int
    since: datetime
    until: datetime
    author: str
    at: datetime
    why: str
    kept: bool
    in_force: bool


def put_model(
    connection: psycopg.Connection, content: bytes, facts: dict[str, Any], change: Change
) -> int:
    """Keep a model; return its version. ``facts``: sha256, passages, lines, since, until."""
    in_turn(connection)
    said = {"author": change.who, "at": change.at, "why": change.why}
    row = connection.execute(
        query("put_traffic_model"), {**facts, **said, "content": content, "bytes": len(content)}
    ).fetchone()
    return int(row[0]) if row else 0


def models(connection: psycopg.Connection, limit: int = 1000) -> list[ModelRow]:
    """Return the newest ``limit`` models, newest first."""
    found = connection.execute(query("traffic_models"), {"limit": limit})
    return [ModelRow(*row) for row in found]


def model_content(connection: psycopg.Connection, version: int) -> bytes:
    """Return the bytes of a model; raises StoreError where there is none, or no longer."""
    row = connection.execute(
        "SELECT content FROM traffic_model WHERE version = %s", [version]
    ).fetchone()
    if row is None or row[0] is None:
        raise StoreError(
            f"traffic model {version} is not in the database; see vedetta traffic list for those "
            "that are kept"
        )
    return bytes(row[0])


def sailed(
    connection: psycopg.Connection,
    start: datetime,
    end: datetime,
    block: int = 65_536,
    run: int = 0,
) -> Iterator[NDArray[Any]]:
    """Yield positions of [start, end), one a minute of each vessel, with the ship type.

    The live ones, or those of a ``run``. Arrays of dtype SAILED, sorted by mmsi and time
    throughout; holds but one block.
    """
    text = query("sailed_run_positions") if run else query("sailed_positions")
    asked = {"start": start, "end": end} | ({"run": run} if run else {})
    return _SAILED.stream(connection, text, asked, block)


def sailed_in_run(connection: psycopg.Connection, run: int) -> tuple[datetime, datetime] | None:
    """Return the times of a run's first and last position, None where it has none."""
    row = connection.execute(
        "SELECT min(time), max(time) FROM run_position WHERE run_id = %s", [run]
    ).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def port_calls(
    connection: psycopg.Connection,
    ports: Sequence[str],
    start: datetime,
    end: datetime,
    run: int = 0,
) -> list[tuple[int, str, datetime, datetime]]:
    """Return (mmsi, zone, from, until) of calls at ``ports`` in a span, in the order of time."""
    asked = {"ports": list(ports), "start": start, "end": end, "run": run}
    return [tuple(row) for row in connection.execute(query("port_calls"), asked)]


def vessel_sailed(
    connection: psycopg.Connection, mmsi: int, start: datetime, end: datetime
) -> NDArray[Any]:
    """Return live positions of one vessel, one a minute: SAILED (n,), ship type 255."""
    asked = {"mmsi": mmsi, "start": start, "end": end}
    found = connection.execute(query("vessel_sailed"), asked).fetchall()
    rows = np.zeros(len(found), SAILED)
    rows["mmsi"], rows["ship_type"] = mmsi, 255
    for k, (time, *rest) in enumerate(found):
        rows["time"][k] = np.datetime64(time.replace(tzinfo=None), "us")
        rows["lon_deg"][k], rows["lat_deg"][k], rows["sog_kn"][k], rows["cog_deg"][k] = rest
    return rows


def vessel_type(connection: psycopg.Connection, mmsi: int) -> int:
    """Return the raw ship type that a vessel sends, 255 where it is not known."""
    row = connection.execute(
        "SELECT ship_type FROM vessel WHERE run_id = 0 AND mmsi = %s", [mmsi]
    ).fetchone()
    return 255 if row is None or row[0] is None else int(row[0])


def drop_models(connection: psycopg.Connection, before: datetime) -> int:
    """Remove the bytes of models older than ``before``, but those of the newest; return how many.

    What was adopted is an edition too, and kept as long as editions are.
    """
    return connection.execute(query("empty_traffic_models"), {"before": before}).rowcount
