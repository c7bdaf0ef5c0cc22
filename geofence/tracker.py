"""Visits of track segments to zones, as one loop in spool order (rules: DETECTORS, row 8).

State stands in arrays by the segmenter's slot; the loop itself is in ``visiting``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from ais.batches import PositionBatch
from ais.tables import grown
from geofence.bearings import INSIDE, OUTSIDE
from geofence.errors import GeofenceError
from geofence.index import DEEPEST_M, ZoneIndex
from geofence.stays import (
    ASKS,
    EPOCH,
    FOREVER,
    FRESH,
    NEVER,
    ROW,
    SAID,
    SLOT,
    STAMP,
    STAY,
    TOLD,
    USED,
    Rows,
    Rules,
    Scratch,
    State,
    rename,
)
from geofence.visiting import walk
from geofence.visits import Visits, VisitSettings
from geofence.zones import Zone, ZoneSet

MINUTE_US = 60_000_000
_FEWEST = 256
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class VisitTracker:
    """Tells what vessels do at zones; without a zone set it tells nothing."""

    def __init__(self, settings: VisitSettings | None = None) -> None:
        """Start without zones; raises GeofenceError where ``deep_m`` is beyond what is known."""
        self.settings = settings or VisitSettings()
        if not 0.0 <= self.settings.deep_m <= DEEPEST_M:
            raise GeofenceError(
                f"visits.deep_m = {self.settings.deep_m!r}: expected 0 to {DEEPEST_M:g} m"
            )
        self._slots = np.zeros(_FEWEST, SLOT)
        self._pool = np.zeros(_FEWEST, STAY)
        self._told = np.zeros(_FEWEST, TOLD)
        self._book = np.array(FRESH, np.int64)
        self._named: dict[str, tuple[str, int]] = {}
        self._take(ZoneIndex.of(ZoneSet()))

    def adopt(self, index: ZoneIndex) -> None:
        """Go on with another zone set, from the next row.

        A zone of the same id and geometry keeps its visits; the visits of others end untold. In
        zones that are new, or have another geometry, the next fix inside is ``present``.
        """
        self._book[EPOCH] += 1
        order = {name: number for number, name in enumerate(self._named)}
        digests = _digests(index.zones)
        renamed = np.full(max(len(order), 1), -1, np.int32)
        named = {}
        for number, (name, digest) in enumerate(digests.items()):
            known, born = self._named.get(name, ("", 0))
            if known == digest:
                renamed[order[name]] = number
            named[name] = digest, born if known == digest else int(self._book[EPOCH])
        self._named = named
        rename(self._state(), renamed)
        self._take(index)

    def step(self, positions: PositionBatch, slot: NDArray[np.int64]) -> Visits:
        """Return what the rows of ``positions``, in spool order, changed; sorted by row and zone.

        ``slot`` (n,) is the segmenter's (Tracked.slot, -1 for no segment); ``segment`` is filled.
        Rows not newer than their segment's newest, and rows without a place, are passed over.
        """
        self._make_room(int(slot.max(initial=-1)))
        rows = Rows(
            np.ascontiguousarray(slot, np.int64),
            np.ascontiguousarray(positions.segment),
            np.ascontiguousarray(positions.time).astype("M8[us]", copy=False).view(np.int64),
            np.ascontiguousarray(positions.lon_deg),
            np.ascontiguousarray(positions.lat_deg),
        )
        self._book[SAID] = 0
        while not walk(self._cells, self._rules, self._state(), self._scratch, rows):
            self._help(rows)
        return self._visits(positions)

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays, with ids and digests of the zones that it means."""
        held = np.flatnonzero(self._slots["segment"])
        return {
            "slots": self._slots[: held[-1] + 1 if len(held) else 0].copy(),
            "pool": self._pool[: self._book[USED]].copy(),
            "book": self._book.copy(),
            "zone": np.array(list(self._named), "S80"),
            "digest": np.array([digest for digest, _ in self._named.values()], "S32"),
            "born": np.array([born for _, born in self._named.values()], np.int64),
        }

    def thaw(self, state: dict[str, NDArray[Any]]) -> None:
        """Take the state that ``freeze`` gave; ``adopt`` of the same edition must follow."""
        self._slots = np.zeros(max(_FEWEST, len(state["slots"])), SLOT)
        self._slots[: len(state["slots"])] = state["slots"]
        self._pool = np.zeros(max(_FEWEST, len(state["pool"])), STAY)
        self._pool[: len(state["pool"])] = state["pool"]
        self._book = np.array(FRESH, np.int64)
        self._book[: len(state["book"])] = state["book"]
        names = (name.decode() for name in state["zone"].tolist())
        said = zip(state["digest"].tolist(), state["born"].tolist(), strict=True)
        self._named = {
            name: (digest.decode(), born) for name, (digest, born) in zip(names, said, strict=True)
        }

    def _take(self, index: ZoneIndex) -> None:
        """Make ``index`` the one that rows are checked against."""
        self._index, self._cells = index, index.cells
        zones, settings = index.zones.zones, self.settings
        count = max(len(zones), 1)
        begin = np.array([_micros(zone.valid_from, NEVER) for zone in zones], np.int64)
        end = np.array([_micros(zone.valid_until, FOREVER) for zone in zones], np.int64)
        turns = np.unique(np.concatenate([begin, end]))
        self._rules = Rules(
            enter_fixes=int(settings.enter_fixes),
            enter_s=float(settings.enter_s),
            deep_m=float(settings.deep_m),
            dwell_us=round(settings.dwell_min * MINUTE_US),
            leg_us=round(settings.leg_max_min * MINUTE_US),
            leave_m=np.array([zone.leave_m for zone in zones], float),
            begin=begin,
            end=end,
            turns=turns[(turns != NEVER) & (turns != FOREVER)],
            born=np.array([born for _, born in self._named.values()], np.int64),
        )
        self._scratch = Scratch(
            seen=np.zeros(count, np.int64),
            within=np.zeros(count, np.uint8),
            depth=np.zeros(count),
            held=np.zeros(count, np.int64),
            tried=np.zeros(count, np.int64),
            found=np.zeros(count, np.int32),
            met=np.zeros(count, np.int32),
            answered=np.zeros((count, 2), np.int64),
            answer=np.zeros((count, 2), np.uint8),
            ask=np.zeros((2 * count, 2), np.int32),
        )

    def _state(self) -> State:
        return State(self._slots, self._pool, self._told, self._book)

    def _make_room(self, slot: int) -> None:
        self._slots = grown(self._slots, slot + 1)

    def _help(self, rows: Rows) -> None:
        """Answer what the loop was not sure of; else it needs longer arrays."""
        asks = int(self._book[ASKS])
        if asks:
            self._answer(rows, self._scratch.ask[:asks])
            self._book[ASKS] = 0
            return
        # More than one row can need: it may begin, end and cross each zone once.
        most = 5 * max(len(self._index.zones), 1)
        self._pool = grown(self._pool, int(self._book[USED]) + most)
        self._told = grown(self._told, int(self._book[SAID]) + most)

    def _answer(self, rows: Rows, asks: NDArray[np.int32]) -> None:
        """Ask shapely about the row at which the loop stands: is it in the zone, does its leg cut.

        A leg cuts a zone when their interiors meet: along a border is not through it.
        """
        row = int(self._book[ROW])
        zone, about = asks[:, 0], asks[:, 1]
        lon, lat = rows.lon[row], rows.lat[row]
        old = self._slots[rows.slot[row]]
        leg = shapely.linestrings([[old["lon"], old["lat"]], [lon, lat]])
        shapes = self._index.shapes[zone]
        inside = shapely.contains_xy(shapes, lon, lat)
        yes = np.where(about == 0, inside, shapely.relate_pattern(shapes, leg, "T********"))
        self._scratch.answer[zone, about] = np.where(yes, INSIDE, OUTSIDE)
        self._scratch.answered[zone, about] = self._book[STAMP]

    def _visits(self, positions: PositionBatch) -> Visits:
        """Return what the loop told, as columns."""
        told = self._told[: self._book[SAID]]
        told = told[np.lexsort((told["change"], told["zone"], told["row"]))]
        row = told["row"]
        return Visits(
            row=row.copy(),
            mmsi=positions.mmsi[row],
            segment=positions.segment[row],
            spool=positions.spool[row],
            zone=told["zone"].copy(),
            change=told["change"].astype(np.uint8),
            time=told["time"].astype("M8[us]"),
            since=told["since"].astype("M8[us]"),
            lon_deg=told["lon"].copy(),
            lat_deg=told["lat"].copy(),
        )


def _digests(zones: ZoneSet) -> dict[str, str]:
    """Return the digest of each zone's geometry, by id, in the set's order."""
    return {zone.id: _digest(zone) for zone in zones.zones}


def _digest(zone: Zone) -> str:
    flat: bytes = shapely.to_wkb(zone.geometry, output_dimension=2, byte_order=1)
    return hashlib.sha256(flat).hexdigest()[:32]


def _micros(moment: dt.datetime | None, unbounded: int) -> int:
    """Return µs since 1970 of a moment."""
    return unbounded if moment is None else (moment - _EPOCH) // dt.timedelta(microseconds=1)
