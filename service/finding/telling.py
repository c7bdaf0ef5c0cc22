"""An answer as JSON: for programs, and for the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from service.finding.question import Answer, Ship

_DIGITS = 5


def as_dict(answer: Answer) -> dict[str, Any]:
    """Return the answer; areas as GeoJSON, times UTC, and a link to each ship on the map."""
    return {
        "question": answer.words,
        "count": len(answer.ships),
        "more": answer.more,
        "looked_at": answer.of,
        "notes": list(answer.notes),
        "ships": [_ship(one) for one in answer.ships],
        "areas": {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"name": name},
                 "geometry": shapely.geometry.mapping(shapely.set_precision(area, 1e-4))}
                for name, area in answer.shown.areas
            ],
        },
    }  # fmt: skip


def link(ship: Ship) -> str:
    """Return where the map shows a ship: at the place of which the answer speaks."""
    return f"/#10/{ship.lat:.4f}/{ship.lon:.4f}?vessel={ship.mmsi}"


def _ship(one: Ship) -> dict[str, Any]:
    return {
        "mmsi": one.mmsi, "name": one.name or None, "type": one.kind,
        "at": f"{one.at:%Y-%m-%dT%H:%M:%S}Z", "lon": round(one.lon, _DIGITS),
        "lat": round(one.lat, _DIGITS), "score": one.score, "why": list(one.why),
        "link": link(one),
    }  # fmt: skip
