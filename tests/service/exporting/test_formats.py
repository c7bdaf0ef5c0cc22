"""Each format, written from the database and read back by a program that is not ours."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import geopandas
import gpxpy
import numpy as np
import psycopg
import pyarrow.parquet as pq
import pyogrio
import pytest
import python_calamine
import shapefile
import shapely
from lxml import etree

from geofence.files.reading import ZoneDefaults, read_zones
from maps.export import KINDS
from maps.exports import EXPORTS
from service.exporting.asking import Asked
from service.exporting.choosing import Viewer, choose
from store.connect import connect
from store.history import Box
from tests.plugins import exported
from tests.plugins.exported import (
    BEGIN,
    END,
    FORMULA,
    HOSTILE,
    LAW,
    MARKUP,
    RESCUE,
    SILENT,
    export,
)

if TYPE_CHECKING:
    from pathlib import Path

KML = "{http://www.opengis.net/kml/2.2}"
PAIR = ("247000011", "247000012")


@pytest.fixture(scope="module")
def stored(sea: str) -> list[tuple[Any, ...]]:
    """(mmsi, time, lon, lat, sog or None) of two ships as the database has them, in order."""
    with psycopg.connect(sea) as connection:
        return [(mmsi, *row) for mmsi in (FORMULA, MARKUP)
                for row in exported.rows_of(connection, mmsi)]  # fmt: skip


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _near(lon: float, lat: float, row: tuple[Any, ...]) -> bool:
    return abs(lon - row[2]) < 1e-6 and abs(lat - row[3]) < 1e-6


def test_positions_come_back_from_geojson(sea: str, tmp_path: Path, stored: Any) -> None:
    made = export(sea, tmp_path, "positions", "geojson", vessels=PAIR)
    features = json.loads(made.path.read_text())["features"]
    assert len(features) == len(stored) == made.rows
    for feature, row in zip(features, stored, strict=True):
        said = feature["properties"]
        assert (said["mmsi"], said["time"], said["sog_kn"]) == (row[0], _stamp(row[1]), row[4])
        assert _near(*feature["geometry"]["coordinates"], row)
        assert said["name"] == HOSTILE[row[0]]
        assert (said["heading_deg"], said["nav_status"], said["feed"]) == (
            None,
            None,
            "=lampedusa",
        )
        assert said["received"].endswith("01.500Z")


def test_positions_come_back_from_csv_without_formulas(
    sea: str, tmp_path: Path, stored: Any
) -> None:
    made = export(sea, tmp_path, "positions", "csv", vessels=PAIR)
    with made.path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(stored)
    for said, row in zip(rows, stored, strict=True):
        assert (int(said["mmsi"]), said["time"]) == (row[0], _stamp(row[1]))
        assert _near(float(said["lon_deg"]), float(said["lat_deg"]), row)
        assert said["sog_kn"] == ("" if row[4] is None else str(row[4]))
        assert said["feed"] == "'=lampedusa"
        named = HOSTILE[row[0]]
        assert said["name"] == (f"'{named}" if named[0] == "=" else named)


def test_positions_come_back_from_a_geopackage(sea: str, tmp_path: Path, stored: Any) -> None:
    made = export(sea, tmp_path, "positions", "gpkg", vessels=PAIR)
    with sqlite3.connect(made.path) as db:
        rows = db.execute("SELECT mmsi, time, sog_kn, name, geom FROM positions ORDER BY fid")
        found = rows.fetchall()
        [(kind, srs)] = db.execute("SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns")
        assert (kind, srs) == ("POINT", 4326)
        assert db.execute("SELECT count(*) FROM rtree_positions_geom").fetchone() == (60,)
    for said, row in zip(found, stored, strict=True):
        time = _stamp(row[1]).replace(".000Z", "Z")
        assert said[:4] == (row[0], time, row[4], HOSTILE[row[0]])
        point = shapely.from_wkb(said[4][8:])  # the head of an envelope-less geometry: 8 bytes
        assert _near(point.x, point.y, row)


def test_positions_come_back_from_geoparquet(sea: str, tmp_path: Path, stored: Any) -> None:
    made = export(sea, tmp_path, "positions", "parquet", vessels=PAIR)
    frame = geopandas.read_parquet(made.path)
    assert frame.crs == "OGC:CRS84"
    assert list(frame["mmsi"]) == [row[0] for row in stored]
    assert [one.to_pydatetime() for one in frame["time"]] == [row[1] for row in stored]
    assert all(_near(p.x, p.y, row) for p, row in zip(frame.geometry, stored, strict=True))
    table = pq.read_table(made.path)
    assert table["sog_kn"].to_pylist() == [row[4] for row in stored]
    assert set(table["name"].to_pylist()) == {HOSTILE[FORMULA], HOSTILE[MARKUP]}


def test_positions_come_back_from_a_shapefile(sea: str, tmp_path: Path, stored: Any) -> None:
    made = export(sea, tmp_path, "positions", "shp", vessels=PAIR)
    parts = {name.rpartition(".")[2]: data for name, data in _members(made.path).items()}
    reader = shapefile.Reader(
        shp=io.BytesIO(parts["shp"]), shx=io.BytesIO(parts["shx"]), dbf=io.BytesIO(parts["dbf"])
    )
    assert b"WGS" in parts["prj"]
    assert parts["cpg"] == b"UTF-8"
    for one, row in zip(reader.iterShapeRecords(), stored, strict=True):
        said = one.record.as_dict()
        assert (said["mmsi"], said["time"], said["sog_kn"]) == (row[0], _stamp(row[1]), row[4])
        assert said["name"] == HOSTILE[row[0]]
        assert _near(*one.shape.points[0], row)


def test_positions_come_back_from_a_workbook_as_text(
    sea: str, tmp_path: Path, stored: Any
) -> None:
    made = export(sea, tmp_path, "positions", "xlsx", vessels=PAIR)
    book = python_calamine.CalamineWorkbook.from_path(made.path)
    heads, *rows = book.get_sheet_by_name("positions").to_python()
    for cells, row in zip(rows, stored, strict=True):
        said = dict(zip(heads, cells, strict=True))
        assert (said["mmsi"], said["time"]) == (row[0], _stamp(row[1]))
        assert said["name"] == HOSTILE[row[0]]
        assert said["sog_kn"] == ("" if row[4] is None else row[4])
        assert _near(said["lon_deg"], said["lat_deg"], row)
    assert b"<f>" not in _members(made.path)["xl/worksheets/sheet1.xml"]


def test_positions_come_back_from_gpx_and_kml(sea: str, tmp_path: Path, stored: Any) -> None:
    made = export(sea, tmp_path, "positions", "gpx", vessels=PAIR)
    waypoints = gpxpy.parse(made.path.read_text()).waypoints
    for point, row in zip(waypoints, stored, strict=True):
        assert (point.time, point.name) == (row[1], f"{row[0]} {HOSTILE[row[0]]}")
        assert _near(point.longitude, point.latitude, row)
    made = export(sea, tmp_path, "positions", "kml", vessels=PAIR)
    places = etree.parse(made.path).getroot().findall(f".//{KML}Placemark")
    for place, row in zip(places, stored, strict=True):
        assert place.findtext(f"{KML}name") == f"{row[0]} {HOSTILE[row[0]]}"
        assert place.findtext(f".//{KML}when") == _stamp(row[1])
        lon, lat = place.findtext(f".//{KML}coordinates").split(",")
        assert _near(float(lon), float(lat), row)


def test_a_track_comes_back_from_every_format_that_has_lines(
    sea: str, tmp_path: Path, stored: Any
) -> None:
    rows = [row for row in stored if row[0] == FORMULA]
    for layout, points in _lines(sea, tmp_path).items():
        assert len(points) == len(rows), layout
        for (lon, lat, time), row in zip(points, rows, strict=True):
            assert _near(lon, lat, row), layout
            assert time is None or time == _stamp(row[1]), layout


def _lines(sea: str, folder: Path) -> dict[str, list[tuple[float, float, str | None]]]:
    """The one track of FORMULA as each format's reader gives it: lon, lat, time."""
    path = {
        layout: export(sea, folder, "tracks", layout, vessels=("247000011",)).path
        for layout in ("geojson", "gpx", "kml", "gpkg", "shp", "parquet", "mfjson", "csv")
    }
    [feature] = json.loads(path["geojson"].read_text())["features"]
    found: dict[str, Any] = {"geojson": [
        (*pair, time) for pair, time in zip(feature["geometry"]["coordinates"],
                                            feature["properties"]["times"], strict=True)
    ]}  # fmt: skip
    [track] = gpxpy.parse(path["gpx"].read_text()).tracks
    found["gpx"] = [(p.longitude, p.latitude, _stamp(p.time)) for p in track.segments[0].points]
    pairs = etree.parse(path["kml"]).findtext(f".//{KML}LineString/{KML}coordinates").split()
    found["kml"] = [(*map(float, pair.split(",")), None) for pair in pairs]
    with sqlite3.connect(path["gpkg"]) as db:
        [(blob,)] = db.execute("SELECT geom FROM tracks")
    found["gpkg"] = [(*pair, None) for pair in shapely.from_wkb(blob[8 + 32 :]).coords]
    members = {name.rpartition(".")[2]: io.BytesIO(data)
               for name, data in _members(path["shp"]).items()}  # fmt: skip
    reader = shapefile.Reader(shp=members["shp"], dbf=members["dbf"])
    found["shp"] = [(*pair, None) for pair in reader.shape(0).points]
    frame = geopandas.read_parquet(path["parquet"])
    times = [_stamp(np.datetime64(one, "us").item().replace(tzinfo=UTC))
             for one in frame["time"][0]]  # fmt: skip
    found["parquet"] = [(*p, t) for p, t in zip(frame.geometry[0].coords, times, strict=True)]
    [moving] = json.loads(path["mfjson"].read_text())["features"]
    place = moving["temporalGeometry"]
    assert place["type"] == "MovingPoint"
    found["mfjson"] = [(*p, t) for p, t in zip(place["coordinates"], place["datetimes"],
                                              strict=True)]  # fmt: skip
    with path["csv"].open(newline="") as file:
        [said] = csv.DictReader(file)
    found["csv"] = [(*pair, None) for pair in shapely.from_wkt(said["geometry"]).coords]
    return found


def test_moving_features_leave_out_what_was_not_sent(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "tracks", "mfjson", vessels=PAIR)
    sent, silent = json.loads(made.path.read_text())["features"]
    speed, course = sent["temporalProperties"]
    assert speed["sog_kn"]["values"] == [6.5] * 30
    assert speed["sog_kn"]["form"] == "KNT"
    assert len(speed["datetimes"]) == len(course["datetimes"]) == 30
    assert silent["temporalProperties"][0]["datetimes"] == []
    assert silent["properties"]["name"] == HOSTILE[MARKUP]


def test_a_line_does_not_bridge_a_silence(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "tracks", "geojson", vessels=(str(SILENT),))
    one, other = json.loads(made.path.read_text())["features"]
    assert (one["properties"]["points"], other["properties"]["points"]) == (5, 5)
    assert other["properties"]["started_at"] == _stamp(BEGIN + timedelta(seconds=4500))


def test_a_line_does_not_bridge_what_lies_outside_of_the_area(sea: str, tmp_path: Path) -> None:
    """Her way leads through both arms of a U, and for minutes between them."""
    arms = ((-5.401, 35.9), (-5.379, 35.9), (-5.379, 36.1), (-5.386, 36.1), (-5.386, 35.95),
            (-5.394, 35.95), (-5.394, 36.1), (-5.401, 36.1))  # fmt: skip
    made = export(sea, tmp_path, "tracks", "geojson", vessels=(str(FORMULA),), polygon=arms)
    lines = [
        one["geometry"]["coordinates"] for one in json.loads(made.path.read_text())["features"]
    ]
    assert [len(one) > 1 for one in lines] == [True, True]
    assert lines[0][-1][0] < -5.394 < -5.386 < lines[1][0][0]


def test_a_box_of_tracks_sees_who_leaves_it(sea: str) -> None:
    asked = Asked("tracks", "geojson", box=Box(-5.4, 35.9, -5.3, 36.1), start=BEGIN, end=END)
    with connect(sea) as connection:
        chosen = choose(connection, asked, Viewer(), END)
    assert chosen.selection.box.west < asked.box.west - 0.1
    assert chosen.shape.bounds == (-5.4, 35.9, -5.3, 36.1)


def test_events_and_alerts_come_back_with_their_codes(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "events", "geojson")
    gap, call = json.loads(made.path.read_text())["features"]
    assert gap["properties"]["kind"] == "gap"
    fact = json.loads(gap["properties"]["evidence"])["silent_h"]
    assert fact == {"value": 1.5, "unit": "h", "threshold": 1.0}
    assert call["geometry"] is None
    made = export(sea, tmp_path, "alerts", "csv")
    with made.path.open(newline="") as file:
        law, rescue = csv.DictReader(file)
    assert (law["id"], law["headline"], law["handling"]) == (LAW, '\'+1 <b>"gap"</b>', "H1")
    assert (rescue["id"], rescue["lon_deg"], rescue["handling"]) == (RESCUE, "", "H0")


def test_alerts_are_messages_that_their_schemas_accept(
    sea: str, tmp_path: Path, shared_data: Path
) -> None:
    for layout, xsd in (("cap", "CAP-v1.2.xsd"), ("cise", "cise/cise.xsd")):
        schema = etree.XMLSchema(etree.parse(shared_data / "reference" / xsd))
        made = export(sea, tmp_path, "alerts", layout)
        messages = _members(made.path)
        assert sorted(messages) == [f"{LAW}.{layout}.xml", f"{RESCUE}.{layout}.xml"]
        for message in messages.values():
            root = etree.fromstring(message)
            for payload in root.findall("Payload"):
                # The envelope's schema knows no entities; alerts/test_cise.py looks at those.
                for entity in payload.findall("*")[5:]:
                    payload.remove(entity)
            schema.assertValid(root)
        assert b"&lt;b&gt;" in messages[f"{LAW}.{layout}.xml"]


@pytest.mark.parametrize("layout", ["geojson", "gpkg", "kml", "shp"])
def test_zones_come_back_as_they_are_imported(sea: str, tmp_path: Path, layout: str) -> None:
    made = export(sea, tmp_path, "zones", layout)
    path = made.path.rename(made.path.with_suffix(".zip")) if layout == "shp" else made.path
    assert len(read_zones(path, ZoneDefaults("a test", "own")).zones) == made.rows > 10


def test_the_list_is_read_back_by_our_own_import(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "watchlist", "csv")
    with made.path.open(newline="") as file:
        [entry] = csv.DictReader(file)
    assert (entry["name"], entry["handling"]) == ("'=STELLA", "H1")


@pytest.mark.parametrize("layout", ["geojson", "gpkg", "kml", "gpx", "shp", "csv", "parquet"])
@pytest.mark.parametrize("kind", ["positions", "tracks", "events", "alerts"])
def test_gdal_opens_it_without_a_warning(sea: str, tmp_path: Path, layout: str, kind: str) -> None:
    made = export(sea, tmp_path, kind, layout)
    ending = EXPORTS[layout].ending
    path = made.path.rename(tmp_path / f"{kind}.{ending}")
    if layout == "parquet":
        frame = geopandas.read_parquet(path)
    else:
        layer = {"gpx": "tracks" if kind == "tracks" else "waypoints"}.get(layout)
        frame = pyogrio.read_dataframe(path, layer=layer)
    assert len(frame) == made.rows


def test_every_format_says_why_it_cannot_hold_a_kind() -> None:
    for one in EXPORTS.values():
        assert bool(one.why_not) == (len(one.kinds) < len(KINDS))


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
