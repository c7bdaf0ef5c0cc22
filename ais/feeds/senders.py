"""Names for those who send to one feed: what one begins is not completed by another.

Two receivers count their messages of several parts alike, so that parts of different ships have
the same number. The first sender has the feed's own name; the next ones that are heard at the same
time are ``harbour~1``, ``harbour~2`` and so on, in the spool and up to where messages are whole.
"""

from __future__ import annotations

import time
from collections.abc import Hashable

from ais.feed import Clock
from ais.lines import SENDER

REST_S = 10.0
"""A number is free when its sender was silent so long: no part waits longer than 5 s."""
MOST = 64


class Senders:
    """Gives each sender the smallest number that nobody had for 10 s.

    With more than ``most`` of them (up to 998) newcomers share one number: addresses can be made
    up, so that numbers must have an end, and nobody's is taken while they are heard.
    """

    def __init__(self, feed: str, most: int = MOST, clock: Clock = time.monotonic) -> None:
        self._feed, self._most, self._clock = feed, min(most, 998), clock
        # Dicts keep their order: the first is the one that was not heard for the longest time.
        self._known: dict[Hashable, tuple[int, float]] = {}

    def name(self, sender: Hashable) -> str:
        """Return the name for lines of ``sender``, which is heard now."""
        now_s = self._clock()
        number, _ = self._known.pop(sender, (None, 0.0))
        if number is None:
            number = self._free(now_s)
        if number < self._most:
            self._known[sender] = number, now_s
        return f"{self._feed}{SENDER}{number}" if number else self._feed

    def _free(self, now_s: float) -> int:
        """Return the smallest number that is free, the common one where none is."""
        while self._known:
            longest = next(iter(self._known))
            if now_s - self._known[longest][1] <= REST_S:
                break
            del self._known[longest]
        taken = {number for number, _ in self._known.values()}
        return next(number for number in range(self._most + 1) if number not in taken)
