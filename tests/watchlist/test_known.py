"""What is remembered of the vessels heard."""

import numpy as np
import pytest

from tests.plugins.vessels import statics
from watchlist.known import KEPT, Known, Sent

MMSIS = np.array([247_000_001, 237_000_002, 0, 247_000_001], np.uint32)


def _learnt(*rows: dict, most: int = 3) -> Known:
    known = Known(most)
    for row in rows:
        block = statics(row)
        slot = known.hear(block.mmsi, block.received.view(np.int64))
        known.learn(Sent(block), slot, np.arange(1))
    return known


def _named(mmsi: int, name: bytes, spool: int = 1) -> dict:
    return {"mmsi": mmsi, "name": name, "spool": spool}


def test_each_number_has_one_row_and_0_has_none() -> None:
    known = Known(3)
    assert known.slots(MMSIS).tolist() == [0, 1, -1, 0]
    assert known.slots(MMSIS[::-1]).tolist() == [0, -1, 1, 0]
    assert known.count == 2


def test_rows_keep_their_places_when_the_table_grows() -> None:
    known, many = Known(3), np.arange(200_000_000, 200_010_000, dtype=np.uint32)
    first = known.slots(many[:100])
    assert known.slots(many)[:100].tolist() == first.tolist()
    assert known.columns["mmsi"][: known.count].tolist() == many.tolist()


def test_a_fact_that_is_not_available_changes_nothing() -> None:
    said = {"mmsi": 1, "name": b"EZADEEN", "imo": 9_074_729, "ship_type": 70, "length_m": 90.0}
    known = _learnt({**said, "spool": 1}, {"mmsi": 1, "spool": 2, "ship_type": 0})
    assert known.columns["name"][0] == b"EZADEEN"
    assert (known.columns["imo"][0], known.columns["ship_type"][0]) == (9_074_729, 70)
    assert known.columns["length_m"][0] == 90.0


def test_the_newest_former_values_are_kept_each_once() -> None:
    known = _learnt(*(_named(1, name) for name in (b"A", b"B", b"A", b"C", b"D", b"E")))
    assert known.ever("name", 0) == [b"E", b"B", b"C", b"D"]


@pytest.mark.parametrize("fact", KEPT)
def test_former_values_stand_beside_their_slots(fact) -> None:
    known = _learnt(_named(1, b"X"), _named(2, b"A"), _named(2, b"B"), _named(2, b"C"))
    slots, values = known.former_of(fact)
    assert slots.tolist() == ([1, 1] if fact == "name" else [])
    assert values.tolist() == ([b"A", b"B"] if fact == "name" else [])


def test_who_is_not_heard_is_forgotten_and_the_others_keep_what_is_theirs() -> None:
    rows = [(1, b"OLD", 5), (2, b"A", 10), (3, b"GONE", 6), (2, b"B", 20), (4, b"D", 11)]
    known = _learnt(*(_named(*row) for row in rows))
    known.watched[:4] = [True, False, True, True]
    assert known.forget(10) == {1, 3}
    assert known.slots(np.array([2, 4, 1], np.uint32)).tolist() == [0, 1, 2]
    assert known.columns["name"][:3].tolist() == [b"B", b"D", b""]
    assert known.ever("name", 0) == [b"B", b"A"]
    assert known.watched[:3].tolist() == [False, True, False]


def test_the_latest_hearing_counts_whatever_the_order() -> None:
    known = _learnt(_named(1, b"A", 20), _named(1, b"A", 10))
    assert known.columns["heard"][0] == 20
    assert known.forget(20) == set()


def test_thawed_it_is_as_it_was() -> None:
    known = _learnt(_named(1, b"A"), _named(2, b"B"), _named(1, b"C"))
    other = Known(3)
    other.thaw(known.freeze())
    frozen, again = known.freeze(), other.freeze()
    assert frozen.keys() == again.keys()
    for name, column in frozen.items():
        np.testing.assert_array_equal(column, again[name])
