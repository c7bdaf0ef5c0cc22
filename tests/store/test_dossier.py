"""What a dossier reads of a vessel: the first report of each minute, minutes by feed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from store.connect import session
from store.dossier import _ROW, _firsts, sailed, stays
from store.writer import Writer
from tests.plugins.database import fresh_database
from tests.plugins.rows import positions, writes

BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAYS, MMSIS = 150, (247_000_001, 247_000_002)


def rows(days: int = DAYS):
    """Some minutes of each day: several reports in a minute, of two ships, by two feeds."""
    lot = np.random.default_rng(7)
    seconds = np.array([np.sort(lot.choice(1200, 60, replace=False)) for _ in range(days)])
    seconds += np.arange(days)[:, None] * 86_400
    time = np.datetime64("2026-01-01", "us") + seconds.ravel().astype("m8[s]")
    n = len(time)
    return positions(
        mmsi=lot.choice(MMSIS, n), time=time, received=time, feed=lot.integers(0, 2, n),
        lon_deg=lot.uniform(10, 11, n), lat_deg=lot.uniform(36, 37, n), spool=np.arange(n) + 1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def read(database_server):
    with fresh_database(database_server) as dsn:
        with Writer(dsn) as writer:
            writer.commit(writes(rows(), feeds=("north", "south")))
        with session(dsn) as connection:
            yield lambda *asked: sailed(connection, *asked)


@pytest.mark.parametrize("days, step_s", [(20, 60), (100, 288), (DAYS, 300)])
def test_the_first_report_of_each_step_is_told_whatever_pieces_it_was_read_in(read, days, step_s):
    every, expected = rows(), {}
    seconds = every.time.astype("M8[s]").astype(np.int64)
    for k in range(days * 60):
        expected.setdefault((int(seconds[k] // step_s), int(every.mmsi[k])), every.lon_deg[k])
    told = read(MMSIS, BEGIN, BEGIN + dt.timedelta(days=days)).track
    assert told["lon_deg"].tolist() == [lon for _, lon in sorted(expected.items())]


def test_feeds_are_counted_by_minutes(read):
    every = rows()
    told = {one.feed: one for one in read(MMSIS, BEGIN, BEGIN + dt.timedelta(days=DAYS)).heard}
    for code, name in enumerate(("north", "south")):
        mine = every.time[every.feed == code]
        assert told[name].positions == len(np.unique(mine.astype("M8[m]")))
        assert told[name].first_at == mine.min().astype(dt.datetime).replace(tzinfo=dt.UTC)
        assert told[name].last_at == mine.max().astype(dt.datetime).replace(tzinfo=dt.UTC)


def test_a_span_in_which_nothing_was_heard_is_empty(read):
    told = read(MMSIS, BEGIN - dt.timedelta(days=9), BEGIN)
    assert (len(told.track), told.heard) == (0, ())


SILENT, LEFT, LIES = 247_000_011, 247_000_012, 247_000_013
_VISIT = """INSERT INTO zone_visit (run_id, mmsi, segment, spool, zone, change, time, since,
    lon_deg, lat_deg) VALUES (0, %s, %s, 1, 'port-a', %s, %s, %s, 12, 38)"""


@pytest.fixture(scope="module")
def in_port(database_server):
    """Three ships came on the second day; one left, one was off until the fifth."""
    came = BEGIN + dt.timedelta(days=1)
    heard = [(SILENT, 1, 1.5), (SILENT, 2, 4), (LEFT, 3, 2), (LIES, 4, 1.5), (LIES, 4, 6)]
    time = np.array(["2026-01-01"] * len(heard), "M8[us]")
    time += np.array([days * 86_400 for _, _, days in heard]).astype("m8[s]")
    lot = positions(
        mmsi=np.array([one[0] for one in heard]), segment=np.array([one[1] for one in heard]),
        time=time, received=time, lon_deg=np.full(5, 12.0), lat_deg=np.full(5, 38.0),
        feed=np.zeros(5, int), spool=np.arange(5) + 1,
    )  # fmt: skip
    with fresh_database(database_server) as dsn:
        with Writer(dsn) as writer:
            writer.commit(writes(lot, feeds=("north",)))
        with session(dsn) as connection:
            for mmsi, segment, change in ((SILENT, 1, 1), (LEFT, 3, 2), (LIES, 4, 2)):
                connection.execute(_VISIT, [mmsi, segment, change, came, came])
            left = came + dt.timedelta(hours=20)
            connection.execute(_VISIT, [LEFT, 3, 3, left, came])
            yield lambda mmsi, day: stays(connection, [mmsi], BEGIN + dt.timedelta(days=day),
                                          BEGIN + dt.timedelta(days=day + 1))  # fmt: skip


def test_a_visit_is_over_once_she_was_heard_on_a_later_track(in_port):
    [there] = in_port(SILENT, 1)
    assert there.left_at is None
    assert there.present
    assert there.heard_at == BEGIN + dt.timedelta(days=1.5)
    assert in_port(SILENT, 5) == []


def test_a_visit_that_nobody_ended_goes_on_while_her_track_does(in_port):
    [there] = in_port(LIES, 5)
    assert there.heard_at == BEGIN + dt.timedelta(days=6)
    assert not there.present
    assert in_port(LEFT, 5) == []


def test_of_two_ships_that_send_one_number_neither_hides_the_other():
    """Twenty seconds apart in the same minute, on two tracks."""
    rows = np.zeros(4, _ROW)
    rows["mmsi"], rows["segment"] = SILENT, [1, 2, 1, 2]
    rows["time"] = np.array([0, 20, 60, 80]) * 1_000_000
    assert _firsts(rows, 60.0)["segment"].tolist() == [1, 2, 1, 2]
