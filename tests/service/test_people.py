"""Who acts: the option, the variable, the login name; nothing that cannot be read."""

from __future__ import annotations

import getpass

import pytest

from service.errors import WrongUseError
from service.people import said, who


@pytest.fixture(autouse=True)
def _login(monkeypatch):
    monkeypatch.delenv("VEDETTA_USER", raising=False)
    monkeypatch.setattr(getpass, "getuser", lambda: "harbour")


def test_the_option_comes_first(monkeypatch):
    monkeypatch.setenv("VEDETTA_USER", "m.papas")
    assert who(" a.rossi ") == "a.rossi"


def test_then_the_variable_and_then_the_login_name(monkeypatch):
    assert who(None) == "harbour"
    monkeypatch.setenv("VEDETTA_USER", "m.papas")
    assert who(None) == "m.papas"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "\u202eissor", "x" * 201])
def test_a_name_that_cannot_be_read_is_refused(name):
    with pytest.raises(WrongUseError, match="--by: "):
        who(name)


def test_an_empty_variable_does_not_fall_back_to_the_login_name(monkeypatch):
    monkeypatch.setenv("VEDETTA_USER", "")
    with pytest.raises(WrongUseError, match="VEDETTA_USER: is empty"):
        who(None)


def test_a_user_without_a_name_is_asked_for_one(monkeypatch):
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(WrongUseError, match="say who you are with --by or VEDETTA_USER"):
        who(None)


def test_a_reason_is_trimmed():
    assert said("--why", " report 114 ", "why") == "report 114"


@pytest.mark.parametrize("text", [None, "", " ", "two\nlines"])
def test_a_reason_that_says_nothing_is_refused(text):
    with pytest.raises(WrongUseError, match="--why: "):
        said("--why", text, "why")
