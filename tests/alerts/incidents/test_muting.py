from __future__ import annotations

import pytest

from alerts.incidents.wording import sentence
from tests.plugins.incidents import AYLA, BORA, MINUTE, Desk, closed, event, retracted


def outage(feed="north", hours=0.0):
    return event("feed_outage", hours=hours, at=(None, None), evidence={"feed": (feed,)})


def law(desk):
    return [one for one in desk.incidents.values() if one.lane == "law"]


def test_an_outage_is_one_alert_and_the_silences_it_explains_are_none():
    desk = Desk()
    gaps = [event("gap", 200_000_000 + n, hours=0.1) for n in range(50)]
    told = desk.sees(outage(), *gaps)
    assert [one.after.alert.kind for one in told if one.change] == ["feed_outage"]
    assert len(law(desk)) == 50
    assert not any(one.raised for one in law(desk))


def test_an_outage_that_is_noticed_late_takes_its_silences_back():
    desk = Desk()
    [one] = desk.sees(event("gap", AYLA))
    assert one.change == "alert"
    changes = {one.after.lane: one for one in desk.sees(outage())}
    assert changes["law"].change == "update"
    assert changes["law"].after.alert.score == 0
    assert "not counted, because explained: went silent" in sentence(changes["law"].after.alert)


def test_an_outage_that_was_none_gives_them_their_weight_again():
    desk = Desk()
    down = outage()
    desk.sees(down, event("gap", AYLA))
    desk.sees(retracted(down))
    [incident] = law(desk)
    assert (incident.raised, dict(incident.muted)) == (True, {})


def test_people_can_say_that_an_outage_was_none():
    desk = Desk()
    desk.sees(outage())
    desk.person(desk.one(), state="resolved", verdict="false alarm")
    desk.sees(event("gap", AYLA))
    assert law(desk)[0].raised


def test_an_outage_explains_only_its_own_feed_and_its_own_time():
    desk = Desk()
    desk.sees(outage("north"), closed(outage("north"), 1))
    desk.sees(
        event("gap", AYLA, hours=0.5, evidence={"feed": ("south",)}),
        event("gap", BORA, hours=2),
        event("gap", BORA + 1, hours=1.2, evidence={"feed": ("north",)}),
        event("gap", BORA + 2, hours=-0.2),
    )
    muted = {one.alert.mmsis[0]: bool(one.muted) for one in law(desk)}
    assert muted == {AYLA: False, BORA: False, BORA + 1: True, BORA + 2: True}


def test_an_outage_explains_no_encounter():
    desk = Desk()
    desk.sees(outage(), event("encounter", AYLA, BORA))
    assert law(desk)[0].raised


def test_interference_explains_jumps_of_its_vessels_and_in_its_reach():
    desk = Desk()
    desk.sees(event("gnss_interference", AYLA, 3, 4, 5, 6, at=(35.5, 33.8)))
    desk.sees(
        event("jump", AYLA, at=(20.0, 34.0)),
        event("clone", BORA, at=(35.6, 33.9)),
        event("clone", BORA + 1, at=(30.0, 33.9)),
        event("gap", BORA + 2, at=(35.5, 33.8)),
    )
    muted = {one.alert.mmsis[0]: bool(one.muted) for one in law(desk)}
    assert muted == {AYLA: True, BORA: True, BORA + 1: False, BORA + 2: False}


@pytest.mark.parametrize(("nm", "muted"), [(100.0, True), (1.0, False)])
def test_interference_may_say_how_far_it_reaches(nm, muted):
    desk = Desk()
    jam = event("gnss_interference", 3, 4, 5, at=(35.5, 33.8), evidence={"radius": (nm, "nm")})
    desk.sees(jam, event("jump", AYLA, at=(36.5, 33.8)))
    assert bool(law(desk)[0].muted) == muted


@pytest.mark.parametrize("kind", ["distress", "not_under_command", "sudden_stop"])
def test_nothing_mutes_the_sar_lane(kind):
    desk = Desk()
    jam = event("gnss_interference", AYLA, 3, 4, at=(16.5, 36.0))
    told = desk.sees(outage(), jam, event(kind, AYLA))
    assert "sar" in {one.after.lane for one in told if one.change == "alert"}


def test_a_second_outage_of_a_feed_joins_the_first_and_another_feed_does_not():
    desk = Desk()
    first = outage("north")
    desk.sees(first, closed(first, 0.5))
    desk.sees(outage("north", hours=1), outage("south", hours=1.1))
    assert sorted(len(one.members) for one in desk.incidents.values()) == [1, 2]


def test_one_area_of_interference_is_one_incident():
    desk = Desk()
    desk.sees(event("gnss_interference", 1, 2, 3, at=(35.5, 33.8)))
    desk.sees(event("gnss_interference", 4, 5, 6, hours=1, at=(35.9, 33.9)))
    desk.sees(event("gnss_interference", 7, 8, 9, hours=1, at=(20.0, 35.0)))
    assert len(desk.incidents) == 2


def test_slack_before_an_outage_is_a_setting():
    desk = Desk()
    early = event("gap", AYLA, hours=-20 * MINUTE / 3_600_000_000)
    desk.sees(outage(), early)
    assert law(desk)[0].raised


def test_an_encounter_that_is_a_rescue_is_not_muted_either():
    desk = Desk()
    desk.sees(event("gnss_interference", AYLA, 3, 4))
    [one] = desk.sees(event("encounter", AYLA, BORA, lane="sar", severity="high"))
    assert (one.change, dict(one.after.muted)) == ("alert", {})


@pytest.mark.parametrize(
    ("kind", "raised"),
    [("on_land", False), ("gnss_interference", True), ("feed_outage", True)],
)
def test_infrastructure_is_told_from_medium_on(kind, raised):
    desk = Desk()
    [one] = desk.sees(event(kind, AYLA, confidence=0.2))
    assert one.after.raised == raised
