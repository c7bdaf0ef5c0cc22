"""Reads back what was answered: links that people opened, and files that partners dropped.

::

    inbox/*.xml ──verified──▶ answer ──▶ receipt, delivery acknowledged, alert acknowledged
          └ moved to inbox/read or inbox/refused, never deleted

An answer that says that somebody takes the matter on marks the message as acknowledged, and the
alert too where the message went to an office of ours: what a rescue centre or another state says
does not keep our own desk from being called. One that only says that it arrived, or that it was
refused, is kept beside the alert. A folder speaks for its own offices only: anybody can guess what
the messages to others are called. And who answers an older message than the last news has not seen
that news: the message is acknowledged, the alert is not.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from alerts.acknowledging import Answer, AnswerError, Link, answered, opened, token
from alerts.dropping import writable
from alerts.errors import AlertsError
from alerts.plain import plain
from alerts.signed_xml import MOST_BYTES, XmlError, read_xml, verified
from service.casework import acknowledged
from service.schedule import Every, Job, Turn
from store.changes import Change
from store.connect import session
from store.errors import RuleError
from store.outbox import microseconds
from store.receipts import Told, keep, superseded, told_by

if TYPE_CHECKING:
    import psycopg

    from alerts.routing import RoutingSettings

_log = structlog.get_logger()
_EVERY_S = 15
_LINK_DAYS = 30
_LONGEST_WHO = 200
# An answer may be there before our own note that the message was sent.
_EARLY_S = 600.0


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """One folder into which a partner drops answers.

    folder        is read every 15 s; files go to its sub-folders read and refused
    offices       ids of those whom its answers may speak for; an answer for another is refused
    certificates  PEM files, by one of which an answer must be signed; empty = unsigned answers are
                  taken: only where nobody else can write into the folder
    """

    folder: Path
    offices: tuple[str, ...]
    certificates: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptSettings:
    """The section receipts: of config.yaml.

    inboxes     folders of partners
    secret_env  environment variable with the secret of links, 32 characters or more
    link_days   so long a link can be opened
    """

    inboxes: tuple[InboxSettings, ...] = ()
    secret_env: str = "VEDETTA_LINK_SECRET"  # noqa: S105 (a name, not a secret)
    link_days: float = _LINK_DAYS


class Links:
    """Makes the addresses that go into messages, and says what one of them was sent with."""

    def __init__(
        self,
        page: str,
        settings: ReceiptSettings,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """``page`` of the desk. Raises TokenError where there is no good secret."""
        self._page, self._days, self._clock = page.rstrip("/"), settings.link_days, clock
        self._secret = environment.get(settings.secret_env, "").encode()
        # Tried at start, so that a secret that is too short is known before the first alert.
        token(Link("", "", 0), self._secret)

    def link_of(self, notice_id: str) -> str:
        """Return the address for a notice, for ``alerts.notices.Occasion``; "" without a page."""
        if not self._page:
            return ""
        until = self._clock() + dt.timedelta(days=self._days)
        office = _office(notice_id)
        return (
            f"{self._page}/ack/{token(Link(notice_id, office, microseconds(until)), self._secret)}"
        )

    def opened(self, text: str) -> Link:
        """Return what a link says; raises TokenError. It gives no rights but that one act."""
        return opened(text, self._secret, microseconds(self._clock()))


def take_link(
    dsn: str, link: Link, who: str, why: str, routing: RoutingSettings, now: dt.datetime
) -> str | None:
    """Acknowledge, as ``who``, the alert that ``link`` was sent with.

    Returns the alert's id, None where the message is not known any more or the same person did so
    before. Raises StoreError.
    """
    answer = Answer(
        "link",
        link.notice,
        taken=True,
        good=True,
        id=f"{link.notice} {who}",
        who=who,
        said=why,
        at_us=microseconds(now),
    )
    with session(dsn) as connection:
        return _taken(connection, answer, routing, now)


class Inboxes:
    """Reads partners' answers from their folders; call ``work`` as a job."""

    def __init__(
        self,
        dsn: str,
        settings: ReceiptSettings,
        routing: RoutingSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """``routing`` says which offices are ours."""
        self.dsn, self.settings, self.routing, self.clock = dsn, settings, routing, clock

    def job(self) -> Job:
        """Return the job: every 15 s."""
        return Job("receipts", Every(_EVERY_S), self.work, retry_s=_EVERY_S)

    def work(self, turn: Turn) -> Mapping[str, int]:
        """Read every file; return how many were read, refused, and wait as they name no message.

        Raises StoreError while the database is away: the files stay where they are.
        """
        done = {"read": 0, "refused": 0, "waiting": 0}
        for inbox in self.settings.inboxes:
            for path in sorted(inbox.folder.glob("*.xml")):
                if turn.over():
                    return done
                try:
                    done[self._read(inbox, path)] += 1
                except OSError as error:
                    # A file that cannot be moved must not keep the others waiting.
                    _log.error("answer_stuck", file=str(path), error=str(error))
        return done

    def ready(self) -> None:
        """Raise Refused where a folder cannot be used; asked once at start."""
        for number, inbox in enumerate(self.settings.inboxes):
            writable(inbox.folder, f"receipts.inboxes[{number}].folder")

    def _read(self, inbox: InboxSettings, path: Path) -> str:
        now = self.clock()
        try:
            answer = _answer(inbox, path)
            # Named by its inbox too: nobody can use up the name of another partner's answer.
            answer = replace(answer, id=f"{','.join(inbox.offices)} {answer.id}")
            with session(self.dsn) as connection:
                early = now.timestamp() - path.stat().st_mtime < _EARLY_S
                told = told_by(connection, answer.reference)
                if early and told is None:
                    return "waiting"
                _check_speaks_for(inbox, answer, told)
                old = superseded(connection, answer.reference)
                alert = _taken(connection, answer, self.routing, now, old=old)
        except (AlertsError, OSError) as error:
            _log.warning("answer_refused", file=str(path), error=str(error))
            return _moved(path, "refused")
        except RuleError as error:
            # The alert is gone or was changed in this moment: the answer itself is kept.
            _log.info("answer_late", file=str(path), error=str(error))
            with session(self.dsn) as connection:
                keep(connection, answer, now)
            return _moved(path, "read")
        _log.info("answer_read", file=str(path), alert=alert, good=answer.good, said=answer.said)
        return _moved(path, "read")


def _answer(inbox: InboxSettings, path: Path) -> Answer:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if not inbox.certificates:
        return answered(read_xml(data))
    faults = []
    for certificate in inbox.certificates:
        try:
            return answered(verified(data, certificate.read_text("ascii")))
        except XmlError as error:
            faults.append(str(error))
    raise AnswerError(faults[-1])


def _check_speaks_for(inbox: InboxSettings, answer: Answer, told: Told | None) -> None:
    if told is not None and told.office not in inbox.offices:
        raise AnswerError(
            f"{plain(answer.reference, _LONGEST_WHO)} went to {told.office}; expected an answer "
            f"to what was sent to {', '.join(inbox.offices)}"
        )


def _taken(
    connection: psycopg.Connection,
    answer: Answer,
    routing: RoutingSettings,
    now: dt.datetime,
    *,
    old: bool = False,
) -> str | None:
    """Keep ``answer``, and acknowledge its alert where an office of ours takes it on.

    ``old``: its office was told news since the message that it answers. A link shows the alert as
    it is before anybody acknowledges, so it is never old.
    """
    told = keep(connection, answer, now)
    if told is None:
        return None
    office = routing.office(told.office)
    if old or not answer.taken or office is None or office.kind != "office":
        return told.alert
    who = plain(answer.who, _LONGEST_WHO) or answer.channel
    why = plain(answer.said, _LONGEST_WHO) or f"answered by {answer.channel}"
    acknowledged(connection, told.alert, Change(who, why, now), routing, told.office)
    return told.alert


def _moved(path: Path, where: str) -> str:
    """Move a file that was dealt with into a sub-folder, beside an older one of its name."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        target, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    path.rename(target)
    return where


def _office(notice_id: str) -> str:
    """Return the office in a notice id: alert.version.office, or alert.version.office.rN."""
    parts = notice_id.split(".")
    return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 (alert, version, office)
