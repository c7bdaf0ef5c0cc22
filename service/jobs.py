"""The jobs process: what runs by the clock; retention is the first of it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from ais.spool.retention import drop_old_segments
from store.connect import job_lock
from store.errors import StoreError
from store.live import put_health
from store.retention import drop_old

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
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(self.retention, "interval", hours=1, next_run_time=None)
        scheduler.start()
        try:
            self._beat(scheduler)
        finally:
            scheduler.shutdown(wait=False)

    def _beat(self, scheduler: BackgroundScheduler) -> None:
        while not self.stop.is_set():
            try:
                with job_lock(self.dsn) as mine:
                    if mine:
                        self._hold(scheduler)
            except StoreError as error:
                _log.warning("jobs_wait", error=str(error))
            self.stop.wait(BEAT_S)

    def _hold(self, scheduler: BackgroundScheduler) -> None:
        """Work while the lock is ours; the first retention run comes at once."""
        self.retention()
        for job in scheduler.get_jobs():
            job.resume()
        while not self.stop.is_set():
            put_health(self.dsn, "jobs", {"done": self.done})
            self.stop.wait(BEAT_S)

    def retention(self) -> None:
        """Remove what is older than the settings allow, and log what was removed."""
        try:
            removed = drop_old(self.dsn, self.settings.retention)
        except StoreError as error:
            self.done["retention"] = {"at": time.time(), "error": str(error)}
            return
        segments = drop_old_segments(self.settings.folder / "spool", self.settings.spool)
        self.done["retention"] = {"at": time.time(), "removed": removed, "segments": segments}
        if any(removed.values()) or segments:
            _log.info("retention", **removed, segments=segments)
