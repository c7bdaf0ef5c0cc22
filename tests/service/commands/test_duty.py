"""``vedetta duty``: asked of a file, and of the database."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from service.cli import vedetta
from service.errors import ServiceError
from store.connect import connect
from store.job_runs import claim, finish

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
CONFIG = """
web: {port: 1}
routing: {offices: [{id: catania, name: Catania}]}
duty:
  rosters:
    - office: catania
      people: [{id: anna, name: Anna Rossi, phone: "+39 1"}, {id: head, name: Head}]
      shifts: [{people: [anna], begins: "06:00", ends: "22:00", days: [fri]}]
      chain: [head]
"""


@pytest.fixture
def ask(tmp_path):
    """Run ``duty WORDS`` with a roster; raises what the command raises."""
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)

    def run(*words: str):
        return CliRunner().invoke(
            vedetta, ["duty", *words, "-c", str(file)], catch_exceptions=False
        )

    return run


def test_who_is_called_in_which_order(ask):
    told = ask("now", "--at", "2026-11-20T12:00Z")
    assert [line.split() for line in told.stdout.splitlines()] == [
        ["OFFICE", "CALL", "NAME", "PHONE", "WHY"],
        ["catania", "1", "Anna", "Rossi", "+39", "1", "on", "duty"],
        ["catania", "2", "Head", "chain"],
    ]


def test_that_nobody_is_on_duty_is_said(ask):
    told = ask("now", "--at", "2026-11-20T23:00+01:00")
    assert told.stderr == "catania: nobody is on duty at 2026-11-20 22:00 UTC\n"
    assert json.loads(ask("now", "--at", "2026-11-20T22:00Z", "--json").stdout) == [
        {"office": "catania", "on_duty": [], "called": ["head"]}
    ]


def test_gaps_are_listed(ask):
    told = ask("gaps", "--from", "2026-11-20T00:00Z", "--days", "7")
    assert told.stdout.splitlines() == [
        "catania: 2026-11-20 00:00 – 2026-11-20 05:00 UTC",
        "catania: 2026-11-20 21:00 – 2026-11-27 00:00 UTC",
    ]


@pytest.mark.parametrize("text", ["noon", "2026-11-20T12:00"])
def test_a_time_that_is_none_is_refused(ask, text):
    with pytest.raises(ServiceError, match="expected one as"):
        ask("now", "--at", text)


def test_runs_are_listed(dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dsn)
    with connect(dsn) as connection:
        claim(connection, "digest_daily", NOON, "w", NOON)
        finish(connection, "digest_daily", NOON, "w", "done", {"sent": 3}, NOON)
    told = CliRunner().invoke(vedetta, ["duty", "runs"], catch_exceptions=False)
    assert told.stdout.splitlines()[1].split() == [
        "digest_daily", "2026-11-20", "12:00:00", "done", "1", '{"sent":', "3}",
    ]  # fmt: skip
