from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from alerts.incidents.growing import grow
from alerts.incidents.rationing import Rationed, Wanted
from alerts.incidents.settings import IncidentSettings
from alerts.kinds import LANES
from store.incidents import save
from store.told import digested, drop_told, held, note, spent
from tests.plugins.database import fresh_database
from tests.plugins.incidents import AYLA, BORA, NOON, event, known

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def one_database(database_server):
    with fresh_database(database_server) as dsn:
        yield dsn


@pytest.fixture
def connection(one_database):
    """A transaction of its own for each test, which leaves nothing behind."""
    with psycopg.connect(one_database) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def wanted(connection):
    """Messages of two saved alerts to one office."""
    grown = grow(
        [], [event("gap", AYLA), event("distress", BORA)], known(), IncidentSettings(), NOON
    )
    save(connection, grown, NOON)
    return [Wanted(one.after.alert, "catania", "alert") for one in grown]


def test_an_hours_messages_are_counted_by_office_and_lane(connection, wanted):
    note(connection, Rationed(tuple(wanted), ()), NOW)
    once = {("catania", "law"): 1, ("catania", "distress"): 1}
    assert spent(connection, NOW) == once
    note(connection, Rationed(tuple(wanted), ()), NOW)
    assert spent(connection, NOW + HOUR / 2) == once
    assert spent(connection, NOW + HOUR) == {}


def test_what_is_held_waits_for_one_digest(connection, wanted):
    note(connection, Rationed((), tuple(wanted)), NOW)
    assert spent(connection, NOW) == {}
    waiting = held(connection, "catania", LANES)
    assert {one.id for one in waiting} == {one.alert.id for one in wanted}
    assert held(connection, "piraeus", LANES) == []
    assert digested(connection, "catania", waiting, NOW) == 2
    assert held(connection, "catania", LANES) == []


def test_what_waits_is_never_dropped(connection, wanted):
    note(connection, Rationed(tuple(wanted[:1]), tuple(wanted[1:])), NOW)
    assert drop_told(connection, NOW + HOUR) == 1
    assert len(held(connection, "catania", LANES)) == 1


def test_a_restart_of_a_block_notes_nothing_twice(connection, wanted):
    for _ in range(2):
        note(connection, Rationed(tuple(wanted[:1]), tuple(wanted[1:])), NOW)
    assert connection.execute("SELECT count(*) FROM alert_told").fetchone() == (2,)
