"""A model of the usual traffic: counts of passages, and the lines that ships keep to.

Kept and sent as one piece of bytes: a line of JSON that says what it is, then the counts, packed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from alerts.errors import AlertsError
from alerts.traffic.grid import CELLS, keys_of
from alerts.traffic.lines import Line
from alerts.traffic.marks import MARK, marks_of, together
from alerts.traffic.motion import completed
from alerts.traffic.passages import passages_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

FORMAT = "vedetta usual traffic 2"
WITHOUT_MARKS = "vedetta usual traffic 1"
"""Models of before there were any; nothing of the kind is asked of them."""
GRAIN = 64
"""Weights are kept as 64ths of a passage; what is less is forgotten."""
_MARKS = {"cell": "<u4", "ships": "<u8", "rests": "<u4", "ends": "<u4"}
_MARK_BYTES = MARK.itemsize
_DAY_US = 86_400_000_000
_MOST_CELLS = 20_000_000
_NO_KEYS = np.zeros(0, np.uint32)
_NO_MARKS = np.zeros(0, MARK)


class TrafficError(AlertsError):
    """Bytes that are no model of traffic; nothing was changed."""


@dataclass(frozen=True, slots=True)
class TrafficModel:
    """Passages by cell, class, course and speed, those of long ago counting less.

    key (n,) u4 sorted (``grid.keys_of``) · weight (n,) u4 of each, in 64ths of a passage
    marks (m,) MARK of the cells (``marks``), sorted; empty = not known
    lines     ships that go the same way again and again
    since_us, until_us  of the positions that it was learned from, µs since 1970
    half_life_days      a passage counts half after so long
    """

    key: NDArray[np.uint32] = field(default_factory=_NO_KEYS.copy)
    weight: NDArray[np.uint32] = field(default_factory=_NO_KEYS.copy)
    lines: tuple[Line, ...] = ()
    since_us: int = 0
    until_us: int = 0
    half_life_days: float = 90.0
    marks: NDArray[Any] = field(default_factory=_NO_MARKS.copy)

    @property
    def passages(self) -> float:
        """Return how many passages through cells it holds, as they count now."""
        return round(float(self.weight.sum(dtype=np.uint64)) / GRAIN, 1)

    def taught(self, sailed: Iterable[NDArray[Any]], since_us: int, until_us: int) -> Self:
        """Return the model with SAILED rows of [since, until) more; what it held counts less.

        Rows are sorted by mmsi and time; no ship's rows are cut in two. Nothing is learned twice:
        raises TrafficError where the span begins before its end.
        """
        found: list[NDArray[Any]] = []

        def passages() -> Iterator[NDArray[Any]]:
            for rows in map(completed, sailed):
                found.append(marks_of(rows, since_us, until_us, GRAIN))
                yield passages_of(rows)

        model = self.learned(passages(), since_us, until_us)
        return replace(model, marks=reduce(together, found, model.marks))

    def learned(self, passages: Iterable[NDArray[Any]], since_us: int, until_us: int) -> Self:
        """Return the model with PASSAGE rows of [since, until) more, of cells without marks."""
        if since_us < self.until_us:
            raise TrafficError(
                f"positions from {_day(since_us)} on were learned already; expected a span from "
                f"{_day(self.until_us)} on"
            )
        fade = self._fade(until_us)
        faded = np.rint(self.weight * fade).astype(np.uint32)
        key, weight = self.key[faded > 0], faded[faded > 0]
        marks = self.marks.copy()
        for name in ("rests", "ends"):
            marks[name] = np.rint(marks[name] * fade)
        for rows in passages:
            more = keys_of(rows["cell"], rows["kind"], rows["sector"], rows["speed"])
            key, weight = _together(key, weight, *np.unique(more, return_counts=True))
        first = self.since_us or since_us
        return replace(
            self, key=key, weight=weight, since_us=first, until_us=until_us, marks=marks
        )

    def _fade(self, until_us: int) -> float:
        """Return what of a passage counts when ``until_us`` is reached, 0-1."""
        days = max(0, until_us - self.until_us) / _DAY_US if self.until_us else 0.0
        return float(0.5 ** (days / self.half_life_days))

    def to_bytes(self) -> bytes:
        """Return it as bytes; equal models give equal bytes."""
        head = {
            "format": FORMAT, "cells": len(self.key), "since_us": self.since_us,
            "until_us": self.until_us, "half_life_days": self.half_life_days,
            "lines": [line.as_row() for line in self.lines], "marks": len(self.marks),
        }  # fmt: skip
        steps = np.diff(self.key.astype("<u4"), prepend=np.uint32(0)).astype("<u4")
        columns = [steps, self.weight.astype("<u4")]
        columns += [self.marks[name].astype(kind) for name, kind in _MARKS.items()]
        packed = zlib.compress(b"".join(column.tobytes() for column in columns), 6)
        return json.dumps(head, separators=(",", ":"), sort_keys=True).encode() + b"\n" + packed

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the model of bytes that ``to_bytes`` gave; raises TrafficError for others."""
        try:
            head, _, packed = data.partition(b"\n")
            said = json.loads(head)
            count, marked = int(said["cells"]), int(said.get("marks", 0))
            _expect(said["format"], count, marked)
            # Bounded: a small file may claim to be a large one.
            size = 8 * count
            raw = zlib.decompressobj().decompress(packed, size + _MARK_BYTES * marked + 1)
            columns = np.frombuffer(raw[:size], "<u4").reshape(2, count)
            lines = tuple(Line.of_row(row) for row in said["lines"])
            key = np.cumsum(columns[0], dtype=np.uint32)
            return cls(key, columns[1].astype(np.uint32), lines, int(said["since_us"]),
                       int(said["until_us"]), float(said["half_life_days"]),
                       _marks(raw[size:], marked))  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
            raise TrafficError(
                f"{data[:40]!r} is no model of usual traffic ({error}); expected a file that "
                "vedetta traffic learn wrote"
            ) from error

    def sha256(self) -> str:
        """Return the hash of its bytes, hexadecimal."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def _together(
    key: NDArray[np.uint32],
    weight: NDArray[np.uint32],
    more: NDArray[np.uint32],
    counts: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    every, place = np.unique(np.concatenate([key, more]), return_inverse=True)
    both = np.concatenate([weight, (counts * GRAIN).astype(np.uint32)])
    total = np.zeros(len(every), np.uint32)
    np.add.at(total, place, both)
    return every, total


def _expect(said: str, count: int, marked: int) -> None:
    known = said in {FORMAT, WITHOUT_MARKS}
    if not known or not 0 <= count <= _MOST_CELLS or not 0 <= marked <= CELLS:
        raise ValueError(f"{said!r}, {count} cells, {marked} of them marked")


def _marks(raw: bytes, marked: int) -> NDArray[Any]:
    if len(raw) != _MARK_BYTES * marked:
        raise ValueError(f"{len(raw)} bytes of {marked} marks")
    out, at = np.zeros(marked, MARK), 0
    for name, kind in _MARKS.items():
        out[name] = np.frombuffer(raw, kind, marked, at)
        at += out[name].nbytes
    return out


def _day(us: int) -> str:
    return f"{np.datetime64(us, 'us').astype('M8[m]')}Z"
