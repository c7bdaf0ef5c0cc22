"""A rescue that is there only because its vessel is listed tells nobody that she is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from alerts.alert import Codes, Vessel
from alerts.events import Fact
from alerts.notices import thawed
from alerts.routing import Office, RoutingSettings, Rule
from geofence.builtin import builtin_zones
from service.alert_acts import may_do
from service.alerting import Alerting, AlertSettings
from service.exporting.choosing import Viewer
from service.exporting.happened import coded
from service.showing import events_shown
from service.sight import as_seen, sight
from store.changes import Change
from store.incidents import alerts, look
from store.watchlist import propose, release
from tests.plugins.database import fresh_database
from tests.plugins.incidents import AYLA, MINUTE, NOON, event, retracted
from tests.plugins.people import person
from watchlist.entries import WatchlistEntry

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
HERE = (12.6, 39.5)
"""In the region of MRCC Roma."""
CATANIA = Office("catania", "EURTF Catania", channels=("mail",), country="ITA")
PIRAEUS = Office("piraeus", "EURTF Piraeus", channels=("mail",), country="GRC")
ROMA = Office("roma", "MRCC Roma", "rescue_centre", channels=("mail",), agreement="2026-1",
              centre="mrcc-roma")  # fmt: skip
TUNIS = Office("tunis", "Tunis", "third_country", channels=("mail",))
RULES = (Rule("all", ("*", "tunis"), handling_at_most="H1"),)
ROUTING = RoutingSettings((ROMA, CATANIA, PIRAEUS, TUNIS), RULES)
REGIONS = builtin_zones().of_kind("sar_region").zones
SAILING = {"length": (12.0, "m", 50.0), "role": ("sailing",), "listed": (True,)}


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
def yacht(connection) -> dict[int, Vessel]:
    """A yacht of 12 m that Greece has listed, not to be passed on."""
    who, other = Change("a.rossi", "report 114", NOW), Change("m.papas", "read", NOW)
    entry = WatchlistEntry(name="Ayla", mmsi=(AYLA,), contributor="GRC", handling="H2")
    [(entry_id, version)] = propose(connection, [entry], who)
    release(connection, {entry_id: version}, other)
    connection.execute(
        "INSERT INTO watchlist_hit (run_id, mmsi, received, spool, entry, version, matched_on, "
        "score, agrees, disagrees) VALUES (0, %s, now(), 1, %s, %s, 0, 1, 0, 0)",
        [AYLA, entry_id, version],
    )
    return {AYLA: Vessel(AYLA, "AYLA", role="sailing", length_m=12.0, listed_as=(entry_id,))}


def stop(**evidence) -> object:
    return event("sudden_stop", AYLA, at=HERE, evidence={**SAILING, **evidence})


def grow(connection, events, vessels, minutes=0, routing=ROUTING) -> None:
    Alerting(AlertSettings(), routing, zones=REGIONS)(
        connection, events, vessels, NOON + minutes * MINUTE
    )


def sent(connection) -> list:
    rows = connection.execute("SELECT notice::text FROM delivery ORDER BY number")
    return [thawed(line) for (line,) in rows]


def told(connection) -> list[tuple[str, str]]:
    return [(one.office, one.change) for one in sent(connection)]


ITALIAN = {"member_state": "ITA", "clearance": "H1"}
OFFICE, ANALYST, OPERATOR = (person(role, **ITALIAN) for role in ("office", "analyst", "operator"))
GREEK = person("office", office="piraeus", member_state="GRC", clearance="H1")


def test_who_may_not_know_the_list_does_not_hear_that_there_is_an_alert(connection, yacht):
    grow(connection, [stop()], yacht)
    [alert] = alerts(connection)
    assert told(connection) == [("roma", "alert"), ("piraeus", "alert")]
    for who, office in ((OFFICE, CATANIA), (ANALYST, None)):
        assert sight(who, alert, office, alert.offices) == "nothing"
    assert sight(GREEK, alert, PIRAEUS, alert.offices) == "full"


def test_who_is_on_watch_and_the_rescue_centre_get_it_as_a_rescue_without_the_list(
    connection, yacht
):
    grow(connection, [stop()], yacht)
    [alert] = alerts(connection)
    assert sight(OPERATOR, alert) == "limited"
    assert may_do(OPERATOR, "acknowledge", "limited")
    found = look(connection, alert.id)
    shown, events = as_seen(OPERATOR, alert, found.live)
    to_rome = sent(connection)[0]
    for one in (shown, to_rome.alert):
        assert (one.codes, one.vessels[0].listed_as, one.shares) == (Codes(), (), ())
        assert (one.kind, one.vessels[0].name, one.lon) == ("sudden_stop", "AYLA", HERE[0])
    assert "listed" not in events[0].evidence
    assert not to_rome.limited


def test_what_any_craft_is_told_of_is_told_to_everybody(connection, yacht):
    grow(connection, [stop(length=(120.0, "m", 50.0))], yacht)
    [alert] = alerts(connection)
    assert {office for office, _ in told(connection)} == {"roma", "catania", "piraeus", "tunis"}
    assert sight(ANALYST, alert) == "full"


def test_it_is_told_to_everybody_as_soon_as_any_craft_would_be(connection, yacht):
    first = stop()
    grow(connection, [first], yacht)
    known = first.next("updated", first.updated_us + 1, evidence={"length": Fact(80.0, "m", 50.0)})
    grow(connection, [known], yacht, 1)
    [alert] = alerts(connection)
    assert alert.codes == Codes()
    assert told(connection)[2:] == [
        ("roma", "update"), ("catania", "alert"), ("piraeus", "update"), ("tunis", "alert"),
    ]  # fmt: skip
    assert sight(OFFICE, alert, CATANIA, (*alert.offices, "catania")) == "full"


def test_a_distress_of_the_same_boat_is_hidden_from_nobody(connection, yacht):
    """Nor does it tell that the boat had an alert before."""
    grow(connection, [stop()], yacht)
    grow(connection, [event("distress", AYLA, at=HERE, hours=0.1)], yacht, 6)
    call, quiet = sorted(alerts(connection), key=lambda one: one.kind)
    assert (call.kind, call.codes) == ("distress", Codes())
    assert {one for one, _ in told(connection)[2:]} == {"roma", "catania", "piraeus", "tunis"}
    for who in (OFFICE, ANALYST, OPERATOR, GREEK):
        mine = {"catania": CATANIA, "piraeus": PIRAEUS}.get(who.office)
        assert sight(who, call, mine, ["catania", "piraeus"]) == "full"
    assert (call.started_us > quiet.started_us, len(call.events)) == (True, 1)


def test_a_rescue_that_nobody_of_ours_might_know_of_is_told_to_all_the_same(connection, yacht):
    """Better that an office learns who is listed than that nobody looks for her."""
    only = RoutingSettings((CATANIA,), (Rule("all", ("*",)),))
    grow(connection, [stop()], yacht, routing=only)
    assert told(connection) == [("catania", "alert")]
    assert sent(connection)[0].alert.codes == Codes()


def test_what_she_did_is_in_no_list_of_events_either(connection, yacht):
    quiet = stop()
    grow(connection, [quiet], yacht)
    shown = {
        who.role: events_shown(connection, who, ROUTING, AYLA, [quiet])
        for who in (OFFICE, ANALYST, OPERATOR)
    }
    assert [shown[role] == [] for role in ("office", "analyst", "operator")] == [True, True, False]
    assert list(coded(connection, [quiet], Viewer(ANALYST))) == []
    [(_, codes)] = coded(connection, [quiet], Viewer(replace(ANALYST, clearance="H3")))
    assert codes.handling == "H2"


def test_a_rescue_that_was_taken_back_stays_what_it_was(connection, yacht):
    first = stop()
    grow(connection, [first], yacht)
    grow(connection, [retracted(first)], yacht, 1)
    [alert] = alerts(connection)
    assert (alert.state, alert.codes.handling) == ("retracted", "H2")
    assert told(connection)[2:] == [("roma", "cancel"), ("piraeus", "cancel")]
