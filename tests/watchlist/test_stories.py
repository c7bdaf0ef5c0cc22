"""From an entry of the list to the hit, and to the answer for a colleague: rules as stories."""

import datetime as dt

import pytest

from ais.batches import PositionBatch, StaticBatch
from tests.plugins.vessels import positions, statics
from watchlist.crosscheck import cross_check
from watchlist.entries import Edition, WatchlistEntry
from watchlist.formats.asked import Asked
from watchlist.hits import MATCHED_ON, facts
from watchlist.matching import Matcher
from watchlist.reviews import listed, review_state
from watchlist.vessels import SentIdentity

MMSI = 247_000_001
IMO, OTHER_IMO = 9_074_729, 9_241_061
REVIEW = dt.date(2026, 6, 30)
GRACE = 30
DAY_US = 86_400_000_000


def _us(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days * DAY_US


def _heard(entry: WatchlistEntry, day: dt.date, **said):
    """Return what is told of a vessel that is heard on ``day`` for the first time."""
    matcher = Matcher()
    matcher.adopt(Edition((listed(entry, 1, GRACE),)), 0, 0)
    row = {"mmsi": MMSI, "spool": 1, "received": _us(day), **said}
    return matcher.step(PositionBatch.empty(), statics(row))


@pytest.mark.parametrize(
    "day, state, hits",
    [
        (dt.date(2026, 5, 1), "ok", 1),
        (REVIEW, "due soon", 1),
        (REVIEW + dt.timedelta(1), "overdue", 1),
        (REVIEW + dt.timedelta(GRACE), "overdue", 1),
        (REVIEW + dt.timedelta(GRACE + 1), "expired", 0),
    ],
)
def test_an_entry_whose_review_is_overdue_matches_until_the_limit(day, state, hits) -> None:
    entry = WatchlistEntry("a", (MMSI,), review_by=REVIEW)
    assert review_state(entry, day, GRACE) == state
    assert len(_heard(entry, day)) == hits


@pytest.mark.parametrize("day, hits", [(9, 0), (10, 1), (20, 1), (21, 0)])
def test_an_entry_matches_on_its_first_and_on_its_last_day(day, hits) -> None:
    first, last = dt.date(2026, 5, 10), dt.date(2026, 5, 20)
    entry = WatchlistEntry("a", (MMSI,), valid_from=first, valid_until=last)
    assert len(_heard(entry, dt.date(2026, 5, day))) == hits


@pytest.mark.parametrize("where", ["name", "aliases", "former_names"])
def test_a_vessel_is_known_by_any_of_its_names(where) -> None:
    name = "M/V Ψαρά" if where == "name" else ("M/V Ψαρά",)
    entry = WatchlistEntry("a", flag="ITA", **{where: name})
    hits = _heard(entry, REVIEW, name=b"PSARA")
    assert [MATCHED_ON[int(one)] for one in hits.matched_on] == ["name"]


def test_a_listed_vessel_with_another_imo_number_is_told_with_its_conflict() -> None:
    entry = WatchlistEntry("a", (MMSI,), (IMO,), name="EZADEEN", type="livestock", flag="SYR")
    hits = _heard(entry, REVIEW, name=b"EZADEN", imo=OTHER_IMO, ship_type=70)
    assert facts(int(hits.agrees[0])) == ("mmsi", "name", "type")
    assert facts(int(hits.disagrees[0])) == ("imo", "flag")


def test_who_takes_the_number_of_another_is_told_of_both_entries() -> None:
    mine = WatchlistEntry("a", (MMSI,), name="EZADEEN")
    theirs = WatchlistEntry("b", imo=(IMO,), name="SEA STAR")
    matcher = Matcher()
    matcher.adopt(Edition(tuple(listed(one, 1, GRACE) for one in (mine, theirs))), 0, 0)
    row = {"mmsi": MMSI, "spool": 1, "imo": IMO, "name": b"SEA STAR"}
    hits = matcher.step(PositionBatch.empty(), statics(row))
    assert hits.entry.tolist() == [0, 1]
    assert [facts(int(one)) for one in hits.disagrees] == [("name",), ()]


def test_an_erased_entry_is_silent_from_the_control_line_on() -> None:
    matcher = Matcher()
    matcher.adopt(Edition((listed(WatchlistEntry("a", (MMSI,)), 1, GRACE),)), 0, 0)
    assert len(matcher.adopt(Edition(), 5, 5)) == 0
    assert len(matcher.step(positions({"mmsi": MMSI, "spool": 6}), StaticBatch.empty())) == 0


@pytest.mark.parametrize("mmsi", [1, 2_470_001, 970_123_456, 999_999_999])
def test_a_number_that_no_ship_has_is_still_a_vessel_that_says_who_she_is(mmsi) -> None:
    hits = _heard(WatchlistEntry("a", imo=(IMO,)), REVIEW, mmsi=mmsi, imo=IMO)
    assert hits.mmsi.tolist() == [mmsi]


@pytest.mark.parametrize(
    "handling, tlp, told",
    [("H0", "clear", True), ("H1", "amber", True), ("H2", "green", False), ("H3", "clear", False),
     ("H1", "red", False)],
)  # fmt: skip
def test_the_code_decides_whether_the_contributor_is_to_be_asked(handling, tlp, told) -> None:
    entry = WatchlistEntry("a", (MMSI,), contributor="MLT", handling=handling, tlp=tlp)
    (answer,) = cross_check([Asked(1, mmsi=MMSI)], [listed(entry, 1, GRACE)], (), {})
    assert answer.verdict == "hit"
    assert (answer.entry, answer.ask) == (("a", "") if told else ("", "MLT"))


def test_a_renamed_vessel_is_found_by_the_imo_number_that_it_once_sent() -> None:
    day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    ever = [
        SentIdentity(MMSI, day, IMO, "", "EZADEEN"),
        SentIdentity(MMSI, day + dt.timedelta(9), 0, "", "GREAT JOY"),
    ]
    entry = listed(WatchlistEntry("a", imo=(IMO,)), 1, GRACE)
    (answer,) = cross_check([Asked(1, name="Great Joy")], [entry], ever, {})
    assert (answer.verdict, answer.matched_on) == ("possible", "imo")
    assert answer.names == ("EZADEEN", "GREAT JOY")
