"""The outbox: what is to be sent is a row of the transaction that made it, and is sent afterwards.

::

    waiting ──lease──▶ (a worker sends it) ──▶ sent
       ▲                   │ Later: next try       └▶ acknowledged
       ├───────────────────┘
       └──retry── dead ◀── Refused, or given up

A lease that runs out gives the row to somebody else: at least once, never lost. Every time comes
from the caller; nothing here reads a clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from alerts.errors import AlertsError
from alerts.notices import Past, frozen, thawed
from alerts.plain import plain
from alerts.routing import lane_rank
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Notice
    from alerts.kinds import Lane
    from alerts.notices import Delivery
    from alerts.notifier import Receipt

CHANNEL = "vedetta_delivery"
"""NOTIFY on this name wakes whoever delivers; a short poll is the truth."""
STATES = ("waiting", "sent", "dead")
LONGEST_SAID = 500
_YEAR_US = 365 * 86_400_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that one worker has until its lease runs out; ``attempt`` counts from 1.

    recipients  who is still to be told, None = everybody
    """

    number: int
    key: str
    notice: Notice
    attempt: int
    worker: str
    enqueued_us: int
    recipients: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as people look at it; times aware of UTC, None = not yet.

    said  what the other side answered, or the last fault
    """

    number: int
    notice_id: str
    alert: str
    office: str
    channel: str
    lane: int
    change: str
    why: str
    enqueued_at: dt.datetime
    state: str
    attempts: int
    next_try_at: dt.datetime
    settled_at: dt.datetime | None
    reference: str | None
    said: str | None
    acknowledged_at: dt.datetime | None
    acknowledged_by: str | None
    acknowledged_how: str | None


def enqueue(connection: psycopg.Connection, deliveries: Iterable[Delivery]) -> int:
    """Add ``deliveries`` in the transaction of ``connection``; return how many are new.

    One whose key is there already changes nothing: the same block may be committed twice.
    """
    rows = [_row(one) for one in deliveries]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(query("enqueue_delivery"), rows)
        new = cursor.rowcount
    # NOTIFY is sent when the transaction commits.
    connection.execute(f"NOTIFY {CHANNEL}".encode())
    return new


def told_before(
    connection: psycopg.Connection, alert: str, *, lists: bool = False
) -> dict[str, Past]:
    """Return what each office was told of ``alert``, by office, in the order of the first notice.

    What waits to be sent counts: it will be sent before anything that is enqueued now. Without
    ``lists`` not what a list of rescues told: that is repeated by lists, not one by one.
    """
    told: dict[str, Past] = {}
    for office, notice_id, at, channels, change, limited, language in connection.execute(
        query("told_before"), {"alert": alert, "lists": lists}
    ):
        before = told.get(office)
        told[office] = Past(
            references=(*(before.references if before else ()), (notice_id, microseconds(at))),
            channels=tuple(dict.fromkeys([*(before.channels if before else ()), *channels])),
            change=change,
            limited=limited,
            language=language,
        )
    return told


def lease(
    connection: psycopg.Connection,
    channel: str,
    lanes: Sequence[Lane],
    worker: str,
    now_us: int,
    until_us: int,
    farthest_us: tuple[int, int] = (_YEAR_US, _YEAR_US),
) -> Leased | None:
    """Give ``worker`` the next delivery of ``channel`` until ``until_us``; None = nothing is due.

    SAR first, then what waited longest; an update waits until what it updates is settled. One that
    cannot be read becomes a dead letter. A next try farther ahead than ``farthest_us`` (of SAR, of
    others) was written by a clock that has been set back since: it is due.
    """
    asked = {
        "channel": channel,
        "lanes": [lane_rank(lane) for lane in lanes],
        "worker": worker,
        "now": moment(now_us),
        "until": moment(until_us),
        "sar_farthest": moment(now_us + farthest_us[0]),
        "farthest": moment(now_us + farthest_us[1]),
    }
    # Somebody who hears of a rescue for the first time does not wait behind calls that repeat.
    first = {"lanes": [lane_rank("sar")], "repeats": False}
    passes = (first, {"repeats": True}) if "sar" in lanes else ({"repeats": True},)
    row = None
    for one in passes:
        row = connection.execute(query("lease_delivery"), asked | one).fetchone()
        if row is not None:
            break
    if row is None:
        return None
    number, key, text, attempt, _lane, enqueued, left = row
    try:
        notice = thawed(text)
    except AlertsError as error:
        # Another version of the program wrote it; it must not be leased for ever.
        connection.execute(
            "UPDATE delivery SET state = 'dead', settled_at = %s, said = %s, leased_by = NULL, "
            "leased_until = NULL WHERE number = %s",
            [moment(now_us), plain(error, LONGEST_SAID), number],
        )
        return None
    recipients = None if left is None else tuple(left)
    return Leased(number, key, notice, attempt, worker, microseconds(enqueued), recipients)


def sent(connection: psycopg.Connection, leased: Leased, receipt: Receipt, now_us: int) -> bool:
    """Note that ``leased`` was sent; False where its lease ran out and somebody else has it."""
    return _settle(
        connection,
        leased,
        "state = 'sent', settled_at = %(at)s, reference = %(reference)s, said = %(said)s",
        at=moment(now_us),
        reference=plain(receipt.reference, LONGEST_SAID),
        said=plain(receipt.said, LONGEST_SAID),
    )


def later(
    connection: psycopg.Connection,
    leased: Leased,
    fault: str,
    next_try_us: int,
    *,
    left: Sequence[str] | None = None,
    holds: bool = True,
) -> bool:
    """Note a failed attempt and when the next one is due; False as in ``sent``.

    ``left``: who is still to be told, None = as before. Not ``holds``: later messages need not
    wait for this one.
    """
    return _settle(
        connection,
        leased,
        "next_try_at = %(at)s, said = %(said)s, recipients = coalesce(%(left)s, recipients), "
        "holds = %(holds)s",
        at=moment(next_try_us),
        said=plain(fault, LONGEST_SAID),
        left=None if left is None else list(left),
        holds=holds,
    )


def dead(connection: psycopg.Connection, leased: Leased, fault: str, now_us: int) -> bool:
    """Note that nobody tries any more: a dead letter, for people; False as in ``sent``."""
    return _settle(
        connection,
        leased,
        "state = 'dead', settled_at = %(at)s, said = %(said)s",
        at=moment(now_us),
        said=plain(fault, LONGEST_SAID),
    )


def retry(connection: psycopg.Connection, numbers: Sequence[int], now_us: int) -> list[int]:
    """Have dead letters tried again at once; return the numbers of those that were dead."""
    rows = connection.execute(
        "UPDATE delivery SET state = 'waiting', settled_at = NULL, next_try_at = %s, attempts = 0 "
        "WHERE number = ANY(%s) AND state = 'dead' RETURNING number",
        [moment(now_us), list(numbers)],
    ).fetchall()
    connection.execute(f"NOTIFY {CHANNEL}".encode())
    return sorted(number for (number,) in rows)


def hurry(connection: psycopg.Connection, channel: str, now_us: int) -> None:
    """Have all that waits on ``channel`` tried now: it works again."""
    connection.execute(
        "UPDATE delivery SET next_try_at = %(now)s WHERE channel = %(channel)s "
        "AND state = 'waiting' AND next_try_at > %(now)s",
        {"channel": channel, "now": moment(now_us)},
    )


def deliveries(
    connection: psycopg.Connection,
    *,
    state: str | None = None,
    alert: str | None = None,
    channel: str | None = None,
    office: str | None = None,
    limit: int = 100,
) -> list[DeliveryRow]:
    """Return deliveries, newest first; None = any."""
    asked = {"state": state, "alert": alert, "channel": channel, "office": office, "limit": limit}
    return [DeliveryRow(*row) for row in connection.execute(query("deliveries"), asked)]


def acknowledge(
    connection: psycopg.Connection, name: str, by: str, how: str, at_us: int
) -> str | None:
    """Note that somebody acknowledged the message called ``name``; return its alert, or None.

    ``name`` is a notice id or the reference of a receipt. The first acknowledgement stays.
    """
    row = connection.execute(
        "UPDATE delivery SET acknowledged_at = coalesce(acknowledged_at, %(at)s), "
        "acknowledged_by = coalesce(acknowledged_by, %(by)s), "
        "acknowledged_how = coalesce(acknowledged_how, %(how)s) "
        "WHERE notice_id = %(name)s OR reference = %(name)s RETURNING alert",
        {"name": name, "by": by, "how": how, "at": moment(at_us)},
    ).fetchone()
    return None if row is None else str(row[0])


def acknowledge_office(
    connection: psycopg.Connection, alert: str, office: str, by: str, at_us: int
) -> int:
    """Note that somebody of ``office`` acknowledged what it was told of ``alert``, on our page.

    Returns how many messages nobody had acknowledged before.
    """
    return connection.execute(
        "UPDATE delivery SET acknowledged_at = %s, acknowledged_by = %s, "
        "acknowledged_how = 'page' "
        "WHERE alert = %s AND office = %s AND acknowledged_at IS NULL",
        [moment(at_us), by, alert, office],
    ).rowcount


def counts(connection: psycopg.Connection) -> dict[tuple[str, str], int]:
    """Return how many deliveries there are by (channel, state)."""
    rows = connection.execute("SELECT channel, state, count(*) FROM delivery GROUP BY 1, 2")
    return {(channel, state): number for channel, state, number in rows}


def oldest_waiting(connection: psycopg.Connection) -> dict[str, dt.datetime]:
    """Return since when the oldest delivery of each channel waits; channels without are absent."""
    rows = connection.execute(
        "SELECT channel, min(enqueued_at) FROM delivery WHERE state = 'waiting' GROUP BY 1"
    )
    return dict(cast("list[tuple[str, dt.datetime]]", rows.fetchall()))


def drop_settled(connection: psycopg.Connection, before: dt.datetime) -> int:
    """Remove what was sent or given up before ``before``; return how many rows.

    References of later updates to what is removed are lost: keep it longer than alerts live.
    """
    return connection.execute("DELETE FROM delivery WHERE settled_at < %s", [before]).rowcount


def moment(time_us: int) -> dt.datetime:
    """Return µs since 1970 as a time aware of UTC."""
    return _EPOCH + dt.timedelta(microseconds=time_us)


def microseconds(at: dt.datetime) -> int:
    """Return a time that is aware of its zone as µs since 1970."""
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def _settle(connection: psycopg.Connection, leased: Leased, change: str, **values: Any) -> bool:  # noqa: ANN401 (columns)
    # A worker whose lease ran out must not settle what another one is sending now.
    done = connection.execute(
        f"UPDATE delivery SET leased_by = NULL, leased_until = NULL, {change} "  # noqa: S608 (texts above)
        "WHERE number = %(number)s AND leased_by = %(worker)s AND attempts = %(attempt)s "
        "AND state = 'waiting'".encode(),
        {
            "number": leased.number,
            "worker": leased.worker,
            "attempt": leased.attempt,
            **values,
        },
    )
    return done.rowcount == 1


def _row(delivery: Delivery) -> dict[str, Any]:
    notice = delivery.notice
    return {
        "key": delivery.key,
        "notice_id": notice.id,
        "alert": notice.alert.id,
        "office": notice.office,
        "channel": delivery.channel,
        "lane": lane_rank(notice.alert.lane),
        "change": notice.change,
        "why": plain(delivery.why, LONGEST_SAID),
        "limited": notice.limited,
        "language": notice.language,
        "notice": frozen(notice),
        "at": moment(notice.sent_us),
    }
