"""What a dossier is made from: gathered elsewhere, told here."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from alerts.alert import Alert, Codes, Vessel
from alerts.events import Event
from watchlist.entries import WatchlistEntry
from watchlist.vessels import VesselIdentity

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINT = np.dtype([("time", "M8[us]"), ("lon_deg", "f8"), ("lat_deg", "f8"), ("sog_kn", "f4"),
                  ("cog_deg", "f4"), ("segment", "i4")])  # fmt: skip
"""A position of the track; NaN is not available, segment -1 is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants the document, when (UTC), why, and of which span (µs since 1970)."""

    vessel: str
    who: str
    at: dt.datetime
    reason: str
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit to a zone.

    left_us  None = nobody told of its end · heard_us  then the last report from there
    present  she was there when she was first heard
    """

    zone: str
    since_us: int
    left_us: int | None
    port: bool = True
    heard_us: int = 0
    present: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry of the list that she answers to: on what, how well (0-1), since when (UTC)."""

    entry: WatchlistEntry
    matched_on: str
    score: float
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class HeardBy:
    """A feed that heard her: minutes in which it did, the first and last time (µs since 1970)."""

    feed: str
    minutes: int
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True)
class Rare:
    """A part of her voyage that was rare there, by its ``way`` or its ``speed``.

    lon, lat  degrees, where it began · one_in  of how many of the ``passages`` known there fewer
    than one is as rare · ships  whose passages: a class, or "all ships" · times µs since 1970
    """

    what: Literal["way", "speed"]
    since_us: int
    until_us: int
    lon: float
    lat: float
    one_in: int
    passages: int
    ships: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What the model of the usual traffic in force says of her span.

    edition  of the model · until  the day until which it was learned · moving  minutes under way
    known    of them where enough ships pass to judge · rare  in order of time
    line     (place, place, times, days) of the line that she keeps to, None = none
    measured  minutes under way in which her speed is the one between her positions
    unsaid    minutes in which she was heard and no speed is known
    """

    edition: int
    until: dt.date
    moving: int
    known: int
    rare: tuple[Rare, ...] = ()
    line: tuple[str, str, int, int] | None = None
    measured: int = 0
    unsaid: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a dossier tells of.

    vessel    as she says she is now · ships  others, by MMSI
    track     POINT, in order of time · zones  id to (name, geometry) · places  (name, lon, lat)
    editions  of list and zones: what, version, SHA-256 · run  name of the replay, "" = live
    codes     of all that went into it
    """

    asked: Asked
    vessel: Vessel
    identity: VesselIdentity
    track: NDArray[Any]
    events: tuple[Event, ...] = ()
    alerts: tuple[Alert, ...] = ()
    listed: tuple[Answered, ...] = ()
    stays: tuple[Stay, ...] = ()
    heard: tuple[HeardBy, ...] = ()
    ships: Mapping[int, Vessel] = field(default_factory=dict)
    zones: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    places: tuple[tuple[str, float, float], ...] = ()
    editions: tuple[tuple[str, int, str], ...] = ()
    learned: Learned | None = None
    run: str = ""
    codes: Codes = field(default_factory=Codes)
    exercise: bool = False

    def sha256(self) -> str:
        """Return the SHA-256 of the rows of the database that it was made from."""
        digest = hashlib.sha256(np.ascontiguousarray(self.track).tobytes())
        rows: list[Any] = [one.frozen() for one in self.events]
        rows += [[one.id, one.version] for one in self.alerts]
        rows += [[one.entry.id, one.matched_on, one.score] for one in self.listed]
        rows += [[one.zone, one.since_us, one.left_us, one.heard_us] for one in self.stays]
        rows += [repr(self.identity), repr(self.learned)]
        digest.update(json.dumps(rows, ensure_ascii=False).encode())
        return digest.hexdigest()
