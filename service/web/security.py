"""What every answer carries, and who may open the live socket."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page_policy(nonce: str) -> str:
    """Return the page's content security policy: our own files, one inline script."""
    return (
        f"{_NOTHING}; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'"
    )


class SecurityHeaders:
    """ASGI middleware: adds the headers to every answer; a page brings its own policy."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer through the wrapped application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                names = {name.lower() for name, _ in headers}
                headers += [pair for pair in _HEADERS if pair[0] not in names]
                if b"content-security-policy" not in names:
                    headers.append((b"content-security-policy", _NOTHING.encode()))
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, answer)


def allowed_origin(origin: str | None, host: str, others: tuple[str, ...] = ()) -> bool:
    """Return whether a page of ``origin`` may open the live socket of ``host``.

    Browsers send the origin always and let any page try; other programs send none and may.
    """
    if origin is None or origin in others:
        return True
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
