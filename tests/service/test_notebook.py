"""The door for notebooks: frames and tables, audited, and the notebook of the docs still runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from service.errors import WrongUseError
from service.notebook import open_sea
from tests.plugins import exported
from tests.plugins.database import fresh_database
from tests.plugins.exported import audited
from tests.plugins.sailed import MARIA

HOUR = {"start": exported.BEGIN, "end": "2026-05-01T09:00Z"}
NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def sea(database_server: str) -> Iterator[str]:
    with fresh_database(database_server) as dsn:
        exported.fill(dsn)
        yield dsn


def test_positions_are_a_frame_and_a_table_of_what_is_stored(sea: str) -> None:
    found = open_sea(sea, "a.greco", "a test").positions(MARIA, **HOUR)
    with psycopg.connect(sea) as connection:
        rows = connection.execute(
            "SELECT time, lon_deg, lat_deg FROM position WHERE mmsi = %s ORDER BY time", [MARIA]
        ).fetchall()
    frame = found.frame()
    assert len(found) == len(frame) == len(rows) == 120
    assert found.table["time"].to_pylist() == [row[0] for row in rows]
    assert [(p.x, p.y) for p in frame.geometry] == [row[1:] for row in rows]
    assert frame.crs == "OGC:CRS84"


def test_every_question_stands_in_the_audit_with_its_reason(sea: str) -> None:
    found = open_sea(sea, "a.greco", "routes of January").tracks(**HOUR)
    *_, told = audited(sea, "tracks.export")
    assert told["rows"] == len(found) == 7
    assert found.sidecar["why"] == "routes of January"


@pytest.mark.parametrize(
    ("kind", "shape"), [("positions", "Point"), ("tracks", "LineString"), ("events", "Point")]
)
def test_nothing_found_has_the_same_columns_and_no_rows(sea: str, kind: str, shape: str) -> None:
    door = open_sea(sea, "a.greco", "a day of which nothing is stored")
    ask = getattr(door, kind)
    none = ask(MARIA, start="2020-01-01", end="2020-01-02")
    *_, told = audited(sea, f"{kind}.export")
    assert told["rows"] == 0, "that nothing was found is in the audit too"
    frame, some = none.frame(), ask(**HOUR) if kind != "events" else None
    assert len(none) == len(frame) == 0
    assert frame.crs == "OGC:CRS84"
    assert frame.geometry.name == "geometry"
    assert none.sidecar["rows"] == 0
    said = json.loads(none.table.schema.metadata[b"geo"])
    assert said["columns"]["geometry"]["geometry_types"] == [shape]
    if some is not None:
        assert none.table.schema.equals(some.table.schema)
        assert (frame.dtypes.index == some.frame().dtypes.index).all()
        assert pd.concat([frame, some.frame()]).shape[0] == len(some)
    assert frame["started_at" if kind != "positions" else "time"].dt.tz is not None


def test_nobody_asks_without_a_name_and_a_reason(sea: str) -> None:
    for who, reason in (("", "why"), ("a.greco", "  ")):
        with pytest.raises(WrongUseError):
            open_sea(sea, who, reason)


def test_the_notebook_of_the_docs_runs_and_names_no_path(
    sea: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sea)
    monkeypatch.setenv("MPLBACKEND", "agg")
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    code = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
    said: dict[str, object] = {}
    for one in code:
        exec(compile(one, "notebook", "exec"), said)  # noqa: S102 (our own cells)
    assert all(one["outputs"] for one in cells[4::2])
    assert NOTEBOOK.stat().st_size < 300_000
    assert "/tmp" not in NOTEBOOK.read_text()  # noqa: S108 (looked for, not used)
    assert "/home" not in NOTEBOOK.read_text()
