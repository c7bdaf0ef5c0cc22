from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alerts.incidents.rationing import Wanted, overflow, ration
from alerts.incidents.settings import BudgetSettings
from tests.plugins.incidents import AYLA, Desk, event

FEW = BudgetSettings(sar_an_hour=3, law_an_hour=2, infrastructure_an_hour=1)


def alert(n=0, lane="law", severity="medium"):
    kind = {"law": "gap", "sar": "distress", "infrastructure": "feed_outage"}[lane]
    desk = Desk()
    desk.sees(event(kind, AYLA + n))
    return replace(desk.one().alert, id=f"A-{n:012x}", severity=severity)


def storm(number, **values):
    first = alert(**values)
    return [
        Wanted(
            replace(first, id=f"A-{n:012x}", updated_us=first.updated_us + n), "catania", "alert"
        )
        for n in range(number)
    ]


def test_a_storm_is_few_messages_and_the_rest_is_held():
    found = ration(storm(10_000), {}, FEW)
    assert (len(found.now), len(found.held)) == (2, 9_998)
    assert found.now[0].alert.id == f"A-{9_999:012x}"


def test_what_was_sent_in_this_hour_counts():
    assert len(ration(storm(5), {("catania", "law"): 1}, FEW).now) == 1
    assert len(ration(storm(5), {("piraeus", "law"): 9, ("catania", "sar"): 9}, FEW).now) == 2


def test_sar_goes_first_and_by_its_own_budget():
    wanted = [*storm(5), Wanted(alert(7, "sar", "critical"), "catania", "alert")]
    found = ration(wanted, {("catania", "law"): 2}, FEW)
    assert [one.alert.lane for one in found.now] == ["sar"]


def test_a_call_for_help_is_not_counted_with_the_rest_of_its_lane():
    call = Wanted(alert(7, "sar", "critical"), "catania", "alert")
    assert ration([call], {("catania", "sar"): 99}, FEW).now == (call,)
    assert ration([call], {("catania", "distress"): 3}, FEW).held == (call,)


def test_the_gravest_is_told_before_the_newest():
    calm, grave = storm(3), Wanted(alert(9, severity="high"), "catania", "alert")
    assert ration([*calm, grave], {}, FEW).now[0] is grave


def test_what_was_told_is_always_taken_back_and_what_was_not_never():
    told, untold = (replace(storm(1)[0], change="cancel", told=told) for told in (True, False))
    found = ration([told, untold], {("catania", "law"): 99}, FEW)
    assert (found.now, found.held) == ((told,), ())


def test_a_critical_alert_that_was_told_is_always_updated():
    update = Wanted(alert(1, "sar", "critical"), "catania", "update", told=True)
    assert ration([update], {("catania", "sar"): 99}, FEW).now == (update,)


@given(st.integers(0, 30), st.integers(0, 5))
def test_nothing_is_lost_and_no_budget_is_passed(number, spent):
    found = ration(storm(number), {("catania", "law"): spent}, FEW)
    assert len(found.now) + len(found.held) == number
    assert len(found.now) <= max(0, 2 - spent)


def test_a_digest_says_what_was_held():
    held = [*[one.alert for one in storm(1200)], alert(1, "sar"), alert(2, "sar")]
    assert overflow(held) == (
        "1,202 alerts were not sent one by one: 2 distress, 1,200 went silent."
    )
    assert overflow(held[:1]) == "1 alert was not sent one by one: 1 went silent."
    assert overflow([]) == "Nothing was held back."


def test_what_only_a_digest_told_is_held_for_the_next_one_to_take_back():
    told = replace(storm(1)[0], change="cancel", listed=True)
    assert ration([told], {}, FEW).held == (told,)


def test_what_a_list_told_is_taken_back_by_messages_as_far_as_the_budget_goes():
    calls = [
        Wanted(alert(n, "sar", "critical"), "catania", "cancel", told=True, listed=True)
        for n in range(5)
    ]
    found = ration(calls, {}, FEW)
    assert (len(found.now), len(found.held)) == (3, 2)
