"""The runner: feeds fall and come back, and none takes another with it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice, pairwise
from typing import ClassVar, Literal

import pytest
from structlog.testing import capture_logs

from ais.feed import (
    FeedError,
    FeedHealth,
    Pace,
    Sink,
    backoff_s,
    one_line,
    run_feeds,
    time_of_source,
)

QUICK = Pace(first_s=0.001, longest_s=0.002, watch_s=0.001)


@dataclass(frozen=True)
class Scripted:
    """A feed that does what a test tells it, once per connection."""

    kind: ClassVar[str] = "scripted"
    name: str
    script: Callable[[Sink, FeedHealth], Awaitable[None]]
    time: Literal["source", "receive"] = "receive"
    silence_s: float = 1e9

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        health.connected("here")
        await self.script(sink, health)


@dataclass
class Night:
    """Feeds that run, with a clock that a test can turn."""

    health: dict[str, FeedHealth] = field(default_factory=dict)
    lines: list[tuple[str, bytes]] = field(default_factory=list)
    now_s: float = 0.0
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, feed: str, lines: Sequence[bytes]) -> None:
        self.lines += [(feed, line) for line in lines]

    async def run(self, *feeds: Scripted) -> None:
        async with asyncio.timeout(20):
            await run_feeds(
                feeds, self.take, self.health, self.stop, pace=QUICK, clock=lambda: self.now_s
            )

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110  (conditions of any kind)
                await asyncio.sleep(0.001)


async def forever(sink: Sink, health: FeedHealth) -> None:
    while True:
        sink(health.name, [b"alive"])
        await asyncio.sleep(0.001)


async def quiet(sink: Sink, health: FeedHealth) -> None:
    sink(health.name, [b"once"])
    await asyncio.Event().wait()


async def broken(sink: Sink, health: FeedHealth) -> None:
    raise ConnectionResetError("reset\nby peer")


async def wrong(sink: Sink, health: FeedHealth) -> None:
    raise FeedError("no key", permanent=True)


async def ended(sink: Sink, health: FeedHealth) -> None:
    sink(health.name, [b"last"])


def test_dying_feed_leaves_its_neighbour_alone() -> None:
    async def story() -> None:
        night = Night()
        running = asyncio.create_task(
            night.run(Scripted("bad", broken), Scripted("good", forever))
        )
        await night.until(lambda: night.health["bad"].connects > 3 if night.health else False)
        lines = len(night.lines)
        await night.until(lambda: len(night.lines) > lines + 3)
        assert night.health["bad"].last_error == "reset by peer"
        assert night.health["good"].last_error == ""
        assert {feed for feed, _ in night.lines} == {"good"}
        night.stop.set()
        await running

    asyncio.run(story())


def test_since_when_a_feed_is_broken_is_kept_until_it_brings_lines() -> None:
    async def story() -> None:
        night, lines = Night(), asyncio.Event()

        async def mended(sink: Sink, health: FeedHealth) -> None:
            await (forever if lines.is_set() else broken)(sink, health)

        running = asyncio.create_task(night.run(Scripted("f", mended)))
        await night.until(lambda: night.health and night.health["f"].fault_at)
        first, tries = night.health["f"].fault_at, night.health["f"].connects
        await night.until(lambda: night.health["f"].connects > tries + 2)
        assert night.health["f"].fault_at == first
        lines.set()
        await night.until(lambda: night.lines)
        assert night.health["f"].as_dict()["fault_at"] is None
        night.stop.set()
        await running

    asyncio.run(story())


def test_feed_that_waiting_cannot_cure_is_not_tried_again() -> None:
    night = Night()
    asyncio.run(night.run(Scripted("f", wrong)))
    assert night.health["f"].state == "failed"
    assert (night.health["f"].connects, night.health["f"].last_error) == (1, "no key")


def test_runner_returns_when_every_feed_has_come_to_its_end() -> None:
    night = Night()
    asyncio.run(night.run(Scripted("a", ended), Scripted("b", ended)))
    assert sorted(night.lines) == [("a", b"last"), ("b", b"last")]
    assert {one.state for one in night.health.values()} == {"stopped"}


def test_runner_without_feeds_returns() -> None:
    asyncio.run(Night().run())


def test_stop_ends_feeds_that_would_go_on() -> None:
    async def story() -> None:
        night = Night()
        running = asyncio.create_task(night.run(Scripted("f", forever)))
        await night.until(lambda: night.lines)
        night.stop.set()
        await running
        assert night.health["f"].state == "stopped"

    asyncio.run(story())


def test_silent_feed_is_named_and_heard_again() -> None:
    async def story() -> None:
        night, again = Night(), asyncio.Event()

        async def pausing(sink: Sink, health: FeedHealth) -> None:
            sink("f", [b"one"])
            await again.wait()
            sink("f", [b"two"])
            await asyncio.Event().wait()

        running = asyncio.create_task(night.run(Scripted("f", pausing, silence_s=60)))
        await night.until(lambda: night.lines)
        assert night.health["f"].state == "connected"
        night.now_s = 61
        await night.until(lambda: night.health["f"].state == "silent")
        again.set()
        await night.until(lambda: night.health["f"].state == "connected")
        night.stop.set()
        await running

    asyncio.run(story())


def test_silence_is_logged_once() -> None:
    async def story() -> None:
        night = Night()
        running = asyncio.create_task(night.run(Scripted("f", quiet, silence_s=60)))
        await night.until(lambda: night.lines)
        night.now_s = 61
        await night.until(lambda: night.health["f"].state == "silent")
        night.now_s = 600
        await asyncio.sleep(0.02)
        night.stop.set()
        await running

    with capture_logs() as logs:
        asyncio.run(story())
    assert [log["event"] for log in logs].count("feed_silent") == 1


def test_feed_that_never_spoke_is_silent_too() -> None:
    async def story() -> None:
        night = Night()

        async def mute(sink: Sink, health: FeedHealth) -> None:
            await asyncio.Event().wait()

        running = asyncio.create_task(night.run(Scripted("f", mute, silence_s=60)))
        await night.until(lambda: night.health and night.health["f"].state == "connected")
        night.now_s = 60
        await night.until(lambda: night.health["f"].state == "silent")
        night.stop.set()
        await running

    asyncio.run(story())


def test_same_fault_again_and_again_is_logged_once() -> None:
    async def story() -> None:
        night = Night()
        running = asyncio.create_task(night.run(Scripted("f", broken)))
        await night.until(lambda: night.health and night.health["f"].connects > 5)
        night.stop.set()
        await running

    with capture_logs() as logs:
        asyncio.run(story())
    assert [log["event"] for log in logs] == ["feed_broke"]


def test_sink_that_refuses_is_named_in_the_feeds_health() -> None:
    async def story() -> None:
        health: dict[str, FeedHealth] = {}
        stop = asyncio.Event()

        def full(feed: str, lines: Sequence[bytes]) -> None:
            raise OSError("no space left")

        running = asyncio.create_task(
            run_feeds([Scripted("f", forever)], full, health, stop, pace=QUICK)
        )
        while not health or not health["f"].last_error:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        assert (health["f"].last_error, health["f"].lines) == ("no space left", 0)
        assert health["f"].dropped["sink failed"] >= 1
        stop.set()
        await running

    asyncio.run(asyncio.wait_for(story(), 20))


def test_two_feeds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two feeds are named 'f'"):
        asyncio.run(Night().run(Scripted("f", ended), Scripted("f", ended)))


def test_waits_double_up_to_the_longest_and_differ() -> None:
    waits = list(islice(backoff_s(random.Random(7), 1.0, 60.0), 12))
    full = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    assert all(top / 2 <= wait <= top for wait, top in zip(waits, full, strict=True))
    assert len(set(waits[6:])) == 6


def test_waits_start_anew_after_a_connection_that_brought_lines() -> None:
    async def story() -> list[float]:
        class Dice(random.Random):
            def uniform(self, a: float, b: float) -> float:
                return b

        async def one_line_then_gone(sink: Sink, health: FeedHealth) -> None:
            if health.connects == 7:
                sink(health.name, [b"x"])
            if health.connects == 9:
                raise FeedError("enough", permanent=True)
            times.append(asyncio.get_running_loop().time())
            raise FeedError("gone")

        times: list[float] = []
        feed = Scripted("f", one_line_then_gone)
        pace = Pace(first_s=0.01, longest_s=10)
        await run_feeds([feed], lambda *_: None, {}, asyncio.Event(), pace=pace, rng=Dice())
        return [later - earlier for earlier, later in pairwise(times)]

    waits = asyncio.run(story())
    assert waits[5] >= 0.32  # the sixth wait in a row without a line
    assert waits[6] < waits[5]


def test_health_counts_lines_and_bytes_and_is_json() -> None:
    night = Night()
    asyncio.run(night.run(Scripted("f", ended)))
    told = json.loads(json.dumps(night.health["f"].as_dict()))
    assert (told["name"], told["kind"], told["lines"], told["bytes"]) == ("f", "scripted", 1, 4)
    assert told["last_line_at"] > 0


def test_health_is_told_while_another_thread_counts_a_new_reason() -> None:
    health = FeedHealth("f", "tcp")

    class Racing(int):
        def __deepcopy__(self, memo: object) -> int:
            health.drop("a reason never met before")
            return int(self)

    health.dropped["too long"] = Racing(1)
    told = health.as_dict()
    assert set(told) == {field.name for field in fields(FeedHealth)}
    assert told["dropped"] == {"too long": 1}
    assert told["dropped"] is not health.dropped


def test_error_is_one_short_line() -> None:
    assert one_line(ValueError("a\n  b\tc")) == "a b c"
    assert one_line(TimeoutError()) == "TimeoutError"
    assert len(one_line(ValueError("x" * 5000))) == 200


def test_feeds_dated_by_their_source_are_found() -> None:
    feeds = [Scripted("a", ended, time="source"), Scripted("b", ended)]
    assert time_of_source(feeds) == {"a"}
    assert time_of_source({"x": feeds[1]}) == frozenset()
