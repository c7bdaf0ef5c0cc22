"""How an unusual passage is told: once, with how rare it is and beside how many ships."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from alerts.events import Event, Fact
from alerts.rescue import remember
from alerts.traffic.following import CLOSED, judged_roles, limits_of, passing
from alerts.traffic.grid import CLASS_OF, OUTSIDE, cell_of
from alerts.traffic.motion import motion
from alerts.traffic.usual import judged_as, one_in

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene
    from alerts.traffic.following import Passages

Facts = Callable[[Any], Mapping[str, Fact]]
_SURE = 0.6
_ROLES = judged_roles(1, 2, 3, 4)


def unusual(
    kind: str, by: int, one: Passages, state: State, scene: Scene, facts: Facts
) -> list[Event]:  # fmt: skip
    """Return what a detector of passages tells of a scene; ``facts`` of the row that told it."""
    world = scene.world
    if not len(world.traffic.way) and not state.book.keys():
        # Nothing is known anywhere: no table for nothing.
        return []
    table = state.reach(len(world.fleet))
    notes = passing(by, world, scene.rows, table, _ROLES, limits_of(one))
    found = (_told(kind, one, state, scene, note, facts) for note in notes)
    return [event for event in found if event is not None]


def _told(
    kind: str, one: Passages, state: State, scene: Scene, note: Any, facts: Facts  # noqa: ANN401
) -> Event | None:  # fmt: skip
    """Return the event that a NOTE of ``following`` makes."""
    row = scene.rows[note["row"]]
    key = str(int(row["segment"]))
    if note["what"] == CLOSED:
        if key not in state.book:
            return None
        del state.memory[key]
        ended, spool = int(note["at"]), int(row["spool"])
        return state.book.close(key, ended, "as usual again", trigger=spool)
    remember(state, key, int(row["slot"]), int(row["segment"]))
    lasted = (int(row["time"]) - int(note["at"])) / 60e6
    event = Event.begin(
        kind, one.version, started_us=int(note["at"]), updated_us=int(row["time"]),
        lon=row["lon"], lat=row["lat"], mmsi=int(row["mmsi"]), confidence=_SURE,
        evidence={
            **beside(scene, row, float(note["value"])),
            **facts(row),
            "rare": Fact(None, None, one.rare_share),
            "least_passages": Fact(None, None, one.passages),
            "lasting": Fact(round(lasted, 1), "min", one.lasting_min),
            "reports": Fact(int(note["spool"]), None, one.reports),
        },
        inputs=(int(row["p_spool"]), int(row["spool"])), trigger=int(row["spool"]),
    )  # fmt: skip
    return state.book.open(key, event, int(row["received"]))


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


def moved(row: Any) -> tuple[float, float]:  # noqa: ANN401 (a ROW)
    """Return speed and course of a row: what it says, else those of the leg to it."""
    names = ("sog", "cog", "lon", "lat", "time", "p_lon", "p_lat", "p_time")
    sog, cog = motion(*(row[name].item() for name in names))
    return float(sog), float(cog)
