"""Six-bit payloads as words of 60 bits, and the fields in them, compiled.

Ten characters make a word, so bit ``i`` of a payload is bit ``59 - i % 60`` of word ``i // 60``,
and every field of up to 60 bits lies in one word or two. Source: ITU-R M.1371-5, IEC 61162-1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.kernel import helper, leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD = 60
MAX_CHARACTERS = 199
WORDS = 24
"""Words that hold 199 characters, and some of zeros behind them."""
_AT, _BLANK = 64, 32


def _armour() -> NDArray[np.int64]:
    """Return the value of each payload character, 128 where it is none."""
    table = np.full(256, 128, np.int64)
    for value in range(64):
        table[value + 48 if value < 40 else value + 56] = value  # noqa: PLR2004 (after W comes `)
    return table


_ARMOUR = _armour()


@helper
def unarmour(payload: NDArray[np.uint8], fill: int, words: NDArray[np.int64]) -> bool:
    """Put a payload of at most 199 characters into ``words``, its ``fill`` last bits as zeros.

    Returns whether every character is one that a payload may hold. Words behind the payload are
    not written: nobody reads behind its length.
    """
    word, count, at, faults = 0, 0, 0, 0
    for character in payload:
        value = int(_ARMOUR[character])
        faults |= value
        word = (word << 6) | value
        count += 1
        if count == 10:  # noqa: PLR2004 (characters of a word)
            words[at] = word
            at += 1
            word = 0
            count = 0
    if count:
        words[at] = word << (WORD - 6 * count)
    last = (len(payload) - 1) // 10
    if fill and last >= 0:
        above = WORD - 6 * (len(payload) - 10 * last) + fill
        words[last] = (words[last] >> above) << above
    return faults < 128  # noqa: PLR2004 (see the table)


@leaf("int64(int64[::1], int64, int64)")
def take(words: NDArray[np.int64], offset: int, width: int) -> int:
    """Return the unsigned field of ``width`` (at most 60) bits at ``offset``."""
    at = offset // WORD
    shift = WORD - (offset - at * WORD) - width
    mask = (1 << width) - 1
    if shift >= 0:
        return int((words[at] >> shift) & mask)
    return int(((words[at] << -shift) | (words[at + 1] >> (WORD + shift))) & mask)


@leaf("int64(int64[::1], int64, int64)")
def take_signed(words: NDArray[np.int64], offset: int, width: int) -> int:
    """Return the two's-complement field of ``width`` bits at ``offset``."""
    value = take(words, offset, width)
    return value - (1 << width) if value >> (width - 1) else value


@leaf("int64(int64[::1], int64, int64, int64, uint8[::1], int64)")
def take_text(
    words: NDArray[np.int64], offset: int, width: int, bits: int, out: NDArray[np.uint8], at: int
) -> int:
    """Write six-bit text to ``out`` from ``at``, padding off as pyais does; returns the end.

    Only whole characters within the message's ``bits`` count. ``@`` at the end goes first, then
    blanks at both ends; ``out`` must hold zeros.
    """
    count, first = min(min(width, bits - offset) // 6, len(out) - at), 0
    while count > 0 and take(words, offset + 6 * count - 6, 6) == 0:
        count -= 1
    while count > 0 and take(words, offset + 6 * count - 6, 6) == _BLANK:
        count -= 1
    while first < count and take(words, offset + 6 * first, 6) == _BLANK:
        first += 1
    for k in range(first, count):
        value = take(words, offset + 6 * k, 6)
        out[at] = value + _AT if value < _BLANK else value
        at += 1
    return at
