"""The same spool leaves the same rows, whatever happened on the way."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from ais.spool.writer import SpoolWriter
from geofence.builtin import builtin_zones
from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from service.pipeline.shelf import Shelf
from tests.plugins.database import fresh_database
from watchlist.entries import Edition, WatchlistEntry
from watchlist.reviews import listed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
START_S = 1_780_000_000
SPAN_S = 900
TABLES = {
    "run_position": "spool, mmsi",
    "latest": "segment",
    "static_report": "spool, mmsi",
    "vessel": "mmsi",
    "feed": "code",
    "zone_visit": "spool, mmsi, zone, change",
    "watchlist_hit": "spool, mmsi, entry",
    "adoption": "spool",
}


@pytest.fixture(scope="module")
def spool(tmp_path_factory) -> Path:
    """A spool of a quarter of an hour of exercise, with ticks, in several segments.

    Zones take effect at its beginning, a list after five minutes and a longer one after ten.
    """
    folder = tmp_path_factory.mktemp("service") / "spool"
    shelf = Shelf(folder.parent / "editions")
    sea = Exercise(load_scenario(), seed=3, vessels=25)
    ships = sea.company.fleet.mmsi[:10].tolist()
    editions = {
        0: ("zones", builtin_zones().to_bytes()),
        300: ("watchlist", list_of(ships[:5]).to_bytes()),
        600: ("watchlist", list_of(ships).to_bytes()),
    }
    with SpoolWriter(folder) as writer:
        for second in range(SPAN_S):
            lines = sea.lines(second, second + 1)
            now_ms = (START_S + second) * 1000
            if second in editions:
                what, content = editions[second]
                said = {"what": what, "version": 1, "sha256": shelf.put(what, content)}
                writer.append("_control", [json.dumps(said).encode()], now_ms)
            writer.append("a", [lines.line(i) for i in range(len(lines))], now_ms)
            writer.append("_tick", [b""], now_ms + 1000)
        writer.sync()
    return folder


def list_of(ships: list[int]) -> Edition:
    """A list that names each of ``ships``."""
    entries = (
        WatchlistEntry(id=f"V-{mmsi}", mmsi=(mmsi,), review_by=dt.date(2027, 1, 1))
        for mmsi in ships
    )
    return Edition(tuple(listed(entry, 1, 30) for entry in entries))


def start_replay(spool: Path, dsn: str, *options: str) -> subprocess.Popen:
    words = [sys.executable, "-m", "service", "replay", str(spool), "--into-db", *options]
    environment = {**os.environ, "DATABASE_URL": dsn}
    return subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(process: subprocess.Popen) -> str:
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err.decode()
    return out.decode()


def rows(dsn: str) -> dict[str, tuple[int, str]]:
    with psycopg.connect(dsn) as connection:
        return {
            table: connection.execute(
                f"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY {order})) "
                f"FROM {table} t WHERE run_id = 1"
            ).fetchone()
            for table, order in TABLES.items()
        }


@pytest.fixture(scope="module")
def whole(spool, database_server) -> dict[str, tuple[int, str]]:
    """Number and digest of the rows that one undisturbed replay leaves, by table."""
    with fresh_database(database_server) as dsn:
        finished(start_replay(spool, dsn))
        digest = rows(dsn)
    assert all(digest[table][0] > 0 for table in TABLES)
    assert digest["run_position"][0] > 500
    return digest


def test_a_second_replay_says_that_nothing_is_new(spool, dsn, whole):
    assert f"{whole['run_position'][0]:,} new" in finished(start_replay(spool, dsn))
    assert finished(start_replay(spool, dsn)).startswith("0 new")
    assert rows(dsn) == whole


@pytest.mark.parametrize("lines", ["1", "1000"])
def test_blocks_of_any_size_leave_the_same_rows(spool, dsn, whole, lines):
    finished(start_replay(spool, dsn, "--block-lines", lines))
    assert rows(dsn) == whole


def test_ten_kills_leave_the_same_rows(spool, dsn, whole):
    rng = random.Random(7)
    kills = 0
    while kills < 10:
        process = start_replay(spool, dsn, "--block-lines", "1")
        before = committed(dsn)
        end = time.monotonic() + 60
        while process.poll() is None and committed(dsn) == before and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(rng.random() * 0.3)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
    assert kills == 10, "the replay ended before ten kills: make the spool longer"
    finished(start_replay(spool, dsn))
    assert rows(dsn) == whole


def committed(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT coalesce(max(position), 0) FROM cursor").fetchone()[0]
