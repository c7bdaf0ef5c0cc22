"""What is wrong with a file of zones, gathered so that all of it can be said at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from geofence.errors import GeofenceError

MOST_FAULTS = 50
"""So many are said; a file with more is wrong as a whole."""
_LONGEST_NAME = 40


class ZoneFileError(GeofenceError):
    """A file of zones cannot be used: nothing of it is.

    Attributes:
        faults: one line each, in the order of the features.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")


@dataclass(slots=True)
class Findings:
    """Faults and notes of one file while it is read."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsaid: int = 0

    def fault(self, text: str, where: str = "") -> None:
        """Keep one fault; beyond MOST_FAULTS they are only counted."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"{where}: {text}" if where else text)
        else:
            self.unsaid += 1

    def note(self, text: str, where: str = "") -> None:
        """Keep one note about something that was repaired or left out."""
        self.notes.append(f"{where}: {text}" if where else text)

    def raise_faults(self) -> None:
        """Raise ZoneFileError where there is a fault."""
        if self.unsaid:
            self.faults.append(f"and {self.unsaid} more faults")
            self.unsaid = 0
        if self.faults:
            raise ZoneFileError(*self.faults)


def place(number: int, name: str) -> str:
    """Return how a feature is named in a fault: its number from 1, and its name on one line."""
    if not name:
        return f"feature {number}"
    return f"feature {number} {shown(name)}"


def shown(text: str) -> str:
    """Return a hostile text so that a terminal can show it: quoted, escaped and cut."""
    cut = text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
    return repr(cut)
