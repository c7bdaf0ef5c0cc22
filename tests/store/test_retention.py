from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.changes import Change
from store.connect import connect
from store.editions import content, publish
from store.errors import StoreError
from store.live import get_health, latest_rows, put_health
from store.retention import Removed, drop_old
from store.runs import open_run, runs
from store.writer import Writer
from tests.plugins.alerted import listed
from tests.plugins.rows import positions, writes
from tests.plugins.where_and_who import found, visited

NOW = datetime(2020, 7, 10, 12, tzinfo=UTC)


def test_whole_old_days_go_and_the_rest_stays(dsn: str) -> None:
    days = [f"2020-07-{day:02}T13:00" for day in range(1, 11)]
    with Writer(dsn) as writer:
        writer.commit(writes(positions(time=days)))
    removed = drop_old(dsn, NOW, positions_days=5)
    assert len(removed.chunks) == 4
    with connect(dsn) as connection:
        [oldest] = connection.execute("SELECT min(time) FROM position").fetchone() or [None]
    assert oldest == datetime(2020, 7, 5, 13, tzinfo=UTC)


def test_replays_keep_their_own_positions(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", NOW)
    with Writer(dsn, run.run_id) as writer:
        writer.commit(writes(positions(time=["2012-01-27"])))
    assert drop_old(dsn, NOW, positions_days=1) == Removed((), 0, 0, ())
    with connect(dsn) as connection:
        assert len(connection.execute("SELECT FROM run_position").fetchall()) == 1


def test_an_old_replay_goes_whole(dsn: str) -> None:
    open_run(dsn, "aa" * 32, "old.nmea", NOW - timedelta(days=31))
    open_run(dsn, "bb" * 32, "new.nmea", NOW - timedelta(days=29))
    assert drop_old(dsn, NOW, positions_days=1).runs == (1,)
    assert [run.name for run in runs(dsn)] == ["new.nmea"]


def test_segments_long_unheard_leave_the_picture(dsn: str) -> None:
    last = positions(segment=[0, 1], received=["2020-07-01", "2020-07-09"])
    with Writer(dsn) as writer:
        writer.commit(writes(last=last, reports=[1, 1]))
    assert drop_old(dsn, NOW, positions_days=90).latest == 1
    with connect(dsn) as connection:
        assert latest_rows(connection)["segment"].tolist() == [1]


def test_health_of_parts_long_gone_is_forgotten(dsn: str) -> None:
    with connect(dsn, autocommit=True) as connection:
        put_health(connection, "web", {}, NOW - timedelta(days=8))
        put_health(connection, "ingest", {}, NOW)
        assert drop_old(dsn, NOW, positions_days=90).health == 1
        assert list(get_health(connection)) == ["ingest"]


@pytest.mark.parametrize("days", [0, -1])
def test_a_retention_of_nothing_is_refused(dsn: str, days: int) -> None:
    with pytest.raises(ValueError, match="expected more than 0"):
        drop_old(dsn, NOW, positions_days=days)


def test_visits_and_hits_are_kept_for_their_own_time(dsn: str) -> None:
    days = ["2020-07-01", "2020-07-05", "2020-07-09"]
    block = replace(writes(), visits=visited(time=days), hits=found(received=days))
    run = open_run(dsn, "aa" * 32, "log.nmea", NOW)
    for run_id in (0, run.run_id):
        with Writer(dsn, run_id) as writer:
            writer.commit(block)
    removed = drop_old(dsn, NOW, positions_days=90, visits_days=3, hits_days=7)
    assert (removed.visits, removed.hits) == (2, 1)
    with connect(dsn) as connection:
        for table, kept in (("zone_visit", 1), ("watchlist_hit", 2)):
            rows = connection.execute(f"SELECT run_id FROM {table} ORDER BY run_id").fetchall()
            assert rows == [(0,)] * kept + [(run.run_id,)] * 3


def test_a_vessel_stays_listed_as_long_as_her_entry_is_in_force(dsn: str) -> None:
    """Nothing new is told while nothing changes: without her newest answer she would be nobody."""
    entry = listed(dsn, 247_000_001)
    gone = listed(dsn, 247_000_002)
    with connect(dsn) as connection:
        connection.execute(
            "INSERT INTO watchlist_hit SELECT run_id, mmsi, received - interval '1 day', spool, "
            "entry, version, 1, 1, 1, 0 FROM watchlist_hit"
        )
        withdrawn = "UPDATE entry_version SET state = 'withdrawn' WHERE entry = %s"
        connection.execute(withdrawn, [gone])
    later = datetime.now(UTC) + timedelta(days=400)
    assert drop_old(dsn, later, positions_days=90).hits == 3
    assert drop_old(dsn, later, positions_days=90).hits == 0
    with connect(dsn) as connection:
        left = connection.execute("SELECT mmsi, entry FROM watchlist_hit").fetchall()
    assert left == [(247_000_001, entry)]


def test_the_bytes_of_long_superseded_editions_go(dsn: str) -> None:
    with connect(dsn) as connection:
        made = [
            publish(connection, "zones", b"%d" % days, Change("a", "b", NOW - timedelta(days)))
            for days in (900, 800, 10)
        ]
    assert drop_old(dsn, NOW, positions_days=90).editions == 1
    assert drop_old(dsn, NOW, positions_days=90).editions == 0
    with connect(dsn) as connection:
        assert [content(connection, row.sha256) for row in made[1:]] == [b"800", b"10"]
        with pytest.raises(StoreError, match="expected one published and still kept"):
            content(connection, made[0].sha256)


@pytest.mark.parametrize("name", ["visits_days", "hits_days"])
def test_visits_and_hits_kept_for_no_time_are_refused(dsn: str, name: str) -> None:
    with pytest.raises(ValueError, match="retention of 0 days"):
        drop_old(dsn, NOW, positions_days=1, **{name: 0})
