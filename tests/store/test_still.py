from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest

from store.connect import connect
from store.still import SLOW, slow_positions
from store.writer import Writer
from tests.plugins.rows import positions, writes

SHIP, OTHER = 247_320_162, 239_000_001
DAY = (datetime(2020, 7, 4, tzinfo=UTC), datetime(2020, 7, 5, tzinfo=UTC))
MINUTE = np.timedelta64(60_000_000, "us")


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection]:
    with connect(dsn, autocommit=True) as connection:
        yield connection


def sailed(dsn: str, *speeds: float, mmsi: int = SHIP, day: str = "2020-07-04T12") -> None:
    """Store a position a minute with these speeds."""
    time = np.datetime64(day, "us") + MINUTE * np.arange(len(speeds))
    rows = positions(
        mmsi=[mmsi] * len(speeds), time=time, sog_kn=speeds, lon_deg=np.nan_to_num(speeds)
    )
    with Writer(dsn) as writer:
        writer.commit(writes(rows))


def test_rests_come_with_the_positions_that_end_them(dsn, connection):
    sailed(dsn, 9, 8, 0.2, 0.1, 7, 8, 9)
    [rows] = slow_positions(connection, *DAY, slow_kn=0.5)
    np.testing.assert_array_equal(rows["sog_kn"], np.float32([8, 0.2, 0.1, 7]))
    assert rows.dtype == SLOW
    assert rows["time"][0] == np.datetime64("2020-07-04T12:01")
    assert (rows["mmsi"][0], rows["lon_deg"][0], rows["lat_deg"][0]) == (SHIP, 8, 41.25)


def test_a_position_without_speed_counts_as_slow(dsn, connection):
    sailed(dsn, 9, 9, np.nan)
    [rows] = slow_positions(connection, *DAY, slow_kn=0.5)
    np.testing.assert_array_equal(rows["sog_kn"], np.float32([9, np.nan]))


def test_vessels_are_apart_and_one_after_the_other(dsn, connection):
    sailed(dsn, 9, 0)
    sailed(dsn, 9, 9, mmsi=OTHER)
    sailed(dsn, 0, mmsi=OTHER + 1)
    [rows] = slow_positions(connection, *DAY, slow_kn=0.5)
    assert rows["mmsi"].tolist() == [OTHER + 1, SHIP, SHIP]


@pytest.mark.parametrize("block", [1, 3, 4, 5])
def test_blocks_change_nothing(dsn, connection, block):
    sailed(dsn, 0, 0, 0, 0)
    rows = list(slow_positions(connection, *DAY, slow_kn=0.5, block=block))
    assert max(map(len, rows)) <= block
    minutes = np.concatenate(rows)["time"].astype("M8[m]").astype(int) % 60
    assert minutes.tolist() == [0, 1, 2, 3]


def test_other_days_and_swift_vessels_give_no_block(dsn, connection):
    sailed(dsn, 9, 9)
    sailed(dsn, 0, 0, day="2020-07-05T00")
    assert list(slow_positions(connection, *DAY, slow_kn=0.5)) == []
