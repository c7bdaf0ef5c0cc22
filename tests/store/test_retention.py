from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.connect import connect
from store.live import get_health, latest_rows, put_health
from store.retention import Removed, drop_old
from store.runs import open_run, runs
from store.writer import Writer
from tests.plugins.rows import positions, writes

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
