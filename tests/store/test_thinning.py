"""What the database keeps of the positions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais.batches import PositionBatch
from ais.tracks import Segmenter, Tracked
from store.thinning import Thinner, Thinning


def track(seconds, sog_kn=10.0, cog_deg=90.0, nav_status=0) -> Tracked:
    """Rows of one ship that hardly moves, at the given seconds."""
    columns = {name: np.zeros(len(seconds), kind) for name, kind in PositionBatch.dtypes().items()}
    columns["mmsi"][:] = 247000001
    columns["time"][:] = (np.array(seconds, float) * 1e6).astype("M8[us]")
    columns["lon_deg"][:], columns["lat_deg"][:] = 14.2, 40.8
    columns["sog_kn"][:], columns["cog_deg"][:] = sog_kn, cog_deg
    columns["nav_status"][:] = nav_status
    return Segmenter().step(PositionBatch(**columns))


def test_a_steady_ship_is_kept_once_in_ten_seconds():
    kept = Thinner().step(track(range(0, 40, 2)))
    assert np.flatnonzero(kept).tolist() == [0, 5, 10, 15]


@pytest.mark.parametrize(
    "change",
    [
        {"sog_kn": [10, 10, 12]},
        {"cog_deg": [359, 359, 5]},
        {"nav_status": [0, 0, 2]},
        {"sog_kn": [10, 10, np.nan]},
    ],
)
def test_a_change_is_kept_at_once(change):
    assert Thinner().step(track([0, 2, 4], **change)).tolist() == [True, False, True]


def test_the_course_of_a_ship_at_rest_is_noise():
    kept = Thinner().step(track([0, 2, 4], sog_kn=0.2, cog_deg=[10, 120, 300]))
    assert kept.tolist() == [True, False, False]


def test_without_thinning_every_row_with_a_place_is_kept():
    tracked = track([0, 1, 2])
    tracked.positions.lon_deg[1] = np.nan
    assert Thinner(Thinning(every_s=0)).step(tracked).tolist() == [True, False, True]


@given(st.lists(st.integers(0, 60), max_size=20).map(sorted), st.integers(0, 20))
def test_how_the_stream_is_cut_changes_nothing(seconds, cut):
    tracked = track(seconds)
    whole = Thinner().step(tracked)
    first, second = Thinner(), Thinner()
    parts = [
        Tracked(tracked.positions.take(s), tracked.slot[s], tracked.last, tracked.reports)
        for s in (slice(0, cut), slice(cut, None))
    ]
    head = first.step(parts[0])
    second.thaw(first.freeze())
    assert [*head, *second.step(parts[1])] == list(whole)
