"""What detectors know of a row: its vessel as it was known then, and the row before."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.batches import StaticBatch
from ais.tracks import Segmenter
from alerts.context import Context
from alerts.scene import CARGO, FISHING, NEVER, NO_SLOT, UNKNOWN
from tests.plugins.casts import LISTED_MMSI, Lookout, cast, edition
from tests.plugins.stories import Ship, Stream, us
from watchlist.entries import Edition


def shown(context: Context, stream: Stream, segmenter: Segmenter | None = None, hits=()):
    tracked = (segmenter or Segmenter()).step(stream.positions)
    return context.step(tracked.positions, tracked.slot, stream.statics, hits)


def test_a_row_keeps_the_vessel_that_was_known_when_it_came():
    ship = Ship(247_000_001, 18, 36, type=70).sails(0, 9, 2)
    ship.introduces().sails(0, 9, 2).introduces(ship_type=30).sails(0, 9, 1)
    context = Context()
    rows = shown(context, Stream.of(ship))
    roles = context.vessels["role"][rows["vessel"]].tolist()
    # A static report of the same minute comes first.
    assert roles == [UNKNOWN, CARGO, CARGO, FISHING, FISHING]


def test_each_row_knows_the_row_before():
    ship = Ship(247_000_001, 18, 36).says(sog_kn=3.0)
    rows = shown(Context(), Stream.of(ship.sails(90, 12, 2)))
    assert rows["p_time"].tolist() == [NEVER, *rows["time"][:2].tolist()]
    assert rows["p_spool"].tolist() == [0, 1, 2]
    assert rows["p_sog"][1] == 3.0
    assert math.isnan(rows["p_lon"][0])


def test_late_rows_and_repeats_are_marked_and_never_the_newest():
    ship = Ship(247_000_001, 18, 36).says().sails(90, 12, 2)
    ship.says(time=np.datetime64("2026-05-10T00:01:00", "us"), sog_kn=99.0)
    ship.says(sog_kn=98.0)
    context = Context()
    rows = shown(context, Stream.of(ship))
    assert rows["late"].tolist() == [False, False, False, True, False]
    assert rows["repeat"].tolist() == [False, False, False, False, True]
    assert context.fleet["sog"][0] == 12.0


def test_a_row_without_a_place_is_never_the_newest():
    ship = Ship(247_000_001, 18, 36).says().sails(90, 12, 1)
    ship.says(lon_deg=math.nan, lat_deg=math.nan)
    context = Context()
    shown(context, Stream.of(ship))
    assert context.fleet["lon"][0] == pytest.approx(18.004, abs=0.001)


def test_a_slot_that_is_used_again_starts_without_a_row_before():
    first, second = (Stream.of(Ship(mmsi, 18, 36).says()) for mmsi in (247_000_001, 247_000_002))
    context = Context()
    slots = np.array([5])
    context.step(first.positions, slots, first.statics)
    again = context.step(
        second.positions.take(slice(None)), slots, StaticBatch.empty()
    )  # fmt: skip
    assert (again["p_time"][0] == NEVER) == (first.positions.segment[0] != again["segment"][0])


def test_mmsi_0_is_a_vessel_of_its_own_without_a_slot():
    context = Context()
    rows = shown(context, Stream.of(Ship(0, 18, 36).says(), Ship(247_000_001, 18, 36).says()))
    assert rows["slot"][0] == NO_SLOT
    assert context.vessels["mmsi"][rows["vessel"]].tolist() == [0, 247_000_001]


def test_quantities_are_rounded_before_anybody_compares_them():
    ship = Ship(247_000_001, 18, 36).says(sog_kn=0.30000001, cog_deg=44.96, heading_deg=359.949)
    row = shown(Context(), Stream.of(ship))[0]
    assert (row["sog"], row["cog"], row["heading"]) == (0.3, 45.0, 359.9)


def test_a_listed_vessel_is_listed_from_the_next_row_until_its_entry_ends():
    ship = Ship(LISTED_MMSI, 18, 36).says().sails(90, 9, 2)
    stream, context = Stream.of(ship), Context()
    hits = Lookout().hits(stream)
    rows = shown(context, stream, hits=hits)
    assert context.vessels["listed"][rows["vessel"]].tolist() == [False, True, True]
    context.tick(edition().entries[0].matches_until + 17_000_000)
    assert not context.vessels["listed"][context.vessel(LISTED_MMSI)]
    assert not context.vessels["listed"][context.fleet["vessel"][rows["slot"][-1]]]


def corrected(context: Context, **fields) -> bool:
    """Whether the vessel is listed once its entry was replaced by one with ``fields``."""
    [entry] = edition().entries
    context.adopt(Edition((replace(entry, **fields),)))
    return bool(context.vessels["listed"][context.vessel(LISTED_MMSI)])


def test_a_vessel_is_no_longer_listed_once_its_entry_was_corrected_away_from_it():
    stream, context = Stream.of(Ship(LISTED_MMSI, 18, 36).says()), Context()
    shown(context, stream, hits=Lookout().hits(stream))
    again = Context()
    again.thaw(context.freeze())
    for one in (context, again):
        assert corrected(one), "the same version"
        assert not corrected(one, version=2, mmsi=(247_000_001,))
        assert one.listed_as(LISTED_MMSI) == ()


def test_a_snapshot_that_knew_of_no_versions_is_read():
    stream, context = Stream.of(Ship(LISTED_MMSI, 18, 36).says()), Context()
    shown(context, stream, hits=Lookout().hits(stream))
    state = context.freeze()
    again = Context()
    again.thaw(state | {"listed": np.delete(state["listed"], 1, axis=1)})
    assert again.listed_as(LISTED_MMSI) == context.listed_as(LISTED_MMSI)
    assert corrected(again, version=2), "whether it is hers no more is not known"


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(1, 4000), max_size=8), seed=st.integers(0, 2))
def test_cuts_change_nothing(cuts, seed):
    stream = Stream.of(*cast(seed)[::5])
    whole, cut = Context(), Context()
    expected = shown(whole, stream)
    segmenter, rows, vessels = Segmenter(), [], []
    for spool in [*sorted(cuts), 1 << 40]:
        part, stream = stream.cut(spool)
        rows.append(shown(cut, part, segmenter))
        vessels.append(cut.vessels[rows[-1]["vessel"]])
    found = np.concatenate(rows)
    for name in set(found.dtype.names) - {"vessel"}:
        np.testing.assert_array_equal(found[name], expected[name])
    assert np.concatenate(vessels).tobytes() == whole.vessels[expected["vessel"]].tobytes()


def test_state_kept_and_taken_up_goes_on_alike():
    first, rest = Stream.of(*cast(1)).cut(2000)
    one, other, segmenter = Context(), Context(), Segmenter()
    shown(one, first, segmenter)
    other.thaw(one.freeze())
    tracked = segmenter.step(rest.positions)
    rows = [c.step(tracked.positions, tracked.slot, rest.statics) for c in (one, other)]
    assert rows[0].tobytes() == rows[1].tobytes()
    assert one.vessels.tobytes() == other.vessels.tobytes()


def test_thousands_of_vessels_are_all_found_again():
    ships = [Ship(200_000_000 + 7 * k, 18, 36).says() for k in range(6000)]
    context = Context()
    rows = shown(context, Stream.of(*ships))
    assert context.vessels["mmsi"][rows["vessel"]].tolist() == rows["mmsi"].tolist()
    assert len(context) == 6000
    assert us("2026-05-10T00:00:00") == rows["time"][0]
