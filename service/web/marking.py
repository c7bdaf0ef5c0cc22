"""Reads alerts, list and contacts whenever they changed, and gives each person their marks.

::

    NOTIFY ─┐
    1 s ────┴▶ read what is new ─▶ one text for each class of rights ─▶ its sockets
                      └▶ what became of alerts ─▶ log of changes (alert_log) ─▶ streams

A thread of its own waits in the database for a NOTIFY, at most ``poll_s``: the poll is the truth,
the NOTIFY only makes it quick.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import structlog

from service.marks import Concern
from service.sight import rights_class
from service.web.answers import to_json
from service.web.framing import Framing
from store.connect import connect
from store.contacts import contacts_now
from store.marks import (
    LIVE,
    alerts_by,
    last_delivery,
    listed_vessels,
    open_versions,
    taken_by,
    told_offices,
)

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert, Codes
    from alerts.routing import RoutingSettings
    from service.rights import Person
    from service.web.alert_log import AlertLog
    from service.web.disclosing import Marks
    from service.web.hub import Client, Hub

_PATIENCE_S = 4
_SHORTEST_REST_S = 0.1  # a block each 100 ms says NOTIFY each time
_REST = 4.0  # so many times as long as telling took: a thousand alerts must not fill the loop
_LIST_S = 5.0
_LIST_REST = 20  # a list that is slow to read takes a twentieth of the time of alerts at most
_PIECE_S = 0.25
_log = structlog.get_logger()


class ConcernSource(Protocol):
    """Where concerns are read; each call raises when the database does not answer."""

    def read(self) -> Concern:
        """Return what is known now; the same object while nothing changed."""

    def wait(self, longest_s: float) -> bool:
        """Return whether something may have changed, after ``longest_s`` seconds at the latest."""

    def close(self) -> None:
        """Let go of what reading needed; a later read takes it again."""


class StoreConcern:
    """The database as ConcernSource: one connection, which also listens."""

    def __init__(
        self, dsn: str, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        """Open nothing yet."""
        self._dsn, self._clock = dsn, clock
        self._connection: psycopg.Connection | None = None
        self._alerts: dict[str, Alert] = {}
        self._told: dict[str, frozenset[str]] = {}
        self._taken: dict[str, str] = {}
        self._listed: dict[int, tuple[Codes, ...]] = {}
        self._delivery, self._list_due = -1, 0.0
        self._concern = Concern()

    def read(self) -> Concern:
        """Return what is known now; only alerts that changed are read again."""
        try:
            found = self._read(self._open())
        except BaseException:
            self.close()
            raise
        if found != self._concern:
            self._concern = found
        return self._concern

    def wait(self, longest_s: float) -> bool:
        """Wait for a NOTIFY, or ``longest_s``; raises when the connection broke."""
        return any(True for _ in self._open().notifies(timeout=longest_s, stop_after=1))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._dsn, autocommit=True, patience_s=_PATIENCE_S)
            for name in LIVE:
                self._connection.execute(f"LISTEN {name}".encode())
        return self._connection

    def _read(self, connection: psycopg.Connection) -> Concern:
        versions, delivery = open_versions(connection), last_delivery(connection)
        known = {name: one for name, one in self._alerts.items()
                 if versions.get(name) == one.version}  # fmt: skip
        fresh = [name for name in versions if name not in known]
        self._alerts = known | alerts_by(connection, fresh)
        if fresh:
            self._taken = taken_by(connection, versions)
        if fresh or delivery != self._delivery:
            self._told, self._delivery = told_offices(connection, versions), delivery
        # The ring of a listed vessel comes with her alert, not seconds after it.
        came = [self._alerts[name].kind for name in fresh if name in self._alerts]
        if "watchlist" in came or time.monotonic() > self._list_due:
            began = time.monotonic()
            self._listed = self._read_list(connection)
            took = time.monotonic() - began
            self._list_due = time.monotonic() + max(_LIST_S, _LIST_REST * took)
        contacts = tuple(one.contact for one in contacts_now(connection))
        alerts = tuple(self._alerts[name] for name in sorted(self._alerts))
        return Concern(alerts, self._told, self._listed, contacts, self._taken)

    def _read_list(self, connection: psycopg.Connection) -> dict[int, tuple[Codes, ...]]:
        """Return who is listed; a list that is too slow to read must not stop the alerts."""
        try:
            return dict(listed_vessels(connection, self._clock().date()))
        except Exception as error:
            if connection.closed:
                raise
            _log.warning("list_not_read", error=str(error).split("\n", maxsplit=1)[0])
            return self._listed


class Marking:
    """Gives each socket the marks of its person, encoded once for each class of rights.

    ``unread``: epoch ms since when alerts could not be read, None while they can.
    """

    def __init__(
        self,
        source: ConcernSource,
        hub: Hub,
        routing: RoutingSettings,
        poll_s: float = 1.0,
        disclosed: Callable[[Person, Marks], None] = lambda _person, _marks: None,
        log: AlertLog | None = None,
    ) -> None:
        """Read nothing yet; ``disclosed`` learns who was told of what, ``log`` what changed."""
        self.source, self._hub, self._poll_s = source, hub, poll_s
        self._framing = Framing(routing)
        self._disclosed, self._changes = disclosed, log
        self._unnumbered_ms: int | None = None
        self.concern: Concern | None = None
        self.unread: int | None = None
        self._frames: dict[tuple[str, ...], tuple[str, Marks]] = {}
        self._away, self._read_ms, self._took_s = False, _now_ms(), 0.0
        self._stop = threading.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the database until ``stop`` is set."""
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self._follow, args=(loop,), name="marking", daemon=True)
        thread.start()
        await stop.wait()
        self._stop.set()
        await asyncio.to_thread(thread.join, self._poll_s + _PATIENCE_S)

    def _follow(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stop.is_set():
            try:
                concern = self.source.read()
                self._back(loop)
                if concern is not self.concern:
                    loop.call_soon_threadsafe(self.take, concern)
                self._number(loop)
                self._stop.wait(max(_SHORTEST_REST_S, _REST * self._took_s))
                self._rest()
            except Exception as error:  # noqa: BLE001 (the one place where a failed read is caught)
                self._gone(error, loop)
                self._stop.wait(self._poll_s)
        self.source.close()
        if self._changes is not None and self._changes.source is not None:
            self._changes.source.close()

    def _number(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have what changed told to programs; where that fails, the marks go on all the same."""
        if self._changes is None:
            return
        try:
            if (found := self._changes.read()) is not None:
                loop.call_soon_threadsafe(self._changes.take, *found)
        except Exception as error:  # noqa: BLE001 (it is tried again, and told)
            if self._unnumbered_ms is None:
                said = str(error).split("\n", maxsplit=1)[0]
                _log.warning("alert_changes_not_read", error=said)
                self._unnumbered_ms = _now_ms()
        else:
            self._unnumbered_ms = None
        loop.call_soon_threadsafe(self._changes.say_unread, self._unnumbered_ms)

    def _rest(self) -> None:
        """Wait for news, in short pieces, so that who stops the service does not wait for it."""
        until = time.monotonic() + self._poll_s
        while not self._stop.is_set() and (left := until - time.monotonic()) > 0:
            if self.source.wait(min(left, _PIECE_S)):
                return

    def take(self, concern: Concern) -> None:
        """Tell everybody whose marks are others by ``concern``."""
        began, self.concern = time.monotonic(), concern
        self._frames.clear()
        self._framing.turn()
        for client in self._hub.clients:
            self._mark(client)
        self._took_s = time.monotonic() - began

    def say_unread(self, since_ms: int | None) -> None:
        """Tell everybody that alerts are not read since then, None: they are read again.

        The map may go on meanwhile: an inbox that stands still must not look as if it were quiet.
        """
        self.unread = since_ms
        if self._changes is not None:
            self._changes.say_unread(since_ms)
        for client in self._hub.clients:
            self._say_unread(client)

    def _say_unread(self, client: Client) -> None:
        if client.unread == self.unread:
            return
        client.unread = self.unread
        self._hub.tell(client, "unread", to_json({"type": "unread", "since": self.unread}))

    def give(self, client: Client) -> None:
        """Tell one client its marks and whether alerts are read, unless it was told.

        That they are is told too: who comes back may have been told of a trouble that is over.
        """
        self._mark(client)
        self._say_unread(client)

    def _mark(self, client: Client) -> None:
        """Tell one client its marks, unless it has them."""
        if self.concern is None or client.person is None:
            return
        key = rights_class(client.person)
        if key not in self._frames:
            self._frames[key] = self._framing.frame(client.person, self.concern)
        text, told = self._frames[key]
        if client.marks != text:
            client.marks = text
            self._hub.tell(client, "marks", text)
            self._disclosed(client.person, told)

    def _gone(self, error: Exception, loop: asyncio.AbstractEventLoop) -> None:
        if not self._away:
            _log.warning("marks_not_read", error=str(error).split("\n", maxsplit=1)[0])
            loop.call_soon_threadsafe(self.say_unread, self._read_ms)
        self._away = True

    def _back(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._away:
            loop.call_soon_threadsafe(self.say_unread, None)
        self._away, self._read_ms = False, _now_ms()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
