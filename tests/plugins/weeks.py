"""Weeks of an invented sea written into the real tables: visits and events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from alerts.trends.settings import TrendSettings
from service.exercise.plants import Plant
from service.exercise.weeks import STAY, weeks_of
from store.connect import connect

if TYPE_CHECKING:
    from service.exercise.weeks import Weeks

UNTIL = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
ASKED = TrendSettings()
START = UNTIL - dt.timedelta(weeks=ASKED.before_weeks + ASKED.weeks)
_VISIT = ("COPY zone_visit (run_id, mmsi, spool, zone, change, time, since, lon_deg, lat_deg) "
          "FROM STDIN")  # fmt: skip
_STATIC = ("COPY static_report (run_id, mmsi, received, spool, content, feed, message, part) "
           "FROM STDIN")  # fmt: skip
_EVENT = ("COPY event (run_id, id, version, kind, state, lane, severity, mmsis, started_at, "
          "updated_at, lon, lat, content) FROM STDIN")  # fmt: skip


def sea(seed: int, *planted: str) -> Weeks:
    """As many weeks as are compared, until UNTIL."""
    return weeks_of(seed, START, ASKED.before_weeks, ASKED.weeks, [Plant(one) for one in planted])


def written(dsn: str, weeks: Weeks) -> None:
    """Write what happened: a visit of each end of a passage, an event for each thing seen."""
    with connect(dsn) as connection, connection.cursor() as cursor:
        with cursor.copy(_VISIT) as copy:
            for one in weeks.passages:
                for zone, change, at, since in (
                    (one.origin, 3, one.left, one.left - STAY), (one.zone, 2, one.came, one.came),
                    (one.zone, 3, one.came + STAY, one.came),
                ):  # fmt: skip
                    copy.write_row((0, one.mmsi, 1, zone, change, at, since, 18.0, 36.0))
        with cursor.copy(_STATIC) as copy:
            for number, seen in enumerate(weeks.seen):
                if seen.kind == "first_heard":
                    copy.write_row((0, seen.mmsis[0], seen.at, number, number, 0, 5, 0))
        with cursor.copy(_EVENT) as copy:
            for number, seen in enumerate(weeks.seen):
                if seen.kind == "first_heard":
                    continue
                for version, state in ((1, "open"), (2, "closed")):
                    copy.write_row(
                        (0, f"{number:016x}", version, seen.kind, state, "law", "low",
                         [*seen.mmsis], seen.at, seen.at, seen.lon, seen.lat, "{}")
                    )  # fmt: skip
