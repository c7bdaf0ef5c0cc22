"""A model of the usual traffic takes effect where its ``_control`` line stands."""

from __future__ import annotations

import json

import pytest

from ais.decoder import Decoder
from ais.lines import CONTROL, FeedNames, LineBlock
from ais.tracks import TrackSettings
from alerts.distances import ahead
from alerts.screening import Screening
from service.pipeline.checks import Checks
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import TRAFFIC, Shelf
from store.thinning import Thinning
from tests.plugins.nmea import encoded
from tests.plugins.traffic import LANE, lane_model

S = 1_000_000
START = 1_780_000_000 * S
SHIP = 247_000_050


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "editions")


def way(shelf: Shelf) -> DataPath:
    names = FeedNames(["a"])
    return DataPath(
        names, Decoder(names), TrackSettings(), Thinning(), checks=Checks(shelf),
        screening=Screening(), ticks_of_lines=True,
    )  # fmt: skip


def control(shelf: Shelf, content: bytes) -> bytes:
    said = {"what": TRAFFIC, "version": 1, "sha256": shelf.put(TRAFFIC, content)}
    return json.dumps(said).encode()


def voyage(*controls: tuple[int, bytes]) -> LineBlock:
    """A ship in the lane turns north after half an hour; control lines stand before a minute."""
    lines, times, lon, lat = [], [], LANE[0] + 0.4, LANE[1]
    for minute in range(60):
        lines += [line for at, line in controls if at == minute]
        course = 90 if minute < 30 else 0
        lon, lat = ahead(lon, lat, course, 13 * 1852 / 60)
        said = {"type": 1, "mmsi": SHIP, "lon": lon, "lat": lat, "speed": 13, "course": course,
                "turn": 0}  # fmt: skip
        lines.append(encoded(**said)[0])
        if minute == 0:
            named = {"type": 5, "mmsi": SHIP, "shipname": "LEAVER", "ship_type": 70}
            lines += encoded(**named)
        times += [START + 60 * S * minute] * (len(lines) - len(times))
    made = LineBlock.of(lines, times)
    made.feed[[line.startswith(b"{") for line in lines]] = CONTROL
    return made


def told(path: DataPath, lines: LineBlock, cut: int | None = None) -> list:
    parts = [lines] if cut is None else [lines.cut(0, cut), lines.cut(cut, len(lines))]
    return [event for n, part in enumerate(parts) for event in path.step(part, n).writes.events]


def test_a_ship_is_held_against_the_model_that_is_in_force(shelf):
    line = control(shelf, lane_model().to_bytes())
    [event] = told(way(shelf), voyage((0, line)))
    assert event.kind == "off_route"
    assert json.loads(line)["sha256"].startswith(event.evidence["model"].value)
    assert told(way(shelf), voyage()) == []


def test_before_its_line_a_model_says_nothing(shelf):
    line = control(shelf, lane_model().to_bytes())
    early, late = (told(way(shelf), voyage((at, line)))[0] for at in (10, 38))
    assert late.started_us > early.started_us


def test_cuts_and_snapshots_change_nothing(shelf):
    lines = voyage((10, control(shelf, lane_model().to_bytes())))
    whole = told(way(shelf), lines)
    assert whole
    assert told(way(shelf), lines, cut=45) == whole
    first, second = way(shelf), way(shelf)
    before = told(first, lines.cut(0, 40))
    second.thaw(first.freeze())
    assert before + told(second, lines.cut(40, len(lines))) == whole


def test_a_model_that_is_none_is_counted_and_the_one_before_stays(shelf):
    good = control(shelf, lane_model().to_bytes())
    path = way(shelf)
    lines = voyage((0, good), (5, control(shelf, b"no model")))
    assert [event.kind for event in told(path, lines)] == ["off_route"]
    assert path.checks.failed == 1
