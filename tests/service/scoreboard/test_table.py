"""The board says what was reached, what was missed, and makes its page by itself."""

from __future__ import annotations

import json

import pytest

from service.exercise.incidents.script import Truth
from service.scoreboard.cases import Case
from service.scoreboard.judging import Told, judged, time_us
from service.scoreboard.learned import Lesson
from service.scoreboard.table import Board

T0 = time_us("2026-03-02T06:00:00.000Z")
TRUTH = Truth("black_out", "drift", (247000001,), T0, 15.0, 37.0, T0 + 1_800_000_000)
TOLD = Told("ab12", "drift", (247000001,), T0 + 600_000_000, 15, 37, "medium", "open", 1, None)
STRAY = Told("cd34", "loitering", (247000009,), T0, 15, 37, "low", "open", 1, None)


def test_a_board_that_reached_everything_is_not_missed():
    assert not Board((1,), judged([TOLD], [TRUTH], 5.0)).missed()


def test_a_recall_below_the_floor_is_missed_and_named():
    board = Board((1,), judged([], [TRUTH], 5.0))
    assert board.missed()
    page = board.page()
    assert "| drift | 1 | 0 | 0 | 0.00 **missed** |" in page
    assert "- drift of black_out, 2026-03-02 06:00:00Z, 37.000 N 15.000 E" in page


def test_a_case_with_another_verdict_is_missed():
    assert Board(cases=(Case("drift", "drifts", "silent", agrees=False),)).missed()
    assert not Board(cases=(Case("drift", "drifts", "told", agrees=True),)).missed()


def test_figures_are_plain_json_in_the_shape_of_the_benches():
    board = Board((1,), judged([TOLD, STRAY], [TRUTH], 5.0))
    rows = json.loads(json.dumps(board.figures(), allow_nan=False))
    assert {tuple(row) for row in rows} == {
        ("bench", "name", "value", "unit", "beside", "ratio", "floor")
    }
    by_name = {row["name"]: row for row in rows}
    assert by_name["exercise drift: recall"]["value"] == 1.0
    assert by_name["exercise drift: recall"]["floor"] == 0.95
    assert by_name["exercise drift: delay, median"]["value"] == 600.0
    assert by_name["exercise loitering: false alarms"]["value"] == 200.0


def test_untouched_alarms_are_listed_one_by_one_with_every_kind_counted():
    page = Board(untouched={"nmea/x": judged([STRAY], [], 5.0)}).page()
    assert "- loitering cd34, 2026-03-02 06:00:00Z, 247000009" in page
    assert "| each other kind | 0 | 0 | 0 (0 to 599.15) |" in page


@pytest.mark.parametrize("part", ["exercise", "injected"])
def test_a_part_that_was_not_asked_for_is_not_on_the_page(part):
    assert part not in Board().page().lower().replace("exercise is ours", "")


def test_what_was_learned_is_a_row_with_what_was_told_and_how_rare_the_rest_was():
    page = Board(learned={"a.csv": Lesson(2185.0, 116.0, (), (STRAY, STRAY), 400, 22, 0)}).page()
    row = "| a.csv | 2,185 | 116.0 | nothing | 2 loitering | 400 | 22 (5.5 %) | 0 (0.0 %) |"
    assert row in page
    nothing = Board(learned={"b.csv": Lesson(6.0, 1.0, (), (), 0, 0, 0)}).page()
    assert "| b.csv | 6 | 1.0 | nothing | nothing | 0 |  |  |" in nothing
