"""What was told against what is true: recall, delay and false alarms of each kind."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from alerts.distances import metres
from alerts.kinds import KINDS
from alerts.roles import kind_of
from alerts.scene import AID, BASE
from service.exercise.incidents.script import Truth
from service.scoreboard.intervals import per_1000

AREA_M = 60_000.0
"""An area without vessels is the one that is meant if it is as near as this."""
RECEIVER_M = 100_000.0
"""A receiver stands so far at most from the middle of what it heard: it is its range."""
EARLY_US = 60_000_000
"""Clocks of a truth and of an event may differ by so much."""
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was first told: ``told_us`` its time, and where it ended.

    state  of the last version · versions  how many · reason  of the last version
    """

    id: str
    kind: str
    mmsis: tuple[int, ...]
    told_us: int
    lon: float
    lat: float
    severity: str
    state: str
    versions: int
    reason: str | None


@dataclass(slots=True)
class Score:
    """What one kind came to; sums with another of its kind by ``+``.

    staged, found, late  truths, those told in time, those told too late
    delays_s             from truth to first telling, seconds, of those found
    repeats              further events of a truth that was told already
    beside               events of staged ships that are no truth of this kind
    false                events of ships (or areas) that did nothing · retracted  of these
    vessel_days          that were watched
    """

    kind: str
    staged: int = 0
    found: int = 0
    late: int = 0
    delays_s: list[float] = field(default_factory=list)
    repeats: int = 0
    beside: int = 0
    false: int = 0
    retracted: int = 0
    vessel_days: float = 0.0

    def __add__(self, other: Score) -> Score:
        """Return both together."""
        return Score(
            self.kind, self.staged + other.staged, self.found + other.found,
            self.late + other.late, self.delays_s + other.delays_s,
            self.repeats + other.repeats, self.beside + other.beside, self.false + other.false,
            self.retracted + other.retracted, self.vessel_days + other.vessel_days,
        )  # fmt: skip

    @property
    def recall(self) -> float:
        """Return the share of truths that were told in time, NaN without any."""
        return self.found / self.staged if self.staged else math.nan

    def delay_s(self, share: float) -> float:
        """Return the delay that a share of those found do not exceed, NaN without any."""
        return float(np.quantile(self.delays_s, share)) if self.delays_s else math.nan

    @property
    def median_s(self) -> float:
        """Return the median delay, seconds, NaN without any."""
        return statistics.median(self.delays_s) if self.delays_s else math.nan

    @property
    def rate(self) -> tuple[float, float, float]:
        """Return false alarms per 1,000 vessel-days and the 95 % interval."""
        return per_1000(self.false, self.vessel_days)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All of one input: a score for each kind, what was missed and what was false."""

    scores: dict[str, Score]
    missed: tuple[Truth, ...] = ()
    false: tuple[Told, ...] = ()


def told_of(path: Path) -> list[Told]:
    """Return the events of a file that ``replay --events`` wrote, in order of first telling."""
    versions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        event = json.loads(line)
        versions[event["id"]].append(event)
    return [_first(events) for events in versions.values()]


def _first(events: Sequence[dict[str, Any]]) -> Told:
    first, last = events[0], events[-1]
    lon, lat = (math.nan if first[name] is None else first[name] for name in ("lon", "lat"))
    return Told(
        first["id"], first["kind"], tuple(first["mmsis"]), time_us(first["updated_at"]), lon, lat,
        first["severity"], last["state"], len(events), last["reason"],
    )  # fmt: skip


def time_us(text: str) -> int:
    """Return µs since 1970 of a time as the event line writes it."""
    return round(datetime.fromisoformat(text).timestamp() * 1e3) * 1000


def vessel_days(path: Path) -> float:
    """Return the vessel-days of a file of positions: hours in which each was heard, by 24."""
    table = pq.read_table(path, columns=["mmsi", "received"])
    hours = table["received"].to_numpy().astype("datetime64[h]").astype(np.int64)
    pairs = np.column_stack([table["mmsi"].to_numpy().astype(np.int64), hours])
    seen = np.unique(pairs, axis=0)
    # Coast stations and aids to navigation are watched, but they are no vessels.
    return sum(kind_of(mmsi) not in {BASE, AID} for mmsi in seen[:, 0].tolist()) / _HOURS


def judged(
    told: Sequence[Told],
    truths: Sequence[Truth],
    days: float,
    *,
    staged: Iterable[int] = (),
    innocent: Iterable[int] = (),
    explained: Callable[[Told], bool] = lambda _told: False,
) -> Verdict:
    """Hold what was told against what is true.

    ``staged`` are the MMSIs of all actors: what is told of them beyond their truths is neither
    found nor false, but of the ``innocent`` among them it is false. What is ``explained`` by how
    the input was made counts as beside, too.
    """
    scores = {kind: Score(kind, vessel_days=days) for kind in KINDS}
    actors = set(staged) - set(innocent)
    taken: Counter[str] = Counter()
    missed = []
    for truth in truths:
        score = scores[truth.kind]
        score.staged += 1
        meant = [one for one in told if is_meant(one, truth)]
        taken.update(one.id for one in meant)
        timely = [one for one in meant if is_timely(one, truth)]
        score.late += bool(meant) and not timely
        if timely:
            score.found += 1
            first = min(one.told_us for one in timely)
            score.delays_s.append(max(0.0, (first - truth.started_us) / 1e6))
            score.repeats += len(timely) - 1
        else:
            missed.append(truth)
    false = []
    for one in told:
        if taken[one.id]:
            continue
        if set(one.mmsis) & actors or explained(one):
            scores[one.kind].beside += 1
            continue
        scores[one.kind].false += 1
        scores[one.kind].retracted += one.state == "retracted"
        false.append(one)
    return Verdict(scores, tuple(missed), tuple(false))


def is_meant(told: Told, truth: Truth) -> bool:
    """Tell whether an event is about a truth, whenever it was told."""
    if told.kind != truth.kind:
        return False
    if truth.severity is not None and told.severity != truth.severity:
        return False
    if truth.mmsis:
        both = set(told.mmsis) & set(truth.mmsis)
        return len(both) >= min(2, len(truth.mmsis))
    if math.isnan(told.lon):
        return is_timely(told, truth)
    near_m = RECEIVER_M if truth.kind == "feed_outage" else AREA_M
    return float(metres(told.lon, told.lat, truth.lon, truth.lat)) <= near_m


def is_timely(told: Told, truth: Truth) -> bool:
    """Tell whether an event was told between a truth's beginning and its latest time."""
    return truth.started_us - EARLY_US <= told.told_us <= truth.until_us


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the sum of several inputs."""
    scores = {kind: Score(kind) for kind in KINDS}
    missed: list[Truth] = []
    false: list[Told] = []
    for verdict in verdicts:
        scores = {kind: score + verdict.scores[kind] for kind, score in scores.items()}
        missed += verdict.missed
        false += verdict.false
    return Verdict(scores, tuple(missed), tuple(false))
