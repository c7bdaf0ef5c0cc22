"""Off its route, told as stories of ships in and beside a lane."""

from __future__ import annotations

import pytest

from alerts.detectors.off_route import OffRoute
from tests.plugins.stories import Ship, Stream, Watch, kinds, us
from tests.plugins.traffic import LANE, lane_usual

OPEN = ("off_route", "open")


def ship(**values) -> Ship:
    west, lat, _ = LANE
    said = {"mmsi": 247_000_050, "lon": west + 0.4, "lat": lat, "type": 70, "length": 140}
    return Ship(**said | values).introduces()


def told(*ships: Ship, usual=None, until: float = 0, **settings):
    watch = Watch({"it": OffRoute(**settings)})
    watch.screening.adopt_traffic(lane_usual() if usual is None else usual, "model 7")
    return watch.sees(Stream.of(*ships), until)


def test_a_ship_that_turns_out_of_the_lane_is_told_after_ten_minutes_once():
    events = told(ship().sails(90, 13, 30).sails(0, 13, 40))
    assert kinds(events) == [OPEN]
    (event,) = events
    assert event.started_us == us("2026-05-10T00:31:00")
    assert event.updated_us == us("2026-05-10T00:41:00")
    assert (event.severity, event.lane) == ("low", "law")


def test_the_evidence_says_how_rare_beside_how_many_and_by_which_model():
    [event] = told(ship().sails(90, 13, 30).sails(0, 13, 20))
    said = {name: fact.value for name, fact in event.evidence.items()}
    assert said["one_in"] >= 1000
    assert (said["passages"], said["ships"], said["model"]) == (1200, "cargo", "model 7")
    assert event.evidence["lasting"].threshold == 10.0


def test_along_the_lane_nothing_is_told():
    assert told(ship().sails(90, 13, 120)) == []


def test_without_a_model_nothing_is_told():
    watch = Watch({"it": OffRoute()})
    assert watch.sees(Stream.of(ship().sails(90, 13, 30).sails(0, 13, 40))) == []


def test_nine_minutes_are_not_enough_and_one_usual_report_begins_anew():
    story = ship().sails(90, 13, 10)
    for _ in range(3):
        story.sails(30, 13, 9).sails(90, 13, 1)
    assert told(story) == []


def test_it_is_over_when_she_keeps_to_the_way_for_half_an_hour():
    events = told(ship().sails(90, 13, 30).sails(0, 13, 14).sails(180, 13, 14).sails(90, 13, 60))
    assert kinds(events) == [OPEN, ("off_route", "closed")]
    assert events[-1].reason == "as usual again"


def test_a_ship_that_is_not_heard_any_more_is_closed():
    events = told(ship().sails(90, 13, 30).sails(0, 13, 20), until=450)
    assert kinds(events) == [OPEN, ("off_route", "closed")]
    assert events[-1].reason == "not heard any more"


@pytest.mark.parametrize("type_, count", [(70, 1), (80, 1), (60, 1), (30, 0), (37, 0), (52, 0)])
def test_only_ships_that_keep_to_ways_are_judged(type_, count):
    assert len(told(ship(type=type_).sails(90, 13, 30).sails(0, 13, 30))) == count


def test_a_ship_that_hardly_moves_has_no_course():
    assert told(ship().sails(90, 13, 30).sails(0, 2, 60)) == []


def test_a_rarer_share_asks_for_more_passages():
    assert told(ship().sails(90, 13, 30).sails(0, 13, 40), rare_share=0.0001) == []
