"""What leaves and what does not: codes, audit, sidecar, and nothing that betrays the list."""

from __future__ import annotations

import datetime as dt
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import psycopg
import pytest

from maps.exports import EXPORTS
from service.errors import ServiceError, WrongUseError
from service.exporting.asking import Asked, box, polygon, vessels
from service.exporting.choosing import Viewer
from service.exporting.making import KeptBackError, TooLongError, hash_of, make, sidecar_of
from service.known import UnknownError
from store.connect import session
from store.exports import Selection, count, positions
from store.history import Box
from tests.plugins import exported, people, sailed
from tests.plugins.exported import (
    BEGIN,
    DENSE,
    END,
    FORMULA,
    LAW,
    MARKUP,
    SECRET,
    WHY,
    audited,
    export,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_the_sidecar_tells_what_left_why_and_its_hash(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "positions", "csv", vessels=("247000011",))
    said = json.loads(sidecar_of(made.path).read_text())
    assert said == {name: one for name, one in made.sidecar.items() if name != "kept_back"}
    assert said["file"]["sha256"] == hash_of(made.path)
    assert said["file"]["bytes"] == made.path.stat().st_size
    assert (said["who"], said["why"], said["rows"]) == ("a.greco", "a test", 30)
    assert said["query"] == {
        "kind": "positions", "format": "csv", "vessels": ["247000011"],
        "from": "2026-05-01T08:00:00Z", "to": "2026-05-01T10:00:00Z",
    }  # fmt: skip
    assert said["feeds"] == ["=lampedusa"]
    assert said["codes"]["marked"] == "H0, TLP:GREEN"


def test_an_export_stands_in_the_audit_and_is_its_owners_alone(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "tracks", "gpx")
    *_, told = audited(sea, "tracks.export")
    assert told["sha256"] == made.sidecar["file"]["sha256"]
    assert told["rows"] == made.rows
    for path in (made.path, sidecar_of(made.path)):
        assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["tracks.gpx", "tracks.gpx.json"]


def test_a_listed_vessel_is_as_dense_as_any_other(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "positions", "geojson", vessels=(str(DENSE),))
    features = json.loads(made.path.read_text())["features"]
    at = [dt.datetime.fromisoformat(one["properties"]["time"]) for one in features]
    assert len(at) == 12  # of 60 that are stored
    assert {(b - a).total_seconds() for a, b in pairwise(at)} == {10.0}


def test_what_codes_forbid_is_kept_back_and_named(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "alerts", "geojson")
    assert SECRET not in made.path.read_text()
    [kept] = made.sidecar["kept_back"]
    assert kept["what"] == SECRET
    assert "H2" in kept["why"]
    assert "GRC" in kept["why"]
    beside = json.loads(sidecar_of(made.path).read_text())
    assert beside["kept_back_count"] == 1
    assert not {"GRC", SECRET} & set(re.findall(r"[\w-]+", json.dumps(beside))), (
        "to whoever gets it"
    )
    *_, told = audited(sea, "alerts.export")
    assert (told["kept"], told["kept_why"]) == ([SECRET], [kept["why"]])
    events = export(sea, tmp_path, "events", "geojson")
    assert str(DENSE) not in events.path.read_text()


@pytest.mark.parametrize("kind", ["alerts", "events", "positions", "tracks"])
def test_a_choice_that_codes_forbid_is_refused_and_audited(
    sea: str, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(KeptBackError, match=r"handling H2.*GRC"):
        export(sea, tmp_path, kind, "geojson", alert=SECRET)
    *_, told = audited(sea, f"{kind}.export_refused")
    assert "H2" in told["refused"]
    assert told["query"]["alert"] == SECRET
    assert not list(tmp_path.iterdir())


def test_permission_lets_it_leave_and_stands_in_the_audit(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "alerts", "csv", alert=SECRET, permission="GRC, by phone")
    assert made.sidecar["codes"]["handling"] == "H2"
    *_, told = audited(sea, "alerts.export")
    assert told["permission"] == "GRC, by phone"


def test_the_list_leaves_but_for_what_codes_forbid(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "watchlist", "csv")
    assert "DENSE" not in made.path.read_text()
    assert made.sidecar["kept_back_count"] == 1
    with pytest.raises(KeptBackError):
        export(sea, tmp_path, "watchlist", "csv", vessels=(str(DENSE),))


def test_an_incident_brings_its_vessels_its_span_and_its_codes(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "positions", "geojson", alert=LAW)
    said = {one["properties"]["mmsi"] for one in json.loads(made.path.read_text())["features"]}
    assert said == {FORMULA}
    assert made.sidecar["span"]["from"] == "2026-04-30T08:00:00Z"
    assert made.sidecar["codes"]["handling"] == "H1"


def test_who_may_not_know_of_an_alert_learns_nothing(sea: str, tmp_path: Path) -> None:
    blind = Viewer(people.person("analyst", clearance="H0"))
    asked = Asked("alerts", "csv", alert=SECRET)
    with pytest.raises(UnknownError, match="no such alert"):
        make(sea, asked, WHY, tmp_path / "a.csv", viewer=blind)
    asked = Asked("events", "csv", start=BEGIN)
    made = make(sea, asked, WHY, tmp_path / "e.csv", viewer=blind)
    assert not made.sidecar["kept_back"]
    assert str(DENSE) not in made.path.read_text()


def test_an_imo_number_stands_for_whoever_sent_it(sea: str, tmp_path: Path) -> None:
    made = export(sea, tmp_path, "tracks", "geojson", vessels=("imo:9074729",))
    [feature] = json.loads(made.path.read_text())["features"]
    assert feature["properties"]["mmsi"] == FORMULA
    assert feature["properties"]["imo"] == exported.IMO


def test_a_box_and_a_polygon_are_exact(sea: str, tmp_path: Path) -> None:
    around = {"box": Box(14.4, 35.8, 14.6, 36.0)}
    made = export(sea, tmp_path, "positions", "geojson", **around)
    found = json.loads(made.path.read_text())["features"]
    assert {one["properties"]["mmsi"] for one in found} == {sailed.MARIA}
    corners = ((14.4, 35.8), (14.7, 35.8), (14.4, 36.0))
    drawn = export(sea, tmp_path, "positions", "geojson", polygon=corners)
    inside = [one for one in found if one["geometry"]["coordinates"][0] < 14.55]
    assert 0 < drawn.rows == len(inside) < len(found)


def test_more_than_is_waited_for_is_work_for_later(sea: str, tmp_path: Path) -> None:
    asked = Asked("positions", "csv", start=BEGIN, end=END)
    with pytest.raises(TooLongError):
        make(sea, asked, WHY, tmp_path / "p.csv", most=100)
    # 60 are stored, 12 would leave: only what would leave counts.
    one = Asked("positions", "csv", vessels=(str(DENSE),), start=BEGIN, end=END)
    assert make(sea, one, WHY, tmp_path / "p.csv", most=20).rows == 12


def test_nothing_there_is_said_and_leaves_no_file(sea: str, tmp_path: Path) -> None:
    for layout in ("gpkg", "geojson", "parquet", "xlsx"):
        with pytest.raises(ServiceError, match="nothing to export"):
            export(sea, tmp_path, "positions", layout, vessels=("999",))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kind": "zones", "layout": "gpx"}, "GPX holds points and tracks"),
        ({"kind": "positions", "layout": "cap", "start": BEGIN}, "ask for alerts"),
        ({"kind": "watchlist", "layout": "kml"}, "no place"),
        ({"kind": "positions", "layout": "csv"}, "without a begin"),
        ({"kind": "events", "layout": "csv", "start": END, "end": BEGIN}, "not before"),
        ({"kind": "watchlist", "layout": "csv", "start": BEGIN}, "neither places nor a span"),
        ({"kind": "alerts", "layout": "doc"}, "expected one of geojson"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(said: dict, why: str) -> None:
    with pytest.raises(WrongUseError, match=why):
        Asked(**said)


def test_vessels_boxes_and_polygons_are_checked() -> None:
    assert vessels([" 247000001", "IMO:9074729", "247000001"]) == ("247000001", "imo:9074729")
    for work in (
        lambda: vessels(["../etc"]), lambda: box("bbox", "5,1,2,3"), lambda: box("bbox", "nan"),
        lambda: polygon("polygon", "0,0 1,1"), lambda: polygon("polygon", "0,0 1,1 1,0 0,1"),
    ):  # fmt: skip
        with pytest.raises(WrongUseError):
            work()


def test_no_row_of_a_person_is_left_on_the_connection(sea: str, tmp_path: Path) -> None:
    export(sea, tmp_path, "positions", "parquet")
    with psycopg.connect(sea) as connection:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        assert connection.execute(f"{busy} AND datname = current_database()").fetchone() == (0,)
    assert set(EXPORTS) == {
        "geojson", "csv", "gpx", "kml", "gpkg", "shp", "parquet", "mfjson", "xlsx", "cap", "cise",
        "graphml",
    }  # fmt: skip


def test_a_span_of_years_is_read_in_parts_with_the_same_rows_in_the_same_order(sea: str) -> None:
    pair = (MARKUP, FORMULA)
    hour = Selection(BEGIN, END, pair)
    years = Selection(BEGIN - dt.timedelta(days=3_650), END, pair)
    with session(sea) as connection:
        at_once = np.concatenate(list(positions(connection, hour)))
        in_parts = np.concatenate(list(positions(connection, years)))
        assert count(connection, years, 1_000) == len(in_parts) == len(at_once) == 60
        assert count(connection, years, 45) == 45
    assert in_parts.tobytes() == at_once.tobytes()
