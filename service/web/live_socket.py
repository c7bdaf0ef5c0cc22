"""The server's end of a socket: what nobody takes neither piles up nor holds its place for ever.

uvicorn waits with a frame until the one before has gone to the system. Left to itself it closes a
socket only once all is sent, which of a browser that has stopped reading is never.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import structlog
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from asyncio import BaseTransport, TimerHandle

_UNSENT = 65_536  # bytes that the system may hold for a client whose link is slower than we are
_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # not on every system
_log = structlog.get_logger()


class LiveSocket(WebSocketsSansIOProtocol):
    """A socket that is cut when its client takes and answers nothing for ``ping_timeout``.

    A slow client, which takes a little all the time, keeps its socket.
    """

    _watch: TimerHandle | None = None
    _left = 0
    _taken_at = 0.0

    def connection_made(self, transport: BaseTransport) -> None:
        """Take the connection; what it cannot carry waits with us, where newer replaces it."""
        super().connection_made(transport)
        way = transport.get_extra_info("socket")
        if way is not None and way.family != socket.AF_UNIX and _NOTSENT_LOWAT is not None:
            way.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, _UNSENT)

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

    def keepalive_timeout(self) -> None:
        """Cut a client that does not answer, unless it still takes what stands before the ping."""
        takes = self.loop.time() - self._taken_at < (self.ping_timeout or 0.0)
        if takes or not self.writable.is_set():
            self.pong_timer = self.loop.call_later(
                self.ping_timeout or 0.0, self.keepalive_timeout
            )
            return
        super().keepalive_timeout()
        self._cut("no_answer")

    def _look(self) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= self._left:
            self._cut("takes_nothing")
            return
        self._left = left
        self._rewatch()

    def _rewatch(self) -> None:
        self._unwatch()
        if self.ping_timeout is not None:
            self._watch = self.loop.call_later(self.ping_timeout, self._look)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _cut(self, why: str) -> None:
        _log.info("live_socket_cut", why=why)
        self._unwatch()
        self.transport.abort()
