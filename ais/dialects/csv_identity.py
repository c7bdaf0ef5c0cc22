"""Who CSV rows speak of: numbers for ids that are no MMSI, identities when they change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ais.batches import StaticBatch
from ais.units import MMSI_LIMIT

FIRST_PSEUDO_ID = 200_000_001
"""Pseudo ids count up from here: ships by their first digit, of a country code (200) not given."""
_NINE_DIGITS = re.compile(rb"[0-9]{9}")
_DIGITS = re.compile(rb"[0-9]{1,9}")
_SAID = tuple(
    f.name for f in fields(StaticBatch) if f.name not in ("mmsi", "received", "feed", "spool")
)


class Ids:
    """MMSIs of ids as text; an id that is none gets a pseudo id, in order of first sight."""

    def __init__(self, *, all_mmsi: bool, first: int = FIRST_PSEUDO_ID) -> None:
        """Take short numbers for MMSIs if ``all_mmsi``; else only nine digits are one.

        ``first`` is the first pseudo id.
        """
        self._first = first
        self._mmsi = _DIGITS if all_mmsi else _NINE_DIGITS
        self._pseudo: dict[bytes, int] = {}

    def numbers(self, cells: Any) -> NDArray[np.uint32]:  # noqa: ANN401  (pyarrow has no types)
        """Return the number of each id; ``cells`` is a pyarrow string array without nulls."""
        coded = cells.cast(pa.binary()).dictionary_encode()
        of_each = np.array(
            [self._number(text) for text in coded.dictionary.to_pylist()], np.uint32
        )
        return of_each[coded.indices.to_numpy()] if len(of_each) else of_each

    def _number(self, text: bytes) -> int:
        if self._mmsi.fullmatch(text) and 0 < int(text) <= MMSI_LIMIT:
            return int(text)
        return self._pseudo.setdefault(text, self._first + len(self._pseudo))

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the ids with pseudo ids, in their order: their bytes, and where each ends."""
        ends = np.cumsum([len(text) for text in self._pseudo], dtype=np.int64)
        text = np.frombuffer(b"".join(self._pseudo), np.uint8).copy()
        return {"ids": text, "id_ends": ends}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned."""
        ends = state["id_ends"].tolist()
        text = state["ids"].tobytes()
        starts = [0, *ends[:-1]]
        every = (text[a:b] for a, b in zip(starts, ends, strict=True)) if ends else ()
        self._pseudo = {one: self._first + i for i, one in enumerate(every)}


class Identities:
    """What was last said of each vessel, so that a column of names makes a row only on change."""

    def __init__(self) -> None:
        self._last: dict[int, bytes] = {}

    def changed(self, statics: StaticBatch) -> StaticBatch:
        """Return the rows that say something, and something else than the vessel's row before."""
        if not len(statics):
            return statics
        said = _as_bytes(statics)
        nothing = _as_bytes(silent(1))[0]
        new = []
        for row, (mmsi, words) in enumerate(zip(statics.mmsi.tolist(), said, strict=True)):
            # An empty row between two equal ones is a gap in the file, not a change of name.
            if words != nothing and self._last.get(mmsi) != words:
                self._last[mmsi] = words
                new.append(row)
        return statics.take(np.array(new, np.int64))

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the vessels and what was last said of each, (n,) and (n, bytes)."""
        words = np.frombuffer(b"".join(self._last.values()), np.uint8).copy()
        mmsis = np.fromiter(self._last, np.uint32, len(self._last))
        return {"said_of": mmsis, "said": words.reshape(len(mmsis), -1) if len(mmsis) else words}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned."""
        words = (row.tobytes() for row in state["said"])
        self._last = dict(zip(state["said_of"].tolist(), words, strict=True))


def silent(n: int) -> StaticBatch:
    """Return ``n`` reports in which everything is not available, of message 5."""
    columns: dict[str, NDArray[Any]] = {}
    for name, kind in StaticBatch.dtypes().items():
        blank: Any = np.nan if kind == "f4" else 0
        if name in ("ship_type", "part") or name.startswith("eta_"):
            blank = 255
        columns[name] = np.full(n, b"" if kind.startswith("S") else blank, kind)
    columns["message"][:] = 5
    return StaticBatch(**columns)


def _as_bytes(statics: StaticBatch) -> Sequence[bytes]:
    """Return what each row says of its vessel as bytes that are equal when the row is."""
    kinds = StaticBatch.dtypes()
    table = np.zeros(len(statics), [(name, kinds[name]) for name in _SAID])
    for name in _SAID:
        table[name] = getattr(statics, name)
    raw = table.tobytes()
    width = table.dtype.itemsize
    return [raw[at : at + width] for at in range(0, len(raw), width)]
