"""The jobs process: what runs by the clock; retention is the first of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from ais.spool import snapshots
from ais.spool.layout import position, segments_on_disk, split
from ais.spool.retention import remove_old
from service.pipeline.shelf import Shelf
from store.board import Board, committed_offset
from store.connect import session
from store.editions import needed_from
from store.errors import StoreError
from store.locks import JobLock, job_lock
from store.retention import drop_old
from store.watchlist import in_force
from watchlist.reviews import review_state

if TYPE_CHECKING:
    from service.settings import Settings

_log = structlog.get_logger()
BEAT_S = 5.0


class Jobs:
    """One jobs process; of several on one database only the holder of the lock works."""

    def __init__(self, settings: Settings, dsn: str) -> None:
        """Prepare the schedule; nothing runs before ``run``."""
        self.settings, self.dsn = settings, dsn
        self.stop = threading.Event()
        self.done: dict[str, Any] = {}

    def run(self) -> None:
        """Run until ``stop`` is set."""
        while not self.stop.is_set():
            try:
                with job_lock(self.dsn) as mine:
                    if mine:
                        self._work(mine)
            except StoreError as error:
                _log.warning("jobs_wait", error=str(error))
            self.stop.wait(BEAT_S)

    def _work(self, lock: JobLock) -> None:
        """Keep the schedule while the lock is ours; every job also runs once at once."""
        scheduler = BackgroundScheduler(timezone="UTC")
        for job in (self.retention, self.reviews):
            scheduler.add_job(job, "interval", hours=1, next_run_time=dt.datetime.now(dt.UTC))
        scheduler.start()
        board = Board(self.dsn)
        try:
            while lock.alive() and not self.stop.wait(BEAT_S):
                board.put("jobs", {"done": self.done}, dt.datetime.now(dt.UTC))
        finally:
            board.close()
            scheduler.shutdown(wait=True)

    def retention(self) -> None:
        """Remove what is older than the settings allow, and log what was removed."""
        now = dt.datetime.now(dt.UTC)
        keep = self.settings.retention
        note: dict[str, Any] = {"at": now.isoformat()}
        try:
            removed = drop_old(
                self.dsn,
                now,
                positions_days=keep.positions_days,
                latest_days=keep.latest_days,
                runs_days=keep.runs_days,
                visits_days=keep.visits_days,
                hits_days=keep.hits_days,
            )
            note["database"] = dataclasses.asdict(removed)
            note["segments"] = self._spool(now)
            note["editions"] = self._editions(now)
        except Exception as error:  # noqa: BLE001 (a job that fails is named and tried again)
            note["error"] = str(error)
            _log.error("retention_failed", error=str(error))
        else:
            _log.info("retention", **note)
        self.done["retention"] = note

    def reviews(self) -> None:
        """Count the entries of the list whose review is due, overdue, or past its limit."""
        now = dt.datetime.now(dt.UTC)
        note: dict[str, Any] = {"at": now.isoformat()}
        try:
            with session(self.dsn) as connection:
                rows = in_force(connection)
        except StoreError as error:
            note["error"] = str(error)
            _log.error("reviews_failed", error=str(error))
        else:
            grace_days = self.settings.watchlist.grace_days
            states = Counter(review_state(row.entry, now.date(), grace_days) for row in rows)
            note |= {"entries": len(rows), **states}
            _log.info("reviews", **note)
        self.done["reviews"] = note

    def _editions(self, now: dt.datetime) -> list[str]:
        """Remove editions of which no line of the spool speaks any more."""
        spool = self.settings.folder / "spool"
        numbers = list(chain(*segments_on_disk(spool))) if spool.is_dir() else []
        committed_in, _ = split(committed_offset(self.dsn))
        # Behind by a whole segment, what the rest of the spool adopts is not in the database yet.
        if not numbers or committed_in < max(numbers):
            return []
        with session(self.dsn) as connection:
            needed = needed_from(connection, position(min(numbers), 0))
        yesterday_s = (now - dt.timedelta(days=1)).timestamp()
        return Shelf(self.settings.folder / "editions").remove_all_but(needed, yesterday_s)

    def _spool(self, now: dt.datetime) -> list[int]:
        """Remove segments that are old and committed; a legal hold keeps them."""
        folder = self.settings.folder / "spool"
        if not folder.is_dir():
            return []
        now_ms = int(now.timestamp() * 1000)
        # A restart reads from its snapshot, not from what is committed.
        kept = snapshots.offsets(self.settings.folder / "snapshots")
        keep_from = min([committed_offset(self.dsn), *kept[:1]])
        return remove_old(folder, self.settings.retention.spool_days, now_ms, keep_from)
