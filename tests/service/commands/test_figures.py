"""``bench``: JSON for programs, a table for people, an exit code for CI."""

from __future__ import annotations

import json

import pytest

from bench import figures


def row(value: float, floor: float | None = 2.0) -> dict:
    return {"bench": "knots", "name": "tied", "value": value, "unit": "knots/s", "floor": floor}


@pytest.fixture
def knots(monkeypatch):
    """Two benches that cost nothing: ``knots`` ties three a second, ``bends`` one."""
    benches = {"knots": lambda: [row(3.0)], "bends": lambda: [row(1.0)]}
    monkeypatch.setattr(figures, "BENCHES", benches)


def test_a_bench_prints_json_and_a_table_apart(vedetta, knots):
    told = vedetta("bench", "knots")
    assert told.code == 0
    assert json.loads(told.out)["figures"] == [{**row(3.0), "beside": None, "ratio": None}]
    assert "knots: tied" in told.err


def test_a_missed_floor_is_the_exit_code_and_a_mark_in_the_table(vedetta, knots):
    told = vedetta("bench", "bends")
    assert told.code == 1
    assert told.err.splitlines()[-1].endswith("missed")


def test_without_names_every_bench_is_run(vedetta, knots):
    told = vedetta("bench")
    assert told.code == 1
    assert [figure["value"] for figure in json.loads(told.out)["figures"]] == [3.0, 1.0]


def test_a_bench_that_does_not_exist_is_named_beside_those_that_do(vedetta, knots):
    told = vedetta("bench", "knots", "hitches")
    assert (told.code, told.out) == (2, "")
    assert "'hitches' is unknown; expected knots, bends" in told.err
