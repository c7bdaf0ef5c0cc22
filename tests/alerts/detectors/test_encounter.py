"""Encounters, told as stories of two ships."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from alerts.detectors.encounter import Encounter
from geofence.zones import Zone
from tests.plugins.stories import Ship, Stream, Watch, kinds, us, watch

OPEN, CLOSED = ("encounter", "open"), ("encounter", "closed")
AWAY = 0.002
"""Degrees of latitude: 222 m."""


def two(**values) -> tuple[Ship, Ship]:
    """Two freighters that arrive at one place an hour after START."""
    one = Ship(**{"mmsi": 247_000_001, "lon": 18.0, "lat": 36.0} | values).introduces()
    other = Ship(271_000_002, 18.4, 36.0 + AWAY).introduces()
    one.sails(90, 10, 60).is_at(18.2, 36.0)
    other.sails(270, 10, 60).is_at(18.2, 36.0 + AWAY)
    return one, other


def stay(one: Ship, other: Ship, minutes: float, **values) -> tuple[Ship, Ship]:
    return one.stays(minutes, **values), other.stays(minutes, **values)


def states(events) -> list[str]:
    return [event.state for event in events]


def test_half_an_hour_beside_each_other_is_told_with_both_names():
    (event,) = watch(Encounter(), *stay(*two(), 33))
    assert kinds([event]) == [OPEN]
    assert (event.mmsi, event.other_mmsi) == (247_000_001, 271_000_002)
    assert event.mmsis == (247_000_001, 271_000_002)
    assert event.evidence["distance"].value == pytest.approx(222, abs=2)
    assert event.evidence["together"].value >= 30
    assert us("2026-05-10T01:00:00") <= event.started_us <= us("2026-05-10T01:02:00")
    assert (event.lon, event.lat) == (18.2, 36.001)


def test_less_than_half_an_hour_is_none():
    one, other = stay(*two(), 28)
    assert watch(Encounter(), one.sails(0, 12, 30), other.sails(180, 12, 30)) == []


def test_the_pair_that_parts_is_closed_and_says_how_far_the_courses_lie_apart():
    one, other = stay(*two(), 40)
    events = watch(Encounter(), one.sails(0, 12, 30), other.sails(180, 12, 30))
    assert states(events) == ["open", "closed"]
    assert events[-1].evidence["diverged"].value == 180.0
    assert us("2026-05-10T01:38:00") <= events[-1].ended_us <= us("2026-05-10T01:41:00")


def test_a_minute_apart_does_not_make_two_encounters():
    one, other = stay(*two(), 40)
    one.says(lat_deg=36.1)
    one.minute += 1
    other.stays(1)
    events = watch(Encounter(), *stay(one, other, 60))
    assert states(events).count("open") == 1
    assert "closed" not in states(events)


def test_an_encounter_across_midnight_is_one():
    one, other = two()
    for ship in (one, other):
        ship.minute = 23 * 60 + 40
    events = watch(Encounter(), *stay(one, other, 60))
    assert states(events).count("open") == 1
    assert events[0].started_us < us("2026-05-11T00:00:00") < events[-1].updated_us


def test_a_long_silence_of_both_is_not_bridged():
    one, other = stay(*two(), 10)
    assert watch(Encounter(), *stay(one.silent(80), other.silent(80), 15)) == []


def test_a_silence_between_two_passes_of_a_satellite_is_bridged_and_said():
    one, other = stay(*two(), 15)
    [event, *_] = watch(Encounter(), *stay(one.silent(50), other.silent(50), 15))
    assert event.confidence == 0.5
    facts = {name: fact.value for name, fact in event.evidence.items()}
    assert facts["together"] >= 50
    assert facts["heard_together"] < 20


def test_two_glimpses_of_a_pair_are_no_meeting():
    one, other = stay(*two(), 3)
    assert watch(Encounter(), *stay(one.silent(50), other.silent(50), 3)) == []


def test_two_that_sailed_on_together_while_silent_did_not_lie_beside_each_other():
    ships = stay(*two(), 10)
    for ship in ships:
        ship.sails(90, 8, 55, every_s=3600)
    assert watch(Encounter(), *stay(*ships, 15)) == []


def test_a_pair_that_is_no_longer_heard_is_closed():
    events = watch(Encounter(), *stay(*two(), 40), until_minute=240)
    assert [state for state in states(events) if state != "updated"] == ["open", "closed"]
    assert events[-1].reason == "not heard for too long"
    assert events[-1].ended_us == us("2026-05-10T01:40:00")


def test_a_fast_pair_is_a_convoy():
    one, other = two()
    assert watch(Encounter(), one.sails(90, 10, 60), other.sails(90, 10, 60)) == []


def test_exactly_three_knots_are_not_slow():
    one, other = two()
    assert watch(Encounter(), one.sails(90, 3.0, 60), other.sails(90, 3.0, 60)) == []


def test_a_missing_speed_is_not_a_standstill():
    one, other = two()
    moving = {"sog_kn": math.nan}
    assert watch(Encounter(), one.sails(90, 10, 60, **moving), other.sails(90, 10, 60)) == []


def test_a_missing_speed_is_taken_from_the_places():
    assert kinds(watch(Encounter(), *stay(*two(), 33, sog_kn=math.nan))) == [OPEN]


@pytest.mark.parametrize("ship_type", [50, 52, 31, 33])
def test_pilots_tugs_and_working_craft_are_left_out(ship_type):
    assert watch(Encounter(), *stay(*two(type=ship_type), 40)) == []


def test_a_rescuer_in_the_pair_moves_it_to_the_sar_lane():
    (event,) = watch(Encounter(), *stay(*two(type=51), 33))
    assert event.lane == "sar"
    assert event.evidence["roles"].value == "search and rescue + cargo"


def test_a_rescuer_that_says_so_only_later_moves_it_then():
    one, other = stay(*two(), 40)
    events = watch(Encounter(), *stay(one.introduces(ship_type=51), other, 5))
    assert [(event.state, event.lane) for event in events] == [("open", "law"), ("updated", "sar")]
    assert events[-1].evidence["roles"].value == "search and rescue + cargo"


def test_a_pair_of_trawlers_is_left_out_and_a_trawler_with_a_freighter_is_not():
    fishers = [Ship(247_000_001 + k, 18.2, 36.0, type=30).introduces() for k in range(2)]
    assert watch(Encounter(), *stay(*fishers, 60)) == []
    assert kinds(watch(Encounter(), *stay(*two(type=30), 33))) == [OPEN]


def test_a_raft_of_six_is_left_out():
    fleet = [Ship(247_000_001 + k, 18.2, 36.0 + k * 0.0005).introduces() for k in range(6)]
    assert watch(Encounter(), *[ship.stays(60) for ship in fleet]) == []
    assert watch(Encounter(raft=9), *fleet)


def test_more_than_500_metres_is_none():
    one, other = two()
    other.is_at(18.2, 36.0046)
    assert watch(Encounter(), *stay(one, other, 60)) == []


def test_both_sides_of_the_date_line_are_beside_each_other():
    one = Ship(247_000_001, 179.999, 36.0).introduces().stays(33)
    other = Ship(247_000_002, -179.999, 36.0).introduces().stays(33)
    (event,) = watch(Encounter(), one, other)
    assert abs(event.lon) == 180.0


@pytest.mark.parametrize("kind, away_deg, told", [("anchorage", 0.1, False), ("port", 0.05, False),
                                                  ("anchorage", 0.3, True)])  # fmt: skip
def test_near_a_harbour_it_is_no_encounter(kind, away_deg, told):
    lon = 18.2 + away_deg
    zone = Zone("z", "Z", kind, shapely.box(lon, 36, lon + 0.02, 36.02), "us", "CC0")
    assert bool(watch(Encounter(), *stay(*two(), 40), zones=[zone])) == told


def test_one_mmsi_on_two_places_meets_nobody():
    one, other = two()
    other.mmsi = one.mmsi
    assert watch(Encounter(), *stay(one, other, 60)) == []


def test_positions_in_doubt_retract_it():
    there = Watch({"it": Encounter()})
    stream = Stream.of(*stay(*two(), 80))
    half = us("2026-05-10T01:50:00")
    events = there.sees(stream.between(0, half))
    there.screening.world.untrusted[:] = np.iinfo(np.int64).max
    events += there.sees(stream.between(half, half * 2))
    assert [state for state in states(events) if state != "updated"] == ["open", "retracted"]


def test_two_yachts_at_a_quay_that_no_list_of_ports_has_are_none():
    # Viareggio.
    one = Ship(247_000_001, 10.2413, 43.8563, type=37).introduces().stays(60)
    other = Ship(319_000_002, 10.2413, 43.8573, type=37).introduces().stays(60)
    assert watch(Encounter(), one, other) == []
