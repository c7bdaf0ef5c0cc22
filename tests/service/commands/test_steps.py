"""A bar of named steps: on a terminal only."""

from __future__ import annotations

import io

from rich.console import Console

from service.commands.steps import steps_bar


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=80)
    with steps_bar("check", 2, console) as begin:
        begin("list")
        begin("compare")
    return out.getvalue()


def test_a_terminal_shows_the_step_under_way():
    assert "check: compare" in shown(terminal=True)


def test_a_pipe_gets_nothing():
    assert shown(terminal=False) == ""
