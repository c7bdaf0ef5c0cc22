"""The newest row of each track segment, on its way to the picture of the sea that pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.batches import PositionBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.tracks import Tracked

BEHIND_LINES = 32_768
"""Lines of a block that only a pipeline that lags behind takes at once."""
MOST_BLOCKS = 16
"""Blocks that may go by before the picture is renewed: some six seconds of catching up."""


class Newest:
    """Keeps what large blocks changed, and gives it all with every sixteenth of them.

    A pipeline that lags behind changes the row of nearly every segment with each block, which
    nobody can look at so quickly. Small blocks are given at once. What waits is part of the
    path's state: lost in a crash, it is built up again with the rest.
    """

    def __init__(self) -> None:
        """Start with nothing waiting."""
        self._last: list[PositionBatch] = []
        self._reports: list[NDArray[np.uint32]] = []

    def step(self, tracked: Tracked, lines: int) -> tuple[PositionBatch, NDArray[np.uint32]]:
        """Return (rows, reports) that are due after a block of ``lines``; see Tracked.last."""
        self._last.append(tracked.last)
        self._reports.append(tracked.reports)
        if lines >= BEHIND_LINES and len(self._last) < MOST_BLOCKS:
            return PositionBatch.empty(), np.empty(0, np.uint32)
        return self.take()

    @property
    def waits(self) -> bool:
        """Whether rows wait: nothing else that pages show needs to be renewed then either."""
        return bool(self._last)

    def take(self) -> tuple[PositionBatch, NDArray[np.uint32]]:
        """Return (rows, reports), one row per segment, and forget them."""
        last, reports = self._joined()
        self._last, self._reports = [], []
        return last, reports

    def _joined(self) -> tuple[PositionBatch, NDArray[np.uint32]]:
        if len(self._last) == 1:
            return self._last[0], self._reports[0]
        last = PositionBatch.join(self._last)
        reports = np.concatenate([np.empty(0, np.uint32), *self._reports])
        # unique keeps the first of equals, so the newest comes first; segments of 0 name nobody.
        backwards = np.arange(len(last))[::-1]
        _, found = np.unique(last.segment[backwards], return_index=True)
        rows = np.sort(backwards[found])
        return last.take(rows), reports[rows]

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return what waits, column by column."""
        last, reports = self._joined()
        columns = {name: getattr(last, name) for name in PositionBatch.dtypes()}
        return {**columns, "reports": reports}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take the state that ``freeze`` gave; nothing waits where there is none."""
        if not state:
            self._last, self._reports = [], []
            return
        last = PositionBatch(**{name: state[name] for name in PositionBatch.dtypes()})
        self._last, self._reports = ([last], [state["reports"]]) if len(last) else ([], [])
