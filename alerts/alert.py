"""Alerts: what events of one vessel, pair or area grow into, who is told, and by which message.

An alert is an incident with a life of its own among people; the events under it are facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from alerts.events import Event
    from alerts.kinds import Lane, Severity

AlertState: TypeAlias = Literal[
    "new", "acknowledged", "assigned", "escalated", "resolved", "retracted"
]
Verdict: TypeAlias = Literal["true", "false alarm", "explained"]
Change: TypeAlias = Literal["alert", "update", "cancel", "ack"]
HANDLING = ("H0", "H1", "H2", "H3")
"""Handling codes, least restrictive first (Council document 6261/18)."""


@dataclass(frozen=True, slots=True)
class Codes:
    """How information may be used: the most restrictive of all that went into it.

    handling H0-H3 with comment · tlp clear, green, amber, red · source_grade A, B, C, X and
    info_grade 1-4 of the weakest source (automatic findings: B, 3) · contributors (Member States)
    whose entries went into it
    """

    handling: str = "H0"
    comment: str = ""
    tlp: str = "green"
    source_grade: str = "B"
    info_grade: int = 3
    contributors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vessel:
    """A vessel as an alert names it, with what was known when it was told; empty = not known."""

    mmsi: int
    name: str = ""
    call_sign: str = ""
    imo: int = 0
    flag: str = ""
    role: str = ""
    length_m: float | None = None
    listed_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What one event, or one innocent explanation, adds to an alert's score.

    points   log-odds, natural logarithm; negative: speaks for innocence
    because  a part of a sentence, as "silent for 3 h 10 min where 1 of 4,000 silences is so long"
    event    id of the event, None for an explanation
    """

    name: str
    points: float
    because: str
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One incident.

    id         "A-" and 12 hex digits · version  one more with every change (optimistic lock)
    kind       of the event that leads it · headline  one line for people, no name of a vessel
    score      0-1, what ``shares`` sum up to · mmsis sorted · zones ids
    place      for people, as "12 nm SE of Lampedusa" · lon, lat, started_us, updated_us, ended_us
    events     ids, in the order in which they joined
    assignee, snoozed_until_us, snooze_reason, verdict, reason   set by people
    offices    names of those who were told
    """

    id: str
    version: int
    state: AlertState
    lane: Lane
    severity: Severity
    kind: str
    headline: str
    score: float
    shares: tuple[Share, ...]
    vessels: tuple[Vessel, ...]
    mmsis: tuple[int, ...]
    zones: tuple[str, ...]
    lon: float | None
    lat: float | None
    place: str
    started_us: int
    updated_us: int
    ended_us: int | None
    events: tuple[str, ...]
    codes: Codes = field(default_factory=Codes)
    exercise: bool = False
    assignee: str = ""
    verdict: Verdict | None = None
    reason: str = ""
    snoozed_until_us: int | None = None
    snooze_reason: str = ""
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A ship or SAR asset that could help: distance nm, bearing degrees from the place to it.

    minutes  until it could be there, None where its speed is not known · age_s of its report
    """

    mmsi: int
    name: str
    role: str
    lon: float
    lat: float
    distance_nm: float
    bearing_deg: float
    minutes: float | None
    age_s: float


@dataclass(frozen=True, slots=True)
class Adrift:
    """Where somebody may be after ``minutes``: a circle round lon, lat of ``radius_nm``."""

    minutes: int
    lon: float
    lat: float
    radius_nm: float


@dataclass(frozen=True, slots=True)
class Centre:
    """A rescue co-ordination centre whose indicative region contains the place.

    contact  as the service's settings give it, empty where they do not
    """

    id: str
    name: str
    region: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class SarHelp:
    """What a rescuer needs: the last known place with its error, drift, helpers, centres.

    lon, lat None where no place is known · assumed  in words: wind, current, leeway, or none
    """

    lon: float | None
    lat: float | None
    error_nm: float
    known_at_us: int
    adrift: tuple[Adrift, ...]
    assumed: str
    nearest: tuple[Near, ...]
    centres: tuple[Centre, ...]

    @property
    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """Names, region and contact of the centres; those of one region and contact together."""
        shared: dict[tuple[str, str], list[str]] = {}
        for one in self.centres:
            shared.setdefault((one.region, one.contact), []).append(one.name)
        return tuple((", ".join(names), *key) for key, names in shared.items())


@dataclass(frozen=True, slots=True)
class Notice:
    """What one office is told of one version of an alert; the same for every channel.

    id          names the message for good: alert, version, office · sequence  of this alert there
    change      alert (first), update, cancel (retracted), ack
    references  (notice id, sent_us) of what the office was told before, oldest first
    limited     the codes forbid more than lane, place, time and link
    link        to the page, without rights · language en, it, el
    taken_by    of an ack: person and office that took it on; strangers are told the office only
    waiting     a call for many: rescues, this one included, that nobody has taken on; 0 = for one
    """

    id: str
    change: Change
    office: str
    language: str
    sent_us: int
    alert: Alert
    events: tuple[Event, ...]
    link: str
    references: tuple[tuple[str, int], ...] = ()
    sar: SarHelp | None = None
    limited: bool = False
    zone_names: tuple[str, ...] = ()
    taken_by: str = ""
    waiting: int = 0

    @property
    def whereabouts(self) -> tuple[float | None, float | None]:
        """Longitude and latitude: of a rescue the last known place, which ``sar`` dates."""
        known = self.alert if self.sar is None or self.sar.lon is None else self.sar
        return known.lon, known.lat
