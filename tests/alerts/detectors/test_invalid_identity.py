"""Identities that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.detectors.invalid_identity import InvalidIdentity, _wrong
from tests.plugins.stories import Ship, Stream, Watch, kinds, watch
from watchlist.entries import Edition, Listed
from watchlist.identifiers import imo_is_valid
from watchlist.matching import Matcher


def says(ship: Ship, reports: int, **values) -> Ship:
    for _ in range(reports):
        ship.introduces(**values).sails(90, 8, 6)
    return ship


def test_a_wrong_check_digit_said_twice_is_told_once_and_low():
    [event] = watch(InvalidIdentity(), says(Ship(247_000_001, 18, 36, imo=9_074_728), 6))
    assert (event.kind, event.severity) == ("invalid_identity", "low")
    assert (event.evidence["fault"].value, event.evidence["imo"].value) == ("imo", 9_074_728)


@pytest.mark.parametrize("imo", [0, 9_074_729, 12_345, 12_345_678])
def test_right_none_short_and_national_numbers_are_silent(imo):
    assert watch(InvalidIdentity(), says(Ship(247_000_001, 18, 36, imo=imo), 4)) == []


def test_one_wrong_number_among_right_ones_is_noise():
    ship = says(Ship(247_000_001, 18, 36, imo=9_074_729), 2)
    for _ in range(4):
        says(says(ship, 1, imo=9_074_728), 1)
    assert watch(InvalidIdentity(), ship) == []


def test_a_right_number_closes_it():
    ship = says(Ship(247_000_001, 18, 36, imo=9_074_728), 3)
    events = watch(InvalidIdentity(), says(ship, 2, imo=9_074_729))
    assert [event.reason for event in events] == [None, "a valid number is sent"]


@pytest.mark.parametrize("mmsi", [123, 123_456_789, 999_999_999, 290_000_001, 800_000_001])
def test_digits_that_name_no_station_are_told_by_their_second_position(mmsi):
    [event] = watch(InvalidIdentity(), Ship(mmsi, 18, 36).says().sails(90, 8, 20))
    assert (event.evidence["fault"].value, event.mmsi, event.lon) == ("mmsi", mmsi, 18.0)


@pytest.mark.parametrize("mmsi, message", [
    (247_000_001, 1), (111_247_001, 9), (982_470_001, 18), (992_470_001, 21), (2_470_001, 4),
    (200_000_001, 1), (123_456_789, 21), (123_456_789, 4), (970_000_001, 1),
])  # fmt: skip
def test_ships_aircraft_crafts_stations_and_aids_are_silent(mmsi, message):
    ship = Ship(mmsi, 18, 36, message=message).says().sails(90, 8, 20)
    assert watch(InvalidIdentity(), ship) == []


def test_a_lone_noise_point_is_silent():
    assert watch(InvalidIdentity(), Ship(123_456_789, 18, 36).says()) == []


def test_silence_closes_it():
    ship = Ship(123_456_789, 18, 36).says().sails(90, 8, 20)
    events = watch(InvalidIdentity(), ship, until_minute=1500)
    assert kinds(events)[-1] == ("invalid_identity", "closed")


def test_a_listed_ship_under_another_flag_is_told_at_once():
    listed = Listed("V-000001", 1, (), (9_074_729,), (), (), "", "PAN", None, "ITA", "H1", "", "B",
                    2, "amber", "high", 0, 1 << 62)  # fmt: skip
    edition, matcher = Edition((listed,)), Matcher()
    matcher.adopt(edition, 0, 0)
    ship = says(Ship(247_000_001, 18, 36, imo=9_074_729).says(), 2)
    detector = Watch({"it": InvalidIdentity()})

    def hits(part):
        found = matcher.step(part.positions, part.statics)
        return ((found, edition.entries),) if len(found) else ()

    [event] = detector.sees(Stream.of(ship), hits=hits)
    said = {name: fact.value for name, fact in event.evidence.items()}
    assert (said["fault"], said["mmsi_flag"], said["listed_flag"]) == ("flag", "ITA", "PAN")
    assert (event.severity, said["handling"]) == ("medium", "H1")


def test_the_columns_agree_with_the_rule_for_one_number():
    numbers = np.arange(9_074_000, 9_075_000, dtype=np.uint32)
    assert _wrong(numbers).tolist() == [not imo_is_valid(one) for one in numbers.tolist()]
