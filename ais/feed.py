"""What every feed is, and the runner that keeps feeds alive beside each other.

::

    Feed.run ──lines──▶ gate (counts, clock) ──▶ sink (the spool)
       ▲ │ raises
       └─┴── the runner: waits with jitter, connects again; a silent feed is named, never stopped

A feed's ``run`` is the life of one connection. What ends it is caught in one place, here: it is
noted in the feed's health in one line and never touches another feed.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

import structlog

from ais.addresses import bare
from ais.errors import AisError

log = structlog.get_logger(__name__)

FeedState = Literal["starting", "connected", "waiting", "silent", "failed", "stopped"]
Clock = Callable[[], float]
_ERROR_TEXT = 200  # one line of a health page; a peer's own words can be a page long


class FeedError(AisError):
    """A connection ended; ``permanent`` = trying again cannot help (wrong key, wrong file)."""

    def __init__(self, text: str, *, permanent: bool = False) -> None:
        super().__init__(text)
        self.permanent = permanent


class Sink(Protocol):
    """Where lines go: it stamps the receive time and keeps them (the spool)."""

    def __call__(self, feed: str, lines: Sequence[bytes]) -> None:
        """Take ``lines``, without line ends, of the feed named ``feed``."""


@dataclass(slots=True)
class FeedHealth:
    """How one feed is.

    state: starting, connected (also: listening), waiting (for the next try), silent (connected,
        but no line for ``silence_s``), failed (will not be tried again), stopped (came to its end)
    address: what it is connected to or listens on; clients: connected now, for listening feeds
    resume: device, inode and byte up to which a file was handed on, so that a broken feed goes on
        there; lines, bytes: handed on; dropped: lines, bytes or clients turned away, by reason
    last_line_at: Unix time in seconds, None before the first line; last_error: one line or "",
        without secrets; fault_at: since when it is broken, None since it brought lines again
    """

    name: str
    kind: str
    state: FeedState = "starting"
    address: str = ""
    clients: int = 0
    resume: tuple[int, int, int] | None = None
    lines: int = 0
    bytes: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    connects: int = 0
    last_line_at: float | None = None
    last_error: str = ""
    fault_at: float | None = None

    def connected(self, address: str) -> None:
        """Note that a connection (or a listening socket) stands."""
        self.state = "connected"
        self.address = bare(address)
        self.connects += 1

    def broke(self, text: str) -> None:
        """Note what is wrong, and since when, until a line comes."""
        self.last_error = text
        if self.fault_at is None:
            self.fault_at = time.time()

    def drop(self, reason: str, count: int = 1) -> None:
        """Count what was not handed on."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def as_dict(self) -> dict[str, Any]:
        """Return all fields, ready for JSON; another thread may count on meanwhile."""
        # dict() copies in one step of the interpreter; asdict() walks, and fails at a new key.
        return {
            "name": self.name,
            "kind": self.kind,
            "state": self.state,
            "address": self.address,
            "clients": self.clients,
            "resume": self.resume,
            "lines": self.lines,
            "bytes": self.bytes,
            "dropped": dict(self.dropped),
            "connects": self.connects,
            "last_line_at": self.last_line_at,
            "last_error": self.last_error,
            "fault_at": self.fault_at,
        }


class Feed(Protocol):
    """A source of lines: a frozen dataclass whose fields are its settings in config.yaml."""

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """The feed's name, on every line that it brings."""

    @property
    def time(self) -> Literal["source", "receive"]:
        """Whose clock dates its positions: the stamps on its lines, or our receive time."""

    @property
    def silence_s(self) -> float:
        """Seconds without a line after which it is called silent."""

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Live through one connection; raise when it breaks, return when there is no more."""


def backoff_s(
    rng: random.Random, first_s: float = 1.0, longest_s: float = 60.0
) -> Iterator[float]:
    """Yield waits in seconds: doubling from ``first_s`` to ``longest_s``, each cut by up to half.

    The cut keeps feeds that lost the same server from coming back at the same moment. stamina
    retries one call until it works; here a connection that worked for a while starts anew.
    """
    wait = first_s
    while True:
        yield wait * rng.uniform(0.5, 1.0)
        wait = min(longest_s, wait * 2)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the runner waits: first and longest back-off and the watch's step, in seconds."""

    first_s: float = 1.0
    longest_s: float = 60.0
    watch_s: float = 1.0


class _Gate:
    """Counts what passes from one feed to the sink, and knows when it last did."""

    def __init__(self, feed: Feed, sink: Sink, health: FeedHealth, clock: Clock) -> None:
        self.feed, self.sink, self.health, self.clock = feed, sink, health, clock
        # Silence counts from the start: a feed that never said a word is silent too.
        self.heard_s = clock()
        self.alarmed = False

    def __call__(self, feed: str, lines: Sequence[bytes]) -> None:
        """Hand ``lines`` on; an empty list passes unseen."""
        if not lines:
            return
        health = self.health
        try:
            self.sink(feed, lines)
        except Exception:
            health.drop("sink failed", len(lines))
            raise
        health.lines += len(lines)
        health.bytes += sum(map(len, lines))
        health.last_line_at, health.fault_at = time.time(), None
        self.heard_s = self.clock()
        if self.alarmed:
            self.alarmed = False
            log.info("feed_heard_again", feed=self.feed.name)
        if health.state == "silent":
            health.state = "connected"

    def watch(self) -> None:
        """Raise the silence alarm if it is due; a feed that waits keeps its own, graver state."""
        quiet_s = self.clock() - self.heard_s
        # Silence counts on through reconnects: a server that takes every connection and never
        # sends is silent, not connected.
        if quiet_s < self.feed.silence_s or self.health.state not in ("connected", "silent"):
            return
        self.health.state = "silent"
        if not self.alarmed:
            self.alarmed = True
            log.warning("feed_silent", feed=self.feed.name, quiet_s=round(quiet_s))


async def run_feeds(
    feeds: Sequence[Feed],
    sink: Sink,
    health: dict[str, FeedHealth],
    stop: asyncio.Event,
    *,
    pace: Pace | None = None,
    clock: Clock = time.monotonic,
    rng: random.Random | None = None,
) -> None:
    """Run all ``feeds`` until ``stop`` is set or every one has come to its end.

    ``health`` is filled with one entry per feed at once; one that is there already says where a
    file is read on (``resume``). Raises ValueError if two feeds share a name. A sink that raises
    ends the connection that fed it, like any other fault.
    """
    _fill(health, feeds)
    pace = pace or Pace()
    rng = rng or random.Random()  # noqa: S311  (spreads reconnects, keeps no secret)
    gates = [_Gate(feed, sink, health[feed.name], clock) for feed in feeds]
    # One task each: an await that never returns in one feed must not hold up another.
    living = [asyncio.create_task(_keep(gate, pace, rng), name=gate.feed.name) for gate in gates]
    watching = asyncio.create_task(_watch(gates, pace.watch_s))
    stopping = asyncio.create_task(stop.wait())
    try:
        if living:
            ended = asyncio.create_task(_all(living))
            await asyncio.wait([ended, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in [*living, watching, stopping]:
            task.cancel()
        await asyncio.gather(*living, watching, stopping, return_exceptions=True)
        for gate in gates:
            # What had failed before the stop still needs its cure.
            if gate.health.state != "failed":
                gate.health.state = "stopped"


def _fill(health: dict[str, FeedHealth], feeds: Sequence[Feed]) -> None:
    before = health.copy()
    health.clear()
    for feed in feeds:
        if feed.name in health:
            raise ValueError(f"two feeds are named {feed.name!r}: give each a name of its own")
        resume = before[feed.name].resume if feed.name in before else None
        health[feed.name] = FeedHealth(feed.name, feed.kind, resume=resume)


async def _keep(gate: _Gate, pace: Pace, rng: random.Random) -> None:
    """Connect, live, wait, connect again, until the feed ends or cannot be cured by waiting."""
    feed, health = gate.feed, gate.health
    waits = backoff_s(rng, pace.first_s, pace.longest_s)
    while True:
        lines = health.lines
        health.state = "starting"
        try:
            await feed.run(gate, health)
        except Exception as error:  # noqa: BLE001  (the one place where a feed's fault is caught)
            if _note(feed, health, error):
                return
        else:
            health.state = "stopped"
            log.info("feed_ended", feed=feed.name, lines=health.lines)
            return
        # A server that takes us and hangs up at once is no better than one that is down: only
        # lines prove that a connection was worth anything.
        if health.lines > lines:
            waits = backoff_s(rng, pace.first_s, pace.longest_s)
        await asyncio.sleep(next(waits))


def _note(feed: Feed, health: FeedHealth, error: Exception) -> bool:
    """Write a fault into ``health``; return whether the feed is beyond cure."""
    permanent = isinstance(error, FeedError) and error.permanent
    text = one_line(error)
    health.state = "failed" if permanent else "waiting"
    # The clients of a listening socket went with it, without saying goodbye one by one.
    health.clients = 0
    if text != health.last_error:
        # A server that is down all night is one line in the log, not ten thousand.
        log.warning("feed_broke", feed=feed.name, kind=feed.kind, error=text, permanent=permanent)
    health.broke(text)
    return permanent


def one_line(error: BaseException) -> str:
    """Return an error as one short line: its text, or its type where it has none.

    Addresses in it are cut down to what tells no secret.
    """
    text = bare(" ".join(str(error).split())) or type(error).__name__
    return text if len(text) <= _ERROR_TEXT else text[: _ERROR_TEXT - 1] + "…"


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks)


async def _watch(gates: Sequence[_Gate], step_s: float) -> None:
    while True:
        await asyncio.sleep(step_s)
        for gate in gates:
            gate.watch()


def time_of_source(feeds: Mapping[str, Feed] | Sequence[Feed]) -> frozenset[str]:
    """Return the names of the feeds whose lines' own stamps date their positions."""
    every = feeds.values() if isinstance(feeds, Mapping) else feeds
    return frozenset(feed.name for feed in every if feed.time == "source")
