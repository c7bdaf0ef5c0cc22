"""What the database keeps of the positions: what people look at; the spool keeps everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled
from ais.tables import grown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.tracks import Tracked

KEPT = np.dtype(
    [("segment", "u4"), ("time", "i8"), ("sog_kn", "f4"), ("cog_deg", "f4"), ("nav_status", "u1")]
)
"""The last row of a segment that was kept."""

# Below this speed the course over ground is noise and no sign of a turn.
_STEADY_KN = 1.0


@dataclass(frozen=True, slots=True)
class Thinning:
    """Which positions are stored.

    every_s    at most one row per segment in so many seconds while nothing changes, 0 = all rows
    turn_deg   a course that differs by so much from the last kept row's is a change, degrees
    speed_kn   a speed that differs by so much is a change, knots
    """

    every_s: float = 10.0
    turn_deg: float = 5.0
    speed_kn: float = 1.0


@compiled
def _changes(old: Any, sog: float, cog: float, nav: int, turn: float, speed: float) -> bool:  # noqa: ANN401
    """Tell whether a row says something that the last kept one did not."""
    if nav != old.nav_status or np.isnan(sog) != np.isnan(old.sog_kn):
        return True
    if abs(sog - old.sog_kn) >= speed:
        return True
    if sog < _STEADY_KN or np.isnan(cog) or np.isnan(old.cog_deg):
        return False
    return bool(abs((cog - old.cog_deg + 180.0) % 360.0 - 180.0) >= turn)


@compiled
def _thin(  # noqa: PLR0913, PLR0917 (a row loop is handed its columns one by one)
    kept: Any,  # noqa: ANN401
    slot: NDArray[np.int64],
    segment: NDArray[np.uint32],
    time: NDArray[np.int64],
    sog: NDArray[np.float32],
    cog: NDArray[np.float32],
    nav: NDArray[np.uint8],
    limits: NDArray[np.float64],
    out: NDArray[np.bool_],
) -> None:
    """Mark the rows to keep, in spool order; a row without a place is never stored."""
    every_us, turn, speed = limits
    for i in range(len(slot)):
        if slot[i] < 0:
            out[i] = False
            continue
        old = kept[slot[i]]
        out[i] = (
            old.segment != segment[i]
            or abs(time[i] - old.time) >= every_us
            or _changes(old, sog[i], cog[i], nav[i], turn, speed)
        )
        if out[i]:
            old.segment, old.time, old.nav_status = segment[i], time[i], nav[i]
            old.sog_kn, old.cog_deg = sog[i], cog[i]


class Thinner:
    """Remembers the last kept row of each segment, by the segmenter's slot."""

    def __init__(self, settings: Thinning | None = None) -> None:
        """Start with nothing kept."""
        self.settings = settings or Thinning()
        self._kept = np.zeros(0, KEPT)

    def step(self, tracked: Tracked) -> NDArray[np.bool_]:
        """Return which rows of the batch are stored, (n,) bool; the batch is in spool order."""
        rows, s = tracked.positions, self.settings
        placed = ~np.isnan(rows.lon_deg)
        if s.every_s <= 0:
            return placed
        # Segment 0 is never given, so fresh rows match no segment.
        self._kept = grown(self._kept, int(tracked.slot.max(initial=-1)) + 1)
        out = np.empty(len(rows), np.bool_)
        _thin(
            self._kept,
            np.where(placed, tracked.slot, -1),
            rows.segment,
            rows.time.view(np.int64),
            rows.sog_kn,
            rows.cog_deg,
            rows.nav_status,
            np.array([s.every_s * 1e6, s.turn_deg, s.speed_kn]),
            out,
        )
        return out

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        return {"kept": self._kept.copy()}

    def thaw(self, state: dict[str, NDArray[Any]]) -> None:
        """Take the state that ``freeze`` gave."""
        self._kept = state["kept"].copy()


class Leveller:
    """Thins stored rows once more as they leave, all vessels alike (DESIGN §1).

    Listed vessels and those with an open event are stored with every report: left as they are,
    their rows would show by their density alone who is listed. What was thinned already stays.
    """

    def __init__(self, settings: Thinning) -> None:
        """Start with nothing seen."""
        self._settings = settings
        self._slots: dict[int, int] = {}
        self._kept = np.zeros(0, KEPT)

    def step(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return those of ``rows`` that leave: sorted by mmsi and time throughout the calls.

        Columns: mmsi, segment, time, sog_kn, cog_deg, nav_status, as in store.exports.
        """
        one = self._settings
        if one.every_s <= 0 or not len(rows):
            return rows
        keys = rows["mmsi"].astype(np.int64) << 32 | rows["segment"].astype(np.uint32)
        tracks, slot = np.unique(keys, return_inverse=True)
        # Only tracks of the vessel that the last block ended with can go on in this one.
        kept = np.zeros(len(tracks), KEPT)
        kept["segment"] = _NONE
        for place, key in enumerate(tracks.tolist()):
            if (before := self._slots.get(key)) is not None:
                kept[place] = self._kept[before]
        out = np.empty(len(rows), np.bool_)
        _thin(
            kept,
            slot.astype(np.int64),
            np.zeros(len(rows), np.uint32),
            np.ascontiguousarray(rows["time"]).view(np.int64),
            np.ascontiguousarray(rows["sog_kn"]),
            np.ascontiguousarray(rows["cog_deg"]),
            rows["nav_status"].astype(np.uint8),
            np.array([one.every_s * 1e6, one.turn_deg, one.speed_kn]),
            out,
        )
        self._slots = {key: place for place, key in enumerate(tracks.tolist())}
        self._kept = kept
        left: NDArray[Any] = rows[out]
        return left


def levelled(rows: NDArray[Any], settings: Thinning) -> NDArray[Any]:
    """Return those of ``rows`` that any vessel would have stored, sorted by mmsi and time.

    Columns as in ``Leveller.step``; what is counted or cut off of an answer comes after this.
    """
    return Leveller(settings).step(rows[np.lexsort((rows["time"], rows["mmsi"]))])


def ready() -> None:
    """Compile what levels, or take it from the cache, before the first answer waits for it."""
    columns = [("segment", "i4"), ("mmsi", "i8"), ("time", "M8[us]"), ("sog_kn", "f4"),
               ("cog_deg", "f4"), ("nav_status", "i2")]  # fmt: skip
    levelled(np.zeros(1, columns), Thinning())


_NONE = np.uint32(2**32 - 1)
"""A segment that no row has: the first row of a track is kept."""
