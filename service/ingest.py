"""The ingest process: feeds into the spool, the spool through the path into the database.

    feeds (asyncio) ──append──▶ spool ──durable head──▶ path (thread) ──▶ ledger (thread)
                                  ▲ sync every 100 ms (thread)

A part that fails ends the process, and the supervisor starts it again where the database stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import structlog

from ais.decoder import Decoder
from ais.dialects.for_feeds import dialects_for
from ais.errors import SpoolError
from ais.feed import FeedHealth, run_feeds, time_of_source
from ais.lines import FeedNames
from ais.spool import snapshots
from ais.spool.layout import position as spool_position
from ais.spool.layout import split
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter
from service.errors import ServiceError
from service.pipeline.guard import Guard
from service.pipeline.ledger import Ledger
from service.pipeline.loop import run
from service.pipeline.path import Path as DataPath
from store.board import Board
from store.errors import UnavailableError
from store.migrate import migrate
from store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ais.lines import LineBlock
    from service.settings import Settings

SYNC_S = 0.1
TICK_S = 1.0
RETRY_S = 1.0
DRAIN_S = 5.0
"""Longest work on what was received before a stop; the rest waits in the spool."""
_log = structlog.get_logger()


class Clock:
    """Receive time: anchored once, then monotonic; an exercise may let it run faster."""

    def __init__(self, speed: float = 1.0) -> None:
        """Anchor at the system's time; ``speed`` 1 = real time."""
        self._epoch_s, self._start_s, self._speed = time.time(), time.monotonic(), speed

    def ms(self) -> int:
        """Return the time, epoch ms."""
        return int((self._epoch_s + (time.monotonic() - self._start_s) * self._speed) * 1000)


class Ingest:
    """One ingest process; ``run`` returns when ``stop`` is set and all is written."""

    def __init__(self, settings: Settings, dsn: str) -> None:
        """Open the spool, which only one process may; raises SpoolLockedError."""
        self.settings, self.dsn = settings, dsn
        self.stop = threading.Event()
        self.health: dict[str, FeedHealth] = {}
        self.clock = Clock(settings.ingest.clock_speed)
        self.names = FeedNames()
        self.spool = SpoolWriter(settings.folder / "spool", settings.spool)
        self._grown = threading.Event()
        self._failed: BaseException | None = None
        self._position = 0
        self._fed = threading.Event()
        self._synced = threading.Event()
        self._stopped_at: float | None = None
        self._damaged: list[str] = []
        self._ledger: Ledger | None = None
        self._guard: Guard | None = None
        self._snapshot_at = time.monotonic()

    def run(self) -> None:
        """Run until ``stop`` is set; raises what stopped the pipeline."""
        threads = [
            threading.Thread(target=self._caught, args=(work,), name=work.__name__, daemon=True)
            for work in (self._sync, self._pipeline, self._report)
        ]
        for thread in threads:
            thread.start()
        try:
            asyncio.run(self._feed())
        finally:
            self.stop.set()
            self._fed.set()
            for thread in threads:
                thread.join(timeout=2 * DRAIN_S)
            self.spool.close()
        if self._failed is not None:
            raise self._failed

    def _caught(self, work: Any) -> None:  # noqa: ANN401 (a bound method)
        try:
            work()
        except Exception as error:  # noqa: BLE001 (raised again by run)
            _log.error("ingest_failed", part=work.__name__, error=str(error))
            self._failed = error
            self.stop.set()

    async def _feed(self) -> None:
        stop = asyncio.Event()
        feeds = asyncio.create_task(run_feeds(self.settings.feeds, self.sink, self.health, stop))
        while not self.stop.is_set():
            self.spool.append("_tick", [b""], self.clock.ms())
            await asyncio.sleep(TICK_S)
        stop.set()
        await feeds

    def sink(self, feed: str, lines: Sequence[bytes]) -> None:
        """Put received lines into the spool, stamped with the receive time."""
        self.spool.append(feed, lines, self.clock.ms())

    def _sync(self) -> None:
        trouble, is_last = "", False
        while not is_last:
            is_last = self._fed.wait(SYNC_S)
            try:
                self.spool.sync()
            except SpoolError as error:
                # A full disk may have room again: lines wait in memory, then they are counted.
                if str(error) != trouble:
                    _log.error("spool_refused", error=str(error))
                trouble = str(error)
            else:
                trouble = ""
                self._grown.set()
        self._synced.set()

    def _pipeline(self) -> None:
        writer = self._connect()
        if writer is None:
            return
        committed = writer.offset()
        feeds = self.settings.feeds
        decoder = Decoder(
            self.names, source_time=time_of_source(feeds), dialects=dialects_for(feeds)
        )
        path = DataPath(self.names, decoder, self.settings.tracks, self.settings.thinning)
        start = 0
        if found := snapshots.newest(self.settings.folder / "snapshots", committed):
            start, state = found
            path.thaw(state)
        else:
            # Without a snapshot the early segments may be gone too, and the first feed with them.
            self.names.names[:] = writer.feeds()
        _refuse_foreign(committed, self.spool.head)
        # After the state is back: the reader goes on numbering the feeds that it holds.
        reader = SpoolReader(self.settings.folder / "spool", self.names)
        self._position = start
        self._guard = Guard(path, self._quarantine)
        self._ledger = Ledger(writer, self.stop, self._note_refused)
        _log.info("ingest_resumes", snapshot=start, committed=committed)
        run(
            self._blocks(reader, start),
            self._guard,
            self._ledger,
            committed=committed,
            after=self._after,
        )
        self._ledger.close()

    def _connect(self) -> Writer | None:
        """Wait for the database; meanwhile the spool takes everything."""
        while not self.stop.is_set():
            try:
                migrate(self.dsn)
                return Writer(self.dsn)
            except UnavailableError as error:
                _log.warning("database_away", error=str(error))
                self.stop.wait(RETRY_S)
        return None

    def _blocks(self, reader: SpoolReader, position: int) -> Iterator[tuple[LineBlock, int]]:
        """Yield what is durable, in small blocks while keeping up, in large ones while behind."""
        ingest = self.settings.ingest
        wanted = ingest.block_lines
        while not self._drained(position):
            head = self.spool.head
            if position >= head:
                self._grown.wait(ingest.block_ms / 1000)
                self._grown.clear()
                continue
            try:
                block, position = reader.read(position, head, wanted)
            except SpoolError as error:
                _log.error("spool_damaged", error=str(error), skipped_from=position)
                self._damaged.append(str(error))
                position = spool_position(split(position)[0] + 1, 0)
                continue
            wanted = ingest.catch_up_lines if len(block) == wanted else ingest.block_lines
            yield block, position

    def _drained(self, position: int) -> bool:
        """Tell whether to end: told to stop, and all that was received is read, or time is up."""
        if not self.stop.is_set():
            return False
        if self._stopped_at is None:
            self._stopped_at = time.monotonic()
        late = time.monotonic() - self._stopped_at > DRAIN_S
        return late or (self._synced.is_set() and position >= self.spool.head)

    def _after(self, offset: int) -> None:
        self._position = offset
        if time.monotonic() - self._snapshot_at >= self.settings.ingest.snapshot_s and self._guard:
            parts = self._guard.path.freeze()
            snapshots.save(self.settings.folder / "snapshots", offset, parts)
            self._snapshot_at = time.monotonic()

    def _quarantine(self, block: LineBlock, error: str) -> None:
        self._note(
            {
                "spool": int(block.spool[0]),
                "feed": self.names.name(int(block.feed[0])),
                "line": block.line(0).decode("latin-1"),
                "error": error,
            }
        )

    def _note_refused(self, spool: int, error: str) -> None:
        self._note({"spool": spool, "error": error})

    def _note(self, row: dict[str, Any]) -> None:
        with (self.settings.folder / "quarantine.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _report(self) -> None:
        board = Board(self.dsn)
        while not self.stop.wait(TICK_S):
            with contextlib.suppress(UnavailableError):
                board.put("ingest", self.state(), dt.datetime.now(dt.UTC))
        board.close()

    def state(self) -> dict[str, Any]:
        """Return what health shows of this process."""
        head = self.spool.head
        path = self._guard.path if self._guard else None
        return {
            "now_ms": self.clock.ms(),
            "feeds": [health.as_dict() for health in self.health.values()],
            "spool": {
                "head": head,
                "read": self._position,
                "committed": self._ledger.committed if self._ledger else -1,
                "waiting_bytes": self.spool.waiting_bytes,
                "dropped": self.spool.dropped,
                "trouble": self.spool.trouble,
                "damaged": self._damaged,
                "lag_bytes": max(0, head - self._position),
                "lag_s": max(0.0, self.clock.ms() / 1000 - path.ticks.now_us / 1e6)
                if path and path.ticks.now_us
                else None,
            },
            "database_error": self._ledger.error if self._ledger else "",
            "poisoned": self._guard.poisoned if self._guard else 0,
            "counts": path.decoder.counts.as_dict() if path else {},
            "positions": {"read": path.read, "stored": path.stored} if path else {},
            "segments": {"opened": path.segmenter.opened, "ended": path.segmenter.ended}
            if path
            else {},
        }


def _refuse_foreign(committed: int, head: int) -> None:
    if committed > head:
        msg = (
            f"the database has read the spool up to {committed}, but this spool ends at {head}: "
            "it is another spool; give the folder that belongs to this database, or a new database"
        )
        raise ServiceError(msg)
