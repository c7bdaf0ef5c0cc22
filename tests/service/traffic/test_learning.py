"""What ships did becomes a model: by command of a person, or by the clock every night."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pytest

from alerts.traffic.grid import cell_of, sector_of
from alerts.traffic.model import TrafficError
from alerts.traffic.usual import NOWHERE, Usual
from service.schedule import Turn
from service.traffic import learning
from service.traffic.job import Learning
from service.traffic.learning import TrafficSettings, adopt, keep, learn, newest_model
from store.changes import Change
from store.connect import session
from store.editions import content, newest
from store.errors import StoreError
from store.traffic import drop_models, models
from tests.plugins.traffic import LANE, called, sailed_lane

DAY = dt.datetime(2026, 5, 10, tzinfo=dt.UTC)
NEXT = DAY + dt.timedelta(days=1)
FERRY = 237_000_009
MID_LON = LANE[0] + 0.9
CHANGE = Change("rossi", "first model", NEXT)
SETTINGS = TrafficSettings()


@pytest.fixture(scope="module")
def sea(database_server):
    """A day of a busy lane, and the calls of a ferry."""
    from tests.plugins.database import fresh_database

    with fresh_database(database_server) as dsn:
        sailed_lane(dsn, DAY)
        ports = ["port-malta", "port-augusta"]
        with session(dsn) as connection:
            found = [zone.id for zone in learning.zones_in_force(connection).of_kind("port").zones]
        ports = found[:2]
        called(dsn, DAY - dt.timedelta(days=4), FERRY, *ports * 4)
        yield dsn


def test_a_day_of_a_busy_lane_is_known_afterwards(sea):
    with session(sea) as connection:
        model = learn(connection, DAY, NEXT, SETTINGS)
    usual = Usual.of(model)
    at = usual.where[cell_of(MID_LON, LANE[1])]
    assert at != NOWHERE
    assert usual.passed[at, 1] == pytest.approx(700, rel=0.02)
    assert usual.way[at, 1, sector_of(90.0)] == 1
    assert usual.way[at, 1, sector_of(0.0)] >= 30


def test_a_ferry_of_that_time_keeps_to_her_line(sea):
    with session(sea) as connection:
        [line] = learn(connection, DAY, NEXT, SETTINGS).lines
    assert (line.mmsi, line.times, line.days) == (FERRY, 7, 30)


def test_learning_in_small_blocks_is_learning_at_once(sea, monkeypatch):
    whole = learning.sailed
    with session(sea) as connection:
        expected = learn(connection, DAY, NEXT, SETTINGS).to_bytes()
        small = partial(whole, block=97)
        monkeypatch.setattr(learning, "sailed", small)
        assert learn(connection, DAY, NEXT, SETTINGS).to_bytes() == expected


def test_the_clock_learns_each_day_once_and_adopts_it(dsn):
    sailed_lane(dsn, DAY, ships=20)
    work = Learning(dsn, SETTINGS).work
    turn = Turn(NEXT + dt.timedelta(hours=2, minutes=40), None, lambda: False)
    assert work(turn) | {"passages": 0} == {
        "learned": 30, "version": 1, "passages": 0, "lines": 0, "edition": 1, "dropped": 0,
    }  # fmt: skip
    assert work(turn) == {"learned": 0}
    with session(dsn) as connection:
        [row] = models(connection)
        assert row.in_force
        assert newest(connection, "traffic").sha256 == row.sha256


def test_what_has_to_stop_keeps_nothing(dsn):
    turn = Turn(NEXT, None, lambda: True)
    with pytest.raises(Exception, match="stopped at"):
        Learning(dsn, SETTINGS).work(turn)
    with session(dsn) as connection:
        assert models(connection) == []


def test_a_person_may_go_back_to_an_older_model(dsn):
    sailed_lane(dsn, DAY, ships=20)
    with session(dsn) as connection:
        for end in (NEXT, NEXT + dt.timedelta(days=1)):
            before = newest_model(connection)
            start = DAY if before is None else NEXT
            version = keep(connection, learn(connection, start, end, SETTINGS, before), CHANGE)
            adopt(connection, version, CHANGE)
        edition = adopt(connection, 1, CHANGE)
        assert edition.version == 3
        assert [row.in_force for row in models(connection)] == [False, True]
        assert content(connection, edition.sha256)
        with pytest.raises(TrafficError, match="learned already"):
            learn(connection, DAY, NEXT, SETTINGS, newest_model(connection))


def test_old_models_go_but_the_newest_stays_and_so_does_what_was_adopted(dsn):
    with session(dsn) as connection:
        empty = learn(connection, DAY, DAY, SETTINGS)
        for _ in range(3):
            keep(connection, empty, CHANGE)
        adopt(connection, 1, CHANGE)
        assert drop_models(connection, NEXT + dt.timedelta(days=100)) == 2
        assert [row.kept for row in models(connection)] == [True, False, False]
        with pytest.raises(StoreError, match="traffic model 1 is not in the database"):
            adopt(connection, 1, CHANGE)
        assert content(connection, newest(connection, "traffic").sha256)


def test_positions_of_one_minute_are_one(sea):
    with session(sea) as connection:
        rows = np.concatenate(list(learning.sailed(connection, DAY, NEXT)))
    minutes = np.column_stack([rows["mmsi"], rows["time"].astype("M8[m]").astype("i8")])
    assert len(np.unique(minutes, axis=0)) == len(rows)
