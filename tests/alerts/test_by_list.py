"""Which rescues are told only because their vessel is listed: by the detectors themselves."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from alerts.alert import Codes
from alerts.by_list import rests_on_list, told_by_list
from alerts.detectors.not_under_command import NotUnderCommand
from alerts.detectors.sudden_stop import SuddenStop
from tests.plugins.notices import alert
from tests.plugins.stories import Ship, Stream, Watch
from watchlist.entries import Edition, Listed
from watchlist.matching import Matcher

MMSI = 247_000_001
ENTRY = Listed("V-000001", 1, (MMSI,), (), (), (), "", "", None, "GRC", "H2", "", "A", 2, "amber",
               "high", 0, 1 << 62)  # fmt: skip
DETECTORS = [SuddenStop(), NotUnderCommand()]
FISHING, TUG, PLEASURE, PASSENGER, CARGO = 30, 52, 37, 60, 70


def told(detector, ship: Ship, *, listed: bool):
    """Events of a ship that is on the list, or is not."""
    edition, matcher = Edition((ENTRY,)), Matcher()
    matcher.adopt(edition, 0, 0)
    watch = Watch({"it": detector})
    watch.screening.adopt_list(edition, "list 7")

    def hits(part):
        found = matcher.step(part.positions, part.statics)
        return ((found, edition.entries),) if len(found) else ()

    return watch.sees(Stream.of(ship), hits=hits if listed else None)


def stops(ship: Ship) -> Ship:
    """Stop at once, not under command."""
    return ship.sails(90, 12, 5, 10).stays(5, 10, nav_status=2)


@pytest.mark.parametrize("detector", DETECTORS, ids=["stop", "not under command"])
def test_it_rests_on_the_list_just_where_no_other_ship_would_be_told_of(detector):
    """The rule of the detectors, asked with and without the list, is what the event says."""
    lengths = (0.0, 12.0, 49.0, 50.0, 120.0)
    for length, of_type in itertools.product(lengths, (FISHING, TUG, PLEASURE, PASSENGER, CARGO)):
        with_list, without = (
            told(detector, stops(Ship(MMSI, 18, 36, length=length, type=of_type).introduces()),
                 listed=listed)
            for listed in (True, False)
        )  # fmt: skip
        assert len(with_list) == 1, (length, of_type)
        assert rests_on_list(with_list[0]) == (not without), (length, of_type)
        assert not any(map(rests_on_list, without))


@pytest.mark.parametrize("detector", DETECTORS, ids=["stop", "not under command"])
def test_it_says_so_when_any_ship_would_count(detector):
    ship = stops(Ship(MMSI, 18, 36, length=120.0, type=CARGO))
    ship.introduces().stays(2, 10, nav_status=2)
    begun, freed = told(detector, ship, listed=True)
    assert (begun.state, freed.state) == ("open", "updated")
    assert (rests_on_list(begun), rests_on_list(freed)) == (True, False)
    assert freed.id == begun.id


def test_a_distress_is_never_there_by_the_list():
    secret = Codes("H3", tlp="red", contributors=("GRC",))
    assert told_by_list(alert("sudden_stop", codes=secret))
    assert not told_by_list(alert("distress", codes=secret))
    assert not told_by_list(alert("sudden_stop", codes=Codes()))
    assert not told_by_list(replace(alert("gap"), codes=secret))
