"""Frames of marks as texts: the same as made anew, and made once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.alert import Codes
from service.marks import Concern, marks
from service.web.answers import to_json
from service.web.disclosing import marks_in
from service.web.framing import Framing
from tests.plugins import people
from tests.plugins.alerted import ROUTING
from tests.plugins.notices import alert

PEOPLE = [
    people.person(), people.person("supervisor", clearance="H3"), people.person("office"),
    people.person("auditor"), people.person("analyst", member_state="GRC", clearance="H2"),
]  # fmt: skip
ALERTS = tuple(
    alert("distress" if lane == "sar" else "gap", id=f"A-{n:012x}", lane=lane,
          codes=Codes(code, contributors=("ITA",)), headline=f'"{n}" & \u2028 <b>')
    for n, (lane, code) in enumerate(
        (lane, code) for lane in ("sar", "law", "infrastructure") for code in ("H0", "H1", "H3"))
)  # fmt: skip
CONCERN = Concern(
    ALERTS, {one.id: frozenset({"catania"}) for one in ALERTS[::2]},
    {247_000_001: (Codes("H1"),), 247_000_002: (Codes("H3"),)}, taken={ALERTS[0].id: "anna"},
)  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE, ids=[one.role for one in PEOPLE])
def test_a_text_is_the_frame_to_the_letter(person) -> None:
    framing = Framing(ROUTING)
    for concern in (CONCERN, replace(CONCERN, alerts=ALERTS[2:], taken={}), Concern()):
        framing.turn()
        for _ in range(2):
            frame = marks(person, concern, ROUTING)
            assert framing.frame(person, concern) == (to_json(frame), marks_in(frame))


def test_an_alert_is_encoded_once_for_all_and_until_it_changes() -> None:
    framing = Framing(ROUTING)
    first = framing._piece(ALERTS[1], "full", "", "en")
    framing.turn()
    assert framing._piece(ALERTS[1], "full", "", "en") is first
    assert framing._piece(ALERTS[1], "full", "anna", "en") != first
    changed = replace(ALERTS[1], version=9)
    assert '"version":9' in framing._piece(changed, "full", "", "en")


def test_what_is_over_is_forgotten() -> None:
    framing = Framing(ROUTING)
    framing.frame(PEOPLE[0], CONCERN)
    for _ in range(2):
        framing.turn()
        framing.frame(PEOPLE[0], replace(CONCERN, alerts=ALERTS[:1]))
    assert len(framing._old) == len(framing._new) == 1
