"""What a block leaves of visits, hits and adoptions: whole with the block, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from geofence.visits import Visits
from store.editions import adopted
from store.errors import RefusedError, UnavailableError
from store.runs import open_run
from store.writer import Writer, Writes
from tests.plugins.rows import positions, writes
from tests.plugins.where_and_who import TAKEN, found, visited
from watchlist.hits import Hits

TIME = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = ("position", "zone_visit", "watchlist_hit", "adoption")


def block(offset: int = 10, **changes: Any) -> Writes:
    """Return a block of one position, one visit, one hit and one adoption."""
    full = replace(
        writes(positions(), offset=offset), visits=visited(), hits=found(), adoptions=(TAKEN,)
    )
    return replace(full, **changes)


def fetch(dsn: str, statement: str) -> list[dict]:
    with psycopg.connect(dsn, row_factory=dict_row, options="-c timezone=GMT") as connection:
        return connection.execute(statement).fetchall()


def counts(dsn: str) -> list[int]:
    return [len(fetch(dsn, f"SELECT FROM {table}")) for table in TABLES]


def test_a_visit_arrives_as_it_was(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(block(visits=visited(since=["2020-07-04T14:50:00.000001"])))
    [row] = fetch(dsn, "SELECT * FROM zone_visit")
    assert row.pop("time").isoformat() == "2020-07-04T14:51:02.500000+00:00"
    assert row.pop("since").isoformat() == "2020-07-04T14:50:00.000001+00:00"
    assert row == {
        "run_id": 0, "mmsi": 247_320_162, "segment": 4, "spool": 1, "zone": "malta", "change": 2,
        "lon_deg": 12.5, "lat_deg": 41.25,
    }  # fmt: skip


def test_a_hit_arrives_as_it_was(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(block())
    [row] = fetch(dsn, "SELECT * FROM watchlist_hit")
    assert row.pop("received").isoformat() == "2020-07-04T14:51:02.500000+00:00"
    assert row == {
        "run_id": 0, "mmsi": 247_320_162, "spool": 1, "entry": "V-000002", "version": 7,
        "matched_on": 2, "score": 1.0, "agrees": 2, "disagrees": 8, "name": "GHOST",
        "call_sign": "IBCD", "imo": 9_074_729,
    }  # fmt: skip


def test_an_adoption_arrives_as_it_was(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(block())
    with psycopg.connect(dsn) as connection:
        assert adopted(connection) == {"zones": TAKEN}


def test_hostile_names_of_a_hit_are_stored_harmlessly(dsn: str) -> None:
    odd = found(name=[b"A\0B", b"\xff", b""], call_sign=[b"';--", b"\0", b""], imo=[0, 1, 2])
    with Writer(dsn) as writer:
        writer.commit(block(hits=odd))
    rows = fetch(dsn, "SELECT name, call_sign, imo FROM watchlist_hit")
    assert [tuple(row.values()) for row in rows] == [
        ("A\ufffdB", "';--", None), ("\ufffd", None, 1), (None, None, 2),
    ]  # fmt: skip


def test_each_edition_of_a_block_names_its_own_zones_and_entries(dsn: str) -> None:
    [(visits, _)], [(hits, _)] = visited(), found()
    both = {
        "visits": ((visits, ("a", "b")), (visits, ("c", "d é"))),
        "hits": ((hits, (("V-1", 1), ("V-2", 2))), (hits, (("V-3", 3), ("V-4", 4)))),
    }
    with Writer(dsn) as writer:
        writer.commit(block(**both))
    assert [row["zone"] for row in fetch(dsn, "SELECT zone FROM zone_visit")] == ["b", "d é"]
    rows = fetch(dsn, "SELECT entry, version FROM watchlist_hit")
    assert [tuple(row.values()) for row in rows] == [("V-2", 2), ("V-4", 4)]


def test_a_vessel_without_a_segment_is_null(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(block(visits=visited(segment=[0xFFFF_FFFF])))
    assert fetch(dsn, "SELECT segment FROM zone_visit") == [{"segment": None}]


def test_empty_columns_send_nothing(dsn: str) -> None:
    with Writer(dsn) as writer:
        empty = block(
            visits=((Visits.empty(), ("a",)),), hits=((Hits.empty(), ()),), adoptions=()
        )  # fmt: skip
        assert writer.prepare(empty).rare == writer.prepare(writes(positions())).rare == ()
        writer.commit(empty)
    assert counts(dsn) == [1, 0, 0, 0]


@pytest.mark.parametrize(
    "bad",
    [
        {"visits": visited(time=["-6000-01-01"])},
        {"hits": found(received=["-6000-01-01"])},
        {"adoptions": (replace(TAKEN, version=1 << 40),)},
        {"positions": positions(time=["-6000-01-01"])},
    ],
)
def test_one_refused_row_rolls_back_the_whole_block(dsn: str, bad: dict) -> None:
    with Writer(dsn) as writer:
        with pytest.raises(RefusedError):
            writer.commit(block(**bad))
        assert counts(dsn) == [0, 0, 0, 0]
        assert fetch(dsn, "SELECT position FROM cursor") == [{"position": 0}]
        writer.commit(block())
    assert counts(dsn) == [1, 1, 1, 1]


def test_a_commit_whose_answer_was_lost_is_not_written_twice(dsn: str) -> None:
    with Writer(dsn) as writer, Writer(dsn) as twin:
        twin.commit(block())
        cut_off(dsn)
        with pytest.raises(UnavailableError):
            writer.commit(block())
        writer.reconnect()
        writer.commit(block())
        assert counts(dsn) == [1, 1, 1, 1]
        writer.commit(block(offset=20))
    assert counts(dsn) == [2, 2, 2, 1]


def cut_off(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'vedetta'"
        )


def test_a_writer_that_dies_in_the_middle_leaves_nothing(dsn: str) -> None:
    with Writer(dsn) as writer:
        block_ = writer.prepare(block())
        connection = writer._connection
        assert connection is not None
        connection.execute("BEGIN")
        writer._write(connection, block_)
        cut_off(dsn)
    assert counts(dsn) == [0, 0, 0, 0]
    with Writer(dsn) as writer:
        assert writer.offset() == 0


def test_a_replay_writes_under_its_own_number(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", TIME)
    with Writer(dsn, run.run_id) as writer:
        writer.commit(block())
    with psycopg.connect(dsn) as connection:
        assert adopted(connection) == {}
        assert adopted(connection, run.run_id) == {"zones": TAKEN}
    for table in TABLES[1:]:
        assert fetch(dsn, f"SELECT run_id FROM {table}") == [{"run_id": run.run_id}]
