"""Rows that the desk's clock and people who signed out leave behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from service.schedule import Every, Job, Turn
from store.connect import session
from store.digests import drop_digests
from store.escalations import drop_calls
from store.job_runs import drop_runs
from store.receipts import drop_receipts
from store.sessions import drop_sessions

_DAY_S = 86_400


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def pruning(
    dsn: str,
    keep_days: float = 365,
    runs_days: float = 14,
    clock: Callable[[], dt.datetime] = _utc,
) -> Job:
    """Return the job that removes, once a day, rows older than ``keep_days``.

    Rows of runs go after ``runs_days``: some jobs run four times a minute.
    """

    def work(_turn: Turn) -> Mapping[str, int]:
        now = clock()
        before = now - dt.timedelta(days=keep_days)
        with session(dsn) as connection:
            return {
                "job_runs": drop_runs(connection, now - dt.timedelta(days=runs_days)),
                "calls": drop_calls(connection, before),
                "receipts": drop_receipts(connection, before),
                "sessions": drop_sessions(connection, now),
                "digests": drop_digests(connection, before),
            }

    return Job("duty_rows", Every(_DAY_S), work)
