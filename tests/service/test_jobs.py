"""The jobs process on a real database: one of several works, and what fails is named."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count

import numpy as np
import psycopg
import pytest

from ais.errors import SpoolError
from ais.spool import snapshots
from ais.spool.layout import SpoolSettings, position, segments_on_disk
from ais.spool.writer import SpoolWriter
from alerts.routing import Office, RoutingSettings, Rule
from service import jobs as jobs_module
from service import schedule as schedule_module
from service.jobs import Jobs
from service.pipeline.shelf import Shelf
from service.schedule import Schedule
from service.settings import RetentionSettings, Settings
from store.audit import rows
from store.changes import Change
from store.connect import connect, session
from store.editions import Adoption, publish, put_adoptions
from store.live import get_health
from store.locks import job_lock
from store.watchlist import propose, release
from store.writer import Writer
from tests.plugins.notices import alert
from tests.plugins.rows import positions, writes
from tests.plugins.told import put
from tests.plugins.waiting import at_work, until
from watchlist.entries import WatchlistEntry

LOCKS = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND d.datname = current_database()
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(Schedule, "BEAT_S", 0.05)


@pytest.fixture
def settings(tmp_path) -> Settings:
    # A silence, however long, ages no segment by more than a day.
    return Settings(folder=tmp_path, retention=RetentionSettings(spool_days=0.5))


@pytest.fixture
def asked(monkeypatch) -> list[bool]:
    """Whether the lock was given, for each time that a jobs process asked for it."""
    answers: list[bool] = []

    class Watched:
        def __init__(self, dsn: str) -> None:
            self.lock = job_lock(dsn)

        def __enter__(self):
            mine = self.lock.__enter__()
            answers.append(mine is not None)
            return mine

        def __exit__(self, *error: object):
            return self.lock.__exit__(*error)

    monkeypatch.setattr(schedule_module, "job_lock", Watched)
    return answers


@pytest.fixture
def old_spool(settings):
    """A spool with three closed segments of 1970, and an open one."""
    folder = settings.folder / "spool"
    with SpoolWriter(folder, SpoolSettings(segment_bytes=20)) as writer:
        for second in range(3):
            writer.append("naples", [b"!AIVDM,line %d" % second], 1000 + second)
            writer.sync()
    return folder


def health(dsn: str) -> dict:
    with connect(dsn) as connection:
        return get_health(connection).get("jobs", {}).get("state", {}).get("done", {})


def test_retention_runs_at_once_and_its_outcome_is_in_health(settings, dsn):
    with at_work(Jobs(settings, dsn)):
        note = until(lambda: health(dsn).get("retention"))
    assert (note["segments"], note["editions"]) == ([], [])
    assert not any(note["database"].values())
    age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(note["at"])
    assert abs(age) < dt.timedelta(minutes=1)


def test_entries_that_somebody_should_look_at_again_are_in_health(settings, dsn):
    today = dt.datetime.now(dt.UTC).date()
    days = [today + dt.timedelta(days=after) for after in (300, 10, -10, -40)]
    entries = [WatchlistEntry(mmsi=(247000001 + n,), review_by=day) for n, day in enumerate(days)]
    change = Change("rossi", "case", dt.datetime.now(dt.UTC))
    with psycopg.connect(dsn) as connection:
        release(connection, dict(propose(connection, entries, change)), change, four_eyes=False)
    with at_work(Jobs(settings, dsn)):
        note = until(lambda: health(dsn).get("reviews"))
    assert note["entries"] == 4
    assert {note[state] for state in ("ok", "due soon", "overdue", "expired")} == {1}


def test_old_positions_are_gone_after_the_start(settings, dsn):
    with Writer(dsn) as writer:
        writer.commit(writes(positions(time=["2020-07-04T14:51:00"])))
    with at_work(Jobs(settings, dsn)):
        note = until(lambda: health(dsn).get("retention"))
    assert len(note["database"]["chunks"]) == 1
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM position").fetchone() == (0,)


def test_messages_on_a_channel_that_is_not_there_any_more_are_in_health(settings, dsn):
    routing = RoutingSettings(
        (Office("catania", "Catania", channels=("old-mail",)),), (Rule("all", ("*",)),)
    )
    put(dsn, alert("distress"), routing)

    def told() -> dict | None:
        with connect(dsn) as connection:
            state = get_health(connection).get("jobs", {}).get("state", {})
        return state.get("deliveries", {}).get("old-mail")

    with at_work(Jobs(settings, dsn)):
        assert until(told)["stranded"] == 1


def test_while_another_holds_the_lock_nothing_is_done(settings, dsn, asked):
    idle = Jobs(settings, dsn)
    with job_lock(dsn), at_work(idle):
        until(lambda: len(asked) >= 3)
        assert (any(asked), idle.done) == (False, {})


def test_of_two_only_one_works_and_the_other_takes_over(settings, dsn, asked):
    first, second = Jobs(settings, dsn), Jobs(settings, dsn)
    with at_work(second):
        with at_work(first):
            until(lambda: first.done or second.done)
            until(lambda: asked.count(False) >= 2)
            assert bool(first.done) != bool(second.done)
        until(lambda: second.done)


def test_who_loses_its_connection_asks_for_the_lock_again(settings, dsn, asked):
    with at_work(Jobs(settings, dsn)) as raised:
        until(lambda: health(dsn))
        with psycopg.connect(dsn) as connection:
            assert len(connection.execute(LOCKS).fetchall()) == 1
        until(lambda: asked.count(True) == 2)
    assert raised == []


def test_a_job_that_fails_is_named_in_health_and_stops_nothing(settings, dsn):
    wrong = Settings(folder=settings.folder, retention=RetentionSettings(positions_days=-1))
    with at_work(Jobs(wrong, dsn)) as raised:
        note = until(lambda: health(dsn).get("retention"))
        first = beat(dsn)
        until(lambda: beat(dsn) > first)
    assert note["error"] == "ValueError: retention of -1 days: expected more than 0"
    assert raised == []


def beat(dsn: str) -> dt.datetime:
    with connect(dsn) as connection:
        return get_health(connection)["jobs"]["at"]


def test_a_job_that_failed_says_so_no_more_when_it_works(settings, dsn, monkeypatch):
    monkeypatch.setattr(jobs_module, "RETRY_S", 0.1)
    calls, real, jobs = count(), jobs_module.drop_old, Jobs(settings, dsn)

    def fails_once(*words: object, **options: object):
        if next(calls) == 0:
            raise OSError(28, "No space left on device")
        return real(*words, **options)

    monkeypatch.setattr(jobs_module, "drop_old", fails_once)
    with at_work(jobs):
        until(lambda: "No space left" in jobs.done.get("retention", {}).get("error", ""))
        until(lambda: jobs.done["retention"]["state"] == "done")
    assert "error" not in jobs.done["retention"]


def test_a_database_that_is_away_is_waited_for(settings, asked):
    idle = Jobs(settings, "host=127.0.0.1 port=1 dbname=nothing")
    tries = count()
    with at_work(idle) as raised:
        until(lambda: next(tries) > 20)
    assert (raised, asked, idle.done) == ([], [], {})


def test_segments_stay_until_the_database_has_read_them(settings, dsn, old_spool):
    jobs = Jobs(settings, dsn)
    assert jobs.retention()["segments"] == []
    with Writer(dsn) as writer:
        writer.commit(writes(offset=3 << 40))
    assert jobs.retention()["segments"] == [1, 2]
    assert segments_on_disk(old_spool)[1] == [3]


def test_segments_stay_that_a_restart_would_read_again(settings, dsn, old_spool):
    shot = {"tracks": {"mmsi": np.zeros(1, "u4")}}
    with Writer(dsn) as writer:
        writer.commit(writes(offset=4 << 40))
    for sequence in (2, 3):
        snapshots.save(settings.folder / "snapshots", position(sequence, 5), shot)
    # The newest may turn out to be damaged: then the oldest is where a restart begins.
    assert Jobs(settings, dsn).retention()["segments"] == [1]
    assert segments_on_disk(old_spool)[1] == [2, 3]


def test_a_legal_hold_keeps_its_segments(settings, dsn, old_spool):
    hold = {"name": "case 7", "first": 2 << 40, "last": (2 << 40) + 5}
    (old_spool / "holds.json").write_text(json.dumps([hold]))
    with Writer(dsn) as writer:
        writer.commit(writes(offset=4 << 40))
    jobs = Jobs(settings, dsn)
    assert jobs.retention()["segments"] == [1, 3]


def test_holds_that_cannot_be_read_keep_everything_and_are_named(settings, dsn, old_spool):
    (old_spool / "holds.json").write_text("case 7")
    with Writer(dsn) as writer:
        writer.commit(writes(offset=4 << 40))
    jobs = Jobs(settings, dsn)
    with pytest.raises(SpoolError, match=r"holds\.json"):
        jobs.retention()
    assert segments_on_disk(old_spool)[1] == [1, 2, 3]


def test_editions_go_when_no_line_of_the_spool_speaks_of_them(settings, dsn, old_spool):
    shelf = Shelf(settings.folder / "editions")
    contents = {word: f"{word} zones".encode() for word in ("first", "second", "third", "newest")}
    name = {word: shelf.put("zones", content) for word, content in contents.items()}
    now = dt.datetime.now(dt.UTC)
    with connect(dsn) as connection:
        told = zip(("first", "second", "third"), (1, position(2, 5), position(3, 5)), strict=True)
        put_adoptions(
            connection,
            [Adoption("zones", n, name[word], at, 0) for n, (word, at) in enumerate(told, 1)],
            0,
        )
        publish(connection, "zones", contents["newest"], Change("rossi", "case", now))
    (old_spool / "00000001.zst").unlink()
    (old_spool / "00000002.zst").unlink()
    jobs = Jobs(settings, dsn)
    days_later = now + dt.timedelta(days=2)
    assert jobs._editions(days_later) == []  # the pipeline is still behind
    with Writer(dsn) as writer:
        writer.commit(writes(offset=position(4, 5)))
    assert jobs._editions(now) == []
    assert jobs._editions(days_later) == [f"zones-{name['first']}.json"]
    assert {path.name for path in shelf.folder.iterdir()} == {
        f"zones-{name[word]}.json" for word in ("second", "third", "newest")
    }


def test_what_retention_erased_is_a_row_of_the_audit_by_table(settings, dsn, old_spool):
    with Writer(dsn) as writer:
        # Beyond the old segments: what is not committed is never removed.
        writer.commit(writes(positions(time=["2020-07-04T14:51:00"]), offset=4 << 40))
    jobs = Jobs(settings, dsn)
    first = jobs.retention()["erased"]
    assert {one["table"] for one in first} == {"position", "spool"}
    assert jobs.retention()["erased"] == []
    with session(dsn) as connection:
        [row] = rows(connection, action="retention.erase")
    assert (row.who, row.subject, json.loads(row.details)["erased"]) == (
        "vedetta", "retention", first)  # fmt: skip
