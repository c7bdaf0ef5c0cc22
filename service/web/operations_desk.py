"""What the routes of alerts, of cases and of the watch log take and answer."""

from __future__ import annotations

from typing import Any

from alerts.incidents.acts import VERDICTS
from alerts.kinds import LANES
from service.alert_changes import CURSOR
from service.web.alert_stream import MEDIA
from service.web.alerts import STATES
from service.web.described import (
    COUNT,
    MS,
    REAL,
    TEXT,
    YES,
    Json,
    Operation,
    all_of,
    asked,
    object_of,
    or_null,
    placed,
    several,
    shared,
    whole,
)

_CURSOR = TEXT | {"pattern": CURSOR}
_EXAMPLE = "gAAAAABq" + 11 * "R7uVd0X2" + "k1A="
_PLACE: Json = {"lon": or_null("number"), "lat": or_null("number")}
_MARK: dict[str, Any] = {
    "id": TEXT, "lane": {"enum": [*LANES]}, "severity": TEXT, "state": {"enum": [*STATES]},
    "mmsis": several(COUNT), **_PLACE, "headline": TEXT, "updated": COUNT, "version": COUNT,
    "started": COUNT, "who": TEXT, "snoozed": MS, "kind": TEXT, "limited": YES, "exercise": YES,
}  # fmt: skip
_CHANGE = all_of(version=COUNT, at=MS, who=TEXT, action=TEXT, why=TEXT, state=TEXT,
                 details={"type": "object"})  # fmt: skip

DESK_SCHEMAS: Json = {
    "Mark": all_of(**_MARK),
    "Alert": object_of(
        *_MARK, "title", "place", "position", "vessels", "events", "history", "may",
        **_MARK, title=TEXT, place=TEXT, position=TEXT, ended=MS, score=or_null("number"),
        sentence=TEXT, shares=several(all_of(points=REAL, because=TEXT)),
        vessels=several({"type": "object"}), zones=several(TEXT),
        events=several({"type": "object"}), unknown=several(TEXT), codes={"type": "object"},
        assignee=TEXT, snooze_reason=TEXT, verdict=or_null("string"), reason=TEXT,
        sar=or_null("object"), tracks=several({"type": "object"}), history=several(_CHANGE),
        deliveries=several({"type": "object"}), may=several(TEXT),
    ),
    "ToldAlert": object_of(
        "id", "lane", "told_ms",
        id=TEXT, lane=TEXT, **_PLACE, place=TEXT, told_ms=MS, over_ms=MS, state=TEXT,
        exercise=YES, limited=YES, kind=or_null("string"), severity=or_null("string"),
        headline=TEXT, mmsis=several(COUNT), names=several(TEXT),
        versions=several(object_of("from_ms", "state", "headline", "as_now", from_ms=COUNT,
                                   state=TEXT, headline=TEXT, as_now=YES)),
    ),
    "VesselEvent": object_of(
        "id", "kind", "lane", "state", "from_ms", "to_ms", "evidence",
        id=TEXT, kind=TEXT, lane=TEXT, severity=TEXT, state=TEXT, reason=TEXT, confidence=REAL,
        others=several(COUNT), zone=or_null("string"), **_PLACE, from_ms=COUNT, to_ms=MS,
        evidence=several(all_of(name=TEXT, value={}, unit=TEXT, threshold={})),
    ),
}  # fmt: skip

_ID = placed("id", "as the list of alerts has it", "A-0123456789ab", "^A-[0-9a-f]{12}$")
_ONE = "/api/v1/alerts/A-0123456789ab"
_VERSION = whole(1, 2**31 - 1, description="the version of the alert that was looked at")
_WHY = TEXT | {"minLength": 1, "maxLength": 1000, "description": "kept with the alert"}


def _act(name: str, does: str, needed: tuple[str, ...], sent: Json, **takes: Any) -> Any:  # noqa: ANN401
    """Return the row of an act on an alert."""
    return ("POST", f"/api/v1/alerts/{{id}}/{name}"), Operation(
        f"{does}; 409 where somebody was faster", shared("Alert"), (_ID,), f"{_ONE}/{name}",
        body=object_of("version", *needed, version=_VERSION, **{"why": _WHY, **takes}),
        sent={"version": 3, **sent},
    )  # fmt: skip


_SEEN = {"why": "seen on camera 4"}
DESK: dict[tuple[str, str], Operation] = {
    ("GET", "/api/v1/alerts"): Operation(
        "Alerts as far as the person may know of them, SAR first; a look a person and hour is in "
        "the audit",
        all_of(alerts=several(shared("Mark")), more=COUNT, next=_CURSOR),
        (asked("state", "open by default, with since all", {"enum": ["open", "all", *STATES]}),
         asked("lane", "all by default", {"enum": [*LANES]}),
         asked("since", "next of an earlier answer: only what changed since then, each alert once "
               "as it is now; more = 1 where there is more: ask again from next", _CURSOR)),
        "/api/v1/alerts?state=all",
        {"alerts": [{
            "id": "A-0123456789ab", "lane": "law", "severity": "high", "state": "new",
            "mmsis": [247000001], "lon": 14.5, "lat": 35.9, "headline": "MARIA K went silent",
            "updated": 1767225900000, "version": 3, "started": 1767225600000, "who": "",
            "snoozed": None, "kind": "gap", "limited": False, "exercise": False}], "more": 0,
            "next": _EXAMPLE},
    ),
    ("GET", "/api/v1/alerts/stream"): Operation(
        "Alerts as Server-Sent Events as they change, SAR first: alert, resolved, retracted (each "
        "with data as in the list), gone (its id: no longer for you), unread (since when alerts "
        "cannot be read, null: they can again), closed (your rights changed). First all that are "
        "open; with Last-Event-ID or since what changed after it. Each stream, and what it told, "
        "is in the audit",
        TEXT,
        (asked("since", "next of an answer of /api/v1/alerts; Last-Event-ID goes before", _CURSOR),
         {"name": "Last-Event-ID", "in": "header", "required": False, "schema": _CURSOR,
          "description": "id of the last event that was read"}),
        "/api/v1/alerts/stream",
        f'id: {_EXAMPLE}\nevent: alert\ndata: {{"id":"A-0123456789ab","lane":"sar"}}\n\n',
        media=MEDIA,
    ),
    ("GET", "/api/v1/alerts/{id}"): Operation(
        "One alert: facts, vessels, what was done and told; 404 too where the person may not know "
        "of it. A look a person, alert and hour is in the audit", shared("Alert"), (_ID,), _ONE,
    ),
    ("GET", "/api/v1/alerts/{id}/people"): Operation(
        "Who may be given an alert",
        all_of(people=several(all_of(name=TEXT, display=TEXT, role=TEXT, office=TEXT))), (_ID,),
        f"{_ONE}/people",
        {"people": [{"name": "a.rossi", "display": "Anna Rossi", "role": "operator",
                     "office": ""}]},
    ),
    **dict([
        _act("acknowledge", "Say that somebody has seen an alert", (), {}),
        _act("assign", "Give an alert to somebody", ("why", "to"), {**_SEEN, "to": "a.rossi"},
             to=TEXT | {"description": "a login name of …/people"}),
        _act("comment", "Add a remark", ("why",), _SEEN),
        _act("snooze", "Keep an alert quiet for a while; 0 minutes end it", ("why", "minutes"),
             {**_SEEN, "minutes": 30}, minutes=whole(0, 44640)),
        _act("escalate", "Call for more than the watch", ("why",), _SEEN, to=TEXT),
        _act("resolve", "Close an alert with a verdict", ("why", "verdict"),
             {**_SEEN, "verdict": VERDICTS[0]}, verdict={"enum": [*VERDICTS]}),
    ]),
    ("GET", "/api/v1/cases"): Operation(
        "The open cases that the person is a member of; a look a person and hour is in the audit",
        all_of(cases=several(all_of(id=TEXT, title=TEXT, handling=TEXT, tlp=TEXT,
                                    contributors=several(TEXT), changes=YES))),
        query="/api/v1/cases",
        example={"cases": [{"id": "D-000001", "title": "Grey fleet off Crete", "handling": "H1",
                            "tlp": "amber", "contributors": ["GRC"], "changes": True}]},
    ),
    ("GET", "/api/v1/log"): Operation(
        "The watch log of at most 31 days, by default since the person's last watch; a "
        "look a person and hour is in the audit",
        all_of(since=TEXT, until=TEXT, lines=several(all_of(
            section=TEXT, at=TEXT, text=TEXT, who=TEXT, tag=TEXT, lane=TEXT, link=TEXT))),
        (asked("hours", "the last so many hours before until", whole(1, 744)),
         asked("since", "instead of hours: from this time on, UTC", TEXT),
         asked("until", "before this time, UTC; now by default", TEXT)),
        "/api/v1/log?hours=12",
    ),
}  # fmt: skip
