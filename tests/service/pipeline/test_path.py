"""A block through all rooms, and the detectors that watch it."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from typing import ClassVar

import pytest
import shapely
from pyais.encode import encode_dict

from ais.decoder import Decoder
from ais.dialects.json_lines import JsonDialect
from ais.lines import CONTROL, TICK, FeedNames, LineBlock
from ais.tracks import TrackSettings
from alerts.detectors.distress import Distress
from alerts.events import Event, Fact
from alerts.screening import Screening
from geofence.zones import Zone, ZoneSet
from service.pipeline.checks import Checks
from service.pipeline.path import Path
from service.pipeline.shelf import Shelf
from store.thinning import Thinning

S = 1_000_000


def sentence(mmsi: int) -> bytes:
    """A position report of a ship off Naples."""
    report = {"msg_type": 1, "mmsi": mmsi, "lon": 14.2, "lat": 40.8, "speed": 10, "course": 90}
    return encode_dict(report)[0].encode()


SHIP, OTHER = sentence(247000001), sentence(247000002)


@dataclass(frozen=True)
class Diary:
    """A detector that writes down what it is shown, and tells a jump for each row."""

    entries: list
    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("jump",)
    TABLE: ClassVar[None] = None
    uses: ClassVar[tuple[str, ...]] = ("zones",)

    def step(self, _state, scene):
        self.entries.extend(("row", int(row["mmsi"])) for row in scene.rows)
        return [
            Event.begin(
                "jump", 1, started_us=int(row["time"]), lon=row["lon"], lat=row["lat"],
                mmsi=int(row["mmsi"]), trigger=int(row["spool"]),
            )
            for row in scene.rows
        ]  # fmt: skip

    def tick(self, _state, world):
        self.entries.append(("tick", world.now_us // S, len(world.zones)))
        return []


def path(*diaries, folder=None) -> Path:
    return Path(
        FeedNames(["a"]), Decoder(FeedNames(["a"])), TrackSettings(), Thinning(),
        checks=Checks(Shelf(folder or pathlib.Path())),
        screening=Screening({str(n): diary for n, diary in enumerate(diaries)}),
    )  # fmt: skip


def story() -> LineBlock:
    """Two ships, with a tick line that passes 1010 s between them."""
    block = LineBlock.of([b"", SHIP, b"", OTHER], [1005 * S, 1006 * S, 1012 * S, 1013 * S])
    block.feed[[0, 2]] = TICK
    return block


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_detectors_see_rows_and_ticks_in_the_order_of_the_spool(size):
    diary = Diary([])
    whole, way = story(), path(diary)
    told = []
    for first in range(0, 4, size):
        told += way.step(whole.cut(first, first + size), first + size).writes.events
    assert diary.entries == [("row", 247000001), ("tick", 1010, 0), ("row", 247000002)]
    assert [event.mmsi for event in told] == [247000001, 247000002]


MAYDAY = json.dumps({
    "MessageType": "SafetyBroadcastMessage",
    "Message": {"SafetyBroadcastMessage": {
        "MessageID": 14, "UserID": 247000001, "Valid": True, "Text": "MAYDAY SINKING",
    }},
    "MetaData": {"MMSI": 247000001},
}).encode()  # fmt: skip


@pytest.mark.parametrize("beside", [[], [SHIP], [b""]])
def test_a_mayday_that_comes_as_json_is_heard_whatever_stands_beside_it(beside):
    way = path(Distress())
    way.decoder = Decoder(way.names, dialects={"a": JsonDialect()})
    block = LineBlock.of([MAYDAY, *beside], 1005 * S)
    assert [event.kind for event in way.step(block, 9).writes.events] == ["distress"]


def test_an_event_comes_with_what_is_known_of_its_vessel():
    writes = path(Diary([])).step(story(), 99).writes
    first = writes.vessels[0]
    assert (first.mmsi, first.flag, first.name, first.role) == (247000001, "Italy", "", "unknown")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_zones_are_in_force_for_detectors_from_their_line_on(tmp_path, size):
    diary = Diary([])
    way = path(diary, folder=tmp_path)
    area = Zone("here", "here", "custom", shapely.box(14, 40, 15, 41), "test", "none")
    sha256 = way.checks.shelf.put("zones", ZoneSet((area,)).to_bytes())
    line = json.dumps({"what": "zones", "version": 1, "sha256": sha256}).encode()
    block = LineBlock.of([b"", SHIP, line, OTHER], [1005 * S, 1006 * S, 1006 * S, 1007 * S])
    block.feed[:] = [TICK, 0, CONTROL, 0]
    told = []
    for first in range(0, 4, size):
        told += way.step(block.cut(first, min(first + size, 4)), first + size).writes.events
    assert [dict(event.evidence) for event in told] == [{}, {"zones": Fact(sha256[:16])}]


def test_a_block_becomes_rows_the_newest_of_each_segment_and_the_offset_behind_it():
    outcome = path().step(story(), 99)
    writes = outcome.writes
    assert (len(outcome.positions), len(writes.positions), writes.offset) == (2, 2, 99)
    assert writes.last.mmsi.tolist() == outcome.positions.mmsi.tolist()
    assert (writes.lines, writes.now_us, writes.feeds) == (4, 1012 * S, ("a",))


def test_a_call_for_help_names_the_feed_that_heard_it_however_late_it_was_numbered():
    names = FeedNames(["a"])
    way = Path(
        names, Decoder(names), TrackSettings(), Thinning(), checks=Checks(Shelf(pathlib.Path())),
        screening=Screening({"distress": Distress()}),
    )  # fmt: skip
    beacon = {"msg_type": 1, "mmsi": 970110001, "lon": 2.5, "lat": 40.2, "status": 14}
    block = LineBlock.of([b"", encode_dict(beacon)[0].encode()], [1005 * S, 1006 * S])
    block.feed[:] = [TICK, names.code("lampedusa")]
    told = way.step(block, 2).writes.events
    assert [str(event.evidence["heard_by"].value) for event in told] == ["lampedusa"]


def test_a_path_that_was_frozen_goes_on_as_if_it_had_never_stopped():
    first, second = path(), path()
    first.step(story(), 4)
    second.thaw(first.freeze())
    again = LineBlock.of([SHIP], 1014 * S)
    assert [len(way.step(again, 5).positions) for way in (first, second)] == [0, 0], "a repeat"
    assert (second.lines, second.read, second.ticks.now_us) == (5, 2, 1012 * S)


def test_a_snapshot_of_before_rows_waited_is_read():
    first, second = path(), path()
    first.step(story(), 4)
    second.thaw({part: arrays for part, arrays in first.freeze().items() if part != "newest"})
    assert second.lines == 4
