"""CAP 1.2 messages of notices (OASIS Common Alerting Protocol 1.2, July 2010).

notice.change        msgType   references
alert                Alert     –
update, told before  Update    every message that the office had of this alert
update, not told     Alert     –
cancel               Cancel    as Update
ack                  Ack       the newest message
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from lxml import etree

from alerts.alert import Alert, Notice, Vessel
from alerts.errors import AlertsError
from alerts.kinds import KINDS
from alerts.plain import plain
from alerts.texts import calls, catalogue, lasting

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_NM_KM = 1.852
# Where no error is known, a circle of a mile says «about here» without claiming a point.
_RADIUS_NM = 1.0
_LIKELY = 0.5
_MS_TYPE = {"alert": "Alert", "update": "Update", "cancel": "Cancel", "ack": "Ack"}
_SEVERITY = {
    "critical": "Extreme", "high": "Severe", "medium": "Moderate", "low": "Minor",
    "info": "Unknown",
}  # fmt: skip
_CATEGORIES = {"sar": ("Rescue", "Safety"), "law": ("Security",), "infrastructure": ("Infra",)}
_RESPONSE = {"sar": "Execute", "law": "Monitor", "infrastructure": "Assess"}
_LANES = {"sar": "search and rescue", "law": "law enforcement", "infrastructure": "system"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CapError(AlertsError):
    """A notice that CAP has no message for."""


@dataclass(frozen=True, slots=True)
class CapSender:
    """Who speaks.

    sender     unique and lasting, as «vedetta@desk.example»; no space, comma, < or &
    name       for people · contact  telephone or mail of the desk
    expires_h  hours after which a message that nobody renewed is void
    """

    sender: str
    name: str = "Vedetta"
    contact: str = ""
    expires_h: float = 24.0

    def __post_init__(self) -> None:
        """Refuse a sender that would break the references of CAP; raises CapError."""
        if not self.sender or re.search(r"[\s,<&]", self.sender) or not self.sender.isprintable():
            raise CapError(
                f"sender {self.sender!r}: expected a name without space, comma, < or &, as "
                "vedetta@desk.example"
            )
        if not self.expires_h > 0:
            raise CapError(f"expires_h {self.expires_h}: expected more than 0 hours")


def cap_xml(notice: Notice, sender: CapSender) -> bytes:
    """Return the message as UTF-8 XML that is valid against the CAP 1.2 schema.

    Raises CapError where ``notice`` takes back or acknowledges what the office was never told.
    """
    alert = notice.alert
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs forget None
    _add(root, "identifier", identifier(notice.id))
    _add(root, "sender", sender.sender)
    _add(root, "sent", when(notice.sent_us))
    _add(root, "status", "Exercise" if alert.exercise else "Actual")
    _add(root, "msgType", _message_type(notice))
    _add(root, "source", "Vedetta, AIS")
    _add(root, "scope", "Restricted")
    _add(root, "restriction", restriction(alert))
    _add(root, "code", alert.codes.handling)
    _add(root, "code", f"TLP:{alert.codes.tlp.upper()}")
    if reason := _note(notice):
        _add(root, "note", reason)
    if references := _references(notice, sender):
        _add(root, "references", references)
    _add(root, "incidents", identifier(alert.id))
    if notice.change != "ack":
        _info(root, notice, sender)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def identifier(name: str) -> str:
    """Return ``name`` as CAP allows an identifier: no space, comma, < or &; percent-coded."""
    return quote(name, safe="-._~:@/+")


def when(time_us: int) -> str:
    """Return µs since 1970 as CAP writes UTC: 2026-11-24T02:30:00-00:00."""
    return f"{_EPOCH + timedelta(microseconds=time_us):%Y-%m-%dT%H:%M:%S}-00:00"


def restriction(alert: Alert) -> str:
    """Return in words how the message may be used: handling, TLP, grades, contributors."""
    codes = alert.codes
    said = [
        f"handling {codes.handling}",
        f"TLP {codes.tlp}",
        f"source {codes.source_grade}{codes.info_grade}",
    ]
    if codes.contributors:
        said.append("from " + ", ".join(codes.contributors))
    if codes.comment:
        said.append(codes.comment)
    return plain("; ".join(said))


def described(notice: Notice) -> str:
    """Return what happened as sentences; where the codes limit it, only lane, place and time.

    In the SAR lane the identity that the vessel itself sends is always there: a rescuer needs it.
    """
    alert = notice.alert
    speaks = catalogue("en")
    place = sentence(alert.place or "place not known")
    where = speaks.position(*notice.whereabouts)
    said = [f"{speaks.say('waiting_line', number=notice.waiting)}"] if notice.waiting else []
    said += [] if secret(notice) else [f"{sentence(alert.headline)}."]
    said.append(f"{place}, {where}, {_dated(notice)}.")
    if named := _who(notice):
        said.append(f"Vessels: {named}.")
    if not notice.limited:
        said += [sentence(plain(share.because)) + "." for share in alert.shares if share.because]
    else:
        said.append("Details at the desk.")
    said += _calls(notice)
    if notice.sar is not None:
        said.append(f"Drift assumed: {plain(notice.sar.assumed)}.")
    said.append("Small boats mostly carry no AIS: what is not here may still be there.")
    return " ".join(said)


def _dated(notice: Notice) -> str:
    """Return since when, and of a rescue how well and when its place is known: she drifts."""
    speaks, sar = catalogue("en"), notice.sar
    began = speaks.time(notice.alert.started_us)
    if sar is None or sar.lon is None:
        return began
    nm, known = speaks.number(sar.error_nm), speaks.time(sar.known_at_us)
    return f"{speaks.say('known_within', nm=nm, time=known)}, since {began}"


def _calls(notice: Notice) -> list[str]:
    """Return what calls for help said and who heard them, a sentence each."""
    words = catalogue("en")
    return [
        f"Call: {'; '.join(plain(words.fact(name, fact)) for name, fact in facts)}."
        for _, facts in calls(notice)
    ]


def sentence(text: str) -> str:
    """Return ``text`` as the begin of a sentence, without a full stop."""
    clean = plain(text).rstrip(".")
    return clean[:1].upper() + clean[1:]


def shown(vessel: Vessel, *, listing: bool) -> str:
    """Return a vessel in words: name, MMSI, call sign, IMO, flag; with ``listing``, why listed."""
    parts = [plain(vessel.name) or "name not known", f"MMSI {vessel.mmsi:09d}"]
    parts += [f"call sign {plain(vessel.call_sign)}"] if vessel.call_sign else []
    parts += [f"IMO {vessel.imo}"] if vessel.imo else []
    parts += [f"flag {plain(vessel.flag)}"] if vessel.flag else []
    parts += [f"{vessel.length_m:.0f} m"] if vessel.length_m else []
    if listing and vessel.listed_as:
        parts.append("listed as " + ", ".join(plain(one) for one in vessel.listed_as))
    return ", ".join(parts)


def _who(notice: Notice) -> str:
    alert = notice.alert
    if notice.limited and alert.lane != "sar":
        return ""
    return "; ".join(shown(one, listing=not notice.limited) for one in alert.vessels)


def _message_type(notice: Notice) -> str:
    if notice.change in {"cancel", "ack"} and not notice.references:
        raise CapError(
            f"notice {notice.id}: {notice.change} of what {notice.office!r} was never told; "
            "expected references to earlier messages"
        )
    if notice.change == "update" and not notice.references:
        return "Alert"
    return _MS_TYPE[notice.change]


def _references(notice: Notice, sender: CapSender) -> str:
    told = notice.references[-1:] if notice.change == "ack" else notice.references
    return " ".join(f"{sender.sender},{identifier(name)},{when(at)}" for name, at in told)


def _note(notice: Notice) -> str:
    alert = notice.alert
    said = []
    if alert.exercise:
        said.append("EXERCISE EXERCISE EXERCISE: a drill, nobody is in danger.")
    if notice.change == "cancel":
        said.append(f"Taken back: {plain(alert.reason) or 'no reason given'}.")
    if notice.change == "ack":
        said.append(f"Taken on by {plain(notice.taken_by) or 'the desk'}.")
    return " ".join(said)


def _info(root: etree._Element, notice: Notice, sender: CapSender) -> None:
    alert = notice.alert
    info = _add(root, "info")
    _add(info, "language", "en-GB")
    for category in _CATEGORIES[alert.lane]:
        _add(info, "category", category)
    _add(info, "event", titled(notice))
    over = notice.change == "cancel"
    _add(info, "responseType", "AllClear" if over else _RESPONSE[alert.lane])
    _add(info, "urgency", "Past" if over else urgency(notice))
    _add(info, "severity", "Unknown" if secret(notice) else _SEVERITY[alert.severity])
    _add(info, "certainty", "Unlikely" if over else certainty(notice))
    if not secret(notice):
        _named(info, "eventCode", "vedetta:kind", alert.kind)
    _add(info, "effective", when(notice.sent_us))
    _add(info, "onset", when(alert.started_us))
    _add(info, "expires", when(notice.sent_us + round(sender.expires_h * 3_600_000_000)))
    _add(info, "senderName", sender.name)
    mark = "EXERCISE: " if alert.exercise else ""
    headline = titled(notice) if secret(notice) else alert.headline or alert.lane
    _add(info, "headline", mark + sentence(headline))
    _add(info, "description", mark + described(notice))
    if notice.sar is not None and not over:
        _add(info, "instruction", helpers(notice))
    if notice.link:
        _add(info, "web", quote(notice.link, safe=":/?#[]@!$&'()*+,;=%-._~"))
    if sender.contact:
        _add(info, "contact", sender.contact)
    _parameters(info, notice)
    _areas(info, notice)


def secret(notice: Notice) -> bool:
    """Tell whether the kind may not be told; what threatens life is told to everyone."""
    return notice.limited and notice.alert.lane != "sar"


def titled(notice: Notice) -> str:
    """Return what happened in a word or two; only the lane where the codes limit it."""
    alert = notice.alert
    if secret(notice):
        return _LANES[alert.lane]
    known = KINDS.get(alert.kind)
    return known.title if known else plain(alert.kind)


def urgency(notice: Notice) -> str:
    """Return CAP's urgency: SAR at once, an announced arrival later, what is over is past."""
    alert = notice.alert
    if secret(notice):
        return "Unknown"
    # A call that fell silent is not over: somebody may still be in the water.
    if alert.lane == "sar" and alert.state not in {"resolved", "retracted"}:
        return "Immediate"
    if alert.ended_us is not None:
        return "Past"
    return "Future" if alert.kind == "predicted_arrival" else "Expected"


def certainty(notice: Notice) -> str:
    """Return CAP's certainty: a call for help was observed, all else is likely or possible."""
    alert = notice.alert
    if secret(notice):
        return "Unknown"
    if alert.kind == "distress":
        return "Observed"
    return "Likely" if alert.score >= _LIKELY else "Possible"


def helpers(notice: Notice) -> str:
    """Return who could help and which rescue centres cover the place; raises no error."""
    sar = notice.sar
    if sar is None:
        return ""
    said = []
    for near in sar.nearest:
        time = "time not known" if near.minutes is None else lasting(near.minutes)
        name = plain(near.name) or f"MMSI {near.mmsi:09d}"
        said.append(
            f"{name} ({plain(near.role) or 'ship'}) {near.distance_nm:.1f} nm on "
            f"{near.bearing_deg:03.0f}°, {time}"
        )
    centres = [f"{plain(one.name)} {plain(one.contact)}".strip() for one in sar.centres]
    nobody = catalogue("en").say("near_unknown" if sar.lon is None else "nobody_near")
    ships = f"Nearest: {'; '.join(said)}." if said else f"{sentence(nobody)}."
    covered = "Rescue centres: " + "; ".join(centres) + "." if centres else ""
    return f"{ships} {covered}".strip()


def _parameters(info: etree._Element, notice: Notice) -> None:
    alert = notice.alert
    said = {"lane": alert.lane, "state": alert.state, "version": str(alert.version)}
    if not notice.limited:
        said |= {
            "score": f"{alert.score:.3f}",
            "events": " ".join(alert.events),
            "zones": ", ".join(notice.zone_names),
        }
    if not notice.limited or alert.lane == "sar":
        said["mmsi"] = " ".join(f"{one:09d}" for one in alert.mmsis)
    for name, value in said.items():
        if value:
            _named(info, "parameter", f"vedetta:{name}", value)


def _areas(info: etree._Element, notice: Notice) -> None:
    alert, sar = notice.alert, notice.sar
    lon, lat = notice.whereabouts
    radius_nm = max(sar.error_nm, 0.1) if sar is not None and sar.lon is not None else _RADIUS_NM
    area = _add(info, "area")
    _add(area, "areaDesc", plain(alert.place) or "Place not known")
    if lon is not None and lat is not None:
        _add(area, "circle", _circle(lon, lat, radius_nm))
    for drift in sar.adrift if sar else ():
        area = _add(info, "area")
        _add(area, "areaDesc", f"Drift area {lasting(drift.minutes)} after the last known place")
        _add(area, "circle", _circle(drift.lon, drift.lat, drift.radius_nm))


def _circle(lon: float, lat: float, radius_nm: float) -> str:
    return f"{lat:.5f},{lon:.5f} {radius_nm * _NM_KM:.2f}"


def _named(parent: etree._Element, tag: str, name: str, value: str) -> None:
    pair = _add(parent, tag)
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    if text is not None:
        child.text = plain(text, 4000)
    return child
