"""The table of routes: which deed each one is. A route without a row stops the start."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match, Route, WebSocketRoute
from starlette.types import Scope

from service.errors import ServiceError
from service.rights import DEEDS

PUBLIC = "public"
"""Anybody may: signing in, our files, the links of messages (which carry their own right)."""
MACHINE = "machine"
"""Somebody signed in, this machine, or who has the machines' token (docs/people.md)."""

ROUTES: dict[tuple[str, str], str] = {
    ("GET", "/"): "map.read",
    ("SOCKET", "/live"): "map.read",
    ("GET", "/assets/{version}/{name:path}"): PUBLIC,
    ("GET", "/tiles/land"): "map.read",
    ("GET", "/tiles/land/{z:int}/{x:int}/{y:int}"): "map.read",
    ("GET", "/ack/{token}"): PUBLIC,
    ("POST", "/ack/{token}"): PUBLIC,
    ("GET", "/sign-in"): PUBLIC,
    ("POST", "/sign-in"): PUBLIC,
    ("GET", "/sign-in/password"): PUBLIC,
    ("POST", "/sign-in/password"): PUBLIC,
    ("GET", "/sign-in/enrol"): PUBLIC,
    ("POST", "/sign-in/enrol"): PUBLIC,
    ("GET", "/sign-in/code"): PUBLIC,
    ("POST", "/sign-in/code"): PUBLIC,
    ("POST", "/sign-out"): "account.own",
    ("GET", "/signed-in"): "account.own",
    ("GET", "/account"): "account.own",
    ("POST", "/account/password"): "account.own",
    ("POST", "/account/sign-out-everywhere"): "account.own",
    ("POST", "/account/tokens"): "account.own",
    ("POST", "/account/tokens/remove"): "account.own",
    ("GET", "/people"): "people.manage",
    ("POST", "/people"): "people.manage",
    ("GET", "/people/new"): "people.manage",
    ("GET", "/people/{account}"): "people.manage",
    ("POST", "/people/{account}"): "people.manage",
    ("POST", "/people/{account}/{act}"): "people.manage",
    ("GET", "/audit"): "audit.read",
    ("GET", "/audit/{number:int}"): "audit.read",
    ("GET", "/audit/export.csv"): "audit.read",
    ("POST", "/audit/verify"): "audit.read",
    ("GET", "/data-protection"): "protection.see",
    ("GET", "/data-protection/subject"): "protection.subject",
    ("POST", "/data-protection/subject"): "protection.subject",
    ("GET", "/api"): "map.read",
    ("GET", "/api/v1/openapi.json"): "map.read",
    ("GET", "/api/v1/me"): "account.own",
    ("GET", "/api/v1/positions"): "map.read",
    ("GET", "/api/v1/vessels"): "map.read",
    ("GET", "/api/v1/vessels/{mmsi}"): "map.read",
    ("GET", "/api/v1/vessels/{mmsi}/track"): "map.read",
    ("GET", "/api/v1/vessels/{mmsi}/identity"): "map.read",
    ("GET", "/api/v1/replay"): "replay",
    ("GET", "/api/v1/replay/span"): "replay",
    ("GET", "/api/v1/replay/alerts"): "replay",
    ("GET", "/api/v1/replay/marks"): "replay",
    ("GET", "/api/v1/replay/vessels/{mmsi}"): "replay",
    ("GET", "/api/v1/replay/zones"): "replay",
    ("GET", "/api/v1/replay/zones/{edition}"): "replay",
    ("GET", "/api/v1/replay/zones/{edition}/at"): "replay",
    ("GET", "/api/v1/vessels/{mmsi}/reports"): "map.read",
    ("GET", "/api/v1/vessels/{mmsi}/receivers"): "map.read",
    ("GET", "/api/v1/vessels/{mmsi}/port-calls"): "map.read",
    ("GET", "/api/v1/vessels/{mmsi}/events"): "alerts.read",
    ("GET", "/api/v1/vessels/{mmsi}/alerts"): "alerts.read",
    ("GET", "/api/v1/vessels/{mmsi}/listing"): "watchlist.read",
    ("GET", "/api/v1/zones"): "zones.read",
    ("GET", "/api/v1/zones/at"): "zones.read",
    ("GET", "/api/v1/coverage"): "map.read",
    ("GET", "/api/v1/traffic"): "map.read",
    ("GET", "/hearing"): "map.read",
    ("GET", "/api/v1/feeds/faults"): "feeds.mend",
    ("GET", "/lead-time"): "lead_time.read",
    ("GET", "/api/v1/lead-time"): "lead_time.read",
    ("GET", "/links"): "links.read",
    ("GET", "/api/v1/links"): "links.read",
    ("GET", "/trends"): "trends.read",
    ("GET", "/trends/document"): "trends.read",
    ("GET", "/api/v1/trends"): "trends.read",
    ("GET", "/find"): "find.read",
    ("POST", "/find"): "find.read",
    ("POST", "/find/saved"): "find.save",
    ("POST", "/find/saved/{id}/release"): "find.release",
    ("POST", "/find/saved/{id}/review"): "find.save",
    ("POST", "/find/saved/{id}/withdraw"): "find.save",
    ("GET", "/api/v1/find/{question}"): "find.read",
    ("GET", "/log"): "log.read",
    ("POST", "/log/notes"): "log.write",
    ("GET", "/log/hand-over"): "log.sign",
    ("POST", "/log/hand-over"): "log.sign",
    ("GET", "/log/hand-overs"): "log.read",
    ("GET", "/log/hand-overs/{id}"): "log.read",
    # Who comes proves who they are; whether they may sign is asked of them, not of the session.
    ("POST", "/log/hand-overs/{id}/signature"): "log.read",
    ("GET", "/cases"): "cases.read",
    ("POST", "/cases"): "cases.edit",
    ("GET", "/cases/new"): "cases.edit",
    ("GET", "/cases/{id}"): "cases.read",
    ("GET", "/cases/{id}/files/{file}"): "cases.read",
    ("GET", "/api/v1/cases"): "cases.read",
    ("GET", "/api/v1/log"): "log.read",
    ("POST", "/cases/{id}/take-over"): "cases.release",
    ("POST", "/cases/{id}/vessels"): "cases.edit",
    ("POST", "/cases/{id}/alerts"): "cases.edit",
    ("POST", "/cases/{id}/contacts"): "cases.edit",
    ("POST", "/cases/{id}/notes"): "cases.edit",
    ("POST", "/cases/{id}/files"): "cases.edit",
    ("POST", "/cases/{id}/members"): "cases.edit",
    ("POST", "/cases/{id}/take-out"): "cases.edit",
    ("POST", "/cases/{id}/terms"): "cases.edit",
    ("POST", "/cases/{id}/close"): "cases.edit",
    ("POST", "/cases/{id}/lower"): "cases.release",
    ("POST", "/cases/{id}/reopen"): "cases.edit",
    ("GET", "/zones"): "zones.read",
    ("GET", "/zones/import"): "zones.edit",
    ("POST", "/zones/import"): "zones.edit",
    ("POST", "/zones/import/apply"): "zones.edit",
    ("GET", "/zones/export"): "export",
    ("GET", "/zones/{id}"): "zones.read",
    ("POST", "/zones/{id}/remove"): "zones.edit",
    ("POST", "/api/v1/zones"): "zones.edit",
    ("GET", "/api/v1/zones/{id}"): "zones.edit",
    ("GET", "/watchlist"): "watchlist.read",
    ("POST", "/watchlist/purpose"): "watchlist.read",
    ("GET", "/watchlist/reviews"): "watchlist.read",
    ("GET", "/watchlist/proposals"): "watchlist.release",
    ("POST", "/watchlist/proposals/release"): "watchlist.release",
    ("GET", "/watchlist/new"): "watchlist.propose",
    ("POST", "/watchlist/new"): "watchlist.propose",
    ("GET", "/watchlist/import"): "watchlist.propose",
    ("POST", "/watchlist/import"): "watchlist.propose",
    ("POST", "/watchlist/import/apply"): "watchlist.propose",
    ("GET", "/watchlist/check"): "watchlist.read",
    ("POST", "/watchlist/check"): "watchlist.read",
    ("GET", "/watchlist/check/{token}"): "watchlist.read",
    ("GET", "/watchlist/{id}"): "watchlist.read",
    ("GET", "/watchlist/{id}/edit"): "watchlist.propose",
    ("POST", "/watchlist/{id}/edit"): "watchlist.propose",
    ("POST", "/watchlist/{id}/release"): "watchlist.release",
    ("POST", "/watchlist/{id}/reject"): "watchlist.release",
    ("POST", "/watchlist/{id}/withdraw"): "watchlist.release",
    ("POST", "/watchlist/{id}/erase"): "watchlist.release",
    ("GET", "/watchlist/{id}/persons"): "watchlist.persons",
    ("POST", "/watchlist/{id}/persons"): "watchlist.persons",
    ("POST", "/watchlist/{id}/persons/remove"): "watchlist.persons",
    ("GET", "/contacts"): "contacts.read",
    ("GET", "/contacts/new"): "contacts.enter",
    ("POST", "/contacts/new"): "contacts.enter",
    ("GET", "/contacts/{id}"): "contacts.read",
    ("POST", "/contacts/{id}/report"): "contacts.enter",
    ("POST", "/contacts/{id}/close"): "contacts.enter",
    ("GET", "/api/v1/contacts"): "contacts.read",
    ("POST", "/api/v1/contacts"): "contacts.enter",
    ("GET", "/api/v1/rescue"): "contacts.enter",
    ("GET", "/api/v1/places"): "contacts.enter",
    ("GET", "/api/v1/alerts"): "alerts.read",
    ("GET", "/api/v1/alerts/stream"): "alerts.read",
    ("GET", "/api/v1/alerts/{id}"): "alerts.read",
    ("GET", "/api/v1/alerts/{id}/people"): "alerts.assign",
    ("POST", "/api/v1/alerts/{id}/acknowledge"): "alerts.act",
    ("POST", "/api/v1/alerts/{id}/assign"): "alerts.assign",
    ("POST", "/api/v1/alerts/{id}/comment"): "alerts.act",
    ("POST", "/api/v1/alerts/{id}/snooze"): "alerts.act",
    ("POST", "/api/v1/alerts/{id}/escalate"): "alerts.act",
    ("POST", "/api/v1/alerts/{id}/resolve"): "alerts.act",
    ("GET", "/alerts"): "alerts.read",
    ("GET", "/alerts/{id}"): "alerts.read",
    ("POST", "/alerts/{id}/acknowledge"): "alerts.act",
    ("POST", "/alerts/{id}/comment"): "alerts.act",
    ("GET", "/exports"): "export",
    ("POST", "/exports"): "export",
    ("GET", "/exports/new"): "export",
    ("GET", "/exports/{id}"): "export",
    ("GET", "/exports/{id}/file"): "export",
    ("GET", "/exports/{id}/sidecar"): "export",
    ("GET", "/dossiers/new"): "export",
    ("POST", "/dossiers"): "export",
    ("GET", "/evidence/new"): "export",
    ("POST", "/evidence"): "export",
    ("GET", "/api/v1/export/{kind}"): "export",
    ("GET", "/api/v1/exports"): "export",
    ("GET", "/api/v1/exports/{id}"): "export",
    ("GET", "/api/v1/exports/{id}/file"): "export",
    ("GET", "/health"): MACHINE,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/metrics"): MACHINE,
}
"""(method, path) of each route and its deed (service.rights.DEEDS), PUBLIC or MACHINE."""


class RouteError(ServiceError):
    """A route has no row in the table, or its row says nothing."""


def rows_of(route: BaseRoute) -> list[tuple[str, str]]:
    """Return under which keys a route stands in the table; HEAD is GET without the answer."""
    if isinstance(route, WebSocketRoute):
        return [("SOCKET", route.path)]
    if not isinstance(route, Route) or not route.methods:
        msg = f"route {route!r}: expected Route with its methods, or WebSocketRoute"
        raise RouteError(msg)
    return [(method, route.path) for method in sorted(route.methods - {"HEAD"})]


def check_routes(routes: Sequence[BaseRoute]) -> None:
    """Raise RouteError where a route has no row, or a row names no deed."""
    for route in routes:
        for row in rows_of(route):
            deed = ROUTES.get(row)
            if deed is None:
                msg = f"route {row[0]} {row[1]}: has no row; add it to service/web/rights.py"
                raise RouteError(msg)
            if deed not in {*DEEDS, PUBLIC, MACHINE}:
                msg = f"route {row[0]} {row[1]}: {deed!r} is no deed; see service/rights.py"
                raise RouteError(msg)


def deed_of(routes: Sequence[BaseRoute], scope: Scope) -> str | None:
    """Return the deed of the route that will answer; None where none will.

    Raises KeyError for a route without a row: nothing is answered by oversight.
    """
    for route in routes:
        if route.matches(scope)[0] == Match.FULL:
            if isinstance(route, WebSocketRoute):
                return ROUTES["SOCKET", route.path]
            if not isinstance(route, Route):
                raise KeyError(repr(route))
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            return ROUTES[method, route.path]
    return None
