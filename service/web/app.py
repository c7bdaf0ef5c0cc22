"""The web process: the page, the live socket, the vessels' details, health and figures."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from alerts.routing import RoutingSettings
from maps.live.page import NONCE, PageSettings, render
from maps.live.whereabouts import prepare
from service.anchors import AuditSettings
from service.assets import assets_folder
from service.keeping import RetentionSettings
from service.people_settings import PeopleSettings
from service.signing_in import SigningIn
from service.web import (
    account,
    api,
    health,
    history,
    noting,
    openapi,
    people,
    protection,
    sign_in,
    subject,
    zones,
)
from service.web import audit as audit_pages
from service.web.acknowledging import Acknowledging, acknowledge
from service.web.doorkeeper import SIGNED_OUT, Doorkeeper, no_answer
from service.web.facts import Facts, StoreFacts
from service.web.files import WebFiles
from service.web.history import History
from service.web.poller import Poller
from service.web.readying import Readying
from service.web.rights import check_routes
from service.web.security import KnownHosts, SecurityHeaders, allowed_origin, page_policy
from service.web.sessions import Sessions, SessionSource, StoreSessions, StoreTokens, token_of
from service.web.sign_in import Entrance
from service.web.source import Source, StoreSource

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from service.web.hub import Client, Hub
    from service.web.settings import WebSettings

_COAST = "Natural Earth 1:10m, indicative: no legal limits"
_TRY_LATER, _REFUSED = 1013, 1008
_STILL_IN_S = 5.0  # an open map asks so often whether its person is still signed in


def create_app(  # noqa: PLR0913 (each but two has a default and is given by name)
    settings: WebSettings,
    dsn: str,
    *,
    exercise: bool = False,
    cell_deg: float = 0.25,
    source: Source | None = None,
    files: WebFiles | None = None,
    facts: Facts | None = None,
    acknowledging: Acknowledging | None = None,
    people: PeopleSettings | None = None,
    routing: RoutingSettings | None = None,
    sessions: SessionSource | None = None,
    demo: bool = False,
    audit: AuditSettings | None = None,
    retention: RetentionSettings | None = None,
) -> Starlette:
    """Return the application that reads ``dsn``; ``cell_deg`` is the side of a coverage's cell.

    ``acknowledging`` answers the links of messages; None where they have no secret.
    ``routing`` knows the offices of people, ``audit`` and ``retention`` what is kept and where;
    ``demo``: the sign-in tells where its passwords stand.
    Tests bring their own ``source``, ``facts``, ``files`` and ``sessions``.
    Raises AssetsError when the browser's files are not there and cannot be fetched, RouteError
    where a route has no row in the table of rights.
    """
    files = files or WebFiles(assets_folder())
    poller = Poller(source or StoreSource(dsn), settings.poll_s, settings.keep_h)
    facts = facts or StoreFacts(dsn)
    people, routing = people or PeopleSettings(), routing or RoutingSettings()
    middleware = [
        Middleware(SecurityHeaders),
        Middleware(KnownHosts, settings.host, settings.hosts),
        Middleware(
            Doorkeeper, people.machine_token_env, settings.token_per_min, settings.account_per_min
        ),
    ]
    routes = _routes()
    check_routes(routes)
    errors = {404: no_answer, 405: no_answer}
    app = Starlette(
        routes=routes, middleware=middleware, exception_handlers=errors, lifespan=_lifespan
    )
    app.state.people, app.state.routing = people, routing
    app.state.sessions = Sessions(sessions or StoreSessions(dsn, people, routing))
    app.state.tokens = Sessions(StoreTokens(dsn, routing))
    app.state.entrance = Entrance(SigningIn(dsn, people), demo=demo)
    app.state.settings, app.state.poller, app.state.files = settings, poller, files
    app.state.cell_deg, app.state.exercise = cell_deg, exercise
    app.state.acknowledging = acknowledging
    audit = audit or AuditSettings()
    app.state.anchor_file, app.state.anchored = audit.anchor_file, bool(audit.anchor_to)
    app.state.retention, app.state.looks = retention or RetentionSettings(), noting.threads()
    app.state.history = History(dsn)
    app.state.facts, app.state.zones = facts, zones.ZonesInForce(facts)
    app.state.shore, app.state.first_zones = Readying(prepare), Readying(app.state.zones.chart)
    app.state.page = render(
        PageSettings(
            assets=files.prefix,
            exercise=exercise,
            coast=_COAST,
            stale_s=settings.stale_min * 60,
            lost_s=settings.lost_min * 60,
            track_h=settings.track_h,
        )
    )
    return app


def _routes() -> list[Route | WebSocketRoute]:
    return [
        Route("/", page),
        WebSocketRoute("/live", live),
        Route("/assets/{version}/{name:path}", asset),
        Route("/ack/{token}", acknowledge, methods=["GET", "POST"]),
        *_people(),
        Route("/api/v1/vessels", api.guarded(api.search)),
        Route("/api/v1/vessels/{mmsi}", api.guarded(api.vessel)),
        Route("/api/v1/vessels/{mmsi}/track", api.guarded(api.track)),
        Route("/api/v1/vessels/{mmsi}/identity", api.guarded(api.identity)),
        Route("/api/v1/zones", api.guarded(zones.zones)),
        Route("/api/v1/zones/at", api.guarded(zones.zones_at)),
        Route("/api/v1/coverage", api.guarded(api.coverage)),
        Route("/api/v1/positions", api.guarded(history.positions)),
        Route("/api/v1/openapi.json", api.guarded(openapi.document)),
        Route("/health", health.health),
        Route("/health/live", health.alive),
        Route("/metrics", health.metrics),
    ]


def _people() -> list[Route]:
    """Return the routes of signing in and of one's own account."""
    get, post = ["GET"], ["POST"]
    steps = {"password": sign_in.own_password, "enrol": sign_in.enrol, "code": sign_in.code}
    told = [
        ("/sign-in", sign_in.sign_in, get),
        ("/sign-in", sign_in.begin, post),
        *((f"/sign-in/{name}", sign_in.step, get) for name in steps),
        *((f"/sign-in/{name}", work, post) for name, work in steps.items()),
        ("/sign-out", sign_in.sign_out, post),
        ("/account", account.account, get),
        ("/account/password", account.change_password, post),
        ("/account/sign-out-everywhere", sign_in.sign_out_everywhere, post),
    ]
    told += [
        ("/account/tokens", account.add_token, post),
        ("/account/tokens/remove", account.remove_token, post),
        ("/people", people.listed, get),
        ("/people", people.add, post),
        ("/people/new", people.new, get),
        ("/people/{account}", people.one, get),
        ("/people/{account}", people.edit, post),
        ("/people/{account}/{act}", people.act, post),
        ("/audit", audit_pages.listed, get),
        ("/audit/export.csv", audit_pages.export, get),
        ("/audit/verify", audit_pages.prove, post),
        ("/audit/{number:int}", audit_pages.one, get),
        ("/data-protection", protection.shown, get),
        ("/data-protection/subject", subject.form, get),
        ("/data-protection/subject", subject.search, post),
        ("/api", openapi.readable, get),
    ]
    pages = [Route(path, sign_in.guarded(work), methods=methods) for path, work, methods in told]
    return [*pages, Route("/api/v1/me", api.guarded(account.me))]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    stop, poller = asyncio.Event(), app.state.poller
    polling = asyncio.create_task(poller.run(stop))
    app.state.shore.start()
    app.state.first_zones.start()
    yield
    stop.set()
    await polling
    poller.close()
    await asyncio.to_thread(poller.source.close)
    app.state.zones.close()
    await asyncio.to_thread(app.state.facts.close)
    await asyncio.to_thread(app.state.history.close)
    for source in (app.state.sessions.source, app.state.tokens.source):
        await asyncio.to_thread(source.close)


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
    if not _ours(socket, settings):
        await socket.close(_REFUSED)
        return
    peer = socket.client.host if socket.client else ""
    if len(hub.clients) >= settings.max_clients or hub.open_of(peer) >= settings.max_per_peer:
        await socket.accept()
        await socket.close(_TRY_LATER, "too many open maps")
        return
    # Counted before anything is awaited: of many that come at once none slips through.
    client = hub.join(peer)
    try:
        await socket.accept()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_send, socket, hub, client)
            tasks.start_soon(_until_signed_out, socket)
            await _receive(socket, client)
            tasks.cancel_scope.cancel()
    finally:
        hub.leave(client)


async def _until_signed_out(socket: WebSocket) -> None:
    """Close the socket once its session has ended, or its person may not see the map any more."""
    sessions: Sessions = socket.app.state.sessions
    person = socket.state.person
    while person is not None and person.may("map.read"):
        await asyncio.sleep(_STILL_IN_S)
        with suppress(Exception):  # the database is away: who was in stays in
            person = await sessions.person(token_of(socket))
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(SIGNED_OUT, "signed out")


def _ours(socket: WebSocket, settings: WebSettings) -> bool:
    scheme = "https" if socket.url.scheme == "wss" else "http"
    headers = socket.headers
    host = headers.get("host", "")
    return allowed_origin(headers.get("origin"), host, settings.origins, scheme)


async def _send(socket: WebSocket, hub: Hub, client: Client) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            for part in await hub.next(client):
                if isinstance(part, str):
                    await socket.send_text(part)
                else:
                    await socket.send_bytes(part)


async def _receive(socket: WebSocket, client: Client) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") == "snapshot":
                client.ask_snapshot()
