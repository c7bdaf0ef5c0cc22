"""The explained score: log-odds shares of events and of innocent explanations, and their sum.

score = 1 / (1 + exp(-sum of points)). A share says in words what it rests on. **Flag, nationality
and the digits of an MMSI have no share**; that would need a supervisor's written review.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from alerts.alert import Share
from alerts.contacts import near
from alerts.incidents.wording import because, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alerts.alert import Vessel
    from alerts.events import Event
    from alerts.incidents.incident import Known
    from alerts.incidents.settings import WeightSettings
    from alerts.kinds import Lane

_WAITS = frozenset({"encounter", "loitering", "drift", "gap"})
_PASSES = frozenset({"predicted_arrival", "zone_entered", "zone_dwell", "zone_crossed"})
_COMES, _DRAWN = frozenset({"zone_entered", "zone_crossed"}), "custom"
_ON_A_LINE = _PASSES | {"speed_anomaly", "encounter", "gap"}
_PORT = frozenset({"gap", "loitering", "encounter", "drift"})
INNOCENT: dict[str, tuple[frozenset[str], float, str]] = {
    "pilot": (_WAITS, -2.0, "a pilot boat meets ships and waits for them"),
    "tug": (_WAITS, -1.5, "a tug works slowly beside other ships"),
    "passenger": (_PASSES | {"encounter"}, -1.5, "a passenger ship runs to its timetable"),
    "fishing": (_WAITS, -1.2, "fishing is slow, and fishing vessels meet"),
    "working": (_WAITS, -1.5, "dredging, diving and tending are done slowly"),
    "search and rescue": (_WAITS | _PASSES, -2.5, "a rescue vessel goes where it is needed"),
    "law enforcement": (_WAITS | _PASSES, -2.5, "a patrol vessel goes where it is needed"),
    "military": (_WAITS | _PASSES, -1.5, "a naval vessel keeps its movements to itself"),
    "sailing": (frozenset({"drift", "loitering"}), -0.8, "a yacht drifts and waits for wind"),
    "pleasure": (frozenset({"drift", "loitering"}), -0.8, "a yacht stops to bathe or fish"),
}
"""By role: the kinds of events that it explains, its points, and why."""


def shares_of(
    live: Sequence[Event],
    muted: Mapping[str, str],
    lane: Lane,
    known: Known,
    weights: WeightSettings,
) -> tuple[Share, ...]:
    """Return the shares of an incident's live events, strongest first, then what speaks against.

    In the SAR lane nothing speaks against: a tug in distress is in distress.
    """
    vessels = known.vessels
    counted = [event for event in live if event.id not in muted]
    speaking = sorted(
        _of_events(counted, lane, vessels, weights), key=lambda one: (-one.points, one.event or "")
    )
    silent = [
        Share(event.kind, 0.0, f"{because(event)}, explained by {muted[event.id]}", event.id)
        for event in live
        if event.id in muted
    ]
    if lane == "sar":
        return (*speaking, *silent, *_seen(counted, known, weights))
    against = _against(counted, known, weights) if lane == "law" else ()
    return (*speaking, *silent, *against)


def _of_events(
    events: Sequence[Event], lane: Lane, vessels: Mapping[int, Vessel], weights: WeightSettings
) -> Iterator[Share]:
    seen: Counter[str] = Counter()
    # The surest one counts whole, whatever came first.
    for event in sorted(events, key=lambda one: (-one.confidence, one.started_us, one.id)):
        asked = _is_asked(event)
        points = (weights.asked if asked else weights.points[event.kind]) * event.confidence
        points *= weights.again ** seen[event.kind]
        seen[event.kind] += 1
        words = because(event)
        if asked:
            words += "; drawn to be told of everybody"
        if lane == "sar" and event.severity == "info":
            points *= weights.doubted
            words += "; a test, or doubted"
        if lane == "law" and any(_listed(vessels.get(mmsi)) for mmsi in event.mmsis):
            points *= weights.listed
            words += "; listed vessel" if event.kind != "watchlist" else ""
        yield Share(event.kind, round(points, 2), words, event.id)


def _is_asked(event: Event) -> bool:
    """Tell whether somebody comes into a zone of which people want to be told."""
    kind = event.evidence.get("zone_kind")
    return event.kind in _COMES and kind is not None and kind.value == _DRAWN


def _against(events: Sequence[Event], known: Known, weights: WeightSettings) -> Iterator[Share]:
    kinds = {event.kind for event in events}
    roles = {known.vessels[mmsi].role for event in events for mmsi in event.mmsis
             if mmsi in known.vessels}  # fmt: skip
    for role in sorted(roles & INNOCENT.keys()):
        covers, points, why = INNOCENT[role]
        if kinds & covers:
            yield Share(role, points, why)
    if kinds & _ON_A_LINE:
        yield from _lines(events, known, weights)
    name, away_nm, _ = _nearest(events, known)
    if away_nm <= weights.port_nm:
        yield Share("port approach", weights.port, f"{away_nm:.1f} nm from {name}")
    if events:
        yield Share("usual traffic", weights.usual_traffic, "most ships are on lawful business")


def _lines(events: Sequence[Event], known: Known, weights: WeightSettings) -> Iterator[Share]:
    """Yield a share where a ship of the incident keeps to a line; leaving it explains nothing."""
    if any(event.kind == "off_route" for event in events):
        return
    ships = sorted({mmsi for event in events for mmsi in event.mmsis} & known.lines.keys())
    if ships:
        yield Share("scheduled line", weights.line, plain(known.lines[ships[0]].words))


def _nearest(events: Sequence[Event], known: Known) -> tuple[str, float, float]:
    ports = [known.where.port(one.lon, one.lat) for one in events if one.kind in _PORT]
    return min(ports, key=lambda port: port[1], default=("", math.nan, math.nan))


def _seen(events: Sequence[Event], known: Known, weights: WeightSettings) -> Iterator[Share]:
    """Yield a share for each sighting by people near a rescue: a boat that has no AIS."""
    seen: set[str] = set()
    for event in events:
        if event.lon is None or event.lat is None:
            continue
        for one in near(known.contacts, event.lon, event.lat, event.updated_us,
                        weights.contact_nm, weights.contact_h):  # fmt: skip
            if one.id not in seen:
                seen.add(one.id)
                aboard = f", {one.persons} persons" if one.persons is not None else ""
                grade = f"{one.source_grade}{one.info_grade}"
                yield Share("contact", weights.contact, f"{one.kind} {one.id}{aboard}, {grade}")


def _listed(vessel: Vessel | None) -> bool:
    return vessel is not None and bool(vessel.listed_as)


def score_of(shares: Sequence[Share]) -> float:
    """Return 0-1, three decimals, for what ``shares`` sum up to; 0 without any that counts."""
    if not any(share.points for share in shares):
        return 0.0
    total = max(-30.0, min(30.0, math.fsum(share.points for share in shares)))
    return round(1 / (1 + math.exp(-total)), 3)
