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
from service.rescuing import helped
from store import audit
from store.errors import RuleError
from store.incidents import act, incident
from store.outbox import enqueue, microseconds, told_before

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.alert import Change as Said
    from alerts.routing import RoutingSettings
    from service.rescuing import Helping
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


def inform(  # noqa: PLR0913 (what is no part of the act has a default and is given by name)
    connection: psycopg.Connection,
    after: Incident,
    routing: RoutingSettings,
    made: Change,
    *,
    change: Said = "update",
    besides: str = "",
    sar_help: Helping | None = None,
    link_of: Callable[[str], str] | None = None,
) -> int:
    """Enqueue ``change`` for everyone who was told of an alert, but the office ``besides``.

    ``besides`` is the office that did what ``made`` says, "" = the desk.
    ``sar_help`` and ``link_of`` as ``service.alerting.Alerting`` has them: an update of a rescue
    stands in the place of the message before, so it carries as much. Returns how many deliveries.
    """
    past = told_before(connection, after.alert.id, lists=True)
    past.pop(besides, None)
    if not past or not after.raised:
        return 0
    now_us = microseconds(made.at)
    occasion = Occasion(
        now_us,
        change=change,
        sar=None if change == "ack" else helped(sar_help, connection, after.alert, now_us),
        link_of=link_of,
        by=made.who,
        by_office=besides,
    )
    return enqueue(connection, compose(after.alert, after.live, (), past, routing, occasion))
