"""Shapefile in and out, plain or zipped; its tables know 10-letter names and 254-byte texts.

``legal_status`` is written as ``legal_stat``, ``valid_until`` as ``valid_till``; details that are
longer than a text go on in ``details_2``, ``details_3`` … All numbers of coordinates stay exact.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely

from geofence.files.attributes import columns
from geofence.files.faults import ZoneFileError, shown
from geofence.files.features import WGS84, Counter, Layer
from geofence.files.tables import read_table
from geofence.zones import Zone

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAGIC = b"\x00\x00\x27\x0a"
_TEXT_BYTES = 254
_MOST_PIECES = 20
_LARGEST = 256 << 20
_SHORT = {"legal_status": "legal_stat", "valid_until": "valid_till"}


def read(path: Path, most: int) -> list[Layer]:
    """Return the features of ``path``; its other parts lie beside it.

    Raises ZoneFileError where a part is missing or it is no Shapefile.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ZoneFileError("is no Shapefile; export it as Shapefile again")
    for ending in (".shx", ".dbf"):
        if not any(path.with_suffix(one).exists() for one in (ending, ending.upper())):
            raise ZoneFileError(f"{path.stem}{ending} is not beside it; give all parts of the "
                                "Shapefile, or a zip of them")  # fmt: skip
    return [read_table(path, None, Counter(), most)]


def unzip(path: Path, folder: Path) -> Path:
    """Lay out the parts of the one Shapefile of an archive in ``folder``; return its .shp.

    Raises ZoneFileError for an archive that is none, or holds no or more than one Shapefile.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            shapes = [name for name in archive.namelist()
                      if name.lower().endswith(".shp") and "__MACOSX" not in name]  # fmt: skip
            if len(shapes) != 1:
                raise ZoneFileError(f"holds {len(shapes)} Shapefiles; expected one: import each "
                                    "on its own")  # fmt: skip
            stem = shapes[0][: -len(".shp")].lower()
            room = _LARGEST
            for name in archive.namelist():
                ending = name[-4:].lower()
                if name[:-4].lower() == stem and ending in PARTS:
                    room -= _lay_out(archive, name, folder / f"zones{ending}", room)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError,
            EOFError) as error:  # fmt: skip
        raise ZoneFileError(f"is no sound zip archive ({error}); pack it again") from None
    return folder / "zones.shp"


def _lay_out(archive: zipfile.ZipFile, name: str, target: Path, room: int) -> int:
    """Write one member to ``target``; return its bytes. Its own word on its size is not taken."""
    with archive.open(name) as member:
        data = member.read(room + 1)
    if len(data) > room:
        raise ZoneFileError(f"{shown(name)} is larger than {_LARGEST >> 20} MiB; divide the file")
    target.write_bytes(data)
    return len(data)


def write(zones: Sequence[Zone], path: Path) -> None:
    """Write zones as ``path`` and its parts, or all parts into one archive (.zip).

    Raises ZoneFileError for a text that its table cannot hold.
    """
    if path.suffix.lower() != ".zip":
        _write_parts(zones, path)
        return
    name = path.name.lower().removesuffix(".zip").removesuffix(".shp") or "zones"
    with TemporaryDirectory() as folder:
        _write_parts(zones, Path(folder) / f"{name}.shp")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)


def _write_parts(zones: Sequence[Zone], path: Path) -> None:
    rows = [_row(zone) for zone in zones]
    names = list(dict.fromkeys(name for row in rows for name in row))
    import pyogrio.raw  # type: ignore[import-untyped]  # carries no types

    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([zone.geometry for zone in zones], object)),
        [np.array([row.get(name, "") for row in rows], object if name != "leave_m" else float)
         for name in names],
        names,
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs=WGS84,
        encoding="UTF-8",
    )  # fmt: skip


def _row(zone: Zone) -> dict[str, str | float]:
    """Return the columns under names of ten letters."""
    row = {_SHORT.get(name, name): value for name, value in columns(zone).items()}
    details = str(row.pop("details"))
    pieces = [details[at : at + _TEXT_BYTES] for at in range(0, len(details), _TEXT_BYTES)]
    if len(pieces) > _MOST_PIECES:
        raise ZoneFileError(f"zone {zone.id}: details are too long for a Shapefile; write a "
                            "GeoPackage (.gpkg)")  # fmt: skip
    for name, value in row.items():
        if isinstance(value, str) and len(value.encode()) > _TEXT_BYTES:
            raise ZoneFileError(f"zone {zone.id}: {name} is longer than the {_TEXT_BYTES} bytes "
                                "of a Shapefile's text; write a GeoPackage (.gpkg)")  # fmt: skip
    row["details"] = pieces[0] if pieces else ""
    row.update({f"details_{n}": piece for n, piece in enumerate(pieces[1:], 2)})
    return row
