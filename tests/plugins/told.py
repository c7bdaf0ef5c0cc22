"""Alerts that are in the database, and of which offices were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.incidents.incident import Grown, Incident
from alerts.notices import Occasion, compose
from alerts.routing import RoutingSettings, route
from store.connect import connect
from store.incidents import save
from store.outbox import enqueue, told_before
from tests.plugins.notices import NOON_US, event

if TYPE_CHECKING:
    from alerts.alert import Alert


def put(dsn: str, about: Alert, routing: RoutingSettings | None = None) -> None:
    """Save a new alert, and tell whom ``routing`` names, None = nobody."""
    put_all(dsn, [about], routing)


def put_all(dsn: str, abouts: list[Alert], routing: RoutingSettings | None = None) -> None:
    """Save new alerts, each with the event that leads it."""
    for_each = [
        Incident(one, "a subject", raised=True, members=(event(one.kind),)) for one in abouts
    ]
    with connect(dsn) as connection:
        save(connection, [Grown(None, one, "alert", "a test") for one in for_each], NOON_US)
        for one in for_each if routing is not None else ():
            told, past = route(one.alert, routing), told_before(connection, one.alert.id)
            occasion = Occasion(NOON_US)
            enqueue(connection, compose(one.alert, one.members, told, past, routing, occasion))
