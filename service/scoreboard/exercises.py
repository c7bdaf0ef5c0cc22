"""Exercises as inputs: every incident some times, among ordinary traffic, with other seeds."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from alerts.distances import metres
from service.exercise.background import CARRIED
from service.exercise.fill import generate
from service.exercise.incidents import INCIDENTS
from service.exercise.listing import write_list
from service.exercise.scenario import Incident, Scenario, load_scenario
from service.scoreboard.judging import Told, Verdict, judged
from service.scoreboard.running import ran

START = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)
FIRST_S, LAST_S = 600.0, 3_600.0
"""An incident begins between the two."""
HOURS = 5.25
"""The longest, loitering, is over by then."""

SILENCES = ("gap", "reappearance", "coverage_loss")
LANES = ("leaves_lane", "crawls")
"""Incidents that are held against what is usual."""
INFORMATION = "coverage_loss"
"""Tells the desk what cannot be heard; nobody is alarmed by it."""
GATE_M = 30_000.0
"""So near a gate ships of the ordinary traffic end and begin."""


@dataclass(frozen=True, slots=True)
class Staging:
    """How large each exercise is.

    copies  how often each incident is played · vessels  of the ordinary traffic · hours  of it
    names   of the incidents that are played
    """

    copies: int = 1
    vessels: int = 60
    hours: float = HOURS
    names: tuple[str, ...] = tuple(INCIDENTS)


def staged(scenario: Scenario, seed: int, staging: Staging) -> Scenario:
    """Return the scenario with every incident ``copies`` times, at times drawn by the seed."""
    random = np.random.default_rng([seed, 11])
    names = [name for _ in range(staging.copies) for name in staging.names]
    times = np.round(random.uniform(FIRST_S, LAST_S, len(names)), 1).tolist()
    incidents = tuple(Incident(name, at_s) for name, at_s in zip(names, times, strict=True))
    return replace(scenario, incidents=incidents)


def exercised(
    seed: int, staging: Staging, progress: Callable[[float], None] | None = None
) -> Verdict:
    """Generate one exercise, replay it, and judge what was told."""
    scenario = staged(load_scenario(), seed, staging)
    with tempfile.TemporaryDirectory(prefix="vedetta-") as folder:
        lines, listed = Path(folder) / "exercise.nmea", Path(folder) / "list.csv"
        written = generate(scenario, seed, staging.vessels, START, staging.hours, lines, progress)
        write_list(written.listed, listed)
        usual = CARRIED if {*LANES} & {*staging.names} else None
        result = ran([lines], watchlist=listed if written.listed else None, traffic=usual)
    return judged(
        result.told,
        written.truths,
        result.vessel_days,
        staged=written.staged,
        innocent=written.innocent,
        explained=lambda told: (
            told.kind == INFORMATION
            or _at_gate(scenario, told)
            or _is_true_of(told, written.innocent)
        ),
    )


def _is_true_of(told: Told, innocent: frozenset[int]) -> bool:
    """Tell of ships off their route whether their course was drawn at random: they really are."""
    return told.kind == "off_route" and not innocent.isdisjoint(told.mmsis)


def _at_gate(scenario: Scenario, told: Told) -> bool:
    """Tell of a silence whether the ship left the simulated sea there: it really fell silent."""
    gates = [port.harbour for port in scenario.ports.values() if port.gate]
    return told.kind in SILENCES and any(
        metres(told.lon, told.lat, *gate) < GATE_M for gate in gates
    )
