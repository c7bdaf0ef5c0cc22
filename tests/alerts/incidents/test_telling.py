from __future__ import annotations

import pytest

from alerts.events import Fact
from tests.plugins.incidents import AYLA, BORA, CETO, HOUR, NOON, Desk, closed, event, retracted


def test_a_throttled_update_of_an_event_is_no_message():
    desk = Desk()
    first = event("drift", AYLA)
    assert [one.change for one in desk.sees(first)] == ["alert"]
    [one] = desk.sees(first.next("updated", first.updated_us + HOUR, lon=16.6))
    assert one.change is None
    assert one.after.alert.lon == 16.6


def test_a_new_event_a_graver_one_and_the_end_are_messages():
    desk = Desk()
    first = event("drift", AYLA)
    desk.sees(first)
    assert [one.change for one in desk.sees(event("gap", AYLA, hours=1))] == ["update"]
    graver = first.next("updated", first.updated_us + 1, severity="critical")
    assert [one.change for one in desk.sees(graver)] == ["update"]


def test_flapping_at_a_border_is_one_piece_of_news():
    desk = Desk()
    desk.sees(event("encounter", AYLA, BORA))
    changes = []
    for n in range(5):
        one = event("zone_entered", AYLA, hours=n, zone="patrol", severity="medium")
        changes += [grown.change for grown in desk.sees(one)]
    assert changes == ["update", None, None, None, None]


def test_a_snoozed_alert_is_silent_but_for_what_is_graver():
    desk = Desk()
    first = event("drift", AYLA)
    desk.sees(first)
    desk.person(desk.one(), snoozed_until_us=NOON + 5 * HOUR, snooze_reason="towed")
    assert [one.change for one in desk.sees(event("gap", AYLA, hours=1))] == [None]
    graver = first.next("updated", first.updated_us + 2 * HOUR, severity="critical")
    assert [one.change for one in desk.sees(graver)] == ["update"]
    assert [one.change for one in desk.sees(event("clone", AYLA, hours=6))] == ["update"]


def test_the_log_says_what_came_and_what_it_came_to():
    desk = Desk()
    [one] = desk.sees(event("gap", AYLA))
    assert one.why == (
        f"with went silent ({one.after.alert.events[0]}). "
        "Score 0.57: went silent (+1.8); against it: usual traffic (-1.5)."
    )


def test_mere_information_is_no_message():
    desk = Desk()
    desk.sees(event("gap", AYLA))
    left = event("zone_left", AYLA, hours=1, zone="patrol")
    assert [one.change for one in desk.sees(left)] == [None]


def test_the_first_place_of_a_distress_and_its_words_are_messages():
    desk = Desk()
    first = event("distress", AYLA, at=(None, None))
    desk.sees(first)
    placed = first.next("updated", first.updated_us + 1, lon=12.6, lat=35.4)
    assert [one.change for one in desk.sees(placed)] == ["update"]
    moved = placed.next("updated", placed.updated_us + 1, lon=12.61)
    assert [one.change for one in desk.sees(moved)] == [None]
    said = moved.next("updated", moved.updated_us + 1,
                      evidence={**moved.evidence, "text": Fact("MAYDAY SINKING")})  # fmt: skip
    assert [one.change for one in desk.sees(said)] == ["update"]


def test_a_test_that_people_closed_is_opened_again_when_it_becomes_a_call():
    desk = Desk()
    tested = event("distress", AYLA, severity="info")
    assert [one.change for one in desk.sees(tested)] == ["alert"]
    desk.person(desk.one(), state="resolved", verdict="false alarm", reason="a drill")
    real = tested.next("updated", tested.updated_us + 1, severity="critical")
    [one] = desk.sees(real)
    assert (one.change, one.after.alert.state, one.after.alert.verdict) == ("update", "new", None)
    assert one.why.startswith("waits for somebody again")


@pytest.mark.parametrize("state", ["acknowledged", "assigned"])
def test_who_took_on_a_lesser_matter_has_not_taken_on_the_distress_that_it_becomes(state):
    desk = Desk()
    tested = event("distress", AYLA, severity="info")
    desk.sees(tested)
    desk.person(desk.one(), state=state, assignee="anna")
    [one] = desk.sees(tested.next("updated", tested.updated_us + 1, severity="critical"))
    assert (one.change, one.after.alert.state) == ("update", "new")
    desk = Desk()
    desk.sees(event("not_under_command", AYLA))
    desk.person(desk.one(), state=state)
    [one] = desk.sees(event("distress", AYLA, hours=1))
    assert (one.after.alert.kind, one.after.alert.state) == ("distress", "new")


def test_a_suspicion_that_somebody_took_on_stays_theirs_when_it_becomes_graver():
    desk = Desk()
    first = event("encounter", AYLA, BORA, severity="low")
    desk.sees(first)
    desk.person(desk.one(), state="acknowledged")
    desk.sees(first.next("updated", first.updated_us + 1, severity="high"))
    assert desk.one().alert.state == "acknowledged"


def test_further_ships_round_a_boat_are_told_though_the_rescue_is_snoozed():
    desk = Desk()
    first = event("converging_rescue", AYLA, BORA, at=(12.6, 35.4))
    desk.sees(first)
    desk.person(desk.one(), state="acknowledged", snoozed_until_us=NOON + 4 * HOUR,
                snooze_reason="tug on its way")  # fmt: skip
    more = first.next("updated", first.updated_us + 1, mmsis=(AYLA, BORA, CETO))
    assert [one.change for one in desk.sees(more)] == ["update"]


def test_what_is_taken_back_in_part_is_told_though_the_alert_is_snoozed():
    desk = Desk()
    gap, met = event("gap", AYLA), event("encounter", AYLA, BORA, hours=1)
    desk.sees(gap, met)
    desk.person(desk.one(), snoozed_until_us=NOON + 24 * HOUR, snooze_reason="known")
    assert [one.change for one in desk.sees(retracted(gap))] == ["update"]


def test_each_other_word_of_a_distress_is_a_message():
    desk = Desk()
    call = event("distress", AYLA, evidence={"text": ("MAYDAY",)})
    desk.sees(call)
    more = call.next("updated", call.updated_us + 1, evidence={"text": Fact("SINKING 40 POB")})
    assert [one.change for one in desk.sees(more)] == ["update"]
    again = more.next("updated", more.updated_us + 1)
    assert [one.change for one in desk.sees(again)] == [None]


def test_a_distress_ends_the_silence_of_the_rescue_that_it_joins():
    desk = Desk()
    desk.sees(event("sudden_stop", AYLA))
    desk.person(desk.one(), snoozed_until_us=NOON + 4 * HOUR, snooze_reason="at anchor")
    desk.sees(event("distress", AYLA, hours=1))
    assert desk.one().alert.kind == "distress"
    assert desk.one().alert.snoozed_until_us is None


def test_a_rescue_that_only_goes_on_stays_silent():
    desk = Desk()
    first = event("sudden_stop", AYLA)
    desk.sees(first)
    desk.person(desk.one(), snoozed_until_us=NOON + 4 * HOUR, snooze_reason="at anchor")
    desk.sees(first.next("updated", first.updated_us + HOUR))
    assert desk.one().alert.snoozed_until_us == NOON + 4 * HOUR


def test_who_calls_again_is_heard_also_in_an_alert_that_is_taken_on_or_snoozed():
    desk = Desk()
    first = event("distress", AYLA)
    desk.sees(first)
    desk.person(desk.one(), state="acknowledged", snoozed_until_us=NOON + 4 * HOUR,
                snooze_reason="boat on its way")  # fmt: skip
    desk.sees(closed(first, 0.5))
    assert [one.change for one in desk.sees(event("distress", AYLA, hours=1))] == ["update"]
    [later] = desk.sees(event("distress", AYLA, hours=5))
    assert (later.before, later.change) == (None, "alert")
