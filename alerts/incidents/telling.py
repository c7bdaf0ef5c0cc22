"""Whether a change of an incident is worth a message, and what it says in the log of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.incidents.wording import sentence
from alerts.kinds import KINDS, SEVERITIES

if TYPE_CHECKING:
    from alerts.alert import Alert, Change
    from alerts.incidents.incident import Incident


def change_of(before: Incident | None, after: Incident, now_us: int) -> Change | None:
    """Return what those who are told should learn: alert, update, cancel, or None for nothing.

    An update is worth a message when something happened that was not told: a new event, a graver
    severity, another leading kind, an event taken back or explained, the end, the first place of a
    rescue and the first words of a distress, each further call.

    A snoozed alert says nothing but that it was retracted, became graver, or that somebody calls
    again; a resolved one nothing but that a rescue became graver, which opens it again.
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
        told = _presses(before, after)
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


def reopens(before: Alert, after: Alert) -> bool:
    """Tell whether a resolved alert is none any more: the test of a beacon became a call."""
    return before.state == "resolved" and before.lane == "sar" and _graver(before, after)


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
    if after.lane == "sar" and not _clues(after) <= _clues(before):
        return True
    # A vessel that flaps at a border all day is one piece of news, not a hundred.
    if not _told_of(after) <= _told_of(before) or {one.id for one in after.live} < {
        one.id for one in before.live
    }:
        return True
    return before.alert.ended_us is None and after.alert.ended_us is not None


def _clues(incident: Incident) -> set[str]:
    """Return what a search cannot do without: that there is a place, and what a distress said."""
    placed = {"place"} if incident.alert.lon is not None else set()
    return placed | {one.id for one in incident.live if "text" in one.evidence}


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
    if before and before.alert.state == "resolved" and after.alert.state == "new":
        said.insert(0, "opened again: it became graver")
    if back := [KINDS[one.kind].title for key, one in there.items() if key not in live]:
        said.append(f"without {', '.join(back)}")
    if before and before.alert.ended_us is None and after.alert.ended_us is not None:
        said.append("heard no more" if after.lane == "sar" else "over")
    if not said:
        said.append("updated")
    return f"{'; '.join(said)}. {sentence(after.alert)}"
