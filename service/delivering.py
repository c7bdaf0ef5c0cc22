"""Sends what the outbox holds, each channel by itself, until all of it is settled.

::

    for each channel two threads: one for SAR alone, one for everything, SAR first
    turn:  lease one ──▶ send ──▶ sent
                          ├ Later ──▶ next try with back-off and jitter; the channel rests
                          ├ Partly ──▶ likewise for those who are left; nothing else waits
                          └ Refused, or too old ──▶ dead letter; of a rescue only after some tries,
                                                    and our own offices are paged

A channel that hangs holds up its own threads and no others; law enforcement that hangs does not
hold up SAR. Several processes may do this at once: a lease keeps them apart.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import structlog

from alerts.kinds import LANES
from alerts.notifier import Later, Partly, Refused, ToSeveral
from store import outbox
from store.connect import session, told_apart
from store.errors import StoreError

if TYPE_CHECKING:
    import psycopg

    from alerts.kinds import Lane
    from alerts.notifier import Notifier, Receipt

OnDead: TypeAlias = "Callable[[psycopg.Connection, outbox.Leased, str, str, int], None]"
_log = structlog.get_logger()
_SECOND_US = 1_000_000
_HOUR_S = 3600.0
_SAR_ONLY: tuple[Lane, ...] = ("sar",)
_MANY_FAILURES = 3
_FEWEST_ATTEMPTS = 10
_SAR_TRIES = 10
"""So often a rescue is tried that was refused for good: for some six minutes."""
_RECONNECT_S = 2.0


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How the outbox is emptied.

    poll_s        the outbox is looked at so often, seconds; a new row wakes it at once
    lease_s       after so long without a word a worker is taken for dead, seconds; longer than
                  any channel takes for one message. One that is killed is known to be at once
    first_wait_s  before the second attempt, seconds; each further wait is twice as long
    longest_wait_s, longest_sar_wait_s   no wait is longer, seconds
    longest_retry_after_s   so far a receiver's own Retry-After is heeded, seconds; for SAR no
                  longer than longest_sar_wait_s
    give_up_h     a message that could not be sent for so long, and in ten attempts, becomes a
                  dead letter, hours
    """

    poll_s: float = 1.0
    lease_s: float = 600.0
    first_wait_s: float = 5.0
    longest_wait_s: float = 900.0
    longest_sar_wait_s: float = 60.0
    longest_retry_after_s: float = 3600.0
    give_up_h: float = 72.0


def wait_s(
    attempt: int, lane: Lane, settings: DeliverySettings, retry_after_s: float | None, share: float
) -> float:
    """Return the seconds until the next try: doubled each time, half of it by chance.

    ``attempt`` that failed, from 1; ``share`` 0-1, drawn by chance, so that many do not try again
    in one moment; never before Retry-After says so, as far as that is heeded.
    """
    sar = lane == "sar"
    longest = settings.longest_sar_wait_s if sar else settings.longest_wait_s
    # Beyond 2**30 nothing changes, and a float has an end.
    doubled = min(longest, settings.first_wait_s * 2.0 ** min(attempt - 1, 30))
    heeded = settings.longest_retry_after_s
    asked = min(retry_after_s or 0.0, min(longest, heeded) if sar else heeded)
    return max(doubled * (0.5 + 0.5 * share), asked)


def now_us() -> int:
    """Return the time, µs since 1970."""
    return time.time_ns() // 1000


def ticks_us() -> int:
    """Return µs since some moment; nobody sets this clock."""
    return time.monotonic_ns() // 1000


@dataclass(slots=True)
class Courier:
    """Sends the deliveries of one channel, one at a time.

    lanes     which it takes · worker  its name in the leases, unique
    clock     µs since 1970 · ticks  µs that only pass, for rests · chance  0-1, see ``wait_s``
    on_dead   called for each dead letter, with the channel, the fault and the time
    failures  in a row; after some, the first success has all that wait tried again at once
    """

    notifier: Notifier
    settings: DeliverySettings
    lanes: tuple[Lane, ...] = LANES
    worker: str = "courier"
    clock: Callable[[], int] = now_us
    ticks: Callable[[], int] = ticks_us
    chance: Callable[[], float] = random.random
    on_dead: OnDead | None = None
    failures: int = 0
    rests_until_us: int = 0

    def turn(self, connection: psycopg.Connection) -> bool:
        """Send one delivery if one is due; return whether there was one.

        ``connection`` commits each statement by itself. Raises StoreError, nothing else.
        """
        if self.ticks() < self.rests_until_us:
            return False
        at = self.clock()
        until = at + round(self.settings.lease_s * _SECOND_US)
        with told_apart():
            leased = outbox.lease(
                connection,
                self.notifier.name,
                self.lanes,
                self.worker,
                at,
                until,
                self._farthest_us,
            )
        if leased is None:
            return False
        with told_apart():
            self._send(connection, leased)
        return True

    def _send(self, connection: psycopg.Connection, leased: outbox.Leased) -> None:
        try:
            receipt = self._sent(leased)
        except Refused as error:
            self._refused(connection, leased, str(error))
        except Partly as error:
            self._again(connection, leased, str(error), None, left=error.left)
        except Later as error:
            self._again(connection, leased, str(error), error.retry_after_s)
        except Exception as error:  # noqa: BLE001 (a fault of one channel: tried again, and named)
            self._again(connection, leased, f"{type(error).__name__}: {error}", None)
        else:
            outbox.sent(connection, leased, receipt, self.clock())
            if self.failures >= _MANY_FAILURES:
                outbox.hurry(connection, self.notifier.name, self.clock())
            self.failures = 0

    def _sent(self, leased: outbox.Leased) -> Receipt:
        if leased.recipients is not None and isinstance(self.notifier, ToSeveral):
            return self.notifier.send_to(leased.notice, leased.key, leased.recipients)
        return self.notifier.send(leased.notice, leased.key)

    def _refused(self, connection: psycopg.Connection, leased: outbox.Leased, fault: str) -> None:
        """Give it up; a rescue only after some tries: what is over quota now may not be soon."""
        lane = leased.notice.alert.lane
        if lane != "sar" or leased.attempt >= _SAR_TRIES:
            self._dead(connection, leased, fault, fault)
            return
        wait = wait_s(leased.attempt, lane, self.settings, None, self.chance())
        at_us = self.clock() + round(wait * _SECOND_US)
        outbox.later(connection, leased, fault, at_us, holds=False)
        self._tell("delivery_refused", leased, fault)

    def _dead(
        self, connection: psycopg.Connection, leased: outbox.Leased, noted: str, fault: str
    ) -> None:
        at = self.clock()
        # In one transaction: whoever is not told is not forgotten by a crash between the two.
        with connection.transaction():
            if not outbox.dead(connection, leased, noted, at):
                return
            self._page(connection, leased, fault, at)
        self._tell("delivery_dead", leased, fault)

    def _page(
        self, connection: psycopg.Connection, leased: outbox.Leased, fault: str, at_us: int
    ) -> None:
        if self.on_dead is None:
            return
        try:
            with connection.transaction():
                self.on_dead(connection, leased, self.notifier.name, fault, at_us)
        except Exception as error:  # noqa: BLE001 (it is a dead letter all the same)
            _log.error("dead_letter_not_told", delivery=leased.number, error=repr(error))

    def _again(
        self,
        connection: psycopg.Connection,
        leased: outbox.Leased,
        fault: str,
        retry_after_s: float | None,
        left: Sequence[str] | None = None,
    ) -> None:
        at, lane = self.clock(), leased.notice.alert.lane
        # Old alone is not enough: we may have been stopped for days, or asked to try again.
        old = at - leased.enqueued_us > self.settings.give_up_h * _HOUR_S * _SECOND_US
        if old and leased.attempt >= _FEWEST_ATTEMPTS:
            self._dead(connection, leased, f"given up: {fault}", fault)
            return
        # Others have it: the fault is one mailbox's, not the channel's.
        partly = left is not None or leased.recipients is not None
        wait = wait_s(leased.attempt, lane, self.settings, retry_after_s, self.chance())
        next_us = at + round(wait * _SECOND_US)
        outbox.later(connection, leased, fault, next_us, left=left, holds=not partly)
        if not partly:
            self._rest(lane, retry_after_s)
        if leased.attempt == 1 or leased.attempt % 10 == 0:
            self._tell("delivery_failed", leased, fault)

    def _rest(self, lane: Lane, retry_after_s: float | None) -> None:
        self.failures += 1
        # One failure may be the message's; more are the channel's, and each message that waits
        # would try it too.
        if self.failures > 1 or retry_after_s:
            self.rests_until_us = self.ticks() + self._rest_us(lane, retry_after_s)

    def _rest_us(self, lane: Lane, retry_after_s: float | None) -> int:
        """Return the rest after a failure; only what is no rescue waits as long as it is asked."""
        rest = wait_s(self.failures, "sar", self.settings, None, self.chance())
        return round(max(rest, wait_s(1, lane, self.settings, retry_after_s, 0.0)) * _SECOND_US)

    @property
    def _farthest_us(self) -> tuple[int, int]:
        """Return how far ahead a next try can be, of SAR and of others; else a clock was wrong."""
        one = self.settings
        law = max(one.longest_wait_s, one.longest_retry_after_s)
        return round(one.longest_sar_wait_s * _SECOND_US), round(law * _SECOND_US)

    def _tell(self, event: str, leased: outbox.Leased, fault: str) -> None:
        _log.warning(
            event,
            channel=self.notifier.name,
            delivery=leased.number,
            notice=leased.notice.id,
            attempt=leased.attempt,
            error=fault,
        )


@dataclass(slots=True)
class Dispatcher:
    """All couriers of the service, each in a thread of its own."""

    notifiers: Sequence[Notifier]
    settings: DeliverySettings
    dsn: str
    stop: threading.Event = field(default_factory=threading.Event)
    on_dead: OnDead | None = None
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start the threads; says in the log which channels are not ready."""
        for notifier in self.notifiers:
            try:
                notifier.ready()
            except Refused as error:
                # It may be cured while messages wait: they are tried all the same.
                _log.error("channel_not_ready", channel=notifier.name, error=str(error))
            for lanes in (_SAR_ONLY, LANES):
                name = f"{socket.gethostname()}.{os.getpid()}.{notifier.name}.{len(lanes)}"
                courier = Courier(notifier, self.settings, lanes, name, on_dead=self.on_dead)
                thread = threading.Thread(
                    target=self._run, args=(courier,), name=f"deliver-{name}", daemon=True
                )
                thread.start()
                self.threads.append(thread)

    def close(self, patience_s: float = 30.0) -> None:
        """Have the threads end; one that hangs is left: its lease runs out."""
        self.stop.set()
        ends_at = time.monotonic() + patience_s
        for thread in self.threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    def _run(self, courier: Courier) -> None:
        """Take turns until ``stop``; a database that is away is waited for."""
        while not self.stop.is_set():
            try:
                with session(self.dsn, autocommit=True) as connection:
                    # The lease ends with this session: see lease_delivery.sql.
                    name = courier.worker.partition("@")[0]
                    courier.worker = f"{name}@{connection.info.backend_pid}"
                    connection.execute(f"LISTEN {outbox.CHANNEL}".encode())
                    self._serve(courier, connection)
            except StoreError as error:
                _log.warning("delivery_waits", channel=courier.notifier.name, error=str(error))
            except Exception as error:  # noqa: BLE001 (one channel must not end by a fault of ours)
                _log.error("delivery_fault", channel=courier.notifier.name, error=repr(error))
            self.stop.wait(_RECONNECT_S)

    def _serve(self, courier: Courier, connection: psycopg.Connection) -> None:
        while not self.stop.is_set():
            if not courier.turn(connection):
                for _ in connection.notifies(timeout=self.settings.poll_s, stop_after=1):
                    pass
