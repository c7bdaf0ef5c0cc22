"""Entries and editions as they are written down and read again."""

import datetime as dt
import json

import pytest

from tests.plugins.vessels import listed
from watchlist.entries import Edition, Link, WatchlistEntry
from watchlist.errors import WatchlistError

FULL = WatchlistEntry(
    id="W1",
    mmsi=(247_000_001,),
    imo=(9_074_729,),
    call_sign=("IBCD",),
    name="EZADEEN",
    aliases=("GREAT JOY", "EZADEEN"),
    former_names=("ΑΓΙΟΣ",),
    length_m=90.5,
    review_by=dt.date(2027, 6, 30),
    links=(Link("owner", "W2", "since 2020"),),
)


def test_an_entry_comes_back_from_json_as_it_was() -> None:
    assert WatchlistEntry.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL


def test_all_its_names_count_each_once() -> None:
    assert FULL.names == ("EZADEEN", "GREAT JOY", "ΑΓΙΟΣ")
    assert WatchlistEntry().names == ()


@pytest.mark.parametrize(
    "said, fault",
    [
        ({"colour": "red"}, "'colour'"),
        ({"review_by": "30 June"}, "cannot be read"),
        ({"links": [{"entry": "W2"}]}, "cannot be read"),
        ({"mmsi": 247_000_001}, "cannot be read"),
    ],
)
def test_what_is_no_entry_is_told_in_one_line(said, fault) -> None:
    with pytest.raises(WatchlistError, match=fault) as told:
        WatchlistEntry.from_json(said)
    assert "\n" not in str(told.value)


def test_the_same_entries_in_any_order_are_one_edition() -> None:
    one, other = listed("a", names=("ΨΑΡΑ",)), listed("b", mmsi=(247_000_001,))
    forth, back = Edition((one, other)), Edition((other, one))
    assert forth.entries == back.entries == (one, other)
    assert forth.sha256() == back.sha256() != Edition((one,)).sha256()
    assert Edition.from_bytes(forth.to_bytes()) == forth


def test_an_id_stands_once_in_an_edition() -> None:
    with pytest.raises(WatchlistError, match="'a' stands twice"):
        Edition((listed("a"), listed("a", version=2)))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"entries": [{}]}', b'{"entries": [1]}'])
def test_bytes_that_are_no_edition_are_refused(data) -> None:
    with pytest.raises(WatchlistError, match="no edition"):
        Edition.from_bytes(data)
