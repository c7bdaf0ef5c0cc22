"""Trends of an invented sea: planted changes found, and silence without one.

Seeds come from the id of the commit, so that nobody can have tuned for them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.trends.looking import look
from alerts.trends.series import Window
from alerts.trends.settings import TrendSettings
from service.exercise.plants import KINDS, Plant
from service.exercise.swell import SEAS
from service.exercise.tally_weeks import meetings_of, tallied
from service.exercise.weeks import weeks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.trends.looking import Outcome
    from service.exercise.weeks import Weeks

PLANTED_SEEDS, QUIET_SEEDS = 20, 100
FOUND_FLOOR, SILENT_FLOOR = 18, 90
FOUND_IN = "wild"
"""The sea in which changes are planted; every sea is asked for its silence."""
NO_FLOOR = frozenset({"rough"})
"""Wilder than what the test is promised for: measured, so that everybody sees it."""
START = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


def figures() -> Iterator[dict[str, object]]:
    """Measure: seeds on which a planted change was found; seeds without one that stay silent."""
    for what, kind in KINDS.items():
        found = sum(finds(seed, Plant(what)) for seed in seeds(PLANTED_SEEDS, what))
        yield _row(f"{kind.words} found", found, PLANTED_SEEDS, FOUND_FLOOR)
    for sea in SEAS:
        silent = sum(not outcome(seed, sea).findings for seed in seeds(QUIET_SEEDS, sea))
        floor = None if sea in NO_FLOOR else SILENT_FLOOR
        yield _row(f"silence, {sea} sea", silent, QUIET_SEEDS, floor)


def _row(name: str, value: int, of: int, floor: int | None) -> dict[str, object]:
    return {"bench": "trends", "name": name, "value": value, "unit": "seeds",
            "beside": f"of {of} by {commit()[:12]}", "ratio": None, "floor": floor}  # fmt: skip


def seeds(number: int, what: str) -> list[int]:
    """Return seeds from the commit's id."""
    texts = (f"{commit()} {what} {one}".encode() for one in range(number))
    return [int.from_bytes(hashlib.sha256(text).digest()[:6], "big") for text in texts]


@cache
def commit() -> str:
    """Return the id of the commit that this is, asked once; "unknown" outside a repository."""
    root = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True,
                              capture_output=True, text=True)  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def finds(seed: int, plant: Plant, sea: str = FOUND_IN) -> bool:
    """Tell whether the change that is planted is found, as a change upwards."""
    settings = TrendSettings()
    there = weeks_of(seed, START, settings.before_weeks, settings.weeks, (plant,), SEAS[sea])
    found = _looked(there, settings).findings
    return any((one.family, one.key) == there.planted[plant.what] and one.way != "less"
               for one in found)  # fmt: skip


def outcome(seed: int, sea: str = FOUND_IN) -> Outcome:
    """Return what comes out where nothing was planted."""
    settings = TrendSettings()
    there = weeks_of(seed, START, settings.before_weeks, settings.weeks, (), SEAS[sea])
    return _looked(there, settings)


def _looked(sea: Weeks, settings: TrendSettings) -> Outcome:
    window = Window(settings.weeks, (7.0,) * sea.weeks)
    return look(tallied(sea, settings.weeks, settings.cell_deg), meetings_of(sea), window,
                settings)  # fmt: skip
