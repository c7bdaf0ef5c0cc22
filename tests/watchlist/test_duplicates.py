import dataclasses
import datetime as dt

import pytest

from watchlist.duplicates import LARGEST_BLOCK, merged, proposals
from watchlist.entries import Link, WatchlistEntry

A = WatchlistEntry(
    mmsi=(247000001,), imo=(9187629,), call_sign=("IBCD",), name="STELLA MARIS", flag="ITA"
)


@pytest.mark.parametrize(
    "other, score, reason",
    [
        (WatchlistEntry(imo=(9187629,), name="OTHER"), 1.0, "same IMO 9187629"),
        (WatchlistEntry(mmsi=(247000001,)), 0.9, "same MMSI 247000001"),
        (WatchlistEntry(mmsi=(247000001,), name="STELA MARIS"), 0.95, "and name"),
        (WatchlistEntry(mmsi=(247000001,), imo=(7406784,)), 0.5, "IMO numbers differ"),
        (WatchlistEntry(call_sign=("IBCD",), name="Stela Maris"), 0.85, "same call sign IBCD"),
        (WatchlistEntry(name="m/v stella-maris", flag="ITA"), 0.7, "same name STELLA MARIS"),
    ],
)
def test_probable_duplicates_are_proposed_with_score_and_reason(other, score, reason):
    (merge,) = proposals([A, other])
    assert (merge.entry, merge.other, merge.other_entry) == (1, A, 0)
    assert merge.score == score
    assert reason in merge.reason


@pytest.mark.parametrize(
    "other",
    [
        WatchlistEntry(name="STELLA MARIS"),
        WatchlistEntry(name="STELLA MARIS", flag="GRC"),
        WatchlistEntry(call_sign=("IBCD",), name="ZEPHYR"),
        WatchlistEntry(call_sign=("IBCD",), name="STELLA MARIS", imo=(7406784,)),
        WatchlistEntry(mmsi=(247000002,), name="STELLA MARIS", flag="ITA"),
    ],
)
def test_a_shared_name_or_sign_alone_is_no_proposal(other):
    assert proposals([A, other]) == []


def test_lengths_that_differ_keep_one_name_apart():
    def ship(length):
        return WatchlistEntry(name="STELLA MARIS", flag="ITA", length_m=length)

    assert proposals([ship(100.0), ship(120.0)]) == []
    assert len(proposals([ship(100.0), ship(105.0)])) == 1


def test_entries_of_the_list_are_compared_and_an_entry_is_not_its_own_duplicate():
    kept = dataclasses.replace(A, id="W1")
    (merge,) = proposals([A], [kept])
    assert (merge.other, merge.other_entry) == (kept, None)
    assert proposals([kept], [kept]) == []


def test_the_surest_proposals_come_first():
    file = [WatchlistEntry(mmsi=(247000001,)), WatchlistEntry(imo=(9187629,))]
    assert [merge.score for merge in proposals(file, [A])] == [1.0, 0.9]


def test_a_value_that_thousands_share_does_not_compare_all_with_all():
    rows = [WatchlistEntry(call_sign=("XXX1",), name="SAME") for _ in range(2_000)]
    assert len(proposals(rows)) <= LARGEST_BLOCK * len(rows)


def test_merged_takes_everything_and_the_stricter_rule():
    a = dataclasses.replace(
        A,
        id="W1",
        reason="seen",
        contributor="ITA",
        handling="H1",
        tlp="red",
        review_by=dt.date(2028, 1, 1),
        valid_until=dt.date(2027, 1, 1),
        source_grade="A",
        priority="low",
    )
    b = WatchlistEntry(
        mmsi=(247000002,),
        name="ZEPHYR",
        reason="towed",
        contributor="GRC",
        handling="H3",
        handling_comment="call first",
        tlp="green",
        review_by=dt.date(2027, 1, 1),
        source_grade="C",
        priority="high",
        length_m=24.0,
        links=(Link("owner", "W9"),),
    )
    one = merged(a, b)
    assert (one.id, one.name, one.aliases) == ("W1", "STELLA MARIS", ("ZEPHYR",))
    assert (one.mmsi, one.imo, one.length_m) == ((247000001, 247000002), (9187629,), 24.0)
    assert (one.handling, one.handling_comment, one.tlp) == ("H3", "call first", "red")
    assert (one.source_grade, one.priority) == ("C", "high")
    assert (one.review_by, one.valid_until) == (dt.date(2027, 1, 1), None)
    assert (one.reason, one.contributor) == ("seen\ntowed", "ITA, GRC")
    assert one.links == b.links


def test_merging_an_entry_with_itself_changes_nothing():
    assert merged(A, A) == A
