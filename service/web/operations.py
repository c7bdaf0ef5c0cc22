"""What each route of /api/v1 takes and answers; one row per route, beside the table of rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.web.history import MOST_DEG2, MOST_DEG2_H, MOST_H, MOST_POINTS

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: a sentence, the JSON schema of its answer, and what it takes.

    query    an example of what is asked, path and query · example of the answer; None = none
    media    the answer's type
    """

    summary: str
    schema: Json
    parameters: tuple[Json, ...] = ()
    query: str = ""
    example: Any = None
    media: str = "application/json"


def _asked(name: str, what: str, schema: Json, *, needed: bool = False) -> Json:
    return {"name": name, "in": "query", "required": needed, "description": what, "schema": schema}


def _object(*required: str, **properties: Any) -> Json:  # noqa: ANN401 (JSON schema)
    return {"type": "object", "required": list(required), "properties": properties}


def _several(items: Json) -> Json:
    return {"type": "array", "items": items}


def _or_null(kind: str) -> Json:
    return {"type": [kind, "null"]}


_TEXT, _COUNT, _REAL = {"type": "string"}, {"type": "integer"}, {"type": "number"}
_MS = {"type": ["integer", "null"], "description": "ms since 1970, UTC"}
_NINE = {"type": "string", "pattern": "^[0-9]{1,9}$"}
_MMSI = {"name": "mmsi", "in": "path", "required": True, "description": "at most nine digits",
         "schema": _NINE, "example": "247000001"}  # fmt: skip
_TIME = {"type": "string", "format": "date-time"}
_FROM = "from this time on, UTC, as 2026-05-01T08:00:00Z"
_TO = "before this time, UTC"
_VESSEL = {"mmsi": 247000001, "segment": 7, "imo": 9074729, "name": "MARIA K",
           "call_sign": "9HA2345", "lon": 14.5, "lat": 35.9,
           "last_report_ms": 1767225600000}  # fmt: skip

SCHEMAS: Json = {
    "Error": _object("error", error={"type": "string", "description": "one sentence"}),
    "Brief": _object(
        "mmsi", "segment", "imo", "name", "call_sign", "lon", "lat", "last_report_ms",
        mmsi=_COUNT, segment=_COUNT, imo=_or_null("integer"), name=_TEXT, call_sign=_TEXT,
        lon=_or_null("number"), lat=_or_null("number"), last_report_ms=_COUNT,
    ),
    "Vessel": _object(
        "mmsi", "name", "type", "last_report_ms", "segments",
        mmsi=_COUNT, imo=_or_null("integer"), call_sign=_or_null("string"),
        name=_or_null("string"), destination=_or_null("string"), draught_m=_or_null("number"),
        type=_or_null("string"), flag=_or_null("string"), eta=_or_null("object"),
        last_report_ms=_MS, status=_or_null("string"), feed=_or_null("string"),
        segments=_several({"type": "object"}), sub_basins=_or_null("array"),
        nearest_port=_or_null("string"), nearest_port_nm=_or_null("number"),
        shore_nm=_or_null("number"),
    ),
    "Position": _object(
        "type", "geometry", "properties",
        type={"const": "Feature"},
        geometry=_object("type", "coordinates", type={"const": "Point"},
                         coordinates={"type": "array", "items": _REAL, "minItems": 2,
                                      "maxItems": 2}),
        properties=_object("mmsi", "time", "sog_kn", "cog_deg", mmsi=_COUNT, time=_TIME,
                           sog_kn=_or_null("number"), cog_deg=_or_null("number")),
    ),
    "Zone": _object("id", "name", "kind", "source", id=_TEXT, name=_TEXT, kind=_TEXT,
                    source=_TEXT),
}  # fmt: skip
"""Shapes that answers share, by name."""


def _of(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_DEGREES = {
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
}
_TRACK_SPAN = {"type": "number", "minimum": 0, "maximum": MOST_H, "default": 3}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/api/v1/openapi.json"): Operation(
        "This description", _object("openapi", "paths", openapi=_TEXT, paths={"type": "object"}),
        query="/api/v1/openapi.json",
    ),
    ("GET", "/api/v1/me"): Operation(
        "Who asks, and what they may do",
        _object("name", "role", "deeds", name=_TEXT, display=_TEXT, role=_TEXT,
                deeds=_several(_TEXT), exercise={"type": "boolean"}),
        query="/api/v1/me",
    ),
    ("GET", "/api/v1/vessels"): Operation(
        "Vessels of the live picture by name, MMSI, IMO number or call sign",
        _object("vessels", vessels=_several(_of("Brief"))),
        (_asked("q", "what is looked for, at most 40 characters", _TEXT),),
        "/api/v1/vessels?q=maria", {"vessels": [_VESSEL]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}"): Operation(
        "Identity and last report of a vessel", _of("Vessel"), (_MMSI,),
        "/api/v1/vessels/247000001",
    ),
    ("GET", "/api/v1/vessels/{mmsi}/track"): Operation(
        f"Where a vessel was, oldest first; at most {MOST_H:g} h at a time",
        _object("points", points=_several(
            {"type": "array", "items": _REAL, "minItems": 3, "maxItems": 3,
             "description": "ms since 1970, longitude, latitude"})),
        (_MMSI, _asked("hours", "the last so many hours", _TRACK_SPAN),
         _asked("from", f"instead of hours: {_FROM}", _TIME), _asked("to", _TO, _TIME),
         _asked("segment", "only this track of several under one MMSI",
                {"type": "integer", "minimum": 0})),
        "/api/v1/vessels/247000001/track?hours=6",
        {"points": [[1767225600000, 14.5, 35.9], [1767225660000, 14.503, 35.901]]},
    ),
    ("GET", "/api/v1/vessels/{mmsi}/identity"): Operation(
        "What a vessel said of herself over time",
        _object("one", "facts", "conflicts", one={"type": "boolean"}, since_ms=_MS,
                facts=_several({"type": "object"}), conflicts=_several({"type": "object"})),
        (_MMSI,), "/api/v1/vessels/247000001/identity",
    ),
    ("GET", "/api/v1/positions"): Operation(
        f"Positions in a box and a span as GeoJSON; at most {MOST_DEG2:g} square degrees, "
        f"{MOST_H:g} h, {MOST_DEG2_H:g} of their product, and {MOST_POINTS:,} positions",
        _object("type", "features", type={"const": "FeatureCollection"},
                features=_several(_of("Position"))),
        (_asked("bbox", "west,south,east,north in degrees",
                {"type": "string", "pattern": r"^-?[0-9.]+(,-?[0-9.]+){3}$"}, needed=True),
         _asked("from", _FROM, _TIME, needed=True), _asked("to", _TO, _TIME, needed=True)),
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
        _object("lon", "lat", "zones", lon=_REAL, lat=_REAL, zones=_several(_of("Zone"))),
        tuple(_asked(name, "degrees", _DEGREES[name], needed=True) for name in _DEGREES),
        "/api/v1/zones/at?lon=14.5&lat=35.9",
    ),
    ("GET", "/api/v1/coverage"): Operation(
        "Where ships are heard: cells of lon, lat, reports an hour, receivers, p99 gap in s",
        _object("cell_deg", "cells", cell_deg=_REAL,
                cells=_several({"type": "array", "items": _or_null("number"), "minItems": 5,
                                "maxItems": 5})),
        query="/api/v1/coverage", example={"cell_deg": 0.25, "cells": [[14.1, 35.8, 90.5, 2, 31]]},
    ),
}  # fmt: skip
"""(method, path) of each route, as in the table of rights; one without a row fails a test."""
