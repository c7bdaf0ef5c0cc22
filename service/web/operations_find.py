"""What the questions to the sea take and answer."""

from __future__ import annotations

from service.finding.questions import QUESTIONS
from service.web.described import (
    COUNT,
    LAT,
    LON,
    REAL,
    TEXT,
    TIME,
    YES,
    Json,
    Operation,
    asked,
    object_of,
    or_null,
    several,
)


def _parameters() -> tuple[Json, ...]:
    """Return every field of every question once, with the questions that take it."""
    fields: dict[str, list[str]] = {}
    for name, kind in QUESTIONS.items():
        for one in kind.fields:
            fields.setdefault(one.name, []).append(f"{one.label} ({name})")
    question = {"name": "question", "in": "path", "required": True, "description": "which one",
                "schema": {"enum": list(QUESTIONS)}, "example": "near"}  # fmt: skip
    why = asked("why", "why it is asked, kept in the audit", TEXT)
    layout = asked("format", "json (usual), or geojson: areas, place and ships as a file",
                   {"enum": ["json", "geojson"]})  # fmt: skip
    texts = (asked(name, "; ".join(said), TEXT) for name, said in fields.items())
    return (question, *texts, why, layout)


FINDING = {
    ("GET", "/api/v1/find/{question}"): Operation(
        "Ask who was where, when, and did what (docs/find.md). Every question is in the audit; "
        "413 where it takes too long",
        object_of(
            "question", "count", "more", "notes", "ships", "areas",
            question=TEXT, count=COUNT, more=YES, looked_at=or_null("integer"),
            notes=several(TEXT), areas={"type": "object"},
            ships=several(object_of(
                "mmsi", "type", "at", "lon", "lat", "why", "link", mmsi=COUNT,
                name=or_null("string"), type=TEXT, at=TIME, lon=LON, lat=LAT,
                score={"anyOf": [REAL, {"type": "null"}]}, why=several(TEXT), link=TEXT,
            )),
        ),
        _parameters(),
        "/api/v1/find/near?at=35.5+14.5&time=2026-05-01T08:00:00Z",
    ),
}  # fmt: skip
