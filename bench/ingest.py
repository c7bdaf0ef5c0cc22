r"""Lines to committed rows, beside psql's ``\copy`` of the same rows into the same table."""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ais.batches import PositionBatch
from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter
from ais.tracks import TrackSettings
from alerts.traffic.usual import Usual
from geofence.builtin import builtin_zones
from geofence.index import ZoneIndex
from service.exercise.background import usual_traffic
from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from service.pipeline.checks import Checks
from service.pipeline.detecting import screening_of
from service.pipeline.guard import Guard
from service.pipeline.ledger import Ledger
from service.pipeline.loop import run
from service.pipeline.path import Outcome
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import TRAFFIC, WATCHLIST, ZONES, Shelf, Traffic
from service.settings import IngestSettings, Settings
from store.copying import copy_buffer
from store.embedded import embedded, locate
from store.migrate import migrate
from store.rows import by_vessel_and_time, placed, position_fields
from store.server import Server
from store.thinning import Thinning
from store.writer import Writer
from watchlist.entries import Edition, WatchlistEntry
from watchlist.reviews import listed

VESSELS = 10_000
SPAN_S = 3600
STEP_S = 10
START_MS = 1_780_000_000_000
PAIRS = 3
FLOOR = 0.7
LISTED = 5_000
_SHELF = Shelf(Path("editions"))


def figures() -> list[dict[str, object]]:
    """Measure pairs in turn, each on a fresh database of one server; the median ratio counts.

    Ours is everything from a line in the spool on disk to the committed row, unthinned: decode,
    segments, all zones that come along, a list of 5,000 vessels, all detectors, statics, the
    latest picture, positions, the offset. Theirs is psql copying prepared bytes of the same rows,
    in the same order, in one transaction.
    """
    with tempfile.TemporaryDirectory(prefix="vedetta-bench-") as name:
        folder = Path(name)
        _fill_spool(folder / "spool")
        rows = _prepare(folder)
        with embedded(folder / "db", database="bench"):
            server = locate(folder / "db")
            pairs = [(_ours(server, folder), _psql(server, folder)) for _ in range(PAIRS)]
    ours, theirs = sorted(pairs, key=lambda pair: pair[1] / pair[0])[PAIRS // 2]
    ratio = statistics.median(psql / own for own, psql in pairs)
    beside = "psql \\copy, prepared binary"
    return [
        {
            "bench": "ingest",
            "name": "lines to committed rows",
            "value": round(rows / ours),
            "unit": "rows/s",
            "beside": beside,
            "ratio": round(ratio, 3),
            "floor": FLOOR,
        },
        {
            "bench": "ingest",
            "name": beside,
            "value": round(rows / theirs),
            "unit": "rows/s",
            "beside": None,
            "ratio": None,
            "floor": None,
        },
    ]


def _fill_spool(folder: Path) -> None:
    sea = Exercise(load_scenario(), seed=1, vessels=VESSELS)
    with SpoolWriter(folder) as spool:
        for second in range(0, SPAN_S, STEP_S):
            lines = sea.lines(second, second + STEP_S)
            at_ms = START_MS + second * 1000
            spool.append("bench", [lines.line(i) for i in range(len(lines))], at_ms)
            spool.append("_tick", [b""], at_ms)
            spool.sync()


def _path(names: FeedNames) -> DataPath:
    return DataPath(
        names, Decoder(names), TrackSettings(), Thinning(every_s=0), checks=checks_in_force(),
        screening=screening_of(Settings()),
    )  # fmt: skip


def checks_in_force() -> Checks:
    """Return zones and a list in force before the first line."""
    checks = Checks(_SHELF)
    for what, sha256 in _in_force().items():
        checks.fix(what, sha256)
    return checks


@cache
def _in_force() -> dict[str, str]:
    zones, edition = builtin_zones(), _strangers()
    _SHELF.hold(ZONES, zones.sha256(), ZoneIndex.of(zones))
    _SHELF.hold(WATCHLIST, edition.sha256(), edition)
    model = usual_traffic(load_scenario(), seeds=(9001,))
    _SHELF.hold(TRAFFIC, model.sha256(), Traffic(model, Usual.of(model)))
    return {ZONES: zones.sha256(), WATCHLIST: edition.sha256(), TRAFFIC: model.sha256()}


def _strangers() -> Edition:
    """Return a list of vessels of another exercise: names alike, hardly any of them met."""
    fleet = Exercise(load_scenario(), seed=2, vessels=LISTED).company.fleet
    until = dt.date(2100, 1, 1)
    entries = (
        WatchlistEntry(id=f"V-{n:06d}", mmsi=(int(mmsi),), name=name.decode(), review_by=until)
        for n, (mmsi, name) in enumerate(zip(fleet.mmsi, fleet.name, strict=True))
    )
    return Edition(tuple(listed(entry, 1, 0) for entry in entries))


def _blocks(folder: Path, names: FeedNames) -> Iterator[tuple[LineBlock, int]]:
    reader = SpoolReader(folder / "spool", names)
    at, end, ingest = 0, reader.end(), IngestSettings()
    wanted = ingest.block_lines
    while at < end:
        block, at = reader.read(at, end, wanted)
        yield block, at
        wanted = ingest.next_lines(wanted, len(block))


def _prepare(folder: Path) -> int:
    """Write the bytes that psql copies, compile all loops on the way; return the rows."""
    names, total = FeedNames(), 0
    buffers: list[bytes] = []

    def keep(outcome: Outcome) -> None:
        nonlocal total
        rows = by_vessel_and_time(placed(outcome.writes.positions))
        total += len(rows)
        buffers.append(copy_buffer(position_fields(rows, 0)))

    run(_blocks(folder, names), Guard(_path(names), lambda _block, _error: None), seen=keep)
    head, tail = buffers[0][:19], buffers[0][-2:]
    prepared = folder / "rows.copy"
    prepared.write_bytes(head + b"".join(buffer[19:-2] for buffer in buffers) + tail)
    prepared.chmod(0o644)
    return total


def _ours(server: Server, folder: Path) -> float:
    """Return the seconds from the first line read to the last row committed."""
    with _fresh(server) as name:
        names = FeedNames()
        guard = Guard(_path(names), lambda _block, _error: None)
        writer = Writer(server.dsn(name))
        begun = time.perf_counter()
        ledger = Ledger(writer, threading.Event())
        run(_blocks(folder, names), guard, ledger)
        ledger.close()
        seconds = time.perf_counter() - begun
        writer.close()
    return seconds


def _psql(server: Server, folder: Path) -> float:
    with _fresh(server) as name:
        columns = ", ".join(field.name for field in position_fields(PositionBatch.empty(), 0))
        copy = f"\\copy position ({columns}) FROM '{folder / 'rows.copy'}' (FORMAT binary)"
        begun = time.perf_counter()
        _run_psql(server, name, copy)
        return time.perf_counter() - begun


def _run_psql(server: Server, database: str, statement: str) -> None:
    psql = server.account.run(server.programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1")
    subprocess.run([*psql, "-d", server.dsn(database), "-c", statement], check=True, cwd="/")


@contextmanager
def _fresh(server: Server) -> Iterator[str]:
    """Give the name of a new, migrated database, checkpointed so that no pair pays for another."""
    _run_psql(server, "postgres", "CREATE DATABASE pair")
    migrate(server.dsn("pair"))
    _run_psql(server, "postgres", "CHECKPOINT")
    try:
        yield "pair"
    finally:
        _run_psql(server, "postgres", "DROP DATABASE pair WITH (FORCE)")
