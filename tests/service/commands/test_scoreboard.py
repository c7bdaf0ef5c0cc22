"""``vedetta scoreboard`` refuses nonsense in one line and knows its parts."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from service.cli import vedetta
from service.errors import WrongUseError


@pytest.mark.parametrize("seeds", ["", "one", "1,,2", "-1"])
def test_seeds_that_are_none_are_refused(seeds):
    result = CliRunner().invoke(vedetta, ["scoreboard", "exercise", "--seeds", seeds])
    assert isinstance(result.exception, WrongUseError)
    assert "--seeds" in str(result.exception)


def test_an_unknown_part_is_refused_with_those_that_exist():
    result = CliRunner().invoke(vedetta, ["scoreboard", "dreams"])
    assert result.exit_code == 2
    assert "untouched" in result.output


def test_the_help_says_what_is_measured():
    result = CliRunner().invoke(vedetta, ["scoreboard", "--help"])
    assert result.exit_code == 0
    assert "false alarms" in " ".join(result.output.split())
    assert "--seeds" in result.output
