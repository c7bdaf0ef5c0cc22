"""Rows of runs: claimed by one, finished by that one, kept where the next run needs them."""

from __future__ import annotations

import datetime as dt

import pytest

from store.connect import connect
from store.job_runs import claim, drop_runs, finish, job_runs, last_done, take_over

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def connection(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def test_a_run_is_claimed_once_and_done_once(connection):
    assert claim(connection, "digest", NOON, "a", NOON) == 1
    assert claim(connection, "digest", NOON, "b", NOON) is None
    assert last_done(connection, "digest") is None
    assert finish(connection, "digest", NOON, "a", "done", {"sent": 3}, NOON)
    assert claim(connection, "digest", NOON, "a", NOON) is None
    assert last_done(connection, "digest") == NOON
    [run] = job_runs(connection, "digest")
    assert (run.state, run.note, run.attempt) == ("done", {"sent": 3}, 1)


def test_a_failed_run_is_claimed_again(connection):
    claim(connection, "digest", NOON, "a", NOON)
    finish(connection, "digest", NOON, "a", "failed", {"error": "no mail"}, NOON)
    assert claim(connection, "digest", NOON, "b", NOON) == 2


def test_who_lost_the_lock_cannot_finish_what_another_took_over(connection):
    claim(connection, "digest", NOON, "a", NOON)
    assert take_over(connection) == 1
    assert not finish(connection, "digest", NOON, "a", "done", {}, NOON)
    assert claim(connection, "digest", NOON, "b", NOON) == 2
    assert not finish(connection, "digest", NOON, "a", "done", {}, NOON)
    assert finish(connection, "digest", NOON, "b", "done", {}, NOON)


def test_pruning_keeps_the_newest_done_run_of_each_job(connection):
    for days, state in ((3, "done"), (2, "done"), (1, "failed")):
        at = NOON - days * DAY
        claim(connection, "digest", at, "a", at)
        finish(connection, "digest", at, "a", state, {}, at)
    assert drop_runs(connection, NOON) == 2
    assert last_done(connection, "digest") == NOON - 2 * DAY
