"""The feed that takes datagrams, each with one or many lines."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from ais.feed import FeedHealth, Sink
from ais.feeds.senders import Senders
from ais.feeds.settings import NMEA_LINE_BYTES, FeedSettings, check_port, check_positive
from ais.feeds.splitting import SourceSplitters


@dataclass(frozen=True, slots=True, kw_only=True)
class UdpFeed(FeedSettings):
    """A UDP socket; ``rate_limit`` counts for each sender's host by itself.

    Parts of messages are joined within what one host sends.

    host, port: where it listens (an address of this machine)
    receive_buffer: bytes that the system may keep while the process is busy
    longest_line: bytes; longer lines are dropped and counted
    """

    kind: ClassVar[str] = "udp"

    port: int
    host: str = "127.0.0.1"
    receive_buffer: int = 4_194_304
    longest_line: int = NMEA_LINE_BYTES

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_port(self.port)
        check_positive("receive_buffer", self.receive_buffer)
        check_positive("longest_line", self.longest_line)

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Take datagrams until cancelled; raises OSError if the address is taken."""
        splitters = SourceSplitters(health, longest=self.longest_line, rate_limit=self.rate_limit)
        senders = Senders(self.name)

        def _take(datagram: bytes, sender: str) -> None:
            sink(senders.name(sender), splitters.of(sender).whole(datagram.split(b"\n")))

        await receive_datagrams(self.host, self.port, self.receive_buffer, _take, health)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, str], None]) -> None:
        self.take = take
        self.fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Hand a datagram on; what goes wrong there ends the feed's run, not the event loop."""
        try:
            self.take(data, str(addr[0]))
        except Exception as error:  # noqa: BLE001  (goes to the runner, which catches all)
            if not self.fault.done():
                self.fault.set_exception(error)


async def receive_datagrams(
    host: str,
    port: int,
    receive_buffer: int,
    take: Callable[[bytes, str], None],
    health: FeedHealth,
) -> None:
    """Call ``take(datagram, sender's host)`` for each datagram until cancelled or it raises."""
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Datagrams(take), local_addr=(host, port)
    )
    try:
        own: socket.socket = transport.get_extra_info("socket")
        # Datagrams that find the buffer full are lost, and nothing counts them.
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        bound = own.getsockname()
        health.connected(f"{bound[0]}:{bound[1]}")
        await protocol.fault
    finally:
        transport.close()
        protocol.fault.cancel()
