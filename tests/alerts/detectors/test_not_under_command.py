"""Not under command: a change that was witnessed, one event however the status alternates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alerts.detectors.not_under_command import NotUnderCommand
from alerts.places import Places
from tests.plugins.stories import Ship, Stream, Watch, kinds, us, watch

OPEN = ("not_under_command", "open")
CLOSED = ("not_under_command", "closed")


def freighter(**options) -> Ship:
    return Ship(247000001, 18.0, 36.0, **options).introduces()


def test_the_second_report_of_a_change_tells_and_the_first_is_its_start() -> None:
    ship = freighter().sails(90, 10, 5).stays(3, nav_status=2)
    (event,) = watch(NotUnderCommand(), ship)
    assert (event.kind, event.lane, event.severity) == ("not_under_command", "sar", "high")
    assert event.started_us == us("2026-05-10T00:06:00")
    assert event.updated_us == us("2026-05-10T00:07:00")
    assert event.evidence["status"].value == "not under command"
    assert event.evidence["length"] == type(event.evidence["length"])(90.0, "m", 50.0)
    assert len(event.inputs) == 2


def test_aground_is_told_and_a_change_between_both_at_once() -> None:
    ship = freighter().sails(90, 10, 5).stays(3, nav_status=2).stays(1, nav_status=6)
    told = watch(NotUnderCommand(), ship)
    assert [one.evidence["status"].value for one in told] == ["not under command", "aground"]


def test_one_report_is_none() -> None:
    ship = freighter().sails(90, 10, 5).stays(1, nav_status=2).sails(90, 10, 5)
    assert watch(NotUnderCommand(), ship) == []


def test_a_ship_first_heard_so_tells_nothing() -> None:
    assert watch(NotUnderCommand(), freighter().stays(30, nav_status=2)) == []


def test_alternating_for_hours_is_one_episode() -> None:
    ship = freighter().sails(90, 5, 5)
    for _ in range(15):
        ship.stays(8, nav_status=2).stays(7, nav_status=0)
    ship.stays(40, nav_status=0)
    told = watch(NotUnderCommand(), ship)
    assert kinds(told) == [OPEN, CLOSED]
    assert told[1].reason == "another status"
    assert told[1].ended_us == us("2026-05-10T03:44:00")


def test_it_ends_where_the_ship_is_not_heard_any_more() -> None:
    ship = freighter().sails(90, 10, 5).stays(3, nav_status=2)
    told = watch(NotUnderCommand(silence_h=2), ship, until_minute=200)
    assert kinds(told) == [OPEN, CLOSED]
    assert told[1].ended_us == us("2026-05-10T00:08:00")


@pytest.mark.parametrize(
    "ship",
    [
        Ship(247000001, 18.0, 36.0, length=30.0),
        Ship(247000001, 18.0, 36.0, length=0.0),
        Ship(992471234, 18.0, 36.0),
        Ship(2470001, 18.0, 36.0),
    ],
    ids=["short", "of unknown length", "aid", "coast station"],
)
def test_what_is_no_ship_of_50_metres_tells_nothing(ship: Ship) -> None:
    ship.introduces().sails(90, 10, 5).stays(5, nav_status=2)
    assert watch(NotUnderCommand(), ship) == []


def test_a_short_ship_with_passengers_counts() -> None:
    ship = Ship(247000001, 18.0, 36.0, length=30.0, type=60).introduces()
    assert kinds(watch(NotUnderCommand(), ship.sails(90, 10, 5).stays(5, nav_status=2))) == [OPEN]


def test_a_ship_whose_length_comes_a_minute_later_counts() -> None:
    ship = Ship(247000001, 18.0, 36.0).sails(90, 10, 5).stays(3, nav_status=2).introduces()
    assert kinds(watch(NotUnderCommand(), ship.stays(1, nav_status=2))) == [OPEN]


@pytest.mark.parametrize("port_nm, told", [(2.9, []), (3.1, [OPEN]), (math.nan, [])])
def test_near_a_port_it_is_port_business(port_nm: float, told: list) -> None:
    far = np.full((2, 2), 9e9, np.float32)
    frame = np.array([10.0, 30.0, 20.0])
    places = Places(np.full_like(far, port_nm * 1852), far, far, frame, frame)
    seen = Watch({"it": NotUnderCommand()})
    seen.screening.adopt_zones((), places, "test")
    ship = freighter().sails(0, 5, 5).stays(5, nav_status=2)
    assert kinds(seen.sees(Stream.of(ship))) == told


def test_undefined_is_no_change() -> None:
    ship = freighter().stays(5, nav_status=2).stays(5, nav_status=15).stays(5, nav_status=2)
    assert watch(NotUnderCommand(), ship) == []


def test_a_ship_that_drifts_far_is_told_again_with_its_place() -> None:
    ship = freighter().sails(90, 10, 5).sails(180, 4, 60, nav_status=2)
    told = watch(NotUnderCommand(), ship)
    assert [one.state for one in told] == ["open"] + 3 * ["updated"]
    assert told[-1].lat < told[0].lat - 2 / 60


def test_where_the_stream_is_cut_changes_nothing() -> None:
    ship = freighter().sails(90, 10, 2, every_s=2).stays(2, every_s=2, nav_status=2)
    other = Ship(247000002, 18.1, 36.0).introduces().sails(0, 9, 2, 3).stays(3, 3, nav_status=6)
    stream = Stream.of(ship, other)
    whole = Watch({"it": NotUnderCommand()}).sees(stream)
    assert len(whole) == 2
    assert Watch({"it": NotUnderCommand()}).sees(stream, piece=1) == whole
