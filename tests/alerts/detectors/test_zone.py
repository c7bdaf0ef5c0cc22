"""What is told of visits at zones, and what is not."""

from __future__ import annotations

import pytest
import shapely

from alerts.detectors.zone import ZoneDetector
from alerts.errors import EventError
from geofence.index import ZoneIndex
from geofence.tracker import VisitTracker
from geofence.zones import Zone, ZoneSet
from tests.plugins.stories import Ship, Stream, Watch, us


def zone(name: str, kind: str, west: float, south: float, east: float, north: float) -> Zone:
    return Zone(name, name, kind, shapely.box(west, south, east, north), "test", "CC0")


DRAWN = zone("drawn", "custom", 18.1, 35.9, 18.3, 36.1)
BAND = zone("band", "band_12nm", 18.1, 35.9, 18.3, 36.1)
AFRICA = zone("departure-x", "departure_coast", 17.0, 33.0, 19.0, 33.3)
ITALY = zone("arrival-y", "arrival_coast", 17.0, 35.0, 19.0, 35.3)
NEAR = zone("arrival-z", "arrival_coast", 17.0, 33.4, 19.0, 33.6)


def seen(*ships: Ship, zones=(DRAWN,), until_minute: float = 0, listed=()):
    tracker, index = VisitTracker(), ZoneIndex.of(ZoneSet(zones))
    tracker.adopt(index)
    watch = Watch({"zone": ZoneDetector()}, zones)
    for mmsi in listed:
        watch.screening.context._entries[mmsi] = {"V-000001": (1, us("2030-01-01T00:00:00"))}

    def visits(tracked):
        return ((tracker.step(tracked.positions, tracked.slot), index.zones.zones),)

    return watch.sees(Stream.of(*ships), until_minute, visits=visits)


def words(events):
    return [(event.kind, event.state, event.zone) for event in events]


def through(mmsi: int = 247_000_001, **values) -> Ship:
    return Ship(mmsi, 18.0, 36.0, **values).introduces().says().sails(90, 12, 120)


def test_a_drawn_zone_tells_of_any_ship_that_it_enters_stays_and_leaves():
    events = seen(through())
    assert words(events) == [
        ("zone_entered", "open", "drawn"), ("zone_entered", "closed", "drawn"),
        ("zone_left", "open", "drawn"), ("zone_left", "closed", "drawn"),
    ]  # fmt: skip
    assert (events[0].severity, events[1].reason) == ("low", "left the zone")
    assert events[0].evidence["zones"].value == "test"
    assert events[1].ended_us == events[2].started_us > events[0].started_us


def test_a_long_stay_is_told_and_closed_with_it():
    ship = through().is_at(18.2, 36.0).stays(90).sails(90, 12, 60)
    dwell = [event for event in seen(ship) if event.kind == "zone_dwell"]
    assert [event.state for event in dwell] == ["open", "closed"]


def test_who_is_there_at_first_is_present_and_has_not_entered():
    events = seen(Ship(247_000_001, 18.2, 36.0).introduces().says().stays(5))
    assert words(events) == [("zone_present", "open", "drawn")]


def test_ordinary_traffic_of_bands_and_coasts_is_not_told():
    ship = Ship(247_000_001, 18.0, 34.9).introduces().sails(0, 12, 40).sails(180, 12, 40)
    assert seen(through(), ship, zones=(BAND, ITALY)) == []


def test_a_listed_vessel_is_told_at_coasts_and_ports():
    port = zone("port-p", "port", 18.1, 35.9, 18.3, 36.1)
    events = seen(through(), zones=(port,), listed=[247_000_001])
    assert [event.kind for event in events if event.state == "open"] == [
        "zone_entered",
        "zone_left",
    ]
    assert events[0].severity == "info"


def test_one_coast_is_told_once_of_a_listed_vessel_and_not_again_by_its_bands_and_regions():
    coast = zone("arrival-p", "arrival_coast", 18.1, 35.9, 18.3, 36.1)
    region = zone("sar-p", "sar_region", 18.1, 35.9, 18.3, 36.1)
    events = seen(through(), zones=(BAND, coast, region), listed=[247_000_001])
    assert {event.zone for event in events} == {"arrival-p"}


@pytest.mark.parametrize("type_, told", [(36, True), (70, True), (60, False), (52, False)])
def test_a_crossing_from_coast_to_coast_is_told_of_who_may_have_brought_people(type_, told):
    ship = Ship(247_000_001, 18.0, 33.1, type=type_, length=40.0).introduces()
    events = seen(ship.sails(0, 12, 700), zones=(AFRICA, ITALY))
    assert {event.kind for event in events} == ({"zone_entered"} if told else set())
    if told:
        assert events[0].evidence["came_from"].value == "departure-x"
        assert events[0].evidence["came_nm"].value >= 60


def test_a_hop_to_the_next_coast_or_after_a_stay_in_port_is_no_crossing():
    short = Ship(247_000_001, 18.0, 33.1, length=40.0).introduces().sails(0, 12, 200)
    harbour = zone("port-x", "port", 17.9, 34.0, 18.1, 34.1)
    called = Ship(247_000_002, 18.0, 33.1, length=40.0).introduces().sails(0, 12, 290)
    called.is_at(18.0, 34.05).stays(90).sails(0, 12, 400)
    assert seen(short, called, zones=(AFRICA, ITALY, NEAR, harbour)) == []


def test_a_pilot_in_a_drawn_zone_is_at_work():
    assert seen(through(type=50)) == []


def test_a_stay_ends_when_the_ship_is_not_heard_for_a_day():
    ship = Ship(247_000_001, 18.2, 36.0).introduces().says().stays(5)
    *_, last = seen(ship, until_minute=26 * 60)
    assert (last.state, last.reason) == ("closed", "not heard for 24 h")


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(EventError, match=r"told_kinds: 'harbor'; expected some of"):
        ZoneDetector(told_kinds=("harbor",))
