"""What of a listed vessel and of a heard one agrees, and what disagrees: bits of FACTS."""

from __future__ import annotations

from dataclasses import dataclass

from watchlist.entries import Listed
from watchlist.hits import FACTS, ON_CALL_SIGN, ON_IMO, ON_MMSI, ON_NAME
from watchlist.identifiers import call_sign
from watchlist.kinds import kind_of, kinds_meant

MMSI, IMO, CALL_SIGN, NAME, TYPE, FLAG, LENGTH = (1 << bit for bit in range(len(FACTS)))
SECOND = TYPE | FLAG | LENGTH
"""A likeness of names counts only where one of these agrees."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a vessel; empty, 0 and NaN are «not available».

    imo, call_sign   what it sends now: a valid number, a sign in normal form
    imos, call_signs all that it ever sent, those too
    flag  ISO 3166 alpha-3 of the MMSI · ship_type raw · length_m metres
    """

    mmsi: int
    imo: int = 0
    call_sign: str = ""
    imos: frozenset[int] = frozenset()
    call_signs: frozenset[str] = frozenset()
    flag: str = ""
    ship_type: int = 255
    length_m: float = float("nan")


def compare(
    listed: Listed, heard: Heard, length_share: float, *, named: bool, misnamed: bool
) -> tuple[int, int]:
    """Return the bits that agree and those that disagree.

    A fact agrees where the vessel sent it now or before, and disagrees where what it sends now is
    another: a renamed vessel's name does both. ``named``: one of its names is like a listed one;
    ``misnamed``: the one it sends now is not.
    """
    agrees = disagrees = 0
    signs = {sign for sign in map(call_sign, listed.call_sign) if sign}
    for bit, wanted, now, ever in (
        (MMSI, set(listed.mmsi), heard.mmsi, {heard.mmsi}),
        (IMO, set(listed.imo), heard.imo, heard.imos),
        (CALL_SIGN, signs, heard.call_sign, heard.call_signs),
    ):
        agrees |= bit * bool(wanted & ever)
        disagrees |= bit * bool(wanted and now and now not in wanted)
    agrees |= NAME * named
    disagrees |= NAME * bool(misnamed and listed.names)
    same, other = second_facts(listed, heard, length_share)
    return agrees | same, disagrees | other


def second_facts(listed: Listed, heard: Heard, length_share: float) -> tuple[int, int]:
    """Return the bits of SECOND that agree and those that disagree."""
    agrees = disagrees = 0
    for bit, same in (
        (TYPE, _same_type(listed, heard)),
        (FLAG, listed.flag == heard.flag if listed.flag and heard.flag else None),
        (LENGTH, _same_length(listed, heard, length_share)),
    ):
        if same is not None:
            agrees |= bit * same
            disagrees |= bit * (not same)
    return agrees, disagrees


def matched_on(agrees: int) -> int:
    """Return the strongest of what agrees (MATCHED_ON), 0 where that makes no hit."""
    for bit, word in ((MMSI, ON_MMSI), (IMO, ON_IMO), (CALL_SIGN, ON_CALL_SIGN)):
        if agrees & bit:
            return word
    return ON_NAME if agrees & NAME and agrees & SECOND else 0


def _same_type(listed: Listed, heard: Heard) -> bool | None:
    """Tell whether the types agree, None where one side does not know."""
    meant, kind = kinds_meant(listed.type), kind_of(heard.ship_type)
    return kind in meant if meant and kind else None


def _same_length(listed: Listed, heard: Heard, share: float) -> bool | None:
    """Tell whether the lengths agree within ``share`` of the listed, None where one is missing."""
    # NaN is not greater than 0.
    if not listed.length_m or not heard.length_m > 0:
        return None
    # A millimetre of slack: 110 m is within 10 % of 100 m, also in floating point.
    return abs(heard.length_m - listed.length_m) <= share * listed.length_m + 1e-3
