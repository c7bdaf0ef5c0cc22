"""Live sockets as sleeping machines have them, and a server that shows its own ends."""

from __future__ import annotations

import base64
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from service.web.server import server_of

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Server

    from service.web.hub import Hub
    from service.web.settings import WebSettings

_PATIENCE_S = 60.0


@dataclass
class Served:
    """A web process in a thread: its app, its server and ``host``, ``port`` where it listens."""

    app: Starlette
    server: Server
    host: str
    port: int

    @property
    def hub(self) -> Hub:
        return self.app.state.poller.hub

    def waiting_bytes(self) -> list[int]:
        """What waits before each socket, beyond what the system took."""
        ends = list(self.server.server_state.connections)
        return [end.transport.get_write_buffer_size() for end in ends]


@contextmanager
def served(app: Starlette, settings: WebSettings) -> Iterator[Served]:
    server = server_of(app, settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield Served(app, server, host, port)
    finally:
        server.should_exit = True
        thread.join()


def until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            pytest.fail("it never came")
        time.sleep(0.02)


class Frozen:
    """A browser that opens a live socket and then never reads nor answers; it may still speak."""

    def __init__(self, host: str, port: int, token: str, room: int = 4096) -> None:
        self.way = socket.socket()
        self.way.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.way.connect((host, port))
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.way.sendall(
            f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Cookie: vedetta={token}\r\n\r\n".encode()
        )
        heard = b""
        while not heard.endswith(b"\r\n\r\n"):
            heard += self.way.recv(1)
        assert b" 101 " in heard, heard

    def say(self, text: str) -> None:
        """Send a text, shorter than 126 bytes, masked by zeros."""
        self.way.sendall(bytes([0x81, 0x80 | len(text)]) + bytes(4) + text.encode())

    def close(self) -> None:
        self.way.close()
