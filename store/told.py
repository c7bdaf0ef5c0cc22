"""What people were told: where, for how much of an hour's budget, what is held, what died."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alerts.incidents.rationing import DISTRESS, share_of
from alerts.notices import alert_of
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.incidents.rationing import Rationed
    from alerts.kinds import Lane
    from store.outbox import Leased

_HOUR = timedelta(hours=1)


def spent(connection: psycopg.Connection, at: datetime) -> dict[tuple[str, str], int]:
    """Return the messages of the hour before ``at`` by (office, share), as ``share_of`` says."""
    rows = connection.execute(
        "SELECT office, CASE WHEN distress THEN %s ELSE lane END AS share, count(*) "
        "FROM alert_told WHERE NOT held AND at > %s AND at <= %s GROUP BY office, share",
        [DISTRESS, at - _HOUR, at],
    )
    return {(office, share): number for office, share, number in rows}


def note(connection: psycopg.Connection, rationed: Rationed, at: datetime) -> None:
    """Write what is sent and what is held; a pair that is there already stays as it is."""
    rows = [
        (
            one.alert.id, one.alert.version, one.office, one.alert.lane, at, held,
            share_of(one) == DISTRESS,
        )
        for ones, held in ((rationed.now, False), (rationed.held, True))
        for one in ones
    ]  # fmt: skip
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alert_told (alert, version, office, lane, at, held, distress) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            rows,
        )


def held(
    connection: psycopg.Connection, office: str, lanes: Sequence[Lane], limit: int = 1000
) -> list[Alert]:
    """Return alerts of ``lanes`` that wait for a list or digest of ``office``, newest first."""
    rows = connection.execute(
        "SELECT content FROM alert WHERE id IN (SELECT alert FROM alert_told "
        "WHERE office = %s AND held AND digested IS NULL AND lane = ANY(%s)) "
        "ORDER BY changed_at DESC, id LIMIT %s",
        [office, list(lanes), limit],
    )
    return [alert_of(said) for (said,) in rows]


def digested_before(
    connection: psycopg.Connection, office: str, alerts: Sequence[Alert]
) -> set[str]:
    """Return the ids of those of ``alerts`` of which a digest told ``office`` already."""
    rows = connection.execute(
        "SELECT DISTINCT alert FROM alert_told "
        "WHERE office = %s AND alert = ANY(%s) AND held AND digested IS NOT NULL",
        [office, [one.id for one in alerts]],
    )
    return {alert for (alert,) in rows}


def told_in_lists(connection: psycopg.Connection, alert: str) -> frozenset[str]:
    """Return the offices that lists of rescues or digests told of ``alert``, and nothing else."""
    rows = connection.execute(query("told_in_lists"), {"alert": alert})
    return frozenset(office for (office,) in rows)


def digested(
    connection: psycopg.Connection, office: str, alerts: Sequence[Alert], at: datetime
) -> int:
    """Note that a digest told ``office`` of ``alerts``; return how many lines waited no longer."""
    return connection.execute(
        "UPDATE alert_told SET digested = %s "
        "WHERE office = %s AND alert = ANY(%s) AND held AND digested IS NULL",
        [at, office, [one.id for one in alerts]],
    ).rowcount


def drop_told(connection: psycopg.Connection, before: datetime) -> int:
    """Remove what was sent, or taken up by a digest, before ``before``; return how many."""
    return connection.execute(
        "DELETE FROM alert_told WHERE at < %s AND (NOT held OR digested IS NOT NULL)", [before]
    ).rowcount


def told_place(connection: psycopg.Connection, alert: str) -> tuple[float, float] | None:
    """Return longitude and latitude, degrees, of ``alert`` as told last; None = never with one."""
    return connection.execute(query("told_place"), {"alert": alert}).fetchone()


def died_before(connection: psycopg.Connection, leased: Leased, channel: str) -> bool:
    """Tell whether another message of this alert to this office died on ``channel`` already."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE alert = %s AND office = %s AND channel = %s "
        "AND state = 'dead' AND number <> %s)",
        [leased.notice.alert.id, leased.notice.office, channel, leased.number],
    ).fetchone()
    return row is not None and bool(row[0])
