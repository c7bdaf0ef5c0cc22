"""What people do with alerts, from the command line, the page or an answer to a message.

Each act is one transaction: the new version, its line in the log of the alert, its line in the
audit, and the messages to those who were told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from alerts.incidents.acts import acknowledge
from alerts.incidents.incident import Incident
from alerts.notices import Occasion, compose
from store import audit
from store.errors import RuleError
from store.incidents import act, incident
from store.outbox import enqueue, microseconds, told_before

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.alert import Change as Said
    from alerts.routing import RoutingSettings
    from store.changes import Change

_SEEN_BY_NOBODY = ("new", "escalated")


def done(
    connection: psycopg.Connection,
    alert_id: str,
    step: Callable[[Alert], Alert],
    action: str,
    made: Change,
    *,
    details: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Incident:
    """Do ``step`` (of ``alerts.incidents.acts``) to an alert; return the incident afterwards.

    ``action`` names it in the log and, as ``alert.<action>``, in the audit. ``version``: the one
    that the person looked at; None = whatever it is now. Raises RuleError for an alert that is not
    there or has changed since, IncidentError where its state forbids the step.
    """
    there = incident(connection, alert_id)
    if version is not None and there.alert.version != version:
        msg = (
            f"alert {alert_id} was changed meanwhile: version {version} was looked at, it is "
            f"{there.alert.version} now; look at it again"
        )
        raise RuleError(msg)
    after = Incident(step(there.alert), there.subject, there.raised, there.members, there.muted)
    act(connection, after, action, made, details)
    told = {**(details or {}), "version": after.alert.version, "state": after.alert.state}
    audit.append(connection, made, f"alert.{action}", alert_id, told)
    connection.execute("NOTIFY vedetta_alert")
    return after


def acknowledged(
    connection: psycopg.Connection,
    alert_id: str,
    made: Change,
    routing: RoutingSettings,
    office: str = "",
) -> bool:
    """Note that somebody saw an alert, as an answer to a message says; False = somebody had.

    Everyone who was told learns it but ``office``, which said so. Raises RuleError for an alert
    that is not there.
    """
    there = incident(connection, alert_id)
    if there.alert.state not in _SEEN_BY_NOBODY:
        return False
    after = done(connection, alert_id, acknowledge, "acknowledge", made)
    inform(connection, after, routing, made, change="ack", besides=office)
    return True


def inform(
    connection: psycopg.Connection,
    after: Incident,
    routing: RoutingSettings,
    made: Change,
    *,
    change: Said = "update",
    besides: str = "",
) -> int:
    """Enqueue ``change`` for everyone who was told of an alert, but the office ``besides``.

    ``besides`` is the office that did what ``made`` says, "" = the desk. Returns how many deliveries.
    """
    past = told_before(connection, after.alert.id)
    past.pop(besides, None)
    if not past or not after.raised:
        return 0
    occasion = Occasion(
        microseconds(made.at), change=change, by=made.who, by_office=besides
    )
    return enqueue(connection, compose(after.alert, after.live, (), past, routing, occasion))
