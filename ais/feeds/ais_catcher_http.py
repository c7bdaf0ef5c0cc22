"""The feed that AIS-catcher posts to (its ``-H URL``): an HTTP server for one kind of request.

h11 reads the requests and asyncio the sockets; the web framework stays where people's pages are.
Source: https://docs.aiscatcher.org/configuration/output/HTTP/.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
from dataclasses import dataclass, field
from typing import ClassVar

import h11
import structlog

from ais.feed import FeedError, FeedHealth, Sink, one_line
from ais.feeds.listen import listening_on
from ais.feeds.posts import BODY_BYTES, Refusal, inflate, posted_messages
from ais.feeds.seats import Seat, Seats
from ais.feeds.settings import MESSAGE_BYTES, FeedSettings, check_port, check_positive
from ais.feeds.splitting import SourceSplitters

log = structlog.get_logger(__name__)

_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class AisCatcherHttpFeed(FeedSettings):
    """A small HTTP server; ``rate_limit`` counts messages for each sender's host by itself.

    host, port, path: the URL that AIS-catcher posts to, without encryption: put a proxy before it
        where that is needed
    login_variable: environment variable with "user:password" (its ``USERPWD``), "" = no log-in
    max_body: bytes of a body, packed and unpacked
    max_clients: connections beyond this are closed at once and counted
    request_timeout_s: how long one request may take, from its first byte or the last answer
    """

    kind: ClassVar[str] = "ais-catcher-http"

    port: int
    host: str = "127.0.0.1"
    path: str = "/"
    login_variable: str = ""
    max_body: int = BODY_BYTES
    max_clients: int = 64
    request_timeout_s: float = 120.0

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_port(self.port)
        check_positive("max_body", self.max_body)
        check_positive("max_clients", self.max_clients)
        check_positive("request_timeout_s", self.request_timeout_s)
        if not self.path.startswith("/"):
            raise ValueError(f"path {self.path!r}: expected one that begins with /")

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Serve until cancelled; raises OSError if the address is taken, or what a sink raises."""
        desk = _Desk(self, sink, health, self._login())
        server = await asyncio.start_server(desk.serve, self.host, self.port)
        try:
            health.connected(listening_on(server))
            await desk.fault
        finally:
            server.close()
            await desk.leave()

    def _login(self) -> bytes:
        if not self.login_variable:
            return b""
        login = os.environ.get(self.login_variable, "")
        if ":" not in login:
            raise FeedError(
                f"environment variable {self.login_variable} holds no user:password: set it and"
                " start again",
                permanent=True,
            )
        return b"Basic " + base64.b64encode(login.encode())


@dataclass(slots=True)
class _Desk:
    """Takes posts: checks, unpacks, cuts into messages, hands on, answers."""

    feed: AisCatcherHttpFeed
    sink: Sink
    health: FeedHealth
    login: bytes
    seats: Seats = field(init=False)
    splitters: SourceSplitters = field(init=False)
    fault: asyncio.Future[None] = field(init=False)

    def __post_init__(self) -> None:
        self.splitters = SourceSplitters(
            self.health, longest=MESSAGE_BYTES, rate_limit=self.feed.rate_limit
        )
        self.fault = asyncio.get_running_loop().create_future()
        self.seats = Seats(self.feed.max_clients, self.health)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        seat = self.seats.take(str(writer.get_extra_info("peername")[0]))
        if seat is None:
            writer.close()
            return
        try:
            await self._converse(h11.Connection(h11.SERVER), reader, writer, seat)
        except (TimeoutError, ConnectionError, h11.ProtocolError) as error:
            log.info("client_left", feed=self.feed.name, error=one_line(error))
        except Exception as error:  # noqa: BLE001  (goes to the runner, which catches all)
            if not self.fault.done():
                self.fault.set_exception(error)
        finally:
            self.seats.leave(seat)
            writer.close()

    async def _converse(
        self,
        talk: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        seat: Seat,
    ) -> None:
        while True:
            async with asyncio.timeout(self.feed.request_timeout_s):
                try:
                    request, body = await self._request(talk, reader, writer)
                    if request is None:
                        return
                    self._take(request, body, seat)
                    status, text = 200, "OK"
                except Refusal as refusal:
                    self.health.drop(f"post refused: {refusal.status}")
                    status, text = refusal.status, str(refusal)
                # Answering one that is still sending: it is read no further, so it must go.
                done = talk.their_state is h11.DONE
                writer.write(_answer(talk, status, text, close=not done))
                await writer.drain()
            if not done or talk.our_state is not h11.DONE:
                return
            talk.start_next_cycle()

    async def _request(
        self, talk: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[h11.Request | None, bytes]:
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = talk.next_event()
            if event is h11.NEED_DATA:
                # libcurl holds a larger body back until it is told to go on, or has waited in
                # vain.
                if talk.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[])
                    writer.write(talk.send(go_on) or b"")
                talk.receive_data(await reader.read(_CHUNK_BYTES))
            elif isinstance(event, h11.Request):
                request = event
                self._check(request)
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > self.feed.max_body:
                    raise Refusal(413, f"body: expected at most {self.feed.max_body} bytes")
            else:  # the end of the message, or of the connection
                return (request if isinstance(event, h11.EndOfMessage) else None), bytes(body)

    def _check(self, request: h11.Request) -> None:
        headers = dict(request.headers)
        # Compared in constant time: answers that differ in speed would spell the password out.
        if self.login and not hmac.compare_digest(headers.get(b"authorization", b""), self.login):
            raise Refusal(401, "log in with the user and password of this feed")
        if request.target.split(b"?")[0] != self.feed.path.encode():
            raise Refusal(404, f"expected the path {self.feed.path}")
        if request.method != b"POST":
            raise Refusal(405, "expected POST")
        length = headers.get(b"content-length", b"0")
        # Refused before it is read; a body without a length is counted while it comes in.
        if int(length) > self.feed.max_body:
            raise Refusal(413, f"body: expected at most {self.feed.max_body} bytes")

    def _take(self, request: h11.Request, body: bytes, seat: Seat) -> None:
        encoding = dict(request.headers).get(b"content-encoding", b"")
        messages = posted_messages(inflate(body, encoding, self.feed.max_body))
        self.seats.heard(seat)
        self.sink(self.feed.name, self.splitters.of(seat.host).whole(messages))

    async def leave(self) -> None:
        """Let every client go."""
        self.fault.cancel()
        await self.seats.clear()


def _answer(talk: h11.Connection, status: int, text: str, *, close: bool) -> bytes:
    """Return a whole response with ``text`` and a line end as its body."""
    body = f"{text}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    if status == 401:  # noqa: PLR2004  (without the challenge some clients never log in)
        headers.append(("WWW-Authenticate", 'Basic realm="feed"'))
    if close:
        headers.append(("Connection", "close"))
    response = talk.send(h11.Response(status_code=status, headers=headers))
    parts = (response, talk.send(h11.Data(data=body)), talk.send(h11.EndOfMessage()))
    return b"".join(part for part in parts if part)
