"""The newest changes of alerts, read once for all who follow them.

::

    thread of the marks ─▶ numbers ─▶ log of the newest 1,000 ─▶ each stream, from where it is
                                          older than that ─▶ a page of the database (alert_stream)

A stream has no queue: it knows how far it is, and of an alert that changed five times meanwhile it
takes the newest. A slow one needs no more memory than a quick one.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from service.alert_changes import kind_of, shown_to
from service.sight import rights_class
from service.web.answers import to_json
from store.alert_numbers import Numbered, newest_number, number_turns, numbered
from store.connect import connect

if TYPE_CHECKING:
    import psycopg

    from alerts.routing import RoutingSettings
    from service.rights import Person

Got = TypeVar("Got")
KEPT = 1000
_PATIENCE_S = 2


class NumberSource(Protocol):
    """Blocking reads of what changed; each raises when the database does not answer."""

    def first(self) -> int:
        """Return the number from which on ``read`` tells of changes."""

    def read(self, after: int) -> list[Numbered]:
        """Give numbers to what has none, and return what came after ``after``."""

    def close(self) -> None:
        """Let go of what reading needed; a later read takes it again."""


class StoreNumbers:
    """The database as NumberSource: a connection of its own, which no mark waits for."""

    def __init__(self, dsn: str) -> None:
        """Open nothing yet."""
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None

    def first(self) -> int:
        """Return the newest number, after what had none has one."""
        return self._do(_first)

    def read(self, after: int) -> list[Numbered]:
        """Return what came after ``after``, at most some hundred."""
        return self._do(partial(_read, after))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _do(self, work: Callable[[psycopg.Connection], Got]) -> Got:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._dsn, autocommit=True, patience_s=_PATIENCE_S)
            return work(self._connection)
        except BaseException:
            self.close()
            raise


def _first(connection: psycopg.Connection) -> int:
    number_turns(connection)
    return newest_number(connection)


def _read(after: int, connection: psycopg.Connection) -> list[Numbered]:
    number_turns(connection)
    return numbered(connection, after)


@dataclass(slots=True, eq=False)
class Entry:
    """A change in the log; ``texts``: kind and JSON of its event by class of rights."""

    what: Numbered
    texts: dict[tuple[str, ...], tuple[str, str] | None] = field(default_factory=dict)


class AlertLog:
    """The newest changes in order, and who waits for more; all but ``read`` on the loop.

    floor   all greater numbers are in the log; None before the first read
    head    the greatest number that was read · unread  epoch ms since when nothing can be read
    """

    def __init__(
        self, source: NumberSource | None, routing: RoutingSettings, kept: int = KEPT
    ) -> None:
        """Read nothing yet; ``source`` None: there is nothing to read."""
        self.source, self.routing, self._kept = source, routing, kept
        self.floor: int | None = None
        self.head = 0
        self.unread: int | None = None
        self.waiting: set[asyncio.Event] = set()
        self._read_to: int | None = None
        self._numbers: list[int] = []
        self._entries: list[Entry] = []
        self._newest: dict[tuple[str, str], int] = {}

    def read(self) -> tuple[int, list[Numbered]] | None:
        """Return up to which number was read before, and what came since; None = nothing.

        In the thread of the marks; raises when the database does not answer.
        """
        if self.source is None:
            return None
        if self._read_to is None:
            self._read_to = self.source.first()
            return self._read_to, []
        found, before = self.source.read(self._read_to), self._read_to
        if not found:
            return None
        self._read_to = found[-1].number
        return before, found

    def take(self, before: int, found: list[Numbered]) -> None:
        """Put what was read into the log, and wake who waits."""
        self.floor, self.head = before if self.floor is None else self.floor, before
        for one in found:
            self._numbers.append(one.number)
            self._entries.append(Entry(one))
            self._newest[one.alert.id, one.office] = self.head = one.number
        self._trim()
        self._wake()

    def say_unread(self, since_ms: int | None) -> None:
        """Note since when nothing is read, None: it is again."""
        if self.unread != since_ms:
            self.unread = since_ms
            self._wake()

    def after(self, number: int, office: str, *, sar: bool) -> Entry | None:
        """Return the first change after ``number`` of a lane that is still news for ``office``."""
        for entry in self._entries[bisect_right(self._numbers, number) :]:
            what = entry.what
            if (what.alert.lane == "sar") == sar and what.office in {"", office}:
                known = (self._newest.get((what.alert.id, one), 0) for one in {"", office})
                if what.number == max(known):
                    return entry
        return None

    def event(self, person: Person, entry: Entry) -> tuple[str, str] | None:
        """Return kind and JSON of the event that tells ``person`` of a change, None = nothing.

        Made once for each class of rights.
        """
        key = rights_class(person)
        if key not in entry.texts:
            shown = shown_to(person, entry.what, self.routing)
            entry.texts[key] = None if shown is None else (kind_of(shown), to_json(shown))
        return entry.texts[key]

    def _trim(self) -> None:
        if (beyond := len(self._entries) - self._kept) <= 0:
            return
        self.floor = self._numbers[beyond - 1]
        for entry in self._entries[:beyond]:
            key = entry.what.alert.id, entry.what.office
            if self._newest.get(key) == entry.what.number:
                del self._newest[key]
        del self._numbers[:beyond], self._entries[:beyond]

    def _wake(self) -> None:
        for one in self.waiting:
            one.set()
