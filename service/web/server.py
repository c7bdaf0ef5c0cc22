"""How the web process listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from service.web.live_socket import Answers, LiveSocket

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from service.web.settings import WebSettings

_MOST_ASKED = 1024  # bytes; a client says «snapshot» and nothing longer
_POLL_S = 0.02


def server_of(app: Starlette, settings: WebSettings) -> uvicorn.Server:
    """Return the server of ``app``, not yet started.

    Frames are encoded once for all clients, so they are not compressed again for each of them.
    """
    config = uvicorn.Config(
        app,
        settings.host,
        settings.port,
        log_config=None,
        access_log=False,
        http=Answers,
        ws=LiveSocket,
        ws_per_message_deflate=False,
        ws_ping_interval=settings.silent_s / 2,
        ws_ping_timeout=settings.silent_s,
        ws_max_size=_MOST_ASKED,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@contextmanager
def running(app: Starlette, settings: WebSettings) -> Iterator[str]:
    """Serve ``app`` in a thread while the block runs; yield its address, ``http://host:port``.

    Raises RuntimeError when it cannot listen.
    """
    server = server_of(app, settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(_POLL_S)
        if not thread.is_alive():
            msg = f"port {settings.port} on {settings.host} cannot be listened on: choose another"
            raise RuntimeError(msg)
    try:
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
