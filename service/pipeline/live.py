"""The live pipeline: from the spool's durable head to the database, resumed wherever it ended."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import structlog

from ais.decoder import Decoder
from ais.dialects.for_feeds import dialects_for
from ais.errors import SpoolError
from ais.feed import time_of_source
from ais.lines import FeedNames
from ais.spool import snapshots
from ais.spool.ages import place_before
from ais.spool.layout import FRAME_BYTES, position, split
from ais.spool.manifest import birth
from ais.spool.reader import SpoolReader
from service.alerting import Alerting
from service.errors import ServiceError
from service.leaving_by import link_maker
from service.pipeline.checks import Checks
from service.pipeline.detecting import screening_of
from service.pipeline.guard import Guard
from service.pipeline.ledger import Ledger
from service.pipeline.loop import run
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import Shelf
from service.pipeline.telling import Telling
from service.quarantine import Quarantine
from service.rescuing import Rescuing
from store.board import max_segment
from store.connect import session
from store.editions import adopted
from store.errors import UnavailableError
from store.migrate import migrate
from store.server_keys import known_key, server_key
from store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ais.lines import LineBlock
    from ais.spool.writer import SpoolWriter
    from service.pipeline.path import Outcome
    from service.settings import Settings

RETRY_S = 1.0
DRAIN_S = 5.0
"""Longest work on what was received before a stop; the rest waits in the spool."""
DAY_S = 86_400.0
WARM_UP_S = 6 * 3600.0
"""What is read again where no snapshot can be used: more would hold up alerts for hours."""
SPOOL_KEY = "spool"
"""Under which the database keeps by what it knows its spool."""
_log = structlog.get_logger()


class Ending:
    """How a live pipeline learns that it shall end.

    stop    set: take what is durable already, then end
    synced  set: nothing will be added to the spool any more
    """

    def __init__(self) -> None:
        """Nothing ends yet."""
        self.stop = threading.Event()
        self.synced = threading.Event()
        self._since: float | None = None

    def is_due(self, *, drained: bool) -> bool:
        """Tell whether to end now: all is read, or the time for it is over."""
        if not self.stop.is_set():
            return False
        self._since = self._since or time.monotonic()
        late = time.monotonic() - self._since > DRAIN_S
        return late or (self.synced.is_set() and drained)


class LivePipeline:
    """One life of the pipeline; after a fault the next one starts anew from the database."""

    def __init__(
        self,
        settings: Settings,
        dsn: str,
        spool: SpoolWriter,
        grown: threading.Event,
        shelf: Shelf | None = None,
        *,
        is_patient: bool = False,
    ) -> None:
        """Read what ``spool`` has made durable; ``grown`` is set when that is more.

        Editions of zones and lists are taken from ``shelf``, by default the one of ``settings``.
        ``is_patient`` as the guard has it.
        """
        self.is_patient = is_patient
        self.shelf = shelf or Shelf(settings.folder / "editions")
        self.settings, self.dsn, self.spool, self.grown = settings, dsn, spool, grown
        self.error = ""
        self.damaged = 0
        self._names = FeedNames()
        self._position = self._began_at = 0
        self._path: DataPath | None = None
        self._guard: Guard | None = None
        self._ledger: Ledger | None = None
        self._reader: SpoolReader | None = None
        self._snapshot_at = time.monotonic()
        alerting = Alerting(
            settings.alerts,
            settings.routing,
            exercise=settings.exercise,
            sar_help=Rescuing(settings.sar, settings.roles),
            link_of=link_maker(settings),
            roles=settings.roles,
        )
        self._telling = Telling(alerting, self.shelf)

    def run(self, ending: Ending) -> None:
        """Run until ``ending``; raises what cannot be cured by waiting for the database.

        1. wait for the database; the spool takes everything meanwhile
        2. take the newest snapshot at or before what is committed, and read on from there
        3. up to the committed offset rows are only computed, after it they are written
        """
        writer = self._connect(ending)
        if writer is None:
            return
        try:
            committed = writer.offset()
            _refuse_foreign(self.dsn, committed, self.spool)
            path, start = self._restored(writer, committed)
            self._reader = SpoolReader(self.settings.folder / "spool", self._names)
            self._path, self._position, self._began_at = path, start, committed
            for adoption in path.checks.adopted.values() if path.checks else ():
                self._telling.adopt(adoption)
            self._guard = Guard(path, self._note_line, is_patient=self.is_patient)
            self._ledger = Ledger(writer, ending.stop, self._note_row, committed=committed)
            _log.info("ingest_resumes", snapshot=start, committed=committed)
            run(
                self._blocks(self._reader, start, ending),
                self._guard,
                self._ledger,
                committed=committed,
                seen=self._recomputed(committed),
                after=self._after,
            )
            self._ledger.close()
        finally:
            if self._ledger is not None:
                self._ledger.abandon()
            writer.close()

    def _recomputed(self, committed: int) -> Callable[[Outcome], None]:
        """Return what has alerts know of editions adopted between a snapshot and ``committed``."""

        def adopt(outcome: Outcome) -> None:
            # Behind it the ledger's thread does so, with the block that holds the line.
            if outcome.writes.offset <= committed:
                for adoption in outcome.writes.adoptions:
                    self._telling.adopt(adoption)

        return adopt

    def _connect(self, ending: Ending) -> Writer | None:
        while not ending.stop.is_set():
            try:
                migrate(self.dsn)
                writer = Writer(self.dsn, told=self._telling)
            except UnavailableError as error:
                if not self.error:
                    _log.warning("database_away", error=str(error))
                self.error = str(error)
                ending.stop.wait(RETRY_S)
            else:
                self.error = ""
                return writer
        return None

    def _restored(self, writer: Writer, committed: int) -> tuple[DataPath, int]:
        """Return a path with the state of the newest snapshot that can be used, and its place."""
        for offset, state in snapshots.candidates(self.settings.folder / "snapshots", committed):
            self._names = FeedNames()
            path = self._fresh()
            try:
                path.thaw(state)
            except (KeyError, ValueError, TypeError, AttributeError, ServiceError) as error:
                _log.warning("snapshot_passed_over", offset=offset, error=repr(error))
                continue
            return path, offset
        # What is read again may not hold the first feeds and the early tracks.
        self._names = FeedNames(writer.feeds())
        path = self._fresh()
        start = place_before(self.spool.folder, committed, WARM_UP_S)
        if committed:
            _log.warning("state_lost", committed=committed, begins=start)
        if start:
            path.segmenter.start_after(max_segment(self.dsn))
            self._begin_checks(path, start)
        return path, start

    def _fresh(self) -> DataPath:
        decoder = live_decoder(self._names, self.settings)
        checks = Checks(self.shelf, self.settings.visits, self.settings.watchlist.match)
        return DataPath(
            self._names,
            decoder,
            self.settings.tracks,
            self.settings.thinning,
            checks=checks,
            screening=screening_of(self.settings),
        )

    def _begin_checks(self, path: DataPath, start: int) -> None:
        """Take what was in force at ``start`` where the lines that said so are gone."""
        with session(self.dsn) as connection:
            for adoption in adopted(connection, at_most=start).values():
                path.begin_with(adoption)

    def _blocks(
        self, reader: SpoolReader, at: int, ending: Ending
    ) -> Iterator[tuple[LineBlock, int]]:
        """Yield what is durable, in small blocks while keeping up, in large ones while behind."""
        ingest = self.settings.ingest
        wanted = ingest.block_lines
        while not ending.is_due(drained=at >= self.spool.head):
            head = self.spool.head
            if at >= head:
                self.grown.wait(ingest.block_ms / 1000)
                self.grown.clear()
                continue
            try:
                block, at = reader.read(at, head, wanted)
            except SpoolError as error:
                yield from self._good_part(reader, at, error)
                at = self._behind(at, error)
                continue
            wanted = ingest.next_lines(wanted, len(block))
            yield block, at

    def _good_part(
        self, reader: SpoolReader, at: int, error: SpoolError
    ) -> Iterator[tuple[LineBlock, int]]:
        """Yield the lines before a damaged frame."""
        self.damaged += 1
        _log.error("spool_damaged", error=str(error), position=at)
        if error.frame is None:
            return
        good = position(split(at)[0], error.frame * FRAME_BYTES)
        with contextlib.suppress(SpoolError):
            while at < good:
                block, at = reader.read(at, good, self.settings.ingest.block_lines)
                if not len(block):
                    return
                yield block, at

    @staticmethod
    def _behind(at: int, error: SpoolError) -> int:
        """Return where reading goes on: the next frame, or the next segment if none is named."""
        sequence, offset = split(at)
        if error.frame is None or (error.frame + 1) * FRAME_BYTES <= offset:
            return position(sequence + 1, 0)
        return position(sequence, (error.frame + 1) * FRAME_BYTES)

    def _after(self, offset: int) -> None:
        self._position = offset
        due = time.monotonic() - self._snapshot_at >= self.settings.ingest.snapshot_s
        if not due or self._path is None:
            return
        self._snapshot_at = time.monotonic()
        try:
            snapshots.save(self.settings.folder / "snapshots", offset, self._path.freeze())
        except OSError as error:
            # Without a new snapshot a restart takes longer; lines go on.
            _log.error("snapshot_failed", error=str(error))
            self.error = f"snapshot not written: {error}"
        else:
            self.error = ""

    def _note_line(self, block: LineBlock, error: str) -> None:
        feed = self._names.name(int(block.feed[0]))
        line = block.line(0).decode("latin-1")
        self._note({"spool": int(block.spool[0]), "feed": feed, "line": line, "error": error})

    def _note_row(self, spool: int, error: str) -> None:
        self._note({"spool": spool, "error": error})

    def _note(self, row: dict[str, Any]) -> None:
        try:
            Quarantine(self.settings.folder).add(row)
        except OSError as error:
            _log.error("quarantine_failed", error=str(error), **row)

    @property
    def goes_on(self) -> bool:
        """Whether this life has committed anything yet; what ended the one before is over then."""
        return self._ledger is not None and self._ledger.committed > self._began_at

    def state(self) -> dict[str, Any]:
        """Return what health shows of the pipeline."""
        path, ledger, reader = self._path, self._ledger, self._reader
        now_us = path.ticks.now_us if path else 0
        return {
            "read": self._position,
            "committed": ledger.committed if ledger else None,
            "now_us": now_us,
            "eras": path.eras if path else 0,
            "damaged": self.damaged,
            "removed": reader.removed if reader else 0,
            "malformed": reader.malformed if reader else 0,
            "database_error": ledger.error if ledger else self.error,
            "snapshot_error": self.error if ledger else "",
            "poisoned": self._guard.poisoned if self._guard else 0,
            "refused": ledger.refused if ledger else 0,
            "counts": path.decoder.counts.as_dict() if path else {},
            "positions": {"read": path.read, "stored": path.stored} if path else {},
            "segments": {"opened": path.segmenter.opened, "ended": path.segmenter.ended}
            if path
            else {},
            "checks": path.checks.state() if path and path.checks else {},
            "events": path.detecting.screening.told if path and path.detecting else 0,
            "detectors_failed": dict(path.detecting.screening.failed)
            if path and path.detecting
            else {},
            "alerts": {"failed": self._telling.failed, "error": self._telling.error},
        }


def live_decoder(names: FeedNames, settings: Settings) -> Decoder:
    """Return the decoder of a spool, the same for live input and for its replay."""
    return Decoder(
        names,
        source_time=time_of_source(settings.feeds),
        past_limit_s=settings.retention.positions_days * DAY_S,
        dialects=dialects_for(settings.feeds),
    )


def _refuse_foreign(dsn: str, committed: int, spool: SpoolWriter) -> None:
    """Raise ServiceError where the database has read another spool: its lines would be skipped."""
    born = birth(spool.folder)
    with session(dsn) as connection:
        if born:
            known = server_key(connection, SPOOL_KEY, born)
        else:
            known = known_key(connection, SPOOL_KEY)
    # A damaged manifest is named elsewhere, and stops nothing.
    if committed <= spool.head and born in {known, None}:
        return
    msg = (
        f"the database has read the spool up to {committed}, but {spool.folder} ends at "
        f"{spool.head}: it is another spool; give the folder that belongs to this database, or "
        "where that is lost begin a new one in an empty folder: vedetta spool begin"
    )
    raise ServiceError(msg)
