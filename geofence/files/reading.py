"""Read a file of zones: all of it is good, or all that is wrong with it is said."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely

from geofence.errors import GeofenceError
from geofence.files import geojson, geopackage, kml, shapefile
from geofence.files.attributes import KNOWN, LONGEST, Attributes, text_trouble
from geofence.files.coordinates import placed
from geofence.files.faults import Findings, ZoneFileError, place, shown
from geofence.files.features import Feature, Layer, ReadOptions, ZoneDefaults
from geofence.files.geometry import judge
from geofence.zones import Zone

__all__ = ["ReadOptions", "ReadZones", "ZoneDefaults", "ZoneFileError", "read_zones"]

ENDINGS = (".gpkg", ".shp", ".zip", ".geojson", ".json", ".kml")
"""Endings of files that are read; the ending alone decides how."""
_READERS: Mapping[str, Callable[[Path, int], list[Layer]]] = {
    ".gpkg": geopackage.read,
    ".shp": shapefile.read,
    ".geojson": geojson.read,
    ".json": geojson.read,
    ".kml": kml.read,
}
_NAMED = 8


@dataclass(frozen=True, slots=True)
class ReadZones:
    """Zones of a file in its order, and what was repaired or left out, a line each."""

    zones: tuple[Zone, ...]
    notes: tuple[str, ...]


def read_zones(
    path: Path, defaults: ZoneDefaults | None = None, options: ReadOptions | None = None
) -> ReadZones:
    """Return the zones of a GeoPackage, Shapefile (also zipped), GeoJSON or KML file.

    1. laid out alone in a folder, so that nothing beside it is read; 2. read by its ending;
    3. placed in WGS 84; 4. each feature judged. Size and archives are for the caller to bound.
    Raises ZoneFileError with all faults; then nothing of the file may be used.
    """
    options, defaults = options or ReadOptions(), defaults or ZoneDefaults()
    findings = Findings()
    for name in ("source", "licence", "version"):
        if trouble := text_trouble(getattr(defaults, name), LONGEST):
            findings.fault(f"default {name} {trouble}")
    findings.raise_faults()
    with TemporaryDirectory(prefix="vedetta-zones-") as folder:
        own = _laid_out(path, Path(folder))
        layers = _READERS[own.suffix](own, options.features)
    _shapes_are_zones(layers, options, findings)
    zones = _zones(placed(layers, options), defaults, options, findings)
    if not zones and not findings.faults:
        findings.fault("holds no feature; expected at least one polygon")
    findings.raise_faults()
    return ReadZones(tuple(zones), tuple(findings.notes))


def _laid_out(path: Path, folder: Path) -> Path:
    """Return a copy in ``folder`` under a name of ours: no companion, link or prefix counts."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ZoneFileError(f"ends in {ending or 'nothing'}; expected {', '.join(ENDINGS)}")
    try:
        if ending == ".zip":
            return shapefile.unzip(path, folder)
        own = shutil.copyfile(path, folder / f"zones{ending}")
        for part in shapefile.PARTS if ending == ".shp" else ():
            for beside in (path.with_suffix(part), path.with_suffix(part.upper())):
                if beside.is_file() and not own.with_suffix(part).exists():
                    shutil.copyfile(beside, own.with_suffix(part))
    except OSError as error:
        raise ZoneFileError(
            f"cannot be read ({error.strerror or 'no file'}); correct the path"
        ) from error
    return own


def _shapes_are_zones(layers: list[Layer], options: ReadOptions, findings: Findings) -> None:
    """Bound the work before coordinates are touched: the whole file's vertices."""
    shapes = [f.geometry for layer in layers for f in layer.features if f.geometry is not None]
    total = sum(int(shapely.get_num_coordinates(shape)) for shape in shapes)
    if total > options.file_vertices:
        findings.fault(
            f"{total:,} vertices in all; at most {options.file_vertices:,}: simplify the shapes"
        )
        findings.raise_faults()
    if any(shape.has_z for shape in shapes):
        findings.note("heights (Z) are left out")


def _zones(
    layers: list[Layer], defaults: ZoneDefaults, options: ReadOptions, findings: Findings
) -> list[Zone]:
    features = [feature for layer in layers for feature in layer.features]
    _note_unused(features, findings)
    first_of: dict[str, int] = {}
    zones = []
    for feature in features:
        zone = _zone(feature, defaults, options, findings)
        if zone is None:
            continue
        first = first_of.setdefault(zone.id, feature.number)
        if first != feature.number:
            findings.fault(f"id {shown(zone.id)} is that of feature {first}; give it its own",
                           place(feature.number, zone.name))  # fmt: skip
        zones.append(zone)
    return zones


def _zone(
    feature: Feature, defaults: ZoneDefaults, options: ReadOptions, findings: Findings
) -> Zone | None:
    """Return the zone of a feature, or None and its faults among the findings."""
    attributes = Attributes(feature, defaults)
    said = attributes.read()
    where = place(feature.number, str(feature.properties.get("name") or ""))
    judged = judge(feature.geometry, options.feature_vertices)
    for fault in filter(None, (feature.trouble or judged.fault, *attributes.faults)):
        findings.fault(fault, where)
    if feature.trouble or attributes.faults or judged.geometry is None:
        return None
    for note in judged.notes:
        findings.note(note, where)
    try:
        return Zone(geometry=judged.geometry, **said)
    except GeofenceError as error:
        findings.fault(str(error), where)
        return None


def _note_unused(features: list[Feature], findings: Findings) -> None:
    names = {name for feature in features for name in feature.properties}
    unused = sorted(n for n in names - KNOWN if not n.startswith("details_"))
    if unused:
        more = f" and {len(unused) - _NAMED} more" if len(unused) > _NAMED else ""
        said = ", ".join(shown(name) for name in unused[:_NAMED])
        findings.note(f"properties that mean nothing here are left out: {said}{more}")
