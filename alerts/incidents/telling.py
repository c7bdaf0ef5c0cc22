"""Whether a change of an incident is worth a message, and what it says in the log of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.by_list import told_by_list
from alerts.incidents.wording import sentence
from alerts.kinds import KINDS, SEVERITIES

if TYPE_CHECKING:
    from alerts.alert import Alert, Change
    from alerts.incidents.incident import Incident

_TAKEN = ("acknowledged", "assigned", "resolved")


def change_of(before: Incident | None, after: Incident, now_us: int) -> Change | None:
    """Return what those who are told should learn: alert, update, cancel, or None for nothing.

    An update is worth a message when something happened that was not told: a new event, a graver
    severity, another leading kind, an event taken back or explained, the end, the first place of a
    rescue, other words of a distress, each further call.

    A snoozed alert says nothing but that it or a part of it was retracted, that it became graver,
    that somebody calls again, and of a rescue all that a search cannot do without or that more
    ships say; a resolved one nothing but what opens it again.
    """
    if not after.raised:
        return None
    if before is None or not before.raised:
        return "alert"
    if after.alert.state == "retracted":
        return None if before.alert.state == "retracted" else "cancel"
    if before.alert.state == "resolved":
        told = after.alert.state == "new"
    elif is_snoozed(before.alert, now_us):
        pressing = after.lane == "sar" and _says_more(before, after)
        told = pressing or _presses(before, after) or bool(_taken_back(before, after))
    else:
        told = _presses(before, after) or _news(before, after)
    return "update" if told else None


def _presses(before: Incident, after: Incident) -> bool:
    return _graver(before.alert, after.alert) or _calls_again(before, after)


def wakes(before: Incident | None, after: Incident) -> bool:
    """Tell whether a rescue ends its own silence: what was snoozed is another matter by now."""
    return before is not None and after.alert.lane == "sar" and _presses(before, after)


def is_snoozed(alert: Alert, now_us: int) -> bool:
    """Tell whether people asked for silence about ``alert`` until after ``now_us``."""
    return alert.snoozed_until_us is not None and now_us < alert.snoozed_until_us


def reopens(before: Incident | None, after: Incident) -> bool:
    """Tell whether a rescue that somebody took on, or ended, waits for somebody again.

    Who took on the test of a beacon, or a ship not under command, has not taken on the call for
    help that came of it.
    """
    if before is None or before.alert.state not in _TAKEN:
        return False
    return before.lane == "sar" and _presses(before, after)


def _graver(before: Alert, after: Alert) -> bool:
    return SEVERITIES.index(after.severity) > SEVERITIES.index(before.severity)


def _calls_again(before: Incident, after: Incident) -> bool:
    """Tell whether somebody in distress calls anew: it may be another matter than before."""
    there = {one.id for one in before.live}
    live = (one for one in after.live if one.kind == "distress" and one.severity != "info")
    return any(one.id not in there for one in live)


def _news(before: Incident, after: Incident) -> bool:
    if before.alert.kind != after.alert.kind or dict(before.muted) != dict(after.muted):
        return True
    if _says_more(before, after) or _taken_back(before, after):
        return True
    return before.alert.ended_us is None and after.alert.ended_us is not None


def _says_more(before: Incident, after: Incident) -> bool:
    """Tell whether it is about more than before: another kind, vessel or zone; of a rescue, clues.

    A vessel that flaps at a border all day is one piece of news, not a hundred.
    """
    clues = after.lane == "sar" and not _clues(after) <= _clues(before)
    # It was kept from who may not know the list, and stands by itself now.
    freed = told_by_list(before.alert) and not told_by_list(after.alert)
    return clues or freed or not _told_of(after) <= _told_of(before)


def _taken_back(before: Incident, after: Incident) -> set[str]:
    """Return the events that are retracted since."""
    return {one.id for one in before.live} - {one.id for one in after.live}


def _clues(incident: Incident) -> set[str]:
    """Return what a search cannot do without: that there is a place, and what a distress said."""
    placed = {"place"} if incident.alert.lon is not None else set()
    said = (one for one in incident.live if "text" in one.evidence)
    return placed | {f"{one.id} {one.evidence['text'].value}" for one in said}


def _told_of(incident: Incident) -> set[tuple[str, tuple[int, ...], str | None]]:
    return {(one.kind, one.mmsis, one.zone) for one in incident.live if one.severity != "info"}


def why_of(before: Incident | None, after: Incident) -> str:
    """Return what happened since ``before``, one line for the log of changes."""
    if after.alert.state == "retracted":
        return f"retracted: {after.alert.reason}"
    there = {one.id: one for one in before.live} if before else {}
    live = {one.id for one in after.live}
    parts = [f"{KINDS[one.kind].title} ({one.id})" for one in after.live if one.id not in there]
    said = [f"with {', '.join(parts)}"] if parts else []
    if before and before.alert.state in _TAKEN and after.alert.state == "new":
        said.insert(0, "waits for somebody again: it became graver, or somebody calls anew")
    if back := [KINDS[one.kind].title for key, one in there.items() if key not in live]:
        said.append(f"without {', '.join(back)}")
    if before and before.alert.ended_us is None and after.alert.ended_us is not None:
        said.append("heard no more" if after.lane == "sar" else "over")
    if not said:
        said.append("updated")
    return f"{'; '.join(said)}. {sentence(after.alert)}"
