"""Anchorages learned from where ships lay still: cells in which several vessels stayed for hours.

1. a leg between two fixes of one vessel counts where it is slow at both, no longer than ``gap_h``,
   and moves to a neighbouring cell at most; its hours go to the cell of the first fix
2. at least ``vessels`` stayed ``stay_h`` in a cell and its eight neighbours (a ship swings round
   its anchor through several cells), away from ports: all of them that held a ship are anchorage
3. cells that touch, if only at a corner, are one anchorage

The rows may come in any order: the same rows give the same zones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.zones import Zone

_ACROSS = 1 << 20
"""Columns of the grid: a cell's key is row * _ACROSS + column; enough down to 0.0004°."""
_STEPS = np.array([row * _ACROSS + column for row in (-1, 0, 1) for column in (-1, 0, 1)])
"""From a cell's key to itself and its eight neighbours."""
_HOUR_US = 3_600_000_000
_COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, slots=True)
class AnchorageSettings:
    """What makes an anchorage: see the module's steps.

    cell_deg  side of a cell, degrees; at least 0.001
    slow_kn   below it a vessel lies still, knots
    gap_h     fixes further apart in time say nothing of what was between, hours
    """

    cell_deg: float = 0.005
    slow_kn: float = 0.5
    stay_h: float = 3.0
    vessels: int = 3
    gap_h: float = 3.0


@dataclass(frozen=True, slots=True)
class Fixes:
    """Positions as columns (n,): all of a vessel, or only the slow ones.

    vessel i8: MMSI or segment · time datetime64[us] · lon_deg, lat_deg f8
    sog_kn f8; NaN = not said: then the way to the vessel's next fix tells
    """

    vessel: NDArray[np.int64]
    time: NDArray[np.datetime64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Stays:
    """Hours that a vessel lay in a cell, one row for each pair, sorted by cell and vessel."""

    cell: NDArray[np.int64]
    vessel: NDArray[np.int64]
    hours: NDArray[np.float64]


def learn_anchorages(
    fixes: Fixes,
    ports: Sequence[Zone],
    settings: AnchorageSettings | None = None,
    known: Sequence[Zone] = (),
) -> list[Zone]:
    """Return the anchorages that ``fixes`` show, in the order of their ids.

    ``ports`` are zones whose insides do not count and whose names the anchorages take. Ids come
    from the busiest cell; one that overlaps an anchorage of ``known`` keeps that one's id, so that
    a place that grows stays the same place. Details: vessels, hours, port, country.
    """
    settings = settings or AnchorageSettings()
    stays = _stays(fixes, settings)
    away = _away(stays.cell, ports, settings.cell_deg)
    stays = _Stays(stays.cell[away], stays.vessel[away], stays.hours[away])
    cells = _busy_cells(stays, settings)
    places = _joined(cells[_away(cells, ports, settings.cell_deg)])
    span = _span(fixes)
    zones = [_zone(cells, stays, ports, settings.cell_deg, span) for cells in places]
    return sorted(_with_known_ids(zones, known), key=lambda zone: zone.id)


def _stays(fixes: Fixes, settings: AnchorageSettings) -> _Stays:
    order = np.lexsort((fixes.lat_deg, fixes.lon_deg, fixes.time, fixes.vessel))
    vessel = fixes.vessel[order]
    lon, lat = fixes.lon_deg[order], fixes.lat_deg[order]
    micros = fixes.time[order].astype("M8[us]").astype(np.int64)
    hours = np.diff(micros) / _HOUR_US
    row, column = _grid(lat, settings.cell_deg), _grid(lon, settings.cell_deg)
    near = (np.abs(np.diff(row)) <= 1) & (np.abs(np.diff(column)) <= 1)
    same = (vessel[1:] == vessel[:-1]) & (hours > 0) & (hours <= settings.gap_h)
    slow = _speed(fixes.sog_kn[order], lon, lat, hours) < settings.slow_kn
    counted = np.flatnonzero(near & same & slow[1:] & slow[:-1])
    return _summed(row[counted] * _ACROSS + column[counted], vessel[counted], hours[counted])


def _speed(
    said: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    hours: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the speed said, else that of the way to the next fix, knots; the last one's: 0."""
    north = np.diff(lat) * 60
    east = np.diff(lon) * 60 * np.cos(np.radians(lat[:-1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        implied = np.append(np.hypot(north, east) / np.maximum(hours, 0), 0.0)
    return np.where(np.isnan(said), implied, said)


def _grid(degrees: NDArray[np.float64], cell_deg: float) -> NDArray[np.int64]:
    """Return the row or column of each coordinate, from -180° on, never negative."""
    return np.floor((degrees + 180) / cell_deg).astype(np.int64)


def _summed(
    cell: NDArray[np.int64], vessel: NDArray[np.int64], hours: NDArray[np.float64]
) -> _Stays:
    order = np.lexsort((vessel, cell))
    cell, vessel, hours = cell[order], vessel[order], hours[order]
    first = np.ones(len(cell), bool)
    first[1:] = (cell[1:] != cell[:-1]) | (vessel[1:] != vessel[:-1])
    starts = np.flatnonzero(first)
    total = np.add.reduceat(hours, starts) if len(starts) else hours
    return _Stays(cell[starts], vessel[starts], total)


def _away(cells: NDArray[np.int64], ports: Sequence[Zone], cell_deg: float) -> NDArray[np.bool_]:
    """Return which cells have their middle in no port, (n,)."""
    area = shapely.union_all([port.geometry for port in ports])
    shapely.prepare(area)
    middle = _corner(cells, cell_deg) + cell_deg / 2
    inside: NDArray[np.bool_] = shapely.contains_xy(area, middle[:, 0], middle[:, 1])
    return ~inside


def _corner(cell: NDArray[np.int64], cell_deg: float) -> NDArray[np.float64]:
    """Return the south-west corner of cells, degrees, (n, 2) lon, lat."""
    row, column = np.divmod(cell, _ACROSS)
    # Rounded so that the corner of one cell is exactly that of its neighbour.
    return np.round(np.column_stack([column, row]) * cell_deg - 180, 6)


def _busy_cells(stays: _Stays, settings: AnchorageSettings) -> NDArray[np.int64]:
    """Return the cells round which enough vessels stayed, and their neighbours with stays."""
    spread = _summed(
        _around(stays.cell), np.tile(stays.vessel, len(_STEPS)), np.tile(stays.hours, len(_STEPS))
    )
    long = spread.hours >= settings.stay_h
    cells, vessels = np.unique(spread.cell[long], return_counts=True)
    busy = cells[vessels >= settings.vessels]
    return np.union1d(busy, np.intersect1d(_around(busy), stays.cell))


def _around(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the cells and their eight neighbours, step by step, (9 n,)."""
    return (_STEPS[:, None] + cells).ravel()


def _joined(cells: NDArray[np.int64]) -> list[list[int]]:
    """Return groups of cells that touch, each sorted, in the order of their first cell."""
    left = set(cells.tolist())
    groups = []
    for start in cells.tolist():
        if start not in left:
            continue
        left.discard(start)
        group, edge = [start], [start]
        while edge:
            cell = edge.pop()
            found = {cell + step for step in _STEPS.tolist()} & left
            left -= found
            group += found
            edge += found
        groups.append(sorted(group))
    return groups


def _zone(
    group: list[int], stays: _Stays, ports: Sequence[Zone], cell_deg: float, span: str
) -> Zone:
    cells = np.array(group, np.int64)
    corner = _corner(cells, cell_deg)
    far = _corner(cells + _ACROSS + 1, cell_deg)
    boxes = shapely.box(corner[:, 0], corner[:, 1], far[:, 0], far[:, 1])
    area = cast("shapely.Polygon | shapely.MultiPolygon", shapely.union_all(boxes))
    mine = np.isin(stays.cell, cells)
    hours = np.zeros(len(cells))
    np.add.at(hours, np.searchsorted(cells, stays.cell[mine]), stays.hours[mine])
    # The lowest key where two cells are equally busy: argmax takes the first.
    lon, lat = corner[int(hours.round(3).argmax())]
    name, details = _off(area.centroid, ports)
    return Zone(
        id=f"anchorage-{_degrees(lat, 'ns')}-{_degrees(lon, 'ew')}",
        name=name,
        kind="anchorage",
        geometry=shapely.normalize(area),
        source="Vedetta: learned from vessels that lay still",
        licence="as the positions that it was learned from",
        version=span,
        details={
            **details,
            "vessels": len(np.unique(stays.vessel[mine])),
            "hours": round(float(hours.sum()), 1),
        },
    )


def _degrees(value: float, sides: str) -> str:
    """Return a coordinate as an id may hold it: thousandths of a degree and its side."""
    return f"{round(abs(value) * 1000):06d}{sides[int(value < 0)]}"


def _off(centre: shapely.Point, ports: Sequence[Zone]) -> tuple[str, dict[str, object]]:
    """Return the name of a place by its nearest port, and what is known of that."""
    if not ports:
        return f"Anchorage at {centre.y:.2f} {centre.x:.2f}", {}
    middles = shapely.get_coordinates(shapely.centroid([port.geometry for port in ports]))
    east = (centre.x - middles[:, 0]) * math.cos(math.radians(centre.y)) * 60
    north = (centre.y - middles[:, 1]) * 60
    nearest = int(np.hypot(east, north).argmin())
    port = ports[nearest]
    bearing = math.degrees(math.atan2(east[nearest], north[nearest]))
    point = _COMPASS[round(bearing / 45) % 8]
    nautical = math.hypot(east[nearest], north[nearest])
    country = {"country": port.details["country"]} if "country" in port.details else {}
    return f"Anchorage {nautical:.0f} nm {point} of {port.name}", {"port": port.id, **country}


def _span(fixes: Fixes) -> str:
    if not len(fixes.time):
        return ""
    days = (fixes.time.min(), fixes.time.max())
    return "/".join(str(moment.astype("M8[D]")) for moment in days)


def _with_known_ids(zones: list[Zone], known: Sequence[Zone]) -> list[Zone]:
    """Return the zones with the ids of known ones that they overlap, the largest overlap first."""
    overlaps = sorted(
        (-one.geometry.intersection(old.geometry).area, old.id, number)
        for number, one in enumerate(zones)
        for old in known
        if one.geometry.intersects(old.geometry)
    )
    taken: dict[int, str] = {}
    for _, old_id, number in overlaps:
        if number not in taken and old_id not in taken.values():
            taken[number] = old_id
    return [replace(zone, id=taken.get(n, zone.id)) for n, zone in enumerate(zones)]
