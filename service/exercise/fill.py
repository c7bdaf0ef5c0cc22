"""Write a span of an exercise as a file of NMEA lines, for benches and replays."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from service.exercise.exercise import Exercise
from service.exercise.incidents.script import Identity, Truth
from service.exercise.scenario import Scenario, ScenarioError, load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: lines, bytes before compression, vessels in the cast, what is true of it.

    truths  in the order of time · listed  whom a list should name · innocent  MMSIs of actors of
    whom nothing is to be told · staged  MMSIs of all actors
    """

    lines: int
    size: int
    vessels: int
    truths: tuple[Truth, ...] = ()
    listed: tuple[Identity, ...] = ()
    innocent: frozenset[int] = frozenset()
    staged: frozenset[int] = frozenset()


def generate(
    scenario: Scenario | str | Path,
    seed: int | None,
    vessels: int | None,
    start: datetime,
    hours: float,
    out: Path,
    progress: Callable[[float], None] | None = None,
) -> Written:
    """Write the lines of ``hours`` from ``start`` (aware) to ``out``: .zst, .gz or plain by name.

    The scenario's incidents play from ``start``. ``progress`` is called with the share done. The
    same arguments write the same lines. Raises
    ScenarioError for a naive start or no time at all.
    """
    if start.tzinfo is None:
        raise ScenarioError(f"start {start} has no time zone: expected one, such as UTC")
    if hours <= 0:
        raise ScenarioError(f"{hours} hours are no span: expected more than 0")
    chosen = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    exercise = Exercise(chosen, seed, vessels)
    first, last = start.timestamp(), start.timestamp() + hours * 3600
    stage = exercise.begin(first)
    lines = size = 0
    with _opened(out) as file:
        for number, part in enumerate(exercise.slices(first, last), 1):
            wire = part.wire()
            file.write(wire)
            lines, size = lines + len(part), size + len(wire)
            if progress is not None:
                progress(min(1.0, number / (hours * 60)))
    return Written(
        lines,
        size,
        len(exercise.company.fleet),
        stage.truths,
        stage.listed,
        stage.innocent,
        frozenset(stage.fleet.mmsi.tolist()),
    )


@contextmanager
def _opened(out: Path) -> Iterator[BinaryIO]:
    with out.open("wb") as plain:
        if out.suffix == ".zst":
            with zstandard.ZstdCompressor(level=3).stream_writer(plain) as packed:
                yield cast("BinaryIO", packed)
        elif out.suffix == ".gz":
            # No name and no time in the header: the same exercise is the same file.
            with gzip.GzipFile("", "wb", 6, plain, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        else:
            yield plain
