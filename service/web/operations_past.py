"""What the routes of replay and of a vessel's panel take and answer."""

from __future__ import annotations

from service.web.api import LONGEST_TRACK_H
from service.web.described import (
    COUNT,
    LAT,
    LON,
    MMSI,
    MS,
    REAL,
    TEXT,
    YES,
    Operation,
    all_of,
    asked,
    object_of,
    or_null,
    placed,
    real,
    several,
    shared,
    whole,
)
from service.web.replay import LAST_MS, LONGEST_ALERTS_H, LONGEST_LEAD_S, MOST_COST

_AT = whole(0, LAST_MS)
_FROM_TO = (
    asked("from", "from this time on, ms since 1970, UTC", _AT, needed=True),
    asked("to", "before this time, ms since 1970, UTC", _AT, needed=True),
)
_MOMENT = asked("at", "the moment, ms since 1970, UTC", _AT, needed=True)
_EDITION = placed("edition", "number of an edition, 0 = as delivered", "1", "^[0-9]{1,9}$")
_BOX = tuple(
    asked(name, "degrees", LON if name in {"west", "east"} else LAT, needed=True)
    for name in ("west", "south", "east", "north")
)
_SPAN = "from=1767225600000&to=1767229200000"
_HOURS = {"maximum": LONGEST_TRACK_H, "type": "number", "minimum": 0}
_DAYS = asked("days", "the last so many days", real(0, 366, default=30))
_HER = "/api/v1/vessels/247000001"

PAST: dict[tuple[str, str], Operation] = {
    ("GET", "/api/v1/replay"): Operation(
        f"Stored positions of a box and a span, packed (docs/replay.md); at most {MOST_COST:,.0f} "
        "square degrees times hours",
        {"type": "string", "contentMediaType": "application/octet-stream"},
        (*_FROM_TO, *_BOX,
         asked("lead", "seconds before, of which each ship's last report comes too",
               whole(0, LONGEST_LEAD_S, default=0)),
         asked("step", "seconds between two rows of a ship; by default as fine as it may be",
               whole(1, 600))),
        f"/api/v1/replay?{_SPAN}&west=14&south=35&east=15&north=36",
        media="application/octet-stream",
    ),
    ("GET", "/api/v1/replay/span"): Operation(
        "Since and until when positions are stored; null where none are",
        all_of(first_ms=MS, last_ms=MS), query="/api/v1/replay/span",
        example={"first_ms": 1767225600000, "last_ms": 1767312000000},
    ),
    ("GET", "/api/v1/replay/alerts"): Operation(
        f"The alerts that were there in a span of at most {LONGEST_ALERTS_H} h, as far as the "
        "person may know of them; a look a person and hour is in the audit",
        all_of(alerts=several(shared("ToldAlert")), more=YES),
        (*_FROM_TO, asked("brief", "1: of a longer span where and when, no more", TEXT)),
        f"/api/v1/replay/alerts?{_SPAN}", {"alerts": [], "more": False},
    ),
    ("GET", "/api/v1/replay/marks"): Operation(
        f"The contacts and the listed vessels of a span of at most {LONGEST_ALERTS_H} h, each "
        "with since and until when, as far as the person may know of them; a look a person and "
        "hour is in the audit",
        all_of(
            contacts=several(object_of(
                "id", "lon", "lat", "words", "from_ms", "to_ms",
                id=TEXT, lon=LON, lat=LAT, error_m=COUNT, words=TEXT, since=COUNT, from_ms=COUNT,
                to_ms=MS)),
            listed=several(all_of(mmsi=COUNT, from_ms=COUNT, to_ms=MS)), more=YES),
        _FROM_TO, f"/api/v1/replay/marks?{_SPAN}", {"contacts": [], "listed": [], "more": False},
    ),
    ("GET", "/api/v1/replay/vessels/{mmsi}"): Operation(
        "Who a vessel had said to be by a moment; since and until when that holds, and when she "
        "first said anything",
        all_of(mmsi=COUNT, since_ms=MS, until_ms=MS, first_ms=MS, flag=or_null("string"),
               eta=or_null("object"), draught_m=or_null("number"), imo=or_null("integer"),
               **{name: or_null("string")
                  for name in ("name", "call_sign", "type", "destination")}),
        (MMSI, _MOMENT), "/api/v1/replay/vessels/247000001?at=1767225600000",
        {"mmsi": 247000001, "imo": None, "name": "MARIA K", "call_sign": None, "type": "Cargo",
         "destination": None, "draught_m": None, "flag": "Italy", "eta": None,
         "since_ms": 1767225000000, "until_ms": None, "first_ms": 1767225000000},
    ),
    ("GET", "/api/v1/replay/zones"): Operation(
        f"Which editions of the zones were in force in a span of at most {LONGEST_ALERTS_H} h, "
        "each with since and until when; kept: its zones can still be asked for",
        all_of(editions=several(all_of(version=COUNT, from_ms=MS, to_ms=MS, kept=YES)), more=YES),
        _FROM_TO, f"/api/v1/replay/zones?{_SPAN}",
        {"editions": [{"version": 1, "from_ms": 1767225000000, "to_ms": None, "kept": True}],
         "more": False},
    ),
    ("GET", "/api/v1/replay/zones/{edition}"): Operation(
        "The zones of an edition as GeoJSON, as the map draws them", {"type": "object"},
        (_EDITION,), "/api/v1/replay/zones/1", media="application/geo+json",
    ),
    ("GET", "/api/v1/replay/zones/{edition}/at"): Operation(
        "Every zone of an edition at a place that was valid at a moment",
        object_of("lon", "lat", "zones", lon=REAL, lat=REAL, zones=several(shared("Zone"))),
        (_EDITION, asked("lon", "degrees", LON, needed=True),
         asked("lat", "degrees", LAT, needed=True), _MOMENT),
        "/api/v1/replay/zones/1/at?lon=14.5&lat=35.9&at=1767225600000",
    ),
    ("GET", "/api/v1/vessels/{mmsi}/reports"): Operation(
        "Speed and course of a vessel over time, thinned, with both ends of every silence",
        all_of(from_ms=COUNT, to_ms=COUNT, gap_s=REAL, stored=COUNT,
               points=several({"type": "array", "items": or_null("number"), "minItems": 5,
                               "maxItems": 5,
                               "description": "epoch ms, knots, degrees, longitude, latitude"})),
        (MMSI, asked("hours", "the last so many hours", {**_HOURS, "default": 3}),
         asked("segment", "only this track of several under one MMSI", whole(0, 2**32))),
        f"{_HER}/reports?hours=6",
        {"from_ms": 1767225600000, "to_ms": 1767247200000, "gap_s": 900.0, "stored": 1,
         "points": [[1767225600000, 9.4, 271.0, 14.5, 35.9]]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/receivers"): Operation(
        "The feeds that heard a vessel, the one that heard her last first",
        all_of(receivers=several(all_of(feed=TEXT, minutes=COUNT, first_ms=COUNT,
                                        last_ms=COUNT))),
        (MMSI, asked("hours", "the last so many hours", {**_HOURS, "default": 24})),
        f"{_HER}/receivers",
        {"receivers": [{"feed": "malta", "minutes": 60, "first_ms": 1767225600000,
                        "last_ms": 1767229200000}]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/port-calls"): Operation(
        "Her stays in ports, the newest first; to_ms null: the end was not heard, and heard_ms is "
        "when she was last heard there",
        all_of(calls=several(all_of(port=TEXT, from_ms=COUNT, to_ms=MS, heard_ms=COUNT))),
        (MMSI, _DAYS),
        f"{_HER}/port-calls",
        {"calls": [{"port": "Valletta", "from_ms": 1767225600000, "to_ms": None,
                    "heard_ms": 1767229200000}]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/events"): Operation(
        "What detectors saw of a vessel, as far as the person may know of it, the newest first; a "
        "look a person, vessel and hour is in the audit",
        all_of(events=several(shared("VesselEvent")), more=YES), (MMSI, _DAYS), f"{_HER}/events",
        {"events": [], "more": False},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/alerts"): Operation(
        "The alerts that a vessel is in, as far as the person may know of them; a look a person, "
        "vessel and hour is in the audit",
        all_of(alerts=several(shared("ToldAlert"))), (MMSI,), f"{_HER}/alerts", {"alerts": []},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/listing"): Operation(
        "The entries of the list that a vessel answers to, as far as the person may know of them; "
        "a look a person, vessel and hour is in the audit",
        all_of(entries=several(object_of(
            "id", "reason", "handling", "tlp", "matched_on", "score", "since_ms",
            id=TEXT, name=TEXT, reason=TEXT, contributor=TEXT, handling=TEXT,
            handling_comment=TEXT, tlp=TEXT, source_grade=TEXT, info_grade=COUNT, priority=TEXT,
            review_by=or_null("string"), matched_on=TEXT, score=REAL, since_ms=COUNT))),
        (MMSI,), f"{_HER}/listing", {"entries": []},
    ),
}  # fmt: skip
