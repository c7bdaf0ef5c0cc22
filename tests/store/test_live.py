from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest

from store.connect import connect
from store.live import (
    LATEST,
    get_health,
    latest_rows,
    put_health,
    track,
    vessel,
)
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes

NOON = datetime(2020, 7, 4, 12, tzinfo=UTC)
EVENING = datetime(2020, 7, 4, 20, tzinfo=UTC)


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection]:
    with connect(dsn, autocommit=True) as connection:
        yield connection


def test_the_picture_is_empty_at_first(connection: psycopg.Connection) -> None:
    rows = latest_rows(connection)
    assert (len(rows), rows.dtype) == (0, LATEST)


def test_the_picture_gives_what_was_committed(dsn: str, connection: psycopg.Connection) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(last=positions(segment=[4]), reports=[9]))
    [row] = latest_rows(connection)
    assert row["time"] == np.datetime64("2020-07-04T14:51:02.500000")
    assert (row["segment"], row["mmsi"], row["reports"]) == (4, 247_320_162, 9)
    assert (row["lon_deg"], row["lat_deg"], row["sog_kn"]) == (12.5, 41.25, 8.5)
    assert (row["nav_status"], row["message"], row["feed"]) == (0, 1, 0)


def test_what_the_picture_does_not_know_is_marked(
    dsn: str, connection: psycopg.Connection
) -> None:
    last = positions(sog_kn=[np.nan], cog_deg=[np.nan], heading_deg=[np.nan], nav_status=[255])
    with Writer(dsn) as writer:
        writer.commit(writes(last=last, reports=[1]))
    [row] = latest_rows(connection)
    assert np.isnan([row[c] for c in ("sog_kn", "cog_deg", "heading_deg")]).all()
    assert row["nav_status"] == 255


def test_the_picture_since_a_time_holds_only_what_came_after(
    dsn: str, connection: psycopg.Connection
) -> None:
    last = positions(segment=[0, 1], received=["2020-07-04T11:00", "2020-07-04T13:00"])
    with Writer(dsn) as writer:
        writer.commit(writes(last=last, reports=[1, 1]))
    assert latest_rows(connection, since=NOON)["segment"].tolist() == [1]


def test_a_vessel_never_seen_is_none(connection: psycopg.Connection) -> None:
    assert vessel(connection, 247_000_000) is None


def test_a_vessel_tells_identity_positions_and_feed(
    dsn: str, connection: psycopg.Connection
) -> None:
    block = writes(
        last=positions(), reports=[1], statics=statics(name=[b"OCEAN"]), feeds=["harbour"]
    )
    with Writer(dsn) as writer:
        writer.commit(block)
    found = vessel(connection, 247_320_162)
    assert found is not None
    assert found["identity"]["name"] == "OCEAN"
    assert [(p["feed"], p["lon_deg"]) for p in found["positions"]] == [("harbour", 12.5)]


def test_a_track_is_in_order_of_time(dsn: str, connection: psycopg.Connection) -> None:
    batch = positions(
        time=["2020-07-04T15:00", "2020-07-04T13:00", "2020-07-04T21:00"], lon_deg=[2, 1, 3]
    )
    with Writer(dsn) as writer:
        writer.commit(writes(batch))
    rows = track(connection, 247_320_162, NOON, EVENING)
    assert rows["lon_deg"].tolist() == [1, 2]
    assert rows["time"][0] == np.datetime64("2020-07-04T13:00")


def test_a_limited_track_keeps_its_end(dsn: str, connection: psycopg.Connection) -> None:
    hours = [f"2020-07-04T{hour}:00" for hour in range(13, 18)]
    with Writer(dsn) as writer:
        writer.commit(writes(positions(time=hours, lon_deg=range(5))))
    rows = track(connection, 247_320_162, NOON, EVENING, limit=2)
    assert rows["lon_deg"].tolist() == [3, 4]


def test_a_track_without_positions_is_empty(connection: psycopg.Connection) -> None:
    assert len(track(connection, 1, NOON, EVENING)) == 0


def test_health_of_a_part_replaces_its_last(connection: psycopg.Connection) -> None:
    put_health(connection, "ingest", {"feeds": []}, NOON)
    put_health(connection, "ingest", {"feeds": [{"name": "harbour"}]}, EVENING)
    assert get_health(connection) == {
        "ingest": {"state": {"feeds": [{"name": "harbour"}]}, "at": EVENING}
    }
