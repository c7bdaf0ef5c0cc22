"""The web process: the page, the live socket, the vessels' details, health and figures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from os import getuid
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware

from alerts.routing import RoutingSettings
from maps.live.page import PageSettings, render
from maps.live.whereabouts import prepare
from maps.papers.chart import sharpened
from service.alert_desk import AlertDesk
from service.anchors import AuditSettings
from service.assets import assets_folder
from service.consulting import Consulting
from service.exporting.ordering import Orders
from service.finding import finding
from service.keeping import Keeping
from service.papers.ordering import Papers
from service.people_settings import PeopleSettings
from service.proving import Proving
from service.retaining import RetentionSettings
from service.sealing import seal_of, seal_old
from service.settings import Settings
from service.signing_in import SigningIn
from service.trends.drawings import Drawings
from service.web import exports as export_pages
from service.web import noting, zones
from service.web.acknowledging import Acknowledging
from service.web.alert_log import AlertLog, StoreNumbers
from service.web.alert_stream import DISCLOSED
from service.web.disclosing import Disclosing
from service.web.doorkeeper import Doorkeeper, no_answer
from service.web.facts import Facts, StoreFacts
from service.web.files import WebFiles
from service.web.history import History
from service.web.land_tiles import LandTiles
from service.web.marking import ConcernSource, Marking, StoreConcern
from service.web.poller import Poller
from service.web.readying import Readying
from service.web.recall import Recall
from service.web.receiving import Receiving
from service.web.refusals import Refusals
from service.web.replay_zones import ZonesOfThen
from service.web.rights import check_routes
from service.web.routes import all_routes
from service.web.security import KnownHosts, SecurityHeaders
from service.web.sessions import Sessions, SessionSource, StoreSessions, StoreTokens
from service.web.sign_in import Entrance
from service.web.source import Source, StoreSource
from service.web.transactions import Transactions
from service.web.unheard import Coverage
from service.web.uploads import remove_left
from service.web.warming import Warming
from service.web.workroom import Workroom
from store.thinning import ready as thinning_ready

if TYPE_CHECKING:
    from alerts.roster import Roster
    from service.web.settings import WebSettings
    from store.thinning import Thinning

_PATIENCE_S = 120.0
_COAST = "Natural Earth 1:10m, indicative: no legal limits"


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
    audit: AuditSettings | None = None,
    retention: RetentionSettings | None = None,
    exports: Orders | None = None,
    papers: Papers | None = None,
    fine_coast: Callable[[], Path] | None = None,
) -> Starlette:
    """Return the application that reads ``dsn``; ``cell_deg`` is the side of a coverage's cell.

    ``acknowledging`` answers the links of messages; None where they have no secret.
    ``routing`` knows the offices of people, ``rosters`` who is on duty; ``keeping``: the rules of
    the list and of contacts; ``audit`` and ``retention``: what is kept, where and how long;
    ``exports`` makes files, into a folder of this user where it is not given; ``papers``: the
    documents about vessels and alerts, with the usual settings where it is not given.
    ``desk`` is where they work at alerts, None: one with the usual settings; ``demo``: the sign-in
    tells where its passwords stand; ``fine_coast`` finds the file of the fine coast, in a thread:
    None, and the map has the one that the project carries.
    Tests bring their own ``source``, ``facts``, ``files``, ``sessions`` and ``concern``.
    Raises AssetsError when the browser's files are not there and cannot be fetched, RouteError
    where a route has no row in the table of rights.
    """
    files = files or WebFiles(assets_folder())
    orders = exports or Orders(dsn, Path(gettempdir()) / f"vedetta-exports-{getuid()}")
    thinning = orders.outlet.thinning
    poller = Poller(source or StoreSource(dsn, thinning), settings.poll_s, settings.keep_h)
    people, routing = people or PeopleSettings(), routing or RoutingSettings()
    check_routes(routes := all_routes())
    app = Starlette(
        routes=routes, middleware=_middleware(settings, people), lifespan=_lifespan,
        exception_handlers={404: no_answer, 405: no_answer},
    )  # fmt: skip
    app.state.settings, app.state.poller, app.state.files = settings, poller, files
    app.state.people, app.state.routing, app.state.rosters = people, routing, rosters
    app.state.cell_deg, app.state.exercise = cell_deg, exercise
    app.state.acknowledging = acknowledging
    app.state.desk = desk or AlertDesk(dsn, routing)
    app.state.workroom = Workroom(dsn, keeping or Keeping())
    app.state.receiving = Receiving()
    _give_marks(app, dsn, concern)
    app.state.entrance = Entrance(SigningIn(dsn, people), demo=demo)
    app.state.proving = Proving(dsn, people)
    app.state.sealing = Readying(partial(seal_old, dsn, seal_of(people)))
    app.state.sessions = Sessions(sessions or StoreSessions(dsn, people, routing))
    app.state.tokens = Sessions(StoreTokens(dsn, routing))
    audit = audit or AuditSettings()
    app.state.anchor_file, app.state.anchored = audit.anchor_file, bool(audit.anchor_to)
    app.state.retention = retention or RetentionSettings()
    usual = Settings(routing=routing, exercise=exercise)
    _give_analysts(app, orders, papers or Papers(orders, usual))
    _give_reads(app, dsn, facts or StoreFacts(dsn), thinning)
    app.state.land_tiles = LandTiles(fine_coast)
    app.state.fine_land = Readying(app.state.land_tiles.load)
    app.state.page = _live_page(settings, files.prefix, exercise=exercise)
    return app


def _give_marks(app: Starlette, dsn: str, concern: ConcernSource | None) -> None:
    """Give ``app`` the marks and the stream of alerts, and what notes who was shown or refused."""
    state = app.state
    state.disclosing, state.refusals = Disclosing(dsn), Refusals(dsn)
    state.streaming, state.streams = Disclosing(dsn, row=DISCLOSED), []
    state.alert_log = AlertLog(StoreNumbers(dsn) if concern is None else None, state.routing)
    state.marking = Marking(
        concern or StoreConcern(dsn), state.poller.hub, state.routing, state.settings.poll_s,
        state.disclosing.note, state.alert_log,
    )  # fmt: skip


def _give_analysts(app: Starlette, orders: Orders, papers: Papers) -> None:
    """Give ``app`` what exports, documents, trends and questions need."""
    app.state.exports, app.state.export_threads = orders, export_pages.threads()
    app.state.papers = papers
    app.state.drawings, app.state.pencils = Drawings(), Readying(sharpened)
    app.state.questions = Readying(finding.ready)


def _middleware(settings: WebSettings, people: PeopleSettings) -> list[Middleware]:
    return [
        Middleware(SecurityHeaders),
        Middleware(KnownHosts, settings.host, settings.hosts),
        Middleware(
            Doorkeeper, people.machine_token_env, settings.token_per_min, settings.account_per_min
        ),
    ]


def _give_reads(app: Starlette, dsn: str, facts: Facts, thinning: Thinning) -> None:
    """Give ``app`` what questions are answered from, and where looks are noted."""
    app.state.facts, app.state.zones = facts, zones.ZonesInForce(facts)
    app.state.transactions, app.state.history = Transactions(dsn), History(dsn, thinning)
    app.state.past, app.state.recall = Recall(dsn, thinning), Recall(dsn, thinning)
    app.state.zones_of_then = ZonesOfThen()
    app.state.consulting, app.state.coverage = Consulting(), Coverage()
    app.state.looks, app.state.notes = noting.threads(), noting.threads()
    app.state.levelling = Readying(thinning_ready)
    app.state.shore, app.state.first_zones = Readying(prepare), Readying(app.state.zones.chart)


def _live_page(settings: WebSettings, prefix: str, *, exercise: bool) -> str:
    page = PageSettings(
        assets=prefix,
        exercise=exercise,
        coast=_COAST,
        stale_s=settings.stale_min * 60,
        lost_s=settings.lost_min * 60,
        track_h=settings.track_h,
        inbox=True,
    )
    return render(page)


async def _sharpen(app: Starlette, warming: Warming, stop: asyncio.Event) -> None:
    """Load what answers questions and draws documents, after what the map waits for; then draw."""
    await app.state.first_zones.wait(_PATIENCE_S)
    await app.state.shore.wait(_PATIENCE_S)
    app.state.questions.start()
    await app.state.questions.wait(_PATIENCE_S)
    app.state.pencils.start()
    await app.state.pencils.wait(_PATIENCE_S)
    await warming.run(stop)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    await asyncio.to_thread(remove_left)
    stop, poller = asyncio.Event(), app.state.poller
    polling = asyncio.create_task(poller.run(stop))
    marking = asyncio.create_task(app.state.marking.run(stop))
    # What was shown, to whom, and what was refused: written behind the answers.
    noting = asyncio.gather(
        *(one.run(stop) for one in (app.state.disclosing, app.state.streaming, app.state.refusals))
    )
    warming = Warming(app.state.transactions, app.state.routing, app.state.drawings,
                      app.state.export_threads)  # fmt: skip
    app.state.levelling.start()
    app.state.shore.start()
    app.state.first_zones.start()
    app.state.sealing.start()
    app.state.fine_land.start()
    sharpening = asyncio.create_task(_sharpen(app, warming, stop))
    covering = asyncio.create_task(app.state.coverage.run(app.state.facts, poller))
    yield
    stop.set()
    sharpening.cancel()
    covering.cancel()
    await polling
    await marking
    await noting
    poller.close()
    await asyncio.to_thread(app.state.desk.close)
    await asyncio.to_thread(poller.source.close)
    app.state.zones.close()
    app.state.workroom.uploads.close()
    for reads in (app.state.past, app.state.recall):
        await asyncio.to_thread(reads.close)
    await asyncio.to_thread(app.state.facts.close)
    await asyncio.to_thread(app.state.history.close)
    for source in (app.state.sessions.source, app.state.tokens.source):
        await asyncio.to_thread(source.close)
