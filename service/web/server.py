"""How the web process listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from service.web.settings import WebSettings

_MOST_ASKED = 1024  # bytes; a client says «snapshot» and nothing longer


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
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=_MOST_ASKED,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)
