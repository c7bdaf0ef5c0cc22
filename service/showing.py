"""Which events and alerts of vessels a person is shown: sight applied to what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.by_list import rests_on_list
from alerts.incidents.codes import for_all
from service.sight import Sight, on_watch, sees, sight
from store.codes import entry_codes
from store.panel import entries_of
from store.recalled import Recalled, of_vessel, offices_told

if TYPE_CHECKING:
    import psycopg

    from alerts.events import Event
    from alerts.routing import RoutingSettings
    from service.rights import Person

_MOST_ALERTS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert and how much of it a person sees: limited or full."""

    recalled: Recalled
    how: Sight


def alerts_shown(
    connection: psycopg.Connection, person: Person, routing: RoutingSettings, mmsi: int,
    most: int | None = _MOST_ALERTS,
) -> list[Shown]:  # fmt: skip
    """Return the alerts of a vessel that a person sees, the newest change first.

    Of the ``most`` that changed last, None = of all.
    A limited one does not say which vessel it is about, so it is none of a vessel's.
    """
    found = of_vessel(connection, mmsi, most)
    office = routing.office(person.office) if person.office else None
    told = offices_told(connection, [one.alert.id for one in found])
    seen = [
        Shown(one, sight(person, one.alert, office, told.get(one.alert.id, ()))) for one in found
    ]
    return [one for one in seen if one.how == "full"]


def events_shown(
    connection: psycopg.Connection,
    person: Person,
    routing: RoutingSettings,
    mmsi: int,
    events: Sequence[Event],
    most: int | None = _MOST_ALERTS,
) -> list[Event]:
    """Return those of ``events`` of a vessel that a person sees, and as they see them.

    An office sees what belongs to an alert that it was told. The desk sees all but what was told
    for law enforcement of a vessel with an entry that the person does not see: thresholds alone
    would give her away. What is for everybody comes without what the list says, for all alike.
    """
    if person.role == "office":
        alerts = alerts_shown(connection, person, routing, mmsi, most)
        mine = {one for shown in alerts for one in shown.recalled.alert.events}
        events = [event for event in events if event.id in mine]
    hidden = hidden_vessels(connection, person, {one for event in events for one in event.mmsis})
    kept = [
        event
        for event in events
        if not hidden & {*event.mmsis} or _open(event, watch=on_watch(person))
    ]
    return [for_all(event) for event in kept]


def _open(event: Event, *, watch: bool) -> bool:
    """Tell whether an event of a vessel may be shown to who may not know that she is listed."""
    return event.lane != "law" and (watch or not rests_on_list(event))


def hidden_vessels(connection: psycopg.Connection, person: Person, mmsis: set[int]) -> set[int]:
    """Return those of ``mmsis`` that answered to an entry of which ``person`` may not know."""
    entries = entries_of(connection, mmsis)
    codes = entry_codes(connection, {one for ids in entries.values() for one in ids})
    return {
        mmsi for mmsi, ids in entries.items() if not all(sees(person, codes[one]) for one in ids)
    }
