"""Which incident an event belongs to: by its id, its vessels, its feed, or its place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alerts.by_list import rests_on_list
from alerts.distances import NM_M, metres
from alerts.incidents.incident import HOUR_US, OVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alerts.events import Event
    from alerts.incidents.incident import Incident
    from alerts.incidents.settings import IncidentSettings
    from alerts.kinds import Lane

_GATHERS = "converging_rescue"
_AREA = frozenset({"gnss_interference", "feed_outage"})


@dataclass(slots=True)
class Draft:
    """An incident while events are added to it; ``before`` None for one that begins."""

    before: Incident | None
    lane: Lane
    subject: str
    members: dict[str, Event] = field(default_factory=dict)
    touched: bool = False

    @property
    def open(self) -> bool:
        """Tell whether it takes further events."""
        return self.before is None or self.before.alert.state not in OVER

    @property
    def mmsis(self) -> set[int]:
        """Return the vessels of all members that were not retracted."""
        return {mmsi for one in self.live() for mmsi in one.mmsis}

    def live(self) -> list[Event]:
        """Return the members that were not retracted, in the order in which they joined."""
        return [one for one in self.members.values() if one.state != "retracted"]

    def rests_on_list(self) -> bool:
        """Tell whether all that it is about is told only because its vessel is listed."""
        return all(map(rests_on_list, self.live()))

    def last_us(self) -> int:
        """Return when the newest member was updated, 0 without any."""
        return max((one.updated_us for one in self.live()), default=0)


class Shelf:
    """The drafts, found by event, by vessel, and by lane."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self.drafts: list[Draft] = []
        self._by_event: dict[str, Draft] = {}
        self._by_vessel: dict[tuple[str, int], list[Draft]] = defaultdict(list)
        self._by_lane: dict[str, list[Draft]] = defaultdict(list)
        self._gathering: list[Draft] = []
        for incident in incidents:
            draft = self.put(Draft(incident, incident.lane, incident.subject))
            for event in incident.members:
                self.add(draft, event)

    def put(self, draft: Draft) -> Draft:
        """Put up an incident; return it."""
        self.drafts.append(draft)
        self._by_lane[draft.lane].append(draft)
        return draft

    def add(self, draft: Draft, event: Event) -> None:
        """Let ``event``, or its next version, be a member of ``draft``."""
        known = event.id in draft.members
        draft.members[event.id] = event
        # One that moved to another lane is held where it lives.
        if event.state != "retracted" or event.id not in self._by_event:
            self._by_event[event.id] = draft
        if event.kind == _GATHERS and draft not in self._gathering:
            self._gathering.append(draft)
        for mmsi in event.mmsis:
            there = self._by_vessel[draft.lane, mmsi]
            if not known or draft not in there:
                there.append(draft)

    def holding(self, event: Event) -> Draft | None:
        """Return the draft that has an earlier version of ``event``."""
        return self._by_event.get(event.id)

    def home(self, event: Event, settings: IncidentSettings) -> Draft | None:
        """Return the open draft that a new event joins, the one last heard of; None for a new one.

        Law: a vessel of its own, quiet for ``join_h`` at most, and no more vessels than
        ``most_vessels``. SAR: a vessel of its own; converging ships also by place, but a distress
        never joins another vessel's incident. Areas: the same feed, or near the same place.
        """
        fitting = [draft for draft in self._near(event) if _fits(draft, event, settings)]
        return max(fitting, key=lambda draft: (draft.last_us(), draft.subject), default=None)

    def _near(self, event: Event) -> Iterator[Draft]:
        seen: set[int] = set()
        # 0 is the number of all who send none: it makes nobody the vessel of another's incident.
        for mmsi in filter(None, event.mmsis):
            for draft in self._by_vessel[event.lane, mmsi]:
                if id(draft) not in seen:
                    seen.add(id(draft))
                    yield draft
        # By place only what is rare: a storm of silent or stopped ships must not be quadratic.
        rare = event.kind in _AREA or event.kind == _GATHERS
        by_place = self._by_lane[event.lane] if rare else self._gathering
        if rare or (event.lane == "sar" and event.kind != "distress"):
            yield from (one for one in by_place if id(one) not in seen)


def _fits(draft: Draft, event: Event, settings: IncidentSettings) -> bool:
    if not draft.open or draft.lane != event.lane or not draft.live():
        return False
    if event.started_us - draft.last_us() > settings.join_h * HOUR_US:
        return False
    if event.lane == "law":
        vessels = draft.mmsis
        return bool(vessels & set(event.mmsis)) and (
            len(vessels | set(event.mmsis)) <= settings.most_vessels
        )
    if event.lane == "sar":
        # A rescue that anybody may know of must not tell of one that gives a listing away.
        alike = rests_on_list(event) == draft.rests_on_list()
        return alike and _same_rescue(draft, event, settings)
    return _same_area(draft, event, settings)


def _same_rescue(draft: Draft, event: Event, settings: IncidentSettings) -> bool:
    if event.kind == "distress":
        if event.started_us - draft.last_us() > settings.call_h * HOUR_US:
            return False
        # A device beside a ship that helps is a distress of its own.
        return any(one.mmsi == event.mmsi for one in draft.live() if one.kind == "distress") or (
            draft.mmsis == set(event.mmsis)
        )
    if (draft.mmsis & set(event.mmsis)) - {0}:
        return True
    gathers = _GATHERS in {event.kind, *(one.kind for one in draft.live())}
    if not gathers or event.started_us - draft.last_us() > settings.rescue_h * HOUR_US:
        return False
    return any(_within(one, event, settings.rescue_nm) for one in draft.live())


def _same_area(draft: Draft, event: Event, settings: IncidentSettings) -> bool:
    alike = [one for one in draft.live() if one.kind == event.kind]
    if event.kind not in _AREA:
        return bool(alike) and bool(draft.mmsis & set(event.mmsis))
    if event.kind == "feed_outage":
        return any(feed_of(one) == feed_of(event) for one in alike)
    return any(_within(one, event, settings.area_nm) for one in alike)


def _within(one: Event, other: Event, reach_nm: float) -> bool:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return False
    return bool(metres(one.lon, one.lat, other.lon, other.lat) <= reach_nm * NM_M)


def feed_of(event: Event) -> str:
    """Return the name of the feed that an outage is about, "" where it does not say."""
    said = event.evidence.get("feed")
    return "" if said is None or said.value is None else str(said.value)


def subject_of(event: Event) -> str:
    """Return what an incident that begins with ``event`` is about, as one text."""
    if event.kind == "feed_outage":
        return f"feed {feed_of(event)}"
    if event.kind not in _AREA and 0 < len(event.mmsis) <= 2:  # noqa: PLR2004 (a vessel or a pair)
        return " ".join(["vessel", *(f"{mmsi:09d}" for mmsi in event.mmsis)])
    if event.lon is None or event.lat is None:
        return f"{event.kind} {event.id}"
    return f"area {event.lon:.2f} {event.lat:.2f}"
