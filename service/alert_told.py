"""An alert as JSON, for the inbox and for programs: the facts of its page, the same rights."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.doubts import not_known
from alerts.incidents.incident import SERVICE
from alerts.incidents.wording import sentence
from alerts.kinds import KINDS
from alerts.plain import plain
from alerts.texts import catalogue
from service.marks import mark
from store.outbox import microseconds

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from alerts.alert import SarHelp
    from alerts.events import Event
    from alerts.routing import RoutingSettings
    from service.alert_desk import Seen
    from store.incidents import AlertChange
    from store.outbox import DeliveryRow

_MS = 1000
_POINTS = 400
_TAKING = frozenset({"acknowledge", "assign", "escalate", "resolve"})
_CONTEXT = frozenset({"list", "zones", "model", "coverage"})
"""Facts that say which version was looked at: no reason for anything."""


def told(seen: Seen, routing: RoutingSettings) -> dict[str, Any]:
    """Return all that ``seen`` holds as JSON values; times in epoch ms, null = not known."""
    alert, whole = seen.alert, seen.how == "full"
    words = catalogue("en")
    bare = not whole and alert.lane != "sar"
    listed = {**mark(alert, "full", _taken(seen) if whole else ""), "limited": not whole}
    hidden = {"headline": plain(alert.headline), "severity": "", "kind": ""} if bare else {}
    return {
        **listed,
        **hidden,
        "title": "" if bare else KINDS[alert.kind].title,
        "place": plain(alert.place),
        "position": words.position(alert.lon, alert.lat),
        "ended": _ms(alert.ended_us),
        "score": alert.score if whole else None,
        "sentence": sentence(alert) if whole else "",
        "shares": [{"points": one.points, "because": plain(one.because)} for one in alert.shares],
        "vessels": [{**asdict(one), "line": words.vessel(one)} for one in alert.vessels],
        "zones": zone_names(seen.events),
        "events": [_event(one, seen) for one in seen.events],
        "unknown": [] if bare else [plain(one) for one in not_known(alert, seen.events)],
        "codes": asdict(alert.codes),
        "assignee": plain(alert.assignee),
        "snooze_reason": plain(alert.snooze_reason),
        "verdict": alert.verdict if whole else None,
        "reason": plain(alert.reason),
        "sar": help_of(seen.sar),
        "tracks": [{"mmsi": mmsi, "points": points(one)} for mmsi, one in seen.tracks.items()],
        "history": [change(one) for one in seen.log],
        "deliveries": [_delivery(one, routing) for one in seen.told],
        "may": list(seen.may),
    }


def _taken(seen: Seen) -> str:
    """Return who did the last thing that changed the state, "" where that was no person."""
    done = [one.who for one in seen.log if one.action in _TAKING and one.who != SERVICE]
    return done[-1] if done else ""


def help_of(sar: SarHelp | None) -> dict[str, Any] | None:
    """Return the help for rescuers as JSON values."""
    if sar is None:
        return None
    words = catalogue("en")
    said = asdict(sar) | {"position": words.position(sar.lon, sar.lat)}
    said["known_at"] = sar.known_at_us // _MS
    return said | {"nearest": [{**asdict(one), "name": plain(one.name)} for one in sar.nearest]}


def change(one: AlertChange) -> dict[str, Any]:
    """Return one line of the log as JSON values."""
    return {
        "version": one.version, "at": _at(one.at), "who": plain(one.who), "action": one.action,
        "why": plain(one.why), "state": one.state, "details": one.details,
    }  # fmt: skip


def zone_names(events: tuple[Event, ...]) -> list[str]:
    """Return the names of zones that events tell, each once."""
    facts = (one.evidence.get("zone_name") for one in events)
    return list(dict.fromkeys(plain(one.value) for one in facts if one is not None and one.value))


def facts_of(event: Event) -> list[tuple[str, Any]]:
    """Return name and fact of the evidence of ``event``, without what is no reason."""
    return [(name, fact) for name, fact in event.evidence.items()
            if name not in _CONTEXT and fact.value is not None and fact.value != ""]  # fmt: skip


def points(track: NDArray[np.void]) -> list[list[float]]:
    """Return a track as [epoch ms, lon, lat], thinned; the newest point is always there."""
    track = track[np.isfinite(track["lon_deg"]) & np.isfinite(track["lat_deg"])]
    kept = track[::-1][:: max(1, -(-len(track) // _POINTS))][::-1]
    times = kept["time"].astype("M8[ms]").astype(np.int64).tolist()
    lon, lat = kept["lon_deg"].round(5).tolist(), kept["lat_deg"].round(5).tolist()
    return [[at, x, y] for at, x, y in zip(times, lon, lat, strict=True)]


def _event(event: Event, seen: Seen) -> dict[str, Any]:
    words = catalogue("en")
    return {
        "id": event.id,
        "kind": event.kind,
        "title": KINDS[event.kind].title,
        "state": event.state,
        "confidence": event.confidence,
        "started": event.started_us // _MS,
        "updated": event.updated_us // _MS,
        "ended": _ms(event.ended_us),
        "lon": event.lon,
        "lat": event.lat,
        "muted_by": seen.muted.get(event.id),
        "facts": [
            {
                "name": plain(name).replace("_", " "),
                "value": plain(fact.value) if isinstance(fact.value, str) else fact.value,
                "unit": fact.unit,
                "threshold": fact.threshold,
                "words": plain(words.fact(name, fact)),
            }
            for name, fact in facts_of(event)
        ],
    }


def _delivery(row: DeliveryRow, routing: RoutingSettings) -> dict[str, Any]:
    office = routing.office(row.office)
    return {
        "office": row.office,
        "name": plain(office.name if office else row.office),
        "channel": row.channel,
        "change": row.change,
        "state": row.state,
        "at": _at(row.enqueued_at),
        "sent": _at(row.settled_at) if row.state == "sent" else None,
        "acknowledged": _at(row.acknowledged_at),
        "by": plain(row.acknowledged_by or ""),
        "how": row.acknowledged_how,
    }


def _at(at: dt.datetime | None) -> int | None:
    return None if at is None else microseconds(at) // _MS


def _ms(time_us: int | None) -> int | None:
    return None if time_us is None else time_us // _MS
