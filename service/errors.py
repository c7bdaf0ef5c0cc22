"""Errors of the room where rooms meet; each is one line with its cure."""


class ServiceError(Exception):
    """Root of this room's errors; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class WrongUseError(ServiceError):
    """The caller asked for something that cannot be: a wrong option, setting or file."""

    exit_code = 2


class SettingsError(WrongUseError):
    """A setting is unknown, missing or of the wrong kind; the text begins with its path."""
