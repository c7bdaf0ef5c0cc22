"""A connection whose client must take what it is sent, a little at least.

uvicorn waits with the next piece until the one before has gone to the system. Left to itself it
closes a connection only once all is sent, which of a reader that has stopped reading is never.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, TimerHandle, Transport

_log = structlog.get_logger()


class Watched(asyncio.Protocol):
    """Cuts a connection whose client takes nothing for ``patience_s``; a slow one keeps it.

    transport, loop   as uvicorn's protocols have them
    """

    transport: Transport
    loop: AbstractEventLoop
    what = "connection"
    _watch: TimerHandle | None = None
    _left = 0
    _taken_at = 0.0

    def patience(self) -> float | None:
        """Return how long a client may take nothing, seconds; None = for ever."""
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the watch."""
        self._unwatch()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to watch whether the client takes anything."""
        super().pause_writing()
        self._left = self.transport.get_write_buffer_size()
        self._rewatch()

    def resume_writing(self) -> None:
        """Note that the client takes what it is sent."""
        self._unwatch()
        self._taken_at = self.loop.time()
        super().resume_writing()

    def cut(self, why: str) -> None:
        """Let go of the connection with all that waits in it."""
        _log.info(f"{self.what}_cut", why=why)
        self._unwatch()
        self.transport.abort()

    def _look(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= self._left:
            self.cut("takes_nothing")
            return
        self._left = left
        self._rewatch()

    def _rewatch(self) -> None:
        self._unwatch()
        if (patience_s := self.patience()) is not None:
            self._watch = self.loop.call_later(patience_s, self._look)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
