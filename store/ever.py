"""Who was ever there: identities sent, track segments, and where each vessel was last seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.queries import query
from watchlist.vessels import LastSeen, Segment, SentIdentity

if TYPE_CHECKING:
    import psycopg

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def identities_ever(connection: psycopg.Connection, run_id: int = 0) -> list[SentIdentity]:
    """Return each set of identifiers (MMSI, IMO, call sign, name) ever sent, once.

    ``received`` is the last time that it was news; in the order of the MMSI.
    """
    rows = connection.execute(query("identities_ever"), {"run_id": run_id})
    return [SentIdentity(*row) for row in rows]


def reports_of(
    connection: psycopg.Connection, mmsis: Sequence[int], run_id: int = 0
) -> list[SentIdentity]:
    """Return every identity report of ``mmsis`` that said something new, by MMSI and spool."""
    rows = connection.execute(query("reports_of"), {"run_id": run_id, "mmsis": list(mmsis)})
    return [SentIdentity(*row) for row in rows]


def senders_of(
    connection: psycopg.Connection, imos: Collection[int], run_id: int = 0
) -> list[int]:
    """Return the MMSIs that ever sent one of ``imos``, sorted."""
    asked = {"run_id": run_id, "imos": list(imos)}
    return [mmsi for (mmsi,) in connection.execute(query("senders_of_imo"), asked)]


def segments_of(
    connection: psycopg.Connection, mmsis: Sequence[int], run_id: int = 0, limit: int = 1000,
    since: datetime | None = None,
) -> list[Segment]:  # fmt: skip
    """Return the newest ``limit`` track segments of ``mmsis``, the one heard last first.

    The database sums them up: the positions of 90 days never leave it. Of live positions those
    from ``since`` on.
    """
    asked = {"run_id": run_id, "mmsis": list(mmsis), "limit": limit, "since": since or _EVER}
    rows = connection.execute(query("segments_run") if run_id else query("segments_live"), asked)
    return [Segment(*row) for row in rows]


def last_seen(
    connection: psycopg.Connection, mmsis: Sequence[int], run_id: int = 0
) -> Mapping[int, LastSeen]:
    """Return by MMSI where each of ``mmsis`` was last seen, however long ago.

    Those never seen with a position are absent.
    """
    rows = connection.execute(query("last_seen"), {"run_id": run_id, "mmsis": list(mmsis)})
    return {row[0]: LastSeen(*row) for row in rows}
