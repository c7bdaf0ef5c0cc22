"""What can go wrong between a row and the person who is told."""


class AlertsError(Exception):
    """A fault of this room, in one line: what, the value, what was expected, how to cure it."""


class EventError(AlertsError):
    """An event that its own rules forbid, or a line that is none."""
