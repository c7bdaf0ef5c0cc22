"""The GeoJSON twin of a CAP message (RFC 7946): the same facts for a map."""

from __future__ import annotations

import json
from typing import Any

from alerts.alert import Notice
from alerts.cap import (
    certainty,
    described,
    helpers,
    identifier,
    restriction,
    secret,
    sentence,
    titled,
    urgency,
)
from alerts.distances import NM_M, ahead
from alerts.events import stamp
from alerts.plain import plain

_CORNERS = 36
_DIGITS = 5


def geojson(notice: Notice) -> bytes:
    """Return a FeatureCollection as UTF-8 JSON: the alert first, then drift areas and helpers.

    Each feature says in ``properties.is`` what it is: alert, drift, helper. Positions are degrees,
    5 decimals, longitude first; an alert without a place has the geometry null. What the codes
    forbid is left out, as in the CAP message.
    """
    features = [_alert(notice)]
    if notice.sar is not None:
        for drift in notice.sar.adrift:
            ring = _ring(drift.lon, drift.lat, drift.radius_nm)
            shape = {"type": "Polygon", "coordinates": [ring]}
            said = {"is": "drift", "minutes": drift.minutes, "radius_nm": drift.radius_nm}
            features.append(_feature(shape, said))
        for near in notice.sar.nearest:
            said = {
                "is": "helper", "mmsi": near.mmsi, "name": plain(near.name),
                "role": plain(near.role), "distance_nm": near.distance_nm,
                "bearing_deg": near.bearing_deg, "minutes": near.minutes, "age_s": near.age_s,
            }  # fmt: skip
            features.append(_feature(_point(near.lon, near.lat), said))
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _alert(notice: Notice) -> dict[str, Any]:
    alert = notice.alert
    said: dict[str, Any] = {
        "is": "alert",
        "identifier": identifier(notice.id),
        "alert": alert.id,
        "version": alert.version,
        "change": notice.change,
        "references": [identifier(name) for name, _ in notice.references],
        "status": "Exercise" if alert.exercise else "Actual",
        "sent_at": stamp(notice.sent_us),
        "started_at": stamp(alert.started_us),
        "ended_at": None if alert.ended_us is None else stamp(alert.ended_us),
        "lane": alert.lane,
        "event": titled(notice),
        "urgency": urgency(notice),
        "certainty": certainty(notice),
        "headline": sentence(titled(notice) if secret(notice) else alert.headline),
        "description": described(notice),
        "instruction": helpers(notice),
        "place": plain(alert.place),
        "reason": plain(alert.reason),
        "restriction": restriction(alert),
        "link": notice.link,
    }
    if not notice.limited or alert.lane == "sar":
        said["mmsis"] = list(alert.mmsis)
    if not notice.limited:
        said |= {"kind": alert.kind, "severity": alert.severity, "score": alert.score}
        said["events"] = list(alert.events)
        said["zones"] = [plain(name) for name in notice.zone_names]
    return _feature(_point(*notice.whereabouts), said)


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(lon: float | None, lat: float | None) -> dict[str, Any] | None:
    if lon is None or lat is None:
        return None
    return {"type": "Point", "coordinates": [round(lon, _DIGITS), round(lat, _DIGITS)]}


def _ring(lon: float, lat: float, radius_nm: float) -> list[list[float]]:
    """Return a circle as a closed ring, counterclockwise as RFC 7946 wants it."""
    courses = (-360.0 * step / _CORNERS for step in range(_CORNERS))
    ring = [
        [round(float(one), _DIGITS) for one in ahead(lon, lat, course, radius_nm * NM_M)]
        for course in courses
    ]
    return [*ring, ring[0]]
