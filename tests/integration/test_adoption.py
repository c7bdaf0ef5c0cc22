"""A list that somebody changes takes effect in a running service, and in every replay after it."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest

from ais.lines import CONTROL, FeedNames
from ais.spool.reader import SpoolReader
from service import adopting as adopting_module
from service import ingest as ingest_module
from service.editions import publish_watchlist
from service.ingest import Ingest
from service.replay import Replay, replay
from service.settings import IngestSettings, Settings
from store.changes import Change
from store.watchlist import propose, release
from tests.plugins.nmea import encoded
from tests.plugins.waiting import at_work, until
from watchlist.entries import WatchlistEntry

SHIP, LISTED = 247_000_001, 671_000_002
FOUND = "SELECT mmsi, spool, entry, version, matched_on FROM watchlist_hit WHERE run_id = %s"
VISITED = """
    SELECT mmsi, spool, zone, change, time FROM zone_visit WHERE run_id = %s
    ORDER BY spool, zone, change
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(ingest_module, "SYNC_S", 0.01)
    monkeypatch.setattr(ingest_module, "TICK_S", 0.05)
    monkeypatch.setattr(adopting_module, "POLL_S", 0.05)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(folder=tmp_path, ingest=IngestSettings(block_ms=10))


def rows(dsn: str, statement: str, run_id: int = 0) -> list[tuple]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(statement, [run_id]).fetchall()


def report(mmsi: int) -> bytes:
    return encoded(type=1, mmsi=mmsi, lon=14.2, lat=40.8, speed=12, course=90, turn=0)[0]


def change(who: str) -> Change:
    return Change(who, "case 12/2026", dt.datetime.now(dt.UTC))


def put_on_list(dsn: str, mmsi: int) -> str:
    """List a ship as two people do it; return its id."""
    entry = WatchlistEntry(
        mmsi=(mmsi,), name="GHOST", reason="case", contributor="ITA",
        review_by=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=100),
    )  # fmt: skip
    with psycopg.connect(dsn) as connection:
        [(entry_id, version)] = propose(connection, [entry], change("rossi"))
        release(connection, {entry_id: version}, change("bianchi"))
        publish_watchlist(connection, change("bianchi"), 30)
    return entry_id


def control_lines(settings: Settings) -> list[dict]:
    """What the spool says of editions."""
    reader = SpoolReader(settings.folder / "spool", FeedNames())
    block, _ = reader.read(0, reader.end(), 100_000)
    reader.close()
    return [json.loads(block.line(i)) for i in (block.feed == CONTROL).nonzero()[0]]


def test_a_released_entry_is_matched_within_seconds_and_again_in_a_replay(settings, dsn):
    ingest = Ingest(settings, dsn)
    with at_work(ingest) as raised:
        until(lambda: ingest.state()["checks"].get("zones"))
        ingest.sink("naples", [report(SHIP), report(LISTED)])
        until(lambda: rows(dsn, VISITED))
        entry_id = put_on_list(dsn, LISTED)
        until(lambda: rows(dsn, FOUND))
    assert raised == []
    [(mmsi, _spool, entry, version, _on)] = rows(dsn, FOUND)
    assert (mmsi, entry, version) == (LISTED, entry_id, 1)
    live = rows(dsn, FOUND), rows(dsn, VISITED)
    replay(Replay((settings.folder / "spool",), dsn=dsn), settings)
    assert (rows(dsn, FOUND, 1), rows(dsn, VISITED, 1)) == live


def test_a_restart_says_nothing_twice_and_forgets_nothing(settings, dsn):
    put_on_list(dsn, LISTED)
    for _ in range(2):
        ingest = Ingest(settings, dsn)
        with at_work(ingest):
            until(lambda now=ingest: now.state()["checks"].get("listed"))
            ingest.sink("naples", [report(LISTED)])
            until(lambda: rows(dsn, FOUND))
    said = [line["what"] for line in control_lines(settings)]
    assert sorted(said) == ["watchlist", "zones"]
    assert len(rows(dsn, FOUND)) == 1
