"""A block through all rooms, and the screens that watch it."""

from __future__ import annotations

import pytest
from pyais.encode import encode_dict

from ais.decoder import Decoder
from ais.lines import TICK, FeedNames, LineBlock
from ais.tracks import TrackSettings
from service.pipeline.path import Path
from store.thinning import Thinning

S = 1_000_000


def sentence(mmsi: int) -> bytes:
    """A position report of a ship off Naples."""
    report = {"msg_type": 1, "mmsi": mmsi, "lon": 14.2, "lat": 40.8, "speed": 10, "course": 90}
    return encode_dict(report)[0].encode()


SHIP, OTHER = sentence(247000001), sentence(247000002)


class Diary:
    """A screen that writes down what it is shown."""

    def __init__(self):
        self.entries = []

    def step(self, rows):
        self.entries += [("row", int(mmsi)) for mmsi in rows.mmsi]

    def tick(self, now_us):
        self.entries.append(("tick", now_us // S))


def path(*screens) -> Path:
    return Path(
        FeedNames(["a"]), Decoder(FeedNames(["a"])), TrackSettings(), Thinning(), screens=screens
    )


def story() -> LineBlock:
    """Two ships, with a tick line that passes 1010 s between them."""
    block = LineBlock.of([b"", SHIP, b"", OTHER], [1005 * S, 1006 * S, 1012 * S, 1013 * S])
    block.feed[[0, 2]] = TICK
    return block


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_screens_see_rows_and_ticks_in_the_order_of_the_spool(size):
    diary = Diary()
    whole, way = story(), path(diary)
    for first in range(0, 4, size):
        way.step(whole.cut(first, first + size), first + size)
    assert diary.entries == [("row", 247000001), ("tick", 1010), ("row", 247000002)]


def test_a_block_becomes_rows_the_newest_of_each_segment_and_the_offset_behind_it():
    outcome = path().step(story(), 99)
    writes = outcome.writes
    assert (len(outcome.positions), len(writes.positions), writes.offset) == (2, 2, 99)
    assert writes.last.mmsi.tolist() == outcome.positions.mmsi.tolist()
    assert (writes.lines, writes.now_us, writes.feeds) == (4, 1012 * S, ("a",))


def test_a_path_that_was_frozen_goes_on_as_if_it_had_never_stopped():
    first, second = path(), path()
    first.step(story(), 4)
    second.thaw(first.freeze())
    again = LineBlock.of([SHIP], 1014 * S)
    assert [len(way.step(again, 5).positions) for way in (first, second)] == [0, 0], "a repeat"
    assert (second.lines, second.read, second.ticks.now_us) == (5, 2, 1012 * S)
