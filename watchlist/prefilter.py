"""Pairs of names that may be alike, found without comparing letter by letter: nothing is lost.

::

    letters of 64 names at once ──▶ letters of the pair ──▶ numbers ──▶ Jaro, compiled ──▶ pairs

Each step asks what the next one needs at least, so that rapidfuzz scores hardly any pair in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ais.compiled import allocating, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOTS = 62
"""Of a bag: each letter once, each letter twice, each digit once."""
_LETTERS, _FIRST_A, _FIRST_0 = 26, 65, 48
_WORD = 64
_MOST_LACKED = 7
_SIGNS = 256
"""Every byte has a place: no letter is looked up outside the table."""
_SLACK = 1e-6
"""Scores are compared after six decimals; a bound that is met by less is met."""


class Letters(NamedTuple):
    """Names as the compiled code looks at them.

    starts  (n + 1,), where each begins · bare, words: letters of both spellings (candidates.Forms)
    bag     which letters each holds (``bags``) · number: equal for equal numbers, 0 for none
    """

    starts: NDArray[np.int64]
    bare: NDArray[np.uint8]
    words: NDArray[np.uint8]
    bag: NDArray[np.uint64]
    number: NDArray[np.int64]


@allocating
def bags(codes: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return which letters and digits each name holds, letters once and twice, in 62 bits (n,)."""
    found = np.zeros(len(starts) - 1, np.uint64)
    one = np.uint64(1)
    for i in range(len(found)):
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
        found[i] = bag
    return found


@allocating
def planes(bag: NDArray[np.uint64], place: NDArray[np.int64], words: int) -> NDArray[np.uint64]:
    """Return for each slot of a bag which names lack it, name i as bit ``place[i]``, (62, words).

    Places that are nobody's lack everything.
    """
    lacks = np.full((SLOTS, words), ~np.uint64(0), np.uint64)
    for i in range(len(bag)):
        word, bit = place[i] // _WORD, np.uint64(1) << np.uint64(place[i] % _WORD)
        for slot in range(SLOTS):
            if bag[i] >> np.uint64(slot) & np.uint64(1):
                lacks[slot, word] &= ~bit
    return lacks


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
def _count(
    lacks: NDArray[np.uint64],
    ones: NDArray[np.uint64],
    twos: NDArray[np.uint64],
    fours: NDArray[np.uint64],
    over: NDArray[np.uint64],
) -> None:
    """Add one to the counts of all who lack a letter: 64 counts of three bits in three words."""
    for k in range(len(lacks)):
        carry = lacks[k]
        low = ones[k] & carry
        ones[k] ^= carry
        middle = twos[k] & low
        twos[k] ^= low
        over[k] |= fours[k] & middle
        fours[k] ^= middle


@allocating
def _too_poor(
    bag: np.uint64, lacks: NDArray[np.uint64], most: int, counts: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return the names, a bit each, that lack more than ``most`` letters of ``bag``."""
    words = lacks.shape[1]
    ones, twos, fours, over = (
        counts[0, :words], counts[1, :words], counts[2, :words], counts[3, :words]
    )  # fmt: skip
    # Counting begins so high that one letter too many runs over.
    begin, every = _MOST_LACKED - most, ~np.uint64(0)
    ones[:] = every if begin & 1 else np.uint64(0)
    twos[:] = every if begin & 2 else np.uint64(0)
    fours[:] = every if begin & 4 else np.uint64(0)
    over[:] = np.uint64(0)
    if most <= _MOST_LACKED:
        for slot in range(SLOTS):
            if bag >> np.uint64(slot) & np.uint64(1):
                _count(lacks[slot], ones, twos, fours, over)
    return over


@compiled
def _whereabouts(name: NDArray[np.uint8], where: NDArray[np.uint64]) -> None:
    """Fill in where each letter stands in ``name``, a bit per place, of its first 64 letters."""
    where[:] = np.uint64(0)
    for i in range(min(_WORD, len(name))):
        where[name[i]] |= np.uint64(1) << np.uint64(i)


@compiled
def _may_reach(
    where: NDArray[np.uint64],
    h: int,
    other: NDArray[np.uint8],
    common: int,
    least: float,
    mates: NDArray[np.uint64],
) -> bool:
    """Tell whether the Jaro likeness of two names is ``least`` or more, counted as in rapidfuzz.

    where, h: letters of the one (``_whereabouts``) and their number · common: letters that they
    share at least for that · mates: room for 64. Of names over 64 letters: True, nobody counts.
    """
    one, t = np.uint64(1), len(other)
    if max(h, t) > _WORD:
        return True
    window = max(0, max(h, t) // 2 - 1)
    near = (one << np.uint64(window + 1)) - one
    taken = np.uint64(0)
    shared = 0
    for j in range(t):
        mine = where[other[j]]
        free = mine & near & ~taken
        if free:
            taken |= free & (~free + one)
            mates[shared] = mine
            shared += 1
        elif shared + t - 1 - j < common:
            return False
        near = near << one
        if j < window:
            near |= one
    if shared == 0:
        return least <= 0.0
    crossed = 0
    for k in range(shared):
        first = taken & (~taken + one)
        taken ^= first
        if not mates[k] & first:
            crossed += 1
    likeness = (shared / h + shared / t + (shared - crossed // 2) / shared) / 3.0
    return bool(likeness >= least)


@compiled
def _agree(asked: Letters, i: int, listed: Letters, j: int, most: int) -> bool:
    """Tell whether numbers agree, and the asked name lacks at most ``most`` of the listed one."""
    if _bits(listed.bag[j] & ~asked.bag[i]) > most:
        return False
    one, other = asked.number[i], listed.number[j]
    return one == other or not (one and other)


@compiled
def _common(here: int, there: int, least: float) -> int:
    """Return how many letters names of two lengths must share to be ``least`` alike."""
    # Jaro is (m/a + m/b + order)/3 with m common letters of names of a and b, and order at most 1.
    return int(np.ceil(((3.0 * least - 1.0) * here * there - _SLACK) / (here + there)))


@allocating
def pairs(
    asked: Letters,
    listed: Letters,
    begin: NDArray[np.int64],
    lacks: NDArray[np.uint64],
    first_word: NDArray[np.int64],
    least: float,
) -> NDArray[np.int64]:
    """Return pairs (asked, listed) that may be ``least`` alike, in that order, (n, 2).

    begin       first listed name of each length · first_word: its word in ``lacks`` (``planes``)
    """
    found, n = np.empty((1024, 2), np.int64), 0
    lengths = len(begin) - 1
    counts = np.empty((4, lacks.shape[1]), np.uint64)
    bare, words = np.empty(_SIGNS, np.uint64), np.empty(_SIGNS, np.uint64)
    mates = np.empty(_WORD, np.uint64)
    reached = least - _SLACK
    for i in range(len(asked.bag)):
        mine = slice(asked.starts[i], asked.starts[i + 1])
        here = asked.starts[i + 1] - asked.starts[i]
        _whereabouts(asked.bare[mine], bare)
        _whereabouts(asked.words[mine], words)
        for there in range(1, lengths):
            common = max(0, _common(here, there, least))
            if begin[there] == begin[there + 1] or common > min(here, there):
                continue
            block = lacks[:, first_word[there] : first_word[there + 1]]
            poor = _too_poor(asked.bag[i], block, here - common, counts)
            for k in range(len(poor)):
                rich = ~poor[k]
                while rich:
                    low = rich & (~rich + np.uint64(1))
                    rich ^= low
                    j = begin[there] + _WORD * k + _bits(low - np.uint64(1))
                    if j >= begin[there + 1] or not _agree(asked, i, listed, j, there - common):
                        continue
                    its = slice(listed.starts[j], listed.starts[j + 1])
                    if not (
                        _may_reach(bare, here, listed.bare[its], common, reached, mates)
                        or _may_reach(words, here, listed.words[its], common, reached, mates)
                    ):
                        continue
                    if n == len(found):
                        found = np.concatenate((found, np.empty_like(found)))
                    found[n, 0], found[n, 1] = i, j
                    n += 1
    return found[:n]
