"""Unusual speeds, told as stories of ships in a lane where all make 11 to 15 knots."""

from __future__ import annotations

import pytest

from alerts.detectors.speed_anomaly import SpeedAnomaly
from tests.plugins.stories import Ship, Stream, Watch, kinds, us
from tests.plugins.traffic import LANE, lane_usual


def ship(**values) -> Ship:
    west, lat, _ = LANE
    said = {"mmsi": 247_000_051, "lon": west + 0.2, "lat": lat, "type": 70, "length": 140}
    return Ship(**said | values).introduces()


def told(*ships: Ship, **settings):
    watch = Watch({"it": SpeedAnomaly(**settings)})
    watch.screening.adopt_traffic(lane_usual(), "model 7")
    return watch.sees(Stream.of(*ships))


@pytest.mark.parametrize("knots, count", [(4, 1), (9, 1), (11, 0), (13, 0), (15, 0), (26, 1)])
def test_a_speed_that_hardly_any_ship_makes_there_is_told_once(knots, count):
    events = told(ship().sails(90, 13, 20).sails(90, knots, 40))
    assert kinds(events) == [("speed_anomaly", "open")] * count


def test_it_is_told_when_it_has_lasted_a_quarter_of_an_hour():
    [event] = told(ship().sails(90, 13, 20).sails(90, 4, 40))
    assert event.started_us == us("2026-05-10T00:21:00")
    assert event.updated_us == us("2026-05-10T00:36:00")
    assert event.evidence["speed"].value == 4.0
    assert event.evidence["one_in"].value >= 1000


def test_her_own_speed_again_closes_it():
    events = told(ship().sails(90, 13, 20).sails(90, 4, 30).sails(90, 13, 60))
    assert kinds(events)[-1] == ("speed_anomaly", "closed")
    assert events[-1].ended_us == us("2026-05-10T00:50:00")


@pytest.mark.parametrize("status", [1, 2, 3, 5, 6])
def test_a_ship_that_says_why_she_is_slow_is_not_told(status):
    assert told(ship().sails(90, 13, 20).sails(90, 4, 60, nav_status=status)) == []


def test_a_ship_that_lies_still_is_anothers_matter():
    assert told(ship().sails(90, 13, 20).sails(90, 0.5, 60)) == []


def test_where_no_speed_is_said_that_of_the_leg_counts():
    [event] = told(ship().sails(90, 13, 20).sails(90, 4, 40, sog_kn=float("nan")))
    assert event.evidence["speed"].value == pytest.approx(4.0, abs=0.1)
