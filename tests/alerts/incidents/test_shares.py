from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Vessel
from alerts.contacts import Contact
from alerts.incidents.settings import IncidentSettings, WeightSettings
from alerts.incidents.shares import INNOCENT, score_of, shares_of
from alerts.incidents.wording import headline, headline_named, sentence
from alerts.kinds import KINDS
from tests.plugins.incidents import AYLA, BORA, HOUR, NOON, Desk, event, known

WEIGHTS = WeightSettings()


def names(shares) -> dict[str, float]:
    return {share.name: share.points for share in shares}


def judged(*events, vessels=()):
    return shares_of(events, {}, "law", known(*vessels), WEIGHTS)


def test_the_score_is_what_its_shares_sum_up_to():
    desk = Desk()
    desk.sees(event("encounter", AYLA, BORA))
    alert = desk.one().alert
    assert names(alert.shares) == {"encounter": 2.0, "usual traffic": -1.5}
    assert alert.score == round(1 / (1 + math.exp(-0.5)), 3) == 0.622


def test_a_tug_beside_a_ship_is_below_what_is_told():
    desk = Desk(Vessel(BORA, role="tug"))
    [one] = desk.sees(event("encounter", AYLA, BORA))
    assert names(one.after.alert.shares)["tug"] == -1.5
    assert (one.after.raised, one.after.alert.severity) == (False, "low")


def test_near_a_port_waiting_is_usual():
    lampedusa = (12.60, 35.48)
    desk = Desk()
    desk.sees(event("encounter", AYLA, BORA, at=lampedusa))
    [share] = [one for one in desk.one().alert.shares if one.name == "port approach"]
    assert share.points == -1.0
    assert share.because.endswith("nm from Lampedusa")


def test_a_listed_vessel_makes_all_of_its_events_weigh_more():
    plain = judged(event("drift", AYLA), vessels=[Vessel(AYLA)])
    listed = judged(event("drift", AYLA), vessels=[Vessel(AYLA, listed_as=("V-1",))])
    assert names(plain)["drift"] == 1.6
    assert names(listed)["drift"] == pytest.approx(2.4)
    assert listed[0].because.endswith("listed vessel")


@pytest.mark.parametrize("role", ["cargo", "passenger", "military"])
@pytest.mark.parametrize("kind", ["zone_entered", "zone_crossed"])
def test_who_comes_into_a_drawn_zone_is_told_whoever_it_is(kind, role):
    desk = Desk(Vessel(AYLA, role=role))
    evidence = {"zone_name": ("Patrol", None, None), "zone_kind": ("custom", None, None)}
    [one] = desk.sees(event(kind, AYLA, zone="patrol", evidence=evidence))
    assert one.after.raised
    assert names(one.after.alert.shares)[kind] == 3.0
    assert "drawn to be told of everybody" in one.after.alert.shares[0].because


def test_who_comes_into_another_zone_or_was_in_it_already_smoulders():
    for kind, zone in (("zone_entered", "arrival_coast"), ("zone_present", "custom")):
        desk, evidence = Desk(), {"zone_kind": (zone, None, None)}
        for grown in desk.sees(event(kind, AYLA, zone="patrol", evidence=evidence)):
            assert not grown.after.raised


def test_the_tenth_event_of_a_kind_adds_next_to_nothing():
    events = [event("gap", AYLA, hours=n) for n in range(10)]
    points = [share.points for share in judged(*events) if share.name == "gap"]
    assert points[:3] == [1.8, 0.9, 0.45]
    assert sum(points) < 2 * 1.8


def test_an_unsure_event_counts_less():
    assert names(judged(event("gap", AYLA, confidence=0.5)))["gap"] == 0.9


@given(st.integers(201_000_000, 775_999_999), st.sampled_from(sorted(KINDS)))
def test_no_share_depends_on_the_flag_or_the_digits_of_an_mmsi(mmsi, kind):
    def points(number, flag):
        return names(judged(event(kind, number), vessels=[Vessel(number, flag=flag)]))

    assert points(mmsi, "TUR") == points(AYLA, "ITA") == points(AYLA, "")


@pytest.mark.parametrize("role", sorted(INNOCENT))
def test_every_explanation_speaks_for_innocence_and_says_why(role):
    kind = min(INNOCENT[role][0])
    [share] = [
        one
        for one in judged(event(kind, AYLA), vessels=[Vessel(AYLA, role=role)])
        if one.name == role
    ]
    assert share.points < 0
    assert len(share.because.split()) > 3


def test_nothing_is_not_even_odds():
    assert score_of(()) == 0.0


def test_the_settings_weigh():
    mild = WeightSettings(points={"gap": 0.1}, usual_traffic=0.0)
    desk = Desk(settings=IncidentSettings(weights=mild))
    desk.sees(event("gap", AYLA))
    assert names(desk.one().alert.shares) == {"gap": 0.1, "usual traffic": 0.0}


def test_the_score_is_told_as_a_sentence():
    desk = Desk(Vessel(AYLA, role="fishing"))
    desk.sees(event("gap", AYLA), event("gap", AYLA, hours=2), event("drift", AYLA))
    assert sentence(desk.one().alert) == (
        "Score 0.83: went silent 2 times (+2.7), adrift (+1.6); "
        "against it: fishing (-1.2), usual traffic (-1.5)."
    )


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (
            "encounter",
            {"distance": (320.5, "m", 500), "speed": (1.2, "kn", 3), "together": (45, "min", 30)},
            "encounter (distance 320.5 m; together 45 min)",
        ),
        (
            "gap",
            {"silence": (11_400, "s", 3600), "one_of_such_silences": (4000, "watches", None)},
            "went silent (silence 3 h 10 min; 1 of 4,000 such silences)",
        ),
        ("on_land", {"inland_m": (1500, "m", 500)}, "position on land (inland 1,500 m)"),
        ("zone_entered", {"zone_name": ("Patrol", None, None)},
         "entered a zone (zone name Patrol)"),
        ("clone", {"speed": (88.0, "kn", 50), "zones": ("ab", None, 1), "x": (None, "m", 1)},
         "one MMSI on two ships (speed 88 kn)"),
        ("jump", {}, "impossible jump"),
    ],
)  # fmt: skip
def test_a_share_names_the_numbers_that_tell_most(kind, facts, said):
    [share, *_] = judged(event(kind, AYLA, evidence=facts))
    assert share.because == said


def test_hostile_text_in_evidence_stays_on_one_line():
    facts = {"sign": ("A\r\nBcc: x\0\u202e" + "B" * 500, None, None)}
    [share, *_] = judged(event("distress", AYLA, evidence=facts))
    assert share.because.isprintable()
    assert len(share.because) < 150


def test_a_headline_says_what_and_where_and_names_no_vessel():
    assert headline(["gap"], "12 nm SE of Lampedusa", 1) == "Went silent, 12 nm SE of Lampedusa"
    many = ["gap", "drift", "clone", "jump", "gap", "loitering"]
    assert headline(many, "", 3) == (
        "Went silent, adrift, one MMSI on two ships and 2 more, 3 vessels, position unknown"
    )
    desk = Desk(Vessel(AYLA, "AYLA", "TCXY", 9_074_729))
    desk.sees(event("gap", AYLA))
    assert "AYLA" not in desk.one().alert.headline


def test_that_a_vessel_is_listed_is_not_told_twice():
    here = {"vessels": [Vessel(AYLA, listed_as=("V-000001",))]}
    told = [judged(event(kind, AYLA), **here)[0] for kind in ("drift", "watchlist")]
    drift, hit = (share.because for share in told)
    assert drift.endswith("; listed vessel")
    assert hit.count("listed vessel") == 1


def test_an_abbreviation_at_the_head_of_a_headline_keeps_its_letters():
    desk = Desk(Vessel(AYLA, "AYLA"))
    desk.sees(event("gnss_interference", AYLA))
    assert headline_named(desk.one().alert).startswith("AYLA: GNSS interference")


def test_a_score_near_one_makes_it_grave():
    desk = Desk(Vessel(AYLA, listed_as=("V-1",)))
    desk.sees(*(event(kind, AYLA) for kind in ("gap", "drift", "identity_change")))
    assert desk.one().alert.severity == "high"
    assert replace(desk.one().alert).score > 0.95


def test_what_people_saw_near_a_rescue_is_a_share_of_it():
    boat = Contact("aircraft", 16.6, 36.1, 1.0, NOON - HOUR, "grey rubber boat", 45, id="C-1")
    far = replace(boat, lon=19.0, id="C-2")
    desk = Desk(contacts=(boat, far))
    desk.sees(event("sudden_stop", AYLA), event("gap", BORA))
    law, sar = sorted((one.alert for one in desk.incidents.values()), key=lambda one: one.lane)
    assert [share.because for share in sar.shares if share.name == "contact"] == [
        "aircraft C-1, 45 persons, X4"
    ]
    assert "contact" not in names(law.shares)


def test_the_surest_of_a_kind_counts_whole_whatever_came_first():
    unsure, sure = event("gap", AYLA, confidence=0.2), event("gap", AYLA, hours=1)
    points = [share.points for share in judged(unsure, sure) if share.name == "gap"]
    assert points == [1.8, 0.18]
