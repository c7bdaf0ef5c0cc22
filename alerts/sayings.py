"""What each vessel said last of itself, as signs: most static reports repeat the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.batches import StaticBatch

SAYING = np.dtype([("key", "u8"), ("sign", "u8")])
"""Of one MMSI, type and part: 64 bits of what was said (FNV-1a). That a report which says
something else has the sign of the one before is less likely than 1 in 10^19."""
_FEWEST = 2048
_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Sayings:
    """Tells which static reports say something else than the report before of that kind."""

    def __init__(self) -> None:
        """Start with nobody heard."""
        self._table = np.zeros(_FEWEST, SAYING)
        self._held = 0

    def news(self, statics: StaticBatch) -> NDArray[np.int64]:
        """Return the rows of ``statics``, in their order, that say something new."""
        if not len(statics):
            return np.empty(0, np.int64)
        if 3 * (self._held + len(statics)) > 2 * len(self._table):
            self._take(self._table[self._table["key"] != 0], len(statics))
        columns = (statics.imo, statics.call_sign, statics.name, statics.ship_type,
                   statics.to_bow_m, statics.to_stern_m, statics.draught_m)  # fmt: skip
        letters = np.concatenate(
            [np.ascontiguousarray(c).view(np.uint8).reshape(len(statics), -1) for c in columns],
            axis=1,
        )
        keys = _key(statics.mmsi.astype(np.uint64), statics.message, statics.part)
        rows, new = _news(keys, letters, self._table)
        self._held += new
        return rows

    def keep(self, mmsis: NDArray[np.uint32]) -> None:
        """Forget what all but these vessels said."""
        held = self._table[self._table["key"] != 0]
        self._take(held[np.isin(held["key"] >> np.uint64(16), mmsis)], 0)

    def freeze(self) -> NDArray[Any]:
        """Return all of it, by key."""
        return np.sort(self._table[self._table["key"] != 0], order="key")

    def thaw(self, held: NDArray[Any]) -> None:
        """Take what ``freeze`` gave; raises ValueError where the columns are others now."""
        if held.dtype != SAYING:
            msg = f"columns {held.dtype}; expected {SAYING}"
            raise ValueError(msg)
        self._take(held, 0)

    def _take(self, held: NDArray[Any], more: int) -> None:
        size = max(_FEWEST, 1 << (2 * (len(held) + more)).bit_length())
        self._table, self._held = np.zeros(size, SAYING), len(held)
        _move(held, self._table)


def _key(
    mmsis: NDArray[np.uint64], messages: NDArray[np.uint8], parts: NDArray[np.uint8]
) -> NDArray[np.uint64]:
    kind, part = messages.astype(np.uint64), parts.astype(np.uint64)
    # One more than the part: no key is 0, which is an empty place.
    keys: NDArray[np.uint64] = mmsis << np.uint64(16) | kind << np.uint64(8) | part + np.uint64(1)
    return keys


@compiled
def _find(table: Any, key: int) -> int:  # noqa: ANN401
    mask = np.uint64(len(table) - 1)
    at = ((np.uint64(key) * _MIX) >> np.uint64(29)) & mask
    while table[at].key != 0 and table[at].key != key:
        at = (at + np.uint64(1)) & mask
    return int(at)


@allocating
def _news(
    keys: NDArray[np.uint64],
    letters: NDArray[np.uint8],
    table: Any,  # noqa: ANN401
) -> tuple[NDArray[np.int64], int]:
    rows, found, new = np.empty(len(keys), np.int64), 0, 0
    for k in range(len(keys)):
        sign = _BASIS
        for letter in letters[k]:
            sign = (sign ^ np.uint64(letter)) * _PRIME
        known = table[_find(table, keys[k])]
        if known.key == keys[k] and known.sign == sign:
            continue
        new += known.key == 0
        known.key, known.sign = keys[k], sign
        rows[found] = k
        found += 1
    return rows[:found], new


@compiled
def _move(held: Any, table: Any) -> None:  # noqa: ANN401
    for k in range(len(held)):
        table[_find(table, held[k].key)] = held[k]
