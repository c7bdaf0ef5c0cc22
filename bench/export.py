"""What leaves: a million positions in each format, and two questions that somebody waits for.

A database of 20 million positions of 2,000 vessels: half over ten years, a table a day, half in
three days. Each export is the command line in a process of its own, start and all, whose peak
memory the system tells; who waits asks a page, whose process has long been started.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from maps.exports import EXPORTS
from service.exporting.asking import Asked
from service.exporting.making import MOST, make
from store.changes import Change
from store.embedded import embedded
from store.migrate import migrate

ROWS, LEAVE = 20_000_000, 1_000_000
OLD_DAYS, DAYS, VESSELS = 3_600, 3, 2_000
MEMORY_MB, WAIT_S = 500.0, 3.0
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_MMSI = 247_000_000
_SLICE = 1_000_000
_ROOT = Path(__file__).resolve().parent.parent
_FILL = """
INSERT INTO position
SELECT %(start)s + i * %(step)s, %(start)s + i * %(step)s, i, 10 + (i %% 997) * 0.01,
    34 + (i %% 499) * 0.01, %(mmsi)s + (i %% %(vessels)s), 1 + (i %% %(vessels)s),
    (floor(34 + (i %% 499) * 0.01)::int + 90) * 360 + floor(10 + (i %% 997) * 0.01)::int + 180,
    8, (i %% 360), NULL, 0, 1, 0
FROM generate_series(%(from)s::bigint, %(to)s::bigint - 1) AS i
"""
# What the system tells of a child (ru_maxrss) begins with what its parent held.
_PROGRAM = """
import atexit, pathlib, re, sys
def tell():
    said = pathlib.Path("/proc/self/status").read_text()
    pathlib.Path(sys.argv[1]).write_text(re.search(r"VmHWM:\\s+([0-9]+) kB", said)[1])
atexit.register(tell)
from service.cli import vedetta
vedetta.main(args=sys.argv[2:], prog_name="vedetta")
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One export: wall-clock seconds, and the most that its process held, MB (10^6 bytes)."""

    seconds: float
    peak_mb: float


def figures() -> list[dict[str, object]]:
    """Measure; the database is made first, which takes some minutes."""
    with tempfile.TemporaryDirectory(prefix="vedetta-bench-") as name:
        folder = Path(name)
        with embedded(folder / "db", database="bench") as dsn:
            migrate(dsn)
            fill(dsn, ROWS // 2, OLD_DAYS, START - dt.timedelta(days=OLD_DAYS))
            fill(dsn, ROWS // 2, DAYS)
            return _measured(dsn, folder)


def fill(dsn: str, rows: int, days: float, start: dt.datetime = START) -> None:
    """Put ``rows`` positions into the database, evenly over ``days`` from ``start``."""
    step = dt.timedelta(days=days) / rows
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("INSERT INTO feed VALUES (0, 0, 'bench') ON CONFLICT DO NOTHING")
        for begin in range(0, rows, _SLICE):
            said = {"start": start, "step": step, "mmsi": _MMSI, "vessels": VESSELS,
                    "from": begin, "to": min(begin + _SLICE, rows)}  # fmt: skip
            connection.execute(_FILL, said)
        connection.execute("VACUUM ANALYZE position")


def exported(dsn: str, out: Path, *words: str) -> Run:
    """Run ``vedetta export`` with ``words``; raises CalledProcessError with what it said."""
    return ran(dsn, out, "export", *words)


def ran(dsn: str, out: Path, *words: str) -> Run:
    """Run a command that writes ``out``; raises CalledProcessError with what it said."""
    peak = out.with_name("peak")
    asked = [sys.executable, "-c", _PROGRAM, str(peak), *words, "--reason", "a bench",
             "-o", str(out)]  # fmt: skip
    environment = os.environ | {"DATABASE_URL": dsn, "VEDETTA_USER": "bench"}
    begin = time.monotonic()
    subprocess.run(asked, cwd=_ROOT, env=environment, check=True, capture_output=True)
    return Run(time.monotonic() - begin, int(peak.read_text()) * 1024 / 1e6)


def _measured(dsn: str, folder: Path) -> list[dict[str, object]]:
    span = dt.timedelta(days=DAYS) / (ROWS // 2) * LEAVE
    words = ("--from", START.isoformat(), "--to", (START + span).isoformat())
    rows = []
    for name, one in EXPORTS.items():
        kind = "positions" if "positions" in one.kinds else "tracks"
        if kind not in one.kinds:
            continue
        run = exported(dsn, folder / f"out.{one.ending}", kind, *words, "--format", name)
        rows += [
            _figure(f"{name}, {kind}", LEAVE / run.seconds, "rows/s", None),
            _figure(f"{name}, peak memory", run.peak_mb, "MB", MEMORY_MB),
        ]
    hour = (START + dt.timedelta(hours=30), START + dt.timedelta(hours=31))
    decade = (START - dt.timedelta(days=OLD_DAYS), START + dt.timedelta(days=DAYS))
    answered(dsn, folder, *hour, (str(_MMSI),))  # compiles
    return [
        *rows,
        _figure(
            "10 years of a vessel", answered(dsn, folder, *decade, (str(_MMSI),)), "s", WAIT_S
        ),
        _figure("an hour of the whole sea", answered(dsn, folder, *hour), "s", WAIT_S),
    ]


def answered(
    dsn: str, folder: Path, start: dt.datetime, end: dt.datetime, vessels: tuple[str, ...] = ()
) -> float:
    """Return the seconds that positions as GeoJSON take in a process that is up, best of three."""
    asked = Asked("positions", "geojson", vessels=vessels, start=start, end=end)
    made = Change("bench", "a bench", dt.datetime.now(dt.UTC))
    taken = []
    for _ in range(3):
        begin = time.monotonic()
        make(dsn, asked, made, folder / "answer.geojson", most=MOST)
        taken.append(time.monotonic() - begin)
    return min(taken)


def _figure(name: str, value: float, unit: str, floor: float | None) -> dict[str, object]:
    row = {"bench": "export", "name": name, "value": round(value, 2), "unit": unit}
    return {**row, "beside": None, "ratio": None, "floor": floor}
