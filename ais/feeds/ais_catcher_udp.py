"""The feed that takes AIS-catcher's JSON datagrams (its ``-u HOST PORT JSON on``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ais.feed import FeedHealth, Sink
from ais.feeds.settings import MESSAGE_BYTES, FeedSettings, check_port, check_positive
from ais.feeds.splitting import SourceSplitters, as_one_line
from ais.feeds.udp import receive_datagrams


@dataclass(frozen=True, slots=True, kw_only=True)
class AisCatcherUdpFeed(FeedSettings):
    """A UDP socket for JSON messages, one a datagram; bare NMEA lines are taken too.

    ``rate_limit`` counts for each sender's host by itself.
    host, port: where it listens (an address of this machine)
    receive_buffer: bytes that the system may keep while the process is busy
    """

    kind: ClassVar[str] = "ais-catcher-udp"

    port: int
    host: str = "127.0.0.1"
    receive_buffer: int = 4_194_304

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_port(self.port)
        check_positive("receive_buffer", self.receive_buffer)

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Take datagrams until cancelled; raises OSError if the address is taken."""
        splitters = SourceSplitters(health, longest=MESSAGE_BYTES, rate_limit=self.rate_limit)

        def _take(datagram: bytes, sender: str) -> None:
            sink(self.name, splitters.of(sender).whole(datagram_lines(datagram)))

        await receive_datagrams(self.host, self.port, self.receive_buffer, _take, health)


def datagram_lines(datagram: bytes) -> list[bytes]:
    """Return the messages of a datagram: one JSON object, or lines each with one of its own."""
    lines = datagram.splitlines()
    # A pretty-printed message has lines that begin with a quote or a bracket's end, single
    # messages never do.
    starts = (b"{", b"!", b"\\", b"$")
    single = all(line.lstrip().startswith(starts) for line in lines if line.strip())
    return lines if single else [as_one_line(datagram)]
