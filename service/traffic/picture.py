"""The usual traffic as a picture: how many ships go where, and along which line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alerts.traffic.grid import COLUMNS, ROWS, SECTOR_DEG, SOUTH, STEP_DEG, WEST, parts_of
from alerts.traffic.model import GRAIN

if TYPE_CHECKING:
    from alerts.traffic.model import TrafficModel

CELL_DEG = 2 * STEP_DEG
MERCHANT = (1, 2, 3, 4)
"""Classes that are shown: cargo, tanker, passenger, fast; those that keep to ways."""
FEWEST, MOST_CELLS = 20.0, 12_000
STRAIGHT = 0.3
"""Length of the mean of the axes below which ships go all ways there."""
Cell = tuple[float, float, int, int | None]


def picture_of(model: TrafficModel) -> list[Cell]:
    """Return the busiest cells of CELL_DEG as [lon, lat of its middle, ships, axis degrees].

    The axis is that of the ships' courses, 0-179, whichever way they go along it; None where there
    is none. The busiest stand last, so that they are drawn on top.
    """
    cell, kind, sector, _ = parts_of(model.key)
    mine = np.isin(kind, MERCHANT)
    cell, sector, weight = cell[mine], sector[mine], model.weight[mine] / GRAIN
    place = cell // COLUMNS // 2 * (COLUMNS // 2) + cell % COLUMNS // 2
    size = (ROWS // 2 + 1) * (COLUMNS // 2)
    # Courses and their opposites are one axis: twice the angle is the same for both.
    twice = np.radians(2 * sector * SECTOR_DEG)
    east, north, passed = (
        np.bincount(place, part * weight, size)
        for part in (np.sin(twice), np.cos(twice), np.ones(len(place)))
    )
    # A ship that crosses a cell of 2 x 2 is counted in two of them.
    busy = np.flatnonzero(passed / 2 >= FEWEST)
    busy = busy[np.argsort(passed[busy], kind="stable")][-MOST_CELLS:]
    length = np.hypot(east[busy], north[busy]) / passed[busy]
    axis = np.round(np.degrees(np.arctan2(east[busy], north[busy])) / 2 % 180).astype(int) % 180
    lon = WEST + (busy % (COLUMNS // 2) + 0.5) * CELL_DEG
    lat = SOUTH + (busy // (COLUMNS // 2) + 0.5) * CELL_DEG
    rows = zip(lon.round(3).tolist(), lat.round(3).tolist(), passed[busy] / 2, axis, length,
               strict=True)  # fmt: skip
    return [
        (x, y, round(float(ships)), int(along) if straight >= STRAIGHT else None)
        for x, y, ships, along, straight in rows
    ]
