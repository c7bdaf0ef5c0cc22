"""An edition of the list as matching looks into it: which entries name an identifier or a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from watchlist.entries import Edition, Listed
from watchlist.identifiers import call_sign, imo_is_valid
from watchlist.names import normal, spelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Key = TypeVar("_Key", int, str)


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries by each identifier that can be matched: index in the edition.

    mmsis, imos  the keys of ``mmsi`` and ``imo``, sorted, to look up whole columns
    wakes        when entries begin to match, µs since 1970, sorted, each once
    """

    entries: tuple[Listed, ...]
    mmsi: dict[int, tuple[int, ...]]
    imo: dict[int, tuple[int, ...]]
    call_sign: dict[str, tuple[int, ...]]
    name: dict[str, tuple[int, ...]]
    mmsis: NDArray[np.uint32]
    imos: NDArray[np.uint32]
    wakes: tuple[int, ...]

    @classmethod
    def of(cls, edition: Edition) -> Listing:
        """Return the listing of ``edition``; what is no valid identifier or name names nobody."""
        entries = edition.entries
        mmsi = _by(entries, lambda one: one.mmsi)
        imo = _by(entries, lambda one: filter(imo_is_valid, one.imo))
        return cls(
            entries,
            mmsi,
            imo,
            _by(entries, lambda one: filter(None, map(call_sign, one.call_sign))),
            _by(entries, lambda one: filter(None, map(normal, one.names))),
            np.array(sorted(mmsi), np.uint32),
            np.array(sorted(imo), np.uint32),
            tuple(sorted({one.matches_from for one in entries})),
        )


# As many as vessels of one sea. With more vessels a new edition is checked without it: that costs
# half a second for 100,000 vessels, and not 400 bytes for each of them.
_VESSELS = 1 << 15


@lru_cache(_VESSELS)
def name_sent(raw: bytes) -> str:
    """Return the normal form of a name column's value."""
    return spelled(raw.decode("ascii", "replace"))


@lru_cache(_VESSELS)
def call_sign_sent(raw: bytes) -> str:
    """Return the normal form of a call sign column's value."""
    return call_sign(raw.decode("ascii", "replace"))


def _by(
    entries: Iterable[Listed], keys: Callable[[Listed], Iterable[_Key]]
) -> dict[_Key, tuple[int, ...]]:
    found: dict[_Key, list[int]] = {}
    for i, entry in enumerate(entries):
        for key in dict.fromkeys(keys(entry)):
            found.setdefault(key, []).append(i)
    return {key: tuple(places) for key, places in found.items()}
