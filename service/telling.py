"""One call from an alert to rows of the outbox, within the transaction that saves the alert."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from alerts.notices import compose
from alerts.routing import route
from store.outbox import enqueue, told_before

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.events import Event
    from alerts.notices import Delivery, Occasion
    from alerts.routing import RoutingSettings


def tell(
    connection: psycopg.Connection,
    alert: Alert,
    events: Sequence[Event],
    settings: RoutingSettings,
    occasion: Occasion,
    *,
    countries: Collection[str] = (),
) -> tuple[Delivery, ...]:
    """Enqueue what tells ``alert`` to everyone whom the table names and who was told before.

    Rescue centres come from ``occasion.sar``; ``countries`` as in ``alerts.routing.route``.
    Calling it again for one version of an alert changes nothing: raise ``occasion.again`` for
    that.
    Returns the deliveries: their offices are those who are told. Raises StoreError.
    """
    centres = {centre.id for centre in occasion.sar.centres} if occasion.sar else set()
    told = route(alert, settings, centres=centres, countries=countries)
    past = told_before(connection, alert.id)
    deliveries = compose(alert, events, told, past, settings, occasion)
    enqueue(connection, deliveries)
    return deliveries
