"""Where a vessel will be, and when nobody is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely

from alerts.detectors.predicted_arrival import PredictedArrival
from geofence.zones import Zone
from tests.plugins.stories import Ship, Stream, Watch, us

CALABRIA = Zone(
    "arrival-calabria", "Calabria", "arrival_coast", shapely.box(16.0, 38.0, 17.6, 39.5), "test",
    "CC0",
)  # fmt: skip
LISTED = 271_000_009


def seen(*ships: Ship, until_minute: float = 0, zones=(CALABRIA,), piece: int = 0, **settings):
    sight = Watch({"it": PredictedArrival(**settings)}, zones)
    sight.screening.context._entries[LISTED] = {"V-000001": (1, us("2030-01-01T00:00:00"))}
    return sight.sees(Stream.of(*ships), until_minute, piece=piece)


def westward(mmsi: int = LISTED, minutes: float = 60, **values) -> Ship:
    """Some 58 nm off the zone at 10 knots."""
    return Ship(mmsi, 18.85, 38.7, **values).introduces().says().sails(270, 10, minutes)


def test_a_listed_freighter_on_autopilot_is_told_hours_before_the_coast():
    [event, *_] = seen(westward())
    assert (event.kind, event.zone, event.severity) == (
        "predicted_arrival", "arrival-calabria", "high",
    )  # fmt: skip
    assert event.confidence > 0.9
    assert event.started_us == us("2026-05-10T00:05:00")
    assert event.updated_us == us("2026-05-10T00:20:00")
    assert 5.0 < event.evidence["eta_h"].value < 6.5
    assert event.evidence["arrives_at"].value.startswith("2026-05-10T0")


def test_nobody_is_told_of_other_ships_and_of_ferries():
    ferry = westward(247_000_002, type=60)
    assert seen(westward(247_000_001), ferry) == []


def test_she_arrives():
    *_, last = seen(westward(minutes=420))
    assert (last.state, last.reason) == ("closed", "arrived in the zone")


def test_the_prediction_is_cancelled_when_she_turns_away():
    *_, last = seen(westward().sails(90, 10, 40))
    assert (last.state, last.reason) == ("closed", "the course no longer meets the zone")


def test_the_prediction_is_cancelled_when_she_stops():
    *_, last = seen(westward().stays(30))
    assert (last.state, last.reason) == ("closed", "slowed down")


def test_it_is_revised_as_she_speeds_up():
    events = seen(westward(minutes=30).sails(270, 16, 60))
    updates = [event for event in events if event.state == "updated"]
    assert updates[-1].evidence["eta_h"].value < events[0].evidence["eta_h"].value - 1.5
    assert {event.id for event in events} == {events[0].id}


def test_a_few_minutes_of_course_say_nothing():
    assert seen(westward(minutes=12)) == []


def test_a_coast_beyond_a_day_or_behind_land_says_nothing():
    assert seen(westward(), ahead_h=4.0) == []
    behind = Zone("behind", "b", "custom", shapely.box(14.0, 38.6, 15.0, 39.0), "test", "CC0")
    assert seen(westward(), zones=(behind,)) == []


def test_a_zone_that_is_not_in_force_says_nothing():
    over = datetime(2026, 5, 1, tzinfo=UTC)
    past = Zone("past", "p", "custom", CALABRIA.geometry, "t", "CC0", valid_until=over)
    assert seen(westward(), zones=(past,)) == []


def test_she_falls_silent_and_the_time_passes():
    events = seen(westward(), until_minute=60 * 12)
    assert events[-1].reason == "not seen to arrive, 2 h after its time"


@pytest.mark.parametrize(
    "type_, length, told",
    [(70, 70.0, True), (60, 70.0, False), (70, 20.0, False), (36, 70.0, False)],
)
def test_a_freighter_that_heads_for_a_shore_without_a_port_is_of_the_profile(type_, length, told):
    ship = Ship(247_000_001, 17.15, 38.7, type=type_, length=length).introduces().says()
    near = Zone("near", "n", "arrival_coast", shapely.box(16.0, 38.0, 16.8, 39.5), "t", "CC0")
    events = seen(ship.sails(270, 15, 50, every_s=30), zones=(near,))
    assert bool(events) == told
    if told:
        assert (events[0].severity, events[0].evidence["listed"].value) == ("medium", False)


def test_pieces_of_the_stream_change_nothing():
    assert seen(westward(minutes=120), piece=1) == seen(westward(minutes=120)) != []


def test_a_course_that_holds_to_land_is_told_whichever_coast_is_the_nearest_meanwhile():
    """An island lies ahead in every other sample only, the coast behind it in all of them."""
    island = Zone(
        "island", "Island", "arrival_coast", shapely.box(17.9, 38.72, 18.0, 39.2), "test", "CC0"
    )
    ship = Ship(LISTED, 18.85, 38.7).introduces().says()
    for turn in range(6):
        ship.sails(260 if turn % 2 else 280, 10, 5)
    [event, *_] = seen(ship, zones=(island, CALABRIA), cone_deg=5.0)
    assert event.updated_us == us("2026-05-10T00:20:00")
    assert event.confidence >= 0.6
