"""Whether a payload is a message: characters, type, exact length, MMSI and time, compiled.

A fault has a reason and ends the message there, but for one that may be a call for help: a wrong
MMSI or a wrong time does not lose that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais import plans, units
from ais.bits import MAX_CHARACTERS, take, unarmour
from ais.distress import says_distress
from ais.kernel import Record, helper, leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DATED = ("future", "past")
REASONS = ("empty payload", "armour", "unknown type", "length", "part number", "mmsi", *_DATED)
_EMPTY, _ARMOUR, _TYPE, _LENGTH, _PART, _MMSI, _FUTURE, _PAST = range(8)
GOOD = 255

_TYPE_24, _LAST_TYPE = 24, 28
_ADDRESSED, _BROADCAST = 12, 14
_ABSENT = 255

VERDICT = np.dtype(
    [("time", "i8"), ("mmsi", "u4"), ("variant", "u1"), ("reason", "u1"), ("duplicate", "u1")]
)
"""What the kernel found of a message: reason GOOD or an index into REASONS."""


@helper
def _variant(words: NDArray[np.int64], bits: int) -> int:
    """Return the plan of a message by its type and, for type 24, its part; -1 for parts 2, 3."""
    kind = take(words, 0, 6)
    if kind != _TYPE_24 or bits < 40:  # noqa: PLR2004 (the part number ends there)
        return kind
    part = take(words, 38, 2)
    if part > 1:
        return -1
    auxiliary = take(words, 8, 30) // 10_000_000 == 98  # noqa: PLR2004 (98MIDxxxx)
    return plans.PART_A if part == 0 else (plans.PART_B_AUXILIARY if auxiliary else plans.PART_B)


@helper
def prove(
    payload: NDArray[np.uint8],
    fill: int,
    words: NDArray[np.int64],
    lengths: NDArray[np.bool_],
    verdict: Record,
) -> int:
    """Unarmour a payload and prove type, length and MMSI; returns its length in bits."""
    bits = len(payload) * 6 - fill
    verdict.reason = GOOD
    verdict.mmsi = 0
    verdict.variant = 0
    verdict.duplicate = 0
    if len(payload) == 0:
        verdict.reason = _EMPTY
    elif len(payload) > MAX_CHARACTERS:
        verdict.reason = _LENGTH
    elif not unarmour(payload, fill, words):
        verdict.reason = _ARMOUR
    if verdict.reason != GOOD:
        return bits
    variant = _variant(words, bits)
    if variant < 0:
        verdict.reason = _PART
    elif not 1 <= take(words, 0, 6) <= _LAST_TYPE:
        verdict.reason = _TYPE
    elif not lengths[variant, bits]:
        verdict.reason = _LENGTH
    else:
        verdict.variant = variant
        verdict.mmsi = take(words, 8, 30)
        if verdict.mmsi == 0 or verdict.mmsi > units.MMSI_LIMIT:
            verdict.reason = _MMSI
    return bits


@leaf("int64(int64, int64, int64)")
def dated(after: int, ahead: int, behind: int) -> int:
    """Return GOOD, or why a time ``after`` µs behind its receive time is not to be believed."""
    return _FUTURE if after > ahead else (_PAST if -after > behind else GOOD)


@helper
def _calls_for_help(words: NDArray[np.int64], verdict: Record) -> bool:
    """Tell whether a whole message may be one: a text, status 14, a distress device."""
    variant = verdict.variant
    if variant in (_ADDRESSED, _BROADCAST):
        return True
    status = take(words, 38, 4) if variant in (1, 2, 3) else _ABSENT
    return says_distress(verdict.mmsi, status)


@helper
def pardon(
    words: NDArray[np.int64], verdict: Record, received: int, ahead: int, behind: int
) -> tuple[bool, bool]:
    """Let a call for help pass in spite of its MMSI or time: (nobody's MMSI, time not believed).

    It is then from nobody (0), or has the receive time. Other messages keep their reason.
    """
    wrong = verdict.reason in (_MMSI, _FUTURE, _PAST)
    if not wrong or not _calls_for_help(words, verdict):
        return False, False
    unknown = verdict.reason == _MMSI
    misdated = dated(verdict.time - received, ahead, behind) != GOOD
    if unknown:
        verdict.mmsi = 0
    if misdated:
        verdict.time = received
    verdict.reason = GOOD
    return unknown, misdated
