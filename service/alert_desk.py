"""Where people look at alerts and act on them: every answer fits what its person may know.

Blocking; each call is one transaction. What somebody may not know of is not there for them: the
error is the same as for an id that was never given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import anyio
import structlog
from anyio import CapacityLimiter

from alerts.incidents.incident import OVER
from alerts.incidents.settings import SnoozeSettings
from alerts.notices import for_rescuers
from alerts.sar import SarSettings
from service.alert_acts import (
    INFORMED,
    ActError,
    Asked,
    details_of,
    may_do,
    meanwhile,
    open_acts,
    step_of,
)
from service.alert_changes import CursorSeal, changed, check, head, office_of
from service.casework import done, inform
from service.errors import ServiceError
from service.late_reads import LateReads
from service.leaving_by import link_maker
from service.marks import Concern, marks, seen_by, shown_as
from service.rescuing import Rescuing
from service.rights import Person, Role
from service.sight import cleared
from service.web.connections import Connections
from store.alert_numbers import since
from store.changes import Change
from store.consulting import note_read, note_read_soon
from store.errors import RuleError
from store.incidents import alerts, changes, incident, look
from store.live import track
from store.marks import taken_by, told_offices
from store.outbox import acknowledge_office, deliveries, microseconds, moment
from store.people import ACTIVE, accounts

if TYPE_CHECKING:
    import numpy as np
    import psycopg
    from numpy.typing import NDArray

    from alerts.alert import Alert, SarHelp
    from alerts.events import Event
    from alerts.incidents.incident import Incident
    from alerts.routing import RoutingSettings
    from service.alert_changes import Cursor
    from service.settings import Settings
    from service.sight import Sight
    from store.alert_numbers import Numbered
    from store.incidents import AlertChange
    from store.outbox import DeliveryRow

Got = TypeVar("Got")
SEEN = "seen"
"""The reason of who acknowledges without giving one."""
_AT_ONCE = 8
_BEFORE, _AFTER = dt.timedelta(hours=3), dt.timedelta(hours=1)
_LONGEST_TRACK = dt.timedelta(hours=24)
_MOST_TRACKS, _MOST_DELIVERIES = 6, 300
_MOST_READ = 5000  # more than a list shows: what is hidden must not push out what is not
_HELP_STEP_US = 10_000_000  # help is made anew each ten seconds, however many look
_TAKEN = ("acknowledged", "assigned")
_log = structlog.get_logger()


class UnknownAlertError(ServiceError):
    """There is no such alert, as far as this person may know."""


class MeanwhileError(ServiceError):
    """Somebody changed the alert after it was looked at; ``changes`` says who did what."""

    def __init__(self, alert: Alert, later: Sequence[AlertChange]) -> None:
        """``alert`` as it is now."""
        self.alert, self.changes = alert, tuple(later)
        last = later[-1]
        who = last.who or "somebody"
        super().__init__(f"{who} was faster ({last.action}): look at it again, then decide")


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as one person may see it, with all that its page shows.

    how      limited or full · events  live ones · muted  by event, what explains it
    log      who did what · told  deliveries, newest first · tracks  points by MMSI
    may      acts that are open to this person
    """

    alert: Alert
    how: Sight
    events: tuple[Event, ...]
    muted: dict[str, str]
    sar: SarHelp | None
    tracks: dict[int, NDArray[np.void]]
    log: tuple[AlertChange, ...]
    told: tuple[DeliveryRow, ...]
    may: tuple[str, ...]


class AlertDesk:
    """The alerts of one database."""

    def __init__(
        self,
        dsn: str,
        routing: RoutingSettings,
        snooze: SnoozeSettings | None = None,
        rescuing: Rescuing | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        *,
        link_of: Callable[[str], str] | None = None,
    ) -> None:
        """Open nothing yet; ``clock`` aware of its zone; ``link_of`` as ``Alerting`` has it."""
        self._link_of = link_of
        self.routing, self._clock = routing, clock
        self._snooze = snooze or SnoozeSettings()
        self._rescuing = rescuing or Rescuing(SarSettings())
        self._connections = Connections(dsn)
        self._seal: CursorSeal | None = None
        self._reads = LateReads(dsn)
        self._threads = CapacityLimiter(_AT_ONCE)

    async def apart(self, work: Callable[..., Got], *said: object) -> Got:
        """Do blocking ``work`` in threads that slow questions about vessels cannot take."""
        return await anyio.to_thread.run_sync(
            work, *said, abandon_on_cancel=True, limiter=self._threads
        )

    def listing(
        self,
        person: Person,
        states: Sequence[str],
        lanes: Sequence[str] | None = None,
        language: str = "en",
    ) -> dict[str, object]:
        """Return alerts in one of ``states`` as the frame of marks lists them, SAR first.

        ``language`` that of the headlines.
        """
        with self._connections.one() as connection:
            # Before the list: what changes between the two is told twice rather than never.
            reached = head(connection)
            found = alerts(connection, states=states, lanes=lanes, limit=_MOST_READ)
            ids = [one.id for one in found]
            told, taken = told_offices(connection, ids), taken_by(connection, ids)
        concern = Concern(tuple(found), told, taken=taken, language=language)
        frame = marks(person, concern, self.routing)
        following = self.seal().text(reached)
        return {"alerts": frame["alerts"], "more": frame["more"], "next": following}

    def seal(self) -> CursorSeal:
        """Return what makes cursors of texts, and texts of cursors; read once."""
        if self._seal is None:
            with self._connections.one() as connection:
                self._seal = CursorSeal.of(connection)
        return self._seal

    def changed(self, person: Person, since: str) -> tuple[list[dict[str, Any]], str, bool]:
        """Return what became of alerts since a cursor, as ``alert_changes.changed`` does."""
        seal = self.seal()
        cursor = seal.cursor(since)
        with self._connections.one() as connection:
            told, reached, more = changed(connection, person, cursor, self.routing)
        return told, seal.text(reached), more

    def cursor(self, since: str) -> Cursor:
        """Return the cursor of a text; raises CursorError where this database gave none such."""
        cursor = self.seal().cursor(since)
        with self._connections.one() as connection:
            check(connection, cursor)
        return cursor

    def numbered(
        self, person: Person, after: int, *, sar: bool, only_open: bool
    ) -> list[Numbered]:
        """Return a page of the alerts of a lane that changed after a number, for ``person``."""
        with self._connections.one() as connection:
            return since(connection, after, office_of(person), sar=sar, only_open=only_open)

    def detail(self, person: Person, alert_id: str, now_us: int) -> Seen:
        """Return what ``person`` may see of an alert, and note that they looked.

        ``now_us`` stream time. Raises UnknownAlertError and what the database raises.
        """
        with self._connections.one() as connection, connection.transaction():
            there = look(connection, alert_id)
            how = self._how(connection, person, alert_id, there)
            if there is None or how == "nothing":
                raise UnknownAlertError(f"there is no alert {alert_id[:20]!r}")
            seen = self._seen(connection, person, there, how, now_us)
            # Last, as others wait for the audit until this ends.
            looked = (person.name, alert_id, self._clock())
            noted = (note_read_soon if there.alert.lane == "sar" else note_read)(
                connection, *looked
            )
        if not noted and there.alert.lane == "sar":
            self._reads.note(*looked)
        return seen

    def do(self, person: Person, alert_id: str, act: str, asked: Asked, now_us: int) -> None:
        """Do ``act``; raises UnknownAlertError, MeanwhileError, ActError, IncidentError."""
        with self._connections.one() as connection, connection.transaction():
            try:
                there = incident(connection, alert_id)
            except RuleError:
                raise UnknownAlertError(f"there is no alert {alert_id[:20]!r}") from None
            how = self._how(connection, person, alert_id, there if there.raised else None)
            if how == "nothing":
                raise UnknownAlertError(f"there is no alert {alert_id[:20]!r}")
            if not may_do(person, act, how):
                raise ActError(f"you see place and time only: you cannot {act} this alert")
            if asked.version > there.alert.version:
                raise ActError(f"version {asked.version} of this alert is yet to come: load it")
            # What they may not read holds nobody up: it could not be shown to them either.
            later = _shown_log(meanwhile(changes(connection, alert_id), asked.version, act), how)
            if later:
                raise MeanwhileError(shown_as(there.alert, how), later)
            self._done(connection, person, there, act, asked, now_us)

    def people(self, person: Person, alert_id: str) -> list[Person]:
        """Return who may be given an alert: whoever may act on it and sees all of it."""
        with self._connections.one() as connection:
            there = look(connection, alert_id)
            told = told_offices(connection, [alert_id]).get(alert_id, frozenset())
            if there is None or self._sees(person, there.alert, told) == "nothing":
                raise UnknownAlertError(f"there is no alert {alert_id[:20]!r}")
            return self._able(connection, there.alert, told)

    def close(self) -> None:
        """Close the idle connections, after what was looked at is noted."""
        self._reads.close()
        self._connections.close()

    def _able(
        self, connection: psycopg.Connection, alert: Alert, told: Collection[str]
    ) -> list[Person]:
        known = [
            Person(one.id, one.name, one.display, cast("Role", one.role), one.member_state,
                   one.office, self._clearance(one.role, one.office, one.clearance))
            for one in accounts(connection)
            if one.state == ACTIVE
        ]  # fmt: skip
        return [one for one in known
                if one.may("alerts.act") and self._sees(one, alert, told) == "full"]  # fmt: skip

    def _clearance(self, role: str, office: str, clearance: str) -> str:
        return cleared(clearance, self.routing.office(office)) if role == "office" else clearance

    def _sees(self, person: Person, alert: Alert, told: Collection[str]) -> Sight:
        return seen_by(person, alert, told, self.routing)

    def _how(
        self, connection: psycopg.Connection, person: Person, alert_id: str, there: Incident | None
    ) -> Sight:
        if there is None:
            return "nothing"
        told = told_offices(connection, [alert_id]).get(alert_id, frozenset())
        return self._sees(person, there.alert, told)

    def _seen(
        self,
        connection: psycopg.Connection,
        person: Person,
        there: Incident,
        how: Sight,
        now_us: int,
    ) -> Seen:
        alert, sar = there.alert, there.alert.lane == "sar"
        shown = shown_as(alert, how)
        events = there.live if how == "full" else for_rescuers(alert, there.live)[1] if sar else ()
        office = person.office if person.role == "office" else None
        told = deliveries(connection, alert=alert.id, office=office, limit=_MOST_DELIVERIES)
        return Seen(
            shown,
            how,
            events,
            dict(there.muted) if how == "full" else {},
            self._help(connection, alert, now_us),
            {
                one: self._track(connection, one, alert, now_us)
                for one in shown.mmsis[:_MOST_TRACKS]
            },
            _shown_log(changes(connection, alert.id), how),
            tuple(told),
            _may(person, alert, how, told),
        )

    def _help(self, connection: psycopg.Connection, alert: Alert, now_us: int) -> SarHelp | None:
        if alert.lane != "sar" or alert.state in OVER:
            return None
        try:
            with connection.transaction():
                return self._rescuing(connection, alert, now_us - now_us % _HELP_STEP_US)
        except Exception as error:  # noqa: BLE001 (a rescue is shown without rather than not at all)
            _log.error("sar_help_failed", alert=alert.id, error=repr(error))
            return None

    def _track(
        self, connection: psycopg.Connection, mmsi: int, alert: Alert, now_us: int
    ) -> NDArray[np.void]:
        """Return where a vessel went from three hours before it began, a day at most."""
        last = moment(now_us if alert.ended_us is None else alert.ended_us) + _AFTER
        begin = max(moment(alert.started_us) - _BEFORE, last - _LONGEST_TRACK)
        return track(connection, mmsi, begin, last)

    def _done(
        self,
        connection: psycopg.Connection,
        person: Person,
        there: Incident,
        act: str,
        asked: Asked,
        now_us: int,
    ) -> None:
        alert, now = there.alert, self._clock()
        if asked.to and act in {"assign", "escalate"}:
            if not person.may("alerts.assign"):
                raise ActError("who takes it is chosen at the desk: leave the name out")
            self._check_name(connection, alert, asked.to)
        made = Change(person.name, asked.why or SEEN, now)
        step, details = step_of(act, asked, now_us, self._snooze), details_of(act, asked)
        own = act == "acknowledge" and person.role == "office"
        if own:
            details["office"] = person.office
            acknowledge_office(connection, alert.id, person.office, person.name, microseconds(now))
            if alert.state in _TAKEN:
                # Somebody else has it: that the office has seen it is noted all the same.
                act, step = "comment", step_of("comment", asked, now_us, self._snooze)
        after = done(connection, alert.id, step, act, made, details=details)
        if act in INFORMED:
            besides = person.office if own else ""
            inform(
                connection, after, self.routing, made, change=INFORMED[act], besides=besides,
                sar_help=self._rescuing, link_of=self._link_of,
            )  # fmt: skip

    def _check_name(self, connection: psycopg.Connection, alert: Alert, name: str) -> None:
        told = told_offices(connection, [alert.id]).get(alert.id, frozenset())
        if name not in {one.name for one in self._able(connection, alert, told)}:
            raise ActError(f"{name!r} is nobody who may take it; choose one of the list")


def _may(person: Person, alert: Alert, how: Sight, told: Sequence[DeliveryRow]) -> tuple[str, ...]:
    """Return the acts that are open; an office may also say that it has seen what others took."""
    found = open_acts(person, alert, how)
    unseen = person.role == "office" and any(one.acknowledged_at is None for one in told)
    if unseen and alert.state in _TAKEN and may_do(person, "acknowledge", how):
        found.insert(0, "acknowledge")
    return tuple(found)


def desk_of(settings: Settings, dsn: str) -> AlertDesk:
    """Return the desk that works by ``settings``."""
    rescuing = Rescuing(settings.sar, settings.roles)
    link_of = link_maker(settings)
    return AlertDesk(dsn, settings.routing, settings.alerts.snooze, rescuing, link_of=link_of)


def _shown_log(log: Sequence[AlertChange], how: Sight) -> tuple[AlertChange, ...]:
    """Return who did what; who sees place and time only learns the states, and nothing of why."""
    if how == "full":
        return tuple(log)
    return tuple(_bare(one) for one in log if one.action not in {"comment", "grown"})


def _bare(one: AlertChange) -> AlertChange:
    return replace(one, who="", why="", score=0.0, details={})
