"""How many slips of the hand lie between what was typed and what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOT_MEANT = 255
_SHORTEST = 4  # letters: below it every second name would be meant
_TWO_FROM = 10  # letters: of so many two may be wrong


def slips(names: Sequence[str], typed: str) -> NDArray[np.uint8]:
    """Return for each of ``names`` (n,) the slips to ``typed``; NOT_MEANT for more.

    A slip is a letter wrong, left out, too many, or two exchanged. Compared are the whole name,
    its beginning of the same length and each of its words; in up to nine letters one slip is
    forgiven, in more two, in fewer than four none. Both sides in capitals.
    """
    least = np.full(len(names), NOT_MEANT, np.uint8)
    if len(typed) < _SHORTEST or not names:
        return least
    most = 2 if len(typed) >= _TWO_FROM else 1
    forms, owners = _forms(names, len(typed))
    found = cdist([typed], forms, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
    found = np.where(found > most, NOT_MEANT, found).astype(np.uint8)
    np.minimum.at(least, owners, found)
    return least


def _forms(names: Sequence[str], length: int) -> tuple[list[str], NDArray[np.intp]]:
    forms: list[str] = []
    owners: list[int] = []
    for place, name in enumerate(names):
        own = {name, name[:length], *name.split()}
        forms.extend(own)
        owners.extend([place] * len(own))
    return forms, np.array(owners, np.intp)
