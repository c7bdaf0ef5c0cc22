"""What people do: one transaction each, and everyone who was told learns of it."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from alerts.incidents.acts import comment, escalate, resolve
from alerts.notices import thawed
from alerts.routing import Office, RoutingSettings, Rule
from service.alerting import Alerting, AlertSettings
from service.casework import acknowledged, done, inform
from store import audit
from store.changes import Change
from store.errors import RuleError
from store.incidents import alerts, changes, incident
from store.outbox import deliveries
from tests.plugins.incidents import AYLA, NOON, event
from tests.plugins.notices import distress

SEEN = Change("a.rossi", "seen on the map", datetime(2026, 5, 10, 12, tzinfo=UTC))
ROUTING = RoutingSettings((Office("catania", "EURTF", channels=("log", "mail")),),
                          (Rule("all", ("*",)),))  # fmt: skip


@pytest.fixture
def connection(dsn):
    with psycopg.connect(dsn) as connection:
        yield connection


@pytest.fixture
def alert(connection) -> str:
    """An alert that one office was told of."""
    Alerting(AlertSettings(), ROUTING, zones=())(connection, [event("gap", AYLA)], {}, NOON)
    return alerts(connection)[0].id


def test_an_answer_to_a_message_acknowledges_once(connection, alert):
    assert acknowledged(connection, alert, SEEN, ROUTING)
    assert not acknowledged(connection, alert, SEEN, ROUTING)
    assert incident(connection, alert).alert.state == "acknowledged"


def test_all_who_were_told_learn_that_somebody_took_it_but_who_said_so(connection, dsn):
    both = RoutingSettings(
        (*ROUTING.offices, Office("piraeus", "Piraeus", channels=("cap",))), ROUTING.rules
    )
    Alerting(AlertSettings(), both, zones=())(connection, [event("drift", AYLA)], {}, NOON)
    [alert] = alerts(connection)
    assert acknowledged(connection, alert.id, SEEN, both, "catania")
    said = [(one.office, one.channel) for one in deliveries(connection) if one.change == "ack"]
    assert said == [("piraeus", "cap")]
    [text] = connection.execute("SELECT notice FROM delivery WHERE change = 'ack'").fetchone()
    assert thawed(text).taken_by == "a.rossi (EURTF)"


def test_an_act_is_in_the_log_and_in_the_audit(connection, alert):
    done(connection, alert, comment, "comment", SEEN, details={"n": 1})
    last = changes(connection, alert)[-1]
    assert (last.who, last.action, last.details) == ("a.rossi", "comment", {"n": 1})
    [row] = connection.execute("SELECT action, subject FROM audit").fetchall()
    assert row == ("alert.comment", alert)
    assert audit.verify(connection) is None


def test_those_who_were_told_learn_the_verdict(connection, alert):
    after = done(connection, alert, lambda one: resolve(one, "explained", "towed"), "resolve",
                 SEEN, version=1)  # fmt: skip
    assert inform(connection, after, ROUTING, SEEN) == 2
    newest = [(one.channel, one.change) for one in deliveries(connection, limit=2)]
    assert sorted(newest) == [("log", "update"), ("mail", "update")]


def test_who_looked_at_an_older_version_changes_nothing(connection, alert):
    done(connection, alert, comment, "comment", SEEN)
    with pytest.raises(RuleError, match="version 1 was looked at, it is 2 now"):
        done(connection, alert, comment, "comment", SEEN, version=1)
    assert len(changes(connection, alert)) == 2


def test_whoever_holds_an_alert_is_not_waited_for_without_end(connection, alert):
    incident(connection, alert)
    shown = "SELECT current_setting('lock_timeout'), current_setting(%s)"
    idle = ["idle_in_transaction_session_timeout"]
    assert connection.execute(shown, idle).fetchone() == ("10s", "15s")
    connection.commit()
    assert connection.execute(shown, idle).fetchone() == ("0", "0")


def test_an_update_of_a_rescue_by_a_person_carries_help_and_the_signed_link(connection):
    """It stands in the place of the message before: without help a partner would lose it."""
    Alerting(AlertSettings(), ROUTING, zones=())(connection, [event("distress", AYLA)], {}, NOON)
    [rescue] = alerts(connection)
    after = done(connection, rescue.id, escalate, "escalate", SEEN)
    inform(connection, after, ROUTING, SEEN, sar_help=lambda *_: distress().sar,
           link_of=lambda name: f"https://desk.example/ack/{name}")  # fmt: skip
    [text] = connection.execute(
        "SELECT notice FROM delivery WHERE change = 'update' AND channel = 'mail'"
    ).fetchone()
    told = thawed(text)
    assert told.sar == distress().sar
    assert told.link == f"https://desk.example/ack/{told.id}"
