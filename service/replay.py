"""Replay of recorded data: the same path as live, from files, with or without a database."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from ais.batches import PositionBatch
from ais.decoder import Decoder
from ais.dialects.csv_layout import CsvDialect
from ais.lines import FeedNames
from ais.recorded import recorded_blocks
from service.errors import WrongUseError
from service.pipeline.guard import Guard
from service.pipeline.ledger import Ledger
from service.pipeline.loop import run
from service.pipeline.path import Path as DataPath
from store.runs import open_run
from store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from ais.dialects.csv_layout import CsvLayout
    from ais.lines import LineBlock
    from service.pipeline.path import Outcome
    from service.settings import Settings

_log = structlog.get_logger()
_HASH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Replay:
    """What to replay, and how.

    files        paths, or ``-`` for standard input
    start        time of lines that carry none
    block_lines  lines of a block; the result does not depend on it
    layout       columns of a track CSV, None for NMEA and known layouts
    positions    Parquet file that takes every decoded position, None for none
    dsn          database that takes the rows, None for none
    """

    files: tuple[Path, ...]
    start: datetime | None = None
    block_lines: int = 65_536
    layout: CsvLayout | None = None
    positions: Path | None = None
    dsn: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: ``counts`` as JSON, rows read, rows kept, rows new in the database."""

    counts: dict[str, object]
    read: int
    stored: int
    new: int | None


def input_sha256(files: Sequence[Path]) -> str:
    """Return one SHA-256 over all bytes of ``files`` in their order.

    Raises WrongUseError for standard input: what is gone when it was read cannot be resumed.
    """
    digest = hashlib.sha256()
    for path in files:
        if str(path) == "-":
            msg = "--into-db: '-' (standard input) cannot be resumed; save it to a file first"
            raise WrongUseError(msg)
        with path.open("rb") as file:
            while chunk := file.read(_HASH_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def replay(
    job: Replay, settings: Settings, progress: Callable[[int], None] = lambda _bytes: None
) -> Replayed:
    """Run ``job`` through the path; ``progress`` is given the bytes read so far."""
    names = FeedNames()
    dialects = {"file": CsvDialect(job.layout)} if job.layout else {}
    decoder = Decoder(
        names, source_time=frozenset({"file"}), future_limit_s=None, dialects=dialects
    )
    path = DataPath(names, decoder, settings.tracks, settings.thinning, ticks_of_lines=True)
    guard = Guard(path, _warn)
    ledger, committed, before = None, 0, 0
    if job.dsn:
        row = open_run(job.dsn, input_sha256(job.files), ", ".join(f.name for f in job.files))
        ledger = Ledger(Writer(job.dsn, row.run_id), threading.Event())
        committed, before = row.offset, row.rows
    blocks = recorded_blocks(
        job.files,
        names,
        start=job.start,
        block_lines=job.block_lines,
        layout=job.layout,
        progress=progress,
    )
    with _Parquet(job.positions) as table:
        run(_with_offsets(blocks), guard, ledger, committed=committed, seen=table.write)
        decoder.finish()
    if ledger:
        ledger.close()
    new = path.stored - before if job.dsn else None
    return Replayed(decoder.counts.as_dict(), path.read, path.stored, new)


def _with_offsets(blocks: Iterator[LineBlock]) -> Iterator[tuple[LineBlock, int]]:
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
    rows = {"positions": result.read, "stored": result.stored, "new": result.new}
    return json.dumps({**result.counts, "rows": rows})
