"""Drift, told as stories of ships."""

from __future__ import annotations

import math

import pytest

from alerts.detectors.drift import Drift
from tests.plugins.stories import Ship, kinds, us, watch

OPEN = [("drift", "open")]


def ship(**values) -> Ship:
    return Ship(**{"mmsi": 538_004_030, "lon": 18.0, "lat": 36.0} | values).introduces()


def test_a_ship_adrift_for_ten_minutes_and_500_metres_is_told_once():
    events = watch(Drift(), ship().sails(90, 12, 10).drifts(90, 2, 20, heading=0))
    assert kinds(events) == OPEN
    (event,) = events
    assert event.mmsi == 538_004_030
    assert event.started_us == us("2026-05-10T00:11:00")
    assert event.updated_us == us("2026-05-10T00:21:00")
    assert event.evidence["angle"].value == 90.0
    assert event.evidence["moved"].value == pytest.approx(617, abs=3)


def test_ten_minutes_without_500_metres_are_not_enough():
    assert watch(Drift(), ship().drifts(90, 0.6, 20, heading=0)) == []


def test_500_metres_without_ten_minutes_are_not_enough():
    assert watch(Drift(), ship().drifts(90, 4.9, 9, heading=0).sails(90, 12, 10)) == []


@pytest.mark.parametrize(
    "course, heading, told",
    [(-45.0 % 360, 45.1, True), (353.3, 45.1, True), (0, 44, False), (44.9, 90, True),
     (10, 325, True), (10, 326, False)],
)  # fmt: skip
def test_the_angle_is_taken_the_short_way_round(course, heading, told):
    angle = abs((course - heading + 180) % 360 - 180)
    assert (angle >= 45) == told
    assert bool(watch(Drift(), ship().drifts(course, 2, 20, heading=heading))) == told


def test_coming_out_of_the_drift_closes_it_at_the_last_report_adrift():
    events = watch(Drift(), ship().drifts(90, 2, 20, heading=0).sails(90, 10, 5))
    assert kinds(events) == [*OPEN, ("drift", "closed")]
    assert events[-1].ended_us == us("2026-05-10T00:20:00")
    assert events[-1].reason == "no longer adrift"


def test_coming_out_before_ten_minutes_starts_the_count_anew():
    story = ship().drifts(90, 3, 9, heading=0).sails(90, 10, 4).drifts(90, 3, 9, heading=0)
    assert watch(Drift(), story) == []


def test_one_report_out_of_ten_does_not_end_it():
    story = ship()
    for _ in range(4):
        story.drifts(90, 3, 9, heading=0).sails(90, 3, 1)
    assert kinds(watch(Drift(), story))[0] == OPEN[0]
    assert [event.state for event in watch(Drift(), story)].count("open") == 1


def test_a_third_of_the_reports_elsewhere_is_no_drift():
    story = ship()
    for _ in range(15):
        story.drifts(90, 3, 2, heading=0).sails(90, 3, 1)
    assert watch(Drift(), story) == []


def test_silence_is_never_bridged():
    story = ship().drifts(90, 3, 6, heading=0).silent(30).drifts(90, 3, 6, heading=0)
    assert watch(Drift(), story) == []


def test_an_open_drift_ends_where_the_ship_is_no_longer_heard():
    events = watch(Drift(), ship().drifts(90, 3, 12, heading=0), until_minute=60)
    assert kinds(events) == [*OPEN, ("drift", "closed")]
    assert (events[-1].ended_us, events[-1].trigger) == (us("2026-05-10T00:12:00"), 0)


def test_a_long_drift_is_told_again_every_ten_minutes_only():
    events = watch(Drift(), ship().drifts(90, 3, 60, heading=0, every_s=10))
    assert kinds(events) == [*OPEN, *[("drift", "updated")] * 4]


def test_reports_without_heading_course_or_speed_say_nothing():
    for missing in ("heading_deg", "cog_deg", "sog_kn"):
        story = ship().drifts(90, 3, 30, **{"heading": 0.0} | {missing: math.nan})
        assert watch(Drift(), story) == []


@pytest.mark.parametrize("values", [{"length": 40.0}, {"type": 31}, {"type": 52}, {"type": 30}])
def test_small_craft_tows_and_working_vessels_are_left_out(values):
    assert watch(Drift(), ship(**values).drifts(90, 3, 30, heading=0)) == []


def test_class_b_is_left_out():
    assert watch(Drift(), ship().drifts(90, 3, 30, heading=0, message=18)) == []


def test_a_ship_that_never_said_her_length_is_watched():
    unsaid = Ship(538_004_030, 18.0, 36.0).drifts(90, 3, 15, heading=0)
    assert kinds(watch(Drift(), unsaid)) == OPEN
