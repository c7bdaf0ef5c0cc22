"""What is in force is composed from what comes along and what the database holds."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely

from geofence.builtin import builtin_zones
from geofence.errors import GeofenceError
from geofence.index import ZoneIndex
from geofence.zones import Zone, ZoneSet
from service import editions as editions_module
from service.editions import bring_up_to_date, publish_watchlist, publish_zones, zones_in_force
from service.pipeline.shelf import WATCHLIST, ZONES
from store.changes import Change
from store.connect import connect
from store.editions import content, newest
from store.watchlist import propose, release
from store.zones import put_zones, remove_zones
from watchlist.entries import Edition, WatchlistEntry

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def change(who: str = "rossi") -> Change:
    return Change(who, "case 12/2026", NOW)


def zone(name: str) -> Zone:
    return Zone(name, "Ours", "custom", shapely.box(14, 40, 14.5, 40.5), "drawn", "none")


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """One zone comes along: all of them are another test's."""
    monkeypatch.setattr(editions_module, "builtin_zones", lambda: ZoneSet((zone("port-a"),)))


@pytest.fixture
def connection(dsn):
    with connect(dsn) as opened:
        yield opened


def test_a_zone_of_the_database_stands_in_place_of_one_that_comes_along(connection):
    put_zones(connection, [zone("patrol"), Zone("port-a", "Redrawn", "port",
              shapely.box(1, 1, 2, 2), "drawn", "none")], change())  # fmt: skip
    assert {one.id: one.name for one in zones_in_force(connection).zones} == {
        "patrol": "Ours",
        "port-a": "Redrawn",
    }
    remove_zones(connection, ["port-a"], change())
    assert {one.name for one in zones_in_force(connection).zones} == {"Ours"}


def test_the_same_zones_again_are_no_new_edition(connection):
    first, again = (publish_zones(connection, change()) for _ in range(2))
    put_zones(connection, [zone("patrol")], change())
    assert (first.version, again.version) == (1, 1)
    assert publish_zones(connection, change()).version == 2


def test_the_bytes_of_an_edition_are_the_zones_in_force(connection):
    put_zones(connection, [zone("patrol")], change())
    row = publish_zones(connection, change())
    assert ZoneSet.from_bytes(content(connection, row.sha256)) == zones_in_force(connection)


def test_an_edition_of_the_list_holds_released_entries_only(connection):
    entry = WatchlistEntry(
        mmsi=(247_000_001,), name="GHOST", reason="case", contributor="ITA",
        review_by=NOW.date() + dt.timedelta(days=10),
    )  # fmt: skip
    [(first, version), _second] = propose(connection, [entry, entry], change())
    release(connection, {first: version}, change("bianchi"))
    row = publish_watchlist(connection, change(), 30)
    [listed] = Edition.from_bytes(content(connection, row.sha256)).entries
    ends = (NOW + dt.timedelta(days=41)).timestamp() * 1e6
    assert (listed.id, listed.version) == (first, version)
    assert listed.matches_until == pytest.approx(ends, abs=86_400e6)
    assert b"case" not in content(connection, row.sha256)


def test_a_start_publishes_both_once(connection):
    for _ in range(2):
        assert bring_up_to_date(connection, 30, NOW) == {}
    assert [newest(connection, what).version for what in (ZONES, WATCHLIST)] == [1, 1]


def test_zones_that_cannot_be_composed_hold_up_no_list(connection, monkeypatch):
    def refuse(_connection):
        msg = "zone patrol: leave_m 50000"
        raise GeofenceError(msg)

    monkeypatch.setattr(editions_module, "zones_now", refuse)
    assert bring_up_to_date(connection, 30, NOW) == {ZONES: "zone patrol: leave_m 50000"}
    assert newest(connection, ZONES) is None
    assert newest(connection, WATCHLIST).version == 1


def test_all_zones_that_come_along_make_an_edition_that_an_index_takes():
    zones = ZoneSet.from_bytes(builtin_zones().to_bytes())
    assert zones == builtin_zones()
    assert len(ZoneIndex.of(zones).cells.kind) > 100_000
