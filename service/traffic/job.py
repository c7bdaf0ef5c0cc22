"""The night's lesson: what yesterday's ships did, into a model that the service then holds by."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog

from service.errors import ServiceError
from service.retaining import TRAFFIC_DAYS
from service.schedule import At, Job
from service.traffic.learning import adopt, keep, learn, moment, newest_model
from store.changes import Change
from store.connect import session
from store.traffic import drop_models

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.schedule import Turn
    from service.traffic.learning import TrafficSettings

HOUR, MINUTE = 2, 40
"""UTC; at night, when the day before is in the database whole."""
_log = structlog.get_logger()
_WHO = "vedetta"


class Learning:
    """Learns whole days, each once, and adopts what it learned if the settings say so."""

    def __init__(self, dsn: str, settings: TrafficSettings) -> None:
        """Learn from the database ``dsn``."""
        self.dsn, self.settings = dsn, settings

    def job(self) -> Job:
        """Return the job."""
        return Job("traffic", At(HOUR, MINUTE), self.work, retry_s=600.0)

    def work(self, turn: Turn) -> dict[str, Any]:
        """Learn until the midnight before the turn; a day without the service is made up."""
        end = turn.due.replace(hour=0, minute=0, second=0, microsecond=0)
        now = dt.datetime.now(dt.UTC)
        change = Change(_WHO, "learned by the clock", now)
        with session(self.dsn) as connection:
            before = newest_model(connection)
            first = end - dt.timedelta(days=self.settings.first_days)
            start = max(moment(before.until_us), first) if before else first
            if start >= end:
                return {"learned": 0}
            model = learn(connection, start, end, self.settings, before, _unless(turn))
            version = keep(connection, model, change)
            edition = adopt(connection, version, change) if self.settings.adopt else None
            dropped = drop_models(connection, now - dt.timedelta(days=TRAFFIC_DAYS))
        note = {
            "learned": (end - start).days, "version": version, "passages": model.passages,
            "lines": len(model.lines), "edition": edition.version if edition else 0,
            "dropped": dropped,
        }  # fmt: skip
        _log.info("traffic_learned", **note)
        return note


def _unless(turn: Turn) -> Callable[[dt.datetime], None]:
    """Return what is asked after each day: nothing is kept of a lesson that has to stop."""

    def learned(day: dt.datetime) -> None:
        if turn.over():
            raise ServiceError(f"stopped at {day:%Y-%m-%d}; the next turn learns all of it again")

    return learned
