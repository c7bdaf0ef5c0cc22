"""A vessel that answers to an entry of the list: what matched, how well, and what disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ais.batches import Columns

ON_MMSI, ON_IMO, ON_CALL_SIGN, ON_NAME = range(1, 5)
MATCHED_ON = {ON_MMSI: "mmsi", ON_IMO: "imo", ON_CALL_SIGN: "call sign", ON_NAME: "name"}
"""What a hit rests on, strongest first."""
FACTS = ("mmsi", "imo", "call sign", "name", "type", "flag", "length")
"""Bits of ``agrees`` and ``disagrees``: bit i is fact i. A fact that one side does not know is in
neither."""


@lru_cache(1 << len(FACTS))
def facts(bits: int) -> tuple[str, ...]:
    """Return the words of the bits that are set."""
    return tuple(word for i, word in enumerate(FACTS) if bits >> i & 1)


@dataclass(frozen=True, slots=True)
class Hits(Columns):
    """Vessels that answer to an entry, in spool order, columns (n,).

    mmsi u4 · received datetime64[us], spool u8: the row that showed it; of a list that took effect
    later, the place of its control line
    entry i4, index in the Edition · matched_on u1 (MATCHED_ON, the strongest)
    score f4, 0-1: 1 for an equal identifier, likeness of the names else
    agrees, disagrees u2 (FACTS) · name S34, call_sign S7, imo u4 as the vessel sent them

    A pair of vessel and entry is told again only when ``matched_on``, ``agrees`` or ``disagrees``
    has changed, or when the entry has a new version.
    """

    KINDS: ClassVar[str] = "u4 M8[us] u8 i4 u1 f4 u2 u2 S34 S7 u4"

    mmsi: NDArray[np.uint32]
    received: NDArray[np.datetime64]
    spool: NDArray[np.uint64]
    entry: NDArray[np.int32]
    matched_on: NDArray[np.uint8]
    score: NDArray[np.float32]
    agrees: NDArray[np.uint16]
    disagrees: NDArray[np.uint16]
    name: NDArray[np.bytes_]
    call_sign: NDArray[np.bytes_]
    imo: NDArray[np.uint32]
