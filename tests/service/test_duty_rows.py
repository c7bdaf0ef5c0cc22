"""All jobs of the desk run on an empty service, and their rows are pruned."""

from __future__ import annotations

import datetime as dt

from alerts.routing import Office, RoutingSettings
from service.digests import Digests, DigestSettings
from service.duty_rows import pruning
from service.escalating import DutySettings, Escalating
from service.posts import Posts
from service.receipts import Inboxes, ReceiptSettings
from service.schedule import Job, Schedule, Turn
from store.changes import Change
from store.connect import connect
from store.job_runs import job_runs
from store.tokens import ApiToken, add_token, tokens_of
from tests.plugins import people

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ROUTING = RoutingSettings(offices=(Office("desk", "Desk"),))


def jobs_of(dsn, folder) -> list[Job]:
    """All jobs of the desk, at noon."""

    def clock() -> dt.datetime:
        return NOON

    written = Digests(dsn, DigestSettings(), ROUTING, Posts((), folder), clock=clock)
    return [
        Escalating(dsn, DutySettings(), ROUTING, clock=clock).job(),
        Inboxes(dsn, ReceiptSettings(), ROUTING, clock).job(),
        *written.jobs(),
        pruning(dsn, clock=clock),
    ]


def test_every_job_of_a_new_service_is_done_and_the_desk_finds_its_digests(dsn, tmp_path):
    jobs = jobs_of(dsn, tmp_path)
    schedule = Schedule(dsn, jobs, clock=lambda: NOON)
    for job in jobs:
        schedule.fire(job)
    assert {name: note["state"] for name, note in schedule.done.items()} == dict.fromkeys(
        ["escalating", "receipts", "digest_daily", "digest_weekly", "heartbeat", "duty_rows"],
        "done",
    )
    written = sorted(path.name for path in (tmp_path / "desk").iterdir())
    assert written == ["20261116T060000Z-weekly-desk.txt", "20261120T050000Z-daily-desk.txt"]


def test_rows_are_pruned_by_age(dsn, tmp_path):
    schedule = Schedule(dsn, [], clock=lambda: NOON)
    for job in jobs_of(dsn, tmp_path):
        schedule.fire(job)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO escalation VALUES ('A-gone', 'desk', 1, %(at)s, '')", {"at": NOON}
        )
        connection.execute(
            "UPDATE job_run SET due_at = %(at)s WHERE job = 'receipts'", {"at": NOON}
        )
        connection.execute(
            "INSERT INTO job_run (job, due_at, attempt, worker, state, started_at, finished_at) "
            "VALUES ('receipts', %(at)s, 1, 'w', 'done', %(at)s, %(at)s)",
            {"at": NOON - dt.timedelta(days=1)},
        )
        holder = people.add(dsn, "operator")
        for label, days in (("expired", -29), ("old", -31), ("good", 1)):
            ends = NOON + dt.timedelta(days=2 + days)
            token = ApiToken(label.encode().rjust(32), holder.id, label, ("map.read",), NOON, ends)
            with connection.transaction():
                add_token(connection, token, Change("operator", "a test", NOON))
    later = pruning(dsn, 1, 1, lambda: NOON + dt.timedelta(days=2))
    done = later.work(Turn(NOON, None, lambda: False))
    erased = done.pop("erased")
    empty = ("receipts", "sessions", "purposes", "digests", "exports", "trends")
    nothing = dict.fromkeys(empty, 0)
    assert done == {"job_runs": 1, "calls": 1, "tokens": 1, **nothing}
    gone = {one["table"]: one["count"] for one in erased}
    assert gone == {"job_run": 1, "escalation": 1, "api_token": 1}
    with connect(dsn) as connection:
        assert [one.label for one in tokens_of(connection, holder.id)] == ["expired", "good"]
    with connect(dsn) as connection:
        assert len(job_runs(connection)) == 6
