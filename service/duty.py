"""What the desk's clock does, put together for the schedule of the jobs process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from service.digests import Digests, DigestSettings
from service.escalating import DutySettings, Escalating, Helping
from service.receipts import Inboxes, ReceiptSettings
from service.schedule import Every, Job, Turn
from store.connect import session
from store.digests import drop_digests
from store.escalations import drop_calls
from store.job_runs import drop_runs
from store.receipts import drop_receipts

if TYPE_CHECKING:
    from alerts.routing import RoutingSettings
    from service.posts import Post

_DAY_S = 86_400


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def duty_jobs(  # noqa: PLR0913 (each part with its own section)
    dsn: str,
    routing: RoutingSettings,
    post: Post,
    *,
    duty: DutySettings | None = None,
    digests: DigestSettings | None = None,
    receipts: ReceiptSettings | None = None,
    keep_days: float = 365,
    exercise: bool = False,
    sar_help: Helping | None = None,
    link_of: Callable[[str], str] | None = None,
    clock: Callable[[], dt.datetime] = _utc,
) -> tuple[Job, ...]:
    """Return escalation, receipts, digests, the sign of life, and the pruning of their rows.

    ``sar_help`` and ``link_of`` as ``service.alerting.Alerting`` has them; ``keep_days`` for rows
    that nothing waits for. Raises Refused where an inbox cannot be used.
    """
    duty, inboxes = (
        duty or DutySettings(),
        Inboxes(dsn, receipts or ReceiptSettings(), routing, clock),
    )
    inboxes.ready()
    escalating = Escalating(dsn, duty, routing, clock=clock, sar_help=sar_help, link_of=link_of)
    written = Digests(
        dsn, digests or DigestSettings(), routing, post, duty=duty, exercise=exercise, clock=clock
    )
    return escalating.job(), inboxes.job(), *written.jobs(), pruning(dsn, keep_days, clock)


def pruning(
    dsn: str,
    keep_days: float,
    clock: Callable[[], dt.datetime] = _utc,
) -> Job:
    """Return the job that removes rows older than ``keep_days``, once a day."""

    def work(_turn: Turn) -> Mapping[str, int]:
        before = clock() - dt.timedelta(days=keep_days)
        with session(dsn) as connection:
            return {
                "job_runs": drop_runs(connection, before),
                "calls": drop_calls(connection, before),
                "receipts": drop_receipts(connection, before),
                "digests": drop_digests(connection, before),
            }

    return Job("duty_rows", Every(_DAY_S), work)
