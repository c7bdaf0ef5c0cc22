"""Live input while the database is away, or while ingest is killed: nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
import yaml

from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from store.embedded import embedded, locate, revive

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
OUTAGE_S = 60 if os.environ.get("VEDETTA_CI") else 10
LINES_PER_S = 1000
FLAT_BYTES = 40 * 1024 * 1024
"""What a process may grow by caches and allocator while nothing piles up in it; 60 s of lines as
Python objects would be above it."""
SAME = """
    SELECT count(*), md5(string_agg(p::text, E'\\n' ORDER BY p.spool, p.mmsi))
    FROM (SELECT time, received, spool, lon_deg, lat_deg, mmsi, segment, sog_kn, cog_deg,
                 heading_deg, feed, message, nav_status FROM {table}) p
"""


class Station:
    """A TCP server that sends simulated lines at a steady rate to whoever connects."""

    def __init__(self) -> None:
        sea = Exercise(load_scenario(), seed=5, vessels=400)
        columns = sea.lines(0, 300)
        self.lines = [columns.line(i) + b"\r\n" for i in range(len(columns))]
        self.sent = 0
        self.stop = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                client, _ = self.socket.accept()
            except TimeoutError:
                continue
            with client:
                self._send(client)

    def _send(self, client: socket.socket) -> None:
        step = LINES_PER_S // 20
        while not self.stop.wait(0.05):
            first = self.sent % len(self.lines)
            try:
                client.sendall(b"".join(self.lines[first : first + step]))
            except OSError:
                return
            self.sent += len(self.lines[first : first + step])

    def close(self) -> None:
        self.stop.set()
        self.thread.join()
        self.socket.close()


@pytest.fixture
def station():
    server = Station()
    yield server
    server.close()


@contextmanager
def ingest(folder: Path, dsn: str, port: int):
    """A real ingest process on its own spool."""
    config = folder / "config.yaml"
    settings = {
        "folder": str(folder),
        "feeds": [{"kind": "tcp", "name": "station", "host": "127.0.0.1", "port": port}],
        "ingest": {"snapshot_s": 2},
        "log": {"level": "warning"},
    }
    config.write_text(yaml.safe_dump(settings))
    words = [sys.executable, "-m", "service", "run", "ingest", "-c", str(config)]
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "DATABASE_URL": dsn})
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def one(dsn: str, query: str) -> tuple:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchone()


def stored(dsn: str) -> int:
    return one(dsn, "SELECT count(*) FROM position")[0]


def until(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def replayed(folder: Path, dsn: str) -> None:
    """Replay the spool that ingest left, into a run of the same database."""
    words = [sys.executable, "-m", "service", "replay", str(folder / "spool"), "--into-db"]
    environment = {**os.environ, "DATABASE_URL": dsn}
    subprocess.run(words, cwd=ROOT, env=environment, check=True, capture_output=True)


def test_a_minute_without_database_loses_nothing_and_keeps_memory_flat(tmp_path, station):
    with embedded(tmp_path / "db") as dsn:
        server = locate(tmp_path / "db")
        with ingest(tmp_path, dsn, station.port) as process:
            until(lambda: server.answers() and has_rows(dsn))
            rss = psutil.Process(process.pid).memory_info().rss
            server.stop()
            time.sleep(OUTAGE_S)
            grown = psutil.Process(process.pid).memory_info().rss - rss
            sent = station.sent
            revive(server)
            begun = time.monotonic()
            until(lambda: one(dsn, "SELECT lines FROM cursor WHERE run_id = 0")[0] >= sent)
            drained_s = time.monotonic() - begun
        replayed(tmp_path, dsn)
        live, again = (one(dsn, SAME.format(table=t)) for t in ("position", "run_position"))
        assert live == again
    assert grown < FLAT_BYTES
    assert drained_s < OUTAGE_S, "draining has to be faster than real time"


def has_rows(dsn: str) -> bool:
    try:
        return stored(dsn) > 500
    except psycopg.Error:
        return False


def test_killing_ingest_ten_times_loses_and_doubles_nothing(tmp_path, station, dsn):
    rng = random.Random(11)
    for _ in range(10):
        before = stored(dsn)
        with ingest(tmp_path, dsn, station.port) as process:
            until(lambda before=before: stored(dsn) > before)
            time.sleep(rng.random())
            process.kill()
            process.wait()
    with ingest(tmp_path, dsn, station.port):
        before = stored(dsn)
        until(lambda: stored(dsn) > before)
    replayed(tmp_path, dsn)
    live = one(dsn, SAME.format(table="position"))
    assert live[0] > 500
    assert live == one(dsn, SAME.format(table="run_position"))
