"""Sudden stop: the Danish authority's cases, and what only looks like one."""

from __future__ import annotations

import pytest

from alerts.detectors.sudden_stop import SuddenStop
from tests.plugins.stories import Ship, Stream, Watch, kinds, us, watch

OPEN = ("sudden_stop", "open")
CLOSED = ("sudden_stop", "closed")


def freighter(**options) -> Ship:
    return Ship(247000001, 18.0, 36.0, **options).introduces()


def speeds(*kn: float, every_s: float = 10) -> Ship:
    ship = freighter()
    for one in kn:
        ship.sails(90, one, every_s / 60, every_s)
    return ship


def test_from_12_knots_to_nothing_in_8_seconds_is_told_after_a_minute() -> None:
    ship = freighter().sails(90, 12.2, 2, 10).sails(90, 0.1, 8 / 60, 8).sails(90, 0.1, 2, 10)
    (event,) = watch(SuddenStop(), ship)
    assert (event.kind, event.lane, event.severity) == ("sudden_stop", "sar", "high")
    assert event.started_us == us("2026-05-10T00:02:08")
    assert event.updated_us == us("2026-05-10T00:03:08")
    facts = {name: fact.value for name, fact in event.evidence.items()}
    assert facts["speed_before"] == 12.2
    assert (facts["speed_after"], facts["within"], facts["held"]) == (0.1, 8, 60)
    assert len(event.inputs) == 3


def test_braking_in_steps_is_one_event_and_only_when_it_lasts() -> None:
    braking = (13.9, 13.3, 11.7, 8.3, 5.0, 1.9, 0.0)
    assert watch(SuddenStop(), speeds(*braking, *[0.0] * 5)) == []
    assert kinds(watch(SuddenStop(), speeds(*braking, *[0.0] * 30))) == [OPEN]


@pytest.mark.parametrize(
    "ship",
    [
        speeds(*[12.2] * 3, *[0.1] * 5, every_s=61),
        speeds(22.2, 22.2, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0),
        speeds(12.0, *[0.0] * 20),
        speeds(*[0.0] * 20),
        speeds(12.0, 12.0, *[0.0] * 4, 6.0, *[0.0] * 20),
        freighter().sails(90, 12, 5, 10).silent(10).stays(10, 10),
        freighter().sails(90, 12, 5, 10, sog_kn=float("nan")).stays(5, 10),
        freighter().sails(90, 12, 5, 10).stays(5, 10, sog_kn=float("nan")),
        freighter().sails(90, 12, 5, 10).sails(90, 12, 5, 10, sog_kn=0.0),
        freighter().stays(5, 10).stays(1, 10, sog_kn=63.0).stays(5, 10),
        Ship(247000001, 18, 36, length=20.0).introduces().sails(90, 12, 5, 10).stays(5, 10),
        Ship(247000001, 18, 36, type=30).introduces().sails(90, 12, 5, 10).stays(5, 10),
    ],
    ids=[
        "slow steps", "not slow enough", "first seen high", "first seen low", "not held",
        "stale track", "no speed before", "no speed after", "positions move on",
        "noise speed", "short", "fishing",
    ],
)  # fmt: skip
def test_none(ship: Ship) -> None:
    assert watch(SuddenStop(), ship) == []


def test_a_missing_speed_between_is_no_contradiction() -> None:
    ship = freighter().sails(90, 12, 2, 10).stays(0.5, 10)
    ship.stays(0.5, 10, sog_kn=float("nan")).stays(1, 10)
    assert kinds(watch(SuddenStop(), ship)) == [OPEN]


def test_it_is_over_when_the_ship_moves_again_and_may_happen_again() -> None:
    ship = freighter()
    for _ in range(2):
        ship.sails(90, 12, 2, 10).stays(20, 60)
    assert kinds(watch(SuddenStop(), ship)) == [OPEN, CLOSED, OPEN]


def test_positions_that_are_doubted_stop_nobody() -> None:
    seen = Watch({"it": SuddenStop()})
    seen.screening.world.untrusted[:] = us("2027-01-01T00:00:00")
    assert seen.sees(Stream.of(freighter().sails(90, 12, 2, 10).stays(5, 10))) == []


def test_where_the_stream_is_cut_changes_nothing() -> None:
    ship = freighter().sails(90, 12, 1, 2).stays(3, 2).sails(90, 12, 1, 2)
    other = Ship(247000002, 18.1, 36.0).introduces().sails(0, 9, 1, 3).stays(3, 3)
    stream = Stream.of(ship, other)
    whole = Watch({"it": SuddenStop()}).sees(stream)
    assert kinds(whole) == [OPEN, OPEN, CLOSED]
    assert Watch({"it": SuddenStop()}).sees(stream, piece=1) == whole
