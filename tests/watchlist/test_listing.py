"""An edition as matching looks into it."""

from tests.plugins.vessels import listed
from watchlist.entries import Edition
from watchlist.hits import facts
from watchlist.listing import Listing, call_sign_sent, name_sent


def test_entries_are_found_by_all_they_name() -> None:
    one = listed("a", mmsi=(247_000_001,), names=("M/V Sea Star", "SEA STAR"))
    other = listed("b", mmsi=(247_000_001, 5), imo=(9_074_729,), call_sign=("sv ab",))
    listing = Listing.of(Edition((one, other)))
    assert listing.mmsi == {247_000_001: (0, 1), 5: (1,)}
    assert (listing.imo, listing.call_sign) == ({9_074_729: (1,)}, {"SVAB": (1,)})
    assert listing.name == {"SEA STAR": (0,)}
    assert listing.mmsis.tolist() == [5, 247_000_001]


def test_what_is_no_identifier_names_nobody() -> None:
    entry = listed("a", imo=(9_074_720, 0), call_sign=("0", "NONE"), names=("UNKNOWN", "@@@"))
    listing = Listing.of(Edition((entry,)))
    assert (listing.imo, listing.call_sign, listing.name) == ({}, {}, {})
    assert len(listing.imos) == 0


def test_the_days_on_which_entries_begin_are_in_order() -> None:
    entries = [listed(f"{k}", matches_from=day) for k, day in enumerate((300, 100, 300, 0))]
    assert Listing.of(Edition(tuple(entries))).wakes == (0, 100, 300)


def test_what_is_sent_is_brought_into_the_form_of_the_list() -> None:
    assert name_sent(b"M/V SEA-STAR@@@") == "SEA STAR"
    assert call_sign_sent(b"SV-AB") == "SVAB"
    assert name_sent(b"\xff\xfe") == ""


def test_bits_have_words() -> None:
    assert facts(0) == ()
    assert facts(0b1000001) == ("mmsi", "length")
