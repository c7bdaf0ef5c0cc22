"""How a route of /api/v1 is described: the row, and the words of JSON schema that rows share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: a sentence, the JSON schema of its answer, and what it takes.

    query    an example of what is asked, path and query · example of the answer; None = none
    media    the answer's type · body  JSON schema of what is sent, None = nothing · sent  of it an
             example
    """

    summary: str
    schema: Json
    parameters: tuple[Json, ...] = ()
    query: str = ""
    example: Any = None
    media: str = "application/json"
    body: Json | None = None
    sent: Any = None


def asked(name: str, what: str, schema: Json, *, needed: bool = False) -> Json:
    """Return a parameter of the query."""
    return {"name": name, "in": "query", "required": needed, "description": what, "schema": schema}


def placed(name: str, what: str, example: str, pattern: str = "") -> Json:
    """Return a parameter of the path, a text."""
    schema = TEXT | ({"pattern": pattern} if pattern else {"minLength": 1})
    return {"name": name, "in": "path", "required": True, "description": what, "schema": schema,
            "example": example}  # fmt: skip


def object_of(*required: str, **properties: Any) -> Json:  # noqa: ANN401 (JSON schema)
    """Return an object with these properties; more may be in it."""
    return {"type": "object", "required": list(required), "properties": properties}


def all_of(**properties: Any) -> Json:  # noqa: ANN401 (JSON schema)
    """Return an object that always has all of these properties."""
    return object_of(*properties, **properties)


def several(items: Json) -> Json:
    """Return an array."""
    return {"type": "array", "items": items}


def or_null(kind: str) -> Json:
    """Return a value that may be missing."""
    return {"type": [kind, "null"]}


def shared(name: str) -> Json:
    """Return a shape of SCHEMAS by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def whole(least: float, most: float, **more: Any) -> Json:  # noqa: ANN401 (JSON schema)
    """Return a whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def real(least: float, most: float, **more: Any) -> Json:  # noqa: ANN401 (JSON schema)
    """Return a number within bounds."""
    return {"type": "number", "minimum": least, "maximum": most, **more}


TEXT, COUNT, REAL, YES = ({"type": one} for one in ("string", "integer", "number", "boolean"))
MS = {"type": ["integer", "null"], "description": "ms since 1970, UTC"}
TIME = {"type": "string", "format": "date-time"}
LON, LAT = real(-180, 180), real(-90, 90)
MMSI = placed("mmsi", "at most nine digits", "247000001", "^[0-9]{1,9}$")
