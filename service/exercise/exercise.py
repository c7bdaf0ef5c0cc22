"""The exercise: a scenario and a seed in, lines of AIS out, the same for the same span of time.

Time is cut into fixed slices of SLICE_MS. What is sent in a slice, who hears it and what the
lines look like is a pure function of (scenario, seed, slice), so [a, b) and [b, c) together are
[a, c), and any span can be made without the ones before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import allocating
from ais.encode import sentences
from service.exercise.company import Company
from service.exercise.incidents.staging import Stage, joined
from service.exercise.messages import Speakers, packed
from service.exercise.noise import chance
from service.exercise.receivers import Masts, heard
from service.exercise.transponders import REPORT, ROOM_PER_MINUTE, transmissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from service.exercise.scenario import Scenario

SLICE_MS = 60_000
BATCH = 8_192
"""Vessels whose reports are made at once: bounds the memory of large fleets."""
BASE_STATION_MS, AID_MS = 10_000, 180_000
KEPT = 3
"""Slices kept, so that a live sender, which asks second by second, makes each once."""


@dataclass(frozen=True, slots=True)
class LineColumns:
    """n lines sorted by time, each followed by CR LF in one buffer.

    epoch_ms (n,) i8, when the line leaves its receiver · data (bytes,) u1 · start, end (n,) i8:
    line i is ``data[start[i]:end[i]]``, and ``data[start[0]:end[-1] + 2]`` is what goes on a wire
    """

    epoch_ms: NDArray[np.int64]
    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.start)

    def line(self, i: int) -> bytes:
        """Return line ``i`` without its line end."""
        return self.data[self.start[i] : self.end[i]].tobytes()

    def wire(self) -> bytes:
        """Return all lines with their line ends."""
        return self.data[self.start[0] : self.end[-1] + 2].tobytes() if len(self) else b""

    def between(self, from_ms: int, to_ms: int) -> LineColumns:
        """Return the lines of [from, to), as a view."""
        rows = slice(*np.searchsorted(self.epoch_ms, [from_ms, to_ms]).tolist())
        return LineColumns(self.epoch_ms[rows], self.data, self.start[rows], self.end[rows])

    @classmethod
    def join(cls, parts: list[LineColumns]) -> LineColumns:
        """Return the lines of ``parts`` in the order of time; equal times keep their order."""
        epoch = np.concatenate([part.epoch_ms for part in parts])
        shift = np.cumsum([0, *(len(part.data) for part in parts)])
        start = np.concatenate([p.start + by for p, by in zip(parts, shift, strict=False)])
        end = np.concatenate([p.end + by for p, by in zip(parts, shift, strict=False)])
        order = np.argsort(epoch, kind="stable")
        return cls(epoch[order], *_gathered(_joined(parts), start[order], end[order]))


@dataclass(slots=True)
class Exercise:
    """Simulated traffic of ``scenario``; ``vessels`` scales the cast to about that many ships.

    The scenario's incidents play where ``begin`` says when they begin; until then there are none.
    """

    scenario: Scenario
    seed: int | None = None
    vessels: int | None = None
    company: Company = field(init=False)
    speakers: Speakers = field(init=False)
    masts: Masts = field(init=False)
    stage: Stage | None = field(init=False, default=None)
    _made: dict[tuple[str, int], tuple[LineColumns, LineColumns]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Cast the vessels; raises ScenarioError when a route is missing."""
        self.seed = self.scenario.seed if self.seed is None else self.seed
        self.company = Company.of(self.scenario, self.seed, self.vessels)
        self.speakers = Speakers.of(self.scenario, self.company.fleet)
        self.masts = Masts.of(self.scenario)

    def begin(self, begins_s: float) -> Stage:
        """Let the scenario's incidents play from ``begins_s`` (UTC epoch seconds) on.

        Returns what is true of them; raises ScenarioError for an incident that is none.
        """
        self.stage = Stage.of(self.scenario, self.masts, int(self.seed or 0), begins_s)
        everyone = joined(self.company.fleet, self.stage.fleet)
        self.speakers = Speakers.of(self.scenario, everyone, self.stage.texts)
        self._made.clear()
        return self.stage

    def lines(self, from_s: float, to_s: float) -> LineColumns:
        """Return the lines whose time (UTC epoch seconds) lies in [from_s, to_s)."""
        from_ms, to_ms = round(from_s * 1000), round(to_s * 1000)
        numbers = range(from_ms // SLICE_MS, -(-to_ms // SLICE_MS))
        parts = [self._slice(number).between(from_ms, to_ms) for number in numbers]
        if len(parts) == 1:
            return parts[0]
        return LineColumns.join(parts) if parts else _NOTHING

    def slices(self, from_s: float, to_s: float) -> Iterator[LineColumns]:
        """Yield the lines of [from_s, to_s) slice by slice: a day without a day's memory."""
        from_ms, to_ms = round(from_s * 1000), round(to_s * 1000)
        for number in range(from_ms // SLICE_MS, -(-to_ms // SLICE_MS)):
            yield self._slice(number).between(from_ms, to_ms)

    def reports(self, from_ms: int, to_ms: int) -> NDArray[np.void]:
        """Return every transmission in [from, to), heard or not, as REPORT columns."""
        seed, fleet = int(self.seed or 0), self.company.vessels
        # A slice cut anywhere may hold one report more of each kind than its length says.
        room = 8 + int(ROOM_PER_MINUTE * (to_ms - from_ms) / 60_000) + ROOM_PER_MINUTE
        made = []
        for first in range(0, len(fleet), BATCH):
            batch = fleet[first : first + BATCH]
            out = np.zeros(room * len(batch), REPORT)
            count = transmissions(self.company.sea, batch, first, from_ms, to_ms, seed, out)
            made.append(out[:count].copy())
        made.append(self._fixed(from_ms, to_ms))
        return np.concatenate(made)

    def _slice(self, number: int) -> LineColumns:
        # A line may leave its receiver just after the slice in which its message was sent.
        late, own = self._sent_in(number - 1)[1], self._sent_in(number)[0]
        key = ("finished", number)
        if key not in self._made:
            self._keep(key, (LineColumns.join([late, own]), _NOTHING))
        return self._made[key][0]

    def _sent_in(self, number: int) -> tuple[LineColumns, LineColumns]:
        key = ("sent", number)
        if key not in self._made:
            start_ms = number * SLICE_MS
            lines = self._lines_of(start_ms, start_ms + SLICE_MS)
            ends = start_ms + SLICE_MS
            self._keep(key, (lines.between(0, ends), lines.between(ends, 1 << 62)))
        return self._made[key]

    def _keep(self, key: tuple[str, int], made: tuple[LineColumns, LineColumns]) -> None:
        while len(self._made) >= 2 * KEPT:
            del self._made[next(iter(self._made))]
        self._made[key] = made

    def _lines_of(self, from_ms: int, to_ms: int) -> LineColumns:
        reports = self.reports(from_ms, to_ms)
        seed = int(self.seed or 0)
        first, said = len(reports), None
        if self.stage is not None:
            more, said = self.stage.reports(len(self.company.fleet), from_ms, to_ms, seed)
            reports = np.concatenate([reports, more])
        heard_by = heard(self.masts, reports, seed)
        if self.stage is not None and said is not None:
            # Who hears a ship depends on where it is, not on where it says it is.
            reports["lon"][first:], reports["lat"][first:] = said.T
            heard_by = self.stage.handed_on(heard_by)
        # Only what somebody hears is worth packing.
        wanted = np.zeros(len(reports), bool)
        wanted[heard_by.report] = True
        messages, place = packed(self.speakers, reports, wanted)
        sent_ms = reports["sent_ms"][heard_by.report]
        kind = reports["kind"][heard_by.report]
        written = sentences(
            messages,
            place[heard_by.report],
            # Class A and B change the channel from one report to the next.
            channel=np.where((sent_ms // 1000 + kind) % 2 == 0, 65, 66).astype(np.uint8),
            sequence=((sent_ms // 100 + heard_by.mast) % 10).astype(np.uint8),
            station=heard_by.mast,
            names=self.masts.names,
            epoch_s=heard_by.line_ms // 1000,
        )
        epoch_ms = heard_by.line_ms[written.row]
        faults = self.scenario.faults
        end = _damaged(
            written.data,
            written.start,
            written.end,
            epoch_ms,
            seed,
            (faults.bad_checksum, faults.truncated),
        )
        data, start, end = _gathered(written.data, written.start, end)
        return LineColumns(epoch_ms, data, start, end)

    def _fixed(self, from_ms: int, to_ms: int) -> NDArray[np.void]:
        parts = []
        shore = np.flatnonzero(~self.masts.satellite)
        places = np.column_stack([self.masts.lon_deg, self.masts.lat_deg])
        parts.append(_regular(4, shore, places, BASE_STATION_MS, from_ms, to_ms))
        aids = np.array([aid.at for aid in self.scenario.aids], float).reshape(-1, 2)
        parts.append(_regular(21, np.arange(len(aids)), aids, AID_MS, from_ms, to_ms))
        return np.concatenate(parts)


def _regular(
    kind: int,
    who: NDArray[np.int64],
    places: NDArray[np.float64],
    every_ms: int,
    from_ms: int,
    to_ms: int,
) -> NDArray[np.void]:
    offset = who * 1_733 % every_ms
    first = offset + -((offset - from_ms) // every_ms) * every_ms
    times = [np.arange(start, to_ms, every_ms) for start in first.tolist()]
    counts = [len(one) for one in times]
    reports = np.zeros(sum(counts), REPORT)
    reports["kind"], reports["vessel"] = kind, np.repeat(who, counts)
    reports["sent_ms"] = np.concatenate([*times, np.empty(0, np.int64)])
    reports["lon"], reports["lat"] = places[reports["vessel"]].T
    return reports


@allocating
def _damaged(
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    epoch_ms: NDArray[np.int64],
    seed: int,
    shares: tuple[float, float],
) -> NDArray[np.int64]:
    """Spoil a share of the lines in place; returns their ends, earlier where one is cut short."""
    wrong, short = shares
    ends = end.copy()
    for line in range(len(start)):
        draw = chance(seed, epoch_ms[line], line, 90)
        if draw < wrong:
            # A wrong character of the payload: the checksum no longer fits.
            at = end[line] - 7
            data[at] = 48 if data[at] != 48 else 49  # noqa: PLR2004
        elif draw < wrong + short:
            ends[line] = start[line] + (end[line] - start[line]) * 3 // 4
    return ends


def _gathered(
    data: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    size = end - start + 2
    ends = np.cumsum(size)
    out = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
    _copy(data, start, end, out)
    return out, ends - size, ends - 2


@allocating
def _copy(
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None:
    at = 0
    for line in range(len(start)):
        size = end[line] - start[line]
        out[at : at + size] = data[start[line] : end[line]]
        out[at + size], out[at + size + 1] = 13, 10
        at += size + 2


def _joined(parts: list[LineColumns]) -> NDArray[np.uint8]:
    return np.concatenate([part.data for part in parts])


_EMPTY = np.empty(0, np.int64)
_NOTHING = LineColumns(_EMPTY, np.empty(0, np.uint8), _EMPTY, _EMPTY)
