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
    """(last spool position before the tick, tick in s) of each tick."""
    return [
        (int(piece.spool[-1]) if len(piece) else -1, tick // S)
        for piece, tick in clock.cut(block)
        if tick is not None
    ]


def test_a_live_clock_is_its_tick_lines_and_nothing_else():
    block = story([-8, 9, 15, -11, 12, -13])
    assert ticks(block, Ticks()) == [(3, 1010)]


def test_a_recorded_clock_is_the_newest_stamp():
    assert ticks(story([8, 9, 12, 11, 21]), Ticks(of_lines=True)) == [(2, 1010), (4, 1020)]


def test_a_stretch_without_lines_is_jumped():
    assert ticks(story([8, 3600]), Ticks(of_lines=True)) == [(1, 4600)]


def test_the_first_time_ever_heard_is_no_tick():
    assert ticks(story([15]), Ticks(of_lines=True)) == []


def test_no_line_is_lost_by_cutting():
    pieces = [piece for piece, _ in Ticks(of_lines=True).cut(story([8, 12, 25, 31]))]
    assert [int(s) for piece in pieces for s in piece.spool] == [1, 2, 3, 4]


@given(st.lists(st.integers(0, 90), max_size=25), st.integers(0, 25))
def test_how_the_stream_is_cut_changes_no_tick(seconds, cut):
    block = story(seconds)
    clock = Ticks(of_lines=True)
    parts = ticks(block.cut(0, cut), clock) + ticks(block.cut(cut, len(block)), clock)
    whole = [tick for _, tick in ticks(block, Ticks(of_lines=True))]
    assert [tick for _, tick in parts] == whole
