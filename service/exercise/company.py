"""The company of an exercise: as many vessels as asked for, each with a template and an identity.

Up to TEMPLATES templates are drawn; a larger fleet sails them again with other phases, lanes and
names, so that 100,000 vessels start in seconds too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.exercise.casting import (
    DAY_S,
    KINDS,
    PARTS,
    Stage,
    ferry,
    shuttle,
    to_and_fro,
)
from service.exercise.fleet import Fleet, christened
from service.exercise.movement import Sea
from service.exercise.paths import load_paths
from service.exercise.scenario import ScenarioError
from service.exercise.transponders import STATIC_MS, VESSEL
from service.exercise.voyages import Cycle, Voyages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.exercise.scenario import Kind, Scenario

TEMPLATES = 2_500


@dataclass(slots=True)
class Part:
    """A vessel to be: its kind, its template, when it starts; NaN phase = at random."""

    kind: Kind
    template: int
    phase_s: float = float("nan")
    name: str = ""
    mmsi: int = 0


@dataclass(frozen=True, slots=True)
class Company:
    """What moves: ``vessels`` (VESSEL columns), their identities, and the sea as bare arrays."""

    vessels: NDArray[np.void]
    fleet: Fleet
    sea: Sea
    kinds: tuple[Kind, ...]

    @classmethod
    def of(cls, scenario: Scenario, seed: int, count: int | None) -> Company:
        """Cast ``count`` vessels (None: as many as the scenario says); raises ScenarioError."""
        paths = load_paths()
        stage = Stage(scenario, paths)
        parts, cycles = _lines(stage, seed)
        wanted = len(parts) + sum(scenario.cast.values()) if count is None else count
        if wanted < 1:
            raise ScenarioError(f"{wanted} vessels are none: expected at least 1")
        parts = parts[:wanted]
        _cast(stage, seed, wanted - len(parts), parts, cycles)
        voyages = Voyages.of(cycles)
        kinds = [part.kind for part in parts]
        fleet = christened(kinds, seed)
        _rename(fleet, parts)
        sea = Sea(
            paths.first,
            paths.lon_deg,
            paths.lat_deg,
            paths.right_lon_deg,
            paths.right_lat_deg,
            paths.along_m,
            voyages.legs,
            voyages.first,
            voyages.period_s,
        )
        return cls(_vessels(parts, voyages, fleet, seed), fleet, sea, tuple(kinds))


def _lines(stage: Stage, seed: int) -> tuple[list[Part], list[Cycle]]:
    """Return those who are always there: named vessels, ferries on their timetables."""
    parts: list[Part] = []
    cycles: list[Cycle] = []
    for number, vessel in enumerate(stage.scenario.vessels):
        random = np.random.default_rng([seed, 1, number])
        parts.append(Part(vessel.kind, len(cycles), name=vessel.name, mmsi=vessel.mmsi))
        cycles.append(to_and_fro(stage, random, vessel.line, vessel.speed_kn))
    for number, line in enumerate(stage.scenario.ferries):
        random = np.random.default_rng([seed, 2, number])
        leaves = [int(clock[:2]) * 3600.0 + int(clock[3:]) * 60.0 for clock in line.leaves]
        cycle = ferry(stage, random, line.line, leaves, line.speed_kn)
        # A cycle begins with the departure; the second ship of a line is a day ahead.
        parts += [
            Part("passenger", len(cycles), ship * DAY_S - leaves[0]) for ship in range(line.ships)
        ]
        cycles.append(cycle)
    return parts, cycles


def _cast(stage: Stage, seed: int, count: int, parts: list[Part], cycles: list[Cycle]) -> None:
    shares = np.array([stage.scenario.cast.get(kind, 0) for kind in KINDS], float)
    if count <= 0 or not shares.any():
        return
    ends = np.rint(np.cumsum(shares) / shares.sum() * count).astype(int)
    for kind, wanted in zip(KINDS, np.diff(ends, prepend=0).tolist(), strict=True):
        distinct = max(1, min(wanted, TEMPLATES * wanted // max(count, TEMPLATES)))
        first = len(cycles)
        if wanted:
            cycles += [_template(stage, seed, kind, number) for number in range(distinct)]
        parts += [
            Part(kind, first + number % distinct, _phase(kind, number // distinct))
            for number in range(wanted)
        ]


def _template(stage: Stage, seed: int, kind: Kind, number: int) -> Cycle:
    random = np.random.default_rng([seed, 3, KINDS.index(kind), number])
    if kind == "high_speed" and stage.scenario.fast_lines:
        line = stage.scenario.fast_lines[number % len(stage.scenario.fast_lines)]
        return shuttle(stage, random, line.line, line.speed_kn)
    return PARTS.get(kind, PARTS["passenger"])(stage, random, kind)


def _phase(kind: Kind, copy: int) -> float:
    # A timetable begins at midnight; only its copies are shifted.
    return 1_200.0 * copy if kind == "high_speed" else float("nan")


def _rename(fleet: Fleet, parts: list[Part]) -> None:
    for row, part in enumerate(parts):
        if part.name:
            fleet.name[row] = part.name.encode()
        if part.mmsi:
            fleet.mmsi[row] = part.mmsi


def _vessels(parts: list[Part], voyages: Voyages, fleet: Fleet, seed: int) -> NDArray[np.void]:
    random = np.random.default_rng([seed, 4])
    count = len(parts)
    vessels = np.zeros(count, VESSEL)
    vessels["template"] = [part.template for part in parts]
    fixed = np.array([part.phase_s for part in parts])
    drawn = random.random(count) * voyages.period_s[vessels["template"]]
    vessels["phase_s"] = np.where(np.isnan(fixed), drawn, fixed)
    # Ships keep to starboard of the middle of a lane, some more, some less, a few not.
    vessels["lane"] = np.clip(random.normal(0.45, 0.3, count), -0.35, 1.0)
    vessels["character"] = random.random(count)
    vessels["class_b"] = fleet.class_b
    vessels["heading_fitted"] = fleet.heading_fitted
    vessels["position_ms"] = random.integers(0, 180_000, count)
    vessels["static_ms"] = random.integers(0, STATIC_MS, count)
    return vessels
