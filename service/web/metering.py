"""How often one address may ask: a count per address and minute, in memory."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

_WINDOW_S = 60.0
_MOST_ADDRESSES = 10_000
_SITE_BITS = 64


class Meter:
    """Lets an address through ``most`` times in a minute that begins with its first request."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` in seconds; it never goes back."""
        self.most, self._clock = most, clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def full(self, address: str) -> bool:
        """Tell, without counting, whether the next request of ``address`` would be too many."""
        began, count = self._seen.get(site(address), (0.0, 0))
        return count >= self.most and self._clock() - began < _WINDOW_S

    def wait_s(self, address: str) -> int:
        """Return in how many whole seconds ``address`` may ask again, at least 1."""
        began, _ = self._seen.get(site(address), (self._clock(), 0))
        return max(1, math.ceil(began + _WINDOW_S - self._clock()))

    def passes(self, address: str) -> bool:
        """Count a request of ``address``; return whether it is within what is allowed."""
        now, who = self._clock(), site(address)
        began, count = self._seen.pop(who, (now, 0))
        if now - began >= _WINDOW_S:
            began, count = now, 0
        self._seen[who] = (began, count + 1)
        # Whoever asks from ever new addresses must not fill the memory.
        while len(self._seen) > _MOST_ADDRESSES:
            self._seen.popitem(last=False)
        return count < self.most


def site(address: str) -> str:
    """Return what counts as one address: of IPv6 the network, as each host has many in it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(int(ip) >> _SITE_BITS) if isinstance(ip, IPv6Address) else address
