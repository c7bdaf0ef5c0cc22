"""Files of zones as others make them: read, repaired and noted, or refused with every fault."""

from __future__ import annotations

import json
import math
import sqlite3
import zipfile
from contextlib import closing

import pytest
import shapely

from geofence.files import geopackage
from geofence.files.faults import ZoneFileError
from geofence.files.features import ReadOptions, ZoneDefaults
from geofence.files.reading import read_zones

BOX = shapely.box(14, 36, 15, 37)
SQUARE = {"type": "Polygon", "coordinates": [[[14, 36], [15, 36], [15, 37], [14, 37], [14, 36]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[14, 36], [15, 37], [15, 36], [14, 37], [14, 36]]]}
FORMATS = ("z.gpkg", "z.shp", "z.geojson", "z.kml")


def faults(path, **options) -> list[str]:
    with pytest.raises(ZoneFileError) as raised:
        read_zones(path, options=ReadOptions(**options))
    assert all("\n" not in fault and fault.isprintable() for fault in raised.value.faults)
    return list(raised.value.faults)


def polygon(*pairs) -> dict:
    return {"type": "Polygon", "coordinates": [[list(pair) for pair in pairs]]}


@pytest.mark.parametrize("name", FORMATS)
def test_files_of_other_programs_are_read(written, name):
    path = written(name, [BOX, shapely.box(12, 35, 13, 36)], Name=["Malta Ost", "Lampedusa"])
    zones = read_zones(path, ZoneDefaults(source="chart", licence="CC0", id_prefix="x-")).zones
    assert [(zone.id, zone.name) for zone in zones] == [
        ("x-malta-ost-1", "Malta Ost"),
        ("x-lampedusa-2", "Lampedusa"),
    ]
    assert zones[0].geometry == shapely.normalize(BOX)
    assert (zones[0].kind, zones[0].source, zones[0].licence) == ("custom", "chart", "CC0")


@pytest.mark.parametrize("name", FORMATS)
def test_holes_are_kept(written, name):
    holed = BOX.difference(shapely.box(14.2, 36.2, 14.4, 36.4))
    (zone,) = read_zones(written(name, [holed], name=["a"])).zones
    assert zone.geometry.equals(holed)
    assert len(zone.geometry.interiors) == 1


@pytest.mark.parametrize("name", ["z.gpkg", "z.geojson"])
@pytest.mark.parametrize(
    "shape, kind",
    [
        (shapely.Point(14, 36), "Point"),
        (shapely.LineString([(14, 36), (15, 37)]), "LineString"),
        (shapely.GeometryCollection([BOX]), "GeometryCollection"),
    ],
)
def test_what_is_no_polygon_is_refused(written, name, shape, kind):
    assert faults(written(name, [BOX, shape], name=["a", "b"])) == [
        f"feature 2 'b': is a {kind}; expected a Polygon or MultiPolygon"
    ]


def test_a_kml_pin_is_refused(written):
    assert "holds a Point" in faults(written("z.kml", [shapely.Point(14, 36)], name=["a"]))[0]


@pytest.mark.parametrize("name", ["z.gpkg", "z.shp", "z.geojson"])
def test_a_feature_without_geometry_is_refused(written, name):
    assert faults(written(name, [BOX, None], name=["a", "b"])) == [
        "feature 2 'b': has no geometry; expected a polygon, or leave the feature out"
    ]


def test_an_empty_polygon_is_refused(geojson):
    path = geojson(({"type": "Polygon", "coordinates": []}, {"name": "a"}))
    assert "is empty" in faults(path)[0]


def test_a_file_without_features_is_refused(geojson):
    assert faults(geojson()) == ["holds no feature; expected at least one polygon"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_bow_tie_is_refused_with_the_place(written, name):
    shape = shapely.Polygon([(14, 36), (15, 37), (15, 36), (14, 37)])
    (fault,) = faults(written(name, [shape], name=["tie"]))
    assert fault.startswith("feature 1 'tie': is not valid (Self-intersection[14.5 36.5])")
    assert fault.endswith("correct its border")


def test_a_repair_that_changes_a_hundredth_of_the_area_is_refused(geojson):
    ring = [(14, 36), (15, 36), (15, 37), (14.6, 37), (14.4, 37.05), (14.6, 37.05), (14.4, 37)]
    path = geojson((polygon(*ring, (14, 37), (14, 36)), {"name": "a"}))
    assert "more than 0.1%" in faults(path)[0]


@pytest.mark.parametrize("name", FORMATS)
def test_a_small_loop_is_repaired_and_said(written, name):
    loop = [
        (14, 36),
        (15, 36),
        (15, 37),
        (14.5, 37),
        (14.501, 37.001),
        (14.5, 37.001),
        (14.501, 37),
    ]
    shape = shapely.Polygon([*loop, (14, 37)])
    read = read_zones(written(name, [shape], name=["a"]))
    assert read.zones[0].geometry.is_valid
    assert read.zones[0].geometry.area == pytest.approx(1, rel=1e-3)
    assert "was not valid" in read.notes[0]
    assert "and is repaired" in read.notes[0]


def test_slivers_of_a_repair_are_dropped_and_said(geojson):
    ring = [
        (14, 36),
        (15, 36),
        (15, 37),
        (14.5, 37),
        (14.502, 37.001),
        (14.502, 37),
        (14, 37),
        (14, 36),
    ]
    ring[4:6] = [(14.4999, 37.0001), (14.5001, 37.0001), (14.4999, 37)]
    read = read_zones(geojson((polygon(*ring), {"name": "a"})))
    assert read.zones[0].geometry.geom_type == "Polygon"
    assert read.notes[1] == "feature 1 'a': 1 slivers of the repair are dropped"


def test_a_polygon_that_crosses_the_antimeridian_is_refused(geojson):
    path = geojson((polygon((-179, 0), (179, 0), (179, 5), (-179, 5), (-179, 0)), {"name": "a"}))
    assert "358.0° wide" in faults(path)[0]
    assert "divide it there" in faults(path)[0]


def test_two_polygons_at_the_antimeridian_are_read(geojson):
    east = polygon((179, 0), (180, 0), (180, 5), (179, 5), (179, 0))["coordinates"]
    west = polygon((-180, 0), (-179, 0), (-179, 5), (-180, 5), (-180, 0))["coordinates"]
    path = geojson(({"type": "MultiPolygon", "coordinates": [east, west]}, {"name": "a"}))
    assert len(read_zones(path).zones[0].geometry.geoms) == 2


@pytest.mark.parametrize(
    "corner, words",
    [((181, 5), "longitude 181"), ((10, 91), "no degrees"), ((-190, 5), "longitude -190")],
)
def test_what_lies_outside_of_the_world_is_refused(geojson, corner, words):
    x, y = corner
    path = geojson((polygon((10, 1), corner, (x, y - 1), (10, 1)), {"name": "a"}))
    assert words in faults(path)[0]


@pytest.mark.parametrize("name", FORMATS)
def test_swapped_coordinates_are_refused_with_the_cure(written, name):
    path = written(name, [shapely.box(34, 12, 36, 14)], name=["Lampedusa"])
    (fault,) = faults(path)
    assert "latitude first" in fault
    assert "--swap" in fault
    (zone,) = read_zones(path, options=ReadOptions(swap=True)).zones
    assert zone.geometry.bounds == (12, 34, 14, 36)


def test_a_zone_that_only_looks_swapped_can_be_insisted_on(geojson):
    red_sea = polygon((40, 14), (41, 14), (41, 15), (40, 15), (40, 14))
    path = geojson((red_sea, {"name": "Massawa"}))
    assert "--no-swap" in faults(path)[0]
    assert len(read_zones(path, options=ReadOptions(swap=False)).zones) == 1


@pytest.mark.parametrize("name", ["z.gpkg", "z.shp", "z.geojson"])
def test_a_projection_is_refused_by_its_name_or_turned_into_degrees(written, name):
    utm = shapely.box(400_000, 3_990_000, 410_000, 4_000_000)
    path = written(name, [utm], crs="EPSG:32633", name=["a"])
    (fault,) = faults(path)
    assert "EPSG:32633" in fault
    assert "--reproject" in fault
    (zone,) = read_zones(path, options=ReadOptions(reproject=True)).zones
    # Corners by cs2cs +proj=utm +zone=33 +datum=WGS84.
    assert zone.geometry.bounds == pytest.approx((13.8875, 36.0484, 14.0010, 36.1398), abs=2e-3)


def test_another_datum_is_not_taken_for_wgs_84(written):
    assert "EPSG:4230" in faults(written("z.gpkg", [BOX], crs="EPSG:4230", name=["a"]))[0]


@pytest.mark.parametrize("name", ["z.gpkg", "z.shp"])
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_projection_that_is_not_declared_is_refused(written, name):
    utm = shapely.box(400_000, 3_990_000, 410_000, 4_000_000)
    (fault,) = faults(written(name, [utm], crs=None, name=["a"]))
    assert "no coordinate system is named" in fault


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"]
)
def test_a_crs_member_that_says_wgs_84_is_read(geojson, name):
    path = geojson((SQUARE, {"name": "a"}), crs={"type": "name", "properties": {"name": name}})
    assert len(read_zones(path).zones) == 1


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://example.com/crs", "type": "proj4"}},
        {"type": "name", "properties": {"name": "+init=/etc/passwd:1"}},
        {"type": "name", "properties": {"name": 7}},
        "EPSG:4326",
    ],
)
def test_a_crs_outside_of_the_file_is_refused(geojson, crs):
    assert "crs names no" in faults(geojson((SQUARE, {"name": "a"}), crs=crs))[0]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_coordinate_that_is_no_number_is_refused(geojson, bad):
    path = geojson((polygon((14, 36), (15, bad), (15, 37), (14, 36)), {"name": "a"}))
    assert "no finite number" in faults(path)[0]


def test_a_geopackage_may_be_large_but_not_what_is_read_of_it(written, monkeypatch):
    path = written("z.gpkg", [BOX], name=["a"])
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE pictures (tile BLOB)")
        db.execute("INSERT INTO pictures VALUES (zeroblob(3000000))")
        db.commit()
    monkeypatch.setattr(geopackage, "MOST_BYTES", 1_000_000)
    assert len(read_zones(path).zones) == 1
    heavy = written("heavy.gpkg", [BOX] * 3, name=["x" * 400_000] * 3)
    assert "its features take 1 MiB" in faults(heavy)[0]


@pytest.mark.filterwarnings("ignore:invalid value encountered in linearrings")
def test_a_coordinate_that_is_no_number_is_refused_in_a_geopackage(written):
    shape = shapely.Polygon([(14, 36), (15, math.nan), (15, 37)])
    assert "no finite number" in faults(written("z.gpkg", [shape], name=["a"]))[0]


def test_heights_are_dropped_and_said(written):
    read = read_zones(written("z.gpkg", [shapely.force_3d(BOX, 7)], name=["a"]))
    assert read.zones[0].geometry == shapely.normalize(BOX)
    assert read.notes == ("heights (Z) are left out",)


def test_too_many_vertices_of_a_feature_are_refused(geojson):
    path = geojson((SQUARE, {"name": "a"}))
    assert "has 5 vertices; at most 4: simplify it" in faults(path, feature_vertices=4)[0]


def test_too_many_vertices_of_a_file_are_refused(geojson):
    path = geojson((SQUARE, {"name": "a"}), (SQUARE, {"name": "b"}))
    assert faults(path, file_vertices=9) == ["10 vertices in all; at most 9: simplify the shapes"]


@pytest.mark.parametrize("name", FORMATS)
def test_too_many_features_are_refused(written, name):
    path = written(name, [BOX] * 3, name=["a", "b", "c"])
    assert len(read_zones(path, options=ReadOptions(features=3)).zones) == 3
    assert "divide the file" in faults(path, features=2)[0]


@pytest.mark.parametrize("name", FORMATS)
def test_an_id_that_stands_twice_is_refused(written, name):
    path = written(name, [BOX, BOX], zone_id=["a", "a"], name=["one", "two"])
    assert faults(path) == ["feature 2 'two': id 'a' is that of feature 1; give it its own"]


def test_all_faults_of_a_file_are_said_together(geojson):
    path = geojson(
        (SQUARE, {"name": "good"}),
        (BOW_TIE, {"name": "tie", "kind": "sea"}),
        ({"type": "Point", "coordinates": [14, 36]}, {"name": "pin"}),
    )
    assert [fault.split(":")[0] for fault in faults(path)] == [
        "feature 2 'tie'", "feature 2 'tie'", "feature 3 'pin'",
    ]  # fmt: skip


def test_no_more_than_fifty_faults_are_said(geojson):
    said = faults(geojson(*[(None, {"name": "a"})] * 60))
    assert len(said) == 51
    assert said[-1] == "and 10 more faults"


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is no JSON"),
        ("[]", "no GeoJSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"type": "Topology", "objects": {}}', "type 'Topology'"),
        ('{"type": "FeatureCollection", "features": {}}', "expected a FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [7]}', "is no Feature"),
        ("\xff", "is no JSON"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path, text, words):
    path = tmp_path / "a.geojson"
    path.write_text(text, encoding="latin-1")
    assert words in faults(path)[0]


@pytest.mark.parametrize(
    "coordinates",
    [
        [[["14", "36"], ["15", "36"], ["15", "37"], ["14", "36"]]],
        [[[14, 36], [15, 36], [14, 36]]],
        [[[14], [15], [16], [14]]],
        [[14, 36, 15, 37]],
        "POLYGON",
        [[None] * 4],
        [[[10**400, 1], [1, 1], [1, 2], [1, 1]]],
    ],
)
def test_coordinates_that_are_none_are_refused(geojson, coordinates):
    path = geojson(({"type": "Polygon", "coordinates": coordinates}, {"name": "a"}))
    assert "coordinates cannot be read" in faults(path)[0]


def test_a_single_feature_is_a_file_too(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "Feature", "properties": None, "geometry": SQUARE}))
    assert [zone.name for zone in read_zones(path).zones] == ["zone 1"]


@pytest.mark.parametrize("name", ["a.csv", "a.gpx", "a", "a.kmz", "a.vrt"])
def test_another_ending_is_refused(tmp_path, name):
    (tmp_path / name).write_text("x")
    assert "expected .gpkg" in faults(tmp_path / name)[0]


@pytest.mark.parametrize("ending", ["gpkg", "shp", "zip", "geojson", "kml"])
@pytest.mark.parametrize("other", FORMATS)
def test_the_ending_decides_and_not_the_contents(written, tmp_path, ending, other):
    """GDAL opens whatever it recognises; a file under another ending is refused instead."""
    if other.endswith(ending):
        return
    path = tmp_path / f"liar.{ending}"
    path.write_bytes(written(other, [BOX], name=["a"]).read_bytes())
    assert len(faults(path)) == 1


def test_a_zipped_shapefile_in_a_folder_is_read(written, tmp_path):
    written("coast.shp", [BOX], name=["a"])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("coast.*"):
            archive.write(part, f"data/{part.name.upper()}")
        archive.writestr("__MACOSX/data/._coast.shp", b"x")
        archive.writestr("readme.txt", b"x")
    assert [zone.name for zone in read_zones(tmp_path / "a.zip").zones] == ["a"]


@pytest.mark.parametrize(
    "names, words", [([], "0 Shapefiles"), (["a.shp", "b.shp"], "2 Shapefiles")]
)
def test_an_archive_holds_one_shapefile(tmp_path, names, words):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    assert words in faults(tmp_path / "a.zip")[0]


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_a_shapefile_with_a_missing_part_is_refused(written, part):
    path = written("z.shp", [BOX], name=["a"])
    path.with_suffix(part).unlink()
    assert "is not beside it" in faults(path)[0]


def test_a_broken_shapefile_is_refused(written):
    path = written("z.shp", [BOX] * 3, name=["a", "b", "c"])
    path.write_bytes(path.read_bytes()[:150])
    assert faults(path)
