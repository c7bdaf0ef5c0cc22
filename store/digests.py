"""What offices were written by the clock, and the facts that it is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from alerts.notices import alert_of
from store.queries import query

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert

DigestKind: TypeAlias = Literal["daily", "weekly", "heartbeat", "trends"]


@dataclass(frozen=True, slots=True)
class Written:
    """One digest of an office: ``content`` is subject, line feed, text; ``sent_at`` None = not."""

    office: str
    kind: DigestKind
    due_at: datetime
    since: datetime
    content: str
    sent_at: datetime | None


def put_digest(connection: psycopg.Connection, digest: Written) -> bool:
    """Keep a digest; False where there is one for this time already, which stays."""
    done = connection.execute(
        "INSERT INTO digest (office, kind, due_at, since, content) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        [digest.office, digest.kind, digest.due_at, digest.since, digest.content],
    )
    return done.rowcount == 1


def unsent(connection: psycopg.Connection, kind: DigestKind) -> list[Written]:
    """Return what was written and not sent, oldest first."""
    rows = connection.execute(
        "SELECT office, kind, due_at, since, content, sent_at FROM digest "
        "WHERE kind = %s AND sent_at IS NULL ORDER BY due_at, office",
        [kind],
    )
    return [Written(*row) for row in rows]


def digest_sent(connection: psycopg.Connection, digest: Written, at: datetime) -> None:
    """Note that ``digest`` left."""
    connection.execute(
        "UPDATE digest SET sent_at = %s WHERE office = %s AND kind = %s AND due_at = %s",
        [at, digest.office, digest.kind, digest.due_at],
    )


def covered_until(
    connection: psycopg.Connection, office: str, kind: DigestKind, now: datetime
) -> datetime | None:
    """Return until when the last digest of this kind went, None before the first.

    One that is due after ``now`` was written by a clock that was ahead, and does not count.
    """
    row = connection.execute(
        "SELECT max(due_at) FROM digest WHERE office = %s AND kind = %s AND due_at <= %s",
        [office, kind, now],
    ).fetchone()
    return row[0] if row else None


def heard_since(
    connection: psycopg.Connection,
    office: str,
    since: datetime,
    now: datetime,
    unheard: Sequence[str] = (),
) -> bool:
    """Tell whether anything was delivered to ``office`` after ``since``: a message or a digest.

    What went by one of the channels ``unheard`` reaches nobody, and does not count.
    """
    row = connection.execute(
        query("heard_since"),
        {"office": office, "since": since, "now": now, "unheard": list(unheard)},
    ).fetchone()
    return bool(row and row[0])


def told_between(
    connection: psycopg.Connection, office: str, since: datetime, until: datetime
) -> list[Alert]:
    """Return, as they are now, the alerts of which ``office`` was told in a time; SAR first."""
    rows = connection.execute(
        query("told_between"), {"office": office, "since": since, "until": until}
    )
    return [alert_of(said) for (said,) in rows]


def dead_letters(connection: psycopg.Connection, office: str) -> int:
    """Return how many messages to ``office`` could not be delivered and wait for a person."""
    row = connection.execute(
        "SELECT count(*) FROM delivery WHERE office = %s AND state = 'dead'", [office]
    ).fetchone()
    return int(row[0]) if row else 0


def verdicts(alerts: list[Alert]) -> Counter[str]:
    """Return how many of ``alerts`` have which verdict; those without are left out."""
    return Counter(one.verdict for one in alerts if one.verdict is not None)


def drop_digests(connection: psycopg.Connection, before: datetime) -> int:
    """Remove digests due before ``before`` that were sent, but the newest of each office and kind.

    Those say from when on the next one has to tell.
    """
    return connection.execute(query("drop_digests"), {"before": before}).rowcount
