"""What a person may see of what carries codes: one place, no I/O, default deny.

::

    entry, mark, dossier part ──▶ sees(person, codes)        role × clearance × Member State
    alert                     ──▶ sight(person, alert, …)    nothing | limited | full
    contact                   ──▶ sees_contact(person)

The rules are those by which messages leave (``alerts.routing``): a person is judged as an office
whose ``handling_at_most`` is their clearance. A vessel whose entry a person does not see must
look to them like any other, in every answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, TypeAlias

from alerts.alert import HANDLING, Alert, Codes
from alerts.by_list import told_by_list
from alerts.events import Event
from alerts.notices import bare, for_rescuers
from alerts.routing import Office, kept_from, limits
from service.disclosure import Coded
from service.rights import Person

Sight: TypeAlias = Literal["nothing", "limited", "full"]
"""limited = as ``as_seen`` shows it: lane, place and time, or what a rescuer needs."""
_DESK = ("operator", "analyst", "supervisor")
_WATCH = ("operator", "supervisor")
_NAMED = HANDLING[-1]
"""Who is cleared for the strictest code is one of those whom a contributor named."""


def sees(person: Person, coded: Coded | Codes) -> bool:
    """Tell whether ``person`` may know of an entry, or of what rests on it, under its codes.

    A code up to the clearance is seen; H2 of their own Member State too, as ``limits`` has it.
    TLP red needs, beyond that, the contributor's own Member State or the strictest clearance.
    """
    if not _reads_lists(person):
        return False
    codes = _codes(coded)
    if codes.tlp == "red":
        own = bool(person.member_state) and {*codes.contributors} == {person.member_state}
        if not (own or person.clearance == _NAMED):
            return False
        codes = replace(codes, tlp="amber")
    return not limits(codes, _as_office(person.member_state, person.clearance))


def sight(
    person: Person, alert: Alert, office: Office | None = None, told: Collection[str] = ()
) -> Sight:
    """Return how much of ``alert`` a person sees.

    office  the person's, of the routing table; None = it is not there (any more)
    told    ids of the offices to which the alert was routed

    The desk sees what its codes allow, and of every SAR alert at least that it is there; but one
    that is there only because the vessel is listed only who is on watch. An office sees what was
    routed to it, as its message said it, a rescue whatever the codes.
    """
    if not _reads_lists(person):
        return "nothing"
    if person.role in _DESK:
        if sees(person, alert.codes):
            return "full"
        rescue = alert.lane == "sar" and (on_watch(person) or not told_by_list(alert))
        return "limited" if rescue else "nothing"
    mine = office is not None and office.id == person.office and office.id in told
    if office is None or not mine or kept_from(alert, office):
        return "nothing"
    if alert.lane == "sar":
        return "full" if sees(person, alert.codes) else "limited"
    return "limited" if limits(alert.codes, office) or not sees(person, alert.codes) else "full"


def as_seen(
    person: Person,
    alert: Alert,
    events: Sequence[Event],
    office: Office | None = None,
    told: Collection[str] = (),
) -> tuple[Alert, tuple[Event, ...]] | None:
    """Return ``alert`` with its events as a person sees them; None = nothing at all.

    Arguments as in ``sight``. What is limited is what a message would carry: of a rescue what a
    rescuer needs, of anything else lane, place and time.
    """
    much = sight(person, alert, office, told)
    if much == "nothing":
        return None
    if much == "full":
        return alert, tuple(events)
    return for_rescuers(alert, events) if alert.lane == "sar" else (bare(alert), ())


def on_watch(person: Person) -> bool:
    """Tell whether a person keeps the watch at the desk: every rescue is theirs to act on."""
    return person.role in _WATCH


def sees_contact(person: Person) -> bool:
    """Tell whether a person sees contacts: they carry no codes and serve the safety of life.

    Who has no clearance, as somebody of an office that is off, sees none either.
    """
    return _reads_lists(person)


def rights_class(person: Person) -> tuple[str, ...]:
    """Return a key: two people with the same one see the same marks on the map."""
    if not _reads_lists(person):
        return ("none",)
    # Cleared for everything, a person sees their own state's entries like all others.
    state = "" if person.clearance == _NAMED else person.member_state
    desk = "watch" if on_watch(person) else "desk"
    kind = desk if person.role in _DESK else "office"
    return (kind, person.clearance, state, person.office)


def cleared(clearance: str, office: Office | None) -> str:
    """Return the clearance in effect of somebody of ``office``: never more than the office's.

    "" (no entry at all) where the office is gone, off, or not one of ours.
    """
    if office is None or not office.enabled or office.kind != "office":
        return ""
    if clearance not in HANDLING:
        return ""
    return min(clearance, office.handling_at_most, key=HANDLING.index)


def _reads_lists(person: Person) -> bool:
    """Tell whether anything at all is shown; who is refused here is of the class ``none``."""
    ours = person.role in _DESK or (person.role == "office" and bool(person.office))
    return ours and person.clearance in HANDLING


@lru_cache(1024)
def _as_office(member_state: str, clearance: str) -> Office:
    """Return a person as an office; one without a Member State belongs to none.

    Kept, as it is asked for each alert that is open.
    """
    # A state of "" would equal the contributor of an entry that names none.
    return Office("person", "person", country=member_state or "-", handling_at_most=clearance)


def _codes(coded: Coded | Codes) -> Codes:
    if isinstance(coded, Codes):
        return coded
    given = (coded.contributor,) if coded.contributor else ()
    return Codes(coded.handling, coded.handling_comment, coded.tlp, contributors=given)
