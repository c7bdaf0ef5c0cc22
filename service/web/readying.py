"""Made ready beside the page: what takes seconds the first time (shore, ports, zones)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_log = structlog.get_logger()


class Readying:
    """Work that is done once in a thread of its own; ``wait`` waits for it without a thread.

    A daemon thread, as nobody who stops the service waits for it. A failure is logged.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        """Remember ``work``."""
        self._work = work
        self._done = asyncio.Event()
        self._well = False

    def start(self) -> None:
        """Begin; to be called in a running event loop."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, args=(loop,), name="readying", daemon=True).start()

    async def wait(self, seconds: float) -> bool:
        """Return whether the work is done and did not fail, after ``seconds`` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._done.wait()
        return self._well

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            self._work()
            self._well = True
        except Exception as error:  # noqa: BLE001 (the page does without what fails here)
            said = str(error).split("\n")[0] or type(error).__name__
            _log.warning("not_made_ready", error=said)
        # The loop may be closed by now: then nobody waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._done.set)
