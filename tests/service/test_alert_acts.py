"""What a form has to say, what is open to whom, and what holds up an act."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Codes
from alerts.incidents.settings import SnoozeSettings
from service.alert_acts import ACTS, ActError, Asked, asked_of, meanwhile, open_acts, step_of
from store.incidents import AlertChange
from tests.plugins.notices import MINUTE_US, NOON_US, alert
from tests.plugins.people import person

OPEN = alert("gap", codes=Codes())
AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def change(version: int, who: str = "vedetta", action: str = "grown", state: str = "new"):
    return AlertChange(version, AT, who, action, "why", state, 0.5, {})


@pytest.mark.parametrize("act", ["assign", "comment", "snooze", "escalate", "resolve"])
def test_all_but_an_acknowledgement_want_a_reason(act):
    said = {"version": 3, "to": "m.papas", "minutes": 30, "verdict": "true"}
    with pytest.raises(ActError, match="say why"):
        asked_of(act, said)
    assert asked_of(act, {**said, "why": " off  Gavdos "}).why == "off Gavdos"


def test_an_acknowledgement_wants_the_version_that_was_looked_at():
    assert asked_of("acknowledge", {"version": "7"}) == Asked(7)
    for version in (None, "x", 0, True, 2**40, [1]):
        with pytest.raises(ActError, match="version"):
            asked_of("acknowledge", {"version": version})


ODD = st.sampled_from([None, True, -1, 0, 3, 2**70, 1.5, "", " ", "7", "a.rossi", "true", "\x00",
                       "a\u202eb", "\ud800", "x" * 2000, [], {}])  # fmt: skip
NAMES = ("version", "why", "to", "minutes", "verdict", "other")


@given(st.dictionaries(st.sampled_from(NAMES), ODD), st.sampled_from(ACTS))
def test_any_form_is_taken_or_refused_in_words(said, act):
    try:
        asked = asked_of(act, said)
    except ActError:
        return
    assert asked.version >= 1
    assert asked.why.isprintable()


@pytest.mark.parametrize(
    "state, may",
    [
        ("new", list(ACTS)),
        ("acknowledged", ["assign", "comment", "snooze", "escalate", "resolve"]),
        ("escalated", list(ACTS)),
        ("resolved", ["comment", "resolve"]),
        ("retracted", []),
    ],
)
def test_what_is_open_follows_from_the_state(state, may):
    assert open_acts(person(), replace(OPEN, state=state), "full") == may


@pytest.mark.parametrize(
    "state, offered",
    [("new", False), ("escalated", False), ("acknowledged", True), ("assigned", True)],
)
def test_silence_is_offered_of_a_rescue_only_once_somebody_took_it_on(state, offered):
    rescue = replace(OPEN, lane="sar", severity="critical", state=state)
    assert ("snooze" in open_acts(person(), rescue, "full")) == offered
    assert "snooze" in open_acts(person(), replace(rescue, severity="info"), "full")


def test_what_is_open_follows_from_the_role_and_from_what_is_seen():
    assert open_acts(person("analyst"), OPEN, "full") == []
    assert "assign" not in open_acts(person("office"), OPEN, "full")
    assert open_acts(person(), OPEN, "limited") == ["acknowledge", "comment"]


def test_a_snooze_ends_so_many_minutes_after_now():
    step = step_of("snooze", Asked(1, "towed", minutes=30), NOON_US, SnoozeSettings())
    assert step(OPEN).snoozed_until_us == NOON_US + 30 * MINUTE_US


def test_what_people_did_holds_up_every_act():
    log = [change(1, action="alert"), change(2, "a.rossi", "comment")]
    assert [one.version for one in meanwhile(log, 1, "acknowledge")] == [2]
    assert meanwhile(log, 2, "resolve") == []


def test_what_the_service_only_saved_holds_up_nothing():
    assert meanwhile([change(1, action="alert"), change(2)], 1, "resolve") == []


def test_news_of_the_service_holds_up_all_but_an_acknowledgement():
    log = [change(1, action="alert"), change(2, action="update")]
    assert len(meanwhile(log, 1, "resolve")) == 1
    assert meanwhile(log, 1, "acknowledge") == []


def test_a_withdrawal_holds_up_an_acknowledgement_too():
    log = [change(1, action="alert"), change(2, action="cancel", state="retracted")]
    assert len(meanwhile(log, 1, "acknowledge")) == 1
