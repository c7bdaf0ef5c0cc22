"""Tells offices again, and calls the next person, until somebody takes an alert on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog

from alerts.escalation import Call, EscalationSettings, NextCall, followed, next_call
from alerts.incidents.acts import escalate
from alerts.incidents.incident import SERVICE
from alerts.notices import Delivery, Occasion, compose
from alerts.roster import Person, Roster, ladder
from service import casework
from service.list_calls import ListCalls, by_name
from service.rescuing import Helping, helped
from service.schedule import Every, Job, Turn
from store.changes import Change
from store.connect import session
from store.escalations import calls_of, law_calls_since, put_call
from store.incidents import incident
from store.incidents import waiting as all_waiting
from store.listed import told_alone
from store.outbox import enqueue, microseconds, told_before

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.incidents.incident import Incident
    from alerts.notices import Past
    from alerts.routing import RoutingSettings

_log = structlog.get_logger()
_EVERY_S = 30
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DutySettings:
    """The section duty: of config.yaml.

    rosters     of the offices, each by its id · escalation  after how long who hears again
    """

    rosters: tuple[Roster, ...] = ()
    escalation: EscalationSettings = field(default_factory=EscalationSettings)

    def roster(self, office: str) -> Roster | None:
        """Return the roster of ``office``, None where it has none."""
        return next((one for one in self.rosters if one.office == office), None)


class Escalating:
    """One look at every alert that nobody has taken on; call ``work`` as a job."""

    def __init__(
        self,
        dsn: str,
        duty: DutySettings,
        routing: RoutingSettings,
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        repeated: Collection[str] = (),
        sar_help: Helping | None = None,
        link_of: Callable[[str], str] | None = None,
    ) -> None:
        """``repeated``: ids of the offices to which lists of rescues are told again.

        ``sar_help`` and ``link_of`` as ``service.alerting.Alerting`` has them.
        """
        self.dsn, self.duty, self.routing, self.clock = dsn, duty, routing, clock
        self._lists = ListCalls(duty, routing, repeated, sar_help, link_of)
        self._sar_help, self._link_of = sar_help, link_of
        self._ahead: dict[tuple[str, str], int] = {}

    def job(self) -> Job:
        """Return the job: every half minute."""
        return Job("escalating", Every(_EVERY_S), self.work, retry_s=_EVERY_S)

    def work(self, turn: Turn) -> Mapping[str, int]:
        """Tell again and call whoever is due, SAR first; return how many.

        Each alert is a transaction of its own: what fails for one is named, told at the end by an
        error, and keeps no other waiting. What lists told is followed up by one call for all.
        """
        now = self.clock()
        done, failed = {"again": 0, "called": 0}, []
        with session(self.dsn, autocommit=True) as connection:
            waiting = [
                one
                for one in all_waiting(connection)
                if followed(one, 0, self.duty.escalation, microseconds(now))
            ]
            alone = told_alone(connection, [one.id for one in waiting])
            waiting = [one for one in waiting if one.id in alone]
            calls = calls_of(connection, [one.id for one in waiting])
            spent = law_calls_since(connection, now - _HOUR)
            for alert in waiting:
                if turn.over():
                    break
                try:
                    with connection.transaction():
                        self._follow_up(connection, alert, calls, spent, now, done)
                except Exception as error:  # noqa: BLE001 (one alert must not silence the others)
                    _log.error("escalation_failed", alert=alert.id, error=str(error))
                    failed.append(alert.id)
            for what, number in self._lists.work(connection, now).items():
                done[what] += number
        if failed:
            raise RuntimeError(f"{len(failed)} alerts could not be followed up: {failed[0]} …")
        return done

    def _follow_up(
        self,
        connection: psycopg.Connection,
        alert: Alert,
        calls: Mapping[tuple[str, str], Sequence[Call]],
        spent: dict[str, int],
        now: dt.datetime,
        done: dict[str, int],
    ) -> None:
        for office, past in told_before(connection, alert.id).items():
            known = self.routing.office(office)
            if known is None or known.kind != "office" or not known.enabled:
                continue
            roster = self.duty.roster(office)
            people = ladder(roster, now) if roster else ()
            told_us = self._told(alert.id, office, past.references[0][1], microseconds(now))
            before = calls.get((alert.id, office), ())
            due = next_call(
                alert, told_us, before, people, self.duty.escalation, microseconds(now)
            )
            if due is None or not self._affordable(alert, office, spent):
                continue
            if self._tell(connection, alert.id, office, past, due, now):
                done["called" if due.person else "again"] += 1
                spent[office] = spent.get(office, 0) + (alert.lane != "sar")

    def _told(self, alert: str, office: str, told_us: int, now_us: int) -> int:
        """Return when an office was told, by our own clock: the stream's may have been ahead."""
        if told_us <= now_us:
            self._ahead.pop((alert, office), None)
            return told_us
        return self._ahead.setdefault((alert, office), now_us)

    def _affordable(self, alert: Alert, office: str, spent: Mapping[str, int]) -> bool:
        most = self.duty.escalation.law_an_hour
        return alert.lane == "sar" or spent.get(office, 0) < most

    def _tell(
        self,
        connection: psycopg.Connection,
        alert_id: str,
        office: str,
        past: Past,
        due: NextCall,
        now: dt.datetime,
    ) -> bool:
        """Write the call, the change of the alert and the messages; False where it is over."""
        found = incident(connection, alert_id)
        # Locked now: somebody may have taken it on since it was read.
        if found.alert.state not in ("new", "escalated"):
            return False
        name = due.person.id if due.person else ""
        if not put_call(connection, alert_id, office, due.number, now, name):
            return False
        if due.person:
            found = self._escalated(connection, found, office, due.person, now)
        enqueue(connection, self._deliveries(connection, found, office, past, due, now))
        return True

    @staticmethod
    def _escalated(
        connection: psycopg.Connection,
        found: Incident,
        office: str,
        person: Person,
        now: dt.datetime,
    ) -> Incident:
        why = f"nobody acknowledged it: {person.name} of {office} is called"
        return casework.done(
            connection,
            found.alert.id,
            lambda alert: escalate(alert, person.name),
            "escalate",
            Change(SERVICE, why, now),
            details={"to": person.id},
        )

    def _deliveries(
        self,
        connection: psycopg.Connection,
        found: Incident,
        office: str,
        past: Past,
        due: NextCall,
        now: dt.datetime,
    ) -> list[Delivery]:
        at_us = microseconds(now)
        occasion = Occasion(
            at_us,
            change="update",
            again=due.number,
            sar=helped(self._sar_help, connection, found.alert, at_us),
            link_of=self._link_of,
        )
        told = compose(found.alert, found.live, (), {office: past}, self.routing, occasion)
        why = f"not acknowledged, call {due.number}"
        name = f": {due.person.name}" if due.person else ""
        return by_name([replace(one, why=why) for one in told], due.person, why + name)
