"""The frame of marks: what one class of people is told, and that it betrays nothing."""

from __future__ import annotations

import json
from dataclasses import replace

from alerts.alert import Codes
from alerts.contacts import Contact
from alerts.routing import Office, RoutingSettings
from service.marks import Concern, marks
from tests.plugins.notices import HOSTILE, NOON_US, alert, distress, hostile
from tests.plugins.people import person

ROUTING = RoutingSettings((Office("catania", "EURTF Catania", country="ITA"),))
SECRET = alert("watchlist", id="A-00000000000a", codes=Codes("H3", "ask", "red", "A", 1, ("GRC",)))
OPEN = alert("gap", id="A-00000000000b", codes=Codes())
SAR = replace(distress().alert, id="A-00000000000c", codes=Codes())
BOAT = Contact("aircraft", 12.9, 35.1, 2.0, NOON_US, "wooden boat", 40, id="C-000001")


def frame(who, *alerts, **said):
    return marks(who, Concern(alerts, **said), ROUTING)


def test_rescues_come_first_then_the_police_s_and_the_system_s():
    outage = alert("feed_outage", id="A-00000000000d", codes=Codes())
    lanes = [one["lane"] for one in frame(person(), outage, OPEN, SAR)["alerts"]]
    assert lanes == ["sar", "law", "infrastructure"]


def test_what_somebody_may_not_know_of_leaves_no_trace_in_the_whole_frame():
    clerk, chief = person(clearance="H1", member_state="ITA"), person(clearance="H3")
    listed = {247_320_162: (SECRET.codes,)}
    whole = frame(clerk, OPEN, SECRET, SAR, listed=listed, contacts=(BOAT,))
    assert json.dumps(whole) == json.dumps(frame(clerk, OPEN, SAR, contacts=(BOAT,)))
    seen = frame(chief, OPEN, SECRET, SAR, listed=listed, contacts=(BOAT,))
    assert (len(seen["alerts"]), seen["listed"]) == (3, [247_320_162])


def test_a_vessel_is_listed_for_whom_one_of_its_entries_may_be_known():
    listed = {1: (SECRET.codes, Codes()), 2: (SECRET.codes,)}
    assert frame(person(clearance="H1"), listed=listed)["listed"] == [1]


def test_an_office_is_told_of_its_own_alerts_only():
    who = person("office", clearance="H1")
    told = {OPEN.id: {"catania"}}
    assert [one["id"] for one in frame(who, OPEN, SAR, told=told)["alerts"]] == [OPEN.id]
    assert frame(who, OPEN, SAR)["alerts"] == []


def test_of_a_limited_alert_lane_place_and_time_are_told():
    who, strict = person("office", clearance="H0"), replace(OPEN, codes=Codes("H1"))
    [said] = frame(who, strict, told={OPEN.id: {"catania"}}, taken={OPEN.id: "a.rossi"})["alerts"]
    assert said["headline"] == "Law enforcement alert, 12 nm SE of Lampedusa"
    assert (said["mmsis"], said["kind"], said["severity"], said["who"]) == ([], "", "", "")
    assert said["limited"]


def test_a_rescue_is_told_as_a_rescuer_needs_it_whatever_its_codes():
    who = person("office", clearance="H0")
    strict = replace(SAR, codes=Codes("H1", contributors=("GRC",)))
    [said] = frame(who, strict, told={SAR.id: {"catania"}})["alerts"]
    assert "MARIA K" in said["headline"]
    assert said["severity"] == "critical"


def test_who_manages_people_has_an_empty_frame():
    said = frame(person("administrator"), OPEN, SAR, contacts=(BOAT,), listed={1: (Codes(),)})
    assert (said["alerts"], said["listed"], said["contacts"]) == ([], [], [])


def test_a_contact_is_told_with_its_error_and_who_is_aboard():
    [said] = frame(person(), contacts=(BOAT,))["contacts"]
    assert (said["id"], said["error_m"], said["since"]) == ("C-000001", 3704, NOON_US // 1000)
    assert said["words"] == "aircraft, 40 persons: wooden boat"
    [alone] = frame(person(), contacts=(replace(BOAT, persons=1),))["contacts"]
    assert alone["words"] == "aircraft, 1 person: wooden boat"


def test_hostile_names_are_one_harmless_line():
    for text in HOSTILE:
        shown = frame(person(clearance="H3"), replace(hostile(text).alert, codes=Codes()))
        [said] = shown["alerts"]
        assert said["headline"].isprintable()


def test_of_a_flood_the_frame_says_how_many_it_leaves_out():
    many = [replace(OPEN, id=f"A-{number:012x}") for number in range(1005)]
    said = frame(person(), SAR, *many)
    assert (len(said["alerts"]), said["more"], said["alerts"][0]["lane"]) == (1000, 6, "sar")
