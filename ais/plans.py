"""Where each field lies in each message, generated from pyais' own tables.

A *variant* is a message type, except that type 24 has three: part A (24), part B (29) and part B
of an auxiliary craft (30). Nothing here states a bit position or a width: both come from
``MSG_CLASS[t].fields()``, so the fast decoder cannot drift from its reference.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyais.messages import (
    MSG_CLASS,
    MessageType24PartA,
    MessageType24PartB,
    MessageType24PartBAuxiliaryCraft,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

VARIANTS = 32
PART_A, PART_B, PART_B_AUXILIARY = 24, 29, 30
POSITION_VARIANTS = (1, 2, 3, 4, 9, 11, 18, 19, 21, 27)
STATIC_VARIANTS = (5, 19, 21, PART_A, PART_B, PART_B_AUXILIARY)
TEXT_VARIANTS = (12, 14)

NUMBERS = tuple(
    "mmsi lon lat speed course heading status imo ship_type to_bow to_stern to_port to_starboard"
    " draught month day hour minute mothership_mmsi".split()
)
MMSI, LON, LAT, SPEED, COURSE, HEADING, STATUS, IMO, SHIP_TYPE, BOW, STERN, PORT = range(12)
STARBOARD, DRAUGHT, MONTH, DAY, HOUR, MINUTE, MOTHER = range(12, 19)
TEXTS = ("callsign", "shipname", "name", "name_ext", "destination", "text")
CALL_SIGN, SHIP_NAME, AID_NAME, NAME_MORE, DESTINATION, TEXT, DEST_MMSI = range(19, 26)
COLUMNS = (*NUMBERS, *TEXTS, "dest_mmsi")
OFFSET, WIDTH, SIGNED, SCALE = range(4)

MAX_BITS = 1200


def _between(first: int, last: int) -> list[int]:
    """Return the lengths from ``first`` to ``last`` bits."""
    return list(range(first, last + 1))


LENGTHS: dict[int, list[int]] = {
    1: [168],
    2: [168],
    3: [168],
    4: [168],
    5: [422, 424, 426],
    6: [72, *_between(88, 1064)],
    7: [72, 104, 136, 168],
    8: _between(56, 1064),
    9: [168],
    10: [72],
    11: [168],
    12: _between(72, 1064),
    13: [72, 104, 136, 168],
    14: _between(40, 1064),
    15: [88, 90, 110, 112, 160],
    16: [92, 96, 144],
    17: _between(80, 816),
    18: [168],
    19: [312],
    20: [70, 72, 100, 104, 130, 136, 160],
    21: _between(272, 360),
    22: [168],
    23: [160],
    PART_A: [160, 162, 168],
    25: _between(40, 168),
    26: _between(60, 1064),
    27: [96, 168],
    28: [168],
    PART_B: [162, 168],
    PART_B_AUXILIARY: [162, 168],
}
"""Accepted lengths in bits (payload characters x 6 - fill bits) by variant; docs/decoding.md says
why. Anything else is a damaged message."""


@cache
def message_class(variant: int) -> Any:  # noqa: ANN401 (pyais' classes share no useful type)
    """Return pyais' class for a variant."""
    parts = {
        PART_A: MessageType24PartA,
        PART_B: MessageType24PartB,
        PART_B_AUXILIARY: MessageType24PartBAuxiliaryCraft,
    }
    return parts.get(variant) or MSG_CLASS[variant]


def places(variant: int) -> dict[str, tuple[int, Any]]:
    """Return, by field name, the bit at which a field begins and pyais' description of it."""
    found, offset = {}, 0
    for field in message_class(variant).fields():
        found[field.name] = (offset, field)
        offset += field.metadata["width"]
    return found


def scale(field: Any) -> int:  # noqa: ANN401 (an attrs attribute)
    """Return how many raw steps make one unit of ``field``, by asking its converter."""
    convert = field.metadata["to_converter"]
    if convert is None or field.metadata["d_type"] is not float:
        return 1
    steps = 600_000
    return int(steps / convert(steps) + 0.5)


def column_plan() -> NDArray[np.int64]:
    """Return (VARIANTS, columns, 4): offset, width (0 = not there), signed, steps per unit."""
    plan = np.zeros((VARIANTS, len(COLUMNS), 4), np.int64)
    for variant in {*POSITION_VARIANTS, *STATIC_VARIANTS, *TEXT_VARIANTS}:
        fields = places(variant)
        for column, name in enumerate(COLUMNS):
            if name in fields:
                offset, field = fields[name]
                signed, width = field.metadata["signed"], field.metadata["width"]
                plan[variant, column] = offset, width, signed, scale(field)
    return plan


def length_plan() -> NDArray[np.bool_]:
    """Return (VARIANTS, MAX_BITS) bool: the lengths in bits that a variant may have."""
    plan = np.zeros((VARIANTS, MAX_BITS), np.bool_)
    for variant, lengths in LENGTHS.items():
        plan[variant, lengths] = True
    return plan


def role_plan() -> NDArray[np.uint8]:
    """Return (VARIANTS,) u1: 1 = has a position, 2 = static data, 4 = a safety text; sums."""
    plan = np.zeros(VARIANTS, np.uint8)
    for role, variants in ((1, POSITION_VARIANTS), (2, STATIC_VARIANTS), (4, TEXT_VARIANTS)):
        for variant in variants:
            plan[variant] |= role
    return plan
