"""What is usual in an exercise: a model learned from the ordinary traffic of other seeds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.roles import role_of
from alerts.traffic.grid import CLASS_OF
from alerts.traffic.model import TrafficModel
from alerts.traffic.passages import SAILED
from service.exercise.exercise import Exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from service.exercise.scenario import Scenario

CARRIED = Path(__file__).parent / "data" / "usual.model"
"""What ``derive_usual`` learned of the default scenario."""
SEEDS = (9001, 9002, 9003, 9004)
"""No exercise that is scored has one of these."""
HOURS = 24
VESSELS = 15_000
STEP_MS, LISTEN_MS = 300_000, 10_000
"""Every five minutes so long is listened: every ship under way sends within it."""
MERCHANT = ("cargo", "tanker", "passenger", "high_speed")
"""Who keeps to ways; the others are held against nobody."""
BEGIN_MS = 1_767_225_600_000
POSITIONS = (1, 3, 18)
_HOUR_MS = 3_600_000


def carried(until_us: int | None = None) -> TrafficModel:
    """Return the model of the default scenario, as if learned the day before ``until_us``."""
    model = TrafficModel.from_bytes(CARRIED.read_bytes())
    if until_us is None:
        return model
    return replace(model, since_us=until_us - model.until_us + model.since_us, until_us=until_us)


def usual_traffic(
    scenario: Scenario,
    seeds: Sequence[int] = SEEDS,
    vessels: int = VESSELS,
    hours: int = HOURS,
    progress: Callable[[], None] = lambda: None,
) -> TrafficModel:
    """Return the model of ``hours`` of each seed; every ship is heard everywhere.

    Only ships that keep to ways are cast: a month of a small sea in a day of a busy one.
    """
    cast = {kind: count for kind, count in scenario.cast.items() if kind in MERCHANT}
    scenario = replace(scenario, cast=cast)

    def learned() -> Iterator[NDArray[Any]]:
        for seed in seeds:
            yield _sailed(Exercise(scenario, seed, vessels), hours)
            progress()

    begin_us = BEGIN_MS * 1000
    return TrafficModel().taught(learned(), begin_us, begin_us + hours * _HOUR_MS * 1000)


def _sailed(exercise: Exercise, hours: int) -> NDArray[Any]:
    """Return SAILED rows of all ships, sorted by MMSI and time."""
    fleet = exercise.company.fleet
    kinds = np.array([CLASS_OF[role_of(kind)] for kind in range(256)], np.uint8)
    parts = []
    for at_ms in range(BEGIN_MS, BEGIN_MS + hours * _HOUR_MS, STEP_MS):
        sent = exercise.reports(at_ms, at_ms + LISTEN_MS)
        sent = sent[np.isin(sent["kind"], POSITIONS)]
        rows = np.zeros(len(sent), SAILED)
        rows["mmsi"], rows["time"] = fleet.mmsi[sent["vessel"]], sent["sent_ms"] * 1000
        for name in ("lon", "lat", "sog", "cog"):
            rows[name] = sent[name]
        rows["kind"] = kinds[fleet.ship_type[sent["vessel"]]]
        parts.append(rows[rows["sog"] > 0])
    every = np.concatenate(parts)
    every = every[np.lexsort((every["time"], every["mmsi"]))]
    # One report of each in a listening is enough.
    first = np.ones(len(every), np.bool_)
    first[1:] = (every["mmsi"][1:] != every["mmsi"][:-1]) | (
        np.diff(every["time"]) > LISTEN_MS * 1000
    )
    return every[first]
