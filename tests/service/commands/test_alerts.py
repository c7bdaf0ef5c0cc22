"""``alerts``: what people see, decide and leave behind."""

from __future__ import annotations

import json

import psycopg
import pytest

from alerts.alert import Vessel
from alerts.incidents.growing import grow
from alerts.incidents.settings import IncidentSettings
from alerts.notices import alert_of
from service import cli
from service.commands import alerts as commands
from store import audit
from store.incidents import concerned, save
from tests.plugins.incidents import AYLA, BORA, NOON, event, known


@pytest.fixture(autouse=True)
def _database(dsn, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setitem(cli.vedetta.commands, "alerts", commands.alerts)


@pytest.fixture
def found(dsn):
    """Have the service find these events; return the ids of the alerts."""

    def find(*events, vessels=()):
        with psycopg.connect(dsn) as connection:
            there = concerned(connection, events, 12)
            grown = grow(there, events, known(*vessels), IncidentSettings(), NOON)
            save(connection, grown, NOON)
        return [one.after.alert.id for one in grown]

    return find


def test_the_list_is_one_line_an_alert_and_says_what_it_cannot_see(vedetta, found):
    found(event("gap", AYLA), event("distress", BORA), event("loitering", AYLA + 1))
    told = vedetta("alerts", "list")
    head, sar, law = told.out.splitlines()
    assert head.split()[:4] == ["ID", "LANE", "SEVERITY", "STATE"]
    assert "Distress, " in sar
    assert "Went silent, " in law
    assert told.err == (
        "2 alerts. Most small boats carry no AIS: no alert does not mean that nobody is in need\n"
    )


def test_the_list_is_narrowed_and_given_as_json(vedetta, found):
    found(event("gap", AYLA), event("distress", BORA), event("loitering", AYLA + 1))
    [one] = json.loads(vedetta("alerts", "list", "--lane", "sar", "--json").out)
    assert alert_of(one).mmsis == (BORA,)
    assert len(json.loads(vedetta("alerts", "list", "--all", "--json").out)) == 3
    assert len(json.loads(vedetta("alerts", "list", "--since", "9999d", "--json").out)) == 2
    assert len(json.loads(vedetta("alerts", "list", "--mmsi", AYLA, "--json").out)) == 1


def test_an_alert_goes_through_all_hands(vedetta, found, dsn):
    [one] = found(event("gap", AYLA), vessels=[Vessel(AYLA, "AYLA", role="cargo")])
    by = ("--by", "a.rossi")
    steps = [
        ("ack", one, *by),
        ("assign", one, "--to", "m.papas", "--why", "off Gavdos", *by),
        ("comment", one, "the agent does not answer", *by),
        ("snooze", one, "--for", "2h", "--why", "under tow", *by),
        ("escalate", one, "--to", "duty officer", "--why", "tow parted", *by),
        ("resolve", one, "--verdict", "explained", "--why", "engine repaired", *by),
    ]
    for version, step in enumerate(steps, 2):
        told = vedetta("alerts", *step)
        assert (told.code, told.out.split()[-1]) == (0, str(version)), told
    shown = vedetta("alerts", "show", one).out
    assert "Verdict: explained. engine repaired" in shown
    assert "a.rossi: comment. the agent does not answer" in shown
    assert "vedetta: alert. with went silent" in shown
    assert "AYLA  cargo" in shown
    with psycopg.connect(dsn) as connection:
        assert audit.verify(connection) is None
        actions = connection.execute("SELECT action FROM audit ORDER BY number").fetchall()
    assert [action for (action,) in actions] == [
        f"alert.{word}"
        for word in ("acknowledge", "assign", "comment", "snooze", "escalate", "resolve")
    ]


def test_show_as_json_is_the_alert_alone(vedetta, found):
    [one] = found(event("gap", AYLA))
    assert alert_of(json.loads(vedetta("alerts", "show", one, "--json").out)).id == one


def test_an_act_that_cannot_be_is_one_line_and_leaves_nothing(vedetta, found, dsn):
    [one] = found(event("distress", AYLA))
    told = vedetta("alerts", "snooze", one, "--for", "1h", "--why", "noise", "--by", "a.rossi")
    assert told.code == 1
    assert "is a rescue that nobody acknowledged" in told.complaint
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (0,)


def test_who_looked_at_an_older_version_is_refused(vedetta, found):
    [one] = found(event("gap", AYLA))
    vedetta("alerts", "ack", one, "--by", "a.rossi")
    told = vedetta("alerts", "ack", one, "--by", "m.papas", "--version", 1)
    assert "version 1 was looked at, it is 2 now" in told.complaint


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("show", "A-1"), "alert 'A-1' is not known"),
        (("snooze", "A-1", "--for", "soon", "--why", "x"), "'soon' is no span"),
        (("assign", "A-1", "--to", "x"), "--why"),
        (("comment", "A-1", " "), "TEXT: is empty"),
        (("resolve", "A-1", "--verdict", "maybe", "--why", "x"), "'maybe' is not one of"),
    ],
)
def test_wrong_words_are_named(vedetta, words, complaint):
    told = vedetta("alerts", *words)
    assert told.code in {1, 2}
    assert complaint in told.complaint


def test_precision_is_counted_by_verdicts(vedetta, found):
    [one] = found(event("gap", AYLA))
    vedetta("alerts", "resolve", one, "--verdict", "true", "--why", "boarded", "--by", "a.rossi")
    head, row = vedetta("alerts", "precision").out.splitlines()
    assert head.split() == ["KIND", "TRUE", "EXPLAINED", "FALSE", "ALARM", "PRECISION", "95", "%"]
    assert row.split() == ["gap", "1", "0", "0", "1.00", "0.21-1.00"]
    [said] = json.loads(vedetta("alerts", "precision", "--json").out)
    assert (said["kind"], said["true"]) == ("gap", 1)


def test_hostile_names_do_nothing_to_a_terminal(vedetta, found):
    [one] = found(event("gap", AYLA), vessels=[Vessel(AYLA, "A\x1b[2J\r\n\u202eB")])
    shown = vedetta("alerts", "show", one).out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
