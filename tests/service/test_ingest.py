"""The ingest process in this process: a real spool, a real database, lines given by hand."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import psycopg
import pytest
import shapely
import structlog

from ais.errors import SpoolError, SpoolLockedError
from ais.feeds.file import FileFeed
from ais.lines import FeedNames, LineBlock
from ais.spool import snapshots
from ais.spool.layout import SpoolSettings, closed_path
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter
from geofence.zones import Zone, ZoneSet
from service import clock, editions
from service import ingest as ingest_module
from service.desk import change
from service.errors import ServiceError, WrongUseError
from service.ingest import Ingest
from service.pipeline import live
from service.settings import IngestSettings, Settings
from service.spools import begin_behind
from store.writer import Writer
from tests.plugins.database import fresh_database
from tests.plugins.nmea import encoded
from tests.plugins.rows import writes
from tests.plugins.waiting import at_work, until

NOBODY = "host=127.0.0.1 port=1 dbname=nothing"
SHIPS = range(247_000_001, 247_000_007)
SAME = """
    SELECT mmsi, time, lon_deg, lat_deg, sog_kn, segment, message FROM position
    ORDER BY time, mmsi
"""


def report(mmsi: int, minute: int = 0) -> bytes:
    place = {"lon": 14.2 + minute / 300, "lat": 40.8}
    return encoded(type=1, mmsi=mmsi, speed=12, course=90, turn=0, **place)[0]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(ingest_module, "SYNC_S", 0.01)
    monkeypatch.setattr(ingest_module, "TICK_S", 0.05)
    monkeypatch.setattr(ingest_module, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(live, "RETRY_S", 0.02)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(folder=tmp_path, ingest=IngestSettings(block_ms=10))


def stored(dsn: str, statement: str = SAME) -> list[tuple]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(statement).fetchall()


def ships(dsn: str) -> set[int]:
    return {mmsi for (mmsi,) in stored(dsn, "SELECT DISTINCT mmsi FROM position")}


def read(ingest: Ingest) -> bool:
    """Whether all that was given is in the database."""
    return (
        ingest.spool.waiting_bytes < 200  # ticks go on
        and (ingest.state()["spool"]["committed"] or 0) >= ingest.spool.head - 200
    )


def fill(settings: Settings, minutes: range, start_ms: int) -> None:
    """Put a report of each ship for each minute into the spool, a segment for each minute."""
    with SpoolWriter(settings.folder / "spool", SpoolSettings(segment_bytes=100)) as spool:
        for minute in minutes:
            now_ms = start_ms + minute * 60_000
            spool.append("naples", [report(mmsi, minute) for mmsi in SHIPS], now_ms)
            spool.append("_tick", [b""], now_ms + 1000)
            spool.sync()


def test_an_exercise_s_receive_time_runs_as_fast_as_the_exercise(tmp_path, hands):
    quick = Settings(folder=tmp_path, ingest=IngestSettings(clock_speed=30))
    ingest = Ingest(quick, NOBODY)
    hands.pass_s(2)
    ingest.sink("naples", [report(SHIPS[0])])
    head = ingest.spool.sync()
    ingest.spool.close()
    block, _ = SpoolReader(tmp_path / "spool", FeedNames()).read(0, head, 10)
    assert block.received.view(np.int64).tolist() == [1_790_000_060_000_000]


# --- lines to rows -------------------------------------------------------------------------------


def test_lines_become_rows(settings, dsn):
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        ingest.sink("naples", [report(mmsi) for mmsi in SHIPS])
        until(lambda: ships(dsn) == set(SHIPS))
    assert raised == []


def test_its_state_is_on_the_board_and_accounts_for_the_lines(settings, dsn):
    ingest = Ingest(settings, dsn)
    with at_work(ingest):
        ingest.sink("naples", [report(mmsi) for mmsi in SHIPS])
        told = until(lambda: on_board(dsn))
    assert told["counts"]["decoded"] == told["positions"]["read"] == len(SHIPS)
    assert told["segments"]["opened"] == len(SHIPS)
    assert (told["database_error"], told["poisoned"]) == ("", 0)
    assert told["spool"]["dropped"] == {"newline": 0, "too long": 0, "buffer full": 0}


def on_board(dsn: str) -> dict | None:
    rows = stored(dsn, "SELECT state FROM health WHERE part = 'ingest'")
    told = rows[0][0] if rows else {"counts": {}, "positions": {}}
    both = told["counts"].get("decoded"), dict(told["positions"]).get("read")
    return told if both == (len(SHIPS), len(SHIPS)) else None


def test_before_the_first_line_the_state_knows_nothing_and_says_so(settings):
    ingest = Ingest(settings, NOBODY)
    told = json.loads(json.dumps(ingest.state()))
    ingest.spool.close()
    assert (told["spool"]["committed"], told["spool"]["lag_s"]) == (None, None)
    assert (told["counts"], told["positions"], told["feeds"]) == ({}, {}, [])


def test_a_second_ingest_on_the_same_spool_is_refused_in_one_line(settings):
    first = Ingest(settings, NOBODY)
    with pytest.raises(SpoolLockedError) as refused:
        Ingest(settings, NOBODY)
    first.spool.close()
    assert "\n" not in str(refused.value)
    assert str(settings.folder) in str(refused.value)


# --- what may go wrong ---------------------------------------------------------------------------


def test_without_a_database_lines_reach_the_spool(settings):
    ingest = Ingest(settings, NOBODY)
    with at_work(ingest) as raised:
        before = ingest.spool.head
        ingest.sink("naples", [report(SHIPS[0])] * 50)
        until(lambda: ingest.spool.head - before > 50 * 50)
    assert raised == []


def test_a_full_disk_does_not_stop_it_and_loses_nothing(settings, dsn):
    ingest = Ingest(settings, dsn)
    sync, tries = ingest.spool.sync, []

    def full() -> int:
        tries.append(1)
        raise SpoolError("spool file x refuses 12 bytes (No space left on device)")

    ingest.spool.sync = full
    with at_work(ingest) as raised:
        ingest.sink("naples", [report(mmsi) for mmsi in SHIPS])
        until(lambda: len(tries) > 3)
        assert ingest.state()["spool"]["waiting_bytes"] > 6 * 48
        assert ships(dsn) == set()
        ingest.spool.sync = sync
        until(lambda: ships(dsn) == set(SHIPS))
    assert raised == []


def test_a_full_disk_is_logged_once_though_ever_more_bytes_wait(settings):
    ingest = Ingest(settings, NOBODY)
    tries = []

    def full() -> int:
        tries.append(1)
        raise SpoolError(f"spool file x refuses {12 * len(tries)} bytes (No space left on device)")

    real, ingest.spool.sync = ingest.spool.sync, full
    with structlog.testing.capture_logs() as events, at_work(ingest):
        until(lambda: len(tries) > 5)
        trouble = ingest.state()["spool"]["trouble"]
        ingest.spool.sync = real
    assert [event["event"] for event in events].count("spool_refused") == 1
    assert "No space left on device" in trouble


def test_whatever_a_sync_raises_the_next_one_is_tried(settings, dsn):
    ingest = Ingest(settings, dsn)
    sync, tries = ingest.spool.sync, []

    def fails() -> int:
        tries.append(1)
        raise OSError(5, "Input/output error")

    ingest.spool.sync = fails
    with at_work(ingest) as raised:
        ingest.sink("naples", [report(mmsi) for mmsi in SHIPS])
        until(lambda: len(tries) > 3)
        assert "Input/output error" in ingest.state()["spool"]["trouble"]
        ingest.spool.sync = sync
        until(lambda: ships(dsn) == set(SHIPS))
    assert raised == []


def test_a_restart_goes_on_in_a_followed_file_where_it_stopped(tmp_path, dsn):
    file = tmp_path / "receiver.log"
    file.write_bytes(report(SHIPS[0]) + b"\n")
    following = Settings(
        folder=tmp_path / "data",
        ingest=IngestSettings(block_ms=10),
        feeds=(FileFeed(name="naples", path=str(file), poll_s=0.01),),
    )
    for ship in SHIPS[:3]:
        ingest = Ingest(following, dsn)
        with at_work(ingest) as raised:
            until(lambda: ship in ships(dsn))  # noqa: B023 (used before the next turn)
            until(lambda: ingest.resumes.on_disk == ingest.resumes.now())  # noqa: B023
        assert raised == []
        with file.open("ab") as log:
            log.write(report(ship + 1) + b"\n")
    assert len(stored(dsn)) == 3


def test_its_stamps_go_on_behind_the_newest_line_of_the_spool_and_health_says_so(settings, hands):
    newest_ms = round(hands.wall * 1000) + 3_000_000
    fill(settings, range(1), newest_ms - 1000)
    ingest = Ingest(settings, NOBODY)
    told = ingest.state()
    ingest.spool.close()
    assert told["now_ms"] == newest_ms
    assert (told["spool"]["clock_ahead_s"], told["spool"]["clock_set_back"]) == (3000.0, 0)


def test_a_mayday_after_the_clock_was_set_back_reaches_the_database(settings, dsn, monkeypatch):
    monkeypatch.setattr(clock, "PATIENCE_S", 0.0)
    fill(settings, range(1), round(time.time() * 1000) + 3_000_000)
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        until(lambda: ingest.state()["eras"])
        ingest.sink("naples", encoded(type=14, mmsi=SHIPS[1], text="MAYDAY SINKING"))
        told = "SELECT kind FROM event"
        until(lambda: ("distress",) in stored(dsn, told))
        assert ingest.state()["spool"]["lag_s"] < 60
    assert (raised, ingest.clock.set_back) == ([], 1)


def test_a_pipeline_that_is_ahead_of_the_clock_is_behind_it(settings):
    ingest = Ingest(settings, NOBODY)
    state = ingest._pipeline.state
    ingest._pipeline.state = lambda: state() | {"now_us": (ingest.clock.ms() + 86_400_000) * 1000}
    assert ingest.state()["spool"]["lag_s"] == pytest.approx(86_400, abs=60)
    ingest.spool.close()


def test_what_a_full_disk_makes_it_drop_is_counted(tmp_path):
    small = Settings(folder=tmp_path, spool=SpoolSettings(buffer_bytes=500))
    ingest = Ingest(small, NOBODY)
    for _ in range(4):
        ingest.sink("naples", [report(SHIPS[0])] * 3)
    assert ingest.state()["spool"]["dropped"]["buffer full"] == 6
    ingest.spool.close()


def test_the_spool_of_another_database_is_refused_in_one_line(settings, dsn):
    with Writer(dsn) as writer:
        writer.commit(writes(offset=7 << 40))
    ingest = Ingest(settings, dsn)
    with pytest.raises(ServiceError, match="it is another spool; give the folder") as refused:
        ingest.run()
    assert "\n" not in str(refused.value)
    assert str(7 << 40) in str(refused.value)


def test_a_spool_that_has_grown_past_another_one_s_end_is_still_another_one(settings, dsn):
    start_ms = round(time.time() * 1000) - 300_000
    fill(settings, range(2), start_ms)
    for _life in range(2):
        taken(settings, dsn)
    other = replace(settings, folder=settings.folder / "other")
    fill(other, range(3, 6), start_ms)
    with pytest.raises(ServiceError, match="it is another spool"):
        Ingest(other, dsn).run()


def test_a_damaged_manifest_stops_nothing(settings, dsn):
    start_ms = round(time.time() * 1000) - 300_000
    fill(settings, range(2), start_ms)
    for _life in range(2):
        taken(settings, dsn)
    (settings.folder / "spool" / "manifest.jsonl").write_bytes(b"torn")
    taken(settings, dsn)


def test_a_lost_spool_is_followed_by_one_that_begins_behind_it(settings, dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dsn)
    start_ms = round(time.time() * 1000) - 300_000
    often = replace(settings, ingest=IngestSettings(block_ms=10, snapshot_s=0.0))
    fill(often, range(2), start_ms)
    for _life in range(2):
        taken(often, dsn)
    why = change("a.rossi", "the disk failed")
    with pytest.raises(WrongUseError, match="is not empty"):
        begin_behind(often, why)
    (settings.folder / "spool").rename(settings.folder / "lost")
    begin_behind(often, why)
    fill(often, range(2, 4), start_ms)
    for _life in range(2):
        taken(often, dsn)
    assert len(stored(dsn)) == 4 * len(SHIPS)
    [(action, reason)] = stored(dsn, "SELECT action, why FROM audit WHERE action LIKE 'spool%'")
    assert (action, reason) == ("spool.begin", "the disk failed")


def test_a_damaged_segment_is_stepped_over_counted_and_named(settings, dsn):
    fill(settings, range(4), round(time.time() * 1000) - 300_000)
    file = closed_path(settings.folder / "spool", 2)
    file.write_bytes(b"\0" * 40 + file.read_bytes()[40:])
    ingest = Ingest(settings, dsn)
    with structlog.testing.capture_logs() as events, at_work(ingest) as raised:
        until(lambda: read(ingest) and ingest.state()["positions"].get("read") == 18)
        assert ingest.state()["spool"]["damaged"] >= 1
    assert raised == []
    named = {event["error"] for event in events if event["event"] == "spool_damaged"}
    assert [str(file) in error for error in named] == [True]
    assert len({row[1] for row in stored(dsn)}) == 3


def test_a_pipeline_that_fails_is_named_and_starts_anew(settings, dsn, monkeypatch):
    real, calls = live.LivePipeline._restored, []

    def fails_once(self, *words: object):
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("tick")
        return real(self, *words)

    monkeypatch.setattr(live.LivePipeline, "_restored", fails_once)
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        ingest.sink("naples", [report(mmsi) for mmsi in SHIPS])
        until(lambda: "ZeroDivisionError('tick')" in ingest.state()["pipeline_error"])
        until(lambda: ships(dsn) == set(SHIPS))
        until(lambda: ingest.state()["pipeline_error"] == "")
    assert raised == []


def test_health_that_cannot_be_written_ends_nothing(settings, dsn, monkeypatch):
    tries = []

    def fails(*_: object) -> None:
        tries.append(1)
        raise ZeroDivisionError("health")

    monkeypatch.setattr(ingest_module.Board, "put", fails)
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        until(lambda: len(tries) > 2)
        ingest.sink("naples", [report(mmsi) for mmsi in SHIPS])
        until(lambda: ships(dsn) == set(SHIPS))
    assert raised == []


def test_what_cannot_be_decoded_is_kept_in_quarantine(settings):
    ingest = Ingest(settings, NOBODY)
    pipeline = ingest._pipeline
    block = LineBlock.of([b"!AIVDM,\xe9"], 0, pipeline._names.code("naples"))
    pipeline._note_line(block, "ValueError('odd')")
    pipeline._note_row(77, "out of range")
    ingest.spool.close()
    file = settings.folder / "quarantine.jsonl"
    assert file.stat().st_mode & 0o077 == 0
    rows = file.read_text().splitlines()
    first, second = map(json.loads, rows)
    assert (first["line"], first["error"]) == ("!AIVDM,\xe9", "ValueError('odd')")
    assert second == {"spool": 77, "error": "out of range"}


# --- going on where it stopped -------------------------------------------------------------------


def taken(settings: Settings, dsn: str) -> Ingest:
    """An ingest process that has read all of the spool and was stopped."""
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        until(lambda: read(ingest))
    assert raised == []
    return ingest


@pytest.fixture
def undisturbed(tmp_path, settings, database_server):
    """Fill a spool with ten minutes and read it in one go: (start in ms, its rows)."""
    start_ms = round(time.time() * 1000) - 660_000
    whole = replace(settings, folder=tmp_path / "whole")
    fill(whole, range(10), start_ms)
    with fresh_database(database_server) as dsn:
        taken(whole, dsn)
        rows = stored(dsn)
    assert len(rows) == 60
    return start_ms, rows


def in_three_lives(settings: Settings, dsn: str, start_ms: int) -> None:
    """Ten minutes, read by three processes one after the other."""
    for minutes in (range(4), range(4, 5), range(5, 10)):
        fill(settings, minutes, start_ms)
        taken(settings, dsn)


def test_restarts_with_snapshots_leave_the_same_rows(settings, dsn, undisturbed):
    start_ms, rows = undisturbed
    often = replace(settings, ingest=IngestSettings(block_ms=10, snapshot_s=0.0))
    in_three_lives(often, dsn, start_ms)
    assert stored(dsn) == rows


def test_restarts_without_a_snapshot_lose_and_repeat_no_position(settings, dsn, undisturbed):
    start_ms, rows = undisturbed
    in_three_lives(settings, dsn, start_ms)
    # Tracks begin anew: their numbers are others.
    assert [row[:5] for row in stored(dsn)] == [row[:5] for row in rows]


def test_a_snapshot_is_where_the_next_one_begins(settings, dsn):
    often = replace(settings, ingest=IngestSettings(block_ms=10, snapshot_s=0.0))
    fill(often, range(3), round(time.time() * 1000) - 300_000)
    first = taken(often, dsn)
    found = snapshots.newest(settings.folder / "snapshots", first.spool.head)
    assert found[0] > 3 << 40
    [numbers] = [found[1]["path"]["numbers"]]
    assert numbers[1] == 18


def test_alerts_know_zones_adopted_after_the_last_snapshot_again(settings, dsn, monkeypatch):
    region = Zone("srr-new", "SRR new", "sar_region", shapely.box(14, 40, 15, 41), "test", "none")
    monkeypatch.setattr(editions, "builtin_zones", lambda: ZoneSet((region,)))
    for _life in range(2):
        ingest = Ingest(settings, dsn)
        with at_work(ingest) as raised:
            until(lambda: ingest.state()["checks"].get("in_force", {}).get("zones"))  # noqa: B023
            until(lambda: read(ingest))  # noqa: B023 (used before the next turn)
        assert raised == []
        alerting = ingest._pipeline._telling._grow
        assert list(alerting._zones) == ["srr-new"]


def test_a_message_whose_parts_a_restart_parts_is_still_one(settings, dsn):
    voyage = encoded(type=5, mmsi=SHIPS[0], shipname="VEDETTA", destination="NAPOLI")
    often = replace(settings, ingest=IngestSettings(block_ms=10, snapshot_s=0.0))
    for part in voyage:
        ingest = Ingest(often, dsn)
        ingest.sink("naples", [part])
        with at_work(ingest):
            until(lambda: read(ingest))  # noqa: B023 (used before the next turn)
    assert stored(dsn, "SELECT mmsi, name FROM vessel") == [(SHIPS[0], "VEDETTA")]


def test_without_a_snapshot_it_reads_some_hours_again_and_not_the_whole_spool(settings, dsn):
    fill(settings, range(0, 1200, 60), round(time.time() * 1000) - 1_200 * 60_000)
    taken(settings, dsn)
    for file in (settings.folder / "snapshots").glob("*"):
        file.unlink()
    ingest = Ingest(settings, dsn)
    with structlog.testing.capture_logs() as events, at_work(ingest) as raised:
        ingest.sink("naples", [report(247_000_099)])
        until(lambda: 247_000_099 in ships(dsn))
    assert raised == []
    [resumed] = [event for event in events if event["event"] == "ingest_resumes"]
    assert 13 << 40 < resumed["snapshot"] < 17 << 40
    # Its track has a number that no other has.
    numbers = "SELECT count(DISTINCT mmsi) FROM position GROUP BY segment ORDER BY 1 DESC LIMIT 1"
    assert stored(dsn, numbers) == [(1,)]
