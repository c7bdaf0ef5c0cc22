"""The clients of the live socket: everyone gets the same bytes, the slow get the newest picture.

A client that keeps up gets each delta. One that lets more than ``_WAITING`` pile up loses them all
and gets one snapshot instead when it is ready: its memory is bounded, its picture never old.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.rights import Person

_WAITING = 4  # seconds of deltas: longer is no hiccup


@dataclass(slots=True, eq=False)
class Client:
    """One open socket: what it still has to be sent.

    person   whose it is, None in tests of frames · looking  id of the alert that is open there
    writing  whether something is being typed about it · texts  newest one of each kind
    marks    frame of marks that it was told last · told  whether its last part was a text
    unread   what it was told last of when alerts ceased to be read, -1 nothing yet
    """

    peer: str = ""
    person: Person | None = None
    looking: str = ""
    writing: bool = False
    marks: str = ""
    unread: int | None = -1
    told: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    deltas: deque[bytes] = field(default_factory=deque)
    status: str = ""
    wants_snapshot: bool = True
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def ask_snapshot(self) -> None:
        """Note that the client lost count of the frames."""
        self.wants_snapshot = True
        self.deltas.clear()
        self.ready.set()


@dataclass(slots=True)
class Hub:
    """All clients.

    snapshot   makes the newest whole picture, or b"" before there is one; asked once per tick
    sent_bytes, snapshots, skipped, replaced   counters since start: the last two of deltas and
                                               texts that slow clients did not get
    """

    snapshot: Callable[[], bytes]
    clients: set[Client] = field(default_factory=set)
    sent_bytes: int = 0
    snapshots: int = 0
    skipped: int = 0
    replaced: int = 0
    _cached: bytes = b""
    _status: str = ""

    def open_of(self, peer: str) -> int:
        """Return how many sockets the address ``peer`` has open."""
        return sum(client.peer == peer for client in self.clients)

    def join(self, peer: str = "", person: Person | None = None) -> Client:
        """Return a new client, which is owed a snapshot; ``peer`` is its address."""
        client = Client(peer, person, status=self._status)
        client.ready.set()
        self.clients.add(client)
        return client

    def leave(self, client: Client) -> None:
        """Forget a client."""
        self.clients.discard(client)

    def publish(self, delta: bytes, status: str) -> None:
        """Give a tick to everyone; ``delta`` is b"" where the picture could not be read."""
        self._status = status
        if delta:
            self._cached = b""
        for client in self.clients:
            self.replaced += bool(client.status)
            client.status = status
            if delta and not client.wants_snapshot:
                self._queue(client, delta)
            client.ready.set()

    def tell(self, client: Client, kind: str, text: str) -> None:
        """Give ``client`` a text; one of the same kind that still waits is replaced by it."""
        self.replaced += kind in client.texts
        client.texts[kind] = text
        client.ready.set()

    def _queue(self, client: Client, delta: bytes) -> None:
        if len(client.deltas) >= _WAITING:
            self.skipped += len(client.deltas) + 1
            client.ask_snapshot()
        else:
            client.deltas.append(delta)

    async def next(self, client: Client) -> bytes | str:
        """Wait until there is something to send to ``client`` and return it, the newest there is.

        One part at a time: what comes while a slow client takes this one may replace the next.
        """
        while True:
            await client.ready.wait()
            if part := self._part(client):
                self.sent_bytes += len(part)
                return part
            client.ready.clear()

    def _part(self, client: Client) -> bytes | str:
        """Return what ``client`` is owed first: status, then texts and frames by turns."""
        if status := client.status:
            client.status = ""
            return status
        # Neither may keep the other waiting: marks can change faster than a slow link takes them.
        first, second = (self._frame, self._text) if client.told else (self._text, self._frame)
        return first(client) or second(client)

    def _text(self, client: Client) -> bytes | str:
        if not client.texts:
            return ""
        client.told = True
        return client.texts.pop(next(iter(client.texts)))

    def _frame(self, client: Client) -> bytes | str:
        client.told = False
        if client.wants_snapshot and (snapshot := self._snapshot()):
            client.wants_snapshot = False
            self.snapshots += 1
            return snapshot
        return client.deltas.popleft() if client.deltas else b""

    def _snapshot(self) -> bytes:
        self._cached = self._cached or self.snapshot()
        return self._cached
