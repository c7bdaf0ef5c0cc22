"""Bytes of one source into lines: whole, not too long and not too many."""

from __future__ import annotations

import re
import time

from ais.feed import Clock, FeedHealth
from ais.feeds.settings import NMEA_LINE_BYTES
from ais.feeds.urgent import Urgent


class TokenBucket:
    """Lets ``rate`` lines a second pass on average, and a burst of one second's worth (>= 1)."""

    def __init__(self, rate: float, clock: Clock = time.monotonic) -> None:
        self.rate = rate
        # Below one line a second a bucket of one second's worth would never hold a whole token.
        self.burst = max(1.0, rate)
        self.tokens = self.burst
        self.clock = clock
        self.filled_s = clock()

    def take(self, wanted: int) -> int:
        """Take up to ``wanted`` tokens and return how many there were."""
        now_s = self.clock()
        self.tokens = min(self.burst, self.tokens + (now_s - self.filled_s) * self.rate)
        self.filled_s = now_s
        granted = min(wanted, int(self.tokens))
        self.tokens -= granted
        return granted


_LONE_CR = re.compile(rb"\r(?=[!$\\])")
"""A CR that ends a line by itself: a sentence or a tag block begins behind it."""


def _last_cr(rest: bytes) -> bytes:
    return rest[-1:] if rest.endswith(b"\r") else b""


class LineSplitter:
    """Cuts what one source sends into lines; what it drops is counted in ``health``.

    Lines end with LF, CR LF or a CR before a sentence, and may arrive in any number of pieces. A
    line longer than ``longest`` bytes is dropped ("too long") up to its end, holding no more of it
    than ``longest`` bytes in memory. Lines beyond ``rate_limit`` per second are dropped ("rate
    limit"), but for distress. Empty lines say nothing and pass uncounted.
    """

    def __init__(
        self,
        health: FeedHealth,
        *,
        longest: int = NMEA_LINE_BYTES,
        rate_limit: float | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self.health = health
        self.longest = longest
        self.bucket = None if rate_limit is None else TokenBucket(rate_limit, clock)
        self._rest = b""
        self._skipping = False
        self._urgent = Urgent()

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that ``chunk`` completes; the piece after the last LF is kept."""
        data = self._rest + chunk
        if b"\r" in data:
            data = _LONE_CR.sub(b"\n", data)
        lines = data.split(b"\n")
        self._rest = lines.pop()
        if self._skipping and lines:
            # The end of a line that was already given up and counted.
            del lines[0]
            self._skipping = False
        if self._skipping:
            self._rest = _last_cr(self._rest)
        elif len(self._rest) > self.longest + 1:  # one more for a CR whose LF is still to come
            self._rest = _last_cr(self._rest)
            # Given up here, before its end is seen: a line without end must not fill the memory.
            self._skipping = True
            self.health.drop("too long")
        return self._admit(lines)

    @property
    def pending(self) -> int:
        """Return the bytes of a line begun whose end has not come yet."""
        return len(self._rest)

    def whole(self, lines: list[bytes]) -> list[bytes]:
        """Return those of ``lines``, already cut, that may pass."""
        return self._admit(lines)

    def end(self, *, complete: bool) -> list[bytes]:
        """Close the source: its last piece is a line if ``complete`` (a file), else "torn"."""
        rest, self._rest = self._rest, b""
        self._skipping = False
        if not rest or complete:
            return self._admit([rest])
        self.health.drop("torn")
        return []

    def _admit(self, lines: list[bytes]) -> list[bytes]:
        if any(line.endswith(b"\r") for line in lines):
            lines = [line.rstrip(b"\r") for line in lines]
        lines = [line for line in lines if line]
        # The common case costs one pass in C; the list is built again only when something is
        # wrong.
        if lines and max(map(len, lines)) > self.longest:
            fitting = [line for line in lines if len(line) <= self.longest]
            self.health.drop("too long", len(lines) - len(fitting))
            lines = fitting
        if self.bucket is not None:
            granted = self.bucket.take(len(lines))
            # All are looked at: a text that began within the limit may end beyond it.
            urgent = [self._urgent.is_so(line) for line in lines]
            passed = [x for n, x in enumerate(lines) if n < granted or urgent[n]]
            self.health.drop("rate limit", len(lines) - len(passed))
            lines = passed
        return lines


class SourceSplitters:
    """One splitter per sender of datagrams or posts, for the ``most`` that were heard last.

    Senders' addresses can be made up, so that their number must have an end; one that was
    forgotten starts with a full second's worth of lines again.
    """

    def __init__(
        self,
        health: FeedHealth,
        *,
        longest: int,
        rate_limit: float | None,
        most: int = 1_024,
        clock: Clock = time.monotonic,
    ) -> None:
        self.health, self.longest, self.rate_limit = health, longest, rate_limit
        self.most, self.clock = most, clock
        self._known: dict[str, LineSplitter] = {}

    def of(self, sender: str) -> LineSplitter:
        """Return the splitter of ``sender``."""
        splitter = self._known.pop(sender, None)
        if splitter is None:
            splitter = LineSplitter(
                self.health, longest=self.longest, rate_limit=self.rate_limit, clock=self.clock
            )
            # Dicts keep their order and ``pop`` moved what is in use to the end: the first is the
            # one that was not heard for the longest time.
            if len(self._known) >= self.most:
                del self._known[next(iter(self._known))]
        self._known[sender] = splitter
        return splitter


def as_one_line(message: bytes) -> bytes:
    """Return a JSON message as one line: between its parts, line ends mean the same as blanks."""
    if b"\n" in message or b"\r" in message:
        message = message.replace(b"\r", b" ").replace(b"\n", b" ")
    return message.strip()
