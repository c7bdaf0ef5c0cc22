"""What each receiver hears, by place and class: where silence means something.

Every reception is counted, duplicates too. Questions are asked at ticks only: between them the
tables run ahead of the rows that a detector looks at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais import coverage_rows as rows
from ais.coverage_rows import ANY, CELL, HEARD, INDEX, LEVELS_S, NEVER, RECEIVER, WATCH_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.batches import Receptions

_HOUR_US = 3_600_000_000
_SWEEP_US = 60_000_000
_FADED = 0.01
_HOLE = 5
_ROW = np.dtype(
    [
        ("mmsi", "u4"), ("received", "i8"), ("feed", "u2"), ("station", "u4"), ("message", "u1"),
        ("duplicate", "?"), ("lon_deg", "f8"), ("lat_deg", "f8"),
    ]
)  # fmt: skip
MAP_CELL = np.dtype(
    [
        ("lon", "f8"), ("lat", "f8"), ("heard_per_h", "f8"), ("receivers", "i4"),
        ("p99_gap_s", "f8"), ("watches", "f8"),
    ]
)  # fmt: skip
"""A cell for the map: its middle, reports heard an hour, how many receivers hear there, the gap
between reports that 99 of 100 stay below (s, inf beyond a day), ten-minute watches kept there."""


@dataclass(frozen=True, slots=True)
class CoverageSettings:
    """How the coverage is kept.

    cell_deg        size of a cell, degrees
    memory_h        after so many hours a silence counts half
    rate_memory_h   after so many hours a report counts half in «heard an hour»
    down_floor_s    a receiver is never down before so many seconds
    down_factor     nor before so many times the silence that 99 of 100 of its own stay below
    down_repeats    nor before a silence that it came back from so often (decaying)
    min_messages    until it was heard so often a receiver is never called down
    edge_deg        where visits end counts so far round a place, degrees of latitude
    """

    cell_deg: float = 0.25
    memory_h: float = 336.0
    rate_memory_h: float = 24.0
    down_floor_s: float = 120.0
    down_factor: float = 10.0
    down_repeats: float = 2.5
    min_messages: int = 100
    edge_deg: float = 0.08


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver as it is known at a tick.

    code, feed, station   its number, its feed's code, hash of the station (0 none)
    first_us, last_us     first and last heard · up_since_us  when it last came back
    limit_s               silence after which it counts as down, None where not known yet
    down                  it is down now · messages  all of them
    lon, lat              the middle of what it hears, degrees, NaN not known
    """

    code: int
    feed: int
    station: int
    first_us: int
    last_us: int
    up_since_us: int
    limit_s: float | None
    down: bool
    messages: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Silence:
    """How usual a silence is for a vessel that goes on transmitting where it was last heard.

    longer    silences in that cell and class that lasted as long, its own left out (decaying)
    watches   ten-minute watches in which a vessel was heard there (decaying)
    receivers how many that heard the vessel live now
    """

    longer: float
    watches: float
    receivers: int

    @property
    def share(self) -> float:
        """Return P(silence | transmitting), pessimistic: one more silence than was counted."""
        return min(1.0, round((self.longer + 1.0) / (self.watches + 1.0), 6))

    @property
    def one_of(self) -> int:
        """Return n of «1 of n such watches ends in so long a silence»."""
        return int(1.0 / self.share + 0.5)


class Coverage:
    """Counts receptions in spool order; answers at ticks."""

    def __init__(self, settings: CoverageSettings | None = None) -> None:
        """Start deaf."""
        self.settings = settings or CoverageSettings()
        self._receivers = np.zeros(rows.MOST_RECEIVERS, RECEIVER)
        self._index = np.zeros(4 * rows.MOST_RECEIVERS, INDEX)
        self._heard = np.zeros(rows.FEWEST, HEARD)
        self._cells = np.zeros(rows.FEWEST, CELL)
        self._used = np.array([1, 0, 0], np.int64)
        self._now_us = 0
        self._hours = 0.0
        self._receivers[ANY]["last"] = NEVER
        self._receivers[ANY]["lon"] = self._receivers[ANY]["lat"] = np.nan

    def step(self, receptions: Receptions) -> None:
        """Count ``receptions``, in spool order."""
        batch = np.empty(len(receptions), _ROW)
        for name in _ROW.names or ():
            column = getattr(receptions, name)
            batch[name] = column.view("i8") if column.dtype.kind == "M" else column
        done = 0
        while True:
            done = rows.count(
                batch, done, self._receivers, self._used, self._index, self._heard, self._cells,
                self.settings.cell_deg,
            )  # fmt: skip
            if done == len(batch):
                return
            self._make_room()

    def tick(self, now_us: int) -> None:
        """Let lasting silences count once a minute, and everything fade once an hour."""
        before, self._now_us = self._now_us, now_us
        if now_us // _SWEEP_US == before // _SWEEP_US:
            return
        self._set_limits()
        rows.sweep(now_us, self._receivers, self._used, self._heard, self._cells)
        if before and (hours := now_us // _HOUR_US - before // _HOUR_US):
            self._fade(hours)

    def _set_limits(self) -> None:
        """Say of each receiver after which silence it is down."""
        s, known = self.settings, self._receivers[: self._used[0]]
        edges = np.array([*LEVELS_S, np.inf])
        usual = known["reach"] <= 0.01 * np.maximum(known["heard"], 1.0)[:, None]
        p99 = edges[_first(usual)]
        repeated = edges[_first(known["reach"] < s.down_repeats)]
        limit = np.maximum(np.maximum(s.down_factor * p99, repeated), s.down_floor_s)
        counts = (known["messages"] >= s.min_messages) & np.isfinite(limit)
        known["limit"] = np.where(counts, np.where(counts, limit, 0.0) * 1e6, 0.0)

    def _fade(self, hours: int) -> None:
        slow = round(0.5 ** (hours / self.settings.memory_h), 12)
        fast = round(0.5 ** (hours / self.settings.rate_memory_h), 12)
        for name in ("gaps", "watches", "visits", "reach"):
            self._cells[name] *= np.float32(slow)
        self._cells["heard"] *= np.float32(fast)
        self._receivers["reach"] *= slow
        self._receivers["heard"] *= slow
        self._hours = (self._hours + hours) * fast

    def _make_room(self) -> None:
        """Drop what has faded, then let a table grow that is still more than two thirds full."""
        old = self._heard
        stale = (old["last"] < self._now_us - 2 * LEVELS_S[-1] * 1_000_000) & (self._now_us > 0)
        self._heard = rows.grown(old[(old["key"] != 0) & ~stale])
        cells = self._cells
        # Of what was watched for less than that nothing is left.
        self._cells = rows.grown(cells[(cells["key"] != 0) & (cells["watches"] > _FADED)])
        self._used[1] = np.count_nonzero(self._heard["key"])
        self._used[2] = np.count_nonzero(self._cells["key"])

    # -- questions, at ticks -----------------------------------------------------------------

    def receivers(self) -> list[Receiver]:
        """Return the receivers in the order in which they were first heard."""
        return [self._of(code) for code in range(1, int(self._used[0]))]

    def standing(self, steady_s: float) -> NDArray[np.uint8]:
        """Return, (receivers,) u1, all that says which outages there are: cheap to compare.

        1 it is down · 2 it is never silent for longer than ``steady_s`` · 4 its feed is now:
        as long as this is what it was, no outage begins or ends.
        """
        used, steady_us = int(self._used[0]), round(steady_s * 1e6)
        return np.asarray(rows.standing(self._receivers, used, self._now_us, steady_us))

    def _of(self, code: int) -> Receiver:
        row = self._receivers[code]
        limit, last = int(row["limit"]), int(row["last"])
        return Receiver(
            code, int(row["feed"]), int(row["station"]), int(row["first"]), last,
            int(row["up_since"]), limit / 1e6 if limit else None,
            bool(limit and self._now_us - last > limit), int(row["messages"]),
            float(row["lon"]), float(row["lat"]),
        )  # fmt: skip

    def ships(self, code: int, since_us: int) -> int:
        """Return how many ships a receiver has heard at or after ``since_us``."""
        own = (self._heard["key"] & np.uint64(0xFFFF)) == code
        return int(
            np.count_nonzero(own & (self._heard["key"] != 0) & (self._heard["last"] >= since_us))
        )

    def last_heard_us(self, mmsi: int) -> int:
        """Return when anything was last received of a ship, NEVER where nothing was."""
        row = self._heard[rows.find(self._heard, rows.heard_key(mmsi, ANY))]
        return int(row["last"]) if row["key"] else NEVER

    def heard_by(self, mmsi: int) -> list[Receiver]:
        """Return the receivers that heard a ship within the ten minutes before it fell silent."""
        since = self.last_heard_us(mmsi) - WATCH_US
        codes = rows.listeners(self._heard, mmsi, int(self._used[0]), since)
        return [self._of(code) for code in codes.tolist()]

    def silence(
        self, mmsi: int, place: tuple[float, float], class_b: int, lasted_us: int
    ) -> Silence:
        """Return how usual a silence of ``lasted_us`` is at ``place`` (lon, lat) for its class.

        It is asked of each receiver that heard the ship and lives, and of all together where none
        of them is down; the one that says most counts. They are never multiplied: what makes one
        deaf mostly makes the other deaf too.
        """
        heard = self.heard_by(mmsi)
        alive = [one.code for one in heard if not one.down]
        codes = [ANY, *alive] if len(alive) == len(heard) else alive
        cell = rows.cell_of(*place, self.settings.cell_deg)
        level = int(np.searchsorted(rows.EDGES_US, lasted_us, "right")) - 1
        best = Silence(0.0, 0.0, len(alive))
        for code in codes:
            row = self._cells[rows.find(self._cells, rows.cell_key(cell, code, class_b))]
            own = self._heard[rows.find(self._heard, rows.heard_key(mmsi, code))]
            if not row["key"] or level < 0:
                continue
            mine = float(own["key"] != 0 and own["cell"] == cell and own["level"] > level)
            longer = max(0.0, float(row["reach"][level]) - mine)
            found = Silence(round(longer, 2), round(float(row["watches"]), 2), len(alive))
            if found.share < best.share:
                best = found
        return best

    def endings(
        self, mmsi: int, place: tuple[float, float], class_b: int, lasted_us: int
    ) -> tuple[float, float]:
        """Return how many visits near ``place`` ended in such a silence, and of how many.

        Counted for all receivers together, in its cell and in those within ``edge_deg`` of it: a
        place where hearing ends does not keep to cells. The ship's own silence is left out.
        """
        level = int(np.searchsorted(rows.EDGES_US, lasted_us, "right")) - 1
        own = self._heard[rows.find(self._heard, rows.heard_key(mmsi, ANY))]
        ended = visits = 0.0
        for cell in self._round(place):
            row = self._cells[rows.find(self._cells, rows.cell_key(cell, ANY, class_b))]
            if not row["key"] or level < 0:
                continue
            mine = float(own["key"] != 0 and own["cell"] == cell and own["level"] > level)
            ended += max(0.0, float(row["reach"][level]) - mine)
            visits += float(row["visits"])
        return round(ended, 2), round(visits, 2)

    def _round(self, place: tuple[float, float]) -> list[int]:
        """Return the numbers of the cells within ``edge_deg`` of a place, in their order."""
        lon, lat = place
        wide = self.settings.edge_deg / max(float(np.cos(np.radians(lat))), 0.1)
        found = {
            rows.cell_of(lon + east * wide, lat + north * self.settings.edge_deg,
                         self.settings.cell_deg)
            for east in (-1, 0, 1) for north in (-1, 0, 1)
        }  # fmt: skip
        return sorted(cell for cell in found if cell >= 0)

    def p99_s(self, place: tuple[float, float], class_b: int) -> float:
        """Return the gap between reports that 99 of 100 stay below at a place, seconds.

        NaN where less than 100 were counted, inf beyond a day.
        """
        cell = rows.cell_of(*place, self.settings.cell_deg)
        row = self._cells[rows.find(self._cells, rows.cell_key(cell, ANY, class_b))]
        if not row["key"] or row["gaps"] < 100:  # noqa: PLR2004 (one of a hundred)
            return float("nan")
        return _p99(row["reach"], float(row["gaps"]))

    def watches(self, place: tuple[float, float], class_b: int) -> float:
        """Return in how many ten-minute watches a ship of this class was heard in a cell.

        Only living receivers count; it fades. 0 where nobody hears.
        """
        return self._watches(rows.cell_of(*place, self.settings.cell_deg), class_b)

    def _watches(self, cell: int, class_b: int) -> float:
        most = rows.most_watches(
            self._cells, self._receivers, int(self._used[0]), cell, class_b, self._now_us
        )
        return round(most, 2)

    def is_heard(self, place: tuple[float, float], class_b: int, enough: float = 2.0) -> bool:
        """Tell whether a ship at ``place`` (lon, lat) would be heard by a receiver that lives.

        So it is where ships were heard in ``enough`` watches, and in a hole of a cell amid five
        such neighbours of eight: nobody came there yet. Off a straight edge there are three.
        """
        cell = rows.cell_of(*place, self.settings.cell_deg)
        if cell < 0 or self._watches(cell, class_b) >= enough:
            return cell >= 0
        columns = int(np.ceil(360.0 / self.settings.cell_deg))
        ring = [cell + n * columns + e for n in (-1, 0, 1) for e in (-1, 0, 1) if n or e]
        heard = [self._watches(one, class_b) >= enough for one in ring if one >= 0]
        return sum(heard) >= _HOLE

    def cells(self) -> NDArray[Any]:
        """Return MAP_CELL (n,): where ships are heard, both classes together, by cell number."""
        there = self._cells[self._cells["key"] != 0]
        numbers = (there["key"] >> np.uint64(17)).astype(np.int64) - 1
        codes = (there["key"] >> np.uint64(1)).astype(np.int64) & 0xFFFF
        every, at = np.unique(numbers, return_inverse=True)
        out = np.zeros(len(every), MAP_CELL)
        step = self.settings.cell_deg
        columns = int(np.ceil(360.0 / step))
        out["lon"] = -180.0 + (every % columns + 0.5) * step
        out["lat"] = -90.0 + (every // columns + 0.5) * step
        both = codes == ANY
        hours = max(self._hours + self._now_us % _HOUR_US / _HOUR_US, 1 / 60)
        for name, column in (("heard_per_h", "heard"), ("watches", "watches")):
            np.add.at(out[name], at[both], there[column][both])
        out["heard_per_h"] /= hours
        single = np.unique(np.column_stack([at[~both], codes[~both]]), axis=0)[:, 0]
        out["receivers"] = np.bincount(single, minlength=len(out))
        reach = np.zeros((len(out), rows.LEVELS))
        gaps = np.zeros(len(out))
        np.add.at(reach, at[both], there["reach"][both])
        np.add.at(gaps, at[both], there["gaps"][both])
        out["p99_gap_s"] = np.array([*LEVELS_S, np.inf])[_first(reach <= 0.01 * gaps[:, None])]
        return out

    # -- snapshots ---------------------------------------------------------------------------

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        return {
            "receivers": self._receivers[: self._used[0]].copy(),
            "heard": self._heard[self._heard["key"] != 0],
            "cells": self._cells[self._cells["key"] != 0],
            "times": np.array([self._now_us, self._hours], np.float64),
            # What has faded is dropped when a table grows: that must not come earlier or later.
            "sizes": np.array([len(self._heard), len(self._cells)], np.int64),
        }

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what ``freeze`` gave; raises ValueError where its columns are others now."""
        for name, dtype in (("receivers", RECEIVER), ("heard", HEARD), ("cells", CELL)):
            if state[name].dtype != dtype:
                raise ValueError(f"coverage {name}: columns of another version; start it anew")
        many = len(state["receivers"])
        self._receivers[:] = 0
        self._receivers[:many] = state["receivers"]
        self._index[:] = 0
        for code in range(1, many):
            row = self._receivers[code]
            key = (int(row["feed"]) + 1) << 32 | int(row["station"])
            self._index[rows.find(self._index, key)] = (key, code)
        sizes = state["sizes"].tolist()
        self._heard = rows.grown(state["heard"], sizes[0])
        self._cells = rows.grown(state["cells"], sizes[1])
        self._used = np.array([many, len(state["heard"]), len(state["cells"])], np.int64)
        self._now_us, self._hours = int(state["times"][0]), float(state["times"][1])


def _first(true: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return in each row the first column that is true, the number of columns where none is."""
    at: NDArray[np.intp] = np.where(true.any(axis=1), true.argmax(axis=1), true.shape[1])
    return at


def _p99(reach: NDArray[Any], gaps: float) -> float:
    at = int(_first((reach <= 0.01 * gaps)[None, :])[0])
    return float(LEVELS_S[at]) if at < rows.LEVELS else float("inf")
