"""Visits: stories of one vessel and a border."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from ais.batches import PositionBatch
from geofence.errors import GeofenceError
from geofence.index import ZoneIndex
from geofence.stays import STAMP
from geofence.tracker import VisitTracker
from geofence.visits import CHANGES, Visits, VisitSettings
from geofence.zones import Zone, ZoneSet

if TYPE_CHECKING:
    from collections.abc import Sequence

METRE = 1 / 85_394.0
"""A metre of longitude at 40° N, in degrees."""
Fix = tuple[float, float]


def zone(name: str, west: float = 10.0, east: float = 10.2, **more: object) -> Zone:
    """A box from ``west`` to ``east`` round 40° N."""
    box = shapely.box(west, 39.9, east, 40.1)
    return Zone(name, name, "custom", box, "drawn", "none", **more)


def tracker(*zones: Zone, **settings: float) -> VisitTracker:
    """A tracker that watches ``zones``."""
    new = VisitTracker(VisitSettings(**settings))
    new.adopt(ZoneIndex.of(ZoneSet(zones or (zone("box"),))))
    return new


def batch(fixes: Sequence[tuple[float, float, float]], segment: int = 1) -> PositionBatch:
    """Positions of one segment from (seconds, lon, lat)."""
    columns = {name: np.zeros(len(fixes), kind) for name, kind in PositionBatch.dtypes().items()}
    seconds, lon, lat = np.array(fixes, float).reshape(-1, 3).T
    columns["time"] = (seconds * 1e6).astype("M8[us]")
    columns["lon_deg"][:], columns["lat_deg"][:] = lon, lat
    columns["mmsi"][:], columns["segment"][:] = 247_000_000 + segment, segment
    columns["spool"] = np.arange(len(fixes), dtype="u8") + 1000
    return PositionBatch(**columns)


def sail(watch: VisitTracker, fixes: Sequence[Fix], segment: int = 1, slot: int = 0) -> Visits:
    """What the tracker tells of fixes (seconds, metres east of 10° E) on 40° N."""
    rows = batch([(s, 10.0 + metres * METRE, 40.0) for s, metres in fixes], segment)
    return watch.step(rows, np.full(len(fixes), slot, np.int64))


def words(visits: Visits) -> list[tuple[str, int]]:
    """Changes and the seconds at which they happened."""
    seconds = visits.time.astype(np.int64) // 1_000_000
    return [(CHANGES[int(c)], int(s)) for c, s in zip(visits.change, seconds, strict=True)]


def test_the_second_fix_inside_tells_an_entry_at_the_first():
    visits = sail(tracker(), [(0, -900), (10, 50), (20, 60)])
    assert words(visits) == [("entered", 10)]
    assert (visits.row.tolist(), visits.spool.tolist()) == ([2], [1002])
    assert visits.lon_deg == pytest.approx([10.0 + 50 * METRE])
    assert (visits.mmsi.tolist(), visits.segment.tolist()) == ([247_000_001], [1])


def test_one_fix_inside_is_noise():
    assert words(sail(tracker(), [(0, -900), (10, 50), (20, -50), (30, 50), (40, -50)])) == []


def test_one_fix_deep_inside_is_an_entry():
    assert words(sail(tracker(), [(0, -900), (10, 251)])) == [("entered", 10)]
    assert words(sail(tracker(), [(0, -900), (10, 249)])) == []


def test_a_minute_inside_is_an_entry_where_fixes_do_not_decide():
    watch = tracker(enter_fixes=99)
    assert words(sail(watch, [(0, -900), (10, 50), (40, 50), (69, 50)])) == []
    assert words(sail(watch, [(70, 50)])) == [("entered", 10)]


def test_the_first_fix_inside_is_present():
    assert words(sail(tracker(), [(5, 50), (10, 60)])) == [("present", 5)]


def test_a_visit_ends_far_enough_outside_at_the_first_fix_outside():
    fixes = [(0, 50), (10, -100), (20, -499), (30, 20), (40, -30), (50, -480), (60, -501)]
    visits = sail(tracker(), fixes)
    assert words(visits) == [("present", 0), ("left", 40)]
    assert visits.row.tolist() == [0, 6]
    assert visits.lon_deg[1] == pytest.approx(10.0 - 30 * METRE)
    assert visits.since.astype(np.int64).tolist() == [0, 0]


def test_how_far_outside_a_visit_ends_stands_at_the_zone():
    watch = tracker(zone("box", leave_m=2000.0))
    assert words(sail(watch, [(0, 50), (60, -1990)])) == [("present", 0)]
    assert words(sail(watch, [(120, -2010)])) == [("left", 60)]


@pytest.mark.parametrize("swing_m", [100, 400])
@pytest.mark.parametrize("step_s", [7, 30, 61])
def test_weaving_along_a_border_for_an_hour_is_one_visit(swing_m, step_s):
    fixes = [(s, swing_m * np.sin(s / 90)) for s in range(5, 3600, step_s)]
    told = words(sail(tracker(dwell_min=999), [(0, -2000), *fixes, (3700, -2000)]))
    assert [word for word, _ in told] == ["entered", "left"]


def test_a_long_stay_is_told_once_when_a_row_shows_it():
    visits = sail(tracker(), [(0, 50), (3599, 50), (3605, 51), (9999, 52), (19_999, 60)])
    assert words(visits) == [("present", 0), ("dwell", 3600)]
    assert visits.row.tolist() == [0, 2]


def test_a_stay_that_no_row_shows_is_no_dwell():
    told = words(sail(tracker(), [(0, 50), (3000, 50), (4000, -3000)]))
    assert told == [("present", 0), ("left", 4000)]


def test_a_second_visit_is_told_anew():
    fixes = [(0, -900), (10, 300), (20, -600), (30, 300), (40, -600)]
    told = words(sail(tracker(), fixes))
    assert told == [("entered", 10), ("left", 20), ("entered", 30), ("left", 40)]


def test_a_leg_through_a_zone_is_a_crossing():
    visits = sail(tracker(zone("thin", 10.0, 10.01)), [(0, -700), (600, 2000)])
    assert words(visits) == [("crossed", 600)]
    assert (visits.row.tolist(), visits.since.astype(np.int64).tolist()) == ([1], [0])


def test_a_leg_that_lasts_too_long_crosses_nothing():
    zones = zone("thin", 10.0, 10.01)
    assert words(sail(tracker(zones), [(0, -700), (7200, 2000)])) == [("crossed", 7200)]
    assert words(sail(tracker(zones), [(0, -700), (7201, 2000)])) == []


def test_a_leg_over_many_cells_finds_every_zone_on_its_way_but_not_its_ends():
    zones = [zone(f"z{k}", 10 + 0.3 * k, 10.1 + 0.3 * k) for k in range(6)]
    rows = batch([(0, 10.05, 40.0), (3600, 11.55, 40.05)])
    visits = tracker(*zones).step(rows, np.zeros(2, np.int64))
    kept = [(int(z), CHANGES[int(c)]) for z, c in zip(visits.zone, visits.change, strict=True)]
    crossed = [(k, "crossed") for k in range(1, 5)]
    assert kept == [(0, "present"), (0, "left"), *crossed, (5, "entered")]


def test_a_leg_along_a_border_or_through_a_corner_crosses_nothing():
    rows = batch([(0, 9.9, 40.1), (600, 10.3, 40.1), (1200, 10.1, 40.2), (1800, 10.3, 40.0)])
    assert len(tracker().step(rows, np.zeros(4, np.int64))) == 0


def test_a_leg_through_two_corners_is_a_crossing():
    rows = batch([(0, 9.9, 39.8), (600, 10.4, 40.3)])
    square = replace(zone("box"), geometry=shapely.box(10.0, 39.9, 10.2, 40.1))
    assert words(tracker(square).step(rows, np.zeros(2, np.int64))) == [("crossed", 600)]


def test_crossings_in_a_row_along_a_jagged_border_are_told_once():
    watch = tracker(zone("thin", 10.0, 10.001))
    fixes = [(60 * k, -100 if k % 2 else 200) for k in range(20)]
    assert words(sail(watch, fixes)) == [("crossed", 60)]
    assert words(sail(watch, [(2000, -700), (2060, 200)])) == [("crossed", 2060)]


def test_late_rows_and_rows_without_a_place_are_passed_over():
    told = sail(tracker(), [(0, -900), (20, 50), (10, 300), (30, np.nan), (40, np.inf), (50, 60)])
    assert words(told) == [("entered", 20)]


def test_a_row_without_a_segment_is_passed_over():
    assert len(sail(tracker(), [(0, 300)], slot=-1)) == 0


def test_a_slot_that_another_segment_takes_begins_anew():
    watch = tracker()
    assert words(sail(watch, [(0, 300)], segment=1)) == [("present", 0)]
    assert words(sail(watch, [(10, 300)], segment=2)) == [("present", 10)]


def test_a_zone_begins_and_ends_without_a_word_to_leave():
    hour = dt.datetime(1970, 1, 1, 1, tzinfo=dt.UTC)
    until = hour + dt.timedelta(hours=1)
    watch = tracker(zone("box", valid_from=hour, valid_until=until), dwell_min=999)
    told = words(sail(watch, [(k * 600, 300) for k in range(20)]))
    assert told == [("present", 3600)]


def test_a_new_edition_keeps_the_visits_of_zones_that_stay():
    watch = tracker(zone("b"), zone("c"))
    sail(watch, [(0, 300)])
    moved = zone("c", 9.99)
    watch.adopt(ZoneIndex.of(ZoneSet((zone("a"), zone("b"), moved))))
    told = sail(watch, [(10, 301), (20, 302), (30, -2000)])
    kept = [(int(z), word) for z, (word, _) in zip(told.zone, words(told), strict=True)]
    assert kept == [(0, "present"), (2, "present"), (0, "left"), (1, "left"), (2, "left")]
    assert told.since[3].astype(np.int64) == 0


def test_a_zone_that_went_is_dropped_silently():
    watch = tracker(zone("a"), zone("b"))
    sail(watch, [(0, 300)])
    watch.adopt(ZoneIndex.of(ZoneSet((zone("b"),))))
    told = sail(watch, [(10, -2000)])
    assert (words(told), told.zone.tolist()) == ([("left", 10)], [0])


def test_without_zones_nothing_is_told():
    assert len(sail(VisitTracker(), [(0, 300), (10, 300)])) == 0


def test_a_depth_that_the_index_does_not_know_is_refused():
    with pytest.raises(GeofenceError, match=r"visits.deep_m = 501.0: expected 0 to 500 m"):
        VisitTracker(VisitSettings(deep_m=501.0))


def test_segments_that_end_give_their_visits_back():
    watch = tracker(zone("a"), zone("b"), zone("c"))
    for number in range(1, 3000):
        sail(watch, [(number, 50)], segment=number, slot=number % 3)
    state = watch.freeze()
    assert (len(state["slots"]), len(state["pool"])) == (3, 9)


def test_a_border_that_nothing_waits_for_is_looked_at_only_near_it():
    """Where a visit would end changes nothing for a vessel that is in no visit."""
    watch = tracker(zone("box", leave_m=2000.0))
    fixes = [(n, 10.0 - (1900 + n) * METRE, 40.02) for n in range(200)]
    watch.step(batch(fixes), np.zeros(200, np.int64))
    assert watch.freeze()["book"][STAMP] == 2


def test_a_state_thawed_under_other_zones_keeps_the_visits_of_those_that_stay():
    watch, later = tracker(zone("a"), zone("b")), VisitTracker()
    sail(watch, [(0, 300)])
    later.thaw(watch.freeze())
    later.adopt(ZoneIndex.of(ZoneSet((zone("b"), zone("c")))))
    told = sail(later, [(10, 301), (20, -2000)])
    kept = [(int(z), word) for z, (word, _) in zip(told.zone, words(told), strict=True)]
    assert kept == [(1, "present"), (0, "left"), (1, "left")]
