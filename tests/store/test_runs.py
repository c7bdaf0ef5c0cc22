from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.events import Event
from store.connect import connect
from store.live import latest_rows
from store.runs import delete_run, finish_run, open_run, runs
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes
from tests.plugins.where_and_who import TAKEN, found, visited

NOON = datetime(2020, 7, 4, 12, tzinfo=UTC)


def test_a_new_input_begins_at_nothing(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", NOON)
    assert (run.run_id, run.offset, run.rows, run.finished) == (1, 0, 0, False)


def test_the_same_input_goes_on_where_it_was(dsn: str) -> None:
    first = open_run(dsn, "aa" * 32, "log.nmea", NOON)
    with Writer(dsn, first.run_id) as writer:
        writer.commit(writes(positions(), offset=40, lines=7))
    again = open_run(dsn, "aa" * 32, "copy.nmea", NOON)
    assert (again.run_id, again.offset, again.lines, again.rows) == (first.run_id, 40, 7, 1)
    assert again.name == "log.nmea"


def test_a_finished_run_says_so(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", NOON)
    finish_run(dsn, run.run_id, NOON)
    assert open_run(dsn, "aa" * 32, "log.nmea", NOON).finished


def test_another_input_is_another_run(dsn: str) -> None:
    for digit in "ab":
        open_run(dsn, digit * 64, f"{digit}.nmea", NOON)
    assert [(run.run_id, run.name) for run in runs(dsn)] == [(1, "a.nmea"), (2, "b.nmea")]


def test_a_run_does_not_change_the_live_picture(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", NOON)
    with Writer(dsn, run.run_id) as writer:
        writer.commit(writes(positions(), last=positions(), reports=[1], statics=statics()))
    with connect(dsn) as connection:
        assert len(latest_rows(connection)) == 0
        assert len(latest_rows(connection, run.run_id)) == 1
        assert connection.execute("SELECT FROM position").fetchall() == []


def test_a_deleted_run_leaves_no_row(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", NOON)
    block = writes(positions(), last=positions(), reports=[1], statics=statics(), feeds=["log"])
    event = Event.begin("drift", 1, started_us=1, lon=12, lat=38, mmsi=7, trigger=1)
    block = replace(block, visits=visited(), hits=found(), adoptions=(TAKEN,), events=(event,))
    for run_id in (0, run.run_id):
        with Writer(dsn, run_id) as writer:
            writer.commit(block)
    assert delete_run(dsn, run.run_id) == {
        "run_position": 1, "static_report": 1, "latest": 1, "vessel": 1, "zone_visit": 1,
        "watchlist_hit": 1, "event": 1, "adoption": 1, "run": 1,
    }  # fmt: skip
    assert runs(dsn) == []
    with connect(dsn) as connection:
        for table in ("feed", "zone_visit", "watchlist_hit", "event", "adoption"):
            assert connection.execute(f"SELECT run_id FROM {table}").fetchall() == [(0,)]
        assert len(latest_rows(connection)) == 1


def test_the_live_service_cannot_be_deleted_as_a_run(dsn: str) -> None:
    with pytest.raises(ValueError, match="expected the number of a replay"):
        delete_run(dsn, 0)
