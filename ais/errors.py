"""What can go wrong in ais: one root; each error says what, the value, and how to cure it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class AisError(Exception):
    """Root of every error that ais raises on purpose; its text is one line for a person.

    ``exit_code`` is what the command line ends with: 1 the work failed, 2 wrong use.
    """

    exit_code = 1


class NoTimeError(AisError):
    """A recorded file carries no time."""

    exit_code = 2


class RecordedFileError(AisError):
    """A recorded file cannot be opened or is damaged."""


class SpoolError(AisError):
    """The spool cannot do what was asked; ``file`` and ``frame`` name the place where known."""

    def __init__(self, text: str, *, file: Path | None = None, frame: int | None = None) -> None:
        super().__init__(text)
        self.file = file
        self.frame = frame


class SpoolLockedError(SpoolError):
    """Another process writes to this spool; ``pid`` is its number, None when it cannot be read."""

    def __init__(self, text: str, pid: int | None) -> None:
        super().__init__(text)
        self.pid = pid
