"""Growing waits: who fails again and again has to wait longer before each new try."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from service.web.metering import site

_MOST = 10_000
_FORGOTTEN_S = 3600.0
_FIRST_S = 2.0


@dataclass(frozen=True, slots=True)
class _Tries:
    count: int
    last_s: float
    until_s: float


class Waits:
    """Tries by name or address, in memory.

    free     tries without any wait · longest_s  a wait never grows beyond, so that nobody can keep
             somebody else out for long
    """

    def __init__(
        self, free: int, longest_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` in seconds; it never goes back."""
        self._free, self._longest_s, self._clock = free, longest_s, clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def take(self, who: str) -> float:
        """Count a try; return 0 where it may be made now, else the seconds to wait.

        It counts before it is known how it ends: many at once are many tries. A try that is turned
        away does not make the wait longer.
        """
        now, who = self._clock(), site(who)
        before = self._tries.pop(who, _Tries(0, now, now))
        if now - before.last_s > _FORGOTTEN_S:
            before = _Tries(0, now, now)
        if now < before.until_s:
            self._tries[who] = before
            return before.until_s - now
        beyond = before.count + 1 - self._free
        wait = min(self._longest_s, _FIRST_S * 2 ** min(beyond, 30)) if beyond >= 0 else 0.0
        self._tries[who] = _Tries(before.count + 1, now, now + wait)
        while len(self._tries) > _MOST:
            self._tries.popitem(last=False)
        return 0.0

    def refund(self, who: str) -> None:
        """Take back the try that has just succeeded: a whole watch signs in behind one address."""
        who = site(who)
        if tries := self._tries.get(who):
            self._tries[who] = _Tries(max(0, tries.count - 1), tries.last_s, tries.last_s)

    def waits(self, who: str) -> bool:
        """Tell whether the next try would have to wait."""
        tries = self._tries.get(site(who))
        return tries is not None and self._clock() < tries.until_s

    def forget(self, who: str) -> None:
        """Forget the tries of who succeeded."""
        self._tries.pop(site(who), None)
