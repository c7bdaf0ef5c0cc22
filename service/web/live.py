"""The live map's page, our own files, and the socket that keeps the map up to date."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio
from starlette.responses import HTMLResponse, Response
from starlette.websockets import WebSocketDisconnect

from maps.live.page import NONCE
from service.web import presence
from service.web.doorkeeper import SIGNED_OUT
from service.web.refusing import too_often
from service.web.security import page_policy
from service.web.sessions import Sessions, token_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from service.web.files import WebFiles
    from service.web.hub import Client, Hub
    from service.web.settings import WebSettings

_TRY_LATER = 1013
_BREATH_S = 0.02
_STILL_IN_S = 5.0  # an open map asks so often whether its person is still signed in


async def page(request: Request) -> Response:
    """Answer the live map's page, with a nonce of its own."""
    nonce = secrets.token_urlsafe(16)
    headers = {
        "content-security-policy": page_policy(nonce),
        "cache-control": "no-store",
        # Under no-referrer a browser says «Origin: null» with what our own page sends.
        "referrer-policy": "same-origin",
    }
    return HTMLResponse(request.app.state.page.replace(NONCE, nonce), headers=headers)


async def asset(request: Request) -> Response:
    """Answer one of our files."""
    files: WebFiles = request.app.state.files
    return files.answer(request)


async def live(socket: WebSocket) -> None:
    """Send snapshot, deltas and status until the client leaves (docs/live-map.md)."""
    settings: WebSettings = socket.app.state.settings
    hub: Hub = socket.app.state.poller.hub
    peer = socket.client.host if socket.client else ""
    if len(hub.clients) >= settings.max_clients or hub.open_of(peer) >= settings.max_per_peer:
        too_often(socket, "too many open maps")
        await socket.accept()
        await socket.close(_TRY_LATER, "too many open maps")
        return
    # Counted before anything is awaited: of many that come at once none slips through.
    client = hub.join(peer, socket.state.person)
    socket.app.state.marking.give(client)
    try:
        await socket.accept()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_send, socket, hub, client)
            tasks.start_soon(_until_signed_out, socket, hub, client)
            await _receive(socket, hub, client)
            tasks.cancel_scope.cancel()
    finally:
        hub.leave(client)
        presence.left(hub, client)


async def _until_signed_out(socket: WebSocket, hub: Hub, client: Client) -> None:
    """Close the socket once its session has ended, or its person may not see the map any more."""
    sessions: Sessions = socket.app.state.sessions
    person = socket.state.person
    while person is not None and person.may("map.read"):
        await asyncio.sleep(_STILL_IN_S)
        with suppress(Exception):  # the database is away: who was in stays in
            person = await sessions.person(token_of(socket))
            client.person = person
            socket.app.state.marking.give(client)
            presence.judge(hub, client)
    # At once: a browser that reads nothing would hold up the closing, and be told all the same.
    hub.leave(client)
    presence.left(hub, client)
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(SIGNED_OUT, "signed out")


async def _send(socket: WebSocket, hub: Hub, client: Client) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            part = await hub.next(client)
            if isinstance(part, str):
                await socket.send_text(part)
            else:
                await socket.send_bytes(part)


async def _receive(socket: WebSocket, hub: Hub, client: Client) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text") or ""
            if text == "snapshot":
                client.ask_snapshot()
            elif text:
                presence.take(hub, client, text)
            # A browser that never stops talking waits; it cannot keep the others waiting.
            await asyncio.sleep(_BREATH_S)
