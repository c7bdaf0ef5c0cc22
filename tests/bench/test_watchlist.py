"""The watchlist bench measures what it says, or tells in one line why it cannot."""

import math
import random

import pytest

from bench import decode, watchlist
from bench.watchlist import FAULTS, SWEEP, Vessel, recognition, table
from watchlist.names import normal


def _fleet() -> list[Vessel]:
    names = ("BLUE SKY M", "EZADEEN", "AGIOS NIKOLAOS", "PSARA STAR", "GREAT JOY", "THYMI KAREIA")
    return [Vessel(name, 247_000_001 + k, 70, 100.0) for k, name in enumerate(names)]


def test_missing_recordings_are_one_honest_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(decode, "DATA", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"^bench decode: no recordings in [^\n]*$"):
        watchlist.figures()


@pytest.mark.parametrize(
    "fault, sent",
    [
        ("as listed", "THYMI KAREIA"),
        ("spaces dropped", "THYMIKAREIA"),
        ("words swapped", "KAREIA THYMI"),
        ("prefix M/V", "M/V THYMI KAREIA"),
    ],
)
def test_faults_are_what_their_names_say(fault, sent) -> None:
    assert FAULTS[fault]("THYMI KAREIA", random.Random(1)) == sent


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"two wrong letters", "prefix M/V"}))
def test_a_fault_changes_a_little(fault) -> None:
    sent = FAULTS[fault]("THYMI KAREIA", random.Random(3))
    assert abs(len(sent) - len("THYMI KAREIA")) <= 1
    assert normal(sent)


def test_without_a_fault_each_listed_vessel_finds_its_entry() -> None:
    rows = recognition(_fleet())
    exact = [row for row in rows if row.fault == "as listed" and row.least >= 0.9]
    assert {(row.recall, row.precision, row.names) for row in exact} == {(1.0, 1.0, 3)}
    assert len(rows) == len(FAULTS) * len(SWEEP)


def test_a_vessel_without_a_second_fact_is_not_recognised() -> None:
    fleet = [Vessel(one.name, 100_000_001, 255, math.nan) for one in _fleet()]
    assert {row.recall for row in recognition(fleet)} == {0.0}


def test_the_table_has_a_column_for_each_threshold() -> None:
    lines = table(recognition(_fleet())).split("\n")
    assert len(lines) == 2 + len(FAULTS)
    assert lines[2].startswith("| as listed | 3 |")
    assert {line.count("|") for line in lines} == {len(SWEEP) + 3}
