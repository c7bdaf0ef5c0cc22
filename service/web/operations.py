"""What each route of /api/v1 takes and answers; one row per route, beside the table of rights."""

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
    TIME,
    YES,
    Json,
    Operation,
    all_of,
    asked,
    object_of,
    or_null,
    real,
    several,
    shared,
    whole,
)
from service.web.history import MOST_DEG2, MOST_DEG2_H, MOST_H, MOST_POINTS
from service.web.operations_by_hand import BY_HAND
from service.web.operations_desk import DESK, DESK_SCHEMAS
from service.web.operations_exports import EXPORTING
from service.web.operations_find import FINDING
from service.web.operations_links import LINKS
from service.web.operations_past import PAST

_FROM = "from this time on, UTC, as 2026-05-01T08:00:00Z"
_TO = "before this time, UTC"
_VESSEL = {"mmsi": 247000001, "segment": 7, "imo": 9074729, "name": "MARIA K",
           "call_sign": "9HA2345", "lon": 14.5, "lat": 35.9,
           "last_report_ms": 1767225600000}  # fmt: skip

SCHEMAS: Json = {
    "Error": object_of("error", error={"type": "string", "description": "one sentence"}),
    "Brief": object_of(
        "mmsi", "segment", "imo", "name", "call_sign", "lon", "lat", "last_report_ms",
        mmsi=COUNT, segment=COUNT, imo=or_null("integer"), name=TEXT, call_sign=TEXT,
        lon=or_null("number"), lat=or_null("number"), last_report_ms=COUNT,
    ),
    "Vessel": object_of(
        "mmsi", "name", "type", "last_report_ms", "segments",
        mmsi=COUNT, imo=or_null("integer"), call_sign=or_null("string"),
        name=or_null("string"), destination=or_null("string"), draught_m=or_null("number"),
        type=or_null("string"), flag=or_null("string"), eta=or_null("object"),
        last_report_ms=MS, status=or_null("string"), feed=or_null("string"),
        segments=several({"type": "object"}), sub_basins=or_null("array"),
        nearest_port=or_null("string"), nearest_port_nm=or_null("number"),
        shore_nm=or_null("number"),
    ),
    "Position": object_of(
        "type", "geometry", "properties",
        type={"const": "Feature"},
        geometry=object_of("type", "coordinates", type={"const": "Point"},
                         coordinates={"type": "array", "items": REAL, "minItems": 2,
                                      "maxItems": 2}),
        properties=object_of("mmsi", "time", "sog_kn", "cog_deg", mmsi=COUNT, time=TIME,
                           sog_kn=or_null("number"), cog_deg=or_null("number")),
    ),
    "Zone": object_of("id", "name", "kind", "source", id=TEXT, name=TEXT, kind=TEXT,
                    source=TEXT),
} | DESK_SCHEMAS  # fmt: skip
"""Shapes that answers share, by name."""


_TRACK_SPAN = real(0, LONGEST_TRACK_H, default=3)

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/api/v1/openapi.json"): Operation(
        "This description", object_of("openapi", "paths", openapi=TEXT, paths={"type": "object"}),
        query="/api/v1/openapi.json",
    ),
    ("GET", "/api/v1/me"): Operation(
        "Who asks, and what they may do",
        object_of("name", "role", "deeds", name=TEXT, display=TEXT, role=TEXT,
                deeds=several(TEXT), exercise=YES),
        query="/api/v1/me",
    ),
    ("GET", "/api/v1/vessels"): Operation(
        "Vessels of the live picture by name, MMSI, IMO number or call sign",
        object_of("vessels", vessels=several(shared("Brief"))),
        (asked("q", "what is looked for, at most 40 characters", TEXT),),
        "/api/v1/vessels?q=maria", {"vessels": [_VESSEL]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}"): Operation(
        "Identity and last report of a vessel", shared("Vessel"), (MMSI,),
        "/api/v1/vessels/247000001",
    ),
    ("GET", "/api/v1/vessels/{mmsi}/track"): Operation(
        f"Where a vessel was, oldest first; at most {LONGEST_TRACK_H:g} h at a time",
        object_of("points", points=several(
            {"type": "array", "items": REAL, "minItems": 3, "maxItems": 3,
             "description": "ms since 1970, longitude, latitude"})),
        (MMSI, asked("hours", "the last so many hours", _TRACK_SPAN),
         asked("from", f"instead of hours: {_FROM}", TIME), asked("to", _TO, TIME),
         asked("segment", "only this track of several under one MMSI",
                {"type": "integer", "minimum": 0})),
        "/api/v1/vessels/247000001/track?hours=6",
        {"points": [[1767225600000, 14.5, 35.9], [1767225660000, 14.503, 35.901]]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/identity"): Operation(
        "What a vessel said of herself over time",
        object_of("one", "facts", "conflicts", one=YES, since_ms=MS,
                facts=several({"type": "object"}), conflicts=several({"type": "object"})),
        (MMSI,), "/api/v1/vessels/247000001/identity",
    ),
    ("GET", "/api/v1/positions"): Operation(
        f"Positions in a box and a span as GeoJSON; at most {MOST_DEG2:g} square degrees, "
        f"{MOST_H:g} h, {MOST_DEG2_H:g} of their product, and {MOST_POINTS:,} positions",
        object_of("type", "features", type={"const": "FeatureCollection"},
                features=several(shared("Position"))),
        (asked("bbox", "west,south,east,north in degrees",
                {"type": "string", "pattern": r"^-?[0-9.]+(,-?[0-9.]+){3}$"}, needed=True),
         asked("from", _FROM, TIME, needed=True), asked("to", _TO, TIME, needed=True)),
        "/api/v1/positions?bbox=14,35,15,36&from=2026-05-01T08:00:00Z&to=2026-05-01T20:00:00Z",
        {"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [14.5, 35.9]},
             "properties": {"mmsi": 247000001, "time": "2026-05-01T08:00:03Z", "sog_kn": 9.4,
                            "cog_deg": 271.0}}]},
    ),
    ("GET", "/api/v1/zones"): Operation(
        "The zones in force as GeoJSON, as the map draws them", {"type": "object"},
        query="/api/v1/zones", media="application/geo+json",
    ),
    ("GET", "/api/v1/zones/at"): Operation(
        "Every zone at a place",
        object_of("lon", "lat", "zones", lon=REAL, lat=REAL, zones=several(shared("Zone"))),
        (asked("lon", "degrees", LON, needed=True), asked("lat", "degrees", LAT, needed=True)),
        "/api/v1/zones/at?lon=14.5&lat=35.9",
    ),
    ("GET", "/api/v1/coverage"): Operation(
        "Where ships are heard: cells of lon, lat, reports an hour, receivers, p99 gap in s",
        object_of("cell_deg", "cells", cell_deg=REAL,
                cells=several({"type": "array", "items": or_null("number"), "minItems": 5,
                                "maxItems": 5})),
        query="/api/v1/coverage", example={"cell_deg": 0.25, "cells": [[14.1, 35.8, 90.5, 2, 31]]},
    ),
    ("GET", "/api/v1/feeds/faults"): Operation(
        "What is wrong with which feed, by its name, for who has it mended",
        object_of("faults", faults={"type": "object", "additionalProperties": TEXT}),
        query="/api/v1/feeds/faults",
        example={"faults": {"malta": "10.1.2.3:4001 closed the connection"}},
    ),
    ("GET", "/api/v1/traffic"): Operation(
        "Where ships usually go, by the model in force: cells of lon, lat, ships, axis in degrees",
        object_of("version", "until", "cell_deg", "cells", version=COUNT, until=TEXT,
                  cell_deg=REAL,
                  cells=several({"type": "array", "items": or_null("number"), "minItems": 4,
                                 "maxItems": 4})),
        query="/api/v1/traffic",
        example={"version": 3, "until": "2026-05-01", "cell_deg": 0.1,
                 "cells": [[14.1, 35.8, 912, 118]]},
    ),
    ("GET", "/api/v1/lead-time"): Operation(
        "How early people were told by route, with counts and 95 % intervals; what was missed",
        object_of("days", "leads", days=COUNT, leads=several(all_of(
            origin=TEXT, zone=TEXT, arrived=COUNT, told=COUNT, missed=COUNT, present=COUNT,
            median_h=or_null("number"), low_h=or_null("number"), high_h=or_null("number"),
            heard=or_null("number"), words=TEXT))),
        parameters=(asked("days", "how far back, by default 90", whole(1, 1095)),),
        query="/api/v1/lead-time?days=30", example={"days": 30, "leads": []},
    ),
    ("GET", "/api/v1/trends"): Operation(
        "What changed at sea in the last weeks, as far as the person may know of it: findings of "
        "an exact test with 95 % intervals, how many comparisons were made, what was not heard",
        all_of(
            until=TEXT, made=TEXT, weeks=COUNT, before_weeks=COUNT, days=several(REAL),
            findings=several(object_of(
                "family", "key", "now", "before", "expected", "ships", "p", "chance", "weekly",
                "told", family=TEXT, key=several(TEXT), now=COUNT, before=COUNT, expected=REAL,
                ships=COUNT, ratio=or_null("number"), low=or_null("number"),
                high=or_null("number"), p=REAL, chance=REAL, weekly=several(COUNT),
                lon=or_null("number"), lat=or_null("number"), told=TEXT)),
            seen={"type": "object"}, looked={"type": "object"}, false_share=REAL, cell_deg=REAL,
            least=COUNT, least_ratio=REAL, names={"type": "object"},
            deaf=several(all_of(zone=TEXT, share=or_null("number"))), deaf_areas=COUNT,
            outages=COUNT, outage_h=REAL, exercise=YES, comparable=YES, office=TEXT),
        parameters=(asked("until", "the Monday at which the weeks end, as 2026-11-23; by default "
                          "of the newest report", TEXT),),
        query="/api/v1/trends",
    ),
} | PAST | DESK | BY_HAND | EXPORTING | FINDING | LINKS  # fmt: skip
"""(method, path) of each route, as in the table of rights; one without a row fails a test."""
