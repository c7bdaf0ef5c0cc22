from __future__ import annotations

import json

import pytest

from store.connect import connect
from store.edition import edition
from store.status import status
from store.writer import Writer
from tests.plugins.rows import positions, writes


def test_an_empty_database_says_what_it_is(dsn: str) -> None:
    found = status(dsn)
    assert found["postgresql"].startswith("17.")
    assert found["timescaledb"].startswith("2.")
    assert found["chunks"]["position"] == {
        "number": 0, "bytes": 0, "oldest": None, "newest": None,
    }  # fmt: skip
    assert (found["rows"], found["runs"], found["gb_per_day"]) == (0, 0, None)


def test_growth_counts_only_the_time_that_holds_positions(dsn: str) -> None:
    days = ["2020-07-04T18:00"] * 5000 + ["2020-07-05T06:00"]
    with Writer(dsn) as writer:
        writer.commit(writes(positions(time=days)))
    found = status(dsn, keep_days=90)
    half_a_day = found["chunks"]["position"]["bytes"]
    assert found["chunks"]["position"]["number"] == 2
    assert found["chunks"]["position"]["oldest"] == "2020-07-04T00:00:00+00:00"
    assert found["chunks"]["position"]["newest"] == "2020-07-06T00:00:00+00:00"
    assert found["gb_per_day"] == pytest.approx(half_a_day * 2 / 1e9)
    assert found["gb_kept"] == found["gb_per_day"] * 90


def test_a_hypertable_counts_with_its_chunks(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(positions(mmsi=range(1, 5001))))
    assert status(dsn)["tables"]["position"] > 5000 * 100


def test_status_is_plain_json(dsn: str) -> None:
    assert json.loads(json.dumps(status(dsn)))["edition"] in {"apache", "community"}


def test_debians_build_is_found_to_be_the_apache_edition(dsn: str) -> None:
    with connect(dsn) as connection:
        connection.execute("SET LOCAL statement_timeout = '10s'")
        assert edition(connection) == "apache"
        assert connection.execute("SHOW statement_timeout").fetchone() == ("10s",)


def test_every_table_is_counted(dsn: str) -> None:
    assert {"zone_visit", "watchlist_hit", "adoption", "entry_person", "audit"} <= set(
        status(dsn)["tables"]
    )
