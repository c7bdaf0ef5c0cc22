from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ais.batches import StaticBatch
from store.identities import LastContents, contents, current
from tests.plugins.rows import statics

NOTHING = LastContents(np.empty(0, np.int64), np.empty(0, np.int64))
_REPORTS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([5, 24]), st.sampled_from([b"A", b"B", b""])),
    min_size=1,
    max_size=25,
)


def batch_of(reports: list[tuple[int, int, bytes]]) -> StaticBatch:
    mmsi, message, name = zip(*reports, strict=True)
    return statics(mmsi=mmsi, message=message, name=name)


def changes_one_by_one(reports: list[tuple[int, int, bytes]]) -> list[int]:
    last: dict[tuple[int, int], bytes] = {}
    found = []
    for i, (mmsi, message, name) in enumerate(reports):
        if last.get((mmsi, message)) != name:
            found.append(i)
        last[mmsi, message] = name
    return found


@given(_REPORTS)
def test_news_are_the_reports_that_differ_from_the_one_before(reports: Any) -> None:
    rows, _, _ = NOTHING.news(batch_of(reports))
    assert rows.tolist() == changes_one_by_one(reports)


@given(_REPORTS, st.integers(0, 25))
def test_how_the_stream_is_cut_changes_no_news(reports: Any, cut: int) -> None:
    whole, _, after_whole = NOTHING.news(batch_of(reports))
    known, found = NOTHING, []
    for start, part in ((0, reports[:cut]), (cut, reports[cut:])):
        if part:
            rows, _, known = known.news(batch_of(part))
            found += (rows + start).tolist()
    assert found == whole.tolist()
    assert known.key.tolist() == after_whole.key.tolist()
    assert known.content.tolist() == after_whole.content.tolist()


def test_who_says_it_and_when_is_not_content() -> None:
    one = statics(mmsi=[1], received=["2020-07-04T12:00"], spool=[1], feed=[0])
    two = statics(mmsi=[2], received=["2020-07-05T12:00"], spool=[9], feed=[3])
    assert contents(one) == contents(two)


def test_each_field_is_content() -> None:
    other: dict[str, list[Any]] = {
        "imo": [9_074_729], "call_sign": [b"IBCD"], "name": [b"OCEAN"], "ship_type": [30],
        "to_bow_m": [1], "to_stern_m": [1], "to_port_m": [1], "to_starboard_m": [1],
        "draught_m": [1], "destination": [b"GENOVA"], "eta_month": [1], "eta_day": [1],
        "eta_hour": [1], "eta_minute": [1], "mothership": [247_320_163],
    }  # fmt: skip
    usual = contents(statics()).item()
    found = {contents(statics(**{name: value})).item() for name, value in other.items()}
    assert len(found - {usual}) == len(other)


def test_every_not_available_is_the_same() -> None:
    odd_nan = np.array([0x7FC0_1234], np.uint32).view(np.float32)
    assert contents(statics(draught_m=odd_nan)) == contents(statics(draught_m=[np.nan]))


def test_a_vessel_is_the_newest_available_value_of_each_field() -> None:
    told = statics(
        mmsi=[7, 8, 7], name=[b"OLD", b"OTHER", b""], imo=[0, 0, 9_074_729],
        draught_m=[5.5, 1.0, np.nan], ship_type=[255, 70, 255],
    )  # fmt: skip
    [seven] = np.flatnonzero(current(told).mmsi == 7)
    vessel = current(told).take(slice(seven, seven + 1))
    assert (vessel.name[0], vessel.imo[0], vessel.draught_m[0]) == (b"OLD", 9_074_729, 5.5)
    assert (vessel.ship_type[0], vessel.spool[0]) == (255, 3)


def test_known_vessels_change_without_sorting_all_anew() -> None:
    _, _, known = NOTHING.news(statics(mmsi=[9, 3, 5]))
    _, _, after = known.news(statics(mmsi=[5], name=[b"RIVER"]))
    assert after.key is known.key
    assert (after.content != known.content).tolist() == [False, True, False]


def test_a_block_of_repeats_leaves_the_memory_as_it_is() -> None:
    _, _, known = NOTHING.news(statics(mmsi=[9, 3, 5]))
    rows, _, after = known.news(statics(mmsi=[3, 9, 3]))
    assert after is known
    assert rows.tolist() == []


def test_a_memory_that_was_rolled_back_is_untouched() -> None:
    _, _, known = NOTHING.news(statics(mmsi=[3, 9]))
    before = known.content.tolist()
    _, _, after = known.news(statics(mmsi=[1, 3, 5, 6, 10], name=[b"RIVER"] * 5))
    assert known.content.tolist() == before
    assert (after.key >> 16).tolist() == [1, 3, 5, 6, 9, 10]


def test_ship_type_0_says_nothing_of_a_vessel() -> None:
    assert current(statics(mmsi=[7, 7], ship_type=[70, 0])).ship_type.tolist() == [70]
    assert current(statics(mmsi=[7], ship_type=[0])).ship_type.tolist() == [255]


def test_an_infinite_value_takes_no_place_of_a_known_one() -> None:
    assert current(statics(mmsi=[7, 7], draught_m=[5.5, np.inf])).draught_m.tolist() == [5.5]
