"""Segments: which ship a position belongs to."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais.batches import NO_SEGMENT, PositionBatch
from ais.tracks import Segmenter, TrackSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

Fix = tuple[int, float, float, float]
NAPLES, LEROS = (14.20, 40.80), (26.85, 37.13)


def batch(fixes: Sequence[Fix], sog_kn: float = np.nan, cog_deg: float = np.nan) -> PositionBatch:
    """Positions from (mmsi, seconds, lon, lat)."""
    columns = {name: np.zeros(len(fixes), kind) for name, kind in PositionBatch.dtypes().items()}
    if fixes:
        mmsi, seconds, lon, lat = zip(*fixes, strict=True)
        columns["mmsi"][:] = mmsi
        columns["time"][:] = (np.array(seconds) * 1e6).astype("M8[us]")
        columns["received"][:] = columns["time"]
        columns["lon_deg"][:], columns["lat_deg"][:] = lon, lat
    columns["sog_kn"][:], columns["cog_deg"][:] = sog_kn, cog_deg
    columns["message"][:] = 1
    columns["spool"][:] = np.arange(len(fixes))
    return PositionBatch(**columns)


def segments(fixes: Sequence[Fix], settings: TrackSettings | None = None) -> list[int]:
    """Segment of each fix."""
    return Segmenter(settings).step(batch(fixes)).positions.segment.tolist()


def test_a_ship_that_sails_stays_one_segment():
    fixes = [(247000001, 10.0 * i, 14.2 + 0.0005 * i, 40.8) for i in range(50)]
    assert set(segments(fixes)) == {1}


def test_one_mmsi_on_two_ships_becomes_two_segments():
    fixes = [(247000001, 5.0 * i, *(NAPLES if i % 2 else LEROS)) for i in range(10)]
    assert segments(fixes) == [1, 2] * 5


def test_a_lone_noise_point_does_not_split_the_track():
    fixes = [(247000001, 10.0 * i, *NAPLES) for i in range(5)]
    fixes[2] = (247000001, 20.0, 0.0, 0.0)
    assert segments(fixes) == [1, 1, 2, 1, 1]


def test_a_lone_noise_point_is_forgotten_after_an_hour():
    segmenter = Segmenter()
    segmenter.step(batch([(1, 0.0, 0.0, 0.0), (1, 10.0, *NAPLES), (1, 20.0, *NAPLES)]))
    segmenter.step(batch([(1, 3700.0, *NAPLES)]))
    assert (segmenter.opened, segmenter.ended, len(segmenter.last()[0])) == (2, 1, 1)


def test_a_silence_beyond_the_bound_begins_a_new_segment():
    day = 86_400.0
    fixes = [(1, 0.0, *NAPLES), (1, 10.0, *NAPLES), (1, day + 11.0, *NAPLES)]
    assert segments(fixes) == [1, 1, 2]


@pytest.mark.parametrize(("hours", "expected"), [(1.0, [1, 2]), (3.0, [1, 1])])
def test_a_distance_is_believed_only_when_fifty_knots_reach_it(hours, expected):
    settings = TrackSettings(lone_h=24)
    assert segments([(1, 0.0, 10.0, 40.0), (1, hours * 3600, 10.0, 41.5)], settings) == expected


def test_an_aircraft_may_be_faster_than_a_ship():
    aircraft = batch([(111247001, 0.0, 10.0, 40.0), (111247001, 600.0, 10.0, 40.8)])
    aircraft.message[:] = 9
    assert Segmenter().step(aircraft).positions.segment.tolist() == [1, 1]


def test_no_more_hypotheses_are_kept_open_than_allowed():
    segmenter = Segmenter(TrackSettings(hypotheses=3))
    segmenter.step(batch([(1, float(i), 2.0 * i, 40.0) for i in range(10)]))
    assert len(segmenter.last()[0]) == 3


def test_a_row_without_a_place_joins_the_segment_heard_last():
    fixes = [(1, 0.0, *NAPLES), (1, 1.0, *LEROS), (1, 2.0, np.nan, np.nan)]
    assert segments(fixes) == [1, 2, 2]


def test_a_row_without_a_place_of_an_unknown_ship_has_no_segment():
    assert segments([(970000001, 0.0, np.nan, np.nan)]) == [NO_SEGMENT]


def test_two_ships_that_cross_are_told_apart_by_where_they_were_heading():
    segmenter = Segmenter()
    east = batch([(1, 0.0, 10.0, 40.0)], 20.0, 90.0)
    west = batch([(1, 0.0, 10.6, 40.0)], 20.0, 270.0)
    segmenter.step(PositionBatch.join([east, west]))
    later = segmenter.step(batch([(1, 1500.0, 10.18, 40.0), (1, 1500.0, 10.42, 40.0)]))
    assert later.positions.segment.tolist() == [1, 2]


def test_a_late_row_gets_its_segment_and_does_not_move_the_last_place():
    segmenter = Segmenter()
    segmenter.step(batch([(1, 100.0, 10.0, 40.0)]))
    late = segmenter.step(batch([(1, 50.0, 10.01, 40.0)]))
    assert late.positions.segment.tolist() == [1]
    assert len(late.last) == 0
    assert segmenter.last()[0].lon_deg.tolist() == [10.0]


def test_the_last_rows_of_a_batch_are_its_newest_with_their_number_of_reports():
    tracked = Segmenter().step(
        batch([(1, 0.0, 10.0, 40.0), (2, 0.0, 11.0, 40.0), (1, 9.0, 10.0, 40.0)])
    )
    assert sorted(zip(tracked.last.mmsi.tolist(), tracked.reports.tolist(), strict=True)) == [
        (1, 2),
        (2, 1),
    ]


def test_ten_thousand_ships_make_the_tables_grow():
    fixes = [(200_000_000 + i, 0.0, i % 36, 30 + i % 15) for i in range(10_000)]
    segmenter = Segmenter()
    assert len(set(segmenter.step(batch(fixes)).positions.segment.tolist())) == 10_000
    again = segmenter.step(batch([(m, 60.0, lon, lat) for m, _, lon, lat in fixes]))
    assert set(again.reports.tolist()) == {2}


def test_an_mmsi_that_is_never_heard_again_ends_and_is_forgotten():
    segmenter, day = Segmenter(), 86_400.0
    for d in range(10):
        fixes = [(200_000_000 + 1000 * d + i, 5 * d * day, *NAPLES) for i in range(1000)]
        segmenter.step(batch(fixes))
    assert (segmenter.opened, segmenter.ended) == (10_000, 9_000)
    assert np.count_nonzero(segmenter.freeze()["keys"]) == 1000


def test_one_garbled_receive_time_ends_nothing():
    rows = batch([(1, 0.0, *NAPLES), (1, 10.0, *NAPLES), (2, 20.0, *LEROS), (1, 30.0, *NAPLES)])
    rows.received[2] += np.timedelta64(36_500, "D")
    segmenter = Segmenter()
    assert segmenter.step(rows).positions.segment.tolist() == [1, 1, 2, 1]
    assert segmenter.ended == 0


def test_a_row_without_mmsi_has_no_segment_and_disturbs_no_other():
    segmenter = Segmenter()
    rows = segmenter.step(batch([(0, 0.0, *NAPLES), (1, 1.0, *NAPLES), (0, 2.0, *NAPLES)]))
    assert rows.positions.segment.tolist() == [NO_SEGMENT, 1, NO_SEGMENT]
    assert (rows.last.mmsi.tolist(), segmenter.opened) == ([1], 1)


def test_a_segment_that_moves_and_ends_in_one_batch_is_among_the_last():
    rows = batch([(1, 0.0, 10.0, 40.0), (1, 3700.0, 15.0, 40.0)])
    last = Segmenter().step(rows).last
    assert (last.segment.tolist(), last.mmsi.tolist()) == ([1, 2], [1, 1])
    assert last.lon_deg.tolist() == [10.0, 15.0]


def test_a_state_of_before_the_sweep_is_taken():
    old = Segmenter()
    old.step(batch([(1, 0.0, *NAPLES)]))
    state = old.freeze()
    state["state"] = state["state"][:6]
    new = Segmenter()
    new.thaw(state)
    assert new.step(batch([(1, 9.0, *NAPLES)])).positions.segment.tolist() == [1]


stories = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 200_000).map(float),
        st.sampled_from([10.0, 10.01, 20.0, np.nan]),
        st.sampled_from([40.0, 35.0]),
    ),
    max_size=30,
)


@given(stories, st.integers(0, 30))
def test_how_the_stream_is_cut_changes_nothing(fixes, cut):
    whole = segments(fixes)
    first, second = Segmenter(), Segmenter()
    head = first.step(batch(fixes[:cut])).positions.segment.tolist()
    second.thaw(first.freeze())
    assert head + second.step(batch(fixes[cut:])).positions.segment.tolist() == whole


Rows = dict[int, tuple[object, ...]]


def newest(fixes: Sequence[Fix], cuts: Sequence[int]) -> tuple[Rows, int, int]:
    """Newest last row of each segment when the stream is cut so, and what opened and ended."""
    segmenter, rows, told = Segmenter(TrackSettings(hypotheses=2)), batch(fixes), {}
    edges = [0, *sorted(cuts), len(fixes)]
    for first, last in pairwise(edges):
        tracked = segmenter.step(rows.take(slice(first, last)))
        assert len(set(tracked.last.segment.tolist())) == len(tracked.last)
        for at, segment in enumerate(tracked.last.segment.tolist()):
            row = tracked.last.take(slice(at, at + 1))
            told[segment] = (int(row.mmsi[0]), int(row.spool[0]), row.lon_deg[0], row.time[0])
    return told, segmenter.opened, segmenter.ended


@given(stories, st.lists(st.integers(0, 30), max_size=6))
def test_the_last_rows_of_all_segments_are_the_same_however_the_stream_is_cut(fixes, cuts):
    cuts = [min(cut, len(fixes)) for cut in cuts]
    whole, pieces = newest(fixes, []), newest(fixes, cuts)
    assert whole == pieces
    assert all(row[0] for row in whole[0].values())
