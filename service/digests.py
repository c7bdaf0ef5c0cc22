"""What every office reads each day and week, and the sign of life where it hears nothing.

A digest goes by plain mail or into a folder, so it carries of each alert lane, place, time and
link, never a vessel. It is written and kept in one transaction, then sent; what could not be sent
is tried again and is not written anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import structlog

from alerts.notices import page_of
from alerts.notifier import Later, Refused
from alerts.plain import plain
from alerts.roster import uncovered
from alerts.texts import catalogue
from service.digest_words import WORDS
from service.schedule import At, Every, Job, Turn
from store import digests as kept
from store.connect import session
from store.digests import DigestKind, Written
from store.live import get_health
from store.outbox import microseconds
from store.told import digested, digested_before, held

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.kinds import Lane
    from alerts.routing import Office, RoutingSettings
    from service.escalating import DutySettings
    from service.posts import Post

_log = structlog.get_logger()
_MOST_LINES = 50
_RETRY_S = 300.0
_LAST_HOUR = 23
_LONGEST_QUIET_H = 168
_STALE = dt.timedelta(minutes=5)
_DAY = dt.timedelta(days=1)
_SPAN: dict[DigestKind, dt.timedelta] = {
    "daily": _DAY, "weekly": 7 * _DAY, "heartbeat": _DAY, "trends": 7 * _DAY,
}  # fmt: skip
_OVER = ("resolved", "retracted")
_HELD: tuple[Lane, ...] = ("law", "infrastructure")


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The section digests: of config.yaml.

    zone          of the hours below · daily_hour, weekly_hour  0-23 · weekly_day  mon … sun
    heartbeat_h   an office that heard nothing for so long is told that the service lives; 0 = off
    """

    zone: str = "Europe/Rome"
    daily_hour: int = 6
    weekly_hour: int = 7
    weekly_day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    heartbeat_h: int = 12

    def __post_init__(self) -> None:
        """Refuse hours and zones that no clock shows; raises ValueError."""
        for name in ("daily_hour", "weekly_hour"):
            if not 0 <= (hour := getattr(self, name)) <= _LAST_HOUR:
                raise ValueError(f"{name} {hour}: expected 0 to {_LAST_HOUR}")
        if not 0 <= self.heartbeat_h <= _LONGEST_QUIET_H:
            raise ValueError(f"heartbeat_h {self.heartbeat_h}: expected 0 to {_LONGEST_QUIET_H}")
        try:
            ZoneInfo(self.zone)
        except (ValueError, OSError, LookupError) as error:
            raise ValueError(f"zone {self.zone!r}: expected a name as Europe/Rome") from error


class Digests:
    """Writes and sends digests; ``jobs`` are for the schedule."""

    def __init__(  # noqa: PLR0913 (the four that are no part of it are given by name)
        self,
        dsn: str,
        settings: DigestSettings,
        routing: RoutingSettings,
        post: Post,
        *,
        duty: DutySettings | None = None,
        exercise: bool = False,
        unheard: Sequence[str] = (),
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """``duty`` adds when nobody is on duty; ``exercise`` marks everything as a drill.

        ``unheard``: channels by which no office hears anything, as our own log.
        """
        self.unheard = tuple(unheard)
        self.dsn, self.settings, self.routing, self.post = dsn, settings, routing, post
        self.duty, self.exercise, self.clock = duty, exercise, clock

    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs: daily, weekly, and the heartbeat where it is wanted."""
        one = self.settings
        daily = Job("digest_daily", At(one.daily_hour, 0, one.zone), self.daily, _RETRY_S)
        weekly = Job(
            "digest_weekly",
            At(one.weekly_hour, 0, one.zone, one.weekly_day),
            self.weekly,
            _RETRY_S,
        )
        if not one.heartbeat_h:
            return daily, weekly
        return daily, weekly, Job("heartbeat", Every(3600), self.heartbeat, _RETRY_S)

    def daily(self, turn: Turn) -> Mapping[str, Any]:
        """Write and send the digest of the day."""
        return self._all("daily", turn)

    def weekly(self, turn: Turn) -> Mapping[str, Any]:
        """Write and send the digest of the week."""
        return self._all("weekly", turn)

    def heartbeat(self, turn: Turn) -> Mapping[str, Any]:
        """Tell every office that heard nothing for ``heartbeat_h`` that the service lives."""
        return self._all("heartbeat", turn)

    def _all(self, kind: DigestKind, turn: Turn) -> Mapping[str, Any]:
        with session(self.dsn, autocommit=True) as connection:
            faults = []
            for office in self.routing.offices:
                if not office.enabled or office.kind != "office" or turn.over():
                    continue
                try:
                    with connection.transaction():
                        self._write(connection, kind, office, turn.due)
                except Exception as error:  # noqa: BLE001 (one office must not silence the others)
                    _log.error("digest_failed", office=office.id, kind=kind, error=str(error))
                    faults.append(f"{office.id}: {error}")
            return self._send(connection, kind, turn, faults)

    def _write(
        self, connection: psycopg.Connection, kind: DigestKind, office: Office, due: dt.datetime
    ) -> None:
        last = kept.covered_until(connection, office.id, kind, due)
        if last is not None and last >= due:
            return
        since = last or due - _SPAN[kind]
        if kind == "heartbeat":
            quiet = dt.timedelta(hours=self.settings.heartbeat_h)
            # One that still waits to be sent is enough.
            waits = last is not None and last > due - quiet
            heard = kept.heard_since(
                connection, office.id, due - quiet, max(due, self.clock()), self.unheard
            )
            if waits or heard:
                return
        lines = [*self._lines(connection, kind, office, since, due)]
        words = WORDS.get(office.language, WORDS["en"])
        mark = f"{words['exercise']} " if self.exercise else ""
        subject = plain(f"{mark}{words[kind]}: {office.name}", 160)
        content = "\n".join([subject, *lines]) + "\n"
        kept.put_digest(connection, Written(office.id, kind, due, since, content, None))

    def _lines(
        self,
        connection: psycopg.Connection,
        kind: DigestKind,
        office: Office,
        since: dt.datetime,
        until: dt.datetime,
    ) -> Iterator[str]:
        words = WORDS.get(office.language, WORDS["en"])
        speaks = catalogue(office.language)
        if self.exercise:
            yield words["exercise"]
        times = {"since": speaks.time(microseconds(since)),
                 "until": speaks.time(microseconds(until))}  # fmt: skip
        yield words["covers"].format(office=plain(office.name, 80), **times)
        yield ""
        if kind != "heartbeat":
            told = kept.told_between(connection, office.id, since, until)
            yield from self._told(told, office)
            yield from self._held(connection, office, until)
            if dead := kept.dead_letters(connection, office.id):
                yield from ("", words["dead"].format(number=dead))
            yield from self._unmanned(office, until)
        yield from self._feeds(connection, office)
        yield from ("", words["unseen"])
        if self.routing.page:
            yield from ("", f"{words['link']}: {self.routing.page}")

    def _held(
        self, connection: psycopg.Connection, office: Office, until: dt.datetime
    ) -> Iterator[str]:
        """Give what was held back, and what an earlier digest told and is not so.

        Rescues go by lists of their own, within seconds. What was taken back before anybody was
        told of it is noted and not shown.
        """
        words = WORDS.get(office.language, WORDS["en"])
        found = held(connection, office.id, _HELD)
        back = [one for one in found if one.state == "retracted"]
        known = digested_before(connection, office.id, back)
        if known:
            yield from ("", f"{words['taken_back']}: {len(known)}")
            for one in back:
                if one.id in known:
                    yield "  " + words["retracted"].format(line=self._line(one, office))
        digested(connection, office.id, back, until)
        if waiting := [one for one in found if one.state != "retracted"]:
            yield from ("", f"{words['held']}: {len(waiting)}")
            yield from self._list(waiting, office)
            digested(connection, office.id, waiting[:_MOST_LINES], until)

    def _told(self, told: list[Alert], office: Office) -> Iterator[str]:
        words, speaks = WORDS.get(office.language, WORDS["en"]), catalogue(office.language)
        if not told:
            yield words["nothing"]
            return
        yield words["told"].format(number=len(told))
        for lane, title in speaks.lanes.items():
            of_lane = [one for one in told if one.lane == lane]
            if of_lane:
                still = sum(one.state not in _OVER for one in of_lane)
                yield "  " + words["lane"].format(lane=title, number=len(of_lane), open=still)
        if judged := kept.verdicts(told):
            counts = {"true": judged["true"], "false": judged["false alarm"],
                      "explained": judged["explained"]}  # fmt: skip
            yield "  " + words["verdicts"].format(**counts)
        if waiting := [one for one in told if one.state in {"new", "escalated"}]:
            yield from ("", f"{words['waiting']}: {len(waiting)}")
            yield from self._list(waiting, office)

    def _list(self, alerts: Sequence[Alert], office: Office) -> Iterator[str]:
        """Give a line per alert: lane, place, time, link; never who it is about."""
        words = WORDS.get(office.language, WORDS["en"])
        for one in alerts[:_MOST_LINES]:
            yield f"  {self._line(one, office)}"
        if len(alerts) > _MOST_LINES:
            yield "  " + words["more"].format(number=len(alerts) - _MOST_LINES)

    def _line(self, alert: Alert, office: Office) -> str:
        speaks = catalogue(office.language)
        place = plain(alert.place, 80) or speaks.position(alert.lon, alert.lat)
        link = page_of(self.routing.page, alert.id) or alert.id
        return f"{speaks.lanes[alert.lane]}, {place}, {speaks.time(alert.started_us)}  {link}"

    def _unmanned(self, office: Office, at: dt.datetime) -> Iterator[str]:
        """Give when nobody is on duty in the week to come."""
        roster = self.duty.roster(office.id) if self.duty else None
        gaps = uncovered(roster, at, at + 7 * _DAY) if roster else ()
        if gaps:
            words, speaks = WORDS.get(office.language, WORDS["en"]), catalogue(office.language)
            yield from ("", f"{words['uncovered']}:")
            for begin, end in gaps[:_MOST_LINES]:
                until = speaks.time(microseconds(end))
                yield f"  {speaks.time(microseconds(begin))} – {until}"

    def _feeds(self, connection: psycopg.Connection, office: Office) -> Iterator[str]:
        words = WORDS.get(office.language, WORDS["en"])
        yield from ("", f"{words['feeds']}:")
        ingest = get_health(connection).get("ingest")
        if ingest is None or self.clock() - ingest["at"] > _STALE:
            minutes = int(_STALE.total_seconds() // 60)
            yield "  " + words["feeds_unknown"].format(minutes=minutes)
            return
        for feed in ingest["state"].get("feeds", []):
            name, state = plain(feed.get("name", "?"), 40), plain(feed.get("state", "?"), 80)
            yield "  " + words["feed"].format(name=name, state=state)

    def _send(
        self, connection: psycopg.Connection, kind: DigestKind, turn: Turn, faults: list[str]
    ) -> Mapping[str, Any]:
        """Send what was not; raises Later at the end where there were ``faults``, or are now."""
        sent = 0
        for one in kept.unsent(connection, kind):
            if turn.over():
                break
            subject, _, text = one.content.partition("\n")
            key = f"{one.due_at:%Y%m%dT%H%M%SZ}-{one.kind}-{one.office}"
            try:
                self.post.write(one.office, subject, text, key)
            except (Later, Refused) as error:
                _log.warning("digest_not_sent", office=one.office, kind=kind, error=str(error))
                faults.append(str(error))
                continue
            kept.digest_sent(connection, one, self.clock())
            sent += 1
        if faults:
            raise Later(f"{len(faults)} digests wait: {faults[0]}")
        return {"sent": sent}
