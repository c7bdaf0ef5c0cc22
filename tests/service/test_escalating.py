"""Escalation on a real database: rows, messages, and the state of the alert in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from alerts.escalation import EscalationSettings
from alerts.incidents.acts import acknowledge
from alerts.notices import thawed
from alerts.roster import Person, Roster, Shift
from alerts.routing import Office, RoutingSettings, Rule
from service.escalating import DutySettings, Escalating
from service.schedule import Schedule, Turn
from store.changes import Change
from store.connect import connect
from store.incidents import act, changes, incident
from store.outbox import deliveries
from tests.plugins.notices import alert
from tests.plugins.told import put, put_all

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ALL_DAY = Shift(("anna", "bruno"), dt.time(0), dt.time(0))
ROSTER = Roster(
    "catania",
    (Person("anna", "Anna Rossi", channels=("anna-mail",)), Person("bruno", "Bruno Verdi")),
    (ALL_DAY,),
)
ROUTING = RoutingSettings(
    offices=(
        Office("catania", "Catania", channels=("mail",), country="ITA", handling_at_most="H3"),
        Office("mrcc", "MRCC", kind="rescue", channels=("mail",), agreement="on file"),
    ),
    rules=(Rule("all", ("catania",)),),
)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def escalating(dsn, clock) -> Escalating:
    return Escalating(dsn, DutySettings((ROSTER,)), ROUTING, clock=clock)


def look(escalating: Escalating, clock: Clock, minutes: float) -> dict[str, int]:
    clock.now = NOON + dt.timedelta(minutes=minutes)
    return dict(escalating.work(Turn(clock.now, None, lambda: False)))


def sent(dsn: str) -> list[tuple[str, str, str]]:
    with connect(dsn) as connection:
        rows = deliveries(connection)
    return [(one.notice_id, one.channel, one.change) for one in reversed(rows)]


def test_an_office_is_told_again_then_the_first_person_is_called_by_name(dsn, escalating, clock):
    put(dsn, alert("distress"), ROUTING)
    assert look(escalating, clock, 2) == {"again": 0, "called": 0}
    assert look(escalating, clock, 3) == {"again": 1, "called": 0}
    assert look(escalating, clock, 6) == {"again": 0, "called": 1}
    assert sent(dsn) == [
        ("A-0123456789ab.1.catania", "mail", "alert"),
        ("A-0123456789ab.1.catania.r1", "mail", "update"),
        ("A-0123456789ab.2.catania.r2", "mail", "update"),
        ("A-0123456789ab.2.catania.r2", "anna-mail", "update"),
    ]
    with connect(dsn) as connection:
        now = incident(connection, "A-0123456789ab").alert
        newest = changes(connection, now.id)[-1]
    assert (now.state, now.assignee) == ("escalated", "Anna Rossi")
    assert (newest.who, newest.action, newest.details) == ("vedetta", "escalate", {"to": "anna"})


def test_looking_twice_at_one_moment_tells_once(dsn, escalating, clock):
    put(dsn, alert("distress"), ROUTING)
    look(escalating, clock, 3)
    assert look(escalating, clock, 3) == {"again": 0, "called": 0}


def test_an_acknowledgement_ends_it(dsn, escalating, clock):
    put(dsn, alert("distress"), ROUTING)
    with connect(dsn) as connection:
        found = incident(connection, "A-0123456789ab")
        after = replace(found, alert=acknowledge(found.alert))
        act(connection, after, "acknowledge", Change("anna", "on it", NOON))
    assert look(escalating, clock, 60) == {"again": 0, "called": 0}


def test_a_storm_of_suspicions_stays_within_the_hour_and_a_rescue_beside_it_does_not(dsn, clock):
    for number in range(5):
        put(dsn, alert("watchlist", id=f"A-00000000000{number}"), ROUTING)
    put(dsn, alert("distress", id="A-00000000000f"), ROUTING)
    duty = DutySettings((), EscalationSettings(law_an_hour=2))
    escalating = Escalating(dsn, duty, ROUTING, clock=clock)
    assert look(escalating, clock, 30) == {"again": 3, "called": 0}
    assert sent(dsn)[6][0] == "A-00000000000f.1.catania.r1"


def test_what_fails_for_one_alert_is_named_and_keeps_no_other_waiting(
    dsn, escalating, clock, monkeypatch
):
    put(dsn, alert("distress", id="A-000000000001"), ROUTING)
    put(dsn, alert("distress", id="A-000000000002"), ROUTING)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "UPDATE alert_event SET content = 'broken' WHERE alert = 'A-000000000001'"
        )
    with pytest.raises(RuntimeError, match="A-000000000001"):
        look(escalating, clock, 3)
    assert "A-000000000002.1.catania.r1" in [one for one, _, _ in sent(dsn)]


def test_it_runs_as_a_job(dsn, escalating, clock):
    put(dsn, alert("distress"), ROUTING)
    clock.now = NOON + dt.timedelta(minutes=3)
    schedule = Schedule(dsn, [], clock=clock)
    schedule.fire(escalating.job())
    assert schedule.done["escalating"]["again"] == 1


def test_a_distress_is_followed_up_however_many_tests_and_suspicions_came_since(
    dsn, escalating, clock
):
    put(dsn, alert("distress"), ROUTING)
    with connect(dsn) as connection:
        connection.execute(
            "INSERT INTO alert (id, version, state, lane, severity, kind, subject, raised, "
            "mmsis, score, started_at, updated_at, changed_at, content) "
            "SELECT 'A-' || lpad(to_hex(n), 12, '0'), version, state, lane, 'info', kind, "
            "subject || n, raised, mmsis, score, started_at, updated_at, "
            "changed_at + interval '1 hour', "
            "jsonb_set(jsonb_set(content::jsonb, '{severity}', '\"info\"'), '{id}', "
            "to_jsonb('A-' || lpad(to_hex(n), 12, '0')))::json "
            "FROM alert, generate_series(1, 1100) AS n"
        )
    assert look(escalating, clock, 3) == {"again": 1, "called": 0}


def told_in_a_list(dsn: str, number: int, minutes: float = 0) -> None:
    """Save rescues of which a list told Catania so many minutes after noon."""
    first = alert("distress")
    put_all(dsn, [replace(first, id=f"A-{minutes:02.0f}{n:010d}") for n in range(number)], ROUTING)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "UPDATE delivery SET listed_at = %(at)s, enqueued_at = %(at)s, state = 'sent', "
            "settled_at = %(at)s WHERE listed_at IS NULL",
            {"at": NOON + dt.timedelta(minutes=minutes)},
        )


@pytest.fixture
def by_lists(dsn, clock) -> Escalating:
    return Escalating(dsn, DutySettings((ROSTER,)), ROUTING, clock=clock, repeated=["catania"])


def called(dsn: str) -> list[tuple[str, str, int]]:
    """Channel, assignee and number of those that wait, of each call for many."""
    with connect(dsn) as connection:
        rows = connection.execute("SELECT channel, notice FROM delivery ORDER BY number")
        found = [(channel, thawed(said)) for channel, said in rows]
    return [(by, one.alert.assignee, one.waiting) for by, one in found if one.waiting]


def test_for_a_flood_that_lists_told_one_call_says_how_many(dsn, by_lists, clock):
    told_in_a_list(dsn, 300)
    assert look(by_lists, clock, 5) == {"again": 0, "called": 0}
    assert look(by_lists, clock, 6) == {"again": 0, "called": 1}
    assert called(dsn) == [("mail", "Anna Rossi", 300), ("anna-mail", "Anna Rossi", 300)]
    assert look(by_lists, clock, 6.5) == {"again": 0, "called": 0}
    with connect(dsn) as connection:
        newest = changes(connection, "A-000000000000")[-1]
    assert (newest.action, newest.details) == ("escalate", {"to": "anna", "waiting": 300})


def test_the_next_person_is_called_for_those_that_nobody_took_on(dsn, by_lists, clock):
    told_in_a_list(dsn, 3)
    look(by_lists, clock, 6)
    with connect(dsn) as connection:
        found = incident(connection, "A-000000000000")
        after = replace(found, alert=acknowledge(found.alert))
        act(connection, after, "acknowledge", Change("anna", "on it", NOON))
    assert look(by_lists, clock, 12) == {"again": 0, "called": 1}
    assert called(dsn)[2:] == [("mail", "Bruno Verdi", 2)]
    with connect(dsn, autocommit=True) as connection:
        connection.execute("UPDATE alert SET state = 'acknowledged'")
    assert look(by_lists, clock, 60) == {"again": 0, "called": 0}


def test_a_flood_that_goes_on_is_a_few_calls_an_hour(dsn, by_lists, clock):
    for minute in range(30):
        told_in_a_list(dsn, 2, minute)
        look(by_lists, clock, minute)
    people = [who for channel, who, _ in called(dsn) if channel == "mail"]
    # Every five minutes at most, each of the two by then.
    assert people.count("Anna Rossi") + people.count("Bruno Verdi") == len(people)
    assert 4 <= len(people) <= 2 * 5
    assert people[0] == "Anna Rossi"
    assert "Bruno Verdi" in people


def test_an_office_that_no_list_repeats_to_is_told_again_how_many_wait(dsn, clock):
    told_in_a_list(dsn, 40)
    escalating = Escalating(dsn, DutySettings(), ROUTING, clock=clock)
    assert look(escalating, clock, 3) == {"again": 1, "called": 0}
    assert called(dsn) == [("mail", "", 40)]
    assert look(escalating, clock, 5) == {"again": 0, "called": 0}
    assert look(escalating, clock, 6) == {"again": 1, "called": 0}


def test_a_rescue_that_cannot_be_read_keeps_no_other_from_being_called_for(dsn, by_lists, clock):
    told_in_a_list(dsn, 2)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "UPDATE alert_event SET content = 'broken' WHERE alert = 'A-000000000000'"
        )
    assert look(by_lists, clock, 6) == {"again": 0, "called": 1}
    assert called(dsn)[0] == ("mail", "Anna Rossi", 2)
