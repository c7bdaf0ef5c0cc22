"""Who is told again and again until somebody answers stands there once, and nothing is lost."""

from __future__ import annotations

import datetime as dt

from service.web.alert_pages import reminded
from store.outbox import DeliveryRow

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def message(minute: int, office: str = "catania", state: str = "sent", by: str | None = None):
    """A message that was settled a minute of the hour after noon."""
    at = NOON + dt.timedelta(minutes=minute)
    return DeliveryRow(
        number=minute, notice_id="n", alert="A-0", office=office, channel="smtp", lane=0,
        change="update", why="", enqueued_at=at, state=state, attempts=1, next_try_at=at,
        settled_at=at, reference=None, said=None, acknowledged_at=at if by else None,
        acknowledged_by=by, acknowledged_how=None,
    )  # fmt: skip


def test_reminders_that_arrived_are_one_line_with_all_times():
    newest, oldest = message(9), message(2)
    [(row, times)] = reminded([newest, message(5), oldest])
    assert (row, len(times), min(times)) == (newest, 3, oldest.settled_at)


def test_what_did_not_arrive_or_was_answered_keeps_its_own_line():
    told = [message(9), message(8, state="dead"), message(7, by="a.rossi"), message(6, "piraeus")]
    assert [row for row, _ in reminded([*told, message(2)])] == told
