"""The live picture: newest rows in, snapshot and delta frames out, each encoded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from maps.live import symbols, wire

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS = np.dtype(
    [
        ("segment", "u4"),
        ("mmsi", "u4"),
        ("time", "i8"),
        ("received", "i8"),
        ("lon_deg", "f8"),
        ("lat_deg", "f8"),
        ("sog_kn", "f4"),
        ("cog_deg", "f4"),
        ("heading_deg", "f4"),
        ("nav_status", "u1"),
        ("message", "u1"),
        ("reports", "u4"),
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
"""Newest row of each segment with what is known of its vessel: times in µs since 1970 UTC, NaN,
255 and empty where not available, as in PositionBatch and StaticBatch."""

LARGEST_M = {"to_bow_m": 511, "to_stern_m": 511, "to_port_m": 63, "to_starboard_m": 63}
"""What AIS itself can say of a ship's size, metres."""

_US_PER_S = 1_000_000
_US_PER_MS = 1_000


@dataclass(slots=True)
class Picture:
    """What all clients see now; ``update`` returns the delta for those who have the last one.

    keep_s  a vessel not heard for so long leaves, seconds
    """

    keep_s: float = 86_400.0
    sequence: int = 0
    now_ms: int = 0
    _moved: NDArray[np.void] = field(default_factory=lambda: np.empty(0, wire.MOVED))
    _ships: NDArray[np.void] = field(default_factory=lambda: np.empty(0, wire.SHIP))
    _stamp: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    _heard: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def __len__(self) -> int:
        """Return the number of vessels shown."""
        return len(self._moved)

    def update(self, rows: NDArray[np.void], now_us: int) -> bytes:
        """Take the newest ``rows`` (n,) ROWS, whole each time; return the encoded delta."""
        rows = _shown(rows, now_us, self.keep_s)
        moved, ships = _moved(rows, now_us), _ships(rows)
        place = np.searchsorted(self._moved["key"], moved["key"])
        place = np.minimum(place, max(len(self._moved) - 1, 0))
        known = np.zeros(len(moved), bool)
        changed = known.copy()
        if len(self._moved):
            known = self._moved["key"][place] == moved["key"]
            changed = known & (self._stamp[place] != rows["received"])
            renamed = known & (self._ships[place] != ships)
        else:
            renamed = known
        gone = ~np.isin(self._moved["key"], moved["key"], assume_unique=True)
        removed = self._moved["key"][gone]
        self._moved, self._ships = moved, ships
        self._stamp, self._heard = rows["received"].copy(), rows["time"].copy()
        self.sequence += 1
        self.now_ms = now_us // _US_PER_MS
        return self._frame(wire.DELTA, moved[changed | ~known], ships[renamed | ~known], removed)

    def snapshot(self) -> bytes:
        """Return the whole picture as one encoded frame."""
        age_s = (self.now_ms * _US_PER_MS - self._heard) / _US_PER_S
        self._moved["age"] = wire.pack_age(age_s)
        return self._frame(wire.SNAPSHOT, self._moved, self._ships, np.empty(0, np.uint32))

    def _frame(
        self,
        kind: int,
        moved: NDArray[np.void],
        ships: NDArray[np.void],
        removed: NDArray[np.uint32],
    ) -> bytes:
        return wire.encode(wire.Frame(kind, self.sequence, self.now_ms, moved, ships, removed))


def _shown(rows: NDArray[np.void], now_us: int, keep_s: float) -> NDArray[np.void]:
    """Return the rows that are drawn, in the order of their keys."""
    # A clock that was years ahead has left rows that would be fresh until then.
    fresh = np.abs(rows["received"] - now_us) < int(keep_s * _US_PER_S)
    placed = ~(np.isnan(rows["lon_deg"]) | np.isnan(rows["lat_deg"]))
    rows = rows[fresh & placed]
    rows = rows[symbols.confirmed(rows["mmsi"], rows["reports"])]
    return rows[np.argsort(rows["segment"], kind="stable")]


def _moved(rows: NDArray[np.void], now_us: int) -> NDArray[np.void]:
    moved = np.zeros(len(rows), wire.MOVED)
    moved["key"] = rows["segment"]
    moved["lon"] = np.round(rows["lon_deg"] * wire.UNITS_PER_DEGREE)
    moved["lat"] = np.round(rows["lat_deg"] * wire.UNITS_PER_DEGREE)
    state = symbols.states(rows["nav_status"], rows["sog_kn"])
    moved["motion"] = wire.pack_motion(rows["cog_deg"], rows["heading_deg"], rows["sog_kn"], state)
    moved["age"] = wire.pack_age((now_us - rows["time"]) / _US_PER_S)
    return moved


def _ships(rows: NDArray[np.void]) -> NDArray[np.void]:
    ships = np.zeros(len(rows), wire.SHIP)
    ships["key"], ships["mmsi"] = rows["segment"], rows["mmsi"]
    ships["class"] = symbols.classes(rows["mmsi"], rows["message"], rows["ship_type"])
    for name, most in LARGEST_M.items():
        ships[name] = np.nan_to_num(rows[name]).clip(0, most)
    for name in ("name", "destination"):
        ships[name] = rows[name].copy().view("u1").reshape(len(rows), rows[name].itemsize)
    return ships
