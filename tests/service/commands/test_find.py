"""``find``: each question as a command, saved and released; wrong use is said in one line."""

from __future__ import annotations

import json

import pytest

from service.commands.find import NAMES
from service.finding.questions import QUESTIONS
from tests.plugins import asked
from tests.plugins.database import fresh_database

WHY = ("--why", "landing of 1 May")
MOTHER = ("find", "mother-ship", "--at", asked.LANDED, "--time", asked.LANDED_AT, *WHY)


@pytest.fixture(scope="module")
def sea(database_server):
    with fresh_database(database_server) as dsn:
        asked.write(dsn)
        yield dsn


@pytest.fixture
def ask(vedetta, sea, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sea)
    return vedetta


def test_every_question_has_its_command_with_an_example(vedetta):
    assert list(QUESTIONS) == list(NAMES)
    for name in NAMES:
        told = vedetta("find", name, "--help")
        assert told.code == 0
        assert "Example: vedetta find" in told.out


def test_a_table_is_printed_and_what_is_not_known_is_said_beside(ask):
    told = ask(*MOTHER, "--rows", 3)
    assert told.code == 0
    first = told.out.splitlines()[1]
    assert first.startswith("1")
    assert str(asked.MOTHER) in first
    assert "turned back" in first
    assert "more are not shown" in told.err
    assert "Who sends no AIS is in no answer." in told.err


def test_a_program_gets_json(ask):
    told = ask(*MOTHER, "--json")
    assert json.loads(told.out)["ships"][0]["mmsi"] == asked.MOTHER


def test_a_question_is_saved_proposed_released_and_withdrawn(ask):
    told = ask("find", "gaps", "--zone", "14,35,16,37", "--hours", 6, "--save", "dark", "--watch",
               "--by", "anna", *WHY)  # fmt: skip
    assert told.code == 0, told.err
    number = told.err.split("saved as ")[1].split()[0]
    assert f"{number}  proposed  gaps" in ask("find", "saved").out
    refused = ask("find", "release", number, "--by", "Anna", *WHY)
    assert refused.code == 1
    assert "anna" in refused.complaint
    assert ask("find", "release", number, "--by", "bea", *WHY).code == 0
    assert f"{number}  released" in ask("find", "saved").out
    assert ask("find", "withdraw", number, "--by", "bea", *WHY).code == 0
    assert "no question is saved" in ask("find", "saved").err


@pytest.mark.parametrize(
    "words, said",
    [
        (("find", "near", "--at", "here", "--time", "2026-05-01", *WHY), "expected a position"),
        (("find", "near", "--time", "2026-05-01", *WHY), "--at"),
        (("find", "gaps", "--zone", "14,35,16,37"), "--why"),
        (("find", "gaps", "--zone", "14,35,16,37", "--watch", *WHY), "--save"),
        (("find", "whales"), "whales"),
    ],
)
def test_wrong_use_is_one_line(ask, words, said):
    told = ask(*words)
    assert told.code == 2
    assert said in told.complaint


def test_an_unknown_rule_is_said(ask):
    told = ask("find", "withdraw", "r-999999", *WHY)
    assert told.code == 1
    assert "is not there" in told.complaint
