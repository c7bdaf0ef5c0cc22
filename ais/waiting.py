"""The messages that wait for their other parts: a ring of slots found by key, compiled.

Slots are taken in turn, so the oldest is always next to expire and, when none is free, makes room.
Those with equal keys hang in one chain (``heads`` by bucket, ``next`` in the slot).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.kernel import Record, helper
from ais.timetext import NO_TIME
from ais.vdm import MAX_PARTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOTS = 2048
BUCKETS = 4096
TEXT_BYTES = 512
WAIT_US = 5_000_000
# A receive time this far back is another recording, not lateness: the clock starts anew.
ERA_US = 3_600_000_000
HEAD, TAIL, CLOCK, PENDING, BYTES = range(5)
USED, ORPHAN, INCOMPLETE = range(3)

SLOT = np.dtype(
    [
        ("key", "i8"),
        ("begun", "i8"),
        ("stamp", "i8"),
        ("spool", "u8", (MAX_PARTS,)),
        ("at", "i2", (MAX_PARTS,)),
        ("length", "i2", (MAX_PARTS,)),
        ("station", "u4"),
        ("group", "u4"),
        ("next", "i4"),
        ("used", "i4"),
        ("have", "u2"),
        ("live", "u1"),
        ("parts", "u1"),
        ("fill", "u1"),
    ]
)


@helper
def bucket_of(key: int, group: int) -> int:
    """Return the chain in which messages of this key and group hang."""
    mixed = (key ^ (group * 0x9E37_79B9)) * 0x2545_F491_4F6C_DD1D
    return (mixed >> 40) & (BUCKETS - 1)


@helper
def key_of(row: Record, feed: int) -> int:
    """Return feed, talker, own, sequence, channel and parts in one integer."""
    high = (feed << 16) | row.talker
    low = (row.own << 24) | (row.sequence << 16) | (row.channel << 8) | row.total
    return int((high << 28) | low)


@helper
def find(slots: NDArray[np.void], first: int, key: int, row: Record) -> int:
    """Return the slot that ``row`` belongs to, -1 if there is none or more than one fits."""
    # Often only a group's first part names its station, so an unnamed one fits any; but if two
    # stations could be meant, joining by chance would make a ship that does not exist.
    loose, count, at = -1, 0, first
    while at >= 0:
        slot = slots[at]
        if slot.key == key and slot.group == row.group:
            if slot.station == row.station:
                return at
            if slot.station == 0 or row.station == 0:
                loose = at
                count += 1
        at = slot.next
    return loose if count == 1 else -1


@helper
def drop(
    slots: NDArray[np.void], at: int, heads: NDArray[np.int32], state: NDArray[np.int64]
) -> None:
    """Take slot ``at`` out of its chain and out of the sums."""
    slot = slots[at]
    bucket = bucket_of(slot.key, slot.group)
    before, here = -1, heads[bucket]
    while here != at:
        before = here
        here = slots[here].next
    if before < 0:
        heads[bucket] = slot.next
    else:
        slots[before].next = slot.next
    slot.live = 0
    state[PENDING] -= slot.parts
    state[BYTES] -= slot.used


@helper
def give_up(
    slots: NDArray[np.void],
    at: int,
    heads: NDArray[np.int32],
    state: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Count the parts in slot ``at`` as incomplete or orphans and free it."""
    ends[INCOMPLETE if slots[at].have & 1 else ORPHAN] += slots[at].parts
    drop(slots, at, heads, state)


@helper
def expire(
    slots: NDArray[np.void],
    heads: NDArray[np.int32],
    state: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Give up the oldest slots that have waited too long; slots stand in order of their begin."""
    while state[TAIL] != state[HEAD]:
        at = state[TAIL] % SLOTS
        if slots[at].live:
            if abs(state[CLOCK] - slots[at].begun) <= WAIT_US:
                return
            give_up(slots, at, heads, state, ends)
        state[TAIL] += 1


@helper
def begin(
    slots: NDArray[np.void],
    heads: NDArray[np.int32],
    state: NDArray[np.int64],
    ends: NDArray[np.int64],
    key: int,
    row: Record,
) -> int:
    """Take the next slot of the ring for the message that ``row`` begins; returns it."""
    if state[HEAD] - state[TAIL] == SLOTS:
        oldest = state[TAIL] % SLOTS
        if slots[oldest].live:
            give_up(slots, oldest, heads, state, ends)
        state[TAIL] += 1
    at = state[HEAD] % SLOTS
    state[HEAD] += 1
    slot = slots[at]
    bucket = bucket_of(key, row.group)
    slot.key = key
    slot.begun = state[CLOCK]
    slot.stamp = NO_TIME
    slot.station = row.station
    slot.group = row.group
    slot.next = heads[bucket]
    slot.used = 0
    slot.have = 0
    slot.live = 1
    slot.parts = 0
    slot.fill = 0
    heads[bucket] = at
    return int(at)


@helper
def same_part(slot: Record, text: NDArray[np.uint8], payload: NDArray[np.uint8], k: int) -> bool:
    """Tell whether ``slot`` holds these bytes as part ``k`` already."""
    if slot.length[k] != len(payload):
        return False
    equal = 0
    for i in range(len(payload)):
        equal += text[slot.at[k] + i] == payload[i]
    return equal == len(payload)


@helper
def keep(
    slot: Record,
    text: NDArray[np.uint8],
    payload: NDArray[np.uint8],
    row: Record,
    spool: int,
    state: NDArray[np.int64],
) -> bool:
    """Put a part into its slot; tells whether the message is complete now."""
    k = row.number - 1
    slot.at[k] = slot.used
    slot.length[k] = len(payload)
    slot.spool[k] = spool
    for i in range(len(payload)):
        text[slot.used + i] = payload[i]
    slot.used += len(payload)
    slot.have |= 1 << k
    slot.parts += 1
    state[PENDING] += 1
    state[BYTES] += len(payload)
    if row.number == row.total:
        slot.fill = row.fill
    if slot.stamp == NO_TIME:
        slot.stamp = row.stamp
    if slot.station == 0:
        slot.station = row.station
    return bool(slot.parts == row.total)


@helper
def join(slot: Record, text: NDArray[np.uint8], joined: NDArray[np.uint8], used: int) -> int:
    """Write the parts of ``slot`` in order into ``joined`` from ``used``; returns the end."""
    for k in range(slot.parts):
        for i in range(slot.length[k]):
            joined[used] = text[slot.at[k] + i]
            used += 1
    return used
