"""What an incident's members come to: score, severity, leading kind, place, vessels, codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.alert import Codes, Vessel
from alerts.by_list import rests_on_list
from alerts.incidents.codes import AUTOMATIC, codes_said, strictest
from alerts.incidents.shares import score_of, shares_of
from alerts.incidents.wording import headline, plain
from alerts.kinds import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.alert import Alert, Share
    from alerts.events import Event
    from alerts.incidents.incident import Incident, Known
    from alerts.incidents.settings import IncidentSettings
    from alerts.kinds import Lane, Severity

_UNSAID = Codes("H1", tlp="amber")
"""Of an entry that is not there any more, as ``store.codes`` has it."""
_RANK = {severity: place for place, severity in enumerate(SEVERITIES)}


def judged(incident: Incident, known: Known, settings: IncidentSettings) -> Incident:
    """Return ``incident`` with all that follows from its members; people's fields are kept.

    Without a live member it is retracted, also when it was resolved: who was told learns it.
    """
    live = incident.live
    if not live:
        return _retracted(incident)
    alert, muted = incident.alert, incident.muted
    vessels = _vessels(live, alert, known)
    seen = replace(known, vessels={one.mmsi: one for one in vessels})
    shares = shares_of(live, muted, alert.lane, seen, settings.weights)
    score = score_of(shares)
    counted = [event for event in live if event.id not in muted]
    severity = _severity(counted, alert.lane, score, settings)
    leading = _leading(counted or live, shares)
    doubted = alert.lane == "sar" and severity == "info"
    lon, lat = _place(live)
    place = known.where.place(lon, lat)
    after = replace(
        alert,
        severity=severity,
        kind=leading[0],
        headline=headline(leading, place, len(vessels), doubted=doubted),
        score=score,
        shares=shares,
        vessels=vessels,
        mmsis=tuple(one.mmsi for one in vessels),
        zones=tuple(sorted({event.zone for event in live if event.zone})),
        lon=lon,
        lat=lat,
        place=place,
        started_us=min(event.started_us for event in live),
        updated_us=max(event.updated_us for event in live),
        ended_us=_ended(live),
        events=tuple(event.id for event in incident.members),
        codes=_codes(vessels, live, alert, known),
    )
    raised = incident.raised or _raises(counted, alert.lane, score, settings)
    return replace(incident, alert=after, raised=raised)


def _retracted(incident: Incident) -> Incident:
    last = max(incident.members, key=lambda event: event.updated_us)
    alert = replace(
        incident.alert,
        state="retracted",
        reason=plain(last.reason or "disproved by later data"),
        score=0.0,
        shares=(),
        severity="info",
        updated_us=max(incident.alert.updated_us, last.updated_us),
        ended_us=last.updated_us,
        events=tuple(event.id for event in incident.members),
    )
    return replace(incident, alert=alert)


def _raises(
    counted: Sequence[Event], lane: Lane, score: float, settings: IncidentSettings
) -> bool:
    """Tell whether people have to look at it.

    SAR: whatever its score; a distress also as information only, a beacon under test is shown and
    routing tells nobody of it. Law: from a score on. Infrastructure: from severity medium on.
    """
    if any(event.kind == "distress" for event in counted):
        return True
    gravest = max((_RANK[event.severity] for event in counted), default=0)
    if lane == "infrastructure":
        return gravest >= _RANK["medium"]
    return gravest > 0 and (lane == "sar" or score >= settings.tell_from)


def _severity(
    counted: Sequence[Event], lane: Lane, score: float, settings: IncidentSettings
) -> Severity:
    gravest = max((_RANK[event.severity] for event in counted), default=0)
    if lane == "law" and counted:
        if score >= settings.grave_from:
            gravest = max(gravest, _RANK["high"])
        elif score < settings.tell_from:
            gravest = min(gravest, _RANK["low"])
    return SEVERITIES[gravest]


def _leading(live: Sequence[Event], shares: Sequence[Share]) -> list[str]:
    """Return the kinds, the gravest and heaviest first."""
    points = {share.event: share.points for share in shares}
    ordered = sorted(
        live,
        key=lambda one: (-_RANK[one.severity], -points.get(one.id, 0.0), one.started_us, one.id),
    )
    return list(dict.fromkeys(event.kind for event in ordered))


def _place(live: Sequence[Event]) -> tuple[float | None, float | None]:
    """Return where it was last; a distress says it before all others."""
    placed = [event for event in live if event.lon is not None and event.lat is not None]
    if not placed:
        return None, None
    last = max(placed, key=lambda one: (one.kind == "distress", one.updated_us, one.id))
    return last.lon, last.lat


def _ended(live: Sequence[Event]) -> int | None:
    ends = [event.ended_us for event in live]
    return max(end for end in ends if end is not None) if None not in ends else None


def _vessels(live: Sequence[Event], alert: Alert, known: Known) -> tuple[Vessel, ...]:
    """Return the vessels by MMSI. In the SAR lane nothing says which of them are listed."""
    before = {one.mmsi: one for one in alert.vessels}
    mmsis = sorted({mmsi for event in live for mmsi in event.mmsis})
    named = (known.vessels.get(mmsi) or before.get(mmsi) or Vessel(mmsi) for mmsi in mmsis)
    if alert.lane == "sar":
        return tuple(replace(vessel, listed_as=()) for vessel in named)
    return tuple(named)


def _codes(vessels: Sequence[Vessel], live: Sequence[Event], alert: Alert, known: Known) -> Codes:
    """Return the most restrictive codes; a rescue is never held up by those of the list.

    What once went into it stays in it: codes are never loosened.
    """
    if alert.lane == "sar":
        return _of_rescue(live, alert, known)
    given = _of_list(vessels, known)
    said = [codes for event in live if (codes := codes_said(event)) is not None]
    return strictest(alert.codes, *given, *said)


def _of_rescue(live: Sequence[Event], alert: Alert, known: Known) -> Codes:
    """Return the codes of a finding, of a rescue that is there only by the list those of the list.

    Who may not know of them is not told of it; see ``alerts.by_list``. Once it stands by itself it
    does so for good, for all know of it.
    """
    begun = alert.version > 0
    if begun and (alert.codes == AUTOMATIC or not live):
        return alert.codes
    if not live or not all(map(rests_on_list, live)):
        return AUTOMATIC
    mmsis = {mmsi for event in live for mmsi in event.mmsis}
    given = _of_list([known.vessels[one] for one in mmsis if one in known.vessels], known)
    before = [alert.codes] if begun else []
    return strictest(*(given or before or [_UNSAID]), *before)


def _of_list(vessels: Sequence[Vessel], known: Known) -> list[Codes]:
    listed = [entry for vessel in vessels for entry in vessel.listed_as]
    return [known.codes[one] for one in listed if one in known.codes]
