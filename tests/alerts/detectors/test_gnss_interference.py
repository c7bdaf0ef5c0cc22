"""Many ships displaced at once: one area, and no clone, jump or gap of any of them."""

from __future__ import annotations

import pytest

from alerts.detectors.clone import Clone
from alerts.detectors.gnss_interference import GnssInterference
from alerts.detectors.jump import Jump
from tests.plugins.stories import Ship, Stream, Watch, kinds, watch

BEIRUT = (35.488, 33.821)


def displaced(count, held=20, ring=0.0):
    """Ships off Lebanon that are suddenly at the airport, one a minute, or on a ring round it."""
    ships = []
    for n in range(count):
        ship = Ship(271_000_000 + n, 34.5 + 0.05 * n, 33.8).sails(0, 10, 30 + n)
        ship.is_at(BEIRUT[0] + ring * (n % 3 - 1), BEIRUT[1] + ring * (n % 2)).stays(held)
        ships.append(ship)
    return ships


def test_ships_at_the_airport_are_one_area():
    events = watch(GnssInterference(), *displaced(12))
    assert {e.id for e in events} == {events[0].id}
    first = events[0]
    assert (first.kind, first.lane, first.mmsi) == ("gnss_interference", "infrastructure", None)
    assert len(first.mmsis) == 5
    assert (first.lon, first.lat) == pytest.approx(BEIRUT, abs=0.01)
    assert first.evidence["ships_that_leapt"].value >= 4


def test_ships_on_a_ring_are_one_area():
    events = watch(GnssInterference(), *displaced(6, ring=0.03))
    assert kinds(events) == [("gnss_interference", "open"), ("gnss_interference", "updated")]
    assert len(events[1].mmsis) == 6


def test_ships_join_it_later():
    events = watch(GnssInterference(), *displaced(30))
    assert len(events[-1].mmsis) > len(events[0].mmsis)


def test_four_ships_are_no_area():
    assert watch(GnssInterference(), *displaced(4)) == []


def test_five_ships_that_show_one_fix_are_an_area_without_a_leap():
    ships = [Ship(271_000_000 + n, 34.5, 33.8).stays(10) for n in range(5)]
    (event,) = watch(GnssInterference(), *ships)
    assert event.evidence["ships_on_one_fix"].value == 5


def test_boats_side_by_side_are_no_area():
    boats = [Ship(271_000_000 + n, 34.5 + n * 0.0002, 33.8).stays(10) for n in range(8)]
    assert watch(GnssInterference(), *boats) == []


def test_receivers_without_a_fix_are_no_area():
    assert (
        watch(GnssInterference(), *(Ship(271_000_000 + n, 0, 0).stays(9) for n in range(6))) == []
    )


def test_a_convoy_is_no_area():
    ships = [Ship(271_000_000 + n, 32.3, 31.0 - 0.03 * n).sails(180, 8, 90) for n in range(20)]
    assert watch(GnssInterference(), *ships) == []


def test_it_is_closed_an_hour_after_the_last_displaced_report():
    events = watch(GnssInterference(), *displaced(5, held=20), until_minute=130)
    assert kinds(events) == [("gnss_interference", "open"), ("gnss_interference", "closed")]


def test_jumps_of_its_ships_are_taken_back_and_none_follow():
    detectors = {"gnss_interference": GnssInterference(), "clone": Clone(), "jump": Jump()}
    events = Watch(detectors).sees(Stream.of(*displaced(12)))
    jumps = [e for e in events if e.kind == "jump"]
    area = next(e for e in events if e.kind == "gnss_interference")
    assert {e.mmsi for e in jumps if e.state == "open"} <= set(area.mmsis)
    opened = {e.id for e in jumps if e.state == "open"}
    assert {e.id for e in jumps if e.state == "retracted"} == opened
    assert all(e.updated_us <= area.updated_us for e in jumps if e.state == "open")


def test_other_cuts_tell_the_same():
    stream = Stream.of(*displaced(7))
    whole = Watch({"it": GnssInterference()}).sees(stream, 120)
    assert Watch({"it": GnssInterference()}).sees(stream, 120, piece=1) == whole
