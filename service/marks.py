"""The frame of marks: what one class of people may know of, for the map and the inbox.

::

    alerts, list, contacts ──▶ sight, sees ──▶ {"type": "marks", "listed", "alerts", "contacts"}

What somebody may not know of is not in their frame: a vessel that is listed looks there like any
other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alerts.incidents.incident import OVER
from alerts.incidents.wording import headline_named
from alerts.kinds import LANES, SEVERITIES
from alerts.notices import LANE_TITLES, bare, for_rescuers
from alerts.plain import plain
from alerts.texts import catalogue
from service.sight import sees, sees_contact, sight

if TYPE_CHECKING:
    from alerts.alert import Alert, Codes
    from alerts.contacts import Contact
    from alerts.routing import RoutingSettings
    from service.rights import Person
    from service.sight import Sight

MOST = 1000
"""So many alerts a frame carries, SAR first: more no screen can show."""
_LONGEST = 200
_WORDS = 120
_MS = 1000


@dataclass(frozen=True, slots=True)
class Concern:
    """All that is known, whoever may see it.

    alerts  raised ones · told  ids of the offices to which each was routed, by alert
    listed  the codes of the entries that a vessel answers to, by MMSI · contacts  open ones
    taken   who changed the state of an alert last, by alert · language  of the headlines
    """

    alerts: tuple[Alert, ...] = ()
    told: Mapping[str, Collection[str]] = field(default_factory=dict)
    listed: Mapping[int, tuple[Codes, ...]] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"


def marks(person: Person, concern: Concern, routing: RoutingSettings) -> dict[str, Any]:
    """Return the frame of ``person``, the same for all of their ``rights_class``; epoch ms."""
    seen, more = in_turn(person, concern, routing)
    return {
        "type": "marks",
        "listed": listed_for(person, concern),
        "alerts": [
            mark(one, how, concern.taken.get(one.id, ""), concern.language) for one, how in seen
        ],
        "more": more,
        "contacts": contacts_for(person, concern),
    }


def in_turn(
    person: Person, concern: Concern, routing: RoutingSettings
) -> tuple[list[tuple[Alert, Sight]], int]:
    """Return the alerts that a person sees, the gravest first and MOST, and how many more."""
    judged = [
        (one, seen_by(person, one, concern.told.get(one.id, ()), routing))
        for one in concern.alerts
    ]
    seen: list[tuple[Alert, Sight]] = [(one, how) for one, how in judged if how != "nothing"]
    seen.sort(key=lambda one: _order(one[0]))
    return seen[:MOST], max(0, len(seen) - MOST)


def listed_for(person: Person, concern: Concern) -> list[int]:
    """Return the MMSIs of the listed vessels of which a person may know."""
    return sorted(
        mmsi for mmsi, codes in concern.listed.items() if any(sees(person, one) for one in codes)
    )


def contacts_for(person: Person, concern: Concern) -> list[dict[str, Any]]:
    """Return the open contacts as the map shows them, none to who may see none."""
    return [contact_said(one) for one in concern.contacts] if sees_contact(person) else []


def seen_by(
    person: Person, alert: Alert, told: Collection[str], routing: RoutingSettings
) -> Sight:
    """Return how much of ``alert`` a person sees; ``told``: offices to which it was routed."""
    office = routing.office(person.office) if person.office else None
    return sight(person, alert, office, told)


def shown_as(alert: Alert, seen: Sight) -> Alert:
    """Return what may be shown of an alert that is seen ``limited`` or ``full``.

    Of a rescue what a rescuer needs, whatever the codes, as its messages have it.
    """
    if seen == "full":
        return alert
    shown = for_rescuers(alert, ())[0] if alert.lane == "sar" else bare(alert)
    # Who restricted it, and with which words, is part of what may not be known.
    return replace(shown, codes=replace(shown.codes, comment="", contributors=()))


def mark(alert: Alert, seen: Sight, taken: str = "", language: str = "en") -> dict[str, Any]:
    """Return one alert as the map and the inbox list it; times in epoch ms.

    ``taken`` who changed its state last, "" nobody.
    """
    shown, whole = shown_as(alert, seen), seen == "full" or alert.lane == "sar"
    return {
        "id": alert.id,
        "lane": alert.lane,
        "severity": alert.severity if whole else "",
        "state": alert.state,
        "mmsis": list(shown.mmsis),
        "lon": alert.lon,
        "lat": alert.lat,
        "headline": plain(line_of(shown, language, bare=not whole), _LONGEST),
        "updated": alert.updated_us // _MS,
        # Beyond what the map draws: what a card of the inbox says.
        "version": alert.version,
        "started": alert.started_us // _MS,
        "who": plain((alert.assignee or taken) if seen == "full" else "", _WORDS),
        "snoozed": None if alert.snoozed_until_us is None else alert.snoozed_until_us // _MS,
        "kind": alert.kind if whole else "",
        "limited": seen == "limited",
        "exercise": alert.exercise,
    }


def line_of(alert: Alert, language: str = "en", *, bare: bool) -> str:
    """Return the headline for a reader of ``language``; ``bare``: lane and place, no more."""
    words = catalogue(language)
    if bare and language == "en":
        return f"{LANE_TITLES[alert.lane]} alert, {alert.place or 'position unknown'}"
    if bare:
        where = words.place(plain(alert.place, _WORDS)) or words.say("head_where")
        return f"{words.lanes[alert.lane]}, {where}"
    return headline_named(alert) if language == "en" else words.headline(alert)


def _order(alert: Alert) -> tuple[int, bool, bool, bool, int, int, str]:
    grave = SEVERITIES.index(alert.severity)
    done = alert.state in OVER
    # The test of a beacon comes after a distress that somebody has taken on.
    slight = alert.severity == "info"
    taken = alert.state in {"acknowledged", "assigned"}
    return LANES.index(alert.lane), done, slight, taken, -grave, -alert.started_us, alert.id


def contact_said(contact: Contact) -> dict[str, Any]:
    """Return a contact as the map draws it."""
    aboard = f", {contact.aboard}" if contact.aboard else ""
    return {
        "id": contact.id,
        "lon": contact.lon,
        "lat": contact.lat,
        "error_m": round(contact.error_nm * 1852),
        "words": plain(f"{contact.kind}{aboard}: {contact.description}", _WORDS),
        "since": contact.time_us // _MS,
    }
