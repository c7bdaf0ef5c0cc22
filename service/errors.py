"""Errors of the room where rooms meet; each is one line with its cure."""

from __future__ import annotations

import os


class ServiceError(Exception):
    """Root of this room's errors; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class WrongUseError(ServiceError):
    """The caller asked for something that cannot be: a wrong option, setting or file."""

    exit_code = 2


class SettingsError(WrongUseError):
    """A setting is unknown, missing or of the wrong kind; the text begins with its path."""


def reason_of(error: OSError) -> str:
    """Return why the host refused, in its own words, without the number and without a file."""
    # asyncio and socket put their own sentence before the system's.
    known = error.errno is not None and error.errno > 0
    words = os.strerror(error.errno or 0) if known else error.strerror or str(error)
    return " ".join(words.split()).lower()
