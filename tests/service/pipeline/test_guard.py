"""No line can stop the lines beside it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ais.decoder import Decoder
from ais.lines import TICK, FeedNames, LineBlock
from ais.tracks import TrackSettings
from service.pipeline import guard as guard_module
from service.pipeline.guard import Guard, StateFaultError
from service.pipeline.path import Path as DataPath
from store.thinning import Thinning


class Adder:
    """A path whose state is the lines it has seen; a line ``poison`` breaks it half-way."""

    def __init__(self):
        self.seen: list[bytes] = []

    def step(self, block, offset):
        took = [block.line(i) for i in range(len(block))]
        for line in took:
            self.seen.append(line)
            if line == b"poison":
                raise ZeroDivisionError(line)
        return SimpleNamespace(took=took, writes=SimpleNamespace(offset=offset))

    def leave_out(self, block):
        """Counted elsewhere."""

    def freeze(self):
        return {"adder": {"seen": np.array(self.seen, "S8")}}

    def thaw(self, state):
        self.seen = state["adder"]["seen"].tolist()


def blocks(lines: list[bytes], size: int):
    whole = LineBlock.of(lines)
    for first in range(0, len(lines), size):
        block = whole.cut(first, min(first + size, len(lines)))
        yield block, int(block.spool[-1]) + 1


def guarded(lines: list[bytes], size: int, checkpoint: int = 1000):
    """(lines taken, lines quarantined, last offset, the path) after all blocks."""
    bad: list[bytes] = []
    path = Adder()
    guard = Guard(path, lambda block, _error: bad.append(block.line(0)), lines=checkpoint)
    outcomes = [o for block, offset in blocks(lines, size) for o in guard.step(block, offset)]
    return [line for o in outcomes for line in o.took], bad, outcomes[-1].writes.offset, path


@pytest.mark.parametrize("size", [1, 3, 7, 100])
@pytest.mark.parametrize("checkpoint", [1, 10, 1000])
def test_only_the_poisonous_lines_are_left_out(size, checkpoint):
    lines = [b"poison" if i in {4, 5, 23} else b"%d" % i for i in range(30)]
    good = [line for line in lines if line != b"poison"]
    taken, bad, offset, path = guarded(lines, size, checkpoint)
    assert (taken, bad, offset) == (good, [b"poison"] * 3, 31)
    assert path.seen == good


def test_a_failure_that_does_not_come_again_costs_nothing():
    path, bad = Adder(), []
    guard = Guard(path, lambda block, _error: bad.append(block))
    step, failures = path.step, [MemoryError()]

    def once(block, offset):
        if failures:
            raise failures.pop()
        return step(block, offset)

    path.step = once
    [(block, offset)] = blocks([b"a", b"b"], 2)
    assert [o.took for o in guard.step(block, offset)] == [[b"a", b"b"]]
    assert (bad, guard.poisoned) == ([], 0)


def test_a_feed_named_between_the_checkpoint_and_the_poison_keeps_its_code():
    names = FeedNames()
    way = DataPath(names, Decoder(names), TrackSettings(), Thinning())
    guard = Guard(way, lambda _block, _error: None)
    decode = way.decoder.decode

    def break_on_poison(block):
        if any(block.line(i) == b"poison" for i in range(len(block))):
            raise ZeroDivisionError
        return decode(block)

    way.decoder.decode = break_on_poison
    for number, (feed, line) in enumerate([("a", b"x"), ("b", b"poison"), ("c", b"z")]):
        block = LineBlock.of([line], feed=names.code(feed), first_spool=number + 1)
        guard.step(block, number + 2)
    assert names.names == ["a", "b", "c"]
    assert guard.poisoned == 1


def test_a_poisonous_line_is_accounted_for():
    names = FeedNames(["a"])
    way = DataPath(names, Decoder(names), TrackSettings(), Thinning())
    guard = Guard(way, lambda _block, _error: None)
    way.segmenter.step = lambda _batch: 1 / 0
    guard.step(LineBlock.of([b"!AIVDM,bad", b"x\0y"]), 3)
    counts = way.decoder.counts
    assert (counts.lines, counts.rejected, counts.balanced()) == (2, {"poison": 2}, True)


def test_when_every_line_fails_none_is_thrown_away(monkeypatch):
    monkeypatch.setattr(guard_module, "MOST_IN_TURN", 4)
    lines = [b"poison"] * 4 + [b"good"] + [b"poison"] * 5
    bad: list[bytes] = []
    guard = Guard(Adder(), lambda block, _error: bad.append(block.line(0)))
    [(block, offset)] = blocks(lines, 10)
    with pytest.raises(StateFaultError, match="5 in turn, fails with ZeroDivisionError"):
        guard.step(block, offset)
    assert len(bad) == 8, "four before the good line, four after it"


def test_lines_that_fail_at_the_same_place_in_a_second_life_stop_nothing(monkeypatch):
    monkeypatch.setattr(guard_module, "MOST_IN_TURN", 2)
    bad: list[bytes] = []
    guard = Guard(Adder(), lambda block, _error: bad.append(block.line(0)), is_patient=True)
    [(block, offset)] = blocks([b"poison"] * 5 + [b"MAYDAY"], 10)
    assert [line for one in guard.step(block, offset) for line in one.took] == [b"MAYDAY"]
    assert len(bad) == 5


def test_a_tick_that_fails_is_no_fault_of_the_line():
    block = LineBlock.of([b"poison"], feed=TICK)
    bad: list[bytes] = []
    guard = Guard(Adder(), lambda block, _error: bad.append(block.line(0)))
    with pytest.raises(StateFaultError, match="spool position"):
        guard.step(block, 9)
    assert bad == []
