"""Visits: what must hold for every stream, beside a plain rule without boxes and cells."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.batches import PositionBatch
from geofence.index import ZoneIndex
from geofence.tracker import VisitTracker
from geofence.visits import CROSSED, DWELL, ENTERED, LEFT, PRESENT, Visits, VisitSettings
from geofence.zones import Zone, ZoneSet

MIDDLE = np.array([10.0, 40.0])


def crooked(seed: int) -> Zone:
    """A crooked zone near 10° E, 40° N."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
    away = rng.uniform(0.004, 0.12) * (1 + 0.4 * np.sin(5 * angle))
    middle = rng.uniform(-0.05, 0.05, 2) + MIDDLE
    points = middle + away[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    shape = shapely.Polygon(points).buffer(0)
    return Zone(f"z{seed:02}", "z", "custom", shape, "drawn", "none", leave_m=100.0 * (seed % 9))


ZONES = ZoneSet(
    (
        *map(crooked, range(12)),
        Zone("box", "box", "custom", shapely.box(9.95, 39.95, 10.05, 40.05), "drawn", "none"),
    )
)
INDEX = ZoneIndex.of(ZONES)
SETTINGS = VisitSettings(dwell_min=20.0, leg_max_min=30.0)


@st.composite
def streams(draw) -> PositionBatch:
    """Some vessels that wander at all paces, with jumps, silence, late rows and round places."""
    seed, rows = draw(st.integers(0, 2**32)), draw(st.integers(1, 400))
    rng = np.random.default_rng(seed)
    segment = rng.integers(1, 5, rows)
    pace = draw(st.sampled_from([1e-5, 3e-4, 3e-3, 3e-2]))
    columns = {name: np.zeros(rows, kind) for name, kind in PositionBatch.dtypes().items()}
    steps = rng.normal(0, pace, (rows, 2)) * (rng.random((rows, 1)) < 0.9)
    for one in range(1, 5):
        mine = segment == one
        places = rng.normal(0, 0.06, 2) + MIDDLE + np.cumsum(steps[mine], axis=0)
        rounded = rng.random(len(places)) < 0.1
        # To the very corners of the box: 1e-15° beside one, shapely's ``relate`` is not exact.
        places[rounded] = np.round(np.round(places[rounded] / 0.05) * 0.05, 2)
        columns["lon_deg"][mine], columns["lat_deg"][mine] = places.T
    gaps = rng.choice([0.0, 2.5, 10.0, 60.0, 4000.0], rows, p=[0.1, 0.3, 0.4, 0.19, 0.01])
    seconds = np.cumsum(gaps) - 30 * (rng.random(rows) < 0.05)
    columns["time"] = (seconds * 1e6).astype("M8[us]")
    columns["lon_deg"][rng.random(rows) < 0.02] = np.nan
    columns["mmsi"][:], columns["segment"][:] = segment, segment
    return PositionBatch(**columns)


def fresh() -> VisitTracker:
    """A tracker over the zones."""
    tracker = VisitTracker(SETTINGS)
    tracker.adopt(INDEX)
    return tracker


def step(tracker: VisitTracker, rows: PositionBatch) -> Visits:
    """One batch; the slot is the segment's."""
    return tracker.step(rows, rows.segment.astype(np.int64) - 1)


def told(*visits: Visits) -> list[tuple]:
    """Everything told, without the row's number in its batch."""
    names = [f.name for f in fields(Visits) if f.name != "row"]
    return [
        row for v in visits for row in zip(*(getattr(v, n).tolist() for n in names), strict=True)
    ]


@dataclass
class Plain:
    """The rule as one would write it down: every zone, every fix, by shapely."""

    fix: dict[int, tuple] = field(default_factory=dict)
    stays: dict[tuple[int, int], dict] = field(default_factory=dict)
    told: list[tuple] = field(default_factory=list)

    def row(self, segment: int, time: int, lon: float, lat: float) -> None:
        old = self.fix.get(segment)
        if np.isnan(lon) or (old and time <= old[0]):
            return
        _, zone, depth = INDEX.depths([lon], [lat])
        depths = dict(zip(zone.tolist(), depth.tolist(), strict=True))
        for number, shape in enumerate(INDEX.shapes):
            inside = bool(shapely.contains_xy(shape, lon, lat))
            away = abs(depths.get(number, 1e9))
            self.zone((segment, number), old, (time, lon, lat), inside, away)
        self.fix[segment] = (time, lon, lat)

    def zone(self, key: tuple[int, int], old: tuple | None, fix: tuple, inside: bool, away: float):
        stay, time = self.stays.get(key), fix[0]
        if inside:
            if not stay or stay["phase"] == "passed":
                stay = self.stays[key] = {"phase": "maybe", "first": fix, "n": 0, "dwelt": False}
                if not old:
                    stay["phase"] = "in"
                    self.told.append((*key, PRESENT, *fix, time))
            self.stay(key, stay, fix, away)
            return
        near = away < ZONES.zones[key[1]].leave_m
        if not stay:
            if old and self.crosses(key[1], old, fix):
                self.told.append((*key, CROSSED, *fix, old[0]))
                if near:
                    self.stays[key] = {"phase": "passed"}
            return
        if stay["phase"] == "in":
            stay["phase"], stay["out"] = "out", fix
        if stay["phase"] == "out" and not near:
            self.told.append((*key, LEFT, *stay["out"], stay["first"][0]))
        if stay["phase"] == "maybe" or not near:
            del self.stays[key]

    def stay(self, key: tuple[int, int], stay: dict, fix: tuple, away: float) -> None:
        time, begin = fix[0], stay["first"][0]
        lasted = round((time - begin) / 1e6)
        stay["n"] += 1
        if stay["phase"] == "maybe" and (stay["n"] >= 2 or lasted >= 60 or away >= 250):
            stay["phase"] = "in"
            self.told.append((*key, ENTERED, *stay["first"], begin))
        elif stay["phase"] == "out":
            stay["phase"] = "in"
        if stay["phase"] == "in" and not stay["dwelt"] and lasted >= 1200:
            stay["dwelt"] = True
            self.told.append((*key, DWELL, begin + 1_200_000_000, *fix[1:], begin))

    @staticmethod
    def crosses(number: int, old: tuple, fix: tuple) -> bool:
        leg = shapely.linestrings([old[1:], fix[1:]])
        if fix[0] - old[0] > 1_800_000_000:
            return False
        return bool(shapely.relate_pattern(INDEX.shapes[number], leg, "T********"))


@settings(max_examples=120, deadline=None)
@given(streams())
def test_the_loop_tells_what_the_plain_rule_tells(rows):
    plain, micros = Plain(), rows.time.astype(np.int64).tolist()
    columns = (rows.segment.tolist(), micros, rows.lon_deg.tolist(), rows.lat_deg.tolist())
    for row in zip(*columns, strict=True):
        plain.row(*row)
    v = step(fresh(), rows)
    times = v.time.astype(np.int64), v.lon_deg, v.lat_deg, v.since.astype(np.int64)
    found = zip(*(c.tolist() for c in (v.segment, v.zone, v.change, *times)), strict=True)
    assert list(found) == plain.told


@settings(max_examples=40, deadline=None)
@given(streams(), st.lists(st.integers(0, 400), max_size=6))
def test_other_cuts_of_the_stream_and_restarts_change_nothing(rows, cuts):
    whole, parts, tracker = told(step(fresh(), rows)), [], fresh()
    edges = [0, *sorted(cuts), len(rows)]
    for begin, end in pairwise(edges):
        state = tracker.freeze()
        tracker = VisitTracker(SETTINGS)
        tracker.thaw(state)
        tracker.adopt(INDEX)
        parts.append(step(tracker, rows.take(slice(begin, end))))
    assert told(*parts) == whole


@settings(max_examples=40, deadline=None)
@given(streams())
def test_every_row_twice_is_once(rows):
    twice = rows.take(np.repeat(np.arange(len(rows)), 2))
    assert told(step(fresh(), twice)) == told(step(fresh(), rows))


@settings(max_examples=20, deadline=None)
@given(streams(), st.integers(0, 400))
def test_the_same_edition_adopted_again_changes_nothing(rows, cut):
    tracker = fresh()
    first = step(tracker, rows.take(slice(0, cut)))
    tracker.adopt(ZoneIndex.of(ZoneSet.from_bytes(ZONES.to_bytes())))
    second = step(tracker, rows.take(slice(cut, None)))
    assert told(first, second) == told(step(fresh(), rows))


def test_arrays_that_are_full_grow_without_losing_a_change():
    rng = np.random.default_rng(3)
    columns = {name: np.zeros(20_000, kind) for name, kind in PositionBatch.dtypes().items()}
    columns["segment"] = np.tile(np.arange(1, 5001, dtype="u4"), 4)
    columns["time"] = (np.repeat(np.arange(4), 5000) * 600_000_000).astype("M8[us]")
    columns["lon_deg"] = 10 + rng.normal(0, 0.1, 20_000)
    columns["lat_deg"] = 40 + rng.normal(0, 0.1, 20_000)
    rows, small = PositionBatch(**columns), fresh()
    parts = [step(small, rows.take(slice(k, k + 10))) for k in range(0, 20_000, 10)]
    assert told(step(fresh(), rows)) == told(*parts)
    assert len(told(*parts)) > 10_000
