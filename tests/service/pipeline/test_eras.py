"""A clock that is set back by more than ten minutes: what comes then is seen as if at a start."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from ais.decoder import Decoder
from ais.lines import CONTROL, TICK, FeedNames, LineBlock
from ais.tracks import TrackSettings
from alerts.detectors.distress import Distress
from alerts.screening import Screening
from geofence.zones import Zone, ZoneSet
from service.pipeline.checks import Checks
from service.pipeline.guard import Guard
from service.pipeline.loop import run
from service.pipeline.path import Path
from service.pipeline.shelf import Shelf
from store.thinning import Thinning
from tests.plugins.nmea import encoded

MINUTE, HOUR, DAY, YEAR = 60, 3_600, 86_400, 365 * 86_400
NOW = 1_790_000_000
"""Seconds; the first line of the stories."""
MAYDAY = encoded(type=14, mmsi=247000002, text="MAYDAY FIRE ON BOARD")[0]
SHIP = encoded(type=1, mmsi=247000001, lon=14.2, lat=40.8, speed=12, course=90, turn=0)[0]


def path(folder) -> Path:
    names = FeedNames(["a"])
    return Path(
        names, Decoder(names), TrackSettings(), Thinning(),
        checks=Checks(Shelf(folder)), screening=Screening({"distress": Distress()}),
    )  # fmt: skip


def ticking(start: int, minutes: int, line: bytes = b"") -> list[tuple[int, bytes]]:
    """(second, line) of ten ticks a minute, and of ``line`` after the first tick of a minute."""
    rows: list[tuple[int, bytes]] = []
    for minute in range(minutes):
        at = start + minute * MINUTE
        rows.append((at, b""))
        if line:
            rows.append((at, line))
        rows += [(at + second, b"") for second in range(6, MINUTE, 6)]
    return rows


def block_of(rows: list[tuple[int, bytes]]) -> LineBlock:
    block = LineBlock.of([line for _, line in rows], [at * 1_000_000 for at, _ in rows])
    kinds = {b"": TICK, b"{": CONTROL}
    block.feed[:] = [kinds.get(line[:1], 0) for _, line in rows]
    return block


def taken(way: Path, rows: list[tuple[int, bytes]], size: int = 500, begin: int = 0) -> list:
    """The outcomes of ``rows`` from row ``begin`` on, read in blocks of ``size``."""
    block, outcomes = block_of(rows), []
    cuts = range(begin, len(block), size)
    ends = (min(at + size, len(block)) for at in cuts)
    source = ((block.cut(at, end), end + 1) for at, end in zip(cuts, ends, strict=True))
    run(source, Guard(way, lambda *words: pytest.fail(str(words))), seen=outcomes.append)
    return outcomes


def said(outcomes: list, kind: str = "distress") -> list[str]:
    return [event.state for one in outcomes for event in one.writes.events if event.kind == kind]


@pytest.mark.parametrize("back", [50 * MINUTE, DAY, 5 * YEAR])
def test_a_mayday_after_the_step_is_heard_and_ends_when_it_falls_silent(tmp_path, back):
    way = path(tmp_path)
    taken(way, ticking(NOW, 2, SHIP))
    states = said(taken(way, ticking(NOW - back, 5, MAYDAY) + ticking(NOW - back + 300, 61)))
    assert (states[0], states[-1], states.count("open")) == ("open", "closed", 1)
    assert way.decoder.counts.duplicates == 0


def test_one_that_was_calling_before_is_told_again(tmp_path):
    rows = ticking(NOW, 5, MAYDAY) + ticking(NOW - HOUR, 5, MAYDAY)
    assert said(taken(path(tmp_path), rows)).count("open") == 2


def test_timers_and_the_picture_of_the_coverage_go_on(tmp_path):
    way = path(tmp_path)
    taken(way, ticking(NOW, 2, SHIP))
    outcomes = taken(way, ticking(NOW - YEAR, 3, SHIP), size=10)
    assert outcomes[-1].writes.now_us == (NOW - YEAR + 174) * 1_000_000
    assert any(one.writes.coverage is not None for one in outcomes)


def test_a_message_is_not_made_of_parts_from_both_sides(tmp_path):
    one = encoded(type=5, mmsi=247000010, shipname="ALPHA", destination="VALLETTA")
    other = encoded(type=5, mmsi=239000020, shipname="BRAVO", destination="ELSEWHERE")
    way = path(tmp_path)
    taken(way, [*ticking(NOW, 1), (NOW + 59, one[0]), (NOW - HOUR, b""), (NOW - HOUR, other[1])])
    assert way.decoder.counts.types.get("5", 0) == 0
    counts = way.decoder.counts
    assert (counts.incomplete, counts.pending, counts.sentences) == (1, 1, 2)


def test_tracks_begin_anew_under_new_numbers_and_their_rows_are_not_late(tmp_path):
    outcomes = taken(path(tmp_path), ticking(NOW, 2, SHIP) + ticking(NOW - DAY, 2, SHIP))
    segments = [n for one in outcomes for n in one.positions.segment.tolist()]
    assert segments == [1, 1, 2, 2]


def test_counts_are_kept(tmp_path):
    way = path(tmp_path)
    taken(way, ticking(NOW, 2, SHIP) + ticking(NOW - DAY, 2, SHIP))
    assert (way.decoder.counts.decoded, way.lines, way.read) == (4, 44, 4)
    assert (way.segmenter.opened, way.eras) == (2, 1)


def test_editions_stay_in_force(tmp_path):
    way = path(tmp_path)
    area = Zone("here", "here", "custom", shapely.box(14, 40, 15, 41), "test", "none")
    sha256 = way.checks.shelf.put("zones", ZoneSet((area,)).to_bytes())
    line = json.dumps({"what": "zones", "version": 1, "sha256": sha256}).encode()
    taken(way, [*ticking(NOW, 1), (NOW + 60, line)])
    outcomes = taken(way, ticking(NOW - DAY, 2, SHIP))
    assert next(ids for one in outcomes for _, ids in one.writes.visits) == ("here",)
    assert way.detecting.screening.versions["zones"] == sha256[:16]


def test_a_few_minutes_are_no_era(tmp_path):
    way = path(tmp_path)
    taken(way, ticking(NOW, 20, SHIP) + ticking(NOW + 11 * MINUTE, 2, SHIP))
    assert (way.eras, way.segmenter.opened) == (0, 1)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_how_the_lines_were_cut_changes_nothing(tmp_path, size):
    rows = ticking(NOW, 3, MAYDAY) + ticking(NOW - HOUR, 40, SHIP) + ticking(NOW - DAY, 3, MAYDAY)
    way, whole = path(tmp_path), path(tmp_path)
    assert events(taken(way, rows, size)) == events(taken(whole, rows))
    assert way.eras == 2


@pytest.mark.parametrize("stop", [30, 33, 34, 60])
def test_a_path_that_was_frozen_on_either_side_goes_on(tmp_path, stop):
    rows = ticking(NOW, 3, MAYDAY) + ticking(NOW - HOUR, 40, MAYDAY)
    first, second = path(tmp_path), path(tmp_path)
    told = events(taken(first, rows[:stop]))
    second.thaw(first.freeze())
    assert told + events(taken(second, rows, begin=stop)) == events(taken(path(tmp_path), rows))
    assert second.eras == 1


def events(outcomes: list) -> list:
    return [event for one in outcomes for event in one.writes.events]


def test_a_line_that_breaks_the_path_behind_a_step_is_taken_out_alone(tmp_path, monkeypatch):
    way, gone = path(tmp_path), []

    def fails(self, tracked):
        if 247000009 in tracked.positions.mmsi:
            raise ZeroDivisionError("odd")
        return real(self, tracked)

    real = type(way.thinner).step
    monkeypatch.setattr(type(way.thinner), "step", fails)
    odd = encoded(type=1, mmsi=247000009, lon=14.2, lat=40.8)[0]
    rows = [*ticking(NOW, 2, SHIP), (NOW - DAY, b""), (NOW - DAY, odd), (NOW - DAY, SHIP)]
    block, outcomes = block_of(rows), []
    guard = Guard(way, lambda bad, _error: gone.append(bad.line(0)))
    run([(block, len(block) + 1)], guard, seen=outcomes.append)
    assert gone == [odd]
    assert [n for one in outcomes for n in one.positions.segment.tolist()] == [1, 1, 2]
    assert np.unique(np.diff([one.writes.offset for one in outcomes]) > 0).tolist() == [True]
