"""What runs by the clock: one scheduler per database, every run a row, nothing missed.

::

    lock ──▶ take over ──▶ catch up ──▶ (APScheduler fires) ──▶ claim ──▶ work ──▶ done | failed
      ▲                                                                              └ tried again
      └── lock lost: nothing new starts, what runs is told, the next holder does it again

A job that was due while nobody ran is run once when somebody does (coalesced), and is told since
when it has to make up. Two processes cannot do the same run: its row is claimed by one.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from store import job_runs
from store.connect import session
from store.errors import StoreError
from store.locks import JobLock, job_lock

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

_log = structlog.get_logger()
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Timing(Protocol):
    """When a job is due."""

    def latest(self, now: dt.datetime) -> dt.datetime:
        """Return the last time at or before ``now`` at which the job was due, UTC."""

    def trigger(self) -> BaseTrigger:
        """Return the same as APScheduler says it."""


@dataclass(frozen=True, slots=True)
class Every:
    """At every multiple of ``seconds`` since 1970, UTC."""

    seconds: int

    def latest(self, now: dt.datetime) -> dt.datetime:
        """Return the last multiple at or before ``now``."""
        passed = int((now - _EPOCH).total_seconds()) // self.seconds
        return _EPOCH + dt.timedelta(seconds=passed * self.seconds)

    def trigger(self) -> BaseTrigger:
        """Return an interval that begins at the epoch."""
        return IntervalTrigger(seconds=self.seconds, start_date=_EPOCH, timezone=dt.UTC)


@dataclass(frozen=True, slots=True)
class At:
    """Every day at a time of the clock on the wall, or on one day of the week.

    hour, minute  local in ``zone``; a time that a change of the clock skips comes an hour later
    day           mon … sun, empty = every day
    """

    hour: int
    minute: int = 0
    zone: str = "UTC"
    day: str = ""

    def latest(self, now: dt.datetime) -> dt.datetime:
        """Return the last such moment at or before ``now``, UTC."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        for back in range(9):
            date = today - dt.timedelta(days=back)
            if self.day and _DAYS[date.weekday()] != self.day:
                continue
            wall = dt.datetime.combine(date, dt.time(self.hour, self.minute), zone)
            if (moment := wall.astimezone(dt.UTC)) <= now:
                return moment
        raise AssertionError(f"no {self.day or 'day'} in nine days before {now}")

    def trigger(self) -> BaseTrigger:
        """Return a cron entry."""
        return CronTrigger(
            day_of_week=self.day or "*", hour=self.hour, minute=self.minute, timezone=self.zone
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What a job is told: when it was ``due``, until when the last done run was, UTC.

    over  tells whether it has to stop: the lock is lost, or the service stops
    """

    due: dt.datetime
    since: dt.datetime | None
    over: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: ``work`` returns what it did, JSON values, or raises; it is tried again.

    retry_s  seconds after which a failed run is tried again
    """

    name: str
    timing: Timing
    work: Callable[[Turn], Mapping[str, Any]]
    retry_s: float = 60.0


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Schedule:
    """Runs ``jobs`` while this process holds the lock of the database."""

    BEAT_S: ClassVar[float] = 5.0

    def __init__(
        self,
        dsn: str,
        jobs: Sequence[Job],
        *,
        clock: Callable[[], dt.datetime] = _utc,
        beat: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        """Prepare; nothing runs before ``run``.

        ``clock`` gives the time, UTC; ``beat`` is called every few seconds with the newest note of
        each job, as {"retention": {"at", "due", "state", …}}.
        """
        self.dsn, self.jobs, self.clock = dsn, tuple(jobs), clock
        self.stop = threading.Event()
        self.done: dict[str, dict[str, Any]] = {}
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._beat = beat or (lambda _done: None)
        self._lost = threading.Event()
        self._scheduler: BackgroundScheduler | None = None

    def run(self) -> None:
        """Run until ``stop`` is set, waiting for the lock and for the database."""
        while not self.stop.is_set():
            try:
                with job_lock(self.dsn) as mine:
                    if mine:
                        self._work(mine)
            except StoreError as error:
                _log.warning("schedule_waits", error=str(error))
            self.stop.wait(self.BEAT_S)

    def over(self) -> bool:
        """Tell whether running jobs have to stop."""
        return self.stop.is_set() or self._lost.is_set()

    def _work(self, lock: JobLock) -> None:
        self._lost.clear()
        with session(self.dsn) as connection:
            if lost := job_runs.take_over(connection):
                _log.warning("job_runs_lost", runs=lost)
        scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._scheduler = scheduler
        for job in self.jobs:
            # At once too: what was due while nobody ran; the row knows whether it was done.
            scheduler.add_job(
                self.fire, job.timing.trigger(), [job], id=job.name, next_run_time=_utc()
            )
        scheduler.start()
        try:
            while lock.alive() and not self.stop.wait(self.BEAT_S):
                self._beat(self.done)
        finally:
            self._lost.set()
            scheduler.shutdown(wait=True)
            self._scheduler = None

    def fire(self, job: Job) -> None:
        """Do the run of ``job`` that is due now, if nobody has done it; never raises."""
        now = self.clock()
        due = job.timing.latest(now)
        try:
            with session(self.dsn) as connection:
                if ahead := job_runs.forget_future(connection, job.name, now):
                    _log.warning("clock_was_ahead", job=job.name, runs=ahead)
                since = job_runs.last_done(connection, job.name)
                # A newer one was done: this firing is an echo.
                if self.over() or (since is not None and since >= due):
                    return
                attempt = job_runs.claim(connection, job.name, due, self.worker, self.clock())
        except StoreError as error:
            _log.warning("job_waits", job=job.name, error=str(error))
            self._again(job)
            return
        if attempt is not None:
            self._do(job, Turn(due, since, self.over))

    def _do(self, job: Job, turn: Turn) -> None:
        try:
            note, state = dict(job.work(turn)), "done"
        except Exception as error:  # noqa: BLE001 (a job that fails is named and tried again)
            note, state = {"error": f"{type(error).__name__}: {error}"}, "failed"
            _log.error("job_failed", job=job.name, error=str(error))
        try:
            with session(self.dsn) as connection:
                kept = job_runs.finish(
                    connection,
                    job.name,
                    turn.due,
                    self.worker,
                    "done" if state == "done" else "failed",
                    note,
                    self.clock(),
                )
        except StoreError as error:
            # The row stays «running»: whoever takes the lock next does it again.
            kept, note["error"] = False, str(error)
        if not kept:
            state = "lost"
            _log.warning("job_run_lost", job=job.name, due=turn.due.isoformat())
        self.done[job.name] = {
            "at": self.clock().isoformat(), "due": turn.due.isoformat(), "state": state, **note,
        }  # fmt: skip
        if state == "failed":
            self._again(job)

    def _again(self, job: Job) -> None:
        scheduler = self._scheduler
        if scheduler is None or self.over():
            return
        at = _utc() + dt.timedelta(seconds=job.retry_s)
        # Moved, not added: a job that runs once is taken out again, and APScheduler fails where
        # that meets its own shutdown.
        known = scheduler.get_job(job.name)
        if known is not None and (known.next_run_time is None or at < known.next_run_time):
            scheduler.modify_job(job.name, next_run_time=at)
