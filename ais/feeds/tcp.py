"""The feed that connects to a receiver or an aggregator that serves lines over TCP."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import ClassVar

from ais.feed import FeedError, FeedHealth, Sink
from ais.feeds.settings import NMEA_LINE_BYTES, FeedSettings, check_port, check_positive
from ais.feeds.splitting import LineSplitter

# Large reads keep the cost of a wake-up small beside that of the lines that it brings.
CHUNK_BYTES = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpFeed(FeedSettings):
    """A TCP client.

    host, port: the server; connect_timeout_s: how long a connection may take to stand
    idle_timeout_s: seconds without a byte after which the connection counts as half-open (the
        server is gone, but nothing said so) and is made anew
    keepalive_s: seconds until the system asks a quiet server whether it is there, 0 = never
    longest_line: bytes; longer lines are dropped and counted
    """

    kind: ClassVar[str] = "tcp"

    host: str
    port: int
    connect_timeout_s: float = 10.0
    idle_timeout_s: float = 120.0
    keepalive_s: int = 30
    longest_line: int = NMEA_LINE_BYTES

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_port(self.port)
        check_positive("connect_timeout_s", self.connect_timeout_s)
        check_positive("idle_timeout_s", self.idle_timeout_s)
        check_positive("longest_line", self.longest_line)

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Connect and read until the server closes or falls silent; always ends by raising."""
        where = f"{self.host}:{self.port}"
        try:
            async with asyncio.timeout(self.connect_timeout_s):
                reader, writer = await asyncio.open_connection(
                    self.host, self.port, limit=CHUNK_BYTES
                )
        except TimeoutError:
            raise FeedError(f"{where} did not answer within {self.connect_timeout_s} s") from None
        try:
            keep_alive(writer.get_extra_info("socket"), self.keepalive_s)
            health.connected(where)
            await self._read(reader, sink, health, where)
        finally:
            writer.close()

    async def _read(
        self, reader: asyncio.StreamReader, sink: Sink, health: FeedHealth, where: str
    ) -> None:
        splitter = LineSplitter(health, longest=self.longest_line, rate_limit=self.rate_limit)
        try:
            while True:
                async with asyncio.timeout(self.idle_timeout_s):
                    chunk = await reader.read(CHUNK_BYTES)
                if not chunk:
                    raise FeedError(f"{where} closed the connection")
                sink(self.name, splitter.feed(chunk))
        except TimeoutError:
            raise FeedError(
                f"{where} sent nothing for {self.idle_timeout_s} s: half-open, connecting anew"
            ) from None
        finally:
            # A line cut off by a lost connection can still have a good checksum by chance: never a
            # line.
            splitter.end(complete=False)


def keep_alive(connection: socket.socket, after_s: int) -> None:
    """Have the system probe a quiet peer after ``after_s`` seconds, three times; 0 = never."""
    if after_s <= 0:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, after_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, after_s // 3))
    # Lost after twice the time: once for the first probe, once for three that go unanswered.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
