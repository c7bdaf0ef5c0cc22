"""Receive time: the system's time made into one that does not go back.

Everything behind the spool takes its stamps as its clock: windows, timers and memories. A stamp
behind the one before would have them stand still until it is passed again.

    system's clock      receive time
    ahead, to a day     follows at once (a machine that slept, NTP after the start)
    ahead, over a day   follows when it has stood so for a minute
    behind, to 10 min   runs a tenth slower until they are equal
    behind, more        runs on; when it has stood so for ten minutes, one step back: an era
"""

from __future__ import annotations

import time

import structlog

ERA_S = 600.0
"""A step back by more than this begins an era: what is remembered lies in another time."""
FAR_S = ERA_S + 60.0
"""From here on we step: the tick after a step must be behind the one before it by an era."""
LEAP_S = 86_400.0
"""A longer outage than a day while we ran is rarer than a clock that is wrong for a moment."""
PATIENCE_S, LEAP_PATIENCE_S = 600.0, 60.0
"""How long a system clock far behind or ahead must have stood so before it is believed: longer
than NTP needs after a start."""
SLOWER = 0.9
"""Speed while waiting: 10 kn seem 11, and 5 min are made good in 50."""
SAME_S = 0.05
WANDERING_S = 60.0
"""A system clock whose difference changes by more meanwhile is still being set."""
NEVER_SET_S = 1_767_225_600.0
"""2026-01-01: a system clock before that was never set."""
_log = structlog.get_logger()


class Clock:
    """Receive time; an exercise may let it run faster, and then it follows nothing.

    ahead_s      by how much it is ahead of the system's clock, s, as last compared
    set_back     steps back so far · set_forward  steps forward, of more than ten minutes
    """

    def __init__(self, speed: float = 1.0, *, not_before_ms: int = 0) -> None:
        """Begin at the system's time, or where the spool ends if that is later.

        ``not_before_ms`` epoch ms of the spool's newest line; ``speed`` 1 = real time.
        """
        self.ahead_s = 0.0
        self.set_back = self.set_forward = 0
        self._speed = speed
        self._set(max(time.time(), not_before_ms / 1000), 1.0)
        self._doubt: tuple[float, float] | None = None
        if speed == 1:
            self.compare()

    def ms(self) -> int:
        """Return the time, epoch ms."""
        return int(self._now_s() * 1000)

    def compare(self) -> None:
        """Look at the system's clock, and follow it where it can be believed; each second."""
        if self._speed != 1:
            return
        wall_s = time.time()
        self.ahead_s = self._now_s() - wall_s
        if -LEAP_S <= self.ahead_s <= FAR_S or self._is_unset():
            self._doubt = None
            self._approach(wall_s)
        elif self._is_believed(wall_s):
            self._step(wall_s)

    def _now_s(self) -> float:
        at_s, since_s, rate = self._set_to
        return at_s + (time.monotonic() - since_s) * self._speed * rate

    def _is_unset(self) -> bool:
        """Tell whether the system's clock was set for the first time since we began."""
        return self.ahead_s < 0 and self._now_s() < NEVER_SET_S

    def _approach(self, wall_s: float) -> None:
        """Follow forward at once; ahead of the system's clock, wait for it."""
        if self.ahead_s < -ERA_S:
            self._step(wall_s)
        elif self.ahead_s < 0:
            self._set(wall_s, 1.0)
        else:
            self._set(self._now_s(), SLOWER if self.ahead_s > SAME_S else 1.0)

    def _is_believed(self, wall_s: float) -> bool:
        """Tell whether the system's clock has stood far from ours for long enough."""
        now_s = time.monotonic()
        self._set(self._now_s(), 1.0)
        if self._doubt is None or abs(self.ahead_s - self._doubt[1]) > WANDERING_S:
            _log.warning("clock_far_off", ahead_s=round(self.ahead_s, 1))
            self._doubt = now_s, self.ahead_s
        patience_s = PATIENCE_S if self.ahead_s > 0 else LEAP_PATIENCE_S
        return now_s - self._doubt[0] >= patience_s and wall_s >= NEVER_SET_S

    def _step(self, wall_s: float) -> None:
        if self.ahead_s > 0:
            self.set_back += 1
            _log.error("clock_set_back", by_s=round(self.ahead_s, 1))
        else:
            self.set_forward += 1
            _log.warning("clock_set_forward", by_s=round(-self.ahead_s, 1))
        self._set(wall_s, 1.0)
        self.ahead_s, self._doubt = 0.0, None

    def _set(self, at_s: float, rate: float) -> None:
        # All three at once: other threads ask for the time.
        self._set_to = at_s, time.monotonic(), rate
