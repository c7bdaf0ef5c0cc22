"""An incident: the alert that people see, and beneath it the newest version of each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alerts.errors import AlertsError

if TYPE_CHECKING:
    from alerts.alert import Alert, Change, Codes, Vessel
    from alerts.contacts import Contact
    from alerts.events import Event
    from alerts.incidents.whereabouts import Whereabouts
    from alerts.kinds import Lane
    from alerts.traffic.lines import Line

OVER = ("resolved", "retracted")
"""States in which an incident takes no further events."""
SERVICE = "vedetta"
"""Who changed what no person changed."""
HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


class IncidentError(AlertsError):
    """A change of an alert that its state or its lane forbids; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident with all that its next judgement needs.

    subject  the vessel, pair, place or feed that it is about, as one text
    raised   it is shown and told; else it smoulders: its events count when more is seen
    members  newest version of each event, retracted ones too, in the order in which they joined
    muted    ids of members that something else explains, with the id of what explains them
    """

    alert: Alert
    subject: str
    raised: bool
    members: tuple[Event, ...]
    muted: Mapping[str, str] = field(default_factory=dict)

    @property
    def lane(self) -> Lane:
        """Return the lane of the alert."""
        return self.alert.lane

    @property
    def live(self) -> tuple[Event, ...]:
        """Return the members that were not retracted."""
        return tuple(event for event in self.members if event.state != "retracted")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the events when they are judged.

    vessels  by MMSI; one that is missing keeps what an incident knew of it
    codes    of the entries of the list, by id · where  names of places and distances to ports
    contacts  open sightings that people entered · exercise  all of it is a drill
    lines    of ships that go to and fro between two ports, by MMSI
    """

    where: Whereabouts
    vessels: Mapping[int, Vessel] = field(default_factory=dict)
    codes: Mapping[str, Codes] = field(default_factory=dict)
    exercise: bool = False
    contacts: tuple[Contact, ...] = ()
    lines: Mapping[int, Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grown:
    """One incident that events changed.

    before  None for a new one · change  what those who are told should learn, None = nothing
    why     one line for the log of its changes
    """

    before: Incident | None
    after: Incident
    change: Change | None
    why: str
