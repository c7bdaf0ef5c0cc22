"""A sink that remembers, and feeds that run for as long as a test looks at them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from ais.feed import Feed, FeedHealth, Pace, run_feeds

PATIENCE_S = 20


class Running:
    """What came out of feeds that run now."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.of: dict[str, list[bytes]] = {}
        self.health: dict[str, FeedHealth] = {}

    def take(self, feed: str, lines: Sequence[bytes]) -> None:
        self.lines += lines
        self.of.setdefault(feed, []).extend(lines)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition; the test fails with what there was instead."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():  # noqa: ASYNC110  (conditions of any kind)
                    await asyncio.sleep(0.002)
        except TimeoutError:
            pytest.fail(f"waited {PATIENCE_S} s in vain; lines {self.lines[:9]}, {self.health}")

    async def port(self, name: str = "f") -> int:
        """Wait until a feed listens and return its port."""
        await self.until(lambda: self.health[name].connects)
        return int(self.health[name].address.rpartition(":")[2])


@asynccontextmanager
async def _running(*feeds: Feed) -> AsyncIterator[Running]:
    running, stop = Running(), asyncio.Event()
    pace = Pace(first_s=0.01, longest_s=0.02, watch_s=0.01)
    task = asyncio.create_task(run_feeds(feeds, running.take, running.health, stop, pace=pace))
    try:
        await running.until(lambda: len(running.health) == len(feeds))
        yield running
    finally:
        stop.set()
        await task


@pytest.fixture
def run() -> Callable[..., object]:
    """Give a context manager within which feeds are running."""
    return _running


@pytest.fixture
def story() -> Callable[..., None]:
    """Run one coroutine in an event loop of its own, within the tests' patience."""

    def tell(told: object) -> None:
        asyncio.run(asyncio.wait_for(told, 3 * PATIENCE_S))  # type: ignore[arg-type]

    return tell
