"""All detectors together: the fault of one is its own, and time may pass in leaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import structlog

from alerts.detector import State
from alerts.detectors.distress import Distress
from alerts.detectors.feed_outage import FeedOutage
from alerts.detectors.identity_change import IdentityChange
from alerts.screening import Screening
from tests.plugins.stories import Ship, Stream, Watch, kinds, us

SART = 970_123_456


@dataclass(frozen=True, slots=True)
class Broken:
    """Raises whenever it is asked."""

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("gap",)
    TABLE: ClassVar[Any] = None

    def step(self, state: State, scene: Any) -> list[Any]:
        raise ZeroDivisionError("step")

    def tick(self, state: State, world: Any) -> list[Any]:
        raise ValueError("tick")


def sart() -> Ship:
    return Ship(SART, 12.0, 38.0).stays(2, 60, nav_status=14)


def test_a_detector_that_raises_stops_none_of_the_others():
    alone = Watch({"distress": Distress()}).sees(Stream.of(sart()), 30)
    both = Watch({"broken": Broken(), "distress": Distress()})
    assert both.sees(Stream.of(sart()), 30) == alone
    assert ("distress", "open") in kinds(alone)


def test_its_faults_are_counted_and_logged_once():
    watch = Watch({"broken": Broken()})
    with structlog.testing.capture_logs() as lines:
        watch.sees(Stream.of(sart()), 5)
    assert watch.screening.failed["broken"] > 20
    assert [(line["event"], line["detector"]) for line in lines] == [("detector_failed", "broken")]
    assert "ZeroDivisionError" in lines[0]["error"]


def test_the_faults_are_still_known_after_a_restart():
    watch = Watch({"broken": Broken(), "distress": Distress()})
    watch.sees(Stream.of(sart()), 5)
    resumed = Screening({"broken": Broken(), "distress": Distress()})
    resumed.thaw(watch.screening.freeze())
    assert resumed.failed == watch.screening.failed != {}


def test_a_sweep_is_due_once_in_each_span_wherever_the_ticks_lie():
    state = State.of(FeedOutage())
    times = [us(f"2026-05-10T00:{clock}") for clock in ("00:50", "01:50", "01:55", "07:20")]
    assert [state.passes(at, 60_000_000) for at in times] == [True, True, False, True]


@pytest.mark.parametrize("second", [0, 50])
def test_a_recording_of_a_report_now_and_then_lets_events_end(second):
    """Every tick of such a file may lie beside the minute: 40 min between reports, at :50."""
    ship = Ship(247_000_100, 12.0, 38.0, minute=second / 60, name="ONE", imo=9_074_729)
    ship.introduces().says()
    for k in range(80):
        ship.name = "ONE" if not k else "OTHER"
        ship.silent(40).introduces().says()
    stream = Stream.of(ship)
    watch, told = Watch({"it": IdentityChange()}), []
    screening = watch.screening
    for at in stream.receptions.received.view("i8").tolist():
        if screening.world.now_us:
            told += screening.tick(at // 10_000_000 * 10_000_000)
        else:
            screening.world.now_us = at // 10_000_000 * 10_000_000
        told += watch._step(stream.between(at, at + 1), 0, None, None)
    assert kinds(told)[:1] == [("identity_change", "open")]
    assert kinds(told)[-1] == ("identity_change", "closed")


def test_two_feeds_that_fall_silent_in_one_moment_are_two_events():
    feeds = [
        Ship(mmsi, 12.0, 38.0, feed=feed).stays(60, 10)
        for feed, mmsi in ((1, 247_000_100), (2, 247_000_200))
    ]
    told = Watch({"it": FeedOutage()}).sees(Stream.of(*feeds), 90)
    assert kinds(told) == [("feed_outage", "open")] * 2
    assert len({event.id for event in told}) == 2
    assert len({event.started_us for event in told}) == 1
    assert [event.zone for event in told] == ["feed:1", "feed:2"]
