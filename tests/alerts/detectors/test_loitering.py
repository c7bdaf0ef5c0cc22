"""Loitering, told as stories of ships."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from alerts.detectors.loitering import Loitering
from geofence.zones import Zone
from tests.plugins.stories import Ship, Stream, Watch, kinds, us, watch

OPEN, CLOSED = ("loitering", "open"), ("loitering", "closed")


def ship(**values) -> Ship:
    return Ship(**{"mmsi": 247_000_001, "lon": 18.0, "lat": 36.0} | values).introduces()


def test_two_hours_about_one_place_are_told_once_with_the_report_before():
    events = watch(Loitering(), ship().sails(90, 12, 60).stays(150))
    assert kinds(events)[0] == OPEN
    assert [event.state for event in events[1:]] == ["updated"] * len(events[1:])
    assert us("2026-05-10T00:50:00") <= events[0].started_us <= us("2026-05-10T01:10:00")
    assert events[0].evidence["speed"].threshold == 2.0


def test_less_than_two_hours_are_none():
    assert watch(Loitering(), ship().sails(90, 12, 60).stays(105).sails(90, 12, 60)) == []


def test_slow_slow_slow_fast_is_one_stay():
    events = watch(Loitering(), ship().sails(90, 1.5, 180).sails(90, 12, 60))
    states = [event.state for event in events]
    assert (states.count("open"), states[-1]) == (1, "closed")
    assert abs(events[-1].ended_us - us("2026-05-10T03:10:00")) <= 600_000_000


def test_slow_and_fast_in_turns_are_two_stays():
    story = ship().sails(0, 1, 150).sails(0, 12, 60).sails(0, 1, 150).sails(0, 12, 60)
    states = [event.state for event in watch(Loitering(), story)]
    assert (states.count("open"), states.count("closed")) == (2, 2)


def test_circles_at_four_knots_are_no_stay_although_they_lead_nowhere():
    story = ship()
    for _ in range(12):
        story.sails(0, 4, 15).sails(180, 4, 15)
    assert watch(Loitering(), story) == []


def test_silence_is_never_bridged():
    story = ship().stays(70).silent(65 * 60).stays(70)
    assert watch(Loitering(), story) == []


def test_fifteen_frozen_fixes_in_three_hours_are_one_stay_and_five_are_none():
    often = watch(Loitering(), ship().stays(180, every_s=720))
    assert [event.state for event in often].count("open") == 1
    assert watch(Loitering(), ship().stays(180, every_s=2160)) == []


def test_a_missing_speed_is_not_a_standstill():
    story = ship()
    story.sails(90, 10, 240, sog_kn=math.nan)
    assert watch(Loitering(), story) == []


def test_the_stay_of_a_ship_that_falls_silent_ends_with_her_last_report():
    events = watch(Loitering(), ship().stays(130), until_minute=200)
    assert kinds(events) == [OPEN, CLOSED]
    assert events[-1].ended_us == us("2026-05-10T02:10:00")
    assert events[-1].reason == "not heard for too long"


def anchorage(lon: float, lat: float) -> Zone:
    return Zone("a", "A", "anchorage", shapely.box(lon, lat, lon + 0.05, lat + 0.05), "us", "CC0")


@pytest.mark.parametrize("away_deg, told", [(0.0, False), (0.1, False), (0.3, True)])
def test_waiting_at_an_anchorage_is_no_loitering(away_deg, told):
    story = ship().stays(150)
    assert bool(watch(Loitering(), story, zones=[anchorage(18.0 + away_deg, 36.0)])) == told


@pytest.mark.parametrize("values", [{"type": 30}, {"type": 50}, {"type": 51}, {"type": 55}])
def test_vessels_whose_task_it_is_to_stay_are_left_out(values):
    assert watch(Loitering(), ship(**values).stays(150)) == []


def test_a_moored_ship_is_left_out():
    assert watch(Loitering(), ship().stays(150, nav_status=5)) == []


def test_positions_in_doubt_retract_the_stay():
    there = Watch({"it": Loitering()})
    story = ship().stays(180)
    stream = Stream.of(story)
    half = us("2026-05-10T02:30:00")
    events = there.sees(stream.between(0, half))
    there.screening.world.untrusted[:] = np.iinfo(np.int64).max
    events += there.sees(stream.between(half, half * 2))
    assert [event.state for event in events if event.state != "updated"] == ["open", "retracted"]
    assert events[-1].reason == "positions in doubt"


def test_who_waits_in_roads_among_four_others_is_not_told_and_who_is_alone_is():
    others = [ship(mmsi=247_000_010 + n, lon=18.0 + 0.01 * n).stays(240) for n in range(4)]
    late = ship(lon=18.02, lat=36.01).sails(90, 12, 60).is_at(18.02, 36.01).stays(170)
    assert not [e for e in watch(Loitering(), *others, late) if e.mmsi == 247_000_001]
    assert [e for e in watch(Loitering(), others[0], late) if e.mmsi == 247_000_001]


def test_within_a_mile_of_the_coast_is_a_berth_that_no_list_of_ports_has():
    # Off Hydra, whose harbour is no port of the list.
    assert watch(Loitering(), ship(lon=23.484, lat=37.355).stays(180)) == []
