"""Every field of the common message types as raw integers, for those who want objects.

The live path does not need them; ``vedetta decode`` and the differential test against pyais do.
Plans come from pyais' tables, like those of ``plans``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais import plans
from ais.bits import WORDS, take, take_signed, take_text, unarmour
from ais.compiled import compiled
from ais.proving import GOOD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.assembly import Assembled
    from ais.lines import LineBlock

FAST = (1, 2, 3, 4, 5, 9, 11, 18, 19, 20, 21, 24, 27, plans.PART_B, plans.PART_B_AUXILIARY)
"""Variants that are read from the plan; the others are left to pyais."""
MAX_FIELDS = 24
TEXT_BYTES = 20
_OFFSET, _WIDTH, _KIND = range(3)
_UNSIGNED, _SIGNED, _TEXT = 1, 2, 3
ABSENT = np.iinfo(np.int64).min
"""A cell whose field the message is too short for."""


def full_plan() -> NDArray[np.int64]:
    """Return (VARIANTS, MAX_FIELDS, 3): offset, width, kind of all fields of the fast variants."""
    plan = np.zeros((plans.VARIANTS, MAX_FIELDS, 3), np.int64)
    for variant in FAST:
        for column, (offset, field) in enumerate(plans.places(variant).values()):
            kind = _SIGNED if field.metadata["signed"] else _UNSIGNED
            if field.metadata["d_type"] is str:
                kind = _TEXT
            plan[variant, column] = offset, field.metadata["width"], kind
    return plan


@compiled
def _fill(  # noqa: PLR0913, PLR0917 (columns and plans)
    data: NDArray[np.uint8],
    joined: NDArray[np.uint8],
    messages: NDArray[np.void],
    verdicts: NDArray[np.void],
    plan: NDArray[np.int64],
    words: NDArray[np.int64],
    cells: NDArray[np.int64],
    texts: NDArray[np.uint8],
) -> None:
    """Write the fields of each good message into its row of ``cells`` and ``texts``."""
    for k in range(len(messages)):
        if verdicts[k].reason != GOOD:
            continue
        message, fields = messages[k], plan[verdicts[k].variant]
        source = joined if message.joined else data
        bits = (message.end - message.start) * 6 - message.fill
        unarmour(source[message.start : message.end], message.fill, words)
        for column in range(MAX_FIELDS):
            offset, width, kind = fields[column]
            cells[k, column] = ABSENT
            if kind == _TEXT and offset < bits:
                cells[k, column] = 0
                take_text(words, offset, width, bits, texts[k, column], 0)
            elif kind == _SIGNED and offset + width <= bits:
                cells[k, column] = take_signed(words, offset, width)
            elif kind == _UNSIGNED and offset + width <= bits and width < 60:  # noqa: PLR2004 (a word)
                cells[k, column] = take(words, offset, width)


_PLAN = full_plan()


def cells_of(
    block: LineBlock, said: Assembled, verdicts: NDArray[np.void]
) -> tuple[NDArray[np.int64], NDArray[np.bytes_]]:
    """Return raw cells (m, MAX_FIELDS) i8, ABSENT where not there, and texts (m, MAX_FIELDS) S20.

    Columns follow the order of ``plans.places(variant)``; only FAST variants have any.
    """
    count = len(said.messages)
    cells = np.full((count, MAX_FIELDS), ABSENT, np.int64)
    texts = np.zeros((count, MAX_FIELDS, TEXT_BYTES), np.uint8)
    words = np.zeros(WORDS, np.int64)
    _fill(block.data, said.joined, said.messages, verdicts, _PLAN, words, cells, texts)
    return cells, texts.view(f"S{TEXT_BYTES}").reshape(count, MAX_FIELDS)
