"""A question is saved, proposed as a rule, released by another person, and withdrawn."""

from __future__ import annotations

import pytest

from alerts.rules import Rules
from service.desk import change
from service.errors import WrongUseError
from service.finding import saving
from store.connect import session
from store.editions import content, newest
from store.errors import FourEyesError, RuleError
from store.questions import saved_questions
from tests.plugins.database import fresh_database

ANNA, BEA, CARL = (change(who, "a test") for who in ("anna", "bea", "carl"))
GAPS = {"zone": "14,35,16,37", "hours": "6"}


@pytest.fixture(scope="module")
def desk(database_server):
    with fresh_database(database_server) as dsn:
        yield dsn


def saved(dsn, question="gaps", given=GAPS, *, name="dark off Malta", watch=True):
    with session(dsn) as connection:
        return saving.save(connection, name, question, given, ANNA, watch=watch)


def in_force(dsn):
    with session(dsn) as connection:
        row = newest(connection, "rules")
        return Rules.from_bytes(content(connection, row.sha256)).rules if row else ()


def test_a_rule_is_in_force_from_its_release_to_its_withdrawal(desk):
    number = saved(desk)
    assert number not in {one.id for one in in_force(desk)}
    with session(desk) as connection:
        edition = saving.release(connection, number, BEA, four_eyes=True)
    [rule] = [one for one in in_force(desk) if one.id == number]
    assert (rule.kind, rule.name, rule.hours) == ("silent", "dark off Malta", 6.0)
    with session(desk) as connection:
        assert newest(connection, "rules").version == edition.version
        saving.withdraw(connection, number, BEA, any_of_them=True)
    assert number not in {one.id for one in in_force(desk)}


def test_who_proposed_a_rule_does_not_release_it(desk):
    number = saved(desk)
    with session(desk) as connection, pytest.raises(FourEyesError):
        saving.release(connection, number, ANNA, four_eyes=True)
    with session(desk) as connection:
        saving.release(connection, number, ANNA, four_eyes=False)


def test_a_question_that_only_asks_is_never_released(desk):
    number = saved(desk, watch=False)
    with session(desk) as connection, pytest.raises(RuleError, match="only a proposed rule"):
        saving.release(connection, number, BEA, four_eyes=True)


def test_others_questions_are_withdrawn_by_who_may_release(desk):
    number = saved(desk, watch=False)
    with session(desk) as connection, pytest.raises(RuleError, match="anna"):
        saving.withdraw(connection, number, CARL, any_of_them=False)
    with session(desk) as connection:
        saving.withdraw(connection, number, ANNA, any_of_them=False)
        assert number not in {one.id for one in saved_questions(connection)}


@pytest.mark.parametrize(
    "question, given, kind",
    [
        ("in-turn", {"a": "11,36,12,37", "b": "13,35,14,36"}, "in_turn"),
        ("near", {"at": "36 14", "time": "2026-05-01"}, "near"),
        ("first-seen", {"from": "2026-05-01", "zone": "11,36,12,37", "type": "fishing"}, "enters"),
    ],
)
def test_other_questions_watch_too(desk, question, given, kind):
    number = saved(desk, question, given)
    with session(desk) as connection:
        [one] = saved_questions(connection, number)
    assert one.rule["kind"] == kind
    assert one.state == "proposed"


@pytest.mark.parametrize(
    "question, given, name",
    [
        ("no-port", {}, "x"),
        ("first-seen", {"from": "2026-05-01"}, "x"),
        ("mother-ship", {"at": "35.5 12.6", "time": "2026-05-01"}, "x"),
        ("gaps", GAPS, " "),
        ("gaps", {"zone": "nowhere"}, "x"),
        ("whales", {}, "x"),
    ],
)
def test_what_cannot_watch_is_refused_and_nothing_is_kept(desk, question, given, name):
    with session(desk) as connection:
        before = len(saved_questions(connection))
    with pytest.raises(WrongUseError):
        saved(desk, question, given, name=name)
    with session(desk) as connection:
        assert len(saved_questions(connection)) == before
