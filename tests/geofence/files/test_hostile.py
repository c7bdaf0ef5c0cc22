"""Files that mean harm: they reach nothing outside of themselves and end as one fault."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import shapely

from geofence.files.faults import ZoneFileError
from geofence.files.reading import read_zones

BOX = shapely.box(14, 36, 15, 37)
POLYGON = (
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>14,36,5 15,36,5\n15,37 14,36"
    "</coordinates></LinearRing></outerBoundaryIs></Polygon>"
)


def fault(path) -> str:
    with pytest.raises(ZoneFileError) as raised:
        read_zones(path)
    assert str(path.parent) not in str(raised.value)
    return raised.value.faults[0]


@pytest.fixture
def kml(tmp_path):
    def write(body, head=""):
        path = tmp_path / "z.kml"
        space = "http://www.opengis.net/kml/2.2"
        path.write_text(f'{head}<kml xmlns="{space}"><Document>{body}</Document></kml>')
        return path

    return write


@pytest.fixture
def changed(written):
    """A GeoPackage after statements; the layer is called a."""

    def change(*statements):
        path = written("z.gpkg", [BOX], layer="a", name=["x"])
        with closing(sqlite3.connect(path)) as db, db:
            for statement in statements:
                db.execute(statement)
        return path

    return change


def test_a_kml_with_a_network_link_is_refused(kml):
    link = "<NetworkLink><Link><href>http://example.com/a.kml</href></Link></NetworkLink>"
    assert "NetworkLink" in fault(kml(f"<Placemark><name>a</name>{POLYGON}</Placemark>{link}"))


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a "aaaaaaaaaa">']
)
def test_a_kml_with_entities_is_refused(kml, entity):
    head = f"<!DOCTYPE kml [{entity}]>"
    path = kml(f"<Placemark><name>&a;</name>{POLYGON}</Placemark>", head)
    assert "declares a document type or entities" in fault(path)


def test_a_kml_in_folders_is_read_without_its_pages(kml):
    page = "<description><![CDATA[<script>alert(1)</script>]]></description>"
    path = kml(f"<Folder><Placemark><name>\n a </name>{page}{POLYGON}</Placemark></Folder>")
    (zone,) = read_zones(path).zones
    assert (zone.name, zone.details) == ("a", {})
    assert zone.geometry.equals(shapely.Polygon([(14, 36), (15, 36), (15, 37)]))


@pytest.mark.parametrize("ring", ["", "14,36 15,36 14,36", "a,b c,d e,f a,b", "14 36 15 37"])
def test_a_kml_ring_that_is_none_is_refused(kml, ring):
    shape = POLYGON.replace("14,36,5 15,36,5\n15,37 14,36", ring)
    assert "coordinates cannot be read" in fault(kml(f"<Placemark>{shape}</Placemark>"))


@pytest.mark.parametrize("text", ["", "<kml", "<html/>", "\0"])
def test_what_is_no_kml_is_refused(tmp_path, text):
    path = tmp_path / "z.kml"
    path.write_text(text)
    assert "is no " in fault(path)


def test_deeply_nested_kml_does_not_end_the_program(kml):
    deep = "<Folder>" * 300_000 + f"<Placemark>{POLYGON}</Placemark>" + "</Folder>" * 300_000
    assert len(read_zones(kml(deep)).zones) == 1


@pytest.mark.parametrize("name, mark", [("z.geojson", "[{},"), ("z.kml", "<a/>")])
def test_a_text_of_millions_of_objects_is_not_unfolded(tmp_path, name, mark):
    path = tmp_path / name
    path.write_text(mark * 2_000_001)
    assert "more than 2,000,000" in fault(path)


def test_a_geopackage_whose_layer_is_a_view_is_refused(changed):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n"
    path = changed(
        "ALTER TABLE a RENAME TO b",
        f"CREATE VIEW a AS {endless}",
        "UPDATE gpkg_geometry_columns SET table_name = 'a'",
    )
    assert fault(path) == "layer 'a' is a view; only tables are read: save it as a table"


def test_a_geopackage_whose_directory_is_a_view_is_refused(changed):
    path = changed(
        "ALTER TABLE gpkg_geometry_columns RENAME TO b",
        "CREATE VIEW gpkg_geometry_columns AS SELECT * FROM b, b AS c, b AS d",
    )
    assert "is no plain table" in fault(path)


def test_a_geopackage_that_computes_its_columns_is_refused(changed):
    path = changed("ALTER TABLE a ADD COLUMN bomb TEXT AS (hex(zeroblob(500000000)))")
    assert "has computed columns" in fault(path)


def test_triggers_of_a_geopackage_do_nothing(changed):
    path = changed("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END")
    before = path.read_bytes()
    assert [zone.name for zone in read_zones(path).zones] == ["x"]
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["z.gpkg"]


def test_a_geopackage_without_its_directory_is_refused(changed):
    assert "no sound GeoPackage" in fault(changed("DROP TABLE gpkg_geometry_columns"))


def test_a_geopackage_that_names_no_table_is_refused(changed):
    path = changed("UPDATE gpkg_geometry_columns SET table_name = '../../x'")
    assert "is not there" in fault(path)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_cut_geopackage_is_refused(written, share):
    path = written("z.gpkg", [BOX] * 500, name=[str(n) for n in range(500)])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert fault(path)


def test_layers_are_read_in_order_and_numbered_on(written, tmp_path):
    import numpy as np
    import pyogrio.raw

    path = written("z.gpkg", [BOX], layer="b", name=["x"])
    wkb = np.array([shapely.to_wkb(shapely.Point(1, 2))], object)
    pyogrio.raw.write(path, wkb, [np.array(["pin"], object)], ["name"], layer="a", driver="GPKG",
                      geometry_type="Point", crs="EPSG:4326", append=True)  # fmt: skip
    assert fault(path).startswith("feature 1 'pin': is a Point")


def test_a_name_of_many_megabytes_is_one_short_line(geojson):
    shape = {"type": "Polygon", "coordinates": [[[14, 36], [15, 36], [15, 37], [14, 36]]]}
    line = fault(geojson((shape, {"name": "x" * 20_000_000})))
    assert "has 20,000,000 characters; expected at most 200" in line
    assert len(line) < 200
