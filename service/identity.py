"""One vessel over time, from what the database keeps of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

from service.errors import ServiceError, WrongUseError
from store import ever
from watchlist.identifiers import imo_is_valid
from watchlist.vessels import Span, VesselIdentity, identity_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import psycopg

_MMSI_LIMIT = 1_000_000_000
ON_PAGE = dt.timedelta(days=90)
"""So much of her track is summed up while somebody waits: what is stored by default."""
MOST_USERS = 5
"""An identifier that more vessels sent says nothing of who one of them is."""
_FACTS = ("mmsi", "imo", "name", "call_sign", "flag", "ship_type", "size")


def vessel_identity(
    connection: psycopg.Connection, vessel: str, run_id: int = 0, since: dt.datetime | None = None
) -> VesselIdentity:
    """Return the identity of ``vessel``, an MMSI or imo:N.

    With imo:N all MMSIs that sent the number are she. With an MMSI those that sent its IMO number
    before or after it, if few did; who sent it meanwhile, or one of many, is among its ``others``.
    ``run_id`` of a replay; 0 = live, and then with the tracks from ``since`` on.

    Raises WrongUseError where it is neither, ServiceError where nothing was ever heard of it.
    """
    mmsis, others = _mmsis(connection, vessel, run_id)
    reports = ever.reports_of(connection, mmsis, run_id)
    segments = ever.segments_of(connection, mmsis, run_id, since=since)
    if not reports and not segments:
        msg = f"{vessel}: was never heard; see that the number is right"
        raise ServiceError(msg)
    return dataclasses.replace(identity_of(reports, segments), others=others)


def identity_on_page(
    connection: psycopg.Connection, mmsi: int, run_id: int = 0
) -> VesselIdentity | None:
    """Return who one MMSI said she was, None where she was never heard.

    All her reports that are stored, and her tracks of the ``ON_PAGE`` before she was last heard:
    those of ten years take seconds.
    """
    reports = ever.reports_of(connection, [mmsi], run_id)
    seen = ever.last_seen(connection, [mmsi], run_id).get(mmsi)
    since = seen.time - ON_PAGE if seen else None
    segments = ever.segments_of(connection, [mmsi], run_id, since=since) if seen else []
    return identity_of(reports, segments) if reports or segments else None


def _mmsis(
    connection: psycopg.Connection, vessel: str, run_id: int
) -> tuple[list[int], tuple[Span, ...]]:
    """Return the MMSIs that are ``vessel``, and others that sent an IMO number of hers."""
    kind, _, number = vessel.rpartition(":")
    wanted = int(number) if number.isascii() and number.isdecimal() else 0
    if kind.lower() not in {"", "imo", "mmsi"} or not 0 < wanted < _MMSI_LIMIT:
        msg = f"{vessel!r}: is no vessel; expected an MMSI as 247320162, or imo:9074729"
        raise WrongUseError(msg)
    if kind.lower() == "imo":
        return ever.senders_of(connection, [wanted], run_id), ()
    sent = {one.imo for one in ever.reports_of(connection, [wanted], run_id)}
    # A number that is none, 1111111 for one, is sent by many who have nothing in common.
    users = [ever.senders_of(connection, [imo], run_id) for imo in sent if imo_is_valid(imo)]
    others = {mmsi for those in users for mmsi in those} - {wanted}
    lives = _lives(connection, {wanted, *others}, run_id) if others else {}
    few = {mmsi for those in users if len(those) <= MOST_USERS for mmsi in those} - {wanted}
    alone = {
        mmsi for mmsi in few
        if not any(_at_once(lives[mmsi], lives[one]) for one in {wanted, *few} - {mmsi})
    }  # fmt: skip
    return sorted({wanted, *alone}), tuple(lives[mmsi] for mmsi in sorted(others - alone))


def _lives(
    connection: psycopg.Connection, mmsis: Collection[int], run_id: int
) -> dict[int, Span]:  # fmt: skip
    """Return from when to when each of ``mmsis`` was heard, as far as it is stored."""
    seen = ever.last_seen(connection, sorted(mmsis), run_id)
    found: dict[int, Span] = {}
    for one in ever.reports_of(connection, sorted(mmsis), run_id):
        before = found.get(one.mmsi, Span(f"{one.mmsi:09d}", one.received, one.received, 0))
        last = max(before.last, one.received)
        if one.mmsi in seen:
            last = max(last, seen[one.mmsi].time)
        found[one.mmsi] = Span(
            before.value, min(before.first, one.received), last, before.reports + 1
        )
    return found


def _at_once(one: Span, other: Span) -> bool:
    return one.first < other.last and other.first < one.last


def in_json(found: VesselIdentity) -> str:
    """Return an identity as one JSON object: times in ISO 8601, spans oldest first."""
    told = dataclasses.asdict(found)
    return json.dumps(told, ensure_ascii=False, default=dt.datetime.isoformat)


def in_rows(found: VesselIdentity) -> list[tuple[str, str, str, str, str]]:
    """Return an identity as rows for people: fact, value, first, last (UTC), how many."""
    rows = [
        (fact.replace("_", " "), span.value, _minute(span.first), _minute(span.last),
         f"{span.reports:,} reports")
        for fact in _FACTS
        for span in getattr(found, fact)
    ]  # fmt: skip
    rows += [
        ("other, same IMO", one.value, _minute(one.first), _minute(one.last), "not taken for her")
        for one in found.others
    ]  # fmt: skip
    return rows + [
        ("segment", str(one.mmsi), _minute(one.first_at), _minute(one.last_at),
         f"{one.positions:,} positions")
        for one in found.segments
    ]  # fmt: skip


def in_words(found: VesselIdentity) -> list[str]:
    """Return what does not fit together, a line each."""
    return [
        f"conflict  {_minute(one.first)} to {_minute(one.last)}: {one.said}"
        for one in found.conflicts
    ]


def _minute(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
