"""Anchors: the head of the audit's chain, kept where the database's owner cannot change it.

A line of the file is one anchor, ``TIME NUMBER:HASH``; lines are only ever added. A mail carries
the same line. ``vedetta audit verify --anchors FILE`` proves the chain against every line.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.notifiers.email import Email, Mailbox
from service.errors import ServiceError
from service.posts import MailPost
from service.schedule import Every, Job, Turn
from store import audit
from store.audit import Head
from store.connect import session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.settings import Settings

_LINE = re.compile(r"(\S+) (\d{1,18}):([0-9a-f]{64})")
_TORN = " torn"
_MAILBOX = "audit"  # what the channel calls the mailbox of anchors
_HOUR_S = 3600
ANCHOR_JOB = "audit_anchor"


class AnchorError(ServiceError):
    """Anchors that cannot be read or kept, or that the chain does not hold any more."""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Where the head of the audit's chain is kept outside the database.

    anchor_file  a line is added to it each time, its folder is made; None = no file. On another
                 disk or machine, append-only: who can change both the database and this file can
                 forge both
    anchor_to    addresses to which each anchor is mailed, by the first e-mail channel
    every_h      an anchor is kept so often, hours
    """

    anchor_file: Path | None = None
    anchor_to: tuple[str, ...] = ()
    every_h: float = 24.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain as it was ``at`` a time, UTC."""

    at: dt.datetime
    head: Head

    def line(self) -> str:
        """Return the anchor as its line of the file, without the end of the line."""
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {self.head.number}:{self.head.hash}"


def read(path: Path) -> list[Anchor]:
    """Return the anchors in a file, in its order; raises AnchorError for what is no anchor.

    A line that was torn while it was written anchors nothing: the last one, without its end, or
    one that is marked so.
    """
    try:
        *lines, last = path.read_text("ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no plain text"
        raise AnchorError(
            f"{path}: cannot be read ({reason}); expected a file of anchors"
        ) from error
    if _LINE.fullmatch(last.strip()):
        lines.append(last)
    return [
        _anchor(line, f"{path}, line {n}")
        for n, line in enumerate(lines, 1)
        if line.strip() and not line.endswith(_TORN)
    ]


def add(path: Path, anchor: Anchor) -> None:
    """Add a line to the file, on the disk when this returns; raises AnchorError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write at the end of the file: that is all an append-only file (chattr +a) takes.
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            size = os.fstat(handle).st_size
            is_torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            torn = f"{_TORN}\n" if is_torn else ""
            os.write(handle, f"{torn}{anchor.line()}\n".encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        msg = f"{path}: the anchor cannot be added ({error.strerror}); free or mount its folder"
        raise AnchorError(msg) from error


def anchoring(
    settings: Settings, dsn: str, clock: Callable[[], dt.datetime] | None = None
) -> Job | None:
    """Return the job that keeps the head outside; None where the settings name no place."""
    wanted = settings.audit
    if wanted.anchor_file is None and not wanted.anchor_to:
        return None
    post = _post(settings.channels, wanted.anchor_to)
    now = clock or (lambda: dt.datetime.now(dt.UTC))

    def work(turn: Turn) -> dict[str, Any]:
        anchor = anchored(dsn, wanted.anchor_file, now())
        if post:
            _mail(post, anchor, turn.due, exercise=settings.exercise)
        return {"number": anchor.head.number, "hash": anchor.head.hash, "mailed": post is not None}

    return Job(ANCHOR_JOB, Every(max(1, int(wanted.every_h * _HOUR_S))), work)


def anchored(dsn: str, path: Path | None, now: dt.datetime) -> Anchor:
    """Keep the head in ``path`` (None: nowhere) and return it.

    Raises AnchorError where the chain does not hold the last anchor any more: an anchor of a
    forged chain must not stand below those that prove the forgery.
    """
    known = read(path) if path and path.exists() else []
    with session(dsn) as connection:
        if known:
            last = known[-1].head
            if audit.hash_of(connection, last.number) != last.hash:
                raise AnchorError(
                    f"audit row {last.number} is not the row that {path} holds: rows were cut off "
                    "or the chain was made anew; run vedetta audit verify, and keep both so"
                )
        anchor = Anchor(now.astimezone(dt.UTC), audit.head(connection))
    if path:
        add(path, anchor)
    return anchor


def _post(channels: Sequence[object], to: tuple[str, ...]) -> MailPost | None:
    mail = next((one for one in channels if isinstance(one, Email)), None)
    if not to or mail is None:
        return None
    return MailPost(replace(mail, offices={_MAILBOX: Mailbox(to)}))


def _mail(post: MailPost, anchor: Anchor, due: dt.datetime, *, exercise: bool) -> None:
    mark = "EXERCISE " if exercise else ""
    text = (
        f"{anchor.line()}\n\nKeep this line: row {anchor.head.number} of Vedetta's audit and "
        "its hash.\nvedetta audit verify --anchors FILE proves the audit against a file of such "
        "lines.\n"
    )
    title = f"{mark}Vedetta audit: head {anchor.head.number}"
    post.write(_MAILBOX, title, text, f"audit-{due:%Y%m%dT%H%M%SZ}-{anchor.head.number}")


def _anchor(line: str, where: str) -> Anchor:
    found = _LINE.fullmatch(line.strip())
    try:
        if found:
            at = dt.datetime.fromisoformat(found[1])
            if at.tzinfo is not None:
                return Anchor(at, Head(int(found[2]), found[3]))
    except ValueError:
        pass
    raise AnchorError(f"{where}: {line[:60]!r} is no anchor; expected TIME NUMBER:HASH")
