"""CISE messages of notices: data model and message envelope 1.5.3.

A notice becomes one Push whose entity is what the alert is led by; its other events hang on that
entity. A retraction becomes one Feedback «delete» for each Push that the office had, an
acknowledgement one Feedback «info» on the newest. All messages
of an alert share the ContextID, so a partner sees them as one story. A limited notice of the law
lane is an Anomaly «NonSpecified» with place and time.

gap, coverage_loss          Anomaly WithoutAISTransmission
drift, loitering            Anomaly VesselWithErraticMovements
predicted_arrival, off_route, speed_anomaly   Anomaly UnexpectedMovement
clone, jump                 Anomaly PerformingAISSpoofing
identity_change, invalid_identity   Anomaly DetecionOfChangesInAISParameters (spelt so there)
watchlist                   Risk IllegalImmigration
distress, not_under_command, sudden_stop, converging_rescue   MaritimeSafetyIncident
all else                    Anomaly Other
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from alerts.alert import Alert, Notice, Vessel
from alerts.cap import certainty, described, helpers, secret, sentence, titled, urgency
from alerts.errors import AlertsError
from alerts.events import Event
from alerts.kinds import KINDS
from alerts.plain import plain
from alerts.texts import catalogue, lasting

MESSAGE = "http://www.cise.eu/servicemodel/v1/message/"
_ENTITY = "http://www.cise.eu/datamodel/v1/entity/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES = {
    "ns": MESSAGE, "xsi": _XSI, "anomaly": f"{_ENTITY}anomaly/", "risk": f"{_ENTITY}risk/",
    "incident": f"{_ENTITY}incident/", "vessel": f"{_ENTITY}vessel/",
}  # fmt: skip
# Ids must be the same for every attempt, also on another machine.
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:vedetta:cise")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_EVENTS = 20
_ANOMALIES = {
    "gap": "WithoutAISTransmission", "coverage_loss": "WithoutAISTransmission",
    "drift": "VesselWithErraticMovements", "loitering": "VesselWithErraticMovements",
    "predicted_arrival": "UnexpectedMovement", "off_route": "UnexpectedMovement",
    "speed_anomaly": "UnexpectedMovement", "clone": "PerformingAISSpoofing",
    "jump": "PerformingAISSpoofing", "identity_change": "DetecionOfChangesInAISParameters",
    "invalid_identity": "DetecionOfChangesInAISParameters",
}  # fmt: skip
_INCIDENTS = {"distress", "not_under_command", "sudden_stop", "converging_rescue"}
_SERVICES = {
    "Anomaly": "AnomalyService", "Risk": "RiskService",
    "MaritimeSafetyIncident": "MaritimeSafetyIncidentService",
}  # fmt: skip
_SENSITIVITY = {"clear": "White", "green": "Green", "amber": "Amber", "red": "Red"}
_PURPOSE = {"sar": "SAR", "law": "BorderMonitoring", "infrastructure": "Operation"}
_PRIORITY = {"critical": "High", "high": "High", "medium": "Medium", "low": "Low", "info": "Low"}
_LEVEL = {"critical": "High", "high": "High", "medium": "Medium", "low": "Low", "info": "Low"}
_SEVERITY = {
    "critical": "Extreme", "high": "Severe", "medium": "Moderate", "low": "Minor",
    "info": "Unknown",
}  # fmt: skip
_RELIABILITY = {"A": "HighConfidence", "B": "Confident", "C": "LowConfidence", "X": "NonSpecified"}
_PROBABLE, _OCCASIONAL = 0.5, 0.1


class CiseError(AlertsError):
    """A notice that CISE has no message for, or an answer that is no CISE message."""


@dataclass(frozen=True, slots=True)
class CiseParty:
    """Who speaks to whom.

    service_id    of ours, as the CISE node knows it · participant of ours
    recipient_id  service of the other side, empty = the node decides by subscription
    """

    service_id: str
    participant: str = ""
    recipient_id: str = ""


def cise_messages(notice: Notice, party: CiseParty) -> tuple[etree._Element, ...]:
    """Return the messages to send in this order, unsigned, each a root element.

    Raises CiseError where what was never told is taken back or acknowledged.
    """
    if notice.change not in {"cancel", "ack"}:
        return (_push(notice, party),)
    if not notice.references:
        raise CiseError(
            f"notice {notice.id}: {notice.change} of what {notice.office!r} was never told; "
            "expected references to earlier messages"
        )
    if notice.change == "ack":
        return (_feedback(notice, party, notice.references[-1][0]),)
    return tuple(_feedback(notice, party, told) for told, _ in notice.references)


def message_id(notice_id: str) -> str:
    """Return the MessageID of the Push of a notice: the same for every attempt."""
    return str(uuid.uuid5(_OURS, f"message {notice_id}"))


def entities(notice: Notice) -> tuple[etree._Element, ...]:
    """Return the entities of a notice, each a document of its own."""
    lead = next((one for one in notice.events if one.kind == notice.alert.kind), None)
    rest = [one for one in notice.events if one is not lead][:_MOST_EVENTS]
    root = etree.Element(_class(_kind(notice)), nsmap=_PREFIXES)
    _fill(root, notice, _kind(notice), lead, () if notice.limited else tuple(rest))
    return (root,)


def _push(notice: Notice, party: CiseParty) -> etree._Element:
    root = _envelope("Push", notice, party, message_id(notice.id))
    codes = notice.alert.codes
    payload = etree.Element("Payload", {f"{{{_XSI}}}type": "ns:XmlEntityPayload"})
    _add(payload, "InformationSecurityLevel", "NonClassified")
    _add(payload, "InformationSensitivity", _SENSITIVITY.get(codes.tlp, "NonSpecified"))
    _add(payload, "IsPersonalData", "false")
    _add(payload, "Purpose", _PURPOSE[notice.alert.lane])
    _add(payload, "EnsureEncryption", "true" if codes.tlp == "red" else "false")
    payload.extend(entities(notice))
    root.append(payload)
    _reliability(root, notice)
    return root


def _feedback(notice: Notice, party: CiseParty, told: str) -> etree._Element:
    """Return «delete» of a message that was told, or «info» that somebody took the matter on."""
    over = notice.change == "cancel"
    name = str(uuid.uuid5(_OURS, f"{'delete' if over else 'info'} {told} by {notice.id}"))
    root = _envelope("Feedback", notice, party, name)
    _reliability(root, notice)
    _add(root, "FeedbackType", "delete" if over else "info")
    reason = f"Taken back: {plain(notice.alert.reason) or 'no reason given'}"
    taken = f"Taken on by {plain(notice.taken_by) or 'the desk'}"
    _add(root, "Reason", _mark(notice.alert) + (reason if over else taken))
    _add(root, "RefMessageID", message_id(told))
    return root


def _envelope(tag: str, notice: Notice, party: CiseParty, name: str) -> etree._Element:
    root = etree.Element(f"{{{MESSAGE}}}{tag}", nsmap=_PREFIXES)
    story = str(uuid.uuid5(_OURS, f"alert {notice.alert.id}"))
    _add(root, "ContextID", story)
    # An Acknowledgement bears the CorrelationID of what it answers.
    _add(root, "CorrelationID", name)
    _add(root, "CreationDateTime", _time(notice.sent_us))
    _add(root, "MessageID", name)
    hidden = secret(notice)
    _add(root, "Priority", "Medium" if hidden else _PRIORITY[notice.alert.severity])
    _add(root, "RequiresAck", "true")
    service = _SERVICES[_class(_kind(notice))]
    operation = "Push" if tag == "Push" else "Feedback"
    _service(root, "Sender", party.service_id, operation, "Provider", service, party.participant)
    if party.recipient_id:
        _service(root, "Recipient", party.recipient_id, operation, "Consumer", service)
    return root


def _service(
    root: etree._Element, tag: str, name: str, operation: str, role: str, kind: str,
    participant: str = "",
) -> None:  # fmt: skip
    service = _add(root, tag)
    _add(service, "SeaBasin", "Mediterranean")
    _add(service, "ServiceID", name)
    _add(service, "ServiceOperation", operation)
    _add(service, "ServiceRole", role)
    _add(service, "ServiceType", kind)
    if participant:
        _add(_add(service, "Participant"), "Id", participant)


def _reliability(root: etree._Element, notice: Notice) -> None:
    strategy = "HighReliability" if notice.alert.lane == "sar" else "LowReliability"
    _add(_add(root, "Reliability"), "RetryStrategy", strategy)


def _fill(
    root: etree._Element,
    notice: Notice,
    kind: str,
    event: Event | None,
    rest: tuple[Event, ...],
    *,
    within: bool = False,
) -> None:
    """Write an Anomaly, Risk or Incident in the order that the schema wants."""
    alert, form = notice.alert, _class(kind)
    _add(_add(root, "Identifier"), "UUID", _uuid(event.id if event else alert.id))
    _metadata(root, notice, kind, event)
    if form != "Risk":
        # What a drill tells has not happened.
        _add(root, "NatureType", "Simulated" if alert.exercise else "Observed")
    started = event.started_us if event else alert.started_us
    _period(root, started, event.ended_us if event else alert.ended_us)
    if form == "Risk":
        _add(root, "RiskLevel", _LEVEL[alert.severity])
        _add(root, "RiskProbability", _probability(alert.score))
        _add(root, "RiskType", "IllegalImmigration")
    if within:
        _last(root, notice, kind)
        return
    _relations(root, notice, form, event, rest)
    _last(root, notice, kind)


def _relations(
    root: etree._Element, notice: Notice, form: str, event: Event | None, rest: tuple[Event, ...]
) -> None:
    if form == "Risk":
        _involved(root, notice)
        _location(root, notice, event)
        _others(root, "ImpliedEventRel", notice, [one for one in rest if not _risk(one)])
        return
    _others(root, "InvolvedWithRel", notice, [one for one in rest if not _risk(one)])
    for one in [one for one in rest if _risk(one)]:
        risk = _add(_add(root, "ImpliedRiskRel"), "Risk")
        _fill(risk, notice, one.kind, one, (), within=True)
    _location(root, notice, event)
    _involved(root, notice)


def _last(root: etree._Element, notice: Notice, kind: str) -> None:
    """Write what the schema puts behind all relations."""
    form = _class(kind)
    if form == "Anomaly":
        _add(root, "AnomalyType", _ANOMALIES.get(kind, "Other") if kind else "NonSpecified")
    elif form == "MaritimeSafetyIncident":
        _add(root, "Certainty", certainty(notice))
        _add(root, "ResponseUrgency", urgency(notice))
        _add(root, "Severity", _SEVERITY[notice.alert.severity])
        _add(root, "MaritimeSafetyIncidentType", "NonSpecified")


def _others(root: etree._Element, tag: str, notice: Notice, events: list[Event]) -> None:
    for one in events:
        form = _class(one.kind)
        prefix = "anomaly" if form == "Anomaly" else "incident"
        entity = _add(_add(root, tag), "Event")
        entity.set(f"{{{_XSI}}}type", f"{prefix}:{form}")
        _fill(entity, notice, one.kind, one, (), within=True)


def _metadata(root: etree._Element, notice: Notice, kind: str, event: Event | None) -> None:
    alert = notice.alert
    metadata = _add(root, "Metadata")
    title = KINDS[kind].title if kind in KINDS else titled(notice)
    _add(metadata, "Abstract", _mark(alert) + sentence(title))
    lead = event is None or event.kind == alert.kind or not kind
    text = f"{described(notice)} {_help(notice)}".strip() if lead else sentence(title)
    _add(metadata, "Comments", f"handling {alert.codes.handling} {plain(alert.codes.comment)}")
    _add(metadata, "CreationDate", _time(notice.sent_us))
    _add(metadata, "Description", _mark(alert) + text)
    grade = _RELIABILITY.get(alert.codes.source_grade, "NonSpecified")
    _add(metadata, "InformationReliabilityLevel", grade)
    _add(metadata, "InformationSecurityClassification", "NonClassified")
    sensitivity = _SENSITIVITY.get(alert.codes.tlp, "NonSpecified")
    _add(metadata, "InformationSensitivityDegree", sensitivity)
    _add(metadata, "Language", "en")


def _help(notice: Notice) -> str:
    """Return drift, helpers and rescue centres: CISE has no fields for them."""
    if notice.sar is None:
        return ""
    position = catalogue("en").position
    drift = [
        f"{lasting(one.minutes)} after the last known place within {one.radius_nm:.1f} nm of "
        f"{position(one.lon, one.lat)}"
        for one in notice.sar.adrift
    ]
    adrift = f"Where somebody may be: {'; '.join(drift)}. " if drift else ""
    return f"{adrift}{helpers(notice)}"


def _involved(root: etree._Element, notice: Notice) -> None:
    if notice.limited and notice.alert.lane != "sar":
        return
    for vessel in notice.alert.vessels:
        relation = _add(root, "InvolvedObjectRel")
        entity = _add(relation, "Object")
        entity.set(f"{{{_XSI}}}type", "vessel:Vessel")
        _vessel(entity, vessel)
        if _class(_kind(notice)) != "Risk":
            # Never «Perpetrator»: what AIS shows proves nobody's deed.
            _add(relation, "ObjectRole", "Participant")


def _vessel(root: etree._Element, vessel: Vessel) -> None:
    _add(_add(root, "Identifier"), "UUID", _uuid(f"vessel {vessel.mmsi}"))
    if vessel.name:
        _add(root, "Name", vessel.name)
    if vessel.flag:
        _add(root, "Nationality", vessel.flag)
    if vessel.call_sign:
        _add(root, "CallSign", vessel.call_sign)
    if vessel.imo:
        _add(root, "IMONumber", str(vessel.imo))
    if vessel.length_m:
        _add(root, "LOA", f"{vessel.length_m:.1f}")
    _add(root, "MMSI", str(vessel.mmsi))


def _location(root: etree._Element, notice: Notice, event: Event | None) -> None:
    # Of what leads a rescue the place where they are, not where the call began.
    lon, lat = notice.whereabouts
    if event is not None and (notice.sar is None or event.kind != notice.alert.kind):
        lon, lat = event.lon, event.lat
    if lon is None or lat is None:
        return
    geometry = _add(_add(_add(root, "LocationRel"), "Location"), "Geometry")
    _add(geometry, "Latitude", f"{lat:.5f}")
    _add(geometry, "Longitude", f"{lon:.5f}")


def _period(root: etree._Element, started_us: int, ended_us: int | None) -> None:
    period = _add(root, "OccurrencePeriod")
    if ended_us is not None:
        _add(period, "EndDate", _time(ended_us)[:10])
        _add(period, "EndTime", _time(ended_us)[11:])
    _add(period, "StartDate", _time(started_us)[:10])
    _add(period, "StartTime", _time(started_us)[11:])


def _kind(notice: Notice) -> str:
    return "" if secret(notice) else notice.alert.kind


def _class(kind: str) -> str:
    if kind in _INCIDENTS:
        return "MaritimeSafetyIncident"
    return "Risk" if kind == "watchlist" else "Anomaly"


def _risk(event: Event) -> bool:
    return _class(event.kind) == "Risk"


def _probability(score: float) -> str:
    if score >= _PROBABLE:
        return "Probable"
    return "Occasional" if score >= _OCCASIONAL else "Rare"


def _mark(alert: Alert) -> str:
    return "EXERCISE: " if alert.exercise else ""


def _uuid(name: str) -> str:
    return str(uuid.uuid5(_OURS, name))


def _time(time_us: int) -> str:
    at = _EPOCH + timedelta(microseconds=time_us)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, tag)
    if text is not None:
        child.text = plain(text, 4000)
    return child
