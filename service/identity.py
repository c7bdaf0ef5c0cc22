"""One vessel over time, from what the database keeps of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

from service.errors import ServiceError, WrongUseError
from store import ever
from watchlist.identifiers import imo_is_valid
from watchlist.vessels import VesselIdentity, identity_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import psycopg

_MMSI_LIMIT = 1_000_000_000
_FACTS = ("mmsi", "imo", "name", "call_sign", "flag", "ship_type", "size")


def vessel_identity(
    connection: psycopg.Connection, vessel: str, run_id: int = 0
) -> VesselIdentity:
    """Return the identity of ``vessel``, an MMSI or imo:N, with all MMSIs that sent its number.

    ``run_id`` of a replay; 0 = live.

    Raises WrongUseError where it is neither, ServiceError where nothing was ever heard of it.
    """
    mmsis = _mmsis(connection, vessel, run_id)
    reports = ever.reports_of(connection, sorted(mmsis), run_id)
    segments = ever.segments_of(connection, sorted(mmsis), run_id)
    if not reports and not segments:
        msg = f"{vessel}: was never heard; see that the number is right"
        raise ServiceError(msg)
    return identity_of(reports, segments)


def _mmsis(connection: psycopg.Connection, vessel: str, run_id: int) -> Collection[int]:
    """Return the MMSIs that are ``vessel``: those that share an IMO number that may be right."""
    kind, _, number = vessel.rpartition(":")
    wanted = int(number) if number.isascii() and number.isdecimal() else 0
    if kind.lower() not in {"", "imo", "mmsi"} or not 0 < wanted < _MMSI_LIMIT:
        msg = f"{vessel!r}: is no vessel; expected an MMSI as 247320162, or imo:9074729"
        raise WrongUseError(msg)
    sent = ever.identities_ever(connection, run_id)
    if kind.lower() == "imo":
        return {row.mmsi for row in sent if row.imo == wanted}
    # A number that is none, 1111111 for one, is sent by many who have nothing in common.
    imos = {row.imo for row in sent if row.mmsi == wanted and imo_is_valid(row.imo)}
    return {wanted} | {row.mmsi for row in sent if row.imo in imos}


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
