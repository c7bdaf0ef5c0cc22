"""Events reach the alerts in the transaction of their block; what fails there stops nothing."""

from __future__ import annotations

import pathlib
from dataclasses import replace

import psycopg
import pytest
import shapely

from alerts.alert import Vessel
from alerts.events import Event
from geofence.zones import Zone, ZoneSet
from service.pipeline import telling
from service.pipeline.shelf import Shelf
from service.pipeline.telling import Telling
from store.editions import Adoption
from store.events import not_grown
from store.writer import Writer
from tests.plugins.rows import positions, writes

HOUR_US = 3_600_000_000
NO_SHELF = Shelf(pathlib.Path("nowhere"))


def event(mmsi: int, kind: str = "drift") -> Event:
    return Event.begin(kind, 1, started_us=HOUR_US, lon=12.5, lat=38.25, mmsi=mmsi, trigger=1)


def block(*events: Event, offset: int = 10):
    return replace(writes(positions(), offset=offset), events=events)


class Alerts:
    """Takes events in, but those of the vessels that it cannot stand."""

    def __init__(self, *unbearable: int) -> None:
        self.unbearable = unbearable
        self.taken: list[int] = []
        self.names: dict[int, str] = {}

    def __call__(self, _connection, events, vessels, _now_us) -> None:
        self.names |= {one.mmsi: vessels[one.mmsi].name for one in events if one.mmsi in vessels}
        if any(one.mmsi in self.unbearable for one in events):
            raise ValueError("no such vessel")
        self.taken += [one.mmsi for one in events]

    def adopt_zones(self, zones) -> None:
        self.zones = [zone.id for zone in zones]

    def adopt_traffic(self, lines) -> None:
        self.lines = [line.mmsi for line in lines]


def rows(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT count(*) FROM position").fetchone()[0]


def waiting(dsn: str) -> list[int]:
    with psycopg.connect(dsn) as connection:
        return [one.mmsi for _, one in not_grown(connection, 10)]


def test_events_are_given_to_the_alerts_once(dsn):
    alerts = Alerts()
    with Writer(dsn, told=Telling(alerts, NO_SHELF)) as writer:
        writer.commit(block(event(1), event(2)))
        writer.commit(block(event(3), offset=20))
        writer.commit(block(offset=30))
    assert alerts.taken == [1, 2, 3]
    assert waiting(dsn) == []


def test_an_event_that_breaks_the_alerts_is_left_aside_and_the_others_go_on(dsn):
    alerts = Alerts(2)
    tell = Telling(alerts, NO_SHELF)
    with Writer(dsn, told=tell) as writer:
        writer.commit(block(event(1), event(2), event(3)))
        writer.commit(block(event(4), offset=20))
    assert alerts.taken == [1, 3, 4]
    assert (tell.failed, tell.error) == (1, "ValueError('no such vessel')")
    assert (rows(dsn), waiting(dsn)) == (2, [2])


def test_after_a_restart_what_was_left_aside_is_tried_again(dsn):
    with Writer(dsn, told=Telling(Alerts(1), NO_SHELF)) as writer:
        writer.commit(block(event(1)))
    alerts = Alerts()
    with Writer(dsn, told=Telling(alerts, NO_SHELF)) as writer:
        writer.commit(block(offset=20))
    assert alerts.taken == [1]


def test_a_storm_is_taken_in_over_several_blocks(dsn, monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    alerts = Alerts()
    with Writer(dsn, told=Telling(alerts, NO_SHELF)) as writer:
        writer.commit(block(*map(event, range(1, 6))))
        assert alerts.taken == [1, 2]
        writer.commit(block(offset=20))
        writer.commit(block(offset=30))
    assert alerts.taken == [1, 2, 3, 4, 5]


def test_what_waits_in_a_storm_is_told_with_what_its_own_block_knew(dsn, monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    alerts = Alerts()
    first = block(*map(event, (1, 2, 3)))
    with Writer(dsn, told=Telling(alerts, NO_SHELF)) as writer:
        writer.commit(replace(first, vessels=tuple(Vessel(n, f"SHIP {n}") for n in (1, 2, 3))))
        writer.commit(block(offset=20))
    assert alerts.names == {1: "SHIP 1", 2: "SHIP 2", 3: "SHIP 3"}


def test_a_rescue_does_not_wait_behind_a_storm(dsn, monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    alerts = Alerts()
    storm = [*map(event, (1, 2, 3)), event(9, "distress")]
    with Writer(dsn, told=Telling(alerts, NO_SHELF)) as writer:
        writer.commit(block(*storm))
    assert alerts.taken == [9, 1]


def test_a_connection_that_is_gone_is_not_the_alerts_fault(dsn):
    def lost(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection")

    tell = Telling(lost, NO_SHELF)
    with Writer(dsn, told=tell) as writer, pytest.raises(Exception, match="closed the connection"):
        writer.commit(block(event(1)))
    assert (tell.failed, rows(dsn)) == (0, 0)


def test_zones_that_take_effect_are_in_force_for_alerts(dsn, tmp_path):
    shelf, alerts = Shelf(tmp_path), Alerts()
    area = Zone("here", "here", "custom", shapely.box(14, 40, 15, 41), "test", "none")
    sha256 = shelf.put("zones", ZoneSet((area,)).to_bytes())
    adoption = Adoption("zones", 1, sha256, 5, 0)
    with Writer(dsn, told=Telling(alerts, shelf)) as writer:
        writer.commit(replace(block(event(1)), adoptions=(adoption,)))
    assert alerts.zones == ["here"]
