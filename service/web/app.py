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
from service.alert_acts import ACTS as ALERT_ACTS
from service.alert_desk import AlertDesk
from service.assets import assets_folder
from service.consulting import Consulting
from service.keeping import Keeping
from service.people_settings import PeopleSettings
from service.proving import Proving
from service.signing_in import SigningIn
from service.web import (
    account,
    alert_pages,
    alerts,
    api,
    by_hand,
    cases,
    hand_over,
    health,
    panel,
    people,
    presence,
    replay,
    sign_in,
    watch_log,
    zones,
)
from service.web.acknowledging import Acknowledging, acknowledge
from service.web.case_acts import ACTS as CASE_ACTS
from service.web.doorkeeper import SIGNED_OUT, Doorkeeper, no_answer
from service.web.facts import Facts, StoreFacts
from service.web.files import WebFiles
from service.web.marking import ConcernSource, Marking, StoreConcern
from service.web.poller import Poller
from service.web.readying import Readying
from service.web.recall import PATIENCE_S, Recall
from service.web.rights import check_routes
from service.web.security import KnownHosts, SecurityHeaders, allowed_origin, page_policy
from service.web.sessions import Sessions, SessionSource, StoreSessions, StoreTokens, token_of
from service.web.sign_in import Entrance
from service.web.source import Source, StoreSource
from service.web.transactions import Transactions
from service.web.workroom import Workroom

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from alerts.roster import Roster
    from service.web.hub import Client, Hub
    from service.web.settings import WebSettings

_COAST = "Natural Earth 1:10m, indicative: no legal limits"
_TRY_LATER, _REFUSED = 1013, 1008
_BREATH_S = 0.02
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
    rosters: tuple[Roster, ...] = (),
    keeping: Keeping | None = None,
    desk: AlertDesk | None = None,
    concern: ConcernSource | None = None,
    demo: bool = False,
) -> Starlette:
    """Return the application that reads ``dsn``; ``cell_deg`` is the side of a coverage's cell.

    ``acknowledging`` answers the links of messages; None where they have no secret.
    ``routing`` knows the offices of people, ``rosters`` who is on duty; ``keeping``: the rules of
    the list and of contacts; ``desk`` is where they work at alerts, None: one with the usual
    settings; ``demo``: the sign-in tells where its passwords stand.
    Tests bring their own ``source``, ``facts``, ``files``, ``sessions`` and ``concern``.
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
        Middleware(Doorkeeper, people.machine_token_env),
    ]
    routes = _routes()
    check_routes(routes)
    errors = {404: no_answer, 405: no_answer}
    app = Starlette(
        routes=routes, middleware=middleware, exception_handlers=errors, lifespan=_lifespan
    )
    app.state.people, app.state.routing = people, routing
    app.state.desk = desk or AlertDesk(dsn, routing)
    marking = Marking(concern or StoreConcern(dsn), poller.hub, routing, settings.poll_s)
    app.state.marking = marking
    app.state.sessions = Sessions(sessions or StoreSessions(dsn, people, routing))
    app.state.rosters, app.state.transactions = rosters, Transactions(dsn)
    app.state.proving = Proving(dsn, people)
    app.state.tokens = Sessions(StoreTokens(dsn, routing))
    app.state.entrance = Entrance(SigningIn(dsn, people), demo=demo)
    app.state.settings, app.state.poller, app.state.files = settings, poller, files
    app.state.cell_deg, app.state.exercise = cell_deg, exercise
    app.state.acknowledging = acknowledging
    app.state.workroom = Workroom(dsn, keeping or Keeping())
    app.state.facts, app.state.zones = facts, zones.ZonesInForce(facts)
    app.state.past, app.state.recall = Recall(dsn), Recall(dsn)
    app.state.consulting = Consulting()
    app.state.shore, app.state.first_zones = Readying(prepare), Readying(app.state.zones.chart)
    app.state.page = render(
        PageSettings(
            assets=files.prefix,
            exercise=exercise,
            coast=_COAST,
            stale_s=settings.stale_min * 60,
            lost_s=settings.lost_min * 60,
            track_h=settings.track_h,
            inbox=True,
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
        *_watch(),
        *_cases(),
        Route("/api/v1/vessels", api.guarded(api.search)),
        Route("/api/v1/vessels/{mmsi}", api.guarded(api.vessel)),
        Route("/api/v1/vessels/{mmsi}/track", api.guarded(api.track)),
        Route("/api/v1/vessels/{mmsi}/identity", api.guarded(api.identity)),
        *_past(),
        Route("/api/v1/zones", api.guarded(zones.zones)),
        Route("/api/v1/zones/at", api.guarded(zones.zones_at)),
        Route("/api/v1/coverage", api.guarded(api.coverage)),
        *by_hand.routes(),
        *_alerts(),
        Route("/health", health.health),
        Route("/health/live", health.alive),
        Route("/metrics", health.metrics),
    ]


def _past() -> list[Route]:
    """Return the routes of replay and of the vessel's panel."""
    told = [
        ("/api/v1/replay", replay.replay),
        ("/api/v1/replay/span", replay.stored),
        ("/api/v1/replay/alerts", replay.told),
        ("/api/v1/vessels/{mmsi}/reports", panel.reports),
        ("/api/v1/vessels/{mmsi}/receivers", panel.receivers),
        ("/api/v1/vessels/{mmsi}/port-calls", panel.port_calls),
        ("/api/v1/vessels/{mmsi}/events", panel.events),
        ("/api/v1/vessels/{mmsi}/alerts", panel.alerts),
        ("/api/v1/vessels/{mmsi}/listing", panel.listing),
    ]
    return [Route(path, api.guarded(work, PATIENCE_S)) for path, work in told]


def _alerts() -> list[Route]:
    """Return the routes of alerts: as JSON, as pages, and what people do with them."""
    post = ["POST"]
    return [
        Route("/api/v1/alerts", api.guarded(alerts.listing)),
        Route("/api/v1/alerts/{id}", api.guarded(alerts.detail)),
        Route("/api/v1/alerts/{id}/people", api.guarded(alerts.people)),
        *(
            Route(f"/api/v1/alerts/{{id}}/{act}", api.guarded(alerts.doing(act)), methods=post)
            for act in ALERT_ACTS
        ),
        Route("/alerts", sign_in.guarded(alert_pages.listing), methods=["GET"]),
        Route("/alerts/{id}", sign_in.guarded(alert_pages.one), methods=["GET"]),
        *(
            Route(f"/alerts/{{id}}/{act}", sign_in.guarded(alert_pages.doing(act)), methods=post)
            for act in alert_pages.ACTS
        ),
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
    ]
    pages = [Route(path, sign_in.guarded(work), methods=methods) for path, work, methods in told]
    return [*pages, Route("/api/v1/me", api.guarded(account.me))]


def _watch() -> list[Route]:
    """Return the routes of the watch log and of hand-overs."""
    get, post = ["GET"], ["POST"]
    told = [
        ("/log", watch_log.log, get),
        ("/log/notes", watch_log.add_note, post),
        ("/log/hand-over", hand_over.ask, get),
        ("/log/hand-over", hand_over.sign, post),
        ("/log/hand-overs", hand_over.listed, get),
        ("/log/hand-overs/{id}", hand_over.shown, get),
        ("/log/hand-overs/{id}/signature", hand_over.take_over, post),
    ]
    pages = [Route(path, sign_in.guarded(work), methods=methods) for path, work, methods in told]
    return [*pages, Route("/api/v1/log", api.guarded(watch_log.as_json))]


def _cases() -> list[Route]:
    """Return the routes of cases: an act is a row of ACTS."""
    get, post = ["GET"], ["POST"]
    told = [
        ("/cases", cases.listed, get),
        ("/cases", cases.begin, post),
        ("/cases/new", cases.new, get),
        ("/cases/{id}", cases.shown, get),
        ("/cases/{id}/files/{file}", cases.file, get),
        *((f"/cases/{{id}}/{name}", cases.act, post) for name in CASE_ACTS),
    ]
    pages = [Route(path, sign_in.guarded(work), methods=methods) for path, work, methods in told]
    return [*pages, Route("/api/v1/cases", api.guarded(cases.as_json))]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    stop, poller = asyncio.Event(), app.state.poller
    polling = asyncio.create_task(poller.run(stop))
    marking = asyncio.create_task(app.state.marking.run(stop))
    app.state.shore.start()
    app.state.first_zones.start()
    yield
    stop.set()
    await polling
    await marking
    poller.close()
    await asyncio.to_thread(app.state.desk.close)
    await asyncio.to_thread(poller.source.close)
    app.state.zones.close()
    app.state.workroom.uploads.close()
    for reads in (app.state.past, app.state.recall):
        await asyncio.to_thread(reads.close)
    await asyncio.to_thread(app.state.facts.close)
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


def _ours(socket: WebSocket, settings: WebSettings) -> bool:
    scheme = "https" if socket.url.scheme == "wss" else "http"
    headers = socket.headers
    host = headers.get("host", "")
    return allowed_origin(headers.get("origin"), host, settings.origins, scheme)


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
