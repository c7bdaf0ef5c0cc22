"""Alerts as Server-Sent Events: for programs with a token, and pages of ours.

::

    Last-Event-ID, since, or all that is open ─▶ pages of the database ─▶ the log of what is new
                                  a rescue before anything else, at every step

What is told is what ``service.marks`` shows this person; a rights' change ends the stream, and the
program asks on from its last id with the rights it has then.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import structlog
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from service.alert_changes import GONE, Cursor, CursorError, office_of
from service.web.alert_log import AlertLog, Entry
from service.web.answers import to_json
from service.web.doorkeeper import still_in
from service.web.noting import looked
from store.alert_numbers import MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from service.alert_desk import AlertDesk
    from service.rights import Person
    from service.web.disclosing import Disclosing
    from service.web.settings import WebSettings

OPENED = "alert.stream"
"""Action of the audit's row about a stream that was opened."""
MEDIA = "text/event-stream"
DISCLOSED = ("alert.streamed", "alerts", "a stream of alerts was open")
"""Action, subject and reason of the rows about what streams told."""
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
_SAR_PATIENCE_S = 0.3  # whoever holds the audit: a stream may carry a rescue, and waits no longer
_STILL_IN_S = 5.0
_BEAT_S = 15.0
_RETRY_MS = 2000
_REMEMBERED = 5000
_LANES = (True, False)
_log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Follower:
    """How far one stream is, rescues (True) and the others (False) each for themselves.

    at    number of the last change · pages  what was read of the database, None = no more
    all_  whether what is over is told too, which of a first list it is not
    told  ids of the open alerts that it told of
    """

    log: AlertLog
    desk: AlertDesk
    person: Person
    at: dict[bool, int]
    all_: dict[bool, bool]
    pages: dict[bool, deque[tuple[int, Entry | None]]] = field(
        default_factory=lambda: {one: deque() for one in _LANES}
    )
    told: set[str] = field(default_factory=set)

    @property
    def cursor(self) -> str:
        """Return from where on a program asks that is told no more."""
        return self.desk.seal().text(Cursor(self.at[True], self.at[False]))

    async def next(self) -> tuple[str, str, str] | None:
        """Return kind, JSON and alert of the next event, SAR first; None = no more for now."""
        for sar in _LANES:
            while (entry := await self._step(sar=sar)) is not None:
                if event := self._event(entry):
                    return event
        return None

    async def _step(self, *, sar: bool) -> Entry | None:
        page = self.pages[sar]
        if not page and (not self.all_[sar] or self.at[sar] < (self.log.floor or 0)):
            await self._turn(sar=sar)
        while page:
            self.at[sar], entry = page.popleft()
            if entry is not None:
                return entry
        found = self.log.after(self.at[sar], office_of(self.person), sar=sar)
        if found is not None:
            self.at[sar] = found.what.number
        return found

    async def _turn(self, *, sar: bool) -> None:
        """Read on in the database; ``at`` is there once the page is told."""
        known, after = self.log.head, self.at[sar]
        read = partial(self.desk.numbered, sar=sar, only_open=not self.all_[sar])
        rows = await self.desk.apart(read, self.person, after)
        self.pages[sar].extend((one.number, Entry(one) if one.current else None) for one in rows)
        if len(rows) < MOST:
            last = rows[-1].number if rows else after
            self.pages[sar].append((max(after, known, last), None))
            self.all_[sar] = True

    def _event(self, entry: Entry) -> tuple[str, str, str] | None:
        alert = entry.what.alert
        event = self.log.event(self.person, entry)
        if event is None:
            if alert.id not in self.told:
                return None
            event = GONE, to_json({"id": alert.id})
        if event[0] != "alert":
            self.told.discard(alert.id)
        elif len(self.told) < _REMEMBERED:
            self.told.add(alert.id)
        return (*event, alert.id)


class Stream(StreamingResponse):
    """A response that counts as open until its last byte, or its client, is gone."""

    def __init__(self, events: AsyncIterator[str], left: Callable[[], None]) -> None:
        """``left`` is called once, whatever ends it."""
        super().__init__(events, headers=_HEADERS, media_type=MEDIA)
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the client leaves."""
        scope["state"]["endless"] = True
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._left()


async def stream(request: Request) -> Response:
    """Answer the events of alerts; 429 where too many streams are open."""
    if request.method == "HEAD":
        return Response(headers=_HEADERS, media_type=MEDIA)
    log: AlertLog = request.app.state.alert_log
    if log.floor is None:
        raise HTTPException(503, "the alerts are not read yet; try again in a moment")
    follower = await _follower(request, log)
    left = _joined(request)
    try:
        await _opened(request, follower.cursor)
    except BaseException:
        left()
        raise
    return Stream(_events(request, log, follower), left)


async def _follower(request: Request, log: AlertLog) -> Follower:
    desk: AlertDesk = request.app.state.desk
    asked = request.headers.get("last-event-id") or request.query_params.get("since", "")
    start = Cursor()
    await desk.apart(desk.seal)  # read here, as later it is asked for on the loop
    if asked:
        try:
            start = await desk.apart(desk.cursor, asked)
        except CursorError as error:
            raise HTTPException(400, str(error)) from None
    return Follower(
        log, desk, request.state.person, {True: start.sar, False: start.others},
        # From the very start: what is over long since is no news to anybody.
        {True: start.sar > 0, False: start.others > 0},
    )  # fmt: skip


def _joined(request: Request) -> Callable[[], None]:
    """Count a stream of this token or session; return what ends it. HTTPException 429."""
    settings: WebSettings = request.app.state.settings
    streams: list[str] = request.app.state.streams
    whose = request.state.person.session or request.state.person.account
    if len(streams) >= settings.max_streams or streams.count(whose) >= settings.streams_per_token:
        most = settings.streams_per_token
        why = f"too many streams are open (at most {most} of one token); close one"
        raise HTTPException(429, why, {"retry-after": "5"})
    streams.append(whose)

    def left() -> None:
        """Count it no more."""
        streams.remove(whose)

    return left


async def _opened(request: Request, cursor: str) -> None:
    """Note that a stream is opened; the row may come late, as a rescue may be on the stream."""
    person: Person = request.state.person
    try:
        await looked(
            request, OPENED, DISCLOSED[1], lambda _: None, why="opened a stream of alerts",
            details={"session": person.session, "since": cursor}, patience_s=_SAR_PATIENCE_S,
        )  # fmt: skip
    except TimeoutError:
        _log.warning("alert_stream_noted_late", who=person.name)


async def _events(request: Request, log: AlertLog, follower: Follower) -> AsyncIterator[str]:
    """Give what happens as text of the stream, and a sign of life where nothing does."""
    disclosing: Disclosing = request.app.state.streaming
    end = time.monotonic() + request.app.state.settings.stream_s
    wake, unread, beat = asyncio.Event(), None, time.monotonic()
    same = _Same(request)
    log.waiting.add(wake)
    try:
        yield f"retry: {_RETRY_MS}\n: alerts of {request.state.person.name}\n\n"
        while time.monotonic() < end:
            wake.clear()
            if log.unread != unread:
                unread = log.unread
                yield _text("unread", to_json({"since": unread}))
            while (event := await follower.next()) is not None:
                kind, said, alert = event
                if not await same():
                    break
                disclosing.note(request.state.person, frozenset({("alert", alert)}))
                yield _text(kind, said, follower.cursor)
                beat = time.monotonic()
            if not await same():
                yield _text("closed", '{"error":"your rights changed or ended; sign in again"}')
                return
            if time.monotonic() - beat >= _BEAT_S:
                yield ": still here\n\n"
                beat = time.monotonic()
            with suppress(TimeoutError):
                left = min(_STILL_IN_S, beat + _BEAT_S - time.monotonic(), end - time.monotonic())
                await asyncio.wait_for(wake.wait(), max(0.0, left))
    finally:
        log.waiting.discard(wake)


class _Same:
    """Whether who asks is still in, with the rights of the beginning; looked up at times."""

    def __init__(self, request: Request) -> None:
        """Begin with the person of ``request``."""
        self._request, self._person = request, request.state.person
        self._at, self._is = time.monotonic(), True

    async def __call__(self) -> bool:
        """Tell it; what has ended does not begin again."""
        if self._is and time.monotonic() - self._at >= _STILL_IN_S:
            self._at = time.monotonic()
            with suppress(Exception):  # the database is away: who was in stays in
                self._is = await still_in(self._request) == self._person
        return self._is


def _text(kind: str, said: str, cursor: str = "") -> str:
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}event: {kind}\ndata: {said}\n\n"
