"""Watch rules: analysts' own questions, held against every row that comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.events import Event, Fact
from alerts.scene import NO_SLOT, SHIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.rules import Rule
    from alerts.scene import Scene, World

_MINUTE_US, _HOUR_US = 60_000_000, 3_600_000_000
_LEFT, _OPEN = "left", "open"


@dataclass(frozen=True, slots=True)
class WatchRule:
    """A ship does what a watch rule asks for (``alerts.rules``; saved on the page Find).

    in_turn: she enters the second area within the hours after she left the first (or entered it,
    where the two overlap). near and enters: her report lies in the area and the one before did
    not, or there was none. silent: she is not heard for the hours, and was last heard in the area.
    A rule for some roles holds where the role is known at that moment. One event for a ship and a
    rule until ``quiet_h`` after it; a silence ends when she is heard again.

    quiet_h   hours in which the same ship and rule are not told again

    Low severity: a rule says that somebody wants to know, not that something is wrong. Source: the
    analysts themselves. Known false alarms: what its author did not think of; a type that a ship
    has not said yet when she enters.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("watch_rule",)
    uses: ClassVar[tuple[str, ...]] = ("rules",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    quiet_h: float = 6.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Hold every rule against the rows."""
        rules = scene.world.rules
        if not rules:
            return []
        rows = scene.rows
        good = ~(rows["late"] | rows["repeat"]) & np.isfinite(rows["lon"])
        rows = rows[good & (rows["slot"] != NO_SLOT)]
        told: list[Event] = []
        for rule in rules:
            if rule.kind != "silent":
                told += self._held(rule, state, scene.world, rows)
        return sorted(told, key=lambda event: event.order)

    def tick(self, state: State, world: World) -> list[Event]:
        """Look for silences and close what is over, once a minute."""
        if not state.passes(world.now_us, _MINUTE_US):
            return []
        told = [event for key in state.book.keys() for event in self._over(state, world, key)]  # noqa: SIM118
        self._forget(state, world)
        for rule in world.rules:
            if rule.kind == "silent":
                told += self._silent(rule, state, world)
        return told

    def _held(self, rule: Rule, state: State, world: World, rows: NDArray[Any]) -> list[Event]:
        """Return what one rule says of rows in the order of the spool."""
        here = rule.inside(rows["lon"], rows["lat"])
        before = rule.inside(rows["p_lon"], rows["p_lat"])
        if rule.kind != "in_turn":
            came = np.flatnonzero(here & ~before & _meant(rule, world, rows))
            return [
                event for at in came.tolist() for event in self._tell(rule, state, rows[at], {})
            ]
        then = rule.inside_then(rows["lon"], rows["lat"])
        came_then = then & ~rule.inside_then(rows["p_lon"], rows["p_lat"])
        told: list[Event] = []
        meant = _meant(rule, world, rows)
        for at in np.flatnonzero(((here != before) | came_then) & meant).tolist():
            row, key = rows[at], f"{_LEFT}:{rule.id}:{int(rows['mmsi'][at])}"
            if came_then[at]:
                told += self._in_turn(rule, state, row, state.memory.get(key))
            if here[at] != before[at]:
                state.memory[key] = int(row["time"])
        return told

    def _in_turn(self, rule: Rule, state: State, row: Any, left_us: int | None) -> list[Event]:  # noqa: ANN401
        hours = None if left_us is None else (int(row["time"]) - left_us) / _HOUR_US
        if hours is None or not 0 <= hours <= rule.hours:
            return []
        return self._tell(rule, state, row, {"hours": Fact(round(hours, 1), "h", rule.hours)})

    def _silent(self, rule: Rule, state: State, world: World) -> list[Event]:
        fleet = world.fleet
        due = (fleet["slot"] != NO_SLOT) & (
            fleet["received"] <= world.now_us - round(rule.hours * _HOUR_US)
        )
        rows = fleet[np.flatnonzero(due)]
        rows = rows[rule.inside(rows["lon"], rows["lat"]) & _meant(rule, world, rows)]
        facts = {"hours": Fact(round(rule.hours, 1), "h", rule.hours)}
        return [
            event for row in np.sort(rows, order="spool")
            for event in self._tell(rule, state, row, facts, quiet=True)
        ]  # fmt: skip

    def _tell(
        self,
        rule: Rule,
        state: State,
        row: Any,  # noqa: ANN401
        facts: dict[str, Fact],
        *,
        quiet: bool = False,
    ) -> list[Event]:
        """Open an event, where none is open for this ship and rule."""
        key, spool = f"{rule.id}:{int(row['segment'])}", int(row["spool"])
        if key in state.book:
            return []
        event = Event.begin(
            "watch_rule", self.version, started_us=int(row["time"]), lon=row["lon"],
            lat=row["lat"], mmsi=int(row["mmsi"]), confidence=0.7, zone=rule.id,
            evidence={"named": Fact(rule.name), "rule": Fact(rule.id), **facts},
            inputs=(spool,), trigger=0 if quiet else spool,
        )  # fmt: skip
        state.memory[f"{_OPEN}:{key}"] = [int(row["slot"]), int(row["received"]), quiet]
        return [state.book.open(key, event, int(row["received"]))]

    def _over(self, state: State, world: World, key: str) -> list[Event]:
        """Close an event after its quiet hours; a silence when the ship is heard again."""
        slot, received, quiet = state.memory[f"{_OPEN}:{key}"]
        last = world.fleet[slot]
        segment = int(key.rpartition(":")[2])
        heard = int(last["segment"]) == segment and int(last["received"]) > received
        gone = int(last["slot"]) == NO_SLOT or int(last["segment"]) != segment
        rest = world.now_us - received >= self.quiet_h * _HOUR_US
        if not (gone or (heard if quiet else rest)):
            return []
        del state.memory[f"{_OPEN}:{key}"]
        reason = "heard again" if quiet and heard else "nothing further"
        return [state.book.close(key, int(last["time"]) if heard else world.now_us, reason)]

    def _forget(self, state: State, world: World) -> None:
        """Drop the times at which ships left an area, where they matter no more."""
        hours = {rule.id: rule.hours for rule in world.rules}
        for key in [one for one in state.memory if one.startswith(f"{_LEFT}:")]:
            rule = key.split(":")[1]
            if world.now_us - state.memory[key] > (hours.get(rule, 0.0) + 1) * _HOUR_US:
                del state.memory[key]


def _meant(rule: Rule, world: World, rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows are of ships that the rule is about."""
    vessels = world.vessels[rows["vessel"]]
    ships: NDArray[np.bool_] = vessels["kind"] == SHIP
    return ships & np.isin(vessels["role"], rule.role_numbers) if rule.roles else ships
