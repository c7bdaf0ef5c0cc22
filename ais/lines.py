"""Received lines as columns: what the spool and recorded files hand to the decoder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TICK = 65_535
"""Feed code of a ``_tick`` line: it carries the time and nothing else."""
CONTROL = 65_534
"""Feed code of a ``_control`` line: a new list, zone set, model or setting takes effect."""
RESERVED = {"_tick": TICK, "_control": CONTROL}


SENDER = "~"
"""Stands between a feed's name and the number of one of its senders: ``harbour~3``."""


def feed_of(name: str) -> str:
    """Return the feed of ``name``, which may be that of one of its senders."""
    return name.partition(SENDER)[0]


@dataclass(slots=True)
class FeedNames:
    """Names of feeds and of their senders, and their codes from 0 in the order of first sight."""

    names: list[str] = field(default_factory=list)

    def code(self, name: str) -> int:
        """Return the code of ``name`` (reserved names have theirs), giving it one if new.

        Raises ValueError when there are more than 65,000 feeds.
        """
        if name in RESERVED:
            return RESERVED[name]
        if name not in self.names:
            if SENDER in name:
                self.code(feed_of(name))
            if len(self.names) >= 65_000:  # noqa: PLR2004
                msg = f"feed {name!r} is one too many: expected at most 65000 feeds"
                raise ValueError(msg)
            self.names.append(name)
        return self.names.index(name)

    def name(self, code: int) -> str:
        """Return the name behind ``code``; raises IndexError for a code never given."""
        for name, reserved in RESERVED.items():
            if code == reserved:
                return name
        return self.names[code]


@dataclass(frozen=True, slots=True)
class LineBlock:
    """n received lines, one after the other in one buffer.

    data      (bytes,) u1; lines as received, without line ends
    start,end (n,) i8; line i is ``data[start[i]:end[i]]``
    received  (n,) datetime64[us], UTC receive time
    feed      (n,) u2; code in a FeedNames; TICK and CONTROL are reserved
    spool     (n,) u8; spool position (segment sequence << 40 | byte offset), or, for a recorded
              file, file number << 40 | line number from 1
    """

    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    received: NDArray[np.datetime64]
    feed: NDArray[np.uint16]
    spool: NDArray[np.uint64]

    def __post_init__(self) -> None:
        """Let nobody write into the bytes: loops are compiled apart for those that can be."""
        if self.data.flags.writeable:
            sealed = self.data.view()
            sealed.flags.writeable = False
            object.__setattr__(self, "data", sealed)

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.start)

    def line(self, i: int) -> bytes:
        """Return line ``i`` as received."""
        return self.data[self.start[i] : self.end[i]].tobytes()

    def cut(self, first: int, last: int) -> LineBlock:
        """Return the lines ``first`` to ``last`` (excluded) as a view."""
        rows = slice(first, last)
        return LineBlock(
            self.data,
            self.start[rows],
            self.end[rows],
            self.received[rows],
            self.feed[rows],
            self.spool[rows],
        )

    @classmethod
    def of(
        cls,
        lines: Sequence[bytes],
        received: Sequence[int] | NDArray[np.int64] | int = 0,
        feed: int = 0,
        first_spool: int = 1,
    ) -> LineBlock:
        """Make a block of ``lines``; ``received`` in µs since 1970, one for all or one each."""
        lengths = np.fromiter((len(line) for line in lines), np.int64, len(lines))
        end = np.cumsum(lengths)
        micros = np.broadcast_to(np.asarray(received, np.int64), (len(lines),)).copy()
        return cls(
            np.frombuffer(b"".join(lines), np.uint8),
            end - lengths,
            end,
            micros.view("datetime64[us]"),
            np.full(len(lines), feed, np.uint16),
            np.arange(first_spool, first_spool + len(lines), dtype=np.uint64),
        )
