"""``zones``: a file becomes versions and an edition in one go, or leaves no trace at all."""

from __future__ import annotations

import json
import struct

import numpy as np
import psycopg
import pytest
import shapely

from geofence.builtin import builtin_zones
from geofence.files.reading import read_zones
from geofence.files.writing import write_zones
from geofence.zones import Zone, ZoneSet
from service import cli
from service.commands import zones as commands
from store import audit
from store.connect import session
from store.editions import content, newest
from store.writer import Writer
from store.zones import zone_history, zones_now
from tests.plugins.rows import positions, writes

BOX = shapely.normalize(shapely.box(14, 36, 15, 37))
OWN = ("--by", "a.rossi", "--why", "operation")


@pytest.fixture(autouse=True)
def _database(dsn, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setitem(cli.vedetta.commands, "zones", commands.zones)


@pytest.fixture
def file(tmp_path):
    """Write zones of these ids and names to a file; return its path."""

    def write(*zones, name="patrol.gpkg"):
        made = [Zone(one, label, "custom", BOX, "office", "own") for one, label in zones]
        write_zones(made, tmp_path / name)
        return tmp_path / name

    return write


def counts(dsn) -> dict[str, int]:
    """The number of rows of every table, views and TimescaleDB's own included."""
    with psycopg.connect(dsn) as connection:
        names = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema', '_timescaledb_internal')"
        ).fetchall()
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in names
        }


def test_an_import_is_told_published_and_in_the_audit(vedetta, file, dsn):
    told = vedetta("zones", "import", file(("a", "A"), ("b", "B")), *OWN)
    assert told.code == 0
    assert told.out == "added    a  A\nadded    b  B\n"
    assert told.err == (
        "2 added, 0 changed, 0 unchanged; zones edition 1: a running service adopts it within "
        "seconds\n"
    )
    with session(dsn) as connection:
        edition = ZoneSet.from_bytes(content(connection, newest(connection, "zones").sha256))
        (row,) = audit.rows(connection)
    assert {"a", "b"} < {zone.id for zone in edition.zones}
    assert len(edition) == len(builtin_zones()) + 2
    assert (row.who, row.action, row.why) == ("a.rossi", "zones.import", "operation")
    assert json.loads(row.details)["added"] == ["a", "b"]


def test_a_second_import_is_a_version_of_what_changed_only(vedetta, file, dsn):
    vedetta("zones", "import", file(("a", "A"), ("b", "B")), *OWN)
    told = vedetta("zones", "import", file(("a", "A"), ("b", "New")), *OWN)
    assert told.out == "changed  b  New\n"
    assert told.err.startswith("0 added, 1 changed, 1 unchanged; zones edition 2")
    with session(dsn) as connection:
        assert [one.zone.name for one in zone_history(connection, "b")] == ["B", "New"]


def test_the_same_import_again_writes_nothing(vedetta, file, dsn):
    vedetta("zones", "import", file(("a", "A")), *OWN)
    before = counts(dsn)
    told = vedetta("zones", "import", file(("a", "A")), *OWN)
    assert (told.code, told.out) == (0, "")
    assert told.err == "0 added, 0 changed, 1 unchanged; nothing to write\n"
    assert counts(dsn) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(vedetta, file, dsn):
    before = counts(dsn)
    told = vedetta("zones", "import", file(("a", "A")), "--dry-run")
    assert told.out == "added    a  A\n"
    assert told.err == "1 added, 0 changed, 0 unchanged; dry run: nothing was written\n"
    assert counts(dsn) == before


def bow_tie(tmp_path):
    path = tmp_path / "bad.geojson"
    good = {"type": "Polygon", "coordinates": [[[14, 36], [15, 36], [15, 37], [14, 36]]]}
    tie = {"type": "Polygon", "coordinates": [[[14, 36], [15, 37], [15, 36], [14, 37], [14, 36]]]}
    features = [{"type": "Feature", "properties": {"name": name}, "geometry": shape}
                for name, shape in (("good", good), ("tie", tie), ("none", None))]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def projected(tmp_path):
    path = tmp_path / "bad.shp"
    write_zones([Zone("a", "A", "custom", BOX, "", "")], path)
    from pyproj import CRS

    path.with_suffix(".prj").write_text(CRS.from_epsg(32633).to_wkt("WKT1_ESRI"))
    return path


def bomb(tmp_path):
    import zipfile

    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", struct.pack(">I", 9994) + bytes(50 << 20))
    return path


def huge(tmp_path):
    path = tmp_path / "bad.geojson"
    with path.open("wb") as target:
        target.write(b'{"type": "FeatureCollection", "features": [{"properties": {"name": "')
        for _ in range(200):
            target.write(b"x" * (1 << 20))
    return path


@pytest.mark.parametrize(
    "make, words",
    [
        (bow_tie, "feature 2 'tie': is not valid"),
        (projected, "EPSG:32633"),
        (bomb, "unpacks to more than"),
        (huge, "200.0 MiB; at most 64 MiB"),
        (lambda folder: folder / "none.gpkg", "no such file"),
        (lambda _: "/vsizip/a.zip", "/vsizip/a.zip: "),
        (lambda _: "http://example.com/a.geojson", "no such file"),
    ],
)
def test_a_bad_file_leaves_no_trace_in_the_database(vedetta, dsn, tmp_path, make, words):
    before = counts(dsn)
    told = vedetta("zones", "import", make(tmp_path), *OWN)
    assert told.code in {1, 2}
    assert told.out == ""
    assert words in told.err.splitlines()[0]
    assert counts(dsn) == before


def test_every_fault_is_a_line(vedetta, tmp_path):
    path = bow_tie(tmp_path)
    lines = vedetta("zones", "import", path, *OWN).err.splitlines()
    assert [line.split(": ")[1] for line in lines[:2]] == ["feature 2 'tie'", "feature 3 'none'"]
    assert lines[2] == f"vedetta: {path}: nothing was imported; correct what is said above"


def test_options_of_an_import_reach_the_zones(vedetta, dsn, tmp_path):
    path = tmp_path / "a.geojson"
    shape = shapely.geometry.mapping(shapely.box(34, 12, 36, 14))
    feature = {"type": "Feature", "properties": {"name": "Linosa"}, "geometry": shape}
    path.write_text(json.dumps(feature))
    told = vedetta(
        "zones", "import", path, "--swap", "--kind", "office_area", "--source", "order 7",
        "--licence", "own", "--version", "3", "--legal-status", "operational", "--prefix", "op-",
        *OWN,
    )  # fmt: skip
    assert told.code == 0
    with session(dsn) as connection:
        (stored,) = zones_now(connection)
    zone = stored.zone
    assert (zone.id, zone.kind, zone.source, zone.licence) == (
        "op-linosa-1", "office_area", "order 7", "own",
    )  # fmt: skip
    assert (zone.version, zone.legal_status) == ("3", "operational")
    assert zone.geometry.bounds == (12, 34, 14, 36)


def test_a_limit_of_vertices_can_be_set(vedetta, file):
    told = vedetta("zones", "import", file(("a", "A")), "--max-vertices", 4, *OWN)
    assert "5 vertices in all; at most 4" in told.err


def test_the_login_name_stands_where_nobody_is_named(vedetta, file, dsn, monkeypatch):
    monkeypatch.setenv("VEDETTA_USER", "m.verdi")
    vedetta("zones", "import", file(("a", "A")))
    with session(dsn) as connection:
        (stored,) = zones_now(connection)
    assert (stored.author, stored.why) == ("m.verdi", "import of patrol.gpkg")


@pytest.mark.parametrize("name", ["out.gpkg", "out.shp", "out.zip", "out.geojson", "out.kml"])
def test_an_export_can_be_imported_without_a_change(vedetta, file, tmp_path, name):
    vedetta("zones", "import", file(("a", "<A> & co"), ("b", "B")), *OWN)
    told = vedetta("zones", "export", "a", "b", "-o", tmp_path / name)
    assert told.err == f"{tmp_path / name}: 2 zones\n"
    again = vedetta("zones", "import", tmp_path / name, *OWN)
    assert again.err.startswith("0 added, 0 changed, 2 unchanged")


def test_an_export_without_a_file_is_geojson_on_standard_output(vedetta, file, tmp_path):
    vedetta("zones", "import", file(("a", "A")), *OWN)
    told = vedetta("zones", "export", "--kind", "custom")
    (tmp_path / "out.geojson").write_text(told.out)
    assert [zone.id for zone in read_zones(tmp_path / "out.geojson").zones] == ["a"]
    assert told.err == ""


def test_an_export_knows_the_zones_that_come_along(vedetta):
    features = json.loads(vedetta("zones", "export").out)["features"]
    assert len(features) == len(builtin_zones())


def test_an_unknown_id_is_one_line(vedetta):
    told = vedetta("zones", "export", "nowhere")
    assert told.code == 2
    assert told.complaint == "vedetta: nowhere: no such zone; see vedetta zones list"


@pytest.mark.parametrize("name", ["zones.pdf", "nowhere/zones.kml"])
def test_a_place_that_cannot_be_written_is_wrong_use(vedetta, tmp_path, name):
    told = vedetta("zones", "export", "-o", tmp_path / name)
    assert (told.code, told.complaint.startswith(f"vedetta: {tmp_path / name}: ")) == (2, True)


def test_a_list_fits_100_columns(vedetta):
    assert max(map(len, vedetta("zones", "list").out.splitlines())) <= 100


def test_a_list_is_aligned_and_names_who_and_when(vedetta, file):
    vedetta("zones", "import", file(("a", "A\u00a0b"), ("bb", "B")), *OWN)
    lines = vedetta("zones", "list", "--kind", "custom").out.splitlines()
    assert lines[0].split() == "ID NAME KIND WHO WHEN".split()
    assert lines[1].startswith("a   A\\u00a0b  custom  a.rossi  20")
    assert lines[2].startswith("bb  B")


def test_a_list_without_zones_says_so(vedetta):
    told = vedetta("zones", "list", "--kind", "custom")
    assert (told.code, told.out) == (0, "ID  NAME  KIND  WHO  WHEN\n")
    assert told.err == "0 zones\n"


def test_a_list_can_be_json(vedetta, file):
    vedetta("zones", "import", file(("a", "A")), *OWN)
    rows = json.loads(vedetta("zones", "list", "--json").out)
    assert len(rows) == len(builtin_zones()) + 1
    assert rows[0]["id"] == "a"
    assert {row["who"] for row in rows[1:]} == {"vedetta"}


def test_a_zone_is_shown_with_its_history(vedetta, file):
    vedetta("zones", "import", file(("a", "A")), *OWN)
    vedetta("zones", "import", file(("a", "New")), *OWN)
    out = vedetta("zones", "show", "a").out
    assert "name           New\n" in out
    assert "box            36.0000 to 37.0000 north, 14.0000 to 15.0000 east\n" in out
    assert [line.split()[:2] for line in out.splitlines()[-2:]] == [
        ["1", "active"],
        ["2", "active"],
    ]


def test_a_zone_that_comes_along_is_shown(vedetta):
    zone = builtin_zones().zones[0]
    assert "comes along with this version" in vedetta("zones", "show", zone.id).out


def test_a_zone_that_is_unknown_is_not_shown(vedetta):
    assert vedetta("zones", "show", "nowhere").code == 2


def test_a_removed_zone_is_out_of_force_and_keeps_its_history(vedetta, file, dsn):
    vedetta("zones", "import", file(("a", "A"), ("b", "B")), *OWN)
    told = vedetta("zones", "remove", "a", "--by", "a.rossi", "--why", "ended")
    assert told.err.startswith("1 removed; zones edition 2")
    out = vedetta("zones", "show", "a").out
    assert "removed: not in force" in out
    assert out.splitlines()[-1].split()[:2] == ["2", "removed"]
    with session(dsn) as connection:
        assert [one.zone.id for one in zones_now(connection)] == ["b"]
        assert "zones.remove" in {row.action for row in audit.rows(connection)}


def test_removing_one_that_is_not_there_removes_none(vedetta, file, dsn):
    vedetta("zones", "import", file(("a", "A")), *OWN)
    before = counts(dsn)
    told = vedetta("zones", "remove", "a", "nowhere", "--why", "ended")
    assert told.code == 1
    assert "nowhere is not in the database" in told.complaint
    assert counts(dsn) == before


def test_removing_needs_a_reason(vedetta):
    assert vedetta("zones", "remove", "a").code == 2


def test_learning_without_positions_says_so(vedetta):
    told = vedetta("zones", "learn")
    assert told.code == 2
    assert "no positions of still vessels" in told.complaint


def at_anchor(dsn) -> None:
    """Three vessels that lie east of Malta for five hours, heard each quarter of an hour."""
    count = 21
    times = np.datetime64("2026-01-01", "us") + np.arange(count) * np.timedelta64(15, "m")
    everybody = np.repeat([1, 2, 3], count)
    every_time = np.tile(times, 3)
    rows = positions(
        mmsi=everybody, segment=everybody, time=every_time, received=every_time,
        lon_deg=[15.1] * 3 * count, lat_deg=[35.9] * 3 * count, sog_kn=[0.2] * 3 * count,
    )  # fmt: skip
    with Writer(dsn) as writer:
        last = rows.take(np.array([count - 1, 2 * count - 1, 3 * count - 1]))
        writer.commit(writes(rows, last=last, reports=[count] * 3, feeds=["malta"]))


def test_anchorages_are_learned_for_review_and_not_adopted(vedetta, dsn, tmp_path):
    at_anchor(dsn)
    before = counts(dsn)
    told = vedetta("zones", "learn", "-o", tmp_path / "found.geojson")
    assert told.err.splitlines()[-1].startswith("to review; not in force until")
    (zone,) = read_zones(tmp_path / "found.geojson").zones
    assert (zone.kind, zone.details["vessels"], zone.details["hours"]) == ("anchorage", 3, 15.0)
    assert counts(dsn) == before
    assert vedetta("zones", "import", tmp_path / "found.geojson", *OWN).code == 0
    again = read_zones_of(vedetta("zones", "learn").out, tmp_path)
    assert [one.id for one in again] == [zone.id]


def read_zones_of(text, folder):
    (folder / "again.geojson").write_text(text)
    return read_zones(folder / "again.geojson").zones


def test_learning_too_much_finds_nothing(vedetta, dsn):
    at_anchor(dsn)
    told = vedetta("zones", "learn", "--vessels", 4)
    assert told.code == 1
    assert "no anchorage found where 4 vessels lay 3 h" in told.complaint
