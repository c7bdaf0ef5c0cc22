from __future__ import annotations

import pytest

from alerts.incidents.acts import (
    GOES,
    VERDICTS,
    acknowledge,
    assign,
    comment,
    escalate,
    resolve,
    snooze,
)
from alerts.incidents.incident import IncidentError
from tests.plugins.incidents import AYLA, HOUR, NOON, Desk, event


def alert(kind="gap"):
    desk = Desk()
    desk.sees(event(kind, AYLA))
    return desk.one().alert


def test_an_alert_goes_from_new_to_resolved():
    one = acknowledge(alert())
    one = assign(one, "m.papas")
    one = escalate(one, "duty officer")
    one = resolve(one, "explained", "bunkering, confirmed by the agent")
    assert (one.state, one.verdict, one.assignee, one.version) == (
        "resolved", "explained", "duty officer", 5,
    )  # fmt: skip


def test_an_alert_is_acknowledged_once():
    with pytest.raises(IncidentError, match="is acknowledged: it cannot become acknowledged"):
        acknowledge(acknowledge(alert()))


def test_a_resolved_alert_is_over_but_its_verdict_can_be_corrected():
    done = resolve(alert(), "true", "boarded")
    with pytest.raises(IncidentError, match="cannot become assigned; expected resolved"):
        assign(done, "m.papas")
    with pytest.raises(IncidentError, match="expected another verdict"):
        resolve(done, "true", "boarded")
    assert resolve(done, "false alarm", "another ship").verdict == "false alarm"


def test_people_cannot_take_back_what_the_service_saw():
    assert all(state not in GOES["retracted"] for state in GOES)
    with pytest.raises(IncidentError, match="expected one of true, false alarm, explained"):
        resolve(alert(), "retracted", "no")
    assert VERDICTS == ("true", "false alarm", "explained")


def test_a_name_that_does_not_print_is_no_assignee():
    with pytest.raises(IncidentError, match="expected a name"):
        assign(alert(), "a\nb")


def test_a_comment_is_a_version():
    assert comment(alert()).version == 2


def test_a_distress_cannot_be_silenced_before_it_is_acknowledged():
    mayday = alert("distress")
    with pytest.raises(IncidentError, match="acknowledge it first"):
        snooze(mayday, NOON + HOUR, "drill", NOON)
    assert snooze(acknowledge(mayday), NOON + HOUR, "drill", NOON).snoozed_until_us == NOON + HOUR


def test_a_distress_that_was_only_passed_on_cannot_be_silenced():
    with pytest.raises(IncidentError, match="acknowledge it first"):
        snooze(escalate(alert("distress"), "duty officer"), NOON + HOUR, "drill", NOON)


@pytest.mark.parametrize(
    ("kind", "hours", "allowed"),
    [
        ("sudden_stop", 4, True),
        ("sudden_stop", 4.5, False),
        ("gap", 160, True),
        ("gap", 170, False),
    ],
)
def test_a_snooze_has_an_end_that_depends_on_the_lane(kind, hours, allowed):
    until = NOON + round(hours * HOUR)
    if allowed:
        assert snooze(acknowledge(alert(kind)), until, "anchored", NOON).snoozed_until_us == until
        return
    with pytest.raises(IncidentError, match="expected at most"):
        snooze(acknowledge(alert(kind)), until, "anchored", NOON)


def test_a_rescue_cannot_be_silenced_before_somebody_took_it_on():
    with pytest.raises(IncidentError, match="is a rescue that nobody acknowledged"):
        snooze(alert("converging_rescue"), NOON + HOUR, "x", NOON)


def test_a_snooze_has_a_reason_and_can_be_ended():
    with pytest.raises(IncidentError, match="say why"):
        snooze(alert(), NOON + HOUR, " ", NOON)
    quiet = snooze(alert(), NOON + HOUR, "towed", NOON)
    assert snooze(quiet, NOON, "tow parted", NOON).snoozed_until_us is None


def test_what_is_over_cannot_be_silenced():
    with pytest.raises(IncidentError, match="nothing to silence"):
        snooze(resolve(alert(), "true", "boarded"), NOON + HOUR, "x", NOON)


def test_escalation_ends_a_snooze():
    assert escalate(snooze(alert(), NOON + HOUR, "towed", NOON)).snoozed_until_us is None
