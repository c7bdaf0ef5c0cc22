"""What a person may see: role, Member State, office and clearance against the codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.alert import HANDLING, Codes
from alerts.routing import Office
from service.rights import DEEDS, ROLES, Person
from service.sight import as_seen, cleared, rights_class, sees, sees_contact, sight
from tests.plugins.notices import alert
from tests.plugins.people import person
from watchlist.entries import WatchlistEntry

CATANIA = Office("catania", "EURTF Catania", country="ITA", handling_at_most="H1")
DESK = ("operator", "analyst", "supervisor")


def codes(handling: str = "H1", tlp: str = "amber", *whose: str) -> Codes:
    return Codes(handling, tlp=tlp, contributors=whose)


@pytest.mark.parametrize("role", ["administrator", "auditor"])
@pytest.mark.parametrize("handling", HANDLING)
def test_who_manages_people_or_reads_the_audit_sees_no_entry(role, handling) -> None:
    who = person(role, clearance="H3", member_state="ITA")
    assert not sees(who, codes(handling, "clear", "ITA"))
    assert sight(who, alert("watchlist")) == "nothing"
    assert not sees_contact(who)
    assert rights_class(who) == ("none",)


@pytest.mark.parametrize("role", [*DESK, "office"])
@pytest.mark.parametrize("clearance", HANDLING)
@pytest.mark.parametrize("handling", HANDLING)
def test_a_code_is_seen_up_to_the_clearance(role, clearance, handling) -> None:
    seen = sees(person(role, clearance=clearance), codes(handling, "amber", "GRC"))
    assert seen == (HANDLING.index(handling) <= HANDLING.index(clearance))


def test_h2_is_seen_by_its_own_member_state_and_h3_is_not() -> None:
    who = person(clearance="H1", member_state="ITA")
    assert sees(who, codes("H2", "amber", "ITA"))
    assert not sees(who, codes("H2", "amber", "GRC"))
    assert not sees(who, codes("H2", "amber", "ITA", "GRC"))
    assert not sees(who, codes("H3", "amber", "ITA"))


def test_what_nobody_is_named_for_is_not_the_own_of_who_has_no_state() -> None:
    assert not sees(person(clearance="H1", member_state=""), codes("H2"))
    assert not sees(person(clearance="H2", member_state=""), codes("H1", "red"))


def test_tlp_red_is_for_the_contributors_own_and_for_those_cleared_for_everything() -> None:
    assert sees(person(clearance="H1", member_state="ITA"), codes("H1", "red", "ITA"))
    assert not sees(person(clearance="H2", member_state="ITA"), codes("H1", "red", "GRC"))
    assert sees(person(clearance="H3"), codes("H3", "red", "GRC"))
    assert not sees(person(clearance="H1", member_state="ITA"), codes("H3", "red", "ITA"))


@pytest.mark.parametrize("clearance", ["", "H9", "h3"])
def test_an_unknown_clearance_sees_nothing(clearance) -> None:
    assert not sees(person(clearance=clearance), codes("H0", "clear"))
    assert rights_class(person(clearance=clearance)) == ("none",)


def test_an_unknown_code_is_seen_by_nobody() -> None:
    assert not sees(person("supervisor", clearance="H3"), codes("H7"))


def test_an_entry_is_judged_as_its_codes_are() -> None:
    entry = WatchlistEntry(handling="H2", contributor="ITA")
    assert sees(person(member_state="ITA"), entry)
    assert not sees(person(member_state="GRC"), entry)


def test_the_desk_does_not_learn_of_an_alert_beyond_its_clearance() -> None:
    secret = replace(alert("watchlist"), lane="law", codes=codes("H3", "amber", "GRC"))
    assert sight(person(clearance="H2"), secret) == "nothing"
    assert sight(person(clearance="H3"), secret) == "full"


def test_a_rescue_is_seen_by_the_desk_whatever_its_codes() -> None:
    rescue = replace(alert("distress"), lane="sar", codes=codes("H3", "red", "GRC"))
    assert sight(person(clearance="H0"), rescue) == "limited"


def test_an_office_sees_what_was_routed_to_it_and_nothing_else() -> None:
    law = replace(alert("watchlist"), lane="law", codes=codes("H1"))
    who = person("office")
    assert sight(who, law, CATANIA, ["catania"]) == "full"
    assert sight(who, law, CATANIA, ["piraeus"]) == "nothing"
    assert sight(who, law, CATANIA) == "nothing"
    strict = replace(law, codes=codes("H3", "amber", "GRC"))
    assert sight(who, strict, CATANIA, ["catania"]) == "limited"


def test_what_is_limited_is_what_a_message_would_carry() -> None:
    strict, who = codes("H3", "red", "GRC"), person("office")
    law = replace(alert("watchlist"), lane="law", codes=strict)
    bared, events = as_seen(who, law, [], CATANIA, ["catania"])
    assert (bared.vessels, bared.mmsis, events) == ((), (), ())
    assert bared.lon == law.lon
    rescue = replace(alert("distress"), lane="sar", codes=strict)
    shown, _ = as_seen(who, rescue, [], CATANIA, ["catania"])
    assert shown.vessels
    assert not any(one.listed_as for one in shown.vessels)
    assert shown.shares == ()
    assert as_seen(who, law, [], CATANIA, ["piraeus"]) is None
    assert as_seen(person(clearance="H3"), law, []) == (law, ())


def test_an_office_that_is_gone_off_or_another_one_sees_nothing() -> None:
    rescue = replace(alert("distress"), lane="sar")
    who = person("office")
    for office in (None, replace(CATANIA, enabled=False), replace(CATANIA, id="piraeus")):
        assert sight(who, rescue, office, ["catania", "piraeus"]) == "nothing"


def test_who_has_no_clearance_left_sees_no_contact_and_no_rescue() -> None:
    """Of an office that was switched off: an auditor, who shares the frame, would see them."""
    who = person("office", clearance=cleared("H3", replace(CATANIA, enabled=False)))
    rescue = replace(alert("distress"), lane="sar")
    assert not sees_contact(who)
    assert sight(who, rescue, CATANIA, ["catania"]) == "nothing"


def test_a_person_is_never_cleared_beyond_the_office() -> None:
    assert cleared("H3", CATANIA) == "H1"
    assert cleared("H0", CATANIA) == "H0"
    for office in (None, replace(CATANIA, enabled=False), Office("x", "X", "third_country")):
        assert cleared("H3", office) == ""


EVERY = [
    codes(handling, tlp, *whose)
    for handling in HANDLING
    for tlp in ("clear", "green", "amber", "red")
    for whose in ((), ("ITA",), ("GRC",), ("ITA", "GRC"))
]
PEOPLE = [
    Person("U-1", "x", "X", role, state, office if role == "office" else "", clearance)
    for role in ROLES
    for state in ("", "ITA", "GRC")
    for office in ("catania", "piraeus")
    for clearance in ("", *HANDLING)
]


def test_people_of_one_class_see_the_same_entries_contacts_and_rescues() -> None:
    seen: dict[tuple[str, ...], list[object]] = {}
    rescue = replace(alert("distress"), lane="sar", codes=codes("H3", "red", "GRC"))
    for who in PEOPLE:
        office = replace(CATANIA, id=who.office or "piraeus")
        sees_all: list[object] = [sees(who, one) for one in EVERY]
        sees_all += [sees_contact(who), sight(who, rescue, office, ["catania"])]
        assert seen.setdefault(rights_class(who), sees_all) == sees_all
    assert len(seen) > 10


def test_more_clearance_never_shows_less() -> None:
    for who in (one for one in PEOPLE if one.clearance == "H1"):
        for one in EVERY:
            assert sees(who, one) <= sees(replace(who, clearance="H3"), one)


def test_who_sees_no_entry_has_no_deed_that_reads_one() -> None:
    for role in ("administrator", "auditor"):
        who = person(role, clearance="H3")
        reads = [one for one in DEEDS if who.may(one)]
        assert not [one for one in reads if one.startswith(("watchlist", "alerts", "cases"))]


def test_a_token_does_no_more_than_its_scopes_and_its_person() -> None:
    who = replace(person("operator"), scopes=frozenset({"map.read", "people.manage"}))
    assert [one for one in DEEDS if who.may(one)] == ["map.read"]
