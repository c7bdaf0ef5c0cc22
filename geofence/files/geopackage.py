"""GeoPackage (OGC 12-128) in and out.

A GeoPackage is a database that may carry code: views, computed columns, triggers. Before GDAL sees
it, SQLite is asked what is in it, and a layer that computes is refused. Triggers stay: the spatial
index needs them, and a file that is only read fires none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely

from geofence.files.attributes import columns
from geofence.files.faults import ZoneFileError, shown
from geofence.files.features import WGS84, Counter, Layer
from geofence.files.tables import read_table
from geofence.zones import Zone

_MAGIC = b"SQLite format 3\0"
_MOST_LAYERS = 100
MOST_BYTES = 64 << 20
"""Of all cells that are read: 500,000 vertices take 16 MB with heights. What else is in the file
(pictures, other tables) is not read, so the file itself may be larger."""
_COMPUTED = frozenset({2, 3})
"""Marks of generated columns in SQLite's table_xinfo: virtual and stored."""


def read(path: Path, most: int) -> list[Layer]:
    """Return the layers with geometry, in the order of their names.

    Raises ZoneFileError for what is no GeoPackage, a layer that is a view, or a table that
    computes.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ZoneFileError("is no GeoPackage; export it as GeoPackage again")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as db:
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
            names = list(_tables(db))
            _must_fit(db, names, most)
    except sqlite3.Error as error:
        reason = " ".join(str(error).split())[:120]
        raise ZoneFileError(f"is no sound GeoPackage ({reason}); export it again") from None
    counter = Counter()
    return [read_table(path, name, counter, most) for name in names]


def _tables(db: sqlite3.Connection) -> Iterator[str]:
    """Yield the names of layers, each a plain table."""
    db.execute("PRAGMA trusted_schema = OFF")
    there = db.execute("SELECT lower(name), type, sql FROM sqlite_master").fetchall()
    kinds = {name: _kind(kind, str(statement)) for name, kind, statement in there
             if kind in {"table", "view"}}  # fmt: skip
    for name, kind in kinds.items():
        if name.startswith("gpkg_") and kind != "table":
            raise ZoneFileError(f"{shown(name)} is no plain table; export it again")
    # Asked only now, when the name is known to stand for a table.
    layers = db.execute("SELECT table_name FROM gpkg_geometry_columns ORDER BY 1 LIMIT ?",
                        [_MOST_LAYERS + 1]).fetchall()  # fmt: skip
    if not layers or len(layers) > _MOST_LAYERS:
        raise ZoneFileError(f"{len(layers)} layers with geometry; expected 1 to {_MOST_LAYERS}")
    for (layer,) in layers:
        known = str(layer).lower()
        if kinds.get(known) != "table":
            what = f"is a {kinds[known]}" if known in kinds else "is not there"
            raise ZoneFileError(f"layer {shown(str(layer))} {what}; only tables are read: save "
                                "it as a table")  # fmt: skip
        marks = db.execute("SELECT hidden FROM pragma_table_xinfo(?)", [layer])
        if any(mark in _COMPUTED for (mark,) in marks):
            raise ZoneFileError(f"layer {shown(str(layer))} has computed columns; save it as a "
                                "table with values")  # fmt: skip
        yield str(layer)


def _must_fit(db: sqlite3.Connection, names: Sequence[str], most: int) -> None:
    """Raise ZoneFileError where what will be read takes more memory than any zones do."""
    total = 0
    for name in names:
        table = _quoted(name)
        cells = [_quoted(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
        sizes = " + ".join(f"coalesce(length({cell}), 0)" for cell in cells)
        rows = f"(SELECT * FROM {table} LIMIT {most + 1})"  # noqa: S608 (names are quoted)
        [(size,)] = db.execute(f"SELECT coalesce(sum({sizes}), 0) FROM {rows}")  # noqa: S608
        total += size
    if total > MOST_BYTES:
        raise ZoneFileError(
            f"its features take {total / (1 << 20):,.0f} MiB; at most "
            f"{MOST_BYTES >> 20} MiB: simplify the shapes, or divide the file"
        )


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _kind(kind: str, statement: str) -> str:
    return "virtual table" if statement.upper().startswith("CREATE VIRTUAL") else kind


def write(zones: Sequence[Zone], path: Path) -> None:
    """Write zones as the layer ``zones`` with all their attributes; times are ISO 8601 texts."""
    rows = [columns(zone) for zone in zones]
    names = list(rows[0])
    kinds = sorted({zone.geometry.geom_type for zone in zones})
    import pyogrio.raw  # type: ignore[import-untyped]  # carries no types

    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([zone.geometry for zone in zones], object)),
        [np.array([row[name] for row in rows], object if name != "leave_m" else float)
         for name in names],
        names,
        layer="zones",
        driver="GPKG",
        geometry_type=kinds[0] if len(kinds) == 1 else "Unknown",
        crs=WGS84,
        encoding="UTF-8",
    )  # fmt: skip
