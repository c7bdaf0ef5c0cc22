"""Who does it: the name that stands beside every change and every reading of the list."""

from __future__ import annotations

import getpass
import os

from service.errors import WrongUseError

LONGEST_NAME = 200
"""Characters of a name; what is longer is no name but a mistake."""


def who(option: str | None) -> str:
    """Return who acts: ``option`` (--by), else $VEDETTA_USER, else the login name.

    The name is asserted, not proven: who reaches the database from a shell is trusted with it, and
    accounts are for the page. Raises WrongUseError where it is
    empty, too long or holds characters that do not print.
    """
    if option is not None:
        return named("--by", option)
    if "VEDETTA_USER" in os.environ:
        return named("VEDETTA_USER", os.environ["VEDETTA_USER"])
    try:
        return named("login name", getpass.getuser())
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        msg = "this user has no login name; say who you are with --by or VEDETTA_USER"
        raise WrongUseError(msg) from None


def said(option: str, text: str | None, purpose: str) -> str:
    """Return the text of ``option``, trimmed; raises WrongUseError where it says nothing.

    ``purpose`` says what the text is for, for the message.
    """
    words = (text or "").strip()
    if not words or not words.isprintable():
        empty = "is missing" if text is None else "is empty"
        what = f"{words[:40]!r} holds control characters" if words else empty
        msg = f"{option}: {what}; say in a few plain words {purpose}"
        raise WrongUseError(msg)
    return words


def named(option: str, text: str) -> str:
    """Return the name that ``option`` gives; raises WrongUseError where it is none."""
    name = text.strip()
    if not name:
        msg = f"{option}: is empty; give the name of the person who does it, as --by a.rossi"
        raise WrongUseError(msg)
    if len(name) > LONGEST_NAME or not name.isprintable():
        msg = (
            f"{option}: {name[:40]!r} is no name; expected at most {LONGEST_NAME} characters, "
            "all of which print"
        )
        raise WrongUseError(msg)
    return name
