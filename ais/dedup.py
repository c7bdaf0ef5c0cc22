"""The same payload twice within 10 s is one message heard by several receivers.

Whatever station, channel, talker or feed; measured on the greatest receive time so far («clock»)
from the copy that was kept, so a vessel that repeats itself is never silenced for longer.
A payload is known by 64 mixed bits of it: two different ones meet by chance once in some 10^10
years at 12,000 lines/s. The table grows and forgets; neither changes an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import compiled
from ais.kernel import helper
from ais.timetext import NO_TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW_US = 10_000_000
_SMALLEST = 4096
TAKEN, CLOCK, WHICH = range(3)


@helper
def mix(key: int, word: int) -> int:
    """Mix a 60-bit word of a payload into its key (multiply and fold, as in splitmix64)."""
    key = (key ^ word) * -0x61C8_8646_80B5_83EB
    key ^= (key >> 31) & 0x1_FFFF_FFFF
    key *= -0x40A7_B892_E31B_1A47
    return key ^ ((key >> 29) & 0x7_FFFF_FFFF)


@helper
def _slot(table: NDArray[np.int64], key: int) -> int:
    """Return the slot of ``key``, or the free one where it belongs."""
    last = len(table) - 1
    at = key & last
    while table[at, 1] != NO_TIME and table[at, 0] != key:
        at = (at + 1) & last
    return at


@helper
def forget(tables: NDArray[np.int64], state: NDArray[np.int64]) -> None:
    """Copy what lies within the window into the other table and use that one from now on."""
    old, new = tables[state[WHICH]], tables[1 - state[WHICH]]
    new[:, 1] = NO_TIME
    taken = 0
    for at in range(len(old)):
        if old[at, 1] != NO_TIME and state[CLOCK] - old[at, 1] <= WINDOW_US:
            slot = _slot(new, old[at, 0])
            new[slot, 0] = old[at, 0]
            new[slot, 1] = old[at, 1]
            taken += 1
    state[TAKEN] = taken
    state[WHICH] = 1 - state[WHICH]


@helper
def has_room(tables: NDArray[np.int64], state: NDArray[np.int64], clock: int) -> bool:
    """Set the clock and make room for one more key; False where the tables must grow first."""
    if clock < state[CLOCK]:
        # Another recording: what is remembered lies in its future.
        tables[state[WHICH], :, 1] = NO_TIME
        state[TAKEN] = 0
    state[CLOCK] = clock
    if 3 * state[TAKEN] < 2 * tables.shape[1]:
        return True
    forget(tables, state)
    return bool(2 * state[TAKEN] < tables.shape[1])


@compiled
def _move(old: NDArray[np.int64], new: NDArray[np.int64]) -> None:
    """Put every entry of ``old`` (n, 2) into the empty table ``new``."""
    for at in range(len(old)):
        slot = _slot(new, old[at, 0])
        new[slot, 0] = old[at, 0]
        new[slot, 1] = old[at, 1]


@helper
def seen_before(table: NDArray[np.int64], key: int, clock: int) -> tuple[bool, bool]:
    """Note ``key`` at ``clock``: (it was kept within the window, it took a free slot)."""
    at = _slot(table, key)
    noted = table[at, 1]
    if noted != NO_TIME and clock - noted <= WINDOW_US:
        return True, False
    table[at, 0] = key
    table[at, 1] = clock
    return False, noted == NO_TIME


def _tables(size: int) -> NDArray[np.int64]:
    """Return two empty tables of ``size`` slots: the one in use and the one to copy into."""
    tables = np.zeros((2, size, 2), np.int64)
    tables[:, :, 1] = NO_TIME
    return tables


class Seen:
    """The payloads of the last 10 s, kept between blocks.

    tables (2, slots, 2) i8: key and clock, NO_TIME where free · state (3,) i8: slots taken, clock,
    table in use. Both are written by compiled code.
    """

    def __init__(self) -> None:
        self.tables = _tables(_SMALLEST)
        self.state = np.array([0, NO_TIME, 0], np.int64)

    def entries(self) -> NDArray[np.int64]:
        """Return what is remembered: (n, 2) of key and clock."""
        table: NDArray[np.int64] = self.tables[self.state[WHICH]]
        taken: NDArray[np.int64] = table[table[:, 1] != NO_TIME]
        return taken

    def grow(self, factor: int = 2) -> None:
        """Make the tables ``factor`` times as large."""
        self._hold(self.entries(), self.tables.shape[1] * factor)

    def _hold(self, entries: NDArray[np.int64], size: int) -> None:
        self.tables = _tables(size)
        self.state[TAKEN], self.state[WHICH] = len(entries), 0
        _move(np.ascontiguousarray(entries), self.tables[0])

    @classmethod
    def of(cls, entries: NDArray[np.int64], clock_us: int) -> Seen:
        """Return the memory that holds ``entries`` (n, 2) at ``clock_us``."""
        new = cls()
        size = _SMALLEST
        while size < 2 * len(entries):
            size *= 2
        new._hold(entries, size)
        new.state[CLOCK] = clock_us
        return new
