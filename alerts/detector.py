"""What every detector is, and the state that it keeps between rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from ais.tables import grown
from alerts.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from alerts.scene import Scene, World

UPDATE_US = 600_000_000
"""An open event is told again so often at most: ten minutes of stream time."""


class Detector(Protocol):
    """Sees rows and time pass, says what happened: a frozen dataclass whose fields are settings.

    version  goes up when the same rows would give other events · kinds  of events that it tells
    TABLE    one row of its columns by slot, with ``segment``; None where it keeps none
    """

    version: ClassVar[int]
    kinds: ClassVar[tuple[str, ...]]
    TABLE: ClassVar[np.dtype[Any] | None]

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Look at rows; may change ``state`` in place; no clock, no files, no timers."""

    def tick(self, state: State, world: World) -> list[Event]:
        """Act at ``world.now_us``, a multiple of 10 s."""


@dataclass(slots=True)
class State:
    """All that a detector remembers.

    table   its columns by slot, zeroed for slots that it has not met; grows with the fleet
    book    its open events
    memory  what is rare: anything that JSON keeps, keys are texts
    passed  the last span of time in which ``passes`` said yes
    """

    table: NDArray[Any]
    book: Book
    memory: dict[str, Any] = field(default_factory=dict)
    passed: int = 0

    @classmethod
    def of(cls, detector: Detector) -> State:
        """Return the state before the first row."""
        return cls(np.zeros(0, detector.TABLE or [("segment", "u4")]), Book())

    def reach(self, slots: int) -> NDArray[Any]:
        """Return the table, grown so that it has a row for each of ``slots``."""
        self.table = grown(self.table, slots)
        return self.table

    def passes(self, now_us: int, every_us: int) -> bool:
        """Tell whether a multiple of ``every_us`` has passed since this was last so.

        Ticks of recorded files jump over stretches without lines: none may lie on the multiple.
        """
        before, self.passed = self.passed, now_us // every_us
        return self.passed != before

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays."""
        return {
            "table": self.table.copy(),
            "passed": np.array(self.passed, np.int64),
            "open": np.array([json.dumps(pair) for pair in self.book.freeze()], np.str_),
            "memory": np.array(json.dumps(self.memory), np.str_),
        }

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what ``freeze`` gave; raises ValueError where the columns are others now."""
        if state["table"].dtype != self.table.dtype:
            msg = f"columns {state['table'].dtype}; expected {self.table.dtype}"
            raise ValueError(msg)
        self.table = state["table"].copy()
        self.passed = int(state["passed"])
        self.memory = json.loads(str(state["memory"]))
        self.book.thaw([tuple(json.loads(text)) for text in state["open"].tolist()])


class Book:
    """The open events of a detector by a key of its own, and their next versions."""

    def __init__(self) -> None:
        """Start without events."""
        self._open: dict[str, tuple[Event, int]] = {}

    def __contains__(self, key: str) -> bool:
        """Tell whether an event is open under ``key``."""
        return key in self._open

    def __getitem__(self, key: str) -> Event:
        """Return the newest version told under ``key``; raises KeyError."""
        return self._open[key][0]

    def keys(self) -> list[str]:
        """Return the keys of all open events, in the order in which they were opened."""
        return list(self._open)

    def open(self, key: str, event: Event, now_us: int) -> Event:
        """Remember ``event`` as open and return it; ``now_us`` is the receive time or the tick."""
        self._open[key] = (event, now_us)
        return event

    def update(
        self,
        key: str,
        updated_us: int,
        now_us: int,
        *,
        at_once: bool = False,
        **changes: Any,  # noqa: ANN401
    ) -> list[Event]:
        """Return the next version, or nothing where one was told less than UPDATE_US ago.

        ``at_once``: what changed is worth a message now.
        """  # fmt: skip
        event, told_us = self._open[key]
        if not at_once and now_us - told_us < UPDATE_US:
            return []
        event = event.next("updated", updated_us, **changes)
        self._open[key] = (event, now_us)
        return [event]

    def close(self, key: str, ended_us: int, reason: str, **changes: Any) -> Event:  # noqa: ANN401
        """Return the last version of an event that is over, and forget it."""
        event, _ = self._open.pop(key)
        return event.next("closed", ended_us, ended_us=ended_us, reason=reason, **changes)

    def retract(self, key: str, updated_us: int, reason: str, **changes: Any) -> Event:  # noqa: ANN401
        """Return the last version of an event that never was: later data disproves it."""
        event, _ = self._open.pop(key)
        return event.next("retracted", updated_us, reason=reason, **changes)

    def freeze(self) -> list[tuple[str, int, str]]:
        """Return (key, told at, event) of each open event."""
        return [(key, told, event.frozen()) for key, (event, told) in self._open.items()]

    def thaw(self, rows: list[tuple[str, int, str]]) -> None:
        """Take what ``freeze`` gave."""
        self._open = {key: (Event.thawed(line), told) for key, told, line in rows}
