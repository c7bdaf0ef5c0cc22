"""Inputs through the same path as live data: a replay that keeps its events and positions."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ais.dialects.csv_layouts import CsvLayout
from service.errors import ServiceError
from service.given import Given
from service.replay import Replay, replay
from service.scoreboard.judging import Told, told_of, vessel_days
from service.settings import Settings

NO_TIME = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
"""Of lines that carry none."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a replay told, and how much it watched."""

    told: list[Told]
    vessel_days: float


def ran(
    files: Sequence[Path],
    *,
    watchlist: Path | None = None,
    traffic: Path | None = None,
    layout: CsvLayout | None = None,
    settings: Settings | None = None,
) -> Ran:
    """Replay ``files`` with every detector; nothing is kept but what is returned.

    Raises ServiceError where lines made a detector fail: a score without them would be none.
    """
    with tempfile.TemporaryDirectory(prefix="vedetta-") as folder:
        events, positions = Path(folder) / "events.jsonl", Path(folder) / "positions.parquet"
        job = Replay(
            tuple(files),
            NO_TIME,
            layout=layout,
            positions=positions,
            events=events,
            given=Given(watchlist=watchlist, traffic=traffic),
        )
        done = replay(job, settings or Settings())
        names = ", ".join(path.name for path in files)
        if done.detectors_failed:
            raise ServiceError(f"{names}: detectors failed, {done.detectors_failed}; see the log")
        rejected = done.counts["rejected"]
        if isinstance(rejected, dict) and rejected.get("poison"):
            msg = f"{names}: {rejected['poison']} lines made a detector fail; see the log above"
            raise ServiceError(msg)
        return Ran(told_of(events), vessel_days(positions))
