"""Each index serves the query that its comment names; each file of SQL is used or documented."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest

import store
from store.connect import connect
from store.queries import query
from store.writer import Writer
from tests.plugins.rows import positions, writes

ROOM = Path(store.__file__).parent
DAY = {
    "start": datetime(2020, 7, 4, tzinfo=UTC),
    "end": datetime(2020, 7, 5, tzinfo=UTC),
    "limit": 1000,
}


@pytest.fixture
def sea(dsn: str) -> str:
    """Give a database with a day of 200 vessels in many cells."""
    n = 20_000
    batch = positions(
        mmsi=np.arange(n) % 200,
        time=np.datetime64("2020-07-04") + np.arange(n) * np.timedelta64(4, "s"),
        lon_deg=np.arange(n) % 40,
        lat_deg=30 + np.arange(n) // 40 % 15,
    )
    with Writer(dsn) as writer:
        writer.commit(writes(batch))
    with connect(dsn, autocommit=True) as connection:
        connection.execute("ANALYZE position")
    return dsn


def plan(dsn: str, statement: bytes, parameters: dict[str, object]) -> str:
    with connect(dsn) as connection:
        rows = connection.execute(b"EXPLAIN " + statement, parameters).fetchall()
    return "\n".join(line for (line,) in rows)


def test_a_track_is_read_through_its_index(sea: str) -> None:
    assert "position_mmsi_time" in plan(sea, query("track"), {"mmsi": 7, **DAY})


def test_a_box_is_read_through_its_index(sea: str) -> None:
    box = b"SELECT * FROM position WHERE cell = ANY(%(cells)s) AND time >= %(start)s"
    assert "position_cell_time" in plan(sea, box, {"cells": [44_000, 44_001], **DAY})


def test_what_lies_in_a_box_is_found_by_its_cells(sea: str) -> None:
    box = "SELECT count(*) FROM position WHERE cell = %s"
    exact = "SELECT count(*) FROM position WHERE lon_deg = 12 AND lat_deg = 41"
    with connect(sea) as connection:
        by_cell = connection.execute(box, [131 * 360 + 192]).fetchone()
        assert by_cell == connection.execute(exact).fetchone()
        assert by_cell != (0,)


def test_every_file_of_sql_is_used_or_documented() -> None:
    code = "".join(path.read_text("utf-8") for path in ROOM.glob("*.py"))
    files = {path.stem for path in (ROOM / "sql").glob("*.sql")}
    assert {name for name in files if f'query("{name}")' not in code} == {"community"}
    assert "sql/community.sql" in (ROOM.parent / "docs" / "database.md").read_text("utf-8")


def test_the_community_file_is_refused_by_the_apache_edition(dsn: str) -> None:
    with connect(dsn, autocommit=True) as connection, pytest.raises(psycopg.Error, match="apache"):
        connection.execute(query("community"))


def test_every_index_says_which_query_it_serves() -> None:
    for path in (ROOM / "migrations").glob("*.sql"):
        lines = path.read_text("utf-8").splitlines()
        for at, line in enumerate(lines):
            if line.startswith("CREATE INDEX"):
                assert any("-- Serves:" in before for before in lines[max(0, at - 3) : at]), line
