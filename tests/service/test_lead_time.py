"""How early people were told by route: counts, medians with intervals, and what was missed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from alerts.alert import Codes
from geofence.visits import LEFT, PRESENT
from service.editions import zones_in_force
from service.lead_time import lead_times, median_95
from store import audit
from store.connect import connect, session
from store.writer import Writer
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.desks import desk
from tests.plugins.notices import alert
from tests.plugins.rows import writes
from tests.plugins.sailed import listed
from tests.plugins.traffic import called
from tests.plugins.where_and_who import visited

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
START = NOW - dt.timedelta(days=30)
HOUR = dt.timedelta(hours=1)
FIRST = 271_000_100
SHIPS = 7
NOBODY, SILENT = 271_000_200, 271_000_201


def told(dsn: str, mmsi: int, at: dt.datetime, codes: Codes | None = None) -> None:
    """An alert about a ship that was told at a time."""
    content = json.dumps({"codes": asdict(codes or Codes())})
    one = alert(id=f"A-{mmsi:012d}", mmsis=(mmsi,))
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO alert (id, version, subject, raised, state, lane, severity, kind, mmsis, "
            "score, started_at, updated_at, changed_at, content) VALUES (%s, 1, '', true, 'new', "
            "'law', 'high', %s, %s, 0.9, %s, %s, %s, %s)",
            [one.id, one.kind, [mmsi], at, at, at, content],
        )
        connection.execute(
            "INSERT INTO alert_change "
            "VALUES (%s, 1, %s, 'vedetta', 'alert', '', 'new', 0.9, '{}')",
            [one.id, at],
        )


@pytest.fixture(scope="module")
def sea(database_server):
    """Seven ships, told 1 to 7 hours before they came, and three others.

    One listed of whom nobody was told; one told after she had come; one of no concern.
    """
    with fresh_database(database_server) as dsn:
        with session(dsn) as connection:
            zones = zones_in_force(connection)
        port = zones.of_kind("port").zones[0]
        coast = zones.of_kind("arrival_coast").zones[0]
        left, came = NOW - 20 * 24 * HOUR, NOW - 20 * 24 * HOUR + 48 * HOUR
        for n in range(SHIPS):
            called(dsn, left, FIRST + n, port.id, coast.id, hours=48)
            told(dsn, FIRST + n, came - (n + 1) * HOUR)
        called(dsn, left, NOBODY, port.id, coast.id, hours=48)
        called(dsn, left, SILENT, port.id, coast.id, hours=48)
        told(dsn, SILENT, came + 2 * HOUR)
        listed(dsn, NOW - 19 * 24 * HOUR, NOBODY)
        called(dsn, left, 271_000_300, port.id, coast.id, hours=48)
        yield dsn, port, coast


def test_a_route_has_its_median_with_count_and_interval_and_what_was_missed(sea):
    dsn, port, coast = sea
    with session(dsn) as connection:
        leads = lead_times(connection, START, NOW, 0.25)
    [lead] = [one for one in leads if one.zone == coast.name]
    assert (lead.origin, lead.arrived, lead.told, lead.missed) == (port.name, 9, 7, 2)
    assert (lead.median_h, lead.low_h, lead.high_h) == (4.0, 1.0, 7.0)
    assert lead.words == "median 4 h of 7 arrivals, 95 % between 1 and 7 h"
    assert lead.heard is None


def test_what_was_told_on_an_earlier_voyage_does_not_count(sea):
    dsn, port, coast = sea
    ship = 271_000_400
    called(dsn, NOW - 6 * 24 * HOUR, ship, port.id, coast.id, hours=48)
    told(dsn, ship, NOW - 8 * 24 * HOUR)
    with session(dsn) as connection:
        leads = lead_times(connection, NOW - 6 * 24 * HOUR, NOW, 0.25)
    [lead] = [one for one in leads if one.zone == coast.name]
    assert (lead.arrived, lead.told, lead.missed) == (1, 0, 1)
    assert lead.words == "nobody was told before 1 arrival"


def test_who_was_there_when_first_heard_is_no_arrival_that_was_missed(sea):
    dsn, _, _ = sea
    with session(dsn) as connection:
        coast = zones_in_force(connection).of_kind("arrival_coast").zones[1]
    ship, at = 271_000_500, NOW - 4 * 24 * HOUR
    since = [np.datetime64(at.replace(tzinfo=None), "us")] * 2
    left = [since[0], since[0] + np.timedelta64(5, "h")]
    [(visits, _)] = visited(mmsi=[ship] * 2, change=[PRESENT, LEFT], time=left, since=since)
    with Writer(dsn) as writer:
        block = writes(offset=writer.offset() + 10)
        writer.commit(replace(block, visits=((visits, ("none", coast.id)),)))
    listed(dsn, at, ship)
    with session(dsn) as connection:
        leads = lead_times(connection, START, NOW, 0.25)
    [lead] = [one for one in leads if one.zone == coast.name]
    assert (lead.arrived, lead.told, lead.missed, lead.present) == (0, 0, 0, 1)
    assert lead.words == "no arrival; 1 first heard there"


def test_who_may_not_know_of_a_vessel_does_not_find_her_counted(dsn):
    """Neither by her entry, nor by an alert about her that is beyond the clearance."""
    with session(dsn) as connection:
        zones = zones_in_force(connection)
    port, coast = zones.of_kind("port").zones[0], zones.of_kind("arrival_coast").zones[0]
    for ship in (FIRST, NOBODY):
        called(dsn, NOW - 20 * 24 * HOUR, ship, port.id, coast.id, hours=48)
    listed(dsn, NOW - 19 * 24 * HOUR, NOBODY, handling="H3", contributor="GRC")
    told(dsn, FIRST, NOW - 19 * 24 * HOUR, Codes("H3", contributors=("GRC",)))
    with session(dsn) as connection:
        high, low = (
            lead_times(connection, START, NOW, 0.25, people.person("analyst", clearance=one))
            for one in ("H3", "H1")
        )
    assert (coast.name, 2) in [(one.zone, one.arrived) for one in high]
    assert low == []


def test_who_looks_at_lead_times_stands_in_the_audit_once_an_hour(sea):
    dsn, _, coast = sea
    with desk(dsn) as room:
        client = room.as_("analyst")
        for _ in range(2):
            assert coast.name in client.get("/lead-time").text
        with room.connection() as connection:
            [row] = audit.rows(connection, action="lead_time.read", limit=9)
    assert row.who == "analyst"


@pytest.mark.parametrize(
    "count, interval",
    [(0, (None, None)), (5, (None, None)), (6, (1.0, 6.0)), (9, (2.0, 8.0)), (20, (6.0, 15.0))],
)
def test_the_interval_of_a_median_is_that_of_the_sign_test(count, interval):
    assert median_95([float(n + 1) for n in range(count)]) == interval


def test_the_sea_that_is_heard_is_a_share(sea):
    dsn, _, coast = sea
    with connect(dsn, autocommit=True) as connection:
        west, south, east, north = coast.geometry.bounds
        step = 0.25
        rows = [
            (x * step + step / 2, y * step + step / 2)
            for x in range(int(west / step) - 2, int((west + east) / 2 / step))
            for y in range(int(south / step) - 2, int(north / step) + 3)
        ]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO coverage_cell VALUES (%s, %s, 100, 1, 30, 10)", rows)
    with session(dsn) as connection:
        leads = lead_times(connection, START, NOW, step)
    assert all(0 < one.heard < 1 for one in leads if one.zone == coast.name)


def test_the_command_says_the_same(sea, vedetta, monkeypatch):
    dsn, port, coast = sea
    monkeypatch.setenv("DATABASE_URL", dsn)
    rows = json.loads(vedetta("lead-time", "--json").out)
    assert any((one["origin"], one["zone"]) == (port.name, coast.name) for one in rows)
    assert "median 4 h of 7 arrivals" in vedetta("lead-time").out


def test_nobody_of_concern_is_said_so(vedetta, dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dsn)
    told_ = vedetta("lead-time", "--days", 7)
    assert (told_.code, told_.out) == (0, "")
    assert "no listed or alerted vessel arrived in 7 days, as far as we hear" in told_.err
