"""Sentences of several parts become messages again.

Parts belong together when feed and sender, talker, VDM/VDO, sequence, channel, number of parts and
tag-block group are equal and their stations do not differ; order of arrival does not matter. What
is not complete 5 s (receive time) after its first part is given up: «incomplete» if its part 1 was
there, «orphan» if not, or if the part was there already. Memory is bounded: the oldest of 2,048
waiting messages makes room for a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ais.compiled import compiled
from ais.kernel import Record, Scratch, helper
from ais.sentences import Sentences
from ais.timetext import NO_TIME
from ais.vdm import SENTENCE
from ais.waiting import (
    BUCKETS,
    BYTES,
    CLOCK,
    ERA_US,
    HEAD,
    INCOMPLETE,
    ORPHAN,
    PENDING,
    SLOT,
    SLOTS,
    TAIL,
    TEXT_BYTES,
    USED,
    begin,
    bucket_of,
    drop,
    expire,
    find,
    give_up,
    join,
    keep,
    key_of,
    same_part,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.lines import LineBlock

MESSAGE = np.dtype(
    [
        ("start", "i8"),
        ("end", "i8"),
        ("stamp", "i8"),
        ("clock", "i8"),
        ("line", "i8"),
        ("part", "i8"),
        ("station", "u4"),
        ("parts", "u1"),
        ("fill", "u1"),
        ("joined", "u1"),
        ("own", "u1"),
    ]
)
"""A message: payload ``start:end`` in the block's data, or in the ``joined`` bytes; ``line``: row
of the line that completed it; ``part``: where the spool positions of its ``parts`` lines begin;
``clock``: the greatest receive time so far."""


@helper
def _place(  # noqa: PLR0913, PLR0917 (the state's arrays)
    slots: NDArray[np.void],
    text: NDArray[np.uint8],
    heads: NDArray[np.int32],
    state: NDArray[np.int64],
    ends: NDArray[np.int64],
    row: Record,
    feed: int,
    payload: NDArray[np.uint8],
    spool: int,
) -> int:
    """Put one part where it belongs; returns the slot that is complete now, or -1."""
    key = key_of(row, feed)
    at = find(slots, heads[bucket_of(key, row.group)], key, row)
    if at >= 0 and slots[at].have & (1 << (row.number - 1)):
        if same_part(slots[at], text[at], payload, row.number - 1):
            ends[ORPHAN] += 1
            return -1
        # The sequence number is in use again: what waited under it will not be completed.
        give_up(slots, at, heads, state, ends)
        at = -1
    if at >= 0 and slots[at].used + len(payload) > TEXT_BYTES:
        give_up(slots, at, heads, state, ends)
        at = -1
    if len(payload) > TEXT_BYTES:
        ends[ORPHAN] += 1
        return -1
    if at < 0:
        at = begin(slots, heads, state, ends, key, row)
    return at if keep(slots[at], text[at], payload, row, spool, state) else -1


@compiled
def _assemble(  # noqa: PLR0913, PLR0917 (columns of a block and the state's arrays)
    data: NDArray[np.uint8],
    rows: NDArray[np.void],
    received: NDArray[np.int64],
    feed: NDArray[np.uint16],
    spool: NDArray[np.uint64],
    slots: NDArray[np.void],
    text: NDArray[np.uint8],
    heads: NDArray[np.int32],
    state: NDArray[np.int64],
    ends: NDArray[np.int64],
    messages: NDArray[np.void],
    joined: NDArray[np.uint8],
    lines: NDArray[np.uint64],
) -> int:
    """Fill ``messages`` with what the sentences in ``rows`` say; returns how many there are."""
    count, used, cited = 0, 0, 0
    for k in range(len(rows)):
        if received[k] > state[CLOCK] or state[CLOCK] - received[k] > ERA_US:
            state[CLOCK] = received[k]
        if state[TAIL] != state[HEAD]:
            expire(slots, heads, state, ends)
        row = rows[k]
        if row.kind != SENTENCE:
            continue
        message = messages[count]
        message.line = k
        message.clock = state[CLOCK]
        message.own = row.own
        message.part = cited
        if row.total == 1:
            message.start, message.end, message.fill = row.start, row.end, row.fill
            message.stamp, message.station = row.stamp, row.station
            message.parts, message.joined = 1, 0
            lines[cited] = spool[k]
        else:
            payload = data[row.start : row.end]
            at = _place(slots, text, heads, state, ends, row, feed[k], payload, spool[k])
            if at < 0:
                continue
            slot = slots[at]
            message.start, message.fill = used, slot.fill
            used = join(slot, text[at], joined, used)
            message.end = used
            message.stamp, message.station = slot.stamp, slot.station
            message.parts, message.joined = slot.parts, 1
            for part in range(slot.parts):
                lines[cited + part] = slot.spool[part]
            drop(slots, at, heads, state)
        ends[USED] += message.parts
        cited += message.parts
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Assembled:
    """The messages of a block: ``messages`` (m,) MESSAGE, ``joined`` u1, ``lines`` u8 (spool).

    All three are valid until the next block.
    """

    messages: NDArray[np.void]
    joined: NDArray[np.uint8]
    lines: NDArray[np.uint64]


class Assembly:
    """What waits for its other parts, kept between blocks."""

    def __init__(self) -> None:
        self._slots = np.zeros(SLOTS, SLOT)
        self._text = np.zeros((SLOTS, TEXT_BYTES), np.uint8)
        self._heads = np.full(BUCKETS, -1, np.int32)
        self._state = np.array([0, 0, NO_TIME // 2, 0, 0], np.int64)
        self._scratch = Scratch()
        self.ends = np.zeros(3, np.int64)
        """Sentences (used in messages, orphan, incomplete) so far."""

    @property
    def pending(self) -> int:
        """Sentences that wait for others."""
        return int(self._state[PENDING])

    def assemble(self, block: LineBlock, sentences: Sentences) -> Assembled:
        """Return the messages that the sentences of ``block`` complete, in order."""
        count = int(sentences.tally[SENTENCE, 0])
        rows = sentences.rows
        several = (rows["kind"] == SENTENCE) & (rows["total"] > 1)
        lengths = rows["end"][several] - rows["start"][several]
        size = int(lengths.sum()) + int(self._state[BYTES])
        joined = self._scratch.take("joined", size, np.uint8)
        lines = self._scratch.take("lines", count + self.pending + 1, np.uint64)
        messages = self._scratch.take("messages", count + 1, MESSAGE)
        filled = _assemble(
            block.data,
            rows,
            block.received.view(np.int64),
            block.feed,
            block.spool,
            self._slots,
            self._text,
            self._heads,
            self._state,
            self.ends,
            messages,
            joined,
            lines,
        )
        return Assembled(messages[:filled], joined, lines)

    def finish(self) -> None:
        """Give up all that waits: the input has ended."""
        live = self._slots[self._slots["live"] == 1]
        begun = (live["have"] & 1).astype(bool)
        self.ends[INCOMPLETE] += int(live["parts"][begun].sum())
        self.ends[ORPHAN] += int(live["parts"][~begun].sum())
        self._slots["live"] = 0
        self._heads[:] = -1
        self._state[[HEAD, TAIL, PENDING, BYTES]] = 0

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the state as plain arrays; of the waiting texts only those in use."""
        live = np.flatnonzero(self._slots["live"] == 1)
        return {
            "slots": self._slots.copy(),
            "text": self._text[live],
            "heads": self._heads.copy(),
            "state": self._state.copy(),
            "ends": self.ends.copy(),
        }

    @classmethod
    def thaw(cls, state: dict[str, NDArray[Any]]) -> Self:
        """Return the assembly that ``freeze`` described."""
        new = cls()
        new._slots[:] = state["slots"]
        new._text[new._slots["live"] == 1] = state["text"]
        new._heads[:] = state["heads"]
        new._state[:] = state["state"]
        new.ends[:] = state["ends"]
        return new
