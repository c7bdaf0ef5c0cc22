"""The ingest process: feeds into the spool, the spool through the pipeline into the database.

    feeds (asyncio) ──append──▶ spool ──durable head──▶ pipeline (thread) ──▶ ledger (thread)
                                  ▲ sync every 100 ms (thread)
    new zones and lists (thread) ─┘ as ``_control`` lines

Reception is the last thing to end: when the pipeline fails it starts anew, the spool goes on.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import threading
from typing import TYPE_CHECKING, Any

import structlog

from ais.errors import SpoolError
from ais.feed import FeedHealth, run_feeds
from ais.spool.writer import SpoolWriter
from service.adopting import Adopter
from service.clock import Clock
from service.errors import ServiceError
from service.pipeline.guard import StateFaultError
from service.pipeline.live import DRAIN_S, Ending, LivePipeline
from service.pipeline.shelf import Shelf
from service.resuming import Resumes
from store.board import Board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.settings import Settings

SYNC_S = 0.1
TICK_S = 1.0
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0
"""Waits before a pipeline that failed starts anew."""
_DIGITS = re.compile(r"\d+")
_log = structlog.get_logger()


class Ingest:
    """One ingest process; ``run`` returns when ``stop`` is set and all is written."""

    def __init__(self, settings: Settings, dsn: str) -> None:
        """Open the spool, which only one process may; raises SpoolLockedError."""
        self.settings, self.dsn = settings, dsn
        self.ending = Ending()
        self.stop = self.ending.stop
        self.health: dict[str, FeedHealth] = {}
        self.spool = SpoolWriter(settings.folder / "spool", settings.spool)
        self.clock = Clock(settings.ingest.clock_speed, not_before_ms=self.spool.newest_ms)
        self.shelf = Shelf(settings.folder / "editions")
        self.adopter = Adopter(
            dsn, self.shelf, self.spool, self.clock.ms, settings.watchlist.grace_days
        )
        self.resumes = Resumes(settings.folder, self.health)
        for feed in settings.feeds:
            place = self.resumes.on_disk.get(feed.name)
            self.health[feed.name] = FeedHealth(feed.name, feed.kind, resume=place)
        self._grown = threading.Event()
        self._fed = threading.Event()
        self._pipeline = self._new_pipeline()
        self._pipeline_error = ""
        self._trouble = ""
        self._wrong_use: ServiceError | None = None

    def run(self) -> None:
        """Run until ``stop`` is set; raises ServiceError when only a person can cure it."""
        threads = [
            threading.Thread(target=work, name=work.__name__, daemon=True)
            for work in (self._sync, self._screen, self._report, self._adopt)
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
        if self._wrong_use is not None:
            raise self._wrong_use

    async def _feed(self) -> None:
        stop = asyncio.Event()
        feeds = asyncio.create_task(run_feeds(self.settings.feeds, self.sink, self.health, stop))
        while not self.stop.is_set():
            # In one turn of the loop: no feed's line stands between a step of the clock and the
            # tick that says so.
            self.clock.compare()
            self.spool.append("_tick", [b""], self.clock.ms())
            await asyncio.sleep(TICK_S)
        stop.set()
        await feeds

    def sink(self, feed: str, lines: Sequence[bytes]) -> None:
        """Put received lines into the spool, stamped with the receive time."""
        self.spool.append(feed, lines, self.clock.ms())

    def _sync(self) -> None:
        """Make durable what was received, until the feeds have ended and all is."""
        is_last = False
        while not is_last:
            is_last = self._fed.wait(SYNC_S)
            # Before the sync: what was read up to here is durable after it.
            places = self.resumes.now()
            try:
                self.spool.sync()
            except Exception as error:  # noqa: BLE001 (without this thread nothing is ever durable)
                # A full disk may have room again: lines wait in memory, then they are counted.
                said = str(error) or repr(error)
                # The bytes that wait stand in the text, and are more each time.
                if _DIGITS.sub("", said) != _DIGITS.sub("", self._trouble):
                    is_odd = not isinstance(error, SpoolError)
                    _log.error("spool_refused", error=said, exc_info=is_odd)
                self._trouble = said
            else:
                self._trouble = ""
                self._grown.set()
                self.resumes.keep(places)
        self.ending.synced.set()

    def _screen(self) -> None:
        """Keep a pipeline alive: one that fails is noted in health and started anew."""
        wait_s, failed_at, is_patient = FIRST_WAIT_S, -1, False
        while True:
            try:
                self._pipeline.run(self.ending)
            except ServiceError as error:
                self._wrong_use = error
                self.stop.set()
                return
            except Exception as error:  # noqa: BLE001 (reception goes on whatever failed)
                _log.exception("pipeline_failed", again_in_s=wait_s)
                self._pipeline_error = repr(error)
                at = error.spool if isinstance(error, StateFaultError) else -1
                is_patient = at >= 0 and at == failed_at
                failed_at = at
            else:
                return
            if self.stop.wait(wait_s):
                return
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            self._pipeline = self._new_pipeline(is_patient=is_patient)

    def _new_pipeline(self, *, is_patient: bool = False) -> LivePipeline:
        return LivePipeline(
            self.settings, self.dsn, self.spool, self._grown, self.shelf, is_patient=is_patient
        )

    def _adopt(self) -> None:
        """Say in the spool which zones and list take effect."""
        self.adopter.run(self.stop)

    def _report(self) -> None:
        """Write health each second; health can fail in any way and must never end anything."""
        board, last = Board(self.dsn), ""
        while not self.stop.wait(TICK_S):
            try:
                board.put("ingest", self.state(), dt.datetime.now(dt.UTC))
            except Exception as error:  # noqa: BLE001 (as the docstring says)
                if str(error) != last:
                    _log.warning("health_not_written", error=str(error))
                last = str(error)
            else:
                last = ""
        board.close()

    def state(self) -> dict[str, Any]:
        """Return what health shows of this process."""
        now_ms = self.clock.ms()
        screened = self._pipeline.state()
        now_us = screened.pop("now_us")
        spool = {
            "head": self.spool.head,
            "waiting_bytes": self.spool.waiting_bytes,
            "dropped": dict(self.spool.dropped),
            "trouble": self._trouble or self.spool.trouble,
            # A pipeline whose time is ahead of ours has not come to the clock's step back yet.
            "lag_s": abs(now_ms / 1000 - now_us / 1e6) if now_us else None,
            "clock_ahead_s": round(self.clock.ahead_s, 3),
            "clock_set_back": self.clock.set_back,
            "clock_set_forward": self.clock.set_forward,
        }
        for name in ("read", "committed", "damaged", "removed", "malformed"):
            spool[name] = screened.pop(name)
        return {
            **screened,
            "pipeline_error": "" if self._pipeline.goes_on else self._pipeline_error,
            "now_ms": now_ms,
            "feeds": [health.as_dict() for health in self.health.values()],
            "spool": spool,
            "adoption_error": self.adopter.error,
        }
