"""From a received line to the alert in the database, through a whole ingest with a real spool.

Devices call for help while traffic goes on at 1,000 and at 12,000 lines a second, the rate of the
whole planet. What is timed: from the moment at which a feed hands over the line, until another
connection sees the alert's row. That is after fsync, block, decode, detectors, the growth of the
alert, its routing, and the commit.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psycopg
from pyais.encode import encode_dict

from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from service.ingest import Ingest
from service.log import set_up_log
from service.settings import LogSettings, Settings
from store.embedded import embedded
from store.migrate import migrate

RATES = ((1_000, 1.0), (12_000, 2.0))
CALLS = 60
EVERY_S = 0.5
WARM_S = 120.0
STEP_S = 0.05
VESSELS = 20_000
START_S = 1_780_000_000
FIRST_MMSI = 970_100_000


def figures() -> list[dict[str, object]]:
    """Measure the 95th percentile at each rate; the first call, which compiles, does not count."""
    set_up_log(LogSettings(level="error"))
    lines = _traffic()
    with tempfile.TemporaryDirectory(prefix="vedetta-bench-") as name:
        folder = Path(name)
        with embedded(folder / "db", database="bench") as dsn:
            migrate(dsn)
            return [_at_rate(folder, dsn, lines, *rate, n) for n, rate in enumerate(RATES)]


def _traffic() -> list[bytes]:
    """Return a minute of the lines of many vessels, told again and again."""
    sea = Exercise(load_scenario(), seed=1, vessels=VESSELS)
    heard = sea.lines(START_S, START_S + 60)
    return [heard.line(k) for k in range(len(heard))]


def _at_rate(
    folder: Path, dsn: str, lines: list[bytes], rate: int, floor_s: float, number: int
) -> dict[str, object]:
    ingest = Ingest(Settings(folder=folder / "live"), dsn)
    work = threading.Thread(target=ingest.run)
    work.start()
    stop = threading.Event()
    traffic = threading.Thread(target=_send, args=(ingest, lines, rate, stop))
    traffic.start()
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            first = FIRST_MMSI + 1000 * number
            _call(ingest, connection, first, WARM_S)
            waits = [_call(ingest, connection, first + k, WARM_S) for k in range(1, CALLS + 1)]
    finally:
        stop.set()
        traffic.join()
        ingest.stop.set()
        work.join()
    return {
        "bench": "latency",
        "name": f"line to alert, p95, at {rate:,} lines/s",
        "value": round(float(np.percentile(waits, 95)), 3),
        "unit": "s",
        "beside": None,
        "ratio": None,
        "floor": floor_s,
    }


def _send(ingest: Ingest, lines: list[bytes], rate: int, stop: threading.Event) -> None:
    begun, sent = time.monotonic(), 0
    while not stop.wait(STEP_S):
        due = int((time.monotonic() - begun) * rate) - sent
        places = [(sent + k) % len(lines) for k in range(due)]
        ingest.sink("bench", [lines[k] for k in places])
        sent += due


def _call(ingest: Ingest, connection: psycopg.Connection, mmsi: int, patience_s: float) -> float:
    """Return the seconds from a device's first message to its alert."""
    said: dict[str, str | int | float | bytes | bool] = {
        "msg_type": 14,
        "mmsi": mmsi,
        "text": "SART ACTIVE",
    }
    line = encode_dict(said)[0].encode()
    begun = time.perf_counter()
    ingest.sink("bench", [line])
    while time.perf_counter() - begun < patience_s:
        asked = "SELECT 1 FROM alert WHERE mmsis @> ARRAY[%s::integer]"
        if connection.execute(asked, [mmsi]).fetchone():
            wait = time.perf_counter() - begun
            time.sleep(EVERY_S)
            return wait
        time.sleep(0.005)
    raise TimeoutError(f"bench latency: no alert of {mmsi} within {patience_s:g} s; see the log")
