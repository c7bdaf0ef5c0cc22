"""CAP messages: valid against the schema, and saying what the office may know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from alerts.cap import NAMESPACE, CapError, CapSender, cap_xml
from alerts.kinds import KINDS
from tests.plugins.notices import HOSTILE, MINUTE_US, NOON_US, alert, distress, hostile, notice

SENDER = CapSender("vedetta@desk.example", "Vedetta desk", "+39 000", 24)
BEFORE = (("A-0123456789ab.1.catania", NOON_US), ("A-0123456789ab.2.catania", NOON_US + MINUTE_US))


@pytest.fixture(scope="module")
def schema(shared_data) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_data / "reference" / "CAP-v1.2.xsd"))


def said(message: bytes, path: str) -> list[str]:
    steps = "/".join(f"c:{step}" for step in path.split("/"))
    found = etree.fromstring(message).findall(f".//{steps}", {"c": NAMESPACE})
    return [one.text or "" for one in found]


def test_a_first_notice_is_an_alert_for_few_eyes_with_its_codes():
    message = cap_xml(notice(), SENDER)
    assert said(message, "msgType") == ["Alert"]
    assert said(message, "scope") == ["Restricted"]
    assert said(message, "status") == ["Actual"]
    assert said(message, "sent") == ["2026-11-20T12:01:00-00:00"]
    assert said(message, "restriction") == [
        "handling H1; TLP amber; source B3; from ITA; ask first"
    ]
    assert said(message, "references") == []
    assert said(message, "info/expires") == ["2026-11-21T12:01:00-00:00"]
    assert said(message, "area/circle") == ["35.50000,12.60000 1.85"]


def test_a_drill_says_exercise_in_status_note_and_headline():
    message = cap_xml(notice(alert=alert(exercise=True)), SENDER)
    assert said(message, "status") == ["Exercise"]
    assert said(message, "headline")[0].startswith("EXERCISE")
    assert said(message, "note")[0].startswith("EXERCISE")


def test_an_update_refers_to_all_that_was_told_and_is_an_alert_for_who_was_told_nothing():
    update = notice(change="update", references=BEFORE)
    assert said(cap_xml(update, SENDER), "msgType") == ["Update"]
    [references] = said(cap_xml(update, SENDER), "references")
    assert references.split() == [
        "vedetta@desk.example,A-0123456789ab.1.catania,2026-11-20T12:00:00-00:00",
        "vedetta@desk.example,A-0123456789ab.2.catania,2026-11-20T12:01:00-00:00",
    ]
    assert said(cap_xml(replace(update, references=()), SENDER), "msgType") == ["Alert"]


def test_a_retraction_cancels_with_its_reason():
    gone = alert(state="retracted", reason="late reports show it was heard")
    message = cap_xml(notice(alert=gone, change="cancel", references=BEFORE), SENDER)
    assert said(message, "msgType") == ["Cancel"]
    assert said(message, "note") == ["Taken back: late reports show it was heard."]
    assert said(message, "info/responseType") == ["AllClear"]


def test_an_acknowledgement_names_the_newest_message_and_carries_no_info():
    told = notice(change="ack", references=BEFORE, taken_by="m.papas")
    message = cap_xml(told, SENDER)
    assert said(message, "note") == ["Taken on by m.papas."]
    assert said(message, "msgType") == ["Ack"]
    assert said(message, "references")[0].count(",") == 2
    assert "A-0123456789ab.2.catania" in said(message, "references")[0]
    assert said(message, "info") == []


@pytest.mark.parametrize("change", ["cancel", "ack"])
def test_what_was_never_told_is_not_taken_back(change):
    with pytest.raises(CapError, match="was never told"):
        cap_xml(notice(change=change), SENDER)


def test_a_rescuer_is_told_place_drift_helpers_and_centre():
    message = cap_xml(distress(), SENDER)
    assert said(message, "category") == ["Rescue", "Safety"]
    assert said(message, "certainty") == ["Observed"]
    assert said(message, "area/circle") == [
        "35.49000,12.61000 0.74", "35.48000,12.62000 2.04", "35.47000,12.63000 3.52",
    ]  # fmt: skip
    [help_] = said(message, "instruction")
    assert "VALLETTA STAR (cargo) 7.9 nm on 038°, 41 min" in help_
    assert "MMSI 247000002 (sar) 8.1 nm on 220°, time not known" in help_
    assert "RCC Malta +356 0000 0000" in help_


def test_the_description_is_what_a_tired_person_understands():
    [text] = said(cap_xml(notice(), SENDER), "description")
    assert text.startswith(
        "A listed cargo ship went silent. 12 nm SE of Lampedusa, 35°30.0′N 012°36.0′E, "
        "20 Nov 12:00 UTC. Vessels: MARIA K, MMSI 247320162,"
    )


def test_the_place_of_a_rescue_is_told_with_when_and_how_well_it_is_known():
    [text] = said(cap_xml(distress(), SENDER), "description")
    where = "35°29.4′N 012°36.6′E, known within 0.4 nm at 20 Nov 12:00 UTC, since 20 Nov 12:00 UTC"
    assert where in text


def test_limited_says_no_vessel_no_score_and_no_reason():
    message = cap_xml(notice(limited=True), SENDER)
    assert b"MARIA K" not in message
    assert b"247320162" not in message
    assert b"340" not in message
    assert b"0.820" not in message
    assert b"12 nm SE of Lampedusa" in message
    assert b"silent" not in message
    assert said(message, "info/event") == ["law enforcement"]


def test_limited_in_the_sar_lane_still_names_who_is_in_distress_but_not_why_it_is_listed():
    message = cap_xml(distress(limited=True), SENDER)
    assert b"MARIA K" in message
    assert b"247320162" in message
    assert b"V-000001" not in message


def test_a_distress_without_a_position_is_told_too():
    lost = alert("distress", lon=None, lat=None, place="")
    message = cap_xml(notice(alert=lost), SENDER)
    assert said(message, "areaDesc") == ["Place not known"]
    assert said(message, "area/circle") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    root = etree.fromstring(cap_xml(hostile(text), SENDER))
    assert {etree.QName(one).localname for one in root.iter()}.isdisjoint({"script", "x"})
    whole = "".join(root.itertext())
    assert "\u202e" not in whole
    assert "\nBcc" not in whole


@pytest.mark.parametrize("sender", ["", "two words", "a,b", "a<b", "a&b"])
def test_a_sender_that_breaks_references_is_refused(sender):
    with pytest.raises(CapError, match="expected a name"):
        CapSender(sender)


@pytest.mark.data
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid_against_the_schema(schema, kind):
    schema.assertValid(etree.fromstring(cap_xml(notice(kind), SENDER)))


@pytest.mark.data
@pytest.mark.parametrize("change", ["alert", "update", "cancel", "ack"])
@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("limited", [False, True])
def test_every_change_is_valid_against_the_schema(schema, change, exercise, limited):
    about = alert("distress", exercise=exercise, assignee="m.papas", ended_us=NOON_US)
    message = distress(alert=about, change=change, limited=limited, references=BEFORE)
    schema.assertValid(etree.fromstring(cap_xml(message, SENDER)))


@pytest.mark.data
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_valid_against_the_schema(schema, text):
    schema.assertValid(etree.fromstring(cap_xml(hostile(text), SENDER)))
