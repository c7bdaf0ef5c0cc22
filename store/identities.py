"""Which identity reports say something new, and what they make of a vessel's identity."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.batches import StaticBatch
from store.rows import NONE_U1

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ENVELOPE = ("mmsi", "received", "feed", "spool", "message", "part")
_CONTENT = tuple(f.name for f in fields(StaticBatch) if f.name not in _ENVELOPE)
# Odd multiplier of Fibonacci hashing: 2^64 divided by the golden ratio.
_PRIME = np.uint64(0x9E37_79B9_7F4A_7C15)


def keys(mmsi: NDArray[Any], message: NDArray[Any], part: NDArray[Any]) -> NDArray[np.int64]:
    """Return one number per vessel and kind of report: reports are compared with their kind."""
    return mmsi.astype(np.int64) << 16 | message.astype(np.int64) << 8 | part.astype(np.int64)


def contents(batch: StaticBatch) -> NDArray[np.int64]:
    """Return a 64-bit hash of what each row says, whoever says it and whenever."""
    width = sum(getattr(batch, name).dtype.itemsize for name in _CONTENT)
    raw = np.zeros((len(batch), -(-width // 8) * 8), np.uint8)
    at = 0
    for name in _CONTENT:
        column = np.ascontiguousarray(getattr(batch, name))
        if column.dtype.kind == "f":
            # Two NaNs are the same «not available», whatever their bits.
            column = np.where(np.isnan(column), np.float32(np.nan), column)
        size = column.dtype.itemsize
        raw[:, at : at + size] = column.view(np.uint8).reshape(len(batch), size)
        at += size
    # Ours and not Python's hash, which differs from process to process: it is stored.
    result = np.zeros(len(batch), np.uint64)
    for word in raw.view(np.uint64).T:
        result = (result ^ word) * _PRIME
        result ^= result >> np.uint64(29)
    return result.view(np.int64)


@dataclass(frozen=True, slots=True)
class LastContents:
    """The hash of each vessel's last report of each kind: two columns sorted by key."""

    key: NDArray[np.int64]
    content: NDArray[np.int64]

    @classmethod
    def of(cls, key: NDArray[np.int64], content: NDArray[np.int64]) -> LastContents:
        """Return the memory of (n,) keys without repeats and their contents."""
        order = np.argsort(key)
        return cls(key[order], content[order])

    def news(
        self, batch: StaticBatch
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], LastContents]:
        """Return the rows of ``batch`` that differ from the report of their kind before them.

        Gives the rows' indices in order, the hash of every row, and the memory after the batch.
        """
        key = keys(batch.mmsi, batch.message, batch.part)
        content = contents(batch)
        order = np.argsort(key, kind="stable")
        sorted_key, sorted_content = key[order], content[order]
        # The sort is stable, so that within a key the reports stay in the spool's order.
        first = np.r_[True, sorted_key[1:] != sorted_key[:-1]]
        fresh = np.r_[True, sorted_content[1:] != sorted_content[:-1]] | first
        fresh[first] = self._differs(sorted_key[first], sorted_content[first])
        if not fresh.any():
            return order[:0], content, self
        last = np.r_[first[1:], True]
        after = self._with(sorted_key[last], sorted_content[last])
        return np.sort(order[fresh]), content, after

    def _differs(self, key: NDArray[np.int64], content: NDArray[np.int64]) -> NDArray[np.bool_]:
        at, known = self._find(key)
        same = known.copy()
        same[known] = self.content[at[known]] == content[known]
        return ~same

    def _with(self, key: NDArray[np.int64], content: NDArray[np.int64]) -> LastContents:
        """Return the memory with sorted ``key`` added or replaced; this one stays as it is."""
        at, known = self._find(key)
        after = self.content.copy()
        after[at[known]] = content[known]
        if known.all():
            return LastContents(self.key, after)
        # Sorting all of it anew took 15 ms of every commit with 300,000 vessels known.
        at, key, content = at[~known], key[~known], content[~known]
        return LastContents(np.insert(self.key, at, key), np.insert(after, at, content))

    def _find(self, key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return where each key is or would be, and whether it is there."""
        at = np.searchsorted(self.key, key)
        known = at < len(self.key)
        known[known] = self.key[at[known]] == key[known]
        return at, known


def current(batch: StaticBatch) -> StaticBatch:
    """Return one row per vessel: the newest available value of each field of its rows."""
    order = np.argsort(batch.mmsi, kind="stable")
    rows = batch.take(order)
    # Type 0 is «not available» (ITU-R M.1371-5, table 53): the history keeps it, a vessel not.
    told = np.where(rows.ship_type == 0, np.uint8(NONE_U1), rows.ship_type)
    rows = replace(rows, ship_type=told)
    starts = np.flatnonzero(np.r_[True, rows.mmsi[1:] != rows.mmsi[:-1]])
    ends = np.r_[starts[1:], len(rows)] - 1
    newest = rows.take(ends)
    number = np.arange(len(rows))
    merged = {}
    for name in _CONTENT:
        column = getattr(rows, name)
        last = np.maximum.reduceat(np.where(_available(column), number, -1), starts)
        merged[name] = column[np.where(last < 0, ends, last)]
    return replace(newest, **merged)


def _available(column: NDArray[Any]) -> NDArray[np.bool_]:
    none = {"S": b"", "u": NONE_U1 if column.dtype == np.uint8 else 0}
    there: NDArray[np.bool_]
    there = np.isfinite(column) if column.dtype.kind == "f" else column != none[column.dtype.kind]
    return there
