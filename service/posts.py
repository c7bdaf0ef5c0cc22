"""By what texts of the service itself leave: a mailbox per office, or a folder per office."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

import structlog

from alerts.dropping import drop
from alerts.notifier import Later, Partly, Refused
from alerts.notifiers.email import Email
from alerts.plain import plain

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along: ``ending`` of its name without the dot, media type, bytes."""

    ending: str
    media: str
    content: bytes


class Post(Protocol):
    """By what a text leaves."""

    def write(
        self, office: str, subject: str, text: str, key: str, files: Sequence[Attached] = ()
    ) -> None:
        """Send a text to an office; ``key`` is the same for every attempt and a file's name.

        Raises Later where trying again can help, and Refused where it cannot.
        """


@dataclass(frozen=True, slots=True)
class FolderPost:
    """Texts as files, a folder per office."""

    folder: Path

    def write(
        self, office: str, subject: str, text: str, key: str, files: Sequence[Attached] = ()
    ) -> None:
        """Write ``folder/office/key.txt`` and the files beside it, each whole.

        Raises Later where they cannot be written.
        """
        folder = self.folder / office
        try:
            # What is told of vessels: nobody but the service, and whom it gives it to, reads it.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Later(
                f"{folder}: cannot be made ({error.strerror}); free or mount it"
            ) from error
        for one in files:
            drop(folder, f"{key}.{one.ending}", one.content)
        drop(folder, f"{key}.txt", f"{subject}\n\n{text}".encode())


@dataclass(frozen=True, slots=True)
class MailPost:
    """Texts as plain mails, through the server and to the mailboxes of a channel ``channel``."""

    channel: Email

    def write(
        self, office: str, subject: str, text: str, key: str, files: Sequence[Attached] = ()
    ) -> None:
        """Send a mail; raises Later, and Refused where the office has no mailbox there."""
        box = self.channel.offices.get(office)
        if box is None:
            raise Refused(
                f"channel {self.channel.name}: no mailbox of office {office}; expected one in "
                "offices:"
            )
        mail = EmailMessage(policy=SMTP)
        mail["From"] = email.utils.formataddr(("Vedetta", self.channel.sender))
        mail["To"] = ", ".join(box.to)
        mail["Subject"] = plain(subject, 160)
        mail["Date"] = email.utils.format_datetime(dt.datetime.now(dt.UTC))
        mail["Message-ID"] = f"<{key}@{self.channel.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text, cte="quoted-printable")
        for one in files:
            main, _, sub = one.media.partition("/")
            mail.add_attachment(one.content, main, sub, filename=f"{key}.{one.ending}")
        try:
            self.channel._hand_over(mail, box.to)  # noqa: SLF001 (the one place that speaks SMTP)
        except Partly as error:
            # The office has it: sent again for one full mailbox it would come every few seconds.
            _log.warning("text_partly_sent", office=office, key=key, error=str(error))


@dataclass(frozen=True, slots=True)
class Posts:
    """For each office the first of ``channels`` that knows its mailbox, else ``folder``."""

    channels: tuple[Email, ...]
    folder: Path

    def write(
        self, office: str, subject: str, text: str, key: str, files: Sequence[Attached] = ()
    ) -> None:
        """Send it; raises Later and Refused."""
        mail = next((one for one in self.channels if office in one.offices), None)
        post: Post = MailPost(mail) if mail else FolderPost(self.folder)
        post.write(office, subject, text, key, files)
