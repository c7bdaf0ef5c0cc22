"""Rescues beyond what can be told one by one: all of them in one message, every ten seconds.

Anybody with a radio can forge a thousand beacons. Told one by one a true one would wait behind all
of them; held for a digest it would wait a night. So the first of an hour go one by one, and what
is beyond them is told in one list per office within seconds: kind, place, time and link.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from alerts.notices import page_of
from alerts.notifier import Later
from alerts.plain import plain
from alerts.routing import kept_from
from alerts.texts import catalogue
from service.digest_words import WORDS
from service.schedule import Every, Job, Turn
from store.connect import session
from store.told import digested, held

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from alerts.routing import Office, RoutingSettings
    from service.posts import Post

_log = structlog.get_logger()
_EVERY_S = 10
_MOST_LINES = 500


class Flooding:
    """One message per office for the rescues that its budget held back; call ``work`` as a job."""

    def __init__(
        self,
        dsn: str,
        routing: RoutingSettings,
        post: Post,
        *,
        exercise: bool = False,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """``post``: by what they leave; ``exercise`` marks everything as a drill."""
        self.dsn, self.routing, self.post = dsn, routing, post
        self.exercise, self.clock = exercise, clock

    def job(self) -> Job:
        """Return the job: every ten seconds."""
        return Job("rescues_held", Every(_EVERY_S), self.work, retry_s=_EVERY_S)

    def work(self, turn: Turn) -> Mapping[str, int]:
        """Tell every office what was held of the lane sar; return how many alerts were told.

        At least once: what was sent and not noted goes again. Raises Later where one could not be
        told; the others were.
        """
        told, faults = 0, []
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
                        break
        if faults:
            raise Later(f"rescues wait for {len(faults)} offices: {faults[0]}")
        return {"told": told}

    def _tell(self, connection: psycopg.Connection, office: Office) -> int:
        waiting = held(connection, office.id, _MOST_LINES, lane="sar")
        if not waiting or not office.enabled:
            return 0
        now = self.clock()
        # What was taken back meanwhile was never told: it is noted and not shown.
        shown = [one for one in waiting if one.state != "retracted" and not kept_from(one, office)]
        if shown:
            subject, text, key = self._letter(shown, office)
            self.post.write(office.id, subject, text, key)
            _log.warning("rescues_in_one_message", office=office.id, alerts=len(shown))
        digested(connection, office.id, waiting, now)
        return len(waiting)

    def _letter(self, alerts: Sequence[Alert], office: Office) -> tuple[str, str, str]:
        """Return subject, text, and a name that is the same as long as they are these alerts."""
        words, speaks = WORDS.get(office.language, WORDS["en"]), catalogue(office.language)
        mark = f"{words['exercise']} " if self.exercise else ""
        subject = plain(f"{mark}{speaks.lanes['sar']}: "
                        f"{words['rescues'].format(number=len(alerts))}", 160)  # fmt: skip
        lines = [words["why_rescues"], ""]
        for one in alerts:
            kind = speaks.kinds[one.kind]
            place = f"{speaks.position(one.lon, one.lat)} ({plain(one.place, 80)})"
            link = page_of(self.routing.page, one.id) or one.id
            lines.append(f"{kind}, {place}, {speaks.time(one.started_us)}  {link}")
        said = "|".join(f"{one.id}.{one.version}" for one in alerts)
        key = f"rescues-{hashlib.sha256(said.encode()).hexdigest()[:24]}-{office.id}"
        return subject, "\n".join([*lines, ""]), key
