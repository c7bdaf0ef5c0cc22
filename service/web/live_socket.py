"""The server's end of a socket and of a stream: what nobody takes does not pile up."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from service.web.watched import Watched

if TYPE_CHECKING:
    from asyncio import BaseTransport

_UNSENT = 65_536  # bytes that the system may hold for a client whose link is slower than we are
_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # not on every system
_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)


class LiveSocket(Watched, WebSocketsSansIOProtocol):
    """A socket that is cut when its client takes and answers nothing for ``ping_timeout``.

    A slow client, which takes a little all the time, keeps its socket.
    """

    what = "live_socket"

    def patience(self) -> float | None:
        """Return how long a client may take nothing, seconds."""
        return self.ping_timeout

    def connection_made(self, transport: BaseTransport) -> None:
        """Take the connection; what it cannot carry waits with us, where newer replaces it."""
        super().connection_made(transport)
        _set(transport, _NOTSENT_LOWAT, _UNSENT)

    def keepalive_timeout(self) -> None:
        """Cut a client that does not answer, unless it still takes what stands before the ping."""
        takes = self.loop.time() - self._taken_at < (self.ping_timeout or 0.0)
        if takes or not self.writable.is_set():
            self.pong_timer = self.loop.call_later(
                self.ping_timeout or 0.0, self.keepalive_timeout
            )
            return
        super().keepalive_timeout()
        self.cut("no_answer")


class Answers(Watched, H11Protocol):
    """Answers of HTTP: who takes nothing is cut, and a stream ends when the service stops."""

    what = "answer"

    def patience(self) -> float | None:
        """Return how long a client may take nothing, seconds."""
        return self.config.ws_ping_timeout

    def connection_made(self, transport: BaseTransport) -> None:
        """Take the connection; who has vanished with their network does not hold it for ever."""
        super().connection_made(transport)  # type: ignore[arg-type]
        _set(transport, _USER_TIMEOUT, round((self.patience() or 0.0) * 2000))

    def shutdown(self) -> None:
        """Let an answer end, but for one that has no end."""
        super().shutdown()
        running = not getattr(self.cycle, "response_complete", True)
        if running and self.scope.get("state", {}).get("endless"):
            self.transport.close()


def _set(transport: BaseTransport, option: int | None, value: int) -> None:
    way = transport.get_extra_info("socket")
    if way is not None and way.family != socket.AF_UNIX and option is not None:
        way.setsockopt(socket.IPPROTO_TCP, option, value)
