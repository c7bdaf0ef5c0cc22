"""Who is connected to a listening feed, and who has to go for somebody new when it is full."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from ais.feed import Clock, FeedHealth

QUIET_S = 30.0
"""A client without a line for so long makes room; a receiver that hears ships brings many."""


@dataclass(slots=True, eq=False)
class Seat:
    """One client: ``heard_s`` when it last brought a line, or came."""

    task: asyncio.Task[None]
    host: str
    heard_s: float
    spoke: bool = False


@dataclass(slots=True)
class Seats:
    """The clients of one listening feed, ``most`` at a time.

    Idle connections cost nothing to make. So when all seats are taken, the one that is longest
    without a line goes: of the host that has the most, where the newcomer's has fewer; else only
    if it brought nothing for ``QUIET_S``, and the newcomer is refused where none is so quiet.
    """

    most: int
    health: FeedHealth
    clock: Clock = time.monotonic
    taken: set[Seat] = field(default_factory=set)

    def take(self, host: str) -> Seat | None:
        """Give the current task a seat; None, counted, where there is none for ``host``."""
        task = asyncio.current_task()
        if task is None or (len(self.taken) >= self.most and not self._make_room(host)):
            self.health.drop("client refused")
            return None
        seat = Seat(task, host, self.clock())
        self.taken.add(seat)
        self.health.clients = len(self.taken)
        return seat

    def heard(self, seat: Seat) -> None:
        """Note that a client brought a line."""
        seat.heard_s, seat.spoke = self.clock(), True

    def leave(self, seat: Seat) -> None:
        """Let a client's seat be free."""
        self.taken.discard(seat)
        self.health.clients = len(self.taken)

    async def clear(self) -> None:
        """Let every client go."""
        leaving = [seat.task for seat in self.taken]
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)

    def _make_room(self, host: str) -> bool:
        hosts = Counter(seat.host for seat in self.taken)
        crowd = max(hosts.values())
        if hosts[host] + 1 < crowd:
            asked = [seat for seat in self.taken if hosts[seat.host] == crowd]
        else:
            quiet_s = self.clock() - QUIET_S
            asked = [seat for seat in self.taken if seat.heard_s <= quiet_s]
        if not asked:
            return False
        # Who never brought a line goes before a receiver that fell silent.
        longest = min(asked, key=lambda seat: (seat.spoke, seat.heard_s))
        longest.task.cancel()
        self.leave(longest)
        self.health.drop("client sent away")
        return True
