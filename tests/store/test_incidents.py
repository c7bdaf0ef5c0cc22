from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from alerts.alert import Codes, Vessel
from alerts.incidents.acts import acknowledge, resolve
from alerts.incidents.growing import grow
from alerts.incidents.incident import SERVICE
from alerts.incidents.settings import IncidentSettings
from store import incidents
from store.changes import Change
from store.errors import RuleError
from store.incidents import (
    act,
    alerts,
    changes,
    concerned,
    drop_smouldering,
    incident,
    save,
    verdict_counts,
)
from tests.plugins.database import fresh_database
from tests.plugins.incidents import AYLA, BORA, CETO, NOON, closed, event, known, retracted

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
SEEN = Change("a.rossi", "seen on the map", NOW)


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


def grows(connection, *events, vessels=()):
    """What a block of events leaves."""
    found = concerned(connection, events, 12)
    grown = grow(found, events, known(*vessels), IncidentSettings(), NOON)
    save(connection, grown, NOON)
    return grown


def test_what_is_saved_is_read_back_whole(connection):
    ayla = Vessel(AYLA, "AYLA", "TCXY", 9_074_729, "TUR", "cargo", 88.5, ("V-000001",))
    [one] = grows(connection, event("gap", AYLA, evidence={"feed": ("north",)}), vessels=[ayla])
    assert incident(connection, one.after.alert.id) == one.after
    assert alerts(connection) == [one.after.alert]


def test_the_next_block_finds_the_incident_and_its_events(connection):
    silent = event("gap", AYLA)
    grows(connection, silent)
    [one] = grows(connection, event("encounter", AYLA, BORA, hours=2), closed(silent, 2))
    assert (one.after.alert.version, len(one.after.members)) == (2, 2)
    assert [event.state for event in incident(connection, one.after.alert.id).members] == [
        "closed", "open",
    ]  # fmt: skip


def test_the_same_block_again_changes_nothing(connection):
    events = [event("gap", AYLA), event("drift", BORA)]
    grows(connection, *events)
    assert grows(connection, *events) == []


def test_other_vessels_incidents_are_left_alone(connection):
    grows(connection, event("gap", AYLA), event("gap", BORA))
    found = concerned(connection, [event("drift", AYLA)], 12)
    assert [one.alert.mmsis for one in found] == [(AYLA,)]
    assert concerned(connection, [event("drift", AYLA, hours=14)], 12) == []
    assert concerned(connection, [event("drift", CETO)], 12) == []


def test_an_outage_finds_the_silences_that_it_explains(connection):
    grows(connection, event("gap", AYLA), event("gap", BORA))
    changed = grows(connection, event("feed_outage", at=(None, None)))
    assert len(changed) == 3
    [ayla] = alerts(connection, mmsi=AYLA)
    assert ayla.score == 0
    assert incident(connection, ayla.id).muted
    grows(connection, retracted(event("feed_outage", at=(None, None))))
    assert alerts(connection, mmsi=AYLA)[0].score > 0.5
    assert not incident(connection, ayla.id).muted


def test_every_version_is_in_the_log(connection):
    silent = event("gap", AYLA)
    [one] = grows(connection, silent)
    act(connection, replace(one.after, alert=acknowledge(one.after.alert)), "acknowledge", SEEN)
    grows(connection, retracted(silent))
    log = changes(connection, one.after.alert.id)
    assert [(line.version, line.who, line.action, line.state) for line in log] == [
        (1, SERVICE, "alert", "new"),
        (2, "a.rossi", "acknowledge", "acknowledged"),
        (3, SERVICE, "cancel", "retracted"),
    ]
    assert log[1].why == "seen on the map"
    assert log[2].why == "retracted: a late report disproves it"


def test_who_saw_an_older_version_is_refused(connection):
    [one] = grows(connection, event("gap", AYLA))
    seen = replace(one.after, alert=acknowledge(one.after.alert))
    act(connection, seen, "acknowledge", SEEN)
    with pytest.raises(RuleError, match="was changed meanwhile; expected the version before 2"):
        act(connection, seen, "acknowledge", SEEN)


def test_an_unknown_alert_is_named(connection):
    with pytest.raises(RuleError, match="alert 'A-1' is not known"):
        incident(connection, "A-1")


def test_the_log_cannot_be_rewritten(connection):
    grows(connection, event("gap", AYLA))
    with pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("UPDATE alert_change SET who = 'nobody'")


def test_two_people_cannot_both_be_first(dsn, monkeypatch):
    assert "lock_timeout = '10s'" in incidents._BOUNDS
    monkeypatch.setattr(incidents, "_BOUNDS", incidents._BOUNDS.replace("'10s'", "'200ms'"))
    with psycopg.connect(dsn) as first, psycopg.connect(dsn) as other:
        [one] = grows(first, event("gap", AYLA))
        first.commit()
        incident(first, one.after.alert.id)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            incident(other, one.after.alert.id)


def test_the_list_says_sar_first_and_keeps_what_smoulders(connection):
    grows(connection, event("gap", AYLA), event("loitering", BORA), event("distress", CETO))
    assert [one.kind for one in alerts(connection)] == ["distress", "gap"]
    assert len(alerts(connection, smouldering=True)) == 3
    assert [one.kind for one in alerts(connection, lanes=["law"])] == ["gap"]
    assert alerts(connection, states=["resolved"]) == []
    assert alerts(connection, since=NOW + timedelta(hours=1)) == []
    assert len(alerts(connection, limit=1)) == 1


def test_verdicts_are_counted_by_the_kinds_that_counted(connection):
    gap, drift = event("gap", AYLA), event("drift", AYLA)
    [one] = grows(connection, gap, drift)
    [one] = grows(connection, retracted(drift))
    done = replace(one.after, alert=resolve(one.after.alert, "explained", "bunkering"))
    act(connection, done, "resolve", SEEN)
    grows(connection, event("gap", BORA))
    assert verdict_counts(connection) == [("gap", "explained", 1)]
    assert verdict_counts(connection, NOW + timedelta(days=1)) == []


def test_what_smoulders_is_dropped_and_what_was_raised_is_kept(connection):
    grows(connection, event("gap", AYLA), event("loitering", BORA))
    assert drop_smouldering(connection, NOW) == 0
    assert drop_smouldering(connection, NOW + timedelta(hours=1)) == 1
    assert len(alerts(connection, smouldering=True)) == 1


def test_a_storm_is_saved_in_one_go(connection):
    grown = grows(connection, *(event("gap", 200_000_000 + n) for n in range(500)))
    assert len(grown) == 500
    assert connection.execute(
        "SELECT (SELECT count(*) FROM alert), (SELECT count(*) FROM alert_event), "
        "(SELECT count(*) FROM alert_change)"
    ).fetchone() == (500, 500, 500)


def test_hostile_names_come_back_as_they_were(connection):
    evil = Vessel(AYLA, "<script>'); DROP TABLE alert; --\u202e", "=cmd|'!A0")
    [one] = grows(connection, event("gap", AYLA), vessels=[evil])
    assert incident(connection, one.after.alert.id).alert.vessels == (evil,)
    assert one.after.alert.codes == Codes()
