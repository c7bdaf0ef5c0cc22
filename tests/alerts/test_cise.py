"""CISE messages: envelope and entities valid against the schema, and telling the same story."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from alerts.cise import MESSAGE, CiseError, CiseParty, cise_messages, entities, message_id
from alerts.kinds import KINDS
from tests.plugins.notices import HOSTILE, NOON_US, alert, distress, event, hostile, notice

PARTY = CiseParty("eu.vedetta.anomaly.push", "eu.vedetta", "eu.node.anomaly")
BEFORE = (("A-0123456789ab.1.catania", NOON_US), ("A-0123456789ab.2.catania", NOON_US + 1))
EVERYTHING = tuple(event(kind) for kind in KINDS)


@pytest.fixture(scope="module")
def schema(shared_data) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_data / "reference" / "cise" / "cise.xsd"))


def again(element: etree._Element) -> etree._Element:
    """The element as the other side reads it."""
    return etree.fromstring(etree.tostring(element))


def one(message: etree._Element, path: str) -> str:
    [found] = message.findall(path)
    return found.text or ""


@pytest.mark.parametrize(
    ("kind", "entity", "says"),
    [
        ("gap", "Anomaly", "WithoutAISTransmission"),
        ("drift", "Anomaly", "VesselWithErraticMovements"),
        ("off_route", "Anomaly", "UnexpectedMovement"),
        ("predicted_arrival", "Anomaly", "UnexpectedMovement"),
        ("clone", "Anomaly", "PerformingAISSpoofing"),
        ("jump", "Anomaly", "PerformingAISSpoofing"),
        ("identity_change", "Anomaly", "DetecionOfChangesInAISParameters"),
        ("encounter", "Anomaly", "Other"),
    ],
)
def test_an_anomaly_is_named_as_the_specification_says(kind, entity, says):
    [push] = cise_messages(notice(kind), PARTY)
    assert one(push, f"Payload/{entity}/AnomalyType") == says
    assert one(push, "Sender/ServiceType") == "AnomalyService"


def test_a_listed_vessel_is_a_risk_and_a_call_for_help_a_safety_incident():
    [push] = cise_messages(notice("watchlist"), PARTY)
    assert one(push, "Payload/Risk/RiskType") == "IllegalImmigration"
    assert one(push, "Payload/Risk/RiskProbability") == "Probable"
    [push] = cise_messages(distress(), PARTY)
    assert one(push, "Payload/MaritimeSafetyIncident/Certainty") == "Observed"
    assert one(push, "Payload/Purpose") == "SAR"
    assert one(push, "Reliability/RetryStrategy") == "HighReliability"


@pytest.mark.parametrize(
    ("tlp", "says"), [("clear", "White"), ("green", "Green"), ("amber", "Amber"), ("red", "Red")]
)
def test_tlp_becomes_sensitivity(tlp, says):
    about = alert()
    about = replace(about, codes=replace(about.codes, tlp=tlp))
    [push] = cise_messages(notice(alert=about), PARTY)
    assert one(push, "Payload/InformationSensitivity") == says
    assert one(push, "Payload/Anomaly/Metadata/InformationSensitivityDegree") == says


def test_every_attempt_has_the_same_ids_and_all_messages_of_an_alert_one_context():
    [first] = cise_messages(notice(), PARTY)
    [repeat] = cise_messages(notice(), PARTY)
    [update] = cise_messages(notice(id="A.2", change="update", references=BEFORE), PARTY)
    assert etree.tostring(first) == etree.tostring(repeat)
    assert one(first, "MessageID") == message_id("A-0123456789ab.1.catania")
    assert one(first, "MessageID") != one(update, "MessageID")
    assert one(first, "ContextID") == one(update, "ContextID")
    assert one(first, "Payload/Anomaly/Identifier/UUID") == one(
        update, "Payload/Anomaly/Identifier/UUID"
    )


def test_a_retraction_deletes_each_message_that_was_told_with_the_reason():
    gone = alert(state="retracted", reason="late reports")
    messages = cise_messages(notice(alert=gone, change="cancel", references=BEFORE), PARTY)
    assert [one(it, "RefMessageID") for it in messages] == [message_id(it) for it, _ in BEFORE]
    assert {one(it, "FeedbackType") for it in messages} == {"delete"}
    assert one(messages[0], "Reason") == "Taken back: late reports"


@pytest.mark.parametrize("change", ["cancel", "ack"])
def test_what_cise_cannot_say_is_an_error(change):
    with pytest.raises(CiseError, match="A-0123456789ab"):
        cise_messages(notice(change=change), PARTY)


def test_an_acknowledgement_is_a_remark_on_the_newest_message():
    told = notice(change="ack", references=BEFORE, taken_by="m.papas")
    [message] = cise_messages(told, PARTY)
    assert one(message, "RefMessageID") == message_id("A-0123456789ab.2.catania")
    assert (one(message, "FeedbackType"), one(message, "Reason")) == (
        "info", "Taken on by m.papas",
    )  # fmt: skip


def test_a_call_for_help_carries_drift_helpers_and_rescue_centres():
    [push] = cise_messages(distress(), PARTY)
    said = etree.tostring(push, encoding="unicode")
    for one_ in ("within 1.1 nm of 35°28.8′N 012°37.2′E", "VALLETTA STAR", "RCC Malta"):
        assert one_ in said
    assert "30 min after the last known place" in said
    assert said.index("<Latitude>35.49000<") < said.index("<Longitude>12.61000<")


def test_a_drill_is_simulated_and_marked():
    [push] = cise_messages(notice(alert=alert(exercise=True)), PARTY)
    assert one(push, "Payload/Anomaly/NatureType") == "Simulated"
    assert one(push, "Payload/Anomaly/Metadata/Description").startswith("EXERCISE")


def test_limited_names_no_vessel_and_no_further_event():
    [push] = cise_messages(notice(limited=True, events=EVERYTHING), PARTY)
    whole = etree.tostring(push)
    assert b"247320162" not in whole
    assert b"MARIA K" not in whole
    assert push.find(".//InvolvedWithRel") is None
    assert one(push, "Payload/Anomaly/AnomalyType") == "NonSpecified"


def test_nobody_is_called_a_perpetrator():
    [push] = cise_messages(notice(), PARTY)
    assert one(push, ".//ObjectRole") == "Participant"


@pytest.mark.data
@pytest.mark.parametrize("kind", KINDS)
def test_every_entity_is_valid_as_a_document_of_its_own(schema, kind):
    for entity in entities(notice(kind, events=EVERYTHING)):
        schema.assertValid(again(entity))


@pytest.mark.data
@pytest.mark.parametrize("change", ["alert", "update", "cancel", "ack"])
@pytest.mark.parametrize("kind", ["gap", "watchlist", "distress"])
def test_every_envelope_is_valid_with_its_payload_emptied(schema, change, kind):
    about = notice(kind, change=change, references=BEFORE, events=EVERYTHING)
    for message in cise_messages(about, PARTY):
        bare = again(message)
        for entity in bare.xpath("Payload/Anomaly|Payload/Risk|Payload/MaritimeSafetyIncident"):
            entity.getparent().remove(entity)
        assert bare.tag in {f"{{{MESSAGE}}}Push", f"{{{MESSAGE}}}Feedback"}
        schema.assertValid(bare)


@pytest.mark.data
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_and_valid(schema, text):
    [push] = cise_messages(hostile(text), PARTY)
    read = again(push)
    assert not read.findall(".//script")
    schema.assertValid(again(read.find("Payload/Anomaly")))


@pytest.mark.data
def test_unknown_place_and_identity_are_left_out(schema):
    about = replace(notice(), events=(event(lon=None, lat=None),))
    about = replace(about, alert=alert(vessels=(), mmsis=(), lon=None, lat=None, place=""))
    [entity] = entities(about)
    assert entity.find(".//Geometry") is None
    schema.assertValid(again(entity))
