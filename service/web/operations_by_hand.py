"""What the routes of drawn zones, of sightings and of rescue take and answer."""

from __future__ import annotations

from alerts.contacts import INFO_GRADES, LARGEST_ERROR_NM, MOST_PERSONS, SOURCE_GRADES
from alerts.contacts import KINDS as CONTACT_KINDS
from geofence.zones import KINDS as ZONE_KINDS
from service.web.described import (
    COUNT,
    LAT,
    LON,
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
    real,
    several,
    whole,
)

_ERROR_NM = real(0, LARGEST_ERROR_NM, default=5)
_HELP: Json = {
    "nearest": several(all_of(
        mmsi=COUNT, name=TEXT, role=TEXT, lon=REAL, lat=REAL, distance_nm=REAL, bearing_deg=REAL,
        minutes=or_null("number"), age_s=REAL)),
    "centres": several(all_of(id=TEXT, name=TEXT, region=TEXT, contact=TEXT)),
    "assumed": TEXT,
}  # fmt: skip
_HELPED: Json = {
    "nearest": [{"mmsi": 247000001, "name": "MARIA K", "role": "cargo", "lon": 14.5, "lat": 35.9,
                 "distance_nm": 6.2, "bearing_deg": 271.0, "minutes": 31.0, "age_s": 40.0}],
    "centres": [{"id": "mrcc-rome", "name": "MRCC Rome", "region": "Italy", "contact": ""}],
    "assumed": "",
}  # fmt: skip
_WHY = TEXT | {"minLength": 1, "maxLength": 500, "description": "kept in the audit"}
_WHEN = {"type": ["string", "null"], "description": "a time in UTC; null = always"}
_BOX = {"type": "Polygon",
        "coordinates": [[[14, 35], [14.5, 35], [14.5, 35.5], [14, 35.5], [14, 35]]]}  # fmt: skip

BY_HAND: dict[tuple[str, str], Operation] = {
    ("POST", "/api/v1/zones"): Operation(
        "Keep a drawn zone: a new one, or with id and version the next version of one",
        all_of(id=TEXT, done=TEXT, edition=COUNT), query="/api/v1/zones",
        example={"id": "drawn-grey-area", "done": "added", "edition": 12},
        body=object_of(
            "name", "why", "geometry", name=TEXT | {"minLength": 1, "maxLength": 120}, why=_WHY,
            geometry=object_of("type", "coordinates", type={"enum": ["Polygon", "MultiPolygon"]},
                               coordinates={"type": "array"}),
            id=TEXT, version=whole(1, 2**31 - 1), kind={"enum": [*ZONE_KINDS]},
            legal_status=TEXT, note=TEXT, valid_from=_WHEN, valid_until=_WHEN,
            leave_m=or_null("number"),
        ),
        sent={"name": "Grey area", "why": "boats gather here", "geometry": _BOX},
    ),
    ("GET", "/api/v1/zones/{id}"): Operation(
        "The newest version of a zone exactly, to be changed by hand",
        all_of(type={"const": "Feature"}, id=TEXT, properties={"type": "object"},
               geometry={"type": "object"}, version=or_null("integer")),
        (placed("id", "as the zones have it", "drawn-grey-area"),),
        "/api/v1/zones/drawn-grey-area",
    ),
    ("GET", "/api/v1/contacts"): Operation(
        "The newest sighting of each open contact; a look a person and hour is in the audit",
        all_of(contacts=several(all_of(
            id=TEXT, version=COUNT, kind={"enum": [*CONTACT_KINDS]}, lon=REAL, lat=REAL,
            error_nm=REAL, time_ms=COUNT, description=TEXT, persons=or_null("integer"),
            source_grade=TEXT, info_grade=COUNT, by=TEXT, closed=YES,
            reckoned=TEXT))),
        query="/api/v1/contacts",
        example={"contacts": [{
            "id": "C-000001", "version": 1, "kind": "aircraft", "lon": 12.9, "lat": 35.1,
            "error_nm": 2.0, "time_ms": 1767225600000, "description": "wooden boat, blue",
            "persons": 40, "source_grade": "B", "info_grade": 2, "by": "a.rossi",
            "closed": False, "reckoned": ""}]},
    ),
    ("POST", "/api/v1/contacts"): Operation(
        "Enter a sighting: a new contact, or with same_as the next place of one",
        all_of(id=TEXT, version=COUNT, **_HELP), query="/api/v1/contacts",
        example={"id": "C-000001", "version": 1, **_HELPED},
        body=object_of(
            "kind", "lon", "lat", "description", kind={"enum": [*CONTACT_KINDS]}, lon=LON,
            lat=LAT, description=TEXT | {"minLength": 1, "maxLength": 500}, error_nm=_ERROR_NM,
            time=_WHEN, persons={"type": ["integer", "null"], "minimum": 0,
                                 "maximum": MOST_PERSONS},
            source_grade={"enum": [*SOURCE_GRADES]}, info_grade={"enum": [*INFO_GRADES]},
            same_as=TEXT, reckoned=TEXT | {"maxLength": 500}, why=_WHY,
        ),
        sent={"kind": "aircraft", "lon": 12.9, "lat": 35.1, "error_nm": 2, "persons": 40,
              "description": "wooden boat, blue", "why": "Osprey 2"},
    ),
    ("GET", "/api/v1/rescue"): Operation(
        "Who is near a place, and who answers for that sea", all_of(**_HELP),
        (asked("lon", "degrees", LON, needed=True), asked("lat", "degrees", LAT, needed=True),
         asked("error_nm", "how far it may be from there, nautical miles", _ERROR_NM)),
        "/api/v1/rescue?lon=12.9&lat=35.1", _HELPED,
    ),
    ("GET", "/api/v1/places"): Operation(
        "Ports, anchorages and other zones of a name, with a place within each",
        all_of(places=several(all_of(name=TEXT, kind=TEXT, lon=REAL, lat=REAL))),
        (asked("q", "words of the name, at most 60 characters", TEXT),),
        "/api/v1/places?q=valletta",
        {"places": [{"name": "Valletta", "kind": "port", "lon": 14.51, "lat": 35.89}]},
    ),
}  # fmt: skip
