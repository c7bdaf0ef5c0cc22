"""Rows that the desk's clock and people who signed out leave behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from service.erasing import Erased, note
from service.retaining import DESK_DAYS, JOB_RUNS_DAYS, TOKENS_DAYS
from service.schedule import Every, Job, Turn
from store.connect import session
from store.digests import drop_digests
from store.escalations import drop_calls
from store.export_orders import drop_orders
from store.job_runs import drop_runs
from store.purposes import drop_purposes
from store.receipts import drop_receipts
from store.sessions import drop_sessions
from store.tokens import drop_tokens
from store.trends import drop_reports

_DAY_S = 86_400


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def pruning(
    dsn: str,
    keep_days: float = DESK_DAYS,
    runs_days: float = JOB_RUNS_DAYS,
    clock: Callable[[], dt.datetime] = _utc,
) -> Job:
    """Return the job that removes, once a day, rows older than ``keep_days``.

    Rows of runs go after ``runs_days``: some jobs run four times a minute.
    """

    def work(_turn: Turn) -> Mapping[str, Any]:
        now = clock()
        before, runs = now - dt.timedelta(days=keep_days), now - dt.timedelta(days=runs_days)
        expired = now - dt.timedelta(days=TOKENS_DAYS)
        with session(dsn) as connection:
            gone = {
                "job_runs": Erased("job_run", drop_runs(connection, runs), runs),
                "calls": Erased("escalation", drop_calls(connection, before), before),
                "receipts": Erased("receipt", drop_receipts(connection, before), before),
                "sessions": Erased("session", drop_sessions(connection, now), now),
                "purposes": Erased("reading_purpose", drop_purposes(connection, now), now),
                "tokens": Erased("api_token", drop_tokens(connection, expired), expired),
                "exports": Erased("export_order", drop_orders(connection, before), before),
                "digests": Erased("digest", drop_digests(connection, before), before),
                "trends": Erased("trend_report", drop_reports(connection, before), before),
            }
        counts = {name: one.count for name, one in gone.items()}
        return {**counts, "erased": note(dsn, "duty_rows", list(gone.values()), now)}

    return Job("duty_rows", Every(_DAY_S), work)
