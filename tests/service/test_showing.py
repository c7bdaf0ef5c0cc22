"""A vessel whose entry a person does not see looks to them like any other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.alert import Codes
from alerts.events import Fact
from alerts.routing import Office, RoutingSettings
from service.showing import alerts_shown, events_shown
from store.connect import connect
from tests.plugins import people
from tests.plugins.notices import event
from tests.plugins.sailed import MARIA, STELLA, listed, told

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROUTING = RoutingSettings(offices=(Office("catania", "EURTF Catania", country="ITA"),))
LOW = people.person("operator", clearance="H1")
HIGH = people.person("analyst", clearance="H3")


@pytest.fixture
def connection(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def kinds(connection, person, *events) -> list[str]:
    shown = events_shown(connection, person, ROUTING, MARIA, events)
    return [one.kind for one in shown]


def test_who_sees_the_entry_sees_all(dsn, connection) -> None:
    listed(dsn, NOON, handling="H2", contributor="ESP")
    events = event("gap", mmsi=MARIA), event("distress", mmsi=MARIA)
    assert kinds(connection, HIGH, *events) == ["gap", "distress"]


def test_who_does_not_see_the_entry_sees_rescues_only(dsn, connection) -> None:
    listed(dsn, NOON, handling="H2", contributor="ESP")
    events = event("gap", mmsi=MARIA), event("distress", mmsi=MARIA)
    assert kinds(connection, LOW, *events) == ["distress"]


def test_a_meeting_with_a_vessel_of_a_hidden_entry_is_hidden_too(dsn, connection) -> None:
    listed(dsn, NOON, mmsi=STELLA, handling="H2", contributor="ESP")
    meeting = event("encounter", mmsi=MARIA, other_mmsi=STELLA)
    assert kinds(connection, LOW, meeting) == []
    assert kinds(connection, HIGH, meeting) == ["encounter"]


@pytest.mark.parametrize("kind", ["sudden_stop", "not_under_command"])
def test_a_rescue_says_nothing_of_the_list_whose_ever_it_is(dsn, connection, kind) -> None:
    """A fact that only listed vessels lack would name them."""
    listed(dsn, NOON, handling="H2", contributor="ESP")
    for mmsi, said in ((MARIA, True), (STELLA, False)):
        one = event(kind, mmsi=mmsi, evidence={"listed": Fact(said), "speed": Fact(0.1)})
        for who in (LOW, HIGH):
            [shown] = events_shown(connection, who, ROUTING, mmsi, [one])
            assert set(shown.evidence) == {"speed"}


def test_a_vessel_of_no_entry_is_shown_to_the_whole_desk(connection) -> None:
    assert kinds(connection, LOW, event("gap", mmsi=MARIA)) == ["gap"]


def test_an_alert_above_the_clearance_is_not_there(dsn, connection) -> None:
    told(dsn, NOON, codes=Codes("H3", "ask"))
    assert alerts_shown(connection, LOW, ROUTING, MARIA) == []
    assert len(alerts_shown(connection, HIGH, ROUTING, MARIA)) == 1


def test_a_rescue_of_which_one_may_know_only_that_it_is_names_no_vessel(dsn, connection) -> None:
    told(dsn, NOON, "distress", codes=Codes("H3", "ask"))
    assert alerts_shown(connection, LOW, ROUTING, MARIA) == []


def test_an_office_sees_what_it_was_told_and_no_more(dsn, connection) -> None:
    about = told(dsn, NOON)
    office = people.person("office")
    led = event("gap", mmsi=MARIA, started_us=about.started_us)
    other = event("loitering", mmsi=MARIA)
    assert kinds(connection, office, led, other) == []
    with connect(dsn) as writing:
        writing.execute(
            "INSERT INTO alert_told (alert, version, office, lane, at, held) "
            "VALUES (%s, 1, 'catania', 'law', %s, false)",
            [about.id, NOON],
        )
    assert kinds(connection, office, led, other) == ["gap"]
    assert len(alerts_shown(connection, office, ROUTING, MARIA)) == 1
