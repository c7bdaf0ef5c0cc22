"""What every answer carries, and who may open the live socket."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from service.web.refusing import note

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_REASONS = ("why=", "reason=", "permission=")
_LOCAL = ("127.0.0.1", "localhost", "::1", "testserver")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with, not listened on)
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def without_reason(address: str) -> str:
    """Return a path of ours without the reason that its query gives: a link states none for us."""
    path, mark, query = address.partition("?")
    kept = "&".join(one for one in query.split("&") if not unquote_plus(one).startswith(_REASONS))
    return f"{path}{mark if kept else ''}{kept}"


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


class KnownHosts:
    """ASGI middleware: refuses what asks for a name that is not ours, and has it noted.

    A foreign page may point its own name at this machine (DNS rebinding) and would then be «our
    own page» to the browser; the name in ``Host`` gives it away.
    """

    def __init__(self, app: ASGIApp, host: str, others: tuple[str, ...] = ()) -> None:
        """Wrap ``app``, which listens on ``host`` and is also known as ``others``."""
        self._app = app
        self._names = {name.lower().strip("[]") for name in (*_LOCAL, host, *others)}
        self._any_address = host in _EVERYWHERE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer through the wrapped application, or 400 (403 to a socket) with the cure."""
        if scope["type"] not in {"http", "websocket"} or self.knows(_host_of(scope)):
            await self._app(scope, receive, send)
            return
        # One group an address, not by name: whoever makes them up must not fill the audit.
        note(HTTPConnection(scope), "host", _host_of(scope), subject="a foreign name")
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = "this name is not known here: add it to web.hosts in config.yaml\n"
            await Response(text, 400, media_type="text/plain")(scope, receive, send)

    def knows(self, host: str) -> bool:
        """Return whether ``host``, as in the header Host, is one of our names."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or (self._any_address and _is_address(name))


def _host_of(scope: Scope) -> str:
    values = [value for name, value in scope["headers"] if name == b"host"]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def _is_address(name: str) -> bool:
    """Return whether ``name`` is an IP address, which nobody can point elsewhere."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def allowed_origin(
    origin: str | None, host: str, others: tuple[str, ...] = (), scheme: str = "http"
) -> bool:
    """Return whether a page of ``origin`` may open the live socket of ``scheme``://``host``.

    Browsers send the origin always and let any page try; other programs send none and may.
    """
    if origin is None or origin in others:
        return True
    return bool(host) and origin.lower() == f"{scheme}://{host}".lower()
