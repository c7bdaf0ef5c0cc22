"""What is counted week by week for trends, and the reports that were made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

WEEK = timedelta(days=7)
Row: TypeAlias = tuple[tuple[Any, ...], int | None, int, int]
"""Key, week (None = all of the last weeks), number, different ships of the last weeks."""
_LEFT, _CAME = [3], [1, 2]


@dataclass(frozen=True, slots=True)
class Span:
    """The weeks in [start, end), UTC; ``late`` is where the last ones begin.

    hidden  no event for law enforcement of these MMSIs is counted: the reader may not know of it
    """

    start: datetime
    late: datetime
    end: datetime
    hidden: frozenset[int] = frozenset()

    @property
    def weeks(self) -> int:
        """Return how many weeks it has."""
        return (self.end - self.start) // WEEK

    @property
    def asked(self) -> dict[str, Any]:
        """Return the parameters of the queries."""
        return {"start": self.start, "late": self.late, "end": self.end,
                "hidden": sorted(self.hidden)}  # fmt: skip


def routes(
    connection: psycopg.Connection, span: Span, origins: Sequence[str], zones: Sequence[str]
) -> list[Row]:
    """Return arrivals at ``zones`` by the one of ``origins`` where the ship was last: 2-key."""
    asked = {"from": [*origins], "to": [*zones]}
    return _rows(connection, query("trend_routes"), span, 2, **asked)


def coasts(
    connection: psycopg.Connection, span: Span, zones: Sequence[str],
    what: Literal["left", "came"],
) -> list[Row]:  # fmt: skip
    """Return different ships a week that left, or came to, each of ``zones``."""
    changes = _LEFT if what == "left" else _CAME
    return _rows(connection, query("trend_coasts"), span, 1, zones=[*zones], changes=changes)


def areas(connection: psycopg.Connection, span: Span, kind: str, cell_deg: float) -> list[Row]:
    """Return events of a kind by column and row of their cell, each vessel or pair once a week."""
    return _rows(connection, query("trend_areas"), span, 2, kind=kind, cell=cell_deg)


def identities(connection: psycopg.Connection, span: Span) -> list[Row]:
    """Return ships that changed their identity, by the first three digits of their number."""
    return _rows(connection, query("trend_identities"), span, 1)


def first_heard(connection: psycopg.Connection, span: Span) -> list[Row]:
    """Return numbers that were heard for the first time, by their first three digits."""
    return _rows(connection, query("trend_first_heard"), span, 1)


def meetings(
    connection: psycopg.Connection, span: Span
) -> list[tuple[int, int, int, int, float, float]]:
    """Return encounters: two MMSIs, week and day from the start, lon, lat; in order of time."""
    return [tuple(row) for row in connection.execute(query("trend_meetings"), span.asked)]


def listed_events(
    connection: psycopg.Connection, span: Span, kinds: Sequence[str]
) -> list[tuple[str, list[int], float | None, float | None]]:
    """Return kind, MMSIs, lon, lat of events of vessels that ever answered to an entry."""
    found = connection.execute(query("trend_listed"), span.asked | {"kinds": [*kinds]})
    return [tuple(row) for row in found]


def days_heard(connection: psycopg.Connection, span: Span) -> tuple[float, ...]:
    """Return on how many days of each week anything was heard, oldest first."""
    found: dict[int, int] = dict(connection.execute(query("trend_days"), span.asked).fetchall())
    return tuple(float(found.get(week, 0)) for week in range(span.weeks))


def outages(connection: psycopg.Connection, start: datetime, end: datetime) -> tuple[int, float]:
    """Return outages of feeds that began in a span, and their hours."""
    row = connection.execute(query("trend_outages"), {"start": start, "end": end}).fetchone()
    return (int(row[0]), round(float(row[1]), 1)) if row else (0, 0.0)


def _rows(
    connection: psycopg.Connection, statement: bytes, span: Span, keys: int, **asked: object
) -> list[Row]:
    found = connection.execute(statement, span.asked | asked)
    return [(row[:keys], row[keys], row[keys + 1], row[keys + 2]) for row in found]


def put_report(
    connection: psycopg.Connection, until: datetime, content: Mapping[str, Any], now: datetime,
    office: str = "",
) -> None:  # fmt: skip
    """Keep the report of the weeks until ``until`` as an office reads it; "" = the desk.

    One that is there is replaced.
    """
    connection.execute(
        "INSERT INTO trend_report (until, office, made_at, content) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (until, office) DO UPDATE "
        "SET made_at = excluded.made_at, content = excluded.content",
        [until, office, now, json.dumps(content)],
    )


def report(
    connection: psycopg.Connection, until: datetime | None = None, office: str = ""
) -> tuple[datetime, dict[str, Any]] | None:
    """Return when a report was made, and its content; the newest for None. None = no report."""
    row = connection.execute(
        "SELECT made_at, content FROM trend_report WHERE office = %(office)s "
        "AND (%(until)s::timestamptz IS NULL OR until = %(until)s) ORDER BY until DESC LIMIT 1",
        {"until": until, "office": office},
    ).fetchone()
    return None if row is None else (row[0], row[1])


def reports(
    connection: psycopg.Connection, before: datetime | None = None, limit: int = 60,
    office: str = "",
) -> list[tuple[datetime, dict[str, Any]]]:  # fmt: skip
    """Return (until, content) of the newest reports, newest first; only of earlier weeks."""
    found = connection.execute(
        "SELECT until, content FROM trend_report WHERE office = %(office)s "
        "AND (%(before)s::timestamptz IS NULL OR until < %(before)s) "
        "ORDER BY until DESC LIMIT %(limit)s",
        {"before": before, "limit": limit, "office": office},
    )
    return [tuple(row) for row in found]


def drop_reports(connection: psycopg.Connection, before: datetime) -> int:
    """Remove reports made before ``before`` but the newest; return how many."""
    return connection.execute(query("drop_trend_reports"), {"before": before}).rowcount
