"""What a question is, what it may look at, and what an answer holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

if TYPE_CHECKING:
    import psycopg
    from shapely.geometry.base import BaseGeometry

    from alerts.rules import Rule
    from geofence.zones import ZoneSet

MOST_FOUND = 500
"""Ships in one answer; more are counted, not shown."""
MOST_DEG2_H = 3_000.0
"""Box times span, square degrees and hours: the whole sea for some hours."""
PATIENCE_S = 8.0
"""How long one statement of a question may take."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a question needs to know: as the form, the address and the command name it.

    default  "" = has to be given, unless ``optional``
    """

    name: str
    label: str
    example: str
    default: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sea:
    """Where a question looks.

    zones  in force · cell_deg  side of a cell of the coverage · now  UTC
    """

    connection: psycopg.Connection
    zones: ZoneSet
    cell_deg: float
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Ship:
    """A ship of an answer.

    at, lon, lat  when and where it answers the question · why  sentences, the first one says it
    score   points of a ranked answer, None where the order is that of time
    """

    mmsi: int
    at: dt.datetime
    lon: float
    lat: float
    why: tuple[str, ...]
    score: float | None = None
    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a map of the answer shows besides its ships: areas (name, geometry) and the place."""

    areas: tuple[tuple[str, BaseGeometry], ...] = ()
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    words   the question as a sentence · ships  at most MOST_FOUND · more  whether there are more
    of      how many ships were looked at, None where nobody was counted
    notes   what limits the answer: what is not stored, what could not be heard
    """

    words: str
    ships: tuple[Ship, ...]
    more: bool = False
    of: int | None = None
    notes: tuple[str, ...] = ()
    shown: Shown = field(default_factory=Shown)


class Question(Protocol):
    """A question that was asked well: ``of`` reads it, ``answer`` looks."""

    title: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:
        """Return the question that ``given`` asks; raises WrongUseError."""
        ...

    def answer(self, sea: Sea) -> Answer:
        """Return what is known; raises StoreError, WrongUseError where it costs too much."""
        ...

    def rule(self, rule_id: str, name: str) -> Rule | None:
        """Return the watch rule that asks this of every new report, None where there is none."""
        ...
