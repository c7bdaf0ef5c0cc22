"""What the live socket's marks told whom: rows of the audit, one a session and then what is new.

::

    marks of a class of rights ─▶ what of them this session was not told yet ─▶ one row, at once
                                                    more of it meanwhile ─▶ one row, REST_S later

Nobody waits for it: a rescue is on the map whoever holds the audit, and its row comes afterwards.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import structlog

from store import audit
from store.changes import Change
from store.connect import connect, told_apart

if TYPE_CHECKING:
    from service.rights import Person

SHOWN, SUBJECT = "marks.shown", "map"
"""Action and subject of a row."""
REST_S = 10.0
_WHY = "the live map was open"
_MOST = 200  # sessions of which it is remembered what they were told
_PATIENCE_S = 10  # who stops the service does not wait longer
_log = structlog.get_logger()
Marks: TypeAlias = frozenset[tuple[str, str]]
"""Pairs of what it is and which: ("alert", id), ("listed", MMSI), ("contact", id)."""


def marks_in(frame: Mapping[str, Any]) -> Marks:
    """Return what a frame of ``service.marks`` tells of."""
    return frozenset({
        *(("alert", str(one["id"])) for one in frame["alerts"]),
        *(("listed", f"{mmsi:09d}") for mmsi in frame["listed"]),
        *(("contact", str(one["id"])) for one in frame["contacts"]),
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What a session was told that has no row yet, since when."""

    who: str
    at: dt.datetime
    marks: Marks


class Disclosing:
    """Remembers by session what was told, and writes what is new into the audit of ``dsn``."""

    def __init__(
        self,
        dsn: str,
        rest_s: float = REST_S,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        row: tuple[str, str, str] = (SHOWN, SUBJECT, _WHY),
    ) -> None:
        """Open nothing yet; ``clock`` aware of its zone, ``row``: action, subject and reason."""
        self._dsn, self._rest_s, self._clock, self._row = dsn, rest_s, clock, row
        self._known: OrderedDict[str, Marks] = OrderedDict()
        self._open: dict[str, _Told] = {}
        self._more = asyncio.Event()
        self._failed = False

    def note(self, person: Person, marks: Marks) -> None:
        """Note that ``person`` is told ``marks``; what their session knows is no news."""
        key = person.session or person.account
        known = self._known.pop(key, frozenset())
        self._known[key] = known if marks <= known else known | marks
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        if not (new := marks - known):
            return
        before = self._open.get(key)
        at, had = (before.at, before.marks) if before else (self._clock(), frozenset())
        self._open[key] = _Told(person.name, at, had | new)
        self._more.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Write until ``stop`` is set, and then once more."""
        while not stop.is_set():
            await _first(stop.wait(), self._more.wait())
            await self._write()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._rest_s)
        await self._write()

    async def _write(self) -> None:
        told, self._open = self._open, {}
        self._more.clear()
        if not told:
            return
        try:
            await asyncio.to_thread(self._append, told)
        except Exception as error:  # noqa: BLE001 (whatever it is: it is tried again, and told)
            if not self._failed:
                _log.warning("marks_not_noted", sessions=len(told), error=repr(error))
            self._failed = True
            self._back(told)
        else:
            self._failed = False

    def _back(self, told: Mapping[str, _Told]) -> None:
        for key, one in told.items():
            more = self._open.get(key)
            self._open[key] = _Told(one.who, one.at, one.marks | (more.marks if more else set()))
        self._more.set()

    def _append(self, told: Mapping[str, _Told]) -> None:
        action, subject, why = self._row
        rows = [(one, _details(key, one.marks)) for key, one in told.items()]
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            for one, details in rows:
                audit.append(connection, Change(one.who, why, one.at), action, subject, details)


def _details(key: str, marks: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for what, which in sorted(marks):
        found.setdefault(what, []).append(which)
    return {"session": key, **found}


async def _first(*waits: Any) -> None:  # noqa: ANN401 (coroutines)
    tasks = [asyncio.ensure_future(one) for one in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
