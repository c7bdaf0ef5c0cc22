"""What is known of every vessel heard: a row of columns per MMSI, and what it sent before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.batches import StaticBatch

NOBODY = -1
_FEWEST = 1024
_AID_TO_NAVIGATION = 21
_NO_TYPE = 255
_COLUMNS = {"mmsi": "u4", "imo": "u4", "call_sign": "S7", "name": "S34", "ship_type": "u1"} | {
    "length_m": "f4",
    "heard": "i8",
}
KEPT = ("imo", "call_sign", "name")
"""Facts whose former values are kept."""
_FACTS = (*KEPT, "ship_type", "length_m")


@allocating
def _slots(
    mmsi: NDArray[np.uint32], keys: NDArray[np.uint32], places: NDArray[np.int32], used: int
) -> tuple[NDArray[np.int64], int]:
    """Return the slot of each MMSI (n,), new ones after ``used``; 0 names nobody: -1."""
    mask = np.uint64(len(keys) - 1)
    out = np.empty(len(mmsi), np.int64)
    for i in range(len(mmsi)):
        if mmsi[i] == 0:
            out[i] = -1
            continue
        # Fibonacci hashing: 2^64 divided by the golden ratio.
        at = ((np.uint64(mmsi[i]) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask
        while keys[at] != 0 and keys[at] != mmsi[i]:
            at = (at + np.uint64(1)) & mask
        if keys[at] == 0:
            keys[at] = mmsi[i]
            places[at] = used
            used += 1
        out[i] = places[at]
    return out, used


@compiled
def _hear(heard: NDArray[np.int64], slot: NDArray[np.int64], received: NDArray[np.int64]) -> None:
    """Keep the latest time of reception of each slot; -1 is nobody."""
    for i in range(len(slot)):
        if slot[i] >= 0 and received[i] > heard[slot[i]]:
            heard[slot[i]] = received[i]


class Sent:
    """What the rows of a block say of vessels, ``there``: which of them say it; columns (n,)."""

    __slots__ = ("columns", "there")

    def __init__(self, statics: StaticBatch) -> None:
        """Take what names a vessel; what an aid to navigation is called is no ship's name."""
        length = statics.to_bow_m + statics.to_stern_m
        ship = statics.message != _AID_TO_NAVIGATION
        self.columns: dict[str, NDArray[Any]] = {
            "imo": statics.imo,
            "call_sign": statics.call_sign,
            "name": statics.name,
            "ship_type": statics.ship_type,
            "length_m": length,
        }
        # Type 0 and length 0 are «not available» (ITU-R M.1371-5, tables 50 and 53).
        said = (statics.imo > 0, statics.call_sign != b"", statics.name != b"")
        typed = (statics.ship_type > 0) & (statics.ship_type != _NO_TYPE)
        self.there = dict(zip(_FACTS, (*said, typed, length > 0), strict=True))
        for name, mask in self.there.items():
            self.there[name] = mask & ship


class Known:
    """The vessels heard so far, in order of their first row, and ``heard``: when last (µs, UTC).

    ``watched`` marks those that some listed vessel may be. ``former`` holds, by fact and slot, the
    values that were sent before, at most ``most_former`` each: an MMSI could send a name a minute.
    """

    def __init__(self, most_former: int) -> None:
        """Start without vessels."""
        self._most_former = most_former
        self.count = 0
        self._keys = np.zeros(2 * _FEWEST, np.uint32)
        self._places = np.zeros(2 * _FEWEST, np.int32)
        self.columns = {name: np.zeros(_FEWEST, kind) for name, kind in _COLUMNS.items()}
        self.watched = np.zeros(_FEWEST, np.bool_)
        self.former: dict[str, dict[int, list[Any]]] = {name: {} for name in KEPT}

    def hear(self, mmsi: NDArray[np.uint32], received: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ``slots`` of rows and note when (µs) their vessels were heard."""
        slot = self.slots(mmsi)
        _hear(self.columns["heard"], slot, received)
        return slot

    def slots(self, mmsi: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the slot of each MMSI (n,), making rows for new ones; -1 for MMSI 0."""
        self._make_room(len(mmsi))
        found, used = _slots(mmsi, self._keys, self._places, self.count)
        if used > self.count:
            new = found >= self.count
            self.columns["mmsi"][found[new]] = mmsi[new]
            self.columns["length_m"][self.count : used] = np.nan
            self.columns["ship_type"][self.count : used] = _NO_TYPE
            self.count = used
        return found

    def news(self, sent: Sent, slot: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each row whether it says anything else than what is known of its vessel."""
        differs = np.zeros(len(slot), np.bool_)
        for name in _FACTS:
            differs |= sent.there[name] & (sent.columns[name] != self.columns[name][slot])
        return np.asarray(differs & (slot != NOBODY), np.bool_)

    def repeats(self, sent: Sent, slot: int, row: int) -> bool:
        """Tell whether one row says nothing else than what is known of the vessel at ``slot``."""
        return not any(
            sent.there[name][row] and sent.columns[name][row] != self.columns[name][slot]
            for name in _FACTS
        )

    def learn(self, sent: Sent, slot: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Take what ``rows`` say, in their order: the newest available value of each fact."""
        for name in _FACTS:
            there = rows[sent.there[name][rows]]
            if len(there):
                self._learn(name, slot[there], sent.columns[name][there])

    def ever(self, name: str, slot: int) -> list[Any]:
        """Return what a vessel sends of a kept fact now, and what it sent before."""
        now = self.columns[name][slot]
        return [*([now] if now else []), *self.former[name].get(slot, ())]

    def learn_row(self, sent: Sent, slot: int, row: int) -> None:
        """Take what one row says; as ``learn``, without the columns' cost."""
        for name in _FACTS:
            if not sent.there[name][row]:
                continue
            value, before = sent.columns[name][row], self.columns[name][slot]
            if name in self.former and before and before != value:
                self._keep(self.former[name].setdefault(slot, []), before)
            self.columns[name][slot] = value

    def former_of(self, name: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return all former values of a kept fact: the slots and the values, both (n,)."""
        former = self.former[name]
        slots = np.repeat(
            np.fromiter(former, np.int64, len(former)), [len(values) for values in former.values()]
        )
        values = [value for values in former.values() for value in values]
        return slots, np.array(values, _COLUMNS[name])

    def forget(self, before: int) -> set[int]:
        """Forget the vessels not heard since ``before`` (µs); return their MMSIs."""
        stays = self.columns["heard"][: self.count] >= before
        if stays.all():
            return set()
        gone = set(self.columns["mmsi"][: self.count][~stays].tolist())
        watched, state = self.watched[: self.count][stays], self.freeze()
        number = np.cumsum(stays) - 1
        for name in KEPT:
            slots = state[f"former_{name}_slot"]
            kept = stays[slots]
            state[f"former_{name}_slot"] = number[slots[kept]]
            state[f"former_{name}"] = state[f"former_{name}"][kept]
        self.thaw(state | {name: state[name][stays] for name in _COLUMNS})
        self.watched[: self.count] = watched
        return gone

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        state = {name: column[: self.count].copy() for name, column in self.columns.items()}
        for name in KEPT:
            state[f"former_{name}_slot"], state[f"former_{name}"] = self.former_of(name)
        return state

    def thaw(self, state: dict[str, NDArray[Any]]) -> None:
        """Take the state that ``freeze`` gave; nobody is watched until a list is adopted."""
        self.__init__(self._most_former)  # type: ignore[misc] # as new, then filled
        self.slots(state["mmsi"].astype(np.uint32))
        for name in _COLUMNS:
            self.columns[name][: self.count] = state[name]
        for name, former in self.former.items():
            slots = state[f"former_{name}_slot"].tolist()
            for slot, value in zip(slots, state[f"former_{name}"], strict=True):
                former.setdefault(slot, []).append(value)

    def _learn(self, name: str, slot: NDArray[np.int64], value: NDArray[Any]) -> None:
        column = self.columns[name]
        order = np.argsort(slot, kind="stable")
        slot, value = slot[order], value[order]
        first = np.r_[True, slot[1:] != slot[:-1]]
        if name in self.former:
            before = column[slot]
            before[~first] = value[:-1][~first[1:]]
            gone = (before != value) & (before != np.zeros((), before.dtype))
            for k in np.flatnonzero(gone):
                self._keep(self.former[name].setdefault(int(slot[k]), []), before[k])
        last = np.r_[first[1:], True]
        column[slot[last]] = value[last]

    def _keep(self, former: list[Any], value: object) -> None:
        if value not in former:
            former.append(value)
            del former[: -self._most_former]

    def _make_room(self, rows: int) -> None:
        """Grow the tables before the loop, for the case that every row is a new vessel."""
        needed = self.count + rows
        if needed > len(self.watched):
            size = max(needed, 3 * len(self.watched) // 2)
            self.watched = _grown(self.watched, size)
            self.columns = {name: _grown(old, size) for name, old in self.columns.items()}
        if 2 * needed > len(self._keys):
            size = 1 << (2 * needed).bit_length()
            self._keys, self._places = np.zeros(size, np.uint32), np.zeros(size, np.int32)
            # Slots are given in order, so that the known ones get theirs again.
            _slots(self.columns["mmsi"][: self.count], self._keys, self._places, 0)


def _grown(old: NDArray[Any], size: int) -> NDArray[Any]:
    grown = np.zeros(size, old.dtype)
    grown[: len(old)] = old
    return grown
