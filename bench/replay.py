"""A replay with every detector and no database, beside pyais that only decodes the same lines.

The lines are an exercise's, as its receivers hear them. Ours is the whole path: decode, segments,
zones that come along, a list, coverage, all detectors, ticks. Both are timed in CPU seconds of
this thread, in turn; the median ratio counts.
"""

from __future__ import annotations

import statistics
import time

from pyais.exceptions import AISBaseException
from pyais.stream import IterMessages

from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock
from ais.tracks import TrackSettings
from bench.ingest import checks_in_force
from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from service.pipeline.detecting import screening_of
from service.pipeline.path import Path as DataPath
from service.settings import Settings
from store.thinning import Thinning

VESSELS = 2_000
SPAN_S = 1_800
WARM_S = 600
START_S = 1_780_000_000
BLOCK_LINES = 65_536
PAIRS = 3
FLOOR = 3.0


def figures() -> list[dict[str, object]]:
    """Measure: one figure with its ratio, and what an event costs besides."""
    warm, block = _lines()
    readable = [block.line(k) for k in range(len(block))]
    pairs = []
    for _ in range(PAIRS):
        path = path_in_force()
        path.step(warm, int(warm.spool[-1]) + 1)
        pairs.append((_ours(path, block), _pyais(readable)))
    ours = statistics.median(own for own, _ in pairs)
    told = path.detecting.screening.told if path.detecting else 0
    ratio = statistics.median(theirs / own for own, theirs in pairs)
    blank: dict[str, object] = {"bench": "replay", "beside": None, "ratio": None, "floor": None}
    beside = f"pyais, decode alone, {len(block) / statistics.median(t for _, t in pairs):.0f}"
    return [
        {**blank, "name": "lines through all detectors", "value": round(len(block) / ours),
         "unit": "lines/s", "beside": beside, "ratio": round(ratio, 2), "floor": FLOOR},
        {**blank, "name": "events of these lines", "value": told, "unit": "events"},
    ]  # fmt: skip


def _lines() -> tuple[LineBlock, LineBlock]:
    """Return ten minutes that make every vessel known, and the lines that are timed."""
    sea = Exercise(load_scenario(), seed=1, vessels=VESSELS)
    heard = sea.lines(START_S, START_S + WARM_S + SPAN_S)
    block = LineBlock.of([heard.line(k) for k in range(len(heard))], heard.epoch_ms * 1000)
    warm = int((heard.epoch_ms < (START_S + WARM_S) * 1000).sum())
    return block.cut(0, warm), block.cut(warm, len(block))


def path_in_force() -> DataPath:
    """Return a path with zones and a list in force, and all detectors as they are set."""
    names = FeedNames(["bench"])
    return DataPath(
        names, Decoder(names), TrackSettings(), Thinning(every_s=0), checks=checks_in_force(),
        screening=screening_of(Settings()), ticks_of_lines=True,
    )  # fmt: skip


def _ours(path: DataPath, block: LineBlock) -> float:
    begin = time.thread_time()
    for first in range(0, len(block), BLOCK_LINES):
        part = block.cut(first, min(first + BLOCK_LINES, len(block)))
        path.step(part, int(part.spool[-1]) + 1)
    return time.thread_time() - begin


def _pyais(lines: list[bytes]) -> float:
    begin = time.thread_time()
    for message in IterMessages(lines):
        try:
            message.decode()
        except AISBaseException:
            continue
    return time.thread_time() - begin
