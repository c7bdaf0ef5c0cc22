"""How long before an arrival people were told of the vessel: one row per arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alerts.alert import Codes
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import psycopg

VOYAGE = timedelta(days=14)
"""What was told of a vessel longer ago belongs to another voyage."""


def alert_codes(
    connection: psycopg.Connection, start: datetime, end: datetime
) -> dict[str, Codes]:
    """Return the codes of each alert that ``arrivals`` of [start, end) may rest on."""
    asked = {"start": start - VOYAGE, "end": end + timedelta(days=1)}
    rows = connection.execute(query("alerts_about"), asked)
    return {one: Codes(**said | {"contributors": tuple(said["contributors"])}) if said else Codes()
            for one, said in rows}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """A listed or alerted vessel came to ``zone`` at ``at`` (UTC).

    origin   zone of the port or departure coast that she was at last, None = not known
    told_at  when the first alert of the voyage was told, None = never
    present  she was there already when she was first heard: nobody saw her come
    """

    mmsi: int
    zone: str
    at: datetime
    origin: str | None
    told_at: datetime | None
    present: bool


def arrivals(
    connection: psycopg.Connection,
    zones: Sequence[str],
    origins: Sequence[str],
    start: datetime,
    end: datetime,
    unseen: Collection[str] = (),
) -> list[Arrival]:
    """Return the arrivals at ``zones`` in [start, end) that were anybody's concern, in order.

    ``unseen``: ids of alerts that do not count.
    """
    asked = {"to": list(zones), "from": list(origins), "start": start, "end": end,
             "voyage": VOYAGE, "unseen": list(unseen)}  # fmt: skip
    return [Arrival(*row) for row in connection.execute(query("arrivals_of_interest"), asked)]
