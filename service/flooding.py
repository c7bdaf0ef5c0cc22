"""Rescues beyond what can be told one by one: all of them in one message, every ten seconds.

Anybody with a radio can forge a thousand beacons. Told one by one a true one would wait behind all
of them; held for a digest it would wait a night. So the first of an hour go one by one, and what
is beyond them is told in one list per office within seconds: kind, number, place, time and link.
Channels that only machines read take them one by one. Either way they stand in the outbox as told:
so they are followed up, updated and taken back as all others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from alerts.notices import Occasion, compose, page_of
from alerts.notifier import Later
from alerts.plain import plain
from alerts.routing import Told, kept_from, route
from alerts.texts import catalogue
from service.digest_words import WORDS
from service.rescuing import helped
from service.schedule import Every, Job, Turn
from store.connect import session
from store.incidents import incident
from store.listed import list_again, listed_again, told_at_once
from store.outbox import enqueue, microseconds, told_before
from store.told import digested, held

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.notices import Delivery, Past
    from alerts.routing import Office, RoutingSettings
    from service.posts import Post
    from service.rescuing import Helping

_log = structlog.get_logger()
_EVERY_S = 10
_MOST_LINES = 500
_MOST_HELPED = 40
_MOST_NAMED = 3


class Flooding:
    """One message per office for the rescues that its budget held back; call ``work`` as a job."""

    def __init__(  # noqa: PLR0913 (all but three have a default and are given by name)
        self,
        dsn: str,
        routing: RoutingSettings,
        post: Post,
        *,
        mailboxes: Mapping[str, Collection[str]] | None = None,
        repeat_min: float = 0.0,
        exercise: bool = False,
        sar_help: Helping | None = None,
        link_of: Callable[[str], str] | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """``post``: by what lists leave; ``exercise`` marks everything as a drill.

        ``mailboxes``: of each channel by which lists leave, the offices that it reaches ·
        ``repeat_min``: minutes after which a list is told again, 0 = never · ``sar_help`` and
        ``link_of`` as ``service.alerting.Alerting`` has them.
        """
        self.dsn, self.routing, self.post = dsn, routing, post
        self.repeat_min = repeat_min
        self.mailboxes, self._sar_help, self._link_of = mailboxes or {}, sar_help, link_of
        self.exercise, self.clock = exercise, clock

    def job(self) -> Job:
        """Return the job: every ten seconds."""
        return Job("rescues_held", Every(_EVERY_S), self.work, retry_s=_EVERY_S)

    def work(self, turn: Turn) -> Mapping[str, int]:
        """Tell every office what was held of the lane sar; return how many alerts were told.

        At least once: what was sent and not noted goes again. Raises Later where one could not be
        told; the others were.
        """
        told, again, faults = 0, 0, []
        with session(self.dsn, autocommit=True) as connection:
            for office in self.routing.offices:
                while not turn.over():
                    try:
                        number = self._tell(connection, office)
                    except Exception as error:  # noqa: BLE001 (one office must not silence others)
                        _log.error("rescues_not_told", office=office.id, error=str(error))
                        faults.append(f"{office.id}: {error}")
                        break
                    told += number
                    if number < _MOST_LINES:
                        again += self._again(connection, office)
                        break
        if faults:
            raise Later(f"rescues wait for {len(faults)} offices: {faults[0]}")
        return {"told": told, "again": again}

    def _tell(self, connection: psycopg.Connection, office: Office) -> int:
        waiting = held(connection, office.id, ("sar",), _MOST_LINES)
        if not waiting or not office.enabled:
            return 0
        now = self.clock()
        by_list = [name for name, offices in self.mailboxes.items() if office.id in offices]
        shown = [one for one in waiting if self._tells(connection, one, office)]
        ways = {one.id: self._way(one, office) for one in shown}
        listed = [one for one in shown if not {*ways[one.id].channels}.isdisjoint(by_list)]
        key = ""
        if listed:
            subject, text, key = self._letter(listed, office)
            self.post.write(office.id, subject, text, key)
            _log.warning("rescues_in_one_message", office=office.id, alerts=len(listed))
        for place, one in enumerate(shown):
            with connection.transaction():
                made = self._enqueued(
                    connection, one, ways[one.id], now, rich=place < _MOST_HELPED
                )
                keys = [each.key for each in made]
                said = f"in one message of {len(listed)} rescues"
                by = by_list if one in listed else ()
                told_at_once(connection, keys, by, key, said, microseconds(now))
                digested(connection, office.id, [one], now)
        digested(connection, office.id, waiting, now)
        return len(waiting)

    @staticmethod
    def _tells(connection: psycopg.Connection, alert: Alert, office: Office) -> bool:
        """Tell whether there is something to tell; what was never told is not taken back."""
        if alert.state != "retracted":
            return not kept_from(alert, office)
        before = told_before(connection, alert.id, lists=True).get(office.id)
        return before is not None and before.change != "cancel"

    def _again(self, connection: psycopg.Connection, office: Office) -> int:
        """Tell an office of ours again, in one list, what lists told and nobody has taken on."""
        reached = any(office.id in offices for offices in self.mailboxes.values())
        if not (office.enabled and office.kind == "office" and self.repeat_min and reached):
            return 0
        now = self.clock()
        before = now - dt.timedelta(minutes=self.repeat_min)
        waiting = listed_again(connection, office.id, before, _MOST_LINES)
        shown = [one for one in waiting if not kept_from(one, office)]
        if shown:
            subject, text, key = self._letter(shown, office)
            # A mail of the same name would be taken for the one before.
            self.post.write(office.id, subject, text, f"{key}-{now:%Y%m%dT%H%M%SZ}")
            list_again(connection, office.id, [one.id for one in shown], now)
        return len(shown)

    def _way(self, alert: Alert, office: Office) -> Told:
        """Return how an office is told; region and zones are not asked again: its own channels."""
        found = next((one for one in route(alert, self.routing) if one.office == office.id), None)
        return found or Told(
            office.id,
            office.channels,
            office.language,
            limited=False,
            why="a rescue that was held",
        )

    def _enqueued(
        self,
        connection: psycopg.Connection,
        alert: Alert,
        way: Told,
        now: dt.datetime,
        *,
        rich: bool,
    ) -> Sequence[Delivery]:
        """Put what an office is told of ``alert`` into the outbox; return it.

        The alert is locked: it may be taken back in this moment, and then that follows.
        """
        there, now_us = incident(connection, alert.id), microseconds(now)
        occasion = Occasion(
            now_us,
            sar=helped(self._sar_help, connection, alert, now_us) if rich else None,
            link_of=self._link_of,
        )
        past = self._past(connection, alert, way)
        made = compose(alert, there.live, [way], past, self.routing, occasion)
        enqueue(connection, made)
        if there.alert.state == "retracted":
            past = self._past(connection, alert, way)
            enqueue(
                connection, compose(there.alert, there.live, [way], past, self.routing, occasion)
            )
        return made

    @staticmethod
    def _past(connection: psycopg.Connection, alert: Alert, way: Told) -> dict[str, Past]:
        before = told_before(connection, alert.id, lists=True).get(way.office)
        return {way.office: before} if before else {}

    def _letter(self, alerts: Sequence[Alert], office: Office) -> tuple[str, str, str]:
        """Return subject, text, and a name that is the same as long as they are these alerts."""
        words, speaks = WORDS.get(office.language, WORDS["en"]), catalogue(office.language)
        mark = f"{words['exercise']} " if self.exercise else ""
        back = sum(one.state == "retracted" for one in alerts)
        numbers = {"rescues": len(alerts) - back, "rescues_back": back}
        what = ", ".join(words[key].format(number=some) for key, some in numbers.items() if some)
        subject = plain(f"{mark}{speaks.lanes['sar']}: {what}", 160)
        lines = [words["why_rescues"], ""] if back < len(alerts) else []
        for one in alerts:
            kind = speaks.kinds[one.kind]
            place = f"{speaks.position(one.lon, one.lat)} ({plain(one.place, 80)})"
            link = page_of(self.routing.page, one.id) or one.id
            who = "".join(f"MMSI {mmsi:09d}, " for mmsi in one.mmsis[:_MOST_NAMED])
            line = f"{kind}, {who}{place}, {speaks.time(one.started_us)}  {link}"
            taken_back = one.state == "retracted"
            lines.append(words["retracted"].format(line=line) if taken_back else line)
        said = "|".join(f"{one.id}.{one.version}" for one in alerts)
        key = f"rescues-{hashlib.sha256(said.encode()).hexdigest()[:24]}-{office.id}"
        return subject, "\n".join([*lines, ""]), key
