"""The files beside an exercise's lines."""

from __future__ import annotations

import csv
import json

from service.exercise.incidents.script import Identity, Truth
from service.exercise.listing import write_list, write_truths


def test_the_list_names_whom_the_exercise_lists(tmp_path):
    path = tmp_path / "list.csv"
    write_list([Identity(247000001, "NAME, WITH COMMA", 9074729, "IABC")], path)
    [row] = csv.DictReader(path.read_text("utf-8").splitlines())
    assert (row["mmsi"], row["imo"], row["name"]) == ("247000001", "9074729", "NAME, WITH COMMA")
    assert row["reason"] == "EXERCISE"


def test_a_truth_is_one_line_with_all_its_fields(tmp_path):
    path = tmp_path / "truth.jsonl"
    write_truths([Truth("sart", "distress", (970000001,), 1_000, 14.0, 36.0, 2_000)], path)
    [line] = path.read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "incident": "sart", "kind": "distress", "mmsis": [970000001], "started_us": 1_000,
        "lon": 14.0, "lat": 36.0, "until_us": 2_000, "severity": None,
    }  # fmt: skip
