"""Ships that say to be others, and crews that only spell."""

from __future__ import annotations

import pytest

from alerts.detectors.identity_change import IdentityChange
from tests.plugins.stories import Ship, us, watch


def vessel(**values) -> Ship:
    usual = {"name": "GHOST", "call_sign": "IBCD", "imo": 9_074_729}
    return Ship(247_000_001, 18.0, 36.0, **{**usual, **values}).says()


def says(ship: Ship, reports: int, **values) -> Ship:
    for _ in range(reports):
        ship.introduces(**values).sails(90, 8, 6)
    return ship


def test_a_new_name_said_twice_is_a_change_since_it_was_first_said():
    [event, *_] = watch(IdentityChange(), says(says(vessel(), 2), 3, name=b"MARIA"))
    assert (event.kind, event.state, event.severity) == ("identity_change", "open", "medium")
    assert event.started_us == us("2026-05-10T00:12:00")
    assert event.updated_us == us("2026-05-10T00:18:00")
    assert event.evidence["name"].value == "MARIA"
    assert event.evidence["name_before"].value == "GHOST"
    assert len(event.inputs) == 2


@pytest.mark.parametrize("values, facts", [
    ({"imo": 9_337_494}, {"imo"}),
    ({"call_sign": b"3XYZ9"}, {"call_sign"}),
    ({"ship_type": 30}, {"ship_type"}),
    ({"to_bow_m": 140.0}, {"length"}),
    ({"name": b"MARIA", "imo": 9_337_494, "call_sign": b"3XYZ9"}, {"name", "imo", "call_sign"}),
])  # fmt: skip
def test_each_fact_counts(values, facts):
    [event] = watch(IdentityChange(), says(says(vessel(), 2), 2, **values))
    assert facts == {"imo", "call_sign", "ship_type", "length", "name"} & set(event.evidence)
    assert event.severity == ("low" if facts & {"ship_type", "length"} else "medium")


@pytest.mark.parametrize("values", [
    {"name": b"M/V Ghost"}, {"name": b"G-HOST"}, {"name": b""}, {"imo": 0},
    {"call_sign": b"IB-CD"}, {"ship_type": 79}, {"ship_type": 0},
    {"to_bow_m": 94.0}, {"to_bow_m": 0.0},
])  # fmt: skip
def test_noise_of_spelling_and_what_is_left_out_is_no_change(values):
    assert watch(IdentityChange(), says(says(vessel(), 2), 3, **values)) == []


def test_a_single_report_is_no_change():
    ship = says(says(vessel(), 2), 1, name=b"MARIA")
    assert watch(IdentityChange(), says(ship, 2)) == []


def test_what_was_not_known_before_is_no_change():
    ship = says(vessel(name="", imo=0), 2)
    ship.name = "GHOST"
    assert watch(IdentityChange(), says(ship, 3, imo=9_074_729)) == []


def test_the_two_halves_of_class_b_are_two_reports_of_one_ship():
    ship = vessel()
    for name in (b"GHOST", b"GHOST", b"MARIA", b"MARIA"):
        ship.introduces(message=24, part=0, name=name, imo=0, call_sign=b"", ship_type=255)
        ship.introduces(message=24, part=1, name=b"", imo=0).sails(90, 8, 6)
    [event] = watch(IdentityChange(), ship)
    assert event.evidence["name"].value == "MARIA"


def test_two_ships_that_alternate_one_by_one_are_no_change_of_identity():
    ship = vessel()
    for name in [b"GHOST", b"MARIA"] * 10:
        ship.introduces(name=name).sails(90, 8, 6)
    assert watch(IdentityChange(), ship) == []


def test_changes_to_and_fro_are_one_episode():
    ship = vessel()
    for name in [b"GHOST", b"MARIA"] * 6:
        says(ship, 2, name=name)
    events = watch(IdentityChange(), ship, until_minute=ship.minute + 400)
    assert {event.id for event in events} == {events[0].id}
    assert (events[-1].state, events[-1].reason) == ("closed", "no further change for 6 h")
    assert max(event.evidence["changes"].value for event in events) > 5


def test_who_was_not_heard_for_long_is_a_new_ship():
    ship = says(vessel(), 2).silent(2.2 * 1440)
    assert watch(IdentityChange(forget_days=1), says(ship, 3, name=b"MARIA")) == []
