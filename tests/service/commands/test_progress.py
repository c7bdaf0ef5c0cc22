"""Bars: rate and time left on a terminal, nothing in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from service.commands.progress import bytes_bar, hours_bar, size_of


def terminal(*, real: bool) -> tuple[Console, io.StringIO]:
    """A console and what was written to it."""
    told = io.StringIO()
    return Console(file=told, force_terminal=real, width=120), told


def test_a_terminal_is_shown_how_much_is_done_how_fast_and_how_long_it_takes():
    console, told = terminal(real=True)
    with bytes_bar("replay", 4_000_000, console=console) as progress:
        progress(1_000_000)
        progress(1_000_000)
    shown = told.getvalue()
    assert "2.0/4.0 MB" in shown
    assert "replay" in shown


def test_an_exercise_counts_its_hours():
    console, told = terminal(real=True)
    with hours_bar("exercise", 24, console) as progress:
        progress(0.5)
    assert "12.0 of 24.0 h" in told.getvalue()


@pytest.mark.parametrize("real,shown", [(False, True), (True, False)])
def test_nothing_is_shown_in_a_pipe_or_beside_results(real, shown):
    console, told = terminal(real=real)
    with bytes_bar("decode", 10, shown=shown, console=console) as progress:
        progress(10)
    assert told.getvalue() == ""


def test_no_hours_are_shown_in_a_pipe():
    console, told = terminal(real=False)
    with hours_bar("exercise", 1, console) as progress:
        progress(1.0)
    assert told.getvalue() == ""


def test_the_size_of_files_is_known_unless_one_is_a_pipe(tmp_path):
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(b"12345")
    other.write_bytes(b"67")
    assert size_of([one, other]) == 7
    assert size_of([one, tmp_path / "-"]) is None
    assert size_of([tmp_path]) is None
