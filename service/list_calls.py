"""Calls the next person for rescues that were told among many: one call, which says how many.

A flood is told by lists (``service.flooding``). Followed up one by one, ten thousand of them would
be ten thousand calls; not followed up, nobody would be called at all. So one of them, the gravest,
is told to the person, with the number of those that wait; each of the others keeps its own step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from alerts.escalation import ListCall, list_calls
from alerts.incidents.acts import escalate
from alerts.incidents.incident import SERVICE, Incident
from alerts.notices import Delivery, Occasion, compose
from alerts.roster import ladder
from service import casework
from service.rescuing import Helping, helped
from store.changes import Change
from store.escalations import listed_waiting, put_calls
from store.incidents import incident
from store.listed import keep_listed
from store.outbox import enqueue, microseconds, told_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from alerts.alert import Alert
    from alerts.roster import Person
    from alerts.routing import Office, RoutingSettings
    from service.escalating import DutySettings

_log = structlog.get_logger()
_OPEN = ("new", "escalated")
_MOST_TRIED = 5


@dataclass(frozen=True, slots=True)
class ListCalls:
    """One look at what lists told an office.

    repeated  ids of the offices to which lists repeat what they told · others as ``Escalating``
    """

    duty: DutySettings
    routing: RoutingSettings
    repeated: Collection[str] = ()
    sar_help: Helping | None = None
    link_of: Callable[[str], str] | None = None

    def work(self, connection: psycopg.Connection, now: dt.datetime) -> dict[str, int]:
        """Call whoever is due, each office for itself; return how many were called and told again.

        ``connection`` commits by itself. Raises RuntimeError at the end where an office could not
        be followed up.
        """
        done, failed = {"again": 0, "called": 0}, []
        for office in self.routing.offices:
            if office.kind != "office" or not office.enabled:
                continue
            for call in self._due(connection, office, now):
                if self._told(connection, office, call, now):
                    done["called" if call.person else "again"] += 1
                else:
                    failed.append(office.id)
        if failed:
            raise RuntimeError(f"nobody could be called for rescues of lists: {failed[0]}")
        return done

    def _due(
        self, connection: psycopg.Connection, office: Office, now: dt.datetime
    ) -> tuple[ListCall, ...]:
        waiting = listed_waiting(connection, office.id)
        if not waiting:
            return ()
        roster = self.duty.roster(office.id)
        people = ladder(roster, now) if roster else ()
        again = office.id not in self.repeated
        return list_calls(waiting, people, self.duty.escalation, microseconds(now), again=again)

    def _told(
        self, connection: psycopg.Connection, office: Office, call: ListCall, now: dt.datetime
    ) -> bool:
        """Make one call, about the first rescue that can be told; False where none could be.

        What fails for one must not keep the others from being heard.
        """
        for alert in call.about[:_MOST_TRIED]:
            try:
                with connection.transaction():
                    if self._made(connection, office, call, alert, now):
                        return True
            except Exception as error:  # noqa: BLE001 (as said above)
                _log.error("list_call_failed", alert=alert.id, error=str(error))
        return False

    def _made(
        self,
        connection: psycopg.Connection,
        office: Office,
        call: ListCall,
        alert: Alert,
        now: dt.datetime,
    ) -> bool:
        found = incident(connection, alert.id)
        past = told_before(connection, alert.id, lists=True).get(office.id)
        # Locked now: somebody may have taken it on since it was read.
        if found.alert.state not in _OPEN or past is None:
            return False
        person = call.person
        name = person.id if person else ""
        about = [one.id for one in call.about]
        if not put_calls(connection, about, office.id, now, name):
            return False
        if person:
            why = (
                f"nobody took on {call.waiting} rescues that lists told: {person.name} of "
                f"{office.id} is called for all of them"
            )
            found = casework.done(
                connection, alert.id, lambda one: escalate(one, person.name), "escalate",
                Change(SERVICE, why, now), details={"to": name, "waiting": call.waiting},
            )  # fmt: skip
        enqueue(connection, self._deliveries(connection, found, office, call, now))
        keep_listed(connection, alert.id, office.id)
        return True

    def _deliveries(
        self,
        connection: psycopg.Connection,
        found: Incident,
        office: Office,
        call: ListCall,
        now: dt.datetime,
    ) -> list[Delivery]:
        at_us = microseconds(now)
        occasion = Occasion(
            at_us,
            change="update",
            again=at_us // 1_000_000,
            sar=helped(self.sar_help, connection, found.alert, at_us),
            link_of=self.link_of,
            waiting=call.waiting,
        )
        past = told_before(connection, found.alert.id, lists=True)
        told = compose(
            found.alert, found.live, (), {office.id: past[office.id]}, self.routing, occasion
        )
        person = call.person
        why = f"{call.waiting} rescues of lists not acknowledged"
        why += f": {person.name}" if person else ""
        return by_name([replace(one, why=why) for one in told], person, why)


def by_name(told: Sequence[Delivery], person: Person | None, why: str) -> list[Delivery]:
    """Return ``told``, and its notice by each further channel of who is called, if somebody is."""
    if not (person and told):
        return list(told)
    used = {one.channel for one in told}
    more = [channel for channel in dict.fromkeys(person.channels) if channel not in used]
    return [*told, *(Delivery(told[0].notice, channel, why) for channel in more)]
