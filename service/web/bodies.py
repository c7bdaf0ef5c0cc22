"""How long a form may be, and reading what was sent: at most so many bytes, within a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from starlette.exceptions import HTTPException

from service.intake import MAX_BYTES
from service.web.receiving import MIB
from service.web.refusing import path_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive

_MOST_BYTES, _PATIENCE_S = 8 << 20, 60.0
LONGER: dict[str, int] = {"/cases/{id}/files": 26 << 20}
"""Routes whose forms may be longer than others, with the bytes that they may have."""
UPLOADS: dict[str, int] = {
    "/zones/import": 1 << 40, "/watchlist/import": MAX_BYTES, "/watchlist/check": MAX_BYTES,
}  # fmt: skip
"""Routes whose files go to the disk as they come, with the bytes that their readers take at most;
``web.upload_mib`` holds for all of them."""


def upload_bytes(request: Request, path: str = "") -> int:
    """Return how large a file may come by ``path`` (default: the route's), 0 for none."""
    most = UPLOADS.get(path or path_of(request), 0)
    return min(most, int(request.app.state.settings.upload_mib) * MIB)


def most_bytes(request: Request) -> int:
    """Return how long the form of this route may be."""
    return LONGER.get(path_of(request), _MOST_BYTES)


async def body_of(request: Request, most: int) -> bytes:
    """Return what was sent; raises HTTPException beyond ``most`` bytes, or where it takes long."""
    body = bytearray()
    try:
        with anyio.fail_after(_PATIENCE_S):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise HTTPException(413, f"this is too long; expected at most {most:,} bytes")
    except TimeoutError:
        raise HTTPException(408, "this came too slowly; send it again") from None
    return bytes(body)


def replayed(body: bytes) -> Receive:
    """Return a ``receive`` that gives ``body`` and then nothing."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        """Give the body once."""
        return parts.pop() if parts else {"type": "http.disconnect"}

    return receive
