"""Where the receivers hear whom: one picture, replaced as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.coverage import MAP_CELL
from store.copying import Copy, floats, integers

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray


def put_cells(connection: psycopg.Connection, cells: NDArray[Any]) -> None:
    """Replace the picture by ``cells``, MAP_CELL (n,), within the caller's transaction."""
    connection.execute("DELETE FROM coverage_cell")
    copy = Copy.of(
        "coverage_cell",
        [
            floats("lon_deg", cells["lon"], ">f4"),
            floats("lat_deg", cells["lat"], ">f4"),
            floats("heard_per_h", cells["heard_per_h"], ">f4"),
            integers("receivers", cells["receivers"], ">i4"),
            floats("p99_gap_s", cells["p99_gap_s"], ">f4"),
            floats("watches", cells["watches"], ">f4"),
        ],
    )
    if copy:
        copy.send(connection)


def cells(connection: psycopg.Connection) -> NDArray[Any]:
    """Return the newest picture, MAP_CELL (n,), from the south-west; empty before the first."""
    rows = connection.execute(
        "SELECT lon_deg, lat_deg, heard_per_h, receivers, "
        "coalesce(p99_gap_s, 'Infinity'), watches "
        "FROM coverage_cell ORDER BY lat_deg, lon_deg"
    ).fetchall()
    return np.array(rows, MAP_CELL)
