"""Which listed names are like a sent one: a prefilter that loses nothing, then rapidfuzz.

Two names are as like as the better of two Jaro likenesses: of the names without spaces, and of
their sorted words without spaces. The first forgives typos and missing spaces, the second swapped
words. Names with different numbers are sister ships and not alike. Why so: docs/matching.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from rapidfuzz.distance import Jaro
from rapidfuzz.process import cpdist

from ais.compiled import compiled
from watchlist.names import numbers, sorted_words, squeezed

if TYPE_CHECKING:
    from numpy.typing import NDArray

Alike: TypeAlias = tuple[tuple[str, float], ...]
"""Listed names and how like they are, 0-1."""

_DECIMALS = 6
_FIRST_A, _LETTERS, _FIRST_0 = 65, 26, 48


@compiled
def _bags(codes: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return which letters and digits each name holds, letters once and twice, in 62 bits."""
    bags = np.zeros(len(starts) - 1, np.uint64)
    one = np.uint64(1)
    for i in range(len(bags)):
        bag = np.uint64(0)
        for k in range(starts[i], starts[i + 1]):
            code = np.int64(codes[k])
            if code < _FIRST_A:
                bag |= one << np.uint64(2 * _LETTERS + code - _FIRST_0)
                continue
            bit = one << np.uint64(code - _FIRST_A)
            if bag & bit:
                bit <<= np.uint64(_LETTERS)
            bag |= bit
        bags[i] = bag
    return bags


@compiled
def _bits(word: np.uint64) -> int:
    """Return the number of bits set, 64 at once."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def _possible(
    asked_length: NDArray[np.int64],
    asked_bag: NDArray[np.uint64],
    bag: NDArray[np.uint64],
    begin: NDArray[np.int64],
    least: float,
) -> NDArray[np.int64]:
    """Return pairs (asked, listed) that can reach ``least``; ``begin``: first name of a length."""
    pairs = np.empty((1024, 2), np.int64)
    found = 0
    # Jaro is (m/a + m/b + order)/3 with m common letters of names of a and b, and order at most 1.
    wanted = 3.0 * least - 1.0
    for i in range(len(asked_length)):
        here, mine = asked_length[i], asked_bag[i]
        shortest = int(np.ceil(here * (wanted - 1.0) - 1e-6))
        for there in range(max(1, shortest), len(begin) - 1):
            if there * (wanted - 1.0) > here + 1e-6:
                break
            common = int(np.ceil((wanted * here * there - 1e-6) / (here + there)))
            # Each letter that one has and the other lacks takes half a pair from what is common.
            lacking = here + there - 2 * common
            for j in range(begin[there], begin[there + 1]):
                if _bits(mine ^ bag[j]) > lacking:
                    continue
                if found == len(pairs):
                    grown = np.empty((2 * found, 2), np.int64)
                    grown[:found] = pairs
                    pairs = grown
                pairs[found, 0] = i
                pairs[found, 1] = j
                found += 1
    return pairs[:found]


@dataclass(frozen=True, slots=True)
class Forms:
    """The spellings of normal names that are compared: without spaces, words sorted first."""

    names: tuple[str, ...]
    bare: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Forms:
        """Return the spellings of normal ``names``."""
        given = tuple(names)
        return cls(given, tuple(map(squeezed, given)), tuple(map(sorted_words, given)))

    def take(self, places: Iterable[int]) -> Forms:
        """Return the names at ``places``."""
        chosen = list(places)
        parts = (self.names, self.bare, self.words)
        return Forms(*(tuple([part[k] for k in chosen]) for part in parts))


def likenesses(ones: Forms, others: Forms, least: float = 0.0) -> NDArray[np.float64]:
    """Return how like the names of each pair are, 0-1; 0 where their numbers differ.

    Below ``least`` nobody asks for their numbers.
    """
    if not ones.names:
        return np.zeros(0)
    found = np.maximum(_jaro(ones.bare, others.bare), _jaro(ones.words, others.words))
    found = found.round(_DECIMALS)
    for k in np.flatnonzero(found >= least).tolist():
        if _differ(numbers(ones.names[k]), numbers(others.names[k])):
            found[k] = 0.0
    return found


def _jaro(ones: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
    return cpdist(ones, others, scorer=Jaro.normalized_similarity, dtype=np.float64)


def _differ(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether both carry numbers, and not the same: one that lost its number may be it."""
    return bool(ones and others and ones != others)


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Distinct normal names in order of their length, with what the prefilter looks at."""

    forms: Forms
    bag: NDArray[np.uint64]
    begin: NDArray[np.int64]

    @classmethod
    def of(cls, names: Iterable[str]) -> NameIndex:
        """Return the index of normal ``names``; empty ones are left out."""
        ordered = sorted({name for name in names if name}, key=lambda n: (len(squeezed(n)), n))
        forms = Forms.of(ordered)
        length, bag = _columns(forms)
        past = int(length[-1]) + 2 if len(length) else 1
        return cls(forms, bag, np.searchsorted(length, np.arange(past)))

    def like(self, asked: Sequence[str], least: float) -> list[Alike]:
        """Return for each of the normal names ``asked`` the names at least ``least`` alike."""
        answers: list[list[tuple[str, float]]] = [[] for _ in asked]
        if not self.forms.names or not asked:
            return [()] * len(asked)
        sent = Forms.of(asked)
        pairs = _possible(*_columns(sent), self.bag, self.begin, least)
        others = self.forms.take(pairs[:, 1].tolist())
        scores = likenesses(sent.take(pairs[:, 0].tolist()), others, least)
        for k in np.flatnonzero(scores >= least).tolist():
            answers[pairs[k, 0]].append((others.names[k], float(scores[k])))
        return [tuple(answer) for answer in answers]


def _columns(forms: Forms) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return length and bag of letters of each name without its spaces."""
    bare = [name.encode() for name in forms.bare]
    length = np.array([len(name) for name in bare], np.int64)
    codes = np.frombuffer(b"".join(bare), np.uint8)
    return length, _bags(codes, np.r_[0, np.cumsum(length)].astype(np.int64))


class NameCandidates:
    """The listed names like a sent one, remembered: a name is compared once with each listed name.

    least  likeness that counts · remembered  sent names kept at most; beyond, all are forgotten
    """

    def __init__(self, least: float, remembered: int) -> None:
        """Start without names."""
        self._least, self._remembered = least, remembered
        self._index = NameIndex.of(())
        self._known: dict[str, Alike] = {}

    def adopt(self, names: Iterable[str]) -> None:
        """Replace the listed names; only those that are new are compared with the sent ones."""
        index = NameIndex.of(names)
        now, before = set(index.forms.names), set(self._index.forms.names)
        for sent, alike in self._known.items():
            if alike:
                self._known[sent] = tuple(pair for pair in alike if pair[0] in now)
        sent_names = list(self._known)
        added = NameIndex.of(now - before).like(sent_names, self._least)
        for sent, alike in zip(sent_names, added, strict=True):
            if alike:
                self._known[sent] += alike
        self._index = index

    def of(self, sent: Iterable[str]) -> dict[str, Alike]:
        """Return the listed names like each of the normal names ``sent``, only where there are."""
        if not self._index.forms.names:
            return {}
        asked = [name for name in dict.fromkeys(sent) if name]
        new = [name for name in asked if name not in self._known]
        if len(self._known) + len(new) > self._remembered:
            self._known, new = {}, asked
        self._known.update(zip(new, self._index.like(new, self._least), strict=True))
        return {name: alike for name in asked if (alike := self._known[name])}
