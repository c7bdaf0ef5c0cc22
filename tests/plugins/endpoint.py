"""A real HTTP server that answers as it is told and remembers what it got."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

Answered: TypeAlias = tuple[int, dict[str, str], bytes]


@dataclass
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """Where it listens, what it got, and how it answers the next request."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], Answered] = lambda _: (200, {}, b"")
    hang: threading.Event | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Endpoint]:
    """Run a server on loopback while the block runs."""
    mind = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            mind.got.append(got)
            if mind.hang is not None:
                mind.hang.wait(30)
                return
            status, headers, said = mind.answer(got)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # a client that goes away is what some tests are about
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    mind.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield mind
    finally:
        if mind.hang is not None:
            mind.hang.set()
        server.shutdown()
        server.server_close()
        thread.join()
