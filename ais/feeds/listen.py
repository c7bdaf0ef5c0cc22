"""The feed that receivers connect to: a TCP server for several senders of lines."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

import structlog

from ais.feed import FeedHealth, Sink, one_line
from ais.feeds.seats import Seat, Seats
from ais.feeds.senders import Senders
from ais.feeds.settings import NMEA_LINE_BYTES, FeedSettings, check_port, check_positive
from ais.feeds.splitting import LineSplitter
from ais.feeds.tcp import CHUNK_BYTES, keep_alive

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenFeed(FeedSettings):
    """A TCP server; ``rate_limit`` counts for each client by itself.

    Parts of messages are joined within what one client sends.

    host, port: where it listens; the loopback unless told otherwise, since anybody who can
        connect can send positions
    max_clients: beyond this the client that is longest without a line goes (``seats``), or the
        newcomer is closed at once; both are counted
    idle_timeout_s: seconds without a byte after which a client is let go
    longest_line: bytes; longer lines are dropped and counted
    """

    kind: ClassVar[str] = "listen"

    port: int
    host: str = "127.0.0.1"
    max_clients: int = 32
    idle_timeout_s: float = 600.0
    longest_line: int = NMEA_LINE_BYTES

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_port(self.port)
        check_positive("max_clients", self.max_clients)
        check_positive("idle_timeout_s", self.idle_timeout_s)
        check_positive("longest_line", self.longest_line)

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Listen until cancelled; raises OSError if the address is taken, or a sink's error."""
        clients = _Clients(self, sink, health, Senders(self.name, 2 * self.max_clients))
        server = await asyncio.start_server(clients.serve, self.host, self.port, limit=CHUNK_BYTES)
        try:
            health.connected(listening_on(server))
            await clients.fault
        finally:
            server.close()
            await clients.leave()


@dataclass(slots=True)
class _Clients:
    """The clients of one listening socket: a client's fault ends that client, a sink's all."""

    feed: ListenFeed
    sink: Sink
    health: FeedHealth
    senders: Senders
    seats: Seats = field(init=False)
    fault: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def __post_init__(self) -> None:
        self.seats = Seats(self.feed.max_clients, self.health)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one client to its end."""
        seat = self.seats.take(str(writer.get_extra_info("peername")[0]))
        if seat is None:
            # Closed, not left in the queue: the client learns at once that it has to try
            # elsewhere.
            writer.close()
            return
        try:
            # Receivers at sea vanish without a word; the idle time-out alone is generous with
            # them.
            keep_alive(writer.get_extra_info("socket"), 60)
            await self._read(reader, seat)
        except (TimeoutError, ConnectionError) as error:
            log.info("client_left", feed=self.feed.name, error=one_line(error))
        except Exception as error:  # noqa: BLE001  (goes to the runner, which catches all)
            # The spool refused: that is no fault of this client, so the whole feed goes and comes
            # back.
            if not self.fault.done():
                self.fault.set_exception(error)
        finally:
            self.seats.leave(seat)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, seat: Seat) -> None:
        feed = self.feed
        splitter = LineSplitter(self.health, longest=feed.longest_line, rate_limit=feed.rate_limit)
        sender = object()
        try:
            while True:
                async with asyncio.timeout(feed.idle_timeout_s):
                    chunk = await reader.read(CHUNK_BYTES)
                if not chunk:
                    return
                if lines := splitter.feed(chunk):
                    self.seats.heard(seat)
                    self.sink(self.senders.name(sender), lines)
        finally:
            splitter.end(complete=False)

    async def leave(self) -> None:
        """Let every client go."""
        self.fault.cancel()
        await self.seats.clear()


def listening_on(server: asyncio.Server) -> str:
    """Return ``host:port`` of the first socket of ``server``."""
    host, port = server.sockets[0].getsockname()[:2]
    return f"{host}:{port}"
