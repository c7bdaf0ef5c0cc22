"""A zone, and a set of them as one edition: what the service checks positions against."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
import shapely

from geofence.errors import GeofenceError

KINDS = (
    "land",
    "band_12nm",
    "band_24nm",
    "sub_basin",
    "port",
    "anchorage",
    "departure_coast",
    "arrival_coast",
    "sar_region",
    "office_area",
    "custom",
)
"""What a zone can be; ``custom`` is what people draw and import without saying more."""
LEGAL = ("indicative", "operational", "official")
"""Weight of a border: derived by us, agreed by offices, or from the state that it belongs to."""
LEAVE_M = 500.0
"""A vessel has left when it is so far outside (DETECTORS, row 8)."""
LONGEST_LEAVE_M = 20_000.0
"""The index lists edges in all cells within reach: farther, no list could be read in time."""
_WRONG = (LookupError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError)
"""What reading a feature that is none of ours may raise."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Zone:
    """An area at sea or on land with its origin.

    id            unique in its set: lower-case letters, digits, ``. _ -``, at most 80
    geometry      Polygon or MultiPolygon, WGS 84 degrees, longitude first
    source, licence, version   of the data that it was made from
    legal_status  one of LEGAL
    valid_from, valid_until    UTC, from (included) and until (excluded); None = without bound
    leave_m       distance outside at which a visit ends, 0 to 20,000 metres
    details       country (ISO 3166 alpha-3), rescue_centres, office, note …: texts or lists

    Raises GeofenceError for an unknown kind, an id that is none, or another kind of geometry.
    """

    id: str
    name: str
    kind: str
    geometry: shapely.Polygon | shapely.MultiPolygon
    source: str
    licence: str
    version: str = ""
    legal_status: str = "indicative"
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    leave_m: float = LEAVE_M
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no zone can be."""
        if not _ID.fullmatch(self.id):
            expected = "lower-case letters, digits and . _ -, at most 80"
            raise GeofenceError(f"zone id {self.id!r}: expected {expected}")
        if self.kind not in KINDS:
            expected = ", ".join(KINDS)
            raise GeofenceError(f"zone {self.id}: kind {self.kind!r}; expected one of {expected}")
        if self.legal_status not in LEGAL:
            expected = ", ".join(LEGAL)
            raise GeofenceError(
                f"zone {self.id}: legal_status {self.legal_status!r}; expected one of {expected}"
            )
        if not 0 <= self.leave_m <= LONGEST_LEAVE_M:
            expected = f"0 to {LONGEST_LEAVE_M:g} metres"
            raise GeofenceError(f"zone {self.id}: leave_m {self.leave_m}; expected {expected}")
        if self.geometry.geom_type not in {"Polygon", "MultiPolygon"} or self.geometry.is_empty:
            raise GeofenceError(
                f"zone {self.id}: geometry {self.geometry.geom_type}; expected a polygon with area"
            )

    def feature(self) -> dict[str, Any]:
        """Return the zone as a GeoJSON feature; ``from_feature`` gives the same zone back."""
        properties = {
            "name": self.name,
            "kind": self.kind,
            "source": self.source,
            "licence": self.licence,
            "version": self.version,
            "legal_status": self.legal_status,
            "valid_from": _text(self.valid_from),
            "valid_until": _text(self.valid_until),
            "leave_m": self.leave_m,
            "details": dict(self.details),
        }
        geometry = shapely.geometry.mapping(self.geometry)
        return {"type": "Feature", "id": self.id, "properties": properties, "geometry": geometry}

    @classmethod
    def from_feature(cls, feature: Mapping[str, Any]) -> Self:
        """Return the zone of a GeoJSON feature that ``feature`` made.

        Raises GeofenceError where something is missing or wrong.
        """
        try:
            said = dict(feature["properties"])
            said["valid_from"] = _moment(said.get("valid_from"))
            said["valid_until"] = _moment(said.get("valid_until"))
            return cls(id=feature["id"], geometry=_area(feature["geometry"]), **said)
        except _WRONG as error:
            # What stands in a file of others may be no object at all.
            name = repr(dict(feature).get("id") if hasattr(feature, "keys") else feature)[:100]
            raise GeofenceError(
                f"zone {name} cannot be read ({error}): expected a feature of ours"
            ) from error


@dataclass(frozen=True, slots=True)
class ZoneSet:
    """Zones in the order of their ids: one edition, adopted as a whole.

    Raises GeofenceError where two zones have one id.
    """

    zones: tuple[Zone, ...] = ()

    def __post_init__(self) -> None:
        """Put the zones in order."""
        ordered = tuple(sorted(self.zones, key=lambda zone: zone.id))
        for one, other in pairwise(ordered):
            if one.id == other.id:
                raise GeofenceError(f"zone id {one.id!r} stands twice: expected each one once")
        object.__setattr__(self, "zones", ordered)

    def __len__(self) -> int:
        """Return the number of zones."""
        return len(self.zones)

    def of_kind(self, *kinds: str) -> ZoneSet:
        """Return the set with the zones of ``kinds`` only."""
        return ZoneSet(tuple(zone for zone in self.zones if zone.kind in kinds))

    def to_bytes(self) -> bytes:
        """Return the set as one canonical GeoJSON text: equal sets give equal bytes."""
        features = [zone.feature() for zone in self.zones]
        collection = {"type": "FeatureCollection", "features": features}
        return json.dumps(
            collection, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> ZoneSet:
        """Return the set that ``to_bytes`` made; raises GeofenceError where it is none."""
        try:
            features: list[Mapping[str, Any]] = list(json.loads(data)["features"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise GeofenceError(f"no zone set ({error}): expected a FeatureCollection") from error
        return cls(tuple(Zone.from_feature(feature) for feature in features))

    def sha256(self) -> str:
        """Return the SHA-256 of ``to_bytes``: the name of this edition."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def _area(geometry: Mapping[str, Any]) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the polygon of a GeoJSON geometry, three times as fast as shapely's ``shape``."""
    if geometry["type"] == "Polygon":
        return _polygon(geometry["coordinates"])
    if geometry["type"] != "MultiPolygon":
        raise ValueError(f"geometry {geometry['type']}; expected a polygon")
    return shapely.multipolygons([_polygon(rings) for rings in geometry["coordinates"]])


def _polygon(rings: Sequence[Any]) -> shapely.Polygon:
    made: list[Any] = [shapely.linearrings(np.array(ring, np.float64)) for ring in rings]
    area: shapely.Polygon = shapely.polygons(made[0], made[1:] or None)
    return area


def _text(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).isoformat()


def _moment(text: str | None) -> dt.datetime | None:
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
