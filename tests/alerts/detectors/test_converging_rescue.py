"""Converging ships: merchants round a boat that nobody hears, and all that only looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.detectors.converging_rescue import ConvergingRescue
from alerts.distances import ahead
from alerts.places import Places
from tests.plugins.stories import KN_MS, Ship, Stream, Watch, anonymous, kinds, us, watch

LON, LAT = 18.0, 34.5
OPEN = ("converging_rescue", "open")
CLOSED = ("converging_rescue", "closed")


def comes(mmsi: int, bearing: float, minutes: float = 90, offset: float = 0.02, **options) -> Ship:
    """A ship that sails to the boat from ``bearing`` at 12 kn, near enough to stop beside it."""
    end = ahead(LON, LAT, bearing, offset * 111_195)
    start = ahead(*end, bearing, 12 * KN_MS * minutes * 60)
    ship = Ship(mmsi, *start, **options).introduces()
    return ship.sails((bearing + 180) % 360, 12, minutes)


def rescue() -> tuple[Ship, Ship]:
    """Two merchants of different ways: one lies still from minute 90 on, the other from 110."""
    return comes(247000001, 270).stays(120), comes(241000002, 45, 110).stays(100)


def test_two_merchants_that_stop_near_one_place_are_told_on_the_rescue_lane() -> None:
    (event,) = watch(ConvergingRescue(), *rescue())
    assert (event.kind, event.lane, event.severity) == ("converging_rescue", "sar", "high")
    assert (event.mmsi, event.mmsis) == (None, (241000002, 247000001))
    assert event.started_us == us("2026-05-10T01:51:00")
    assert event.updated_us == us("2026-05-10T02:01:00")
    assert abs(event.lon - LON) < 0.03
    assert abs(event.lat - LAT) < 0.03
    assert event.evidence["ships"].value == 2
    assert event.evidence["slowed_within"].value == 20
    assert event.trigger == 0


def test_a_third_ship_joins_the_same_event_at_once() -> None:
    third = comes(229000003, 160, 140).stays(60)
    first, second = watch(ConvergingRescue(), *rescue(), third)[:2]
    assert (second.id, second.state) == (first.id, "updated")
    assert second.mmsis == (229000003, 241000002, 247000001)
    assert second.confidence > first.confidence


def test_a_rescue_unit_beside_a_merchant_counts_and_makes_it_surer() -> None:
    unit = comes(247111111, 45, 60, type=51, length=33.0).stays(100)
    (event,) = watch(ConvergingRescue(), comes(247000001, 270).stays(60), unit)
    assert event.confidence == 0.7
    assert event.evidence["rescue_units_among_them"].value == 1


def test_it_is_over_when_they_sail_on() -> None:
    one, two = rescue()
    one.sails(90, 12, 60)
    two.sails(90, 12, 60)
    told = watch(ConvergingRescue(), one, two, until_minute=330)
    assert kinds(told)[0] == OPEN
    assert kinds(told)[-1] == CLOSED
    assert len({event.id for event in told}) == 1


def story(name: str) -> list[Ship]:
    first = comes(247000001, 270).stays(120)
    return {
        "one ship": [first],
        "four miles apart": [first, comes(241000002, 45, 110, offset=0.09).stays(100)],
        "fishing": [first, comes(241000002, 45, 110, type=30).stays(100)],
        "pilot": [first, comes(241000002, 45, 110, type=50).stays(100)],
        "law enforcement": [first, comes(241000002, 45, 110, type=55).stays(100)],
        "two rescue units": [
            comes(247111111, 270, type=51).stays(120), comes(247111112, 45, type=51).stays(120),
        ],
        "at anchor": [first, comes(241000002, 45, 110).stays(100, nav_status=1)],
        "three hours later": [
            comes(247000001, 270).stays(300), comes(241000002, 45, 280).stays(100),
        ],
        "convoy": [first, comes(241000002, 268, offset=0.05).stays(120)],
        "tankers side by side": [
            comes(247000001, 270, type=80, offset=0.001).stays(120),
            comes(241000002, 45, 110, offset=0.001).stays(100),
        ],
        "always slow": [Ship(247000001, LON, LAT).introduces().stays(200), first],
        "a moment": [first, comes(241000002, 45, 110).stays(5).sails(90, 12, 60)],
    }[name]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["one ship", "four miles apart", "fishing", "pilot", "law enforcement", "two rescue units",
     "at anchor", "three hours later", "convoy", "tankers side by side", "always slow",
     "a moment"],
)  # fmt: skip
def test_none(name: str) -> None:
    assert watch(ConvergingRescue(), *story(name)) == []


def test_where_others_have_waited_for_long_nobody_converges() -> None:
    waiting = [
        Ship(210000001 + n, LON + 0.03 * n, LAT - 0.04).introduces().stays(230, 180)
        for n in range(2)
    ]
    assert watch(ConvergingRescue(), *rescue(), *waiting) == []


@pytest.mark.parametrize("port, anchorage, told", [(9e3, 9e9, 0), (9e9, 4e3, 0), (11e3, 6e3, 1)])
def test_off_ports_and_anchorages_only(port: float, anchorage: float, told: int) -> None:
    places = Places(*(np.full((2, 2), far, np.float32) for far in (port, anchorage, 9e9)),
                    np.array([10.0, 30.0, 20.0]), np.array([10.0, 30.0, 20.0]))  # fmt: skip
    seen = Watch({"it": ConvergingRescue()})
    seen.screening.adopt_zones((), places, "test")
    assert len(seen.sees(Stream.of(*rescue()))) == told


def test_two_ships_with_one_mmsi_are_one_ship() -> None:
    one, _ = rescue()
    other = comes(247000001, 45, 110).stays(100)
    assert watch(ConvergingRescue(), one, other) == []


def test_where_the_stream_is_cut_changes_nothing_and_a_stop_neither() -> None:
    stream = Stream.of(*rescue(), comes(229000003, 160, 140).stays(60))
    whole = Watch({"it": ConvergingRescue()}).sees(stream, 300)
    assert Watch({"it": ConvergingRescue()}).sees(stream, 300, piece=1) == whole
    first, rest = Watch({"it": ConvergingRescue()}), Watch({"it": ConvergingRescue()})
    half = us("2026-05-10T02:05:00")
    before = first.sees(stream.between(0, half))
    rest.screening.thaw(first.screening.freeze())
    rest.segmenter, rest.now = first.segmenter, first.now
    after = rest.sees(stream.between(half, us("2026-05-11T00:00:00")), 300)
    assert list(map(anonymous, before + after)) == list(map(anonymous, whole))
