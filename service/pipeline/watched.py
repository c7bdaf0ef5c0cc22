"""Whose rows are all stored: listed vessels, and those with an open event that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from alerts.events import Event

_MATTERS = frozenset({"medium", "high", "critical"})
_OVER = frozenset({"closed", "retracted"})


class Watched:
    """Knows which vessels have an open event, row by row: cuts of the stream change nothing."""

    def __init__(self) -> None:
        """Start with nobody watched."""
        self._open: dict[int, set[str]] = {}

    def step(
        self, rows: NDArray[Any], vessels: NDArray[Any], events: Sequence[Event] = ()
    ) -> NDArray[np.bool_]:
        """Return which of ``rows`` (ROW, in spool order) are kept whatever thinning says.

        ``vessels`` VESSEL by ``ROW.vessel`` · ``events`` of these rows, in order. A row counts
        from the one that opened an event until the one that ended its vessel's last.
        """
        marked = np.zeros(len(rows), np.bool_)
        if self._open:
            marked |= np.isin(rows["mmsi"], list(self._open))
        for event in events:
            for mmsi in event.mmsis if _matters(event) else ():
                before = mmsi in self._open
                self._note(mmsi, event)
                now = mmsi in self._open
                if before != now:
                    since = rows["spool"] >= event.trigger
                    marked[(rows["mmsi"] == mmsi) & since] = now
        listed: NDArray[np.bool_] = vessels["listed"][rows["vessel"]] if len(rows) else marked
        return marked | listed

    def _note(self, mmsi: int, event: Event) -> None:
        ids = self._open.setdefault(mmsi, set())
        (ids.discard if event.state in _OVER else ids.add)(event.id)
        if not ids:
            del self._open[mmsi]

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        pairs = [(mmsi, one) for mmsi, ids in self._open.items() for one in sorted(ids)]
        return {
            "mmsi": np.array([mmsi for mmsi, _ in pairs], np.int64),
            "event": np.array([one for _, one in pairs], np.str_),
        }

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what ``freeze`` gave."""
        self._open = {}
        for mmsi, one in zip(state["mmsi"].tolist(), state["event"].tolist(), strict=True):
            self._open.setdefault(mmsi, set()).add(one)


def _matters(event: Event) -> bool:
    return event.severity in _MATTERS and event.lane != "infrastructure"
