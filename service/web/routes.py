"""Every route of the web process; what each asks for stands in ``service.web.rights``."""

from __future__ import annotations

from starlette.routing import Route, WebSocketRoute

from service.alert_acts import ACTS as ALERT_ACTS
from service.web import (
    account,
    alert_pages,
    alert_stream,
    alerts,
    api,
    by_hand,
    cases,
    exports,
    find,
    find_saved,
    hand_over,
    health,
    hearing,
    history,
    land_tiles,
    lead_time,
    links,
    openapi,
    panel,
    papers,
    people,
    protection,
    replay,
    replay_marks,
    replay_vessel,
    replay_zones,
    sign_in,
    subject,
    trends,
    watch_log,
    zones,
)
from service.web import audit as audit_pages
from service.web.acknowledging import acknowledge
from service.web.case_acts import ACTS as CASE_ACTS
from service.web.live import asset, live, page
from service.web.purpose import with_purpose
from service.web.recall import PATIENCE_S
from service.web.workroom import answered


def all_routes() -> list[Route | WebSocketRoute]:
    """Return the routes, in the order in which they are tried."""
    return [
        Route("/", page),
        WebSocketRoute("/live", live),
        Route("/assets/{version}/{name:path}", asset),
        Route("/tiles/land", land_tiles.about),
        Route("/tiles/land/{z:int}/{x:int}/{y:int}", land_tiles.block),
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
        Route("/api/v1/traffic", api.guarded(api.traffic)),
        Route("/api/v1/feeds/faults", api.guarded(hearing.faults)),
        Route("/hearing", sign_in.guarded(hearing.shown), methods=["GET"]),
        Route("/lead-time", sign_in.guarded(lead_time.shown), methods=["GET"]),
        Route("/api/v1/lead-time", api.guarded(lead_time.as_json)),
        Route("/links", sign_in.guarded(links.shown), methods=["GET"]),
        Route("/api/v1/links", api.guarded(links.as_json, links.PATIENCE_S)),
        Route("/trends", sign_in.guarded(trends.shown), methods=["GET"]),
        Route("/trends/document", sign_in.guarded(trends.document), methods=["GET"]),
        Route("/api/v1/trends", api.guarded(trends.as_json)),
        Route("/find", sign_in.guarded(find.shown), methods=["GET"]),
        Route("/find", sign_in.guarded(find.ask), methods=["POST"]),
        Route("/find/saved", answered(find_saved.save), methods=["POST"]),
        Route("/find/saved/{id}/release", answered(find_saved.release), methods=["POST"]),
        Route("/find/saved/{id}/review", answered(find_saved.review), methods=["POST"]),
        Route("/find/saved/{id}/withdraw", answered(find_saved.withdraw), methods=["POST"]),
        Route("/api/v1/find/{question}", api.guarded(find.as_json, find.PATIENCE_S)),
        *by_hand.routes(),
        *_alerts(),
        *_exports(),
        Route("/api/v1/positions", api.guarded(history.positions)),
        Route("/api/v1/openapi.json", api.guarded(openapi.document)),
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
        ("/api/v1/replay/marks", replay_marks.marks),
        ("/api/v1/replay/vessels/{mmsi}", replay_vessel.vessel),
        ("/api/v1/replay/zones", replay_zones.editions),
        ("/api/v1/replay/zones/{edition}", replay_zones.zones),
        ("/api/v1/replay/zones/{edition}/at", replay_zones.zones_at),
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
        Route("/api/v1/alerts/stream", api.guarded(alert_stream.stream)),
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


def _exports() -> list[Route]:
    """Return the routes of exports: as pages, and for programs."""
    get, post = ["GET"], ["POST"]
    told = [
        ("/exports", exports.listed, get),
        ("/exports", exports.begin, post),
        ("/exports/new", exports.new, get),
        ("/exports/{id}", exports.one, get),
        ("/exports/{id}/file", exports.file, get),
        ("/exports/{id}/sidecar", exports.sidecar, get),
        ("/dossiers/new", with_purpose(papers.new_dossier), get),
        ("/dossiers", with_purpose(papers.make_dossier), post),
        ("/evidence/new", with_purpose(papers.new_evidence), get),
        ("/evidence", with_purpose(papers.make_evidence), post),
    ]
    asked = [
        ("/api/v1/export/{kind}", exports.ask),
        ("/api/v1/exports", exports.as_json),
        ("/api/v1/exports/{id}", exports.state),
        ("/api/v1/exports/{id}/file", exports.file),
    ]
    pages = [Route(path, sign_in.guarded(work), methods=methods) for path, work, methods in told]
    return pages + [Route(path, api.guarded(work, exports.PATIENCE_S)) for path, work in asked]


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
        ("/signed-in", account.signed_in, get),
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
