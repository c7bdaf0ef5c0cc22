"""The schedule on a real database: nothing missed, nothing twice, nothing without the lock."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.schedule import At, Every, Job, Schedule, Turn
from store.connect import connect
from store.job_runs import job_runs
from store.locks import job_lock
from tests.plugins.waiting import at_work, until

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LOCKS = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND d.datname = current_database()
"""


class Clock:
    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


class Counted:
    """A job that notes its turns, and fails as often as it is told to."""

    def __init__(self, timing, failures: int = 0) -> None:
        self.turns: list[Turn] = []
        self.failures = failures
        self.job = Job("count", timing, self.work, retry_s=0.01)

    def work(self, turn: Turn) -> dict[str, int]:
        self.turns.append(turn)
        if len(self.turns) <= self.failures:
            raise ValueError("no luck")
        return {"turns": len(self.turns)}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(Schedule, "BEAT_S", 0.02)


def states(dsn: str) -> list[str]:
    with connect(dsn) as connection:
        return [run.state for run in job_runs(connection)]


def test_what_was_due_while_nobody_ran_is_made_up_once_and_knows_since_when(dsn):
    clock, counted = Clock(), Counted(Every(3600))
    schedule = Schedule(dsn, [counted.job], clock=clock)
    schedule.fire(counted.job)
    clock.now += 5.5 * HOUR
    schedule.fire(counted.job)
    schedule.fire(counted.job)
    assert [(turn.due, turn.since) for turn in counted.turns] == [
        (NOON, None), (NOON + 5 * HOUR, NOON),
    ]  # fmt: skip
    assert states(dsn) == ["done", "done"]


def test_a_clock_that_was_ahead_and_is_set_back_silences_no_job(dsn):
    """Five hours ahead, as after a dead battery: what runs by the half minute goes on at once."""
    clock, counted = Clock(NOON + 5 * HOUR), Counted(Every(1800))
    schedule = Schedule(dsn, [counted.job], clock=clock)
    schedule.fire(counted.job)
    clock.now = NOON
    for _ in range(12):
        clock.now += 0.5 * HOUR
        schedule.fire(counted.job)
    assert len(counted.turns) == 13


def test_a_job_that_fails_is_named_and_tried_again_until_it_is_done(dsn):
    counted = Counted(Every(3600), failures=2)
    schedule = Schedule(dsn, [counted.job], clock=Clock())
    with at_work(schedule) as raised:
        until(lambda: states(dsn) == ["done"])
    assert raised == []
    assert len(counted.turns) == 3
    with connect(dsn) as connection:
        assert job_runs(connection)[0].attempt == 3


def test_two_processes_do_each_run_once(dsn):
    first, second = Counted(Every(3600)), Counted(Every(3600))
    clock = Clock()
    for counted in (first, second):
        Schedule(dsn, [counted.job], clock=clock).fire(counted.job)
    assert (len(first.turns), len(second.turns)) == (1, 0)


def test_without_the_lock_nothing_runs(dsn):
    counted = Counted(Every(3600))
    schedule = Schedule(dsn, [counted.job], clock=Clock())
    with job_lock(dsn) as mine:
        assert mine
        with at_work(schedule):
            assert counted.turns == []
    assert states(dsn) == []


def test_a_lost_lock_stops_the_running_job_and_it_is_done_again(dsn):
    seen: list[bool] = []

    def work(turn: Turn) -> dict[str, int]:
        if not seen:
            until(turn.over)
        seen.append(turn.over())
        return {}

    schedule = Schedule(dsn, [Job("long", Every(3600), work)], clock=Clock())
    with at_work(schedule) as raised:
        until(lambda: states(dsn) == ["running"])
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(LOCKS)
        until(lambda: seen)
    assert raised == []
    assert seen[0] is True
    assert states(dsn) == ["done"]


def test_a_run_that_another_process_left_unfinished_is_done_again(dsn):
    counted = Counted(Every(3600))
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO job_run (job, due_at, attempt, worker, state, started_at) "
            "VALUES ('count', %s, 1, 'dead', 'running', %s)",
            [NOON, NOON],
        )
    with at_work(Schedule(dsn, [counted.job], clock=Clock())):
        until(lambda: states(dsn) == ["done"])
    assert len(counted.turns) == 1


def test_the_beat_tells_what_was_done(dsn):
    beats: list[dict] = []
    counted = Counted(Every(3600))
    schedule = Schedule(
        dsn, [counted.job], clock=Clock(), beat=lambda done: beats.append(dict(done))
    )
    with at_work(schedule):
        until(lambda: beats and "count" in beats[-1])
    assert beats[-1]["count"]["turns"] == 1
    assert beats[-1]["count"]["state"] == "done"


@pytest.mark.parametrize(
    ("timing", "now", "due"),
    [
        (At(6, 0, "Europe/Rome"), "2026-11-20T04:59:59Z", "2026-11-19T05:00:00Z"),
        (At(6, 0, "Europe/Rome"), "2026-11-20T05:00:00Z", "2026-11-20T05:00:00Z"),
        (At(6, 0, "Europe/Rome"), "2026-07-20T05:00:00Z", "2026-07-20T04:00:00Z"),
        (At(6, 0, "Europe/Athens", "mon"), "2026-11-20T12:00:00Z", "2026-11-16T04:00:00Z"),
        (At(0, 0, "Europe/Rome"), "2026-11-20T23:30:00Z", "2026-11-20T23:00:00Z"),
        (At(2, 30, "Europe/Rome"), "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z"),
        (Every(30), "2026-11-20T12:00:59Z", "2026-11-20T12:00:30Z"),
    ],
)
def test_when_a_job_was_due(timing, now, due):
    assert timing.latest(dt.datetime.fromisoformat(now)) == dt.datetime.fromisoformat(due)


@given(
    st.integers(1_704_067_200, 1_900_000_000).map(lambda s: dt.datetime.fromtimestamp(s, dt.UTC)),
    st.integers(0, 23),
    st.sampled_from(["", "mon", "sun"]),
)
def test_the_last_due_time_is_past_and_not_older_than_its_period(now, hour, day):
    due = At(hour, 15, "Europe/Athens", day).latest(now)
    longest = dt.timedelta(days=7 if day else 1, hours=1)
    assert due <= now < due + longest
    assert At(hour, 15, "Europe/Athens", day).latest(due) == due


def test_apscheduler_fires_when_it_was_due():
    for timing in (At(6, 0, "Europe/Rome"), At(6, 0, "Europe/Rome", "mon"), Every(30)):
        fires = timing.trigger().get_next_fire_time(None, NOON)
        assert timing.latest(fires.astimezone(dt.UTC)) == fires
