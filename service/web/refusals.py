"""What was refused stands in the audit: who asked for what, from where, and why it was not given.

::

    refused ─▶ group: kind, who or which address, route
                 first of a group ──────────────▶ a row at once
                 more of the same ─▶ counted ───▶ one row for all of them, every REST
                 too many groups  ─▶ one a kind, which counts and names some addresses and routes

Nobody waits for it: an answer about a distress goes out whoever holds the audit. Who asks from
outside can fill neither memory nor audit, and nothing is dropped uncounted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from alerts.plain import plain
from service.web.metering import site
from store import audit
from store.changes import Change
from store.connect import connect, told_apart
from store.sessions import owner_of

if TYPE_CHECKING:
    import psycopg

REFUSED = "refused"
WORDS: dict[str, str] = {
    "origin": "sent by a foreign origin, not by a page of ours",
    "form": "the form token (CSRF) is missing, or not the one of this session",
    "role": "the role, or the token, does not include it",
    "session": "the session was revoked, has ended, or never was one",
    "token": "the API token was revoked, has expired, or may not be used so",
    "stranger": "nobody is signed in there",
    "unknown": "it is not there, or not for this person",
    "path": "path traversal: the path leads out of its folder",
    "shape": "a giant polygon, or one that reaches beyond the world",
    "too_much": "too much for one question or one form",
    "too_often": "asked more often, or had more open at once, than anybody may",
    "host": "asked for a name that is not ours (DNS rebinding)",
    "code": "a code of the second step that was used before (replayed)",
}
"""Why something was refused, by kind: ``refused.<kind>`` is the action of its row."""
SOMEBODY = "somebody unknown"
"""Who it was where nobody knows; no account has a blank in its name."""
REST = dt.timedelta(minutes=10)
MOST_OF_ONE = 20
"""Groups of one person at a time, and of all who are unknown together."""
_MANY = "several"
_SAMPLES, _LONGEST = 10, 300
_TURN_S, _AWAY_S, _PATIENCE_S = 1.0, 10.0, 10
_AT_ONCE = 20  # rows of one transaction: a rescue that is looked at waits for no more of them
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that was refused.

    kind     of WORDS · subject  route, with its placeholders · address  of the peer
    who      name, "" = not known · held  hash of the session or token that was shown, else empty
    details  asked, said and what else the row tells of the first of its group
    """

    kind: str
    subject: str
    address: str = ""
    who: str = ""
    held: bytes = b""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    """Refusals of one key without a row yet: the first, how many, ``due`` when they get it."""

    first: Refusal
    due: dt.datetime
    count: int = 0
    since: dt.datetime | None = None
    last: dt.datetime | None = None
    addresses: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)

    def add(self, one: Refusal, now: dt.datetime) -> None:
        """Count one more."""
        if self.count == 0:
            self.first, self.since = one, now
        self.count, self.last = self.count + 1, now
        for kept, said in ((self.addresses, one.address), (self.subjects, one.subject)):
            if said and len(kept) < _SAMPLES:
                kept.add(plain(said, _LONGEST))


_Key = tuple[str, str, str, str]
_Row = tuple[Refusal, Change, dict[str, Any]]


class Refusals:
    """Counts what is refused, by group, and writes it into the audit of ``dsn``."""

    def __init__(
        self,
        dsn: str,
        rest: dt.timedelta = REST,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open nothing yet; ``clock`` aware of its zone."""
        self.total: Counter[str] = Counter()
        self._dsn, self._rest, self._clock = dsn, rest, clock
        self._groups: dict[_Key, _Group] = {}
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._failed = False

    def note(self, one: Refusal) -> None:
        """Count a refusal; from any thread, never waits."""
        now = self._clock()
        with self._lock:
            self.total[one.kind] += 1
            self._group_of(one, now).add(one, now)

    async def run(self, stop: asyncio.Event) -> None:
        """Write until ``stop`` is set, and then once more, whatever is left."""
        while not stop.is_set():
            await self._write()
            with suppress(TimeoutError):
                pause = _AWAY_S if self._failed else _TURN_S
                await asyncio.wait_for(stop.wait(), pause)
        await self._write(last=True)

    def _group_of(self, one: Refusal, now: dt.datetime) -> _Group:
        # Of two sessions behind one address each has a row: it may say whose it was.
        unknown = "" if one.who else f"{site(one.address)} {one.held.hex()}"
        key = (one.kind, one.who, unknown, one.subject)
        if key not in self._groups:
            if self._open[one.who] >= MOST_OF_ONE:
                key = (one.kind, one.who, "", "")
            else:
                self._open[one.who] += 1
            # Also the group of all others begins at once: a flood shows while it goes on.
            self._groups.setdefault(key, _Group(one, now))
        return self._groups[key]

    async def _write(self, *, last: bool = False) -> None:
        while rows := self._due(last=last):
            try:
                await asyncio.to_thread(self._append, [row for _, _, row in rows])
            except Exception as error:  # noqa: BLE001 (whatever it is: tried again, and told)
                if not self._failed:
                    _log.warning("refusals_not_noted", rows=len(rows), error=repr(error))
                self._failed = True
                return
            self._failed = False
            self._written([(key, count) for key, count, _ in rows])
            if not last and len(rows) < _AT_ONCE:
                return

    def _due(self, *, last: bool) -> list[tuple[_Key, int, _Row]]:
        """Return what is to be written now, and forget the groups that have been quiet."""
        now = self._clock()
        with self._lock:
            for key in [one for one, kept in self._groups.items()
                        if kept.count == 0 and kept.due <= now]:  # fmt: skip
                del self._groups[key]
                if key[3]:
                    self._open[key[1]] -= 1
            due = [(key, kept) for key, kept in self._groups.items()
                   if kept.count and (last or kept.due <= now)]  # fmt: skip
            return [(key, kept.count, _row(key, kept)) for key, kept in due[:_AT_ONCE]]

    def _written(self, rows: list[tuple[_Key, int]]) -> None:
        now = self._clock()
        with self._lock:
            for key, count in rows:
                kept = self._groups[key]
                # More may have come meanwhile.
                kept.count, kept.due, kept.since = kept.count - count, now + self._rest, now
                kept.addresses.clear()
                kept.subjects.clear()

    def _append(self, rows: list[_Row]) -> None:
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            owners = [_owner(connection, one) for one, _, _ in rows]
            for (one, change, details), who in zip(rows, owners, strict=True):
                made = Change(who, change.why, change.at)
                subject = details.pop("subject")
                audit.append(connection, made, f"{REFUSED}.{one.kind}", subject, details)


def _row(key: _Key, kept: _Group) -> _Row:
    """Return what a group's row says: of one its first, of many what they have in common."""
    one, many = kept.first, not key[3]
    since, last = kept.since or kept.due, kept.last or kept.due
    details: dict[str, Any] = {"count": kept.count, "since": _time(since), "until": _time(last)}
    if many:
        details |= {"addresses": sorted(kept.addresses), "paths": sorted(kept.subjects)}
    else:
        details |= {name: plain(said, _LONGEST) for name, said in one.details.items() if said}
        details["address"] = plain(one.address, _LONGEST)
    times = "" if kept.count == 1 else f"; {kept.count:,} times from {since:%H:%M} to {last:%H:%M}"
    subject = _MANY if many else plain(one.subject, _LONGEST)
    return (one, Change(SOMEBODY, f"Refused: {WORDS[one.kind]}{times}", since),
            details | {"subject": subject})  # fmt: skip


def _owner(connection: psycopg.Connection, one: Refusal) -> str:
    """Return who it was: as was known, else whose the session or the token still is by its row."""
    name = one.who or (owner_of(connection, one.held) if one.held else "")
    return plain(name) or SOMEBODY


def _time(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
