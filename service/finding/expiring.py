"""Saved questions that nobody reviews end, and are erased as long after that again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog

from service.erasing import SERVICE, Erased, note
from service.finding.saving import expire
from service.schedule import Every, Job
from store.changes import Change
from store.connect import session
from store.questions import drop_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.schedule import Turn

_DAY_S = 86_400
_log = structlog.get_logger()


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def expiring(dsn: str, keep_days: float, clock: Callable[[], dt.datetime] = _utc) -> Job:
    """Return the job that ends, once a day, what was last reviewed ``keep_days`` ago."""

    def work(_turn: Turn) -> Mapping[str, Any]:
        now = clock()
        before = now - dt.timedelta(days=keep_days)
        why = f"nobody said for {keep_days:g} days that it is needed"
        with session(dsn) as connection:
            ended = expire(connection, before, Change(SERVICE, why, now))
            gone = Erased("saved_question", drop_questions(connection, before), before)
        if ended or gone.count:
            _log.info("questions_expired", ended=ended, erased=gone.count)
        return {"ended": len(ended), "erased": note(dsn, "questions", [gone], now)}

    return Job("questions", Every(_DAY_S), work)
