"""An answer as JSON: for programs, and for the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

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
        "areas": _collection(_areas(answer)),
    }  # fmt: skip


def as_geojson(answer: Answer) -> dict[str, Any]:
    """Return the areas, the place and the ships of an answer for a map of any other program."""
    places = []
    if answer.shown.lon is not None and answer.shown.lat is not None:
        at = shapely.Point(answer.shown.lon, answer.shown.lat)
        places.append(_feature(at, {"what": "place", "name": answer.words}))
    ships = [
        _feature(shapely.Point(one.lon, one.lat), {"what": "ship", "number": number, **_ship(one)})
        for number, one in enumerate(answer.ships, 1)
    ]
    told = {"question": answer.words, "more": answer.more, "notes": list(answer.notes)}
    return _collection([*_areas(answer), *places, *ships]) | told


def _areas(answer: Answer) -> list[dict[str, Any]]:
    return [
        _feature(shapely.set_precision(area, 1e-4), {"what": "area", "name": name})
        for name, area in answer.shown.areas
    ]


def _feature(shape: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties,
            "geometry": shapely.geometry.mapping(shape)}  # fmt: skip


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


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
