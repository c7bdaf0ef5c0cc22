"""Stories of positions for detectors: ships that sail, stop, fall silent; and who tells what."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.batches import Decoded, PositionBatch, Receptions, SafetyText, StaticBatch
from ais.tracks import Segmenter
from alerts.distances import ahead
from alerts.places import Places
from alerts.screening import Screening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.events import Event
    from geofence.zones import Zone

START = np.datetime64("2026-05-10T00:00:00", "us")
TICK_US = 10_000_000
KN_MS = 1852 / 3600


def us(text: str) -> int:
    """µs since 1970 of a time as ``2026-05-10T00:10:00``."""
    return int(np.datetime64(text, "us").astype(np.int64))


@dataclass
class Ship:
    """One vessel; each verb adds reports from where and when the one before ended.

    Times are minutes after START. ``sails`` moves at ``kn`` on ``course``; ``drifts`` does so with
    another heading; ``silent`` adds nothing; ``says`` adds a single report.
    """

    mmsi: int
    lon: float
    lat: float
    minute: float = 0.0
    type: int = 70
    length: float = 90.0
    name: str = ""
    imo: int = 0
    call_sign: str = ""
    message: int = 1
    feed: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    statics: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    def says(self, **values: Any) -> Ship:
        """Add one report here and now."""
        row = {
            "minute": self.minute, "lon_deg": self.lon, "lat_deg": self.lat, "sog_kn": 0.0,
            "cog_deg": 0.0, "heading_deg": math.nan, "nav_status": 0, "message": self.message,
            "feed": self.feed, "mmsi": self.mmsi,
        }  # fmt: skip
        self.rows.append(row | values)
        return self

    def sails(
        self, course: float, kn: float, minutes: float, every_s: float = 60, **values: Any
    ) -> Ship:
        """Report each ``every_s`` while moving; the first report is one step on."""
        for _ in range(round(minutes * 60 / every_s)):
            self.minute += every_s / 60
            self.lon, self.lat = ahead(self.lon, self.lat, course, kn * KN_MS * every_s)
            self.says(**{"sog_kn": kn, "cog_deg": course, "heading_deg": course, **values})
        return self

    def drifts(
        self, course: float, kn: float, minutes: float, heading: float, **values: Any
    ) -> Ship:
        """Move over ground on ``course`` with the bow elsewhere."""
        return self.sails(course, kn, minutes, **{"heading_deg": heading, **values})

    def stays(self, minutes: float, every_s: float = 60, **values: Any) -> Ship:
        """Report from one place without speed."""
        return self.sails(0, 0, minutes, every_s, **{"cog_deg": math.nan, **values})

    def silent(self, minutes: float) -> Ship:
        """Let time pass without a report."""
        self.minute += minutes
        return self

    def is_at(self, lon: float, lat: float) -> Ship:
        """Be somewhere else from now on."""
        self.lon, self.lat = lon, lat
        return self

    def introduces(self, **values: Any) -> Ship:
        """Send a static report (type 5) now."""
        row = {
            "minute": self.minute, "mmsi": self.mmsi, "imo": self.imo, "name": self.name.encode(),
            "call_sign": self.call_sign.encode(), "ship_type": self.type, "message": 5,
            "to_bow_m": self.length, "to_stern_m": 0.0, "to_port_m": 5.0, "to_starboard_m": 5.0,
            "draught_m": math.nan, "destination": b"", "feed": self.feed,
        }  # fmt: skip
        self.statics.append(row | values)
        return self

    def calls(self, text: str, **values: Any) -> Ship:
        """Send a safety text (type 14) now."""
        row = {"minute": self.minute, "mmsi": self.mmsi, "message": 14, "dest_mmsi": 0,
               "text": text.encode(), "feed": self.feed}  # fmt: skip
        self.texts.append(row | values)
        return self


@dataclass
class Stream:
    """What several ships sent, in the order in which it was heard."""

    positions: PositionBatch
    statics: StaticBatch
    texts: SafetyText
    receptions: Receptions

    @classmethod
    def of(cls, *ships: Ship) -> Stream:
        """Merge what ``ships`` sent; spool positions from 1 follow the times."""
        every = [
            (row["minute"], n, kind, row)
            for n, ship in enumerate(ships)
            for kind, rows in enumerate((ship.statics, ship.rows, ship.texts))
            for row in rows
        ]
        every.sort(key=lambda one: (one[0], one[2], one[1]))
        parts: tuple[list[dict[str, Any]], ...] = ([], [], [])
        heard = []
        for spool, (minute, _, kind, row) in enumerate(every, 1):
            at = START + np.timedelta64(round(minute * 60e6), "us")
            full = {"received": at, "time": at, "spool": spool, **row}
            parts[kind].append(full)
            heard.append({"duplicate": False, "station": 0, "lon_deg": math.nan,
                          "lat_deg": math.nan, **full})  # fmt: skip
        statics, positions, texts = parts
        return cls(_batch(PositionBatch, positions), _batch(StaticBatch, statics),
                   _batch(SafetyText, texts), _batch(Receptions, heard))  # fmt: skip

    def between(self, first_us: int, last_us: int) -> Stream:
        """What was heard from ``first_us`` until before ``last_us``."""
        return self._span("received", *(np.datetime64(at, "us") for at in (first_us, last_us)))

    def cut(self, spool: int) -> tuple[Stream, Stream]:
        """What came before a spool position, and the rest."""
        last = np.uint64(np.iinfo(np.uint64).max)
        at = np.uint64(spool)
        return self._span("spool", np.uint64(0), at), self._span("spool", at, last)

    def _span(self, column: str, first: Any, last: Any) -> Stream:
        """Slice every batch: all are sorted by what they are sliced by."""
        parts = []
        for batch in (self.positions, self.statics, self.texts, self.receptions):
            start, end = np.searchsorted(getattr(batch, column), np.array([first, last]))
            parts.append(batch.take(slice(start, end)) if end > start else _EMPTY[type(batch)])
        return Stream(*parts)


_EMPTY = {kind: kind.empty() for kind in (PositionBatch, StaticBatch, SafetyText, Receptions)}


_DEFAULTS = {"nav_status": 255, "ship_type": 255, "part": 0, "eta_month": 255, "eta_day": 255,
             "eta_hour": 255, "eta_minute": 255}  # fmt: skip


def _batch(kind: type[Any], rows: list[dict[str, Any]]) -> Any:
    columns = {}
    for name, dtype in kind.dtypes().items():
        missing = math.nan if dtype.startswith("f") else _DEFAULTS.get(name, 0)
        missing = b"" if dtype.startswith("S") else missing
        columns[name] = np.array([row.get(name, missing) for row in rows], dtype)
    return kind(**columns)


_KEPT: dict[tuple[tuple[str, bytes], ...], Places] = {}


def _places(zones: tuple[Zone, ...]) -> Places:
    """Distances to ``zones``, made once."""
    key = tuple((zone.kind, zone.geometry.wkb) for zone in zones)
    if key not in _KEPT:
        _KEPT[key] = Places.of(zones)
    return _KEPT[key]


class Watch:
    """A screening that is shown streams: segments, ticks of 10 s and all, as in the pipeline."""

    def __init__(
        self, detectors: dict[str, Any], zones: Sequence[Zone] = (), **options: Any
    ) -> None:
        self.screening = Screening(detectors, **options)
        self.segmenter = Segmenter()
        self.now = 0
        if zones:
            self.screening.adopt_zones(tuple(zones), _places(tuple(zones)), "test")

    def sees(
        self,
        stream: Stream,
        until_minute: float = 0,
        *,
        piece: int = 0,
        visits: Any = None,
        hits: Any = None,
    ) -> list[Event]:
        """Events of ``stream``, then of ticks until a minute after START.

        ``piece``: rows are shown so many spool positions at a time. ``visits`` and ``hits`` are
        functions that are given the batch with its segments, and slots, and return what Scene has.
        """  # fmt: skip
        told: list[Event] = []
        received = stream.receptions.received.view("i8")
        end = int(received.max(initial=0)) + 1
        if until_minute:
            end = max(end, int(START.astype("i8")) + round(until_minute * 60e6) + 1)
        first = int(received.min(initial=end))
        at = self.now or first
        while at < end:
            following = min(at // TICK_US * TICK_US + TICK_US, end)
            if at % TICK_US == 0 and at > self.now and self.now:
                told += self.screening.tick(at)
            self.now = at
            rows = stream.between(at, following)
            if len(rows.receptions):
                told += self._step(rows, piece, visits, hits)
            at = following
        self.now = max(self.now, end - 1)
        return told

    def _step(self, rows: Stream, piece: int, visits: Any, hits: Any) -> list[Event]:
        spools = rows.receptions.spool
        told: list[Event] = []
        cuts = spools[piece::piece].tolist() if piece else []
        for cut in [*cuts, int(spools[-1]) + 1]:
            part, rows = rows.cut(cut)
            tracked = self.segmenter.step(part.positions)
            decoded = Decoded(tracked.positions, part.statics, part.texts, part.receptions)
            seen = visits(tracked) if visits else ()
            found = hits(part) if hits else ()
            told += self.screening.step(decoded, tracked.positions, tracked.slot, seen, found)
        return told


def watch(detector: Any, *ships: Ship, until_minute: float = 0, **options: Any) -> list[Event]:
    """Events of one detector over what ``ships`` sent."""
    return Watch({"it": detector}, **options).sees(Stream.of(*ships), until_minute)


def kinds(events: Sequence[Event]) -> list[tuple[str, str]]:
    """Kind and state of each event, in order."""
    return [(event.kind, event.state) for event in events]


def anonymous(event: Event) -> Event:
    """An event without its spool positions, to compare runs whose lines lie elsewhere."""
    return replace(event, inputs=(), trigger=0)
