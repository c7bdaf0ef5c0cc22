"""Newest editions get into the spool, each once, whatever is away or broken meanwhile."""

from __future__ import annotations

import datetime as dt
import errno
import json
import threading

import psycopg
import pytest
import shapely

from ais.lines import CONTROL, FeedNames
from ais.spool.layout import SpoolSettings
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter
from geofence.zones import Zone, ZoneSet
from service import adopting as adopting_module
from service import editions as editions_module
from service.adopting import Adopter
from service.pipeline import shelf as shelf_module
from service.pipeline.shelf import WATCHLIST, ZONES, Shelf
from store.changes import Change
from store.connect import connect
from store.editions import Adoption, publish, put_adoptions
from tests.plugins.waiting import until
from watchlist.entries import Edition


def zones(name: str) -> ZoneSet:
    box = shapely.box(14, 40, 14.5, 40.5)
    return ZoneSet((Zone(name, name, "custom", box, "drawn", "none"),))


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(editions_module, "builtin_zones", lambda: zones("port-a"))
    monkeypatch.setattr(adopting_module, "POLL_S", 0.01)


@pytest.fixture
def spool(tmp_path):
    with SpoolWriter(tmp_path / "spool") as writer:
        yield writer


@pytest.fixture
def adopter(dsn, spool, tmp_path) -> Adopter:
    return Adopter(dsn, Shelf(tmp_path / "editions"), spool, lambda: 1000, 30)


def put(dsn: str, what: str, content: bytes) -> str:
    """Publish an edition; return its hash."""
    with connect(dsn) as connection:
        return publish(connection, what, content, change()).sha256


def change() -> Change:
    return Change("rossi", "case 12/2026", dt.datetime.now(dt.UTC))


def said(spool: SpoolWriter) -> list[tuple[str, int]]:
    """What the spool says of editions."""
    spool.sync()
    reader = SpoolReader(spool.folder, FeedNames())
    block, _ = reader.read(0, reader.end(), 100_000)
    reader.close()
    lines = [json.loads(block.line(i)) for i in (block.feed == CONTROL).nonzero()[0]]
    return [(line["what"], line["version"]) for line in lines]


def test_the_first_look_says_what_this_program_composes_and_keeps_its_bytes(adopter, spool):
    adopter.look()
    adopter.look()
    assert said(spool) == [(ZONES, 1), (WATCHLIST, 1)]
    assert adopter.shelf.holds(ZONES, zones("port-a").sha256())
    assert adopter.shelf.holds(WATCHLIST, Edition().sha256())


def test_of_two_editions_between_two_looks_the_newer_is_said(adopter, spool, dsn):
    adopter.look()
    for name in ("one", "two"):
        put(dsn, ZONES, zones(name).to_bytes())
    adopter.look()
    assert said(spool)[2:] == [(ZONES, 3)]


def test_an_edition_published_during_the_first_look_is_said_at_the_next(
    adopter, spool, dsn, monkeypatch
):
    prepare = Shelf.prepare

    def meanwhile(self, what, sha256):
        put(dsn, ZONES, zones("new").to_bytes())
        return prepare(self, what, sha256)

    monkeypatch.setattr(Shelf, "prepare", meanwhile)
    adopter.look()
    adopter.look()
    assert said(spool) == [(ZONES, 1), (WATCHLIST, 1), (ZONES, 2)]


def test_zones_that_become_as_they_were_are_said_again(adopter, spool, dsn):
    """The edition between may stand in the spool unread, so that the database does not know it."""
    adopter.look()
    with connect(dsn) as connection:
        first = Adoption(ZONES, 1, zones("port-a").sha256(), 0, 0)
        put_adoptions(connection, [first], 0)
    for name in ("new", "port-a"):
        put(dsn, ZONES, zones(name).to_bytes())
    again = Adopter(dsn, adopter.shelf, spool, lambda: 1000, 30)
    again.look()
    assert said(spool)[-2:] == [(ZONES, 3), (WATCHLIST, 1)]


def test_a_restart_says_only_what_the_pipeline_has_not_taken(adopter, spool, dsn):
    adopter.look()
    with connect(dsn) as connection:
        taken = Adoption(ZONES, 1, zones("port-a").sha256(), 0, 0)
        put_adoptions(connection, [taken], 0)
    Adopter(dsn, adopter.shelf, spool, lambda: 1000, 30).look()
    assert said(spool)[2:] == [(WATCHLIST, 1)]


def test_an_edition_whose_file_is_gone_is_put_there_and_said_again(adopter, spool, dsn):
    adopter.look()
    sha256 = zones("port-a").sha256()
    with connect(dsn) as connection:
        put_adoptions(connection, [Adoption(ZONES, 1, sha256, 0, 0)], 0)
    adopter.shelf.path(ZONES, sha256).unlink()
    Adopter(dsn, Shelf(adopter.shelf.folder), spool, lambda: 1000, 30).look()
    assert adopter.shelf.holds(ZONES, sha256)
    assert (ZONES, 1) in said(spool)[2:]


@pytest.mark.parametrize("bad", [b"{}", b"[]", b"\x00", b'{"features":[{"id":"a"}]}'])
def test_an_edition_that_is_none_is_named_not_said_and_holds_up_no_other(
    adopter, spool, dsn, bad, monkeypatch
):
    adopter.look()
    put(dsn, ZONES, bad)
    put(dsn, WATCHLIST, Edition().to_bytes() + b" ")
    tries: list[str] = []
    prepare = Shelf.prepare
    monkeypatch.setattr(
        Shelf, "prepare", lambda self, what, sha: (tries.append(what), prepare(self, what, sha))[1]
    )
    for _ in range(3):
        adopter.look()
    assert said(spool)[2:] == [(WATCHLIST, 2)]
    assert tries.count(ZONES) == 1
    put(dsn, ZONES, zones("good").to_bytes())
    adopter.look()
    assert said(spool)[3:] == [(ZONES, 3)]


def test_an_edition_altered_in_the_database_is_named_and_holds_up_no_other(adopter, spool, dsn):
    adopter.look()
    put(dsn, ZONES, zones("new").to_bytes())
    put(dsn, WATCHLIST, Edition().to_bytes() + b" ")
    with psycopg.connect(dsn) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE edition SET content = '\\x00' WHERE version = 2 AND what = %s",
                           [ZONES])  # fmt: skip
    errors = watched(adopter, lambda: said(spool)[2:] == [(WATCHLIST, 2)] and adopter.error)
    assert "zones, edition 2" in errors
    assert "was altered" in errors


def watched(adopter: Adopter, condition) -> str:
    """Let the adopter run until ``condition`` holds; return its error then."""
    stop = threading.Event()
    thread = threading.Thread(target=adopter.run, args=(stop,))
    thread.start()
    try:
        until(condition)
        return adopter.error
    finally:
        stop.set()
        thread.join()


def test_a_full_disk_is_named_and_the_edition_said_when_there_is_room(adopter, spool, monkeypatch):
    replace, full = shelf_module.replace_durably, threading.Event()
    full.set()

    def refuse(path, content):
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        replace(path, content)

    monkeypatch.setattr(shelf_module, "replace_durably", refuse)
    assert "No space left" in watched(adopter, lambda: adopter.error)
    assert said(spool) == []
    full.clear()
    assert watched(adopter, lambda: said(spool) and not adopter.error) == ""
    assert said(spool) == [(ZONES, 1), (WATCHLIST, 1)]


def test_a_spool_that_takes_no_line_is_asked_again(dsn, tmp_path):
    with SpoolWriter(tmp_path / "spool", SpoolSettings(buffer_bytes=250)) as spool:
        adopter = Adopter(dsn, Shelf(tmp_path / "editions"), spool, lambda: 1000, 30)
        spool.append("naples", [b"x" * 200], 1000)
        assert "spool is full" in watched(adopter, lambda: adopter.error)
        assert said(spool) == []
        adopter.look()
        said(spool)
        adopter.look()
        assert said(spool) == [(ZONES, 1), (WATCHLIST, 1)]


def test_a_database_that_is_away_or_empty_is_named_and_asked_again(adopter, spool, dsn, empty_dsn):
    there = adopter.dsn
    for away in ("host=127.0.0.1 port=9 dbname=none", empty_dsn):
        adopter.dsn = away
        assert watched(adopter, lambda: adopter.error)
    adopter.dsn = there
    assert watched(adopter, lambda: said(spool) and not adopter.error) == ""
