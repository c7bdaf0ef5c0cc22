"""Names that attack who opens the file: formulas, markup, line ends, NUL, marks of direction."""

from __future__ import annotations

import csv
import datetime as dt
import json
import zipfile
from typing import TYPE_CHECKING, Any

import gpxpy
import pyarrow as pa
import pytest
import python_calamine
from lxml import etree

from alerts.plain import plain
from maps.export import SCHEMAS, Content
from maps.exports import EXPORTS

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "=cmd|'/c calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", '+HYPERLINK("http://evil")', "-2+3",
    "\t=1+1", "\r\n=1+1", " =1+1", "＝1+1", "<script>alert(1)</script>", "]]><b>&amp;\"'",
    "A\r\nB\nC", 'quote", "and\nline', "NUL\x00HERE", "\x1b[31mRED", "\u202egnp.exe",
    "\u2066\u200fRTL", "_x000D_=1", "\ufffe\uffff",
)  # fmt: skip
AT = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
KML = "{http://www.opengis.net/kml/2.2}"
SHEET = "xl/worksheets/sheet1.xml"


def written(layout: str, folder: Path) -> Path:
    """A position of each of NAMES, by one format."""
    rows = [
        {"mmsi": number, "name": name, "time": AT, "lon_deg": 15.0, "lat_deg": 36.0, "message": 1,
         "feed": name, "received": AT}
        for number, name in enumerate(NAMES)
    ]  # fmt: skip
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMAS["positions"])
    path = folder / f"out.{EXPORTS[layout].ending}"
    said = Content("positions", "</name><script>x", SCHEMAS["positions"], [batch])
    EXPORTS[layout].write(said, path)
    return path


def test_no_cell_of_a_csv_is_a_formula_or_a_second_line(tmp_path: Path) -> None:
    path = written("csv", tmp_path)
    assert path.read_bytes().count(b"\n") == 1 + len(NAMES)
    with path.open(newline="") as file:
        cells = [one for row in csv.DictReader(file) for one in (row["name"], row["feed"])]
    assert len(cells) == 2 * len(NAMES)
    for one in cells:
        assert one.isprintable()
        assert one[0] not in "=@+-\t\r＝＠＋－ "


def test_a_workbook_has_texts_and_no_formula(tmp_path: Path) -> None:
    path = written("xlsx", tmp_path)
    book = python_calamine.CalamineWorkbook.from_path(path)
    heads, *rows = book.get_sheet_by_name("positions").to_python()
    names = [row[heads.index("name")] for row in rows]
    assert names == [plain(one) for one in NAMES]
    with zipfile.ZipFile(path) as archive:
        cells = etree.fromstring(archive.read(SHEET)).iter("{*}c")
    kinds = {(one.get("t"), one.find("{*}f")) for one in cells if one.findtext(".//{*}t")}
    assert kinds == {("inlineStr", None)}


@pytest.mark.parametrize(("layout", "allowed"), [
    ("kml", {"kml", "Document", "Placemark", "name", "TimeStamp", "when", "ExtendedData", "Data",
             "value", "Point", "coordinates"}),
    ("gpx", {"gpx", "metadata", "name", "wpt", "time"}),
])  # fmt: skip
def test_markup_in_a_name_is_a_name(tmp_path: Path, layout: str, allowed: set[str]) -> None:
    root = etree.parse(written(layout, tmp_path)).getroot()
    assert {etree.QName(one).localname for one in root.iter()} == allowed
    names = [one.text for one in root.iter("{*}name")]
    assert names == ["</name><script>x"] + [f"{n} {plain(one)}" for n, one in enumerate(NAMES)]


def test_a_placemark_has_its_parts_in_the_order_of_the_schema(tmp_path: Path) -> None:
    # OGC 07-147r2: name, TimePrimitive, ExtendedData, Geometry.
    for place in etree.parse(written("kml", tmp_path)).iter(f"{KML}Placemark"):
        parts = [etree.QName(one).localname for one in place]
        assert parts == ["name", "TimeStamp", "ExtendedData", "Point"]


def test_programs_get_names_as_they_are(tmp_path: Path) -> None:
    features = json.loads(written("geojson", tmp_path).read_text())["features"]
    assert [one["properties"]["name"] for one in features] == list(NAMES)
    waypoints: list[Any] = gpxpy.parse(written("gpx", tmp_path).read_text()).waypoints
    assert len(waypoints) == len(NAMES)
