"""How an unusual passage is told: once, with how rare it is and beside how many ships."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from alerts.events import Event, Fact
from alerts.rescue import remember
from alerts.traffic.following import CLOSED
from alerts.traffic.grid import CLASS_OF, OUTSIDE, cell_of
from alerts.traffic.usual import judged_as, one_in

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene

Facts = Callable[[Any], Mapping[str, Fact]]
_SURE = 0.6


def told(
    kind: str, version: int, state: State, scene: Scene, note: Any, facts: Facts  # noqa: ANN401
) -> list[Event]:  # fmt: skip
    """Return the event that a NOTE of ``following`` makes; ``facts`` of the row that told it."""
    row = scene.rows[note["row"]]
    key = str(int(row["segment"]))
    if note["what"] == CLOSED:
        if key not in state.book:
            return []
        del state.memory[key]
        ended, spool = int(note["at"]), int(row["spool"])
        return [state.book.close(key, ended, "as usual again", trigger=spool)]
    remember(state, key, int(row["slot"]), int(row["segment"]))
    event = Event.begin(
        kind, version, started_us=int(note["at"]), updated_us=int(row["time"]), lon=row["lon"],
        lat=row["lat"], mmsi=int(row["mmsi"]), confidence=_SURE,
        evidence={**beside(scene, row, float(note["value"])), **facts(note)},
        inputs=(int(row["p_spool"]), int(row["spool"])), trigger=int(row["spool"]),
    )  # fmt: skip
    return [state.book.open(key, event, int(row["received"]))]


def beside(scene: Scene, row: Any, decibels: float) -> dict[str, Fact]:  # noqa: ANN401
    """Return how rare a report is, and beside how many passages of which ships."""
    usual = scene.world.traffic
    cell = cell_of(float(row["lon"]), float(row["lat"]))
    if cell == OUTSIDE:
        return {}
    at = int(usual.where[cell])
    kind = int(judged_as(CLASS_OF[scene.world.vessels[row["vessel"]]["role"]]))
    passages = round(float(usual.passed[at, kind]))
    return {
        "one_in": Fact(one_in(decibels, passages)),
        "passages": Fact(passages),
        "ships": Fact(usual.words(at, kind)),
    }
