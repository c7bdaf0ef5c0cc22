"""Tables by slot: how they grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST = 64
_SHARE = 8


def room(rows: int, there: int) -> int:
    """Return how many rows a table of ``there`` has after it was made to hold ``rows``.

    An eighth more than asked: doubling would leave half of the memory unused on most days.
    """
    return there if rows <= there else max(_FEWEST, rows + rows // _SHARE)


def grown(table: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return ``table`` with room for ``rows``, zeroes behind those that it had."""
    size = room(rows, len(table))
    if size == len(table):
        return table
    more = np.zeros(size, table.dtype)
    more[: len(table)] = table
    return more
