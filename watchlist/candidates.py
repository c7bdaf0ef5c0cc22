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

from watchlist.names import numbers, sorted_words, squeezed
from watchlist.prefilter import Letters, bags, pairs, planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

Alike: TypeAlias = tuple[tuple[str, float], ...]
"""Listed names and how like they are, 0-1."""

_DECIMALS = 6
_WORD = 64
_OTHERS = -1
"""Stands for numbers that no listed name has."""


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


def likenesses(ones: Forms, others: Forms) -> NDArray[np.float64]:
    """Return how like the names of each pair are, 0-1, whatever their numbers say."""
    if not ones.names:
        return np.zeros(0)
    found = np.maximum(_jaro(ones.bare, others.bare), _jaro(ones.words, others.words))
    return np.asarray(found.round(_DECIMALS))


def _jaro(ones: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
    return cpdist(ones, others, scorer=Jaro.normalized_similarity, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Distinct normal names in order of their length, with what the prefilter looks at.

    begin  first name of each length · lacks, first_word: see ``prefilter``
    """

    forms: Forms
    letters: Letters
    begin: NDArray[np.int64]
    lacks: NDArray[np.uint64]
    first_word: NDArray[np.int64]
    numbers: dict[tuple[str, ...], int]

    @classmethod
    def of(cls, names: Iterable[str]) -> NameIndex:
        """Return the index of normal ``names``; empty ones are left out."""
        ordered = sorted({name for name in names if name}, key=lambda n: (len(squeezed(n)), n))
        forms = Forms.of(ordered)
        known: dict[tuple[str, ...], int] = {(): 0}
        letters = _letters(forms, [known.setdefault(numbers(n), len(known)) for n in ordered])
        length = np.diff(letters.starts)
        begin = np.searchsorted(length, np.arange(int(length[-1]) + 2 if len(length) else 1))
        # The names of each length begin with a word of their own.
        words = -(-np.diff(begin) // _WORD)
        first_word = np.r_[0, np.cumsum(words)].astype(np.int64)
        place = np.arange(len(length)) + (_WORD * first_word[:-1] - begin[:-1])[length]
        lacks = planes(letters.bag, place, int(first_word[-1]))
        return cls(forms, letters, begin, lacks, first_word, known)

    def like(self, asked: Sequence[str], least: float) -> list[Alike]:
        """Return for each of the normal names ``asked`` the names at least ``least`` alike.

        Names with different numbers are not alike; one that has none may be any of them.
        """
        answers: list[list[tuple[str, float]]] = [[] for _ in asked]
        if not self.forms.names or not asked:
            return [()] * len(asked)
        sent = Forms.of(asked)
        letters = _letters(sent, [self.numbers.get(numbers(name), _OTHERS) for name in asked])
        found = pairs(letters, self.letters, self.begin, self.lacks, self.first_word, least)
        others = self.forms.take(found[:, 1].tolist())
        scores = likenesses(sent.take(found[:, 0].tolist()), others).tolist()
        for place, name, score in zip(found[:, 0].tolist(), others.names, scores, strict=True):
            if score >= least:
                answers[place].append((name, score))
        return [tuple(answer) for answer in answers]


def _letters(forms: Forms, number: Sequence[int]) -> Letters:
    """Return names as the prefilter looks at them; ``number``: equal for equal numbers."""
    length = np.array(list(map(len, forms.bare)), np.int64)
    starts = np.r_[0, np.cumsum(length)].astype(np.int64)
    bare = np.frombuffer("".join(forms.bare).encode(), np.uint8)
    words = np.frombuffer("".join(forms.words).encode(), np.uint8)
    return Letters(starts, bare, words, bags(bare, starts), np.array(number, np.int64))


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
        now, before = {name for name in names if name}, set(self._index.forms.names)
        if now == before:
            return
        index = NameIndex.of(now)
        if gone := before - now:
            for sent, alike in self._known.items():
                if any(name in gone for name, _ in alike):
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
        if new:
            self._known.update(zip(new, self._index.like(new, self._least), strict=True))
        return {name: alike for name in asked if (alike := self._known[name])}
