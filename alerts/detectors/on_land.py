"""Positions on land: a receiver of satellites that is deceived, or broken."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.distances import metres
from alerts.events import Event, Fact
from alerts.inland_waters import KNOWN_BOX, WATERS
from alerts.places import read
from alerts.scene import CRAFT, NO_SLOT, SHIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_TEN_MINUTES_US = 600_000_000
_HOUR_US = 3_600_000_000
_DEGREE_M = 111_400.0
_RASTER_M = 1_000.0
"""The raster of distances may differ so much from a true one between two of its places."""
_NOTE = np.dtype([("row", "i8"), ("what", "u1"), ("inland_m", "f8")])
_OPENED, _CLOSED = 1, 2


@dataclass(frozen=True, slots=True)
class OnLand:
    """A ship's position is inland, and so are the next ones (``on_land``).

    ``fixes`` positions in a row over at least ``span_s`` lie more than ``inland_m`` beyond the
    error of the carried coast (``coast_error_m``), away from ports and from rivers, lakes and
    canals (``alerts.inland_waters``, indicative, and known for its box only). The event is closed
    by the first position that is not, or after ``silence_h`` without one. Positions in doubt
    (GNSS interference) are left out: that is one event for an area, not one for each ship. Lane
    infrastructure: it says that the position is wrong, nothing of the ship.

    inland_m       metres inland
    coast_error_m  so far the carried coast (Natural Earth 1:10m) may be off, metres
    port_m         nearer to the middle of a port nothing is told: basins and quays, metres
    water_m        nearer to an inland water's line nothing is told, metres
    fixes          positions in a row
    span_s         between the first of them and the last, seconds
    silence_h      hours

    Source: DETECTORS §2 row 15; nobody has a rule to compare with.
    Known false alarms: harbours cut deep into the land, waters that are not in the list, lagoons.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("on_land",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [
            ("segment", "u4"), ("fixes", "u2"), ("told", "?"), ("since", "i8"),
            ("lon", "f4"), ("lat", "f4"), ("free", "f4"), ("first_lon", "f4"),
            ("first_lat", "f4"), ("first", "u8"),
        ]
    )  # fmt: skip
    """lon, lat: where the raster was last read, ``free``: degrees from there that need no look."""

    inland_m: float = 500.0
    coast_error_m: float = 2000.0
    port_m: float = 5000.0
    water_m: float = 10_000.0
    fixes: int = 3
    span_s: float = 60.0
    silence_h: float = 24.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what the rows of ``scene`` came to."""
        world, rows = scene.world, scene.rows
        table = state.reach(len(world.fleet))
        if not len(rows):
            return []
        places = world.places
        limits = np.array([self.inland_m + self.coast_error_m, self.port_m, self.water_m,
                           self.fixes, self.span_s * 1e6])  # fmt: skip
        notes = np.zeros(len(rows), _NOTE)
        count = _walk(
            rows, world.vessels["kind"], world.untrusted, table,
            (places.shore, places.shore_frame), (places.port, places.frame), WATERS, limits, notes,
        )  # fmt: skip
        return [
            event
            for note in notes[:count]
            for event in self._noted(state, rows[note["row"]], note)
        ]

    def _noted(self, state: State, row: Any, note: Any) -> list[Event]:  # noqa: ANN401
        key, spool = f"{row['slot']}|{row['segment']}", int(row["spool"])
        seen = state.table[row["slot"]]
        if note["what"] == _CLOSED:
            if key not in state.book:
                return []
            return [state.book.close(key, int(row["time"]), "no longer on land", trigger=spool,
                                     inputs=(*state.book[key].inputs, spool))]  # fmt: skip
        facts = {
            "inland_m": Fact(round(float(note["inland_m"])), "m", self.inland_m),
            "coast_error_m": Fact(self.coast_error_m, "m"),
            "fixes": Fact(self.fixes, None, self.fixes),
        }
        event = Event.begin(
            "on_land", self.version, started_us=int(seen["since"]), updated_us=int(row["time"]),
            lon=float(seen["first_lon"]), lat=float(seen["first_lat"]), mmsi=int(row["mmsi"]),
            confidence=0.8, evidence=facts, inputs=(int(seen["first"]), spool), trigger=spool,
        )  # fmt: skip
        return [state.book.open(key, event, int(row["received"]))]

    def tick(self, state: State, world: World) -> list[Event]:
        """Close events of ships that are not heard any more."""
        if not state.passes(world.now_us, _TEN_MINUTES_US):
            return []
        told = []
        silence = round(self.silence_h * _HOUR_US)
        for key in state.book.keys():  # noqa: SIM118 (a book is no dict, and closing changes it)
            slot, segment = map(int, key.split("|"))
            row = world.fleet[slot]
            heard = int(row["time"]) if int(row["segment"]) == segment else 0
            last = max(heard, state.book[key].updated_us)
            if world.now_us - last >= silence:
                told.append(state.book.close(key, last, f"not heard for {self.silence_h:g} h"))
        return told


@compiled
def _walk(  # noqa: PLR0913, PLR0917 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    kinds: NDArray[np.uint8],
    untrusted: NDArray[np.int64],
    table: Any,  # noqa: ANN401
    shore: tuple[NDArray[np.float32], NDArray[np.float64]],
    port: tuple[NDArray[np.float32], NDArray[np.float64]],
    waters: NDArray[np.float64],
    limits: NDArray[np.float64],
    notes: Any,  # noqa: ANN401
) -> int:
    """Count positions inland in a row; note where a run is long enough, and where it ends."""
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        if row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon + row.lat):
            continue
        kind = kinds[row.vessel]
        if (kind != SHIP and kind != CRAFT) or untrusted[row.slot] > row.received:  # noqa: PLR1714
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.fixes, seen.told, seen.free = row.segment, 0, False, 0.0
        if abs(row.lon - seen.lon) + abs(row.lat - seen.lat) < seen.free:
            continue
        inland = _inland_m(row, seen, shore, port, waters, limits)
        if not inland > limits[0]:
            if seen.told:
                notes[count].row, notes[count].what = i, _CLOSED
                count += 1
            seen.fixes, seen.told = 0, False
            continue
        if seen.fixes == 0:
            seen.since, seen.first = row.time, row.spool
            seen.first_lon, seen.first_lat = row.lon, row.lat
        seen.fixes = min(seen.fixes + 1, 60_000)
        if not seen.told and seen.fixes >= limits[3] and row.time - seen.since >= limits[4]:
            seen.told = True
            notes[count].row, notes[count].what, notes[count].inland_m = i, _OPENED, inland
            count += 1
    return count


@compiled
def _inland_m(
    row: Any,  # noqa: ANN401
    seen: Any,  # noqa: ANN401
    shore: tuple[NDArray[np.float32], NDArray[np.float64]],
    port: tuple[NDArray[np.float32], NDArray[np.float64]],
    waters: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> float:
    """Return metres inland, NaN near ports and inland waters; set how far is free of a look."""
    off = read(shore[0], shore[1], row.lon, row.lat)
    seen.lon, seen.lat, seen.free = row.lon, row.lat, 0.0
    if np.isnan(off):
        return np.nan
    if not -off > limits[0]:
        seen.free = max(off + limits[0] - _RASTER_M, 0.0) / _DEGREE_M
        return -off
    known = KNOWN_BOX[0] < row.lon < KNOWN_BOX[2] and KNOWN_BOX[1] < row.lat < KNOWN_BOX[3]
    if not known or read(port[0], port[1], row.lon, row.lat) < limits[1]:
        return np.nan
    for k in range(len(waters)):
        away = _from_line_m(waters[k], row.lon, row.lat)
        if away < limits[2]:
            seen.free = (limits[2] - away) / _DEGREE_M
            return np.nan
    return -off


@compiled
def _from_line_m(line: NDArray[np.float64], lon: float, lat: float) -> float:
    """Return the metres to a short line (lon, lat, lon, lat): its nearest point on a flat map."""
    scale = math.cos(math.radians(lat))
    ax, ay = (line[0] - lon) * scale, line[1] - lat
    dx, dy = (line[2] - line[0]) * scale, line[3] - line[1]
    length = dx * dx + dy * dy
    part = 0.0
    if length > 0.0:
        part = min(max(-(ax * dx + ay * dy) / length, 0.0), 1.0)
    return metres(
        lon, lat, line[0] + part * (line[2] - line[0]), line[1] + part * (line[3] - line[1])
    )
