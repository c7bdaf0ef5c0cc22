"""What is exported comes back as equal zones, in every format."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.errors import GeofenceError
from geofence.files.attributes import text_trouble
from geofence.files.features import ReadOptions
from geofence.files.reading import read_zones
from geofence.files.writing import write_zones
from geofence.zones import KINDS, LEGAL, Zone

FORMATS = ("z.gpkg", "z.shp", "z.shp.zip", "z.zip", "z.geojson", "z.json", "z.kml")

# Zones in the Indian Ocean look as if they lay in the Mediterranean with swapped coordinates.
AS_GIVEN = ReadOptions(swap=False)
EARLY, LATE = (dt.datetime(year, 1, 1) for year in (1990, 2090))  # noqa: DTZ001 (hypothesis adds it)

plain = st.text(max_size=40).map(str.strip).filter(lambda text: not text_trouble(text, 60))
words = st.one_of(plain, st.sampled_from(["=cmd|' /C calc'!A0", "<script>x</script>", "]]>", "3"]))
moments = st.datetimes(EARLY, LATE, timezones=st.just(dt.UTC))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), plain),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@st.composite
def shapes(draw):
    west, south = draw(st.floats(-170, 160)), draw(st.floats(-80, 70))
    width, height = draw(st.floats(0.01, 9)), draw(st.floats(0.01, 9))
    area = shapely.box(west, south, west + width, south + height)
    if draw(st.booleans()):
        hole = shapely.box(
            west + width / 4, south + height / 4, west + width / 2, south + height / 2
        )
        area = area.difference(hole)
    if draw(st.booleans()):
        area = shapely.MultiPolygon(
            [area, shapely.transform(area, lambda points: points + np.array([10, 0]))]
        )
    return shapely.normalize(area)


@st.composite
def any_zone(draw):
    start = draw(st.none() | moments)
    end = draw(st.none() | moments.filter(lambda moment: start is None or moment > start))
    return Zone(
        id=draw(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,79}", fullmatch=True)),
        name=draw(words.filter(bool)),
        kind=draw(st.sampled_from(KINDS)),
        geometry=draw(shapes()),
        source=draw(words),
        licence=draw(words),
        version=draw(words),
        legal_status=draw(st.sampled_from(LEGAL)),
        valid_from=start,
        valid_until=end,
        leave_m=draw(st.integers(0, 200_000)) / 10,
        details=draw(st.dictionaries(plain, values, max_size=3)),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_zones_come_back_equal(zones, tmp_path, name):
    write_zones(zones, tmp_path / name)
    read = read_zones(tmp_path / name)
    assert list(read.zones) == zones
    assert read.notes == ()


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=25)
@given(zone=any_zone())
def test_any_zone_comes_back_equal(name, zone):
    with tempfile.TemporaryDirectory() as folder:
        write_zones([zone], Path(folder) / name)
        assert read_zones(Path(folder) / name, options=AS_GIVEN).zones == (zone,)


def test_an_old_file_is_replaced_and_nothing_else_is_left(zones, tmp_path):
    path = tmp_path / "z.gpkg"
    path.write_text("old")
    write_zones(zones[:1], path)
    assert read_zones(path).zones == tuple(zones[:1])
    assert list(tmp_path.iterdir()) == [path]


def test_a_shapefile_is_written_with_all_its_parts(zones, tmp_path):
    write_zones(zones, tmp_path / "a.b.shp")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.b.cpg", "a.b.dbf", "a.b.prj", "a.b.shp", "a.b.shx",
    ]  # fmt: skip


def test_kml_carries_texts_of_others_escaped_and_never_as_a_page(zones, tmp_path):
    write_zones(zones, tmp_path / "z.kml")
    text = (tmp_path / "z.kml").read_text()
    assert "&lt;b&gt;&amp; 'x'" in text
    assert "<b>" not in text
    assert "CDATA" not in text
    assert "<description" not in text


def test_geojson_turns_outer_rings_as_the_standard_asks(zones, tmp_path):
    import json

    write_zones(zones, tmp_path / "z.geojson")
    rings = json.loads((tmp_path / "z.geojson").read_text())["features"][0]["geometry"]
    outer, hole = map(shapely.LinearRing, rings["coordinates"])
    assert (outer.is_ccw, hole.is_ccw) == (True, False)


@pytest.mark.parametrize("name", ["z.csv", "z", "z.kmz"])
def test_another_ending_is_refused(zones, tmp_path, name):
    with pytest.raises(GeofenceError, match="ends in"):
        write_zones(zones, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_no_zones_are_no_file(tmp_path):
    with pytest.raises(GeofenceError, match="no zone to write"):
        write_zones([], tmp_path / "z.gpkg")


@pytest.mark.parametrize("field, value", [("name", "ä" * 128), ("details", {"n": "x" * 6000})])
def test_what_a_shapefile_cannot_hold_is_refused_with_the_cure(zones, tmp_path, field, value):
    from dataclasses import replace

    with pytest.raises(GeofenceError, match=r"write a GeoPackage \(\.gpkg\)"):
        write_zones([replace(zones[1], **{field: value})], tmp_path / "z.shp")
    assert list(tmp_path.iterdir()) == []
