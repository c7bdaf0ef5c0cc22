"""Positions inland, and the waters that are there."""

from __future__ import annotations

import pytest

from alerts.detectors.on_land import OnLand
from alerts.inland_waters import WATERS
from tests.plugins.stories import Ship, kinds, watch

APENNINES = (16.0, 41.0)


def test_a_ship_in_the_hills_is_told_once_and_closed_when_she_is_back_at_sea():
    ship = Ship(247_000_001, *APENNINES).says().sails(90, 8, 30).is_at(18.0, 36.0).says()
    events = watch(OnLand(), ship.sails(90, 8, 10))
    assert kinds(events)[0] == ("on_land", "open")
    assert (events[0].lane, events[0].lon) == ("infrastructure", 16.0)
    assert events[0].evidence["inland_m"].value > 2500
    assert events[0].evidence["inland_m"].threshold == 500.0


def test_a_ship_whose_receiver_recovers_closes_its_event():
    ship = Ship(247_000_001, 16.3, 41.1)
    ship.says().stays(10)
    for _ in range(40):
        ship.minute += 1
        ship.is_at(ship.lon + 0.01, ship.lat + 0.01).says(sog_kn=50.0)
    events = watch(OnLand(), ship)
    assert [event.reason for event in events] == [None, "no longer on land"]


def test_two_positions_inland_are_noise():
    ship = Ship(247_000_001, *APENNINES).says()
    ship.minute += 2
    assert watch(OnLand(), ship.says()) == []


@pytest.mark.parametrize("lon, lat", [
    (18.0, 36.0), (32.33, 30.60), (31.23, 30.06), (4.83, 45.70), (10.66, 45.55), (12.33, 45.43),
    (22.98, 37.93), (20.46, 44.82), (8.92, 44.41), (28.94, 41.06), (-6.0, 37.35), (10.38, 43.7),
    (1.5, 49.1),
])  # fmt: skip
def test_seas_rivers_canals_lakes_and_ports_are_silent(lon, lat):
    assert watch(OnLand(), Ship(247_000_001, lon, lat).says().stays(30)) == []


@pytest.mark.parametrize("mmsi, message", [(111_247_001, 9), (2_470_001, 4), (992_470_001, 21)])
def test_aircraft_stations_and_aids_may_be_on_land(mmsi, message):
    assert watch(OnLand(), Ship(mmsi, *APENNINES, message=message).says().stays(30)) == []


def test_a_position_in_doubt_is_left_to_gnss_interference():
    from tests.plugins.stories import Stream, Watch

    sight = Watch({"on_land": OnLand()})
    sight.screening.world.untrusted[:] = 1 << 62
    assert sight.sees(Stream.of(Ship(247_000_001, *APENNINES).says().stays(30))) == []


def test_silence_closes_it():
    ship = Ship(247_000_001, *APENNINES).says().stays(10)
    events = watch(OnLand(), ship, until_minute=1500)
    assert kinds(events) == [("on_land", "open"), ("on_land", "closed")]


def test_the_waters_lie_within_the_carried_land():
    assert WATERS[:, [0, 2]].min() > -10
    assert WATERS[:, [0, 2]].max() < 38
    assert WATERS[:, [1, 3]].min() > 29
    assert WATERS[:, [1, 3]].max() < 47
