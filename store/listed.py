"""Deliveries that were told among many: a list of rescues stands for their own messages.

``listed_at`` says when a list told them last. Such rescues are repeated, followed up and taken
back by lists too, as far as nothing else told of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alerts.notices import alert_of
from alerts.plain import plain
from store.outbox import LONGEST_SAID, moment
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert


def told_at_once(
    connection: psycopg.Connection,
    keys: Sequence[str],
    channels: Sequence[str],
    name: str,
    said: str,
    now_us: int,
) -> None:
    """Note that deliveries just enqueued belong to a list, the message ``name``.

    Those by ``channels`` were told by it; the others are sent as usual.
    """
    now = moment(now_us)
    connection.execute("UPDATE delivery SET listed_at = %s WHERE key = ANY(%s)", [now, list(keys)])
    connection.execute(
        "UPDATE delivery SET state = 'sent', settled_at = %s, reference = %s, said = %s "
        "WHERE key = ANY(%s) AND channel = ANY(%s) AND state = 'waiting' AND leased_by IS NULL",
        [now, name, plain(said, LONGEST_SAID), list(keys), list(channels)],
    )


def told_alone(connection: psycopg.Connection, alerts: Sequence[str]) -> set[str]:
    """Return the ids of those of ``alerts`` of which some office was told by themselves."""
    rows = connection.execute(
        "SELECT DISTINCT alert FROM delivery "
        "WHERE alert = ANY(%s) AND listed_at IS NULL AND change <> 'ack'",
        [list(alerts)],
    )
    return {alert for (alert,) in rows}


def keep_listed(connection: psycopg.Connection, alert: str, office: str) -> None:
    """Let messages on a rescue that a list told belong to it too: the list follows it up."""
    connection.execute(
        "UPDATE delivery SET listed_at = (SELECT max(listed_at) FROM delivery "
        "WHERE alert = %(alert)s AND office = %(office)s) "
        "WHERE alert = %(alert)s AND office = %(office)s AND listed_at IS NULL "
        "AND change <> 'ack'",
        {"alert": alert, "office": office},
    )


def listed_again(
    connection: psycopg.Connection, office: str, before: dt.datetime, limit: int
) -> list[Alert]:
    """Return rescues that a list told to ``office`` before ``before`` and nobody took on."""
    asked = {"office": office, "before": before, "limit": limit}
    return [alert_of(said) for (said,) in connection.execute(query("listed_again"), asked)]


def list_again(
    connection: psycopg.Connection, office: str, alerts: Sequence[str], at: dt.datetime
) -> None:
    """Note that a list told ``office`` of ``alerts`` again."""
    connection.execute(
        "UPDATE delivery SET listed_at = %s "
        "WHERE office = %s AND alert = ANY(%s) AND listed_at IS NOT NULL",
        [at, office, list(alerts)],
    )
