"""Replay of recorded data: the same path as live, from files, with or without a database."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from ais.batches import PositionBatch
from ais.decoder import Decoder
from ais.dialect import JSON_LINES, Dialect
from ais.dialects.csv_file import CsvDialect
from ais.dialects.json_lines import JsonDialect
from ais.lines import FeedNames
from ais.recorded import feed_of, layout_of, recorded_blocks
from ais.spool.layout import split
from ais.spool.reader import SpoolReader
from alerts.traffic.usual import LEAST_PASSAGES
from service.errors import WrongUseError
from service.given import Given, apply
from service.pipeline.checks import Checks
from service.pipeline.detecting import screening_of
from service.pipeline.guard import Guard
from service.pipeline.ledger import Ledger
from service.pipeline.live import live_decoder
from service.pipeline.loop import run
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import RULES, TRAFFIC, WATCHLIST, ZONES, Shelf
from service.tally import Tally
from store.runs import finish_run, open_run
from store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ais.dialects.csv_layouts import CsvLayout
    from ais.lines import LineBlock
    from service.pipeline.path import Outcome
    from service.settings import Settings
    from watchlist.formats import BadRow

_log = structlog.get_logger()
_HASH_BYTES = 1 << 20
PATIENCE_S = 60.0
"""A replay gives up on a database that is away for longer."""
_HASH_LINES = 65_536


@dataclass(frozen=True, slots=True)
class Replay:
    """What to replay, and how.

    files        paths, or ``-`` for standard input
    start        time of lines that carry none
    block_lines  lines of a block; the result does not depend on it
    layout       columns of a track CSV, None for NMEA and known layouts
    positions    Parquet file that takes every decoded position, None for none
    events       JSON Lines file that takes every event, None for none
    dsn          database that takes the rows, None for none
    given        zones, list and rules to screen with, in place of those that would be in force
    """

    files: tuple[Path, ...]
    start: dt.datetime | None = None
    block_lines: int = 65_536
    layout: CsvLayout | None = None
    positions: Path | None = None
    events: Path | None = None
    dsn: str | None = None
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: ``counts`` as JSON, rows read, kept, new in and refused by the database.

    found   visits of zones and answers to the list
    bad     rows of the given list that could not be used
    failed  lines of a spool that call for an edition which is not beside it
    detectors_failed  how often a detector raised, by name: events may be missing
    run     its number in the database, 0 without one
    """

    counts: dict[str, object]
    read: int
    stored: int
    new: int | None
    refused: int
    found: Tally
    bad: tuple[BadRow, ...]
    failed: int
    detectors_failed: dict[str, int] = field(default_factory=dict)
    run: int = 0


def input_sha256(files: Sequence[Path]) -> str:
    """Return one SHA-256 over all bytes of ``files`` in their order.

    Raises WrongUseError for standard input: what is gone when it was read cannot be resumed.
    """
    digest = hashlib.sha256()
    for path in files:
        if str(path) == "-":
            msg = "--into-db: '-' (standard input) cannot be resumed; save it to a file first"
            raise WrongUseError(msg)
        if path.is_dir():
            # Lines, not files: a segment that is compressed meanwhile stays the same input.
            for block, _ in _spool_blocks(path, FeedNames(), _HASH_LINES):
                digest.update(block.received.tobytes())
                digest.update(b"\n".join(block.line(i) for i in range(len(block))))
            continue
        with path.open("rb") as file:
            while chunk := file.read(_HASH_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def replay(
    job: Replay, settings: Settings, progress: Callable[[int], None] = lambda _bytes: None
) -> Replayed:
    """Run ``job`` through the path; ``progress`` is told how many bytes were read, each time."""
    names = FeedNames()
    spool = _spool_folder(job.files)
    decoder = live_decoder(names, settings) if spool else _file_decoder(names, job)
    shelf = Shelf((spool.parent if spool else Path()) / "editions")
    checks = Checks(shelf, settings.visits, settings.watchlist.match)
    bad = apply(
        job.given, checks, settings.watchlist.grace_days, spool=spool is not None,
        least=_least(settings),
    )  # fmt: skip
    path = DataPath(
        names,
        decoder,
        settings.tracks,
        settings.thinning,
        checks=checks,
        screening=screening_of(settings),
        ticks_of_lines=spool is None,
    )
    guard = Guard(path, _warn)
    ledger, committed, before, run_id = None, 0, 0, 0
    if job.dsn:
        name = ", ".join(path.name for path in job.files)
        row = open_run(job.dsn, _run_key(job, checks), name, dt.datetime.now(dt.UTC))
        writer = Writer(job.dsn, row.run_id)
        ledger = Ledger(writer, threading.Event(), patience_s=PATIENCE_S)
        committed, before, run_id = row.offset, row.rows, row.run_id
    blocks = (
        _spool_blocks(spool, names, job.block_lines)
        if spool
        else _file_blocks(job, names, progress)
    )
    tally = Tally()
    with _Parquet(job.positions) as table, _EventLines(job.events, _origin(job, spool)) as lines:

        def seen(outcome: Outcome) -> None:
            table.write(outcome)
            lines.write(outcome)
            tally.take(outcome.writes)

        run(blocks, guard, ledger, committed=committed, seen=seen)
        decoder.finish()
    if ledger and job.dsn:
        ledger.close()
        writer.close()
        finish_run(job.dsn, run_id, dt.datetime.now(dt.UTC))
    refused = ledger.refused if ledger else 0
    new = path.stored - before - refused if job.dsn else None
    return Replayed(
        counts=decoder.counts.as_dict(),
        read=path.read,
        stored=path.stored,
        new=new,
        refused=refused,
        found=tally,
        bad=bad,
        failed=checks.failed,
        detectors_failed=path.detecting.screening.failed if path.detecting else {},
        run=run_id,
    )


def _least(settings: Settings) -> int:
    """Return from how many passages on the settings have anybody judged by a model."""
    asked = (getattr(one, "passages", LEAST_PASSAGES) for one in settings.detectors.values())
    return min((LEAST_PASSAGES, *asked))


def _run_key(job: Replay, checks: Checks) -> str:
    """Return what a run is known by: its input's bytes, and what it is screened with if given."""
    key = input_sha256(job.files)
    said = job.given
    given = (said.zones and ZONES, said.watchlist and WATCHLIST, said.traffic and TRAFFIC,
             said.rules and RULES)  # fmt: skip
    parts = [checks.adopted[what].sha256 for what in given if what]
    return hashlib.sha256("".join([key, *parts]).encode()).hexdigest() if parts else key


def _spool_folder(files: tuple[Path, ...]) -> Path | None:
    """Return the spool's folder when that is what is replayed, None for files."""
    folders = [path for path in files if path.is_dir()]
    if folders and len(files) > 1:
        msg = f"{folders[0]}: a spool is replayed alone; give one folder, or files"
        raise WrongUseError(msg)
    return folders[0] if folders else None


def _spool_blocks(
    folder: Path, names: FeedNames, block_lines: int
) -> Iterator[tuple[LineBlock, int]]:
    reader = SpoolReader(folder, names)
    end, at = reader.end(), 0
    while at < end:
        block, at = reader.read(at, end, block_lines)
        yield block, at
    reader.close()


def _file_decoder(names: FeedNames, job: Replay) -> Decoder:
    """Return a decoder whose positions take the time that their lines carry."""
    feeds = frozenset(feed_of(path) for path in job.files)
    dialects: dict[str, Dialect] = {JSON_LINES: JsonDialect()}
    # One for each layout, so that an id which is no MMSI means the same vessel in every file.
    by_layout: dict[CsvLayout, Dialect] = {}
    for path in job.files:
        if layout := job.layout or layout_of(path):
            dialect = by_layout.setdefault(layout, CsvDialect(layout, recorded=True))
            dialects[feed_of(path)] = dialect
    return Decoder(names, source_time=feeds, future_limit_s=None, dialects=dialects)


def _file_blocks(
    job: Replay, names: FeedNames, progress: Callable[[int], None]
) -> Iterator[tuple[LineBlock, int]]:
    blocks = recorded_blocks(
        job.files,
        names,
        block_lines=job.block_lines,
        start=job.start,
        layout=job.layout,
        progress=progress,
    )
    for block in blocks:
        if len(block):
            yield block, int(block.spool[-1]) + 1


def _warn(block: LineBlock, error: str) -> None:
    _log.error("line_left_out", spool=int(block.spool[0]), line=block.line(0), error=error)


class _Parquet:
    """A Parquet file of positions, written block by block; nothing when there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        if self._path:
            self._writer = pq.ParquetWriter(self._path, _table(PositionBatch.empty()).schema)
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            self._writer.close()

    def write(self, outcome: Outcome) -> None:
        if self._writer and len(outcome.positions):
            self._writer.write_table(_table(outcome.positions))


class _EventLines:
    """A file of events, one JSON object a line in spool order; nothing without a path."""

    def __init__(self, path: Path | None, origin: Callable[[int], dict[str, Any]]) -> None:
        self._path, self._origin = path, origin
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if str(self._path) == "-":
            self._file = sys.stdout
        elif self._path:
            self._file = self._path.open("w", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file and self._file is not sys.stdout:
            self._file.close()

    def write(self, outcome: Outcome) -> None:
        if self._file:
            for event in outcome.writes.events:
                said = event.as_dict(self._origin)
                self._file.write(json.dumps(said, ensure_ascii=False) + "\n")


def _origin(job: Replay, spool: Path | None) -> Callable[[int], dict[str, Any]]:
    """Return what turns a spool position into what a person finds: file and line, or segment."""

    def origin(at: int) -> dict[str, Any]:
        number, offset = split(at)
        if spool:
            return {"segment": number, "offset": offset}
        return {"file": job.files[number - 1].name, "line": offset}

    return origin


def _table(batch: PositionBatch) -> pa.Table:
    """Return the batch as an Arrow table; NaN becomes null, so that every reader understands."""
    columns = {}
    for name in PositionBatch.dtypes():
        column = getattr(batch, name)
        mask = np.isnan(column) if column.dtype.kind == "f" else None
        columns[name] = pa.array(column, mask=mask)
    return pa.table(columns)


def counts_line(result: Replayed) -> str:
    """Return the last line on stderr: one JSON object."""
    rows = {
        "positions": result.read,
        "stored": result.stored,
        "new": result.new,
        "refused": result.refused,
        "visits": sum(result.found.visits.values()),
        "hits": len(result.found.hits),
        "events": sum(result.found.events.values()),
    }
    failed = {"detectors_failed": result.detectors_failed} if result.detectors_failed else {}
    return json.dumps({**result.counts, "rows": rows, **failed})
