"""What the routes of exports take and answer."""

from __future__ import annotations

from maps.export import KINDS
from maps.exports import EXPORTS
from service.web.described import (
    TEXT,
    TIME,
    YES,
    Operation,
    asked,
    object_of,
    or_null,
    placed,
    several,
)

_ID = placed("id", "of an export", "X-0123456789ab", "^X-[0-9a-f]{12}$")
_EXPORT = object_of(
    "export", "state", "said", "query", "at", "expires_at", "taken", "file", "sidecar",
    export=TEXT, state={"enum": ["waiting", "ready", "failed", "gone"]}, said=TEXT,
    query={"type": "object"}, at=TEXT, expires_at=TEXT, taken=YES, file=or_null("string"),
    sidecar=or_null("object"),
)  # fmt: skip
_KIND = {"name": "kind", "in": "path", "required": True, "description": "what leaves",
         "schema": {"enum": list(KINDS)}, "example": "tracks"}  # fmt: skip

EXPORTING = {
    ("GET", "/api/v1/export/{kind}"): Operation(
        "Make a file of what is known; the answer says where it is. Above 2 million rows it is "
        "made in the background: ask for its state. Every export is in the audit with its reason",
        _EXPORT,
        (_KIND, asked("format", "see docs/exports.md", {"enum": list(EXPORTS)}, needed=True),
         asked("vessel", "MMSI or imo:N; several", TEXT),
         asked("from", "from this time on, UTC", TIME), asked("to", "before this time", TIME),
         asked("bbox", "W,S,E,N in degrees", TEXT),
         asked("polygon", "lon,lat lon,lat …", TEXT), asked("zone", "id of a zone; several", TEXT),
         asked("alert", "id of an alert", TEXT), asked("case", "id of a case", TEXT),
         asked("hops", "steps from the vessels, of links", {"enum": [1, 2, 3]}),
         asked("reason", "why; needed but with a case", TEXT),
         asked("permission", "who permitted what codes forbid", TEXT)),
        "/api/v1/export/positions?format=csv&vessel=247000001&from=2026-05-01T08:00:00Z&reason=why",
    ),
    ("GET", "/api/v1/exports"): Operation(
        "The newest exports of who asks",
        object_of("exports", exports=several(_EXPORT)), query="/api/v1/exports",
    ),
    ("GET", "/api/v1/exports/{id}"): Operation(
        "What became of an export, with its sidecar", _EXPORT, (_ID,),
        "/api/v1/exports/X-0123456789ab",
    ),
    ("GET", "/api/v1/exports/{id}/file"): Operation(
        "The file of an export, for 24 h",
        {"type": "string", "contentMediaType": "application/octet-stream"}, (_ID,),
        "/api/v1/exports/X-0123456789ab/file", media="application/octet-stream",
    ),
}  # fmt: skip
