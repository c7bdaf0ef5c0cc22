"""Where timers run, whatever the blocks were."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ais.lines import TICK, LineBlock
from service.pipeline.ticks import Ticks

S = 1_000_000


def story(seconds: list[int]) -> LineBlock:
    """Lines received at these seconds after an epoch multiple of 10 s; negative = a tick line."""
    block = LineBlock.of([b"x"] * len(seconds), [(1000 + abs(s)) * S for s in seconds])
    block.feed[np.array(seconds, int) < 0] = TICK
    return block


def ticks(block: LineBlock, clock: Ticks) -> list[tuple[int, int]]:
    """(spool position of the line before which it runs, tick in s) of each tick."""
    return [(int(p.block.spool[0]), p.now_us // S) for p in clock.cut(block) if p.is_due]


def test_a_live_clock_is_its_tick_lines_and_nothing_else():
    block = story([-8, 9, 15, -11, 12, -13])
    assert ticks(block, Ticks()) == [(4, 1010)]


def test_a_recorded_clock_is_the_newest_stamp():
    assert ticks(story([8, 9, 12, 11, 21]), Ticks(of_lines=True)) == [(3, 1010), (5, 1020)]


def test_a_stretch_without_lines_is_jumped():
    assert ticks(story([8, 3600]), Ticks(of_lines=True)) == [(2, 4600)]


def test_the_first_time_ever_heard_is_no_tick():
    assert ticks(story([15]), Ticks(of_lines=True)) == []


def test_no_line_is_lost_by_cutting():
    pieces = Ticks(of_lines=True).cut(story([8, 12, 25, 31]))
    assert [int(s) for piece in pieces for s in piece.block.spool] == [1, 2, 3, 4]


@given(st.lists(st.integers(0, 90), max_size=25), st.integers(0, 25))
def test_how_the_stream_is_cut_changes_no_tick(seconds, cut):
    block = story(seconds)
    clock = Ticks(of_lines=True)
    parts = nows(block.cut(0, cut), clock) + nows(block.cut(cut, len(block)), clock)
    assert parts == nows(block, Ticks(of_lines=True))


def nows(block: LineBlock, clock: Ticks) -> list[tuple[int, int, bool]]:
    """(spool position, the time it is taken at, whether timers ran before it) of each line."""
    return [
        (int(position), piece.now_us, piece.is_due and row == 0)
        for piece in clock.cut(block)
        for row, position in enumerate(piece.block.spool)
    ]
