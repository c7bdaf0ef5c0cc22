"""Events grow into incidents: joined, muted, weighed, and put into words. No clock, no database.

::

    events ──join──▶ drafts ──mute──▶ judge ──▶ Grown(before, after, change, why)

One version of an incident follows from one call, however many of its events came.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.alert import Alert
from alerts.incidents.codes import without_list
from alerts.incidents.incident import Grown, Incident, Known
from alerts.incidents.joining import Draft, Shelf, subject_of
from alerts.incidents.judging import judged
from alerts.incidents.muting import MUTES, explained
from alerts.incidents.telling import change_of, reopens, wakes, why_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.events import Event
    from alerts.incidents.settings import IncidentSettings


def grow(
    incidents: Sequence[Incident],
    events: Sequence[Event],
    known: Known,
    settings: IncidentSettings,
    now_us: int,
) -> list[Grown]:
    """Return the incidents that ``events`` changed or began, in the order of their ids.

    ``incidents``: those that hold an earlier version of one of ``events``, open ones of their
    vessels, all open ones of the lanes sar and infrastructure, and infrastructure that is just
    over. The same event twice changes nothing. ``now_us`` stream time: when snoozes end.
    """
    shelf = Shelf(incidents)
    taken = [event for event in events if _take(shelf, event, settings)]
    explanations = [
        one
        for draft in shelf.drafts
        if draft.lane == "infrastructure" and not _denied(draft)
        for one in draft.live()
        if one.kind in MUTES
    ]
    # An outage that is noticed late, or that was none, changes what stands in other incidents.
    again = any(event.kind in MUTES for event in taken)
    grown = []
    for draft in shelf.drafts:
        if draft.touched or (again and draft.open and draft.lane != "sar"):
            grown += _finished(draft, explanations, known, settings, now_us)
    return sorted(grown, key=lambda one: one.after.alert.id)


def _take(shelf: Shelf, event: Event, settings: IncidentSettings) -> bool:
    """Put ``event`` where it belongs; False where it is known, was never told, or is no matter."""
    draft = shelf.holding(event)
    if draft is not None and event.version <= draft.members[event.id].version:
        return False
    if draft is not None and draft.lane != event.lane and event.state != "retracted":
        # A rescue asset came into the pair: the incident it leaves is told why.
        left = draft.members[event.id].next(
            "retracted", event.updated_us, reason=f"moved to the lane {event.lane}"
        )
        shelf.add(draft, left)
        draft.touched, draft = True, None
    elif draft is None and event.state == "retracted":
        return False
    if draft is None:
        draft = shelf.home(event, settings)
    if draft is None and event.severity == "info" and event.lane != "sar":
        # A ship that sails out of hearing begins no incident; it tells more of one that is there.
        return False
    if draft is None:
        draft = shelf.put(Draft(None, event.lane, subject_of(event)))
    # Whoever may help is told of a rescue, so it gives away nothing of the list.
    shelf.add(draft, without_list(event) if event.lane == "sar" else event)
    draft.touched = True
    return True


def _denied(draft: Draft) -> bool:
    """Tell whether people said that an outage or an interference was none."""
    return draft.before is not None and draft.before.alert.verdict == "false alarm"


def _finished(
    draft: Draft,
    explanations: Sequence[Event],
    known: Known,
    settings: IncidentSettings,
    now_us: int,
) -> list[Grown]:
    """Return what became of a draft; nothing where nothing did, or a new one has no event left."""
    live = draft.live()
    if not live and draft.before is None:
        return []
    muted = {}
    for event in live:
        by = explained(event, explanations, settings)
        if by is not None:
            muted[event.id] = f"{by.kind.replace('_', ' ')} {by.id}"
    alert = draft.before.alert if draft.before else _begun(draft, known)
    raised = draft.before is not None and draft.before.raised
    members = tuple(draft.members.values())
    after = judged(Incident(alert, draft.subject, raised, members, muted), known, settings)
    if draft.before is not None and after == draft.before:
        return []
    after = replace(after, alert=replace(after.alert, version=alert.version + 1))
    if reopens(draft.before, after):
        opened = replace(after.alert, state="new", verdict=None, reason="", snoozed_until_us=None)
        after = replace(after, alert=opened)
    if wakes(draft.before, after):
        after = replace(after, alert=replace(after.alert, snoozed_until_us=None))
    change = change_of(draft.before, after, now_us)
    return [Grown(draft.before, after, change, why_of(draft.before, after))]


def _begun(draft: Draft, known: Known) -> Alert:
    """Return the alert of a new incident before its first judgement, version 0."""
    first = next(iter(draft.members.values()))
    name = hashlib.sha256(f"{draft.lane}|{draft.subject}|{first.id}".encode()).hexdigest()[:12]
    return Alert(
        id=f"A-{name}", version=0, state="new", lane=draft.lane, severity="info", kind=first.kind,
        headline="", score=0.0, shares=(), vessels=(), mmsis=(), zones=(), lon=None, lat=None,
        place="", started_us=first.started_us, updated_us=first.updated_us, ended_us=None,
        events=(), exercise=known.exercise,
    )  # fmt: skip
