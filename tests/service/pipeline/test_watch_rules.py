"""Watch rules take effect where their ``_control`` line stands, and end with the next one."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import shapely

from ais.decoder import Decoder
from ais.lines import CONTROL, FeedNames, LineBlock
from ais.tracks import TrackSettings
from alerts.distances import ahead
from alerts.rules import Rule, Rules
from alerts.screening import Screening
from service.pipeline.checks import Checks
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import RULES, Shelf
from store.thinning import Thinning
from tests.plugins.nmea import encoded

S = 1_000_000
START = 1_780_000_000 * S
SHIP = 247_000_061
AREA = Rules((Rule("r-000001", "comes by", "enters", shapely.box(18.1, 34.5, 18.3, 35.5)),))
"""She is in it from about minute 24 to 74."""


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "editions")


def way(shelf: Shelf) -> DataPath:
    names = FeedNames(["a"])
    return DataPath(
        names, Decoder(names), TrackSettings(), Thinning(), checks=Checks(shelf),
        screening=Screening(), ticks_of_lines=True,
    )  # fmt: skip


def control(shelf: Shelf, rules: Rules) -> bytes:
    said = {"what": RULES, "version": 1, "sha256": shelf.put(RULES, rules.to_bytes())}
    return json.dumps(said).encode()


def voyage(*controls: tuple[int, bytes]) -> LineBlock:
    """A ship that sails east for an hour and a half; control lines stand before a minute."""
    lines, times, lon, lat = [], [], 18.0, 35.0
    for minute in range(90):
        lines += [line for at, line in controls if at == minute]
        lon, lat = ahead(lon, lat, 90, 12 * 1852 / 60)
        said = {"type": 1, "mmsi": SHIP, "lon": lon, "lat": lat, "speed": 12, "course": 90,
                "turn": 0}  # fmt: skip
        lines.append(encoded(**said)[0])
        times += [START + 60 * S * minute] * (len(lines) - len(times))
    made = LineBlock.of(lines, times)
    made.feed[[line.startswith(b"{") for line in lines]] = CONTROL
    return made


def told(path: DataPath, lines: LineBlock, *cuts: int) -> list:
    ends = [0, *cuts, len(lines)]
    parts = [lines.cut(a, b) for a, b in pairwise(ends)]
    events = [event for n, part in enumerate(parts) for event in path.step(part, n).writes.events]
    return [one for one in events if one.kind == "watch_rule"]


def test_a_rule_tells_from_its_line_on_and_names_its_edition(shelf):
    line = control(shelf, AREA)
    [event] = told(way(shelf), voyage((0, line)))
    assert json.loads(line)["sha256"].startswith(event.evidence["rules"].value)
    assert event.evidence["named"].value == "comes by"
    assert told(way(shelf), voyage()) == []


def test_after_it_was_withdrawn_a_rule_tells_nothing(shelf):
    lines = [(0, control(shelf, AREA)), (10, control(shelf, Rules()))]
    assert told(way(shelf), voyage(*lines)) == []


@pytest.mark.parametrize("cuts", [(1,), (25,), (10, 24, 26, 60), tuple(range(1, 91))])
def test_however_the_stream_is_cut_the_events_are_the_same(shelf, cuts):
    line = control(shelf, AREA)
    whole = [one.frozen() for one in told(way(shelf), voyage((3, line)))]
    assert [one.frozen() for one in told(way(shelf), voyage((3, line)), *cuts)] == whole
    assert whole


def test_a_path_that_goes_on_from_its_state_has_the_rules_in_force(shelf):
    stream, line = way(shelf), control(shelf, AREA)
    lines = voyage((0, line))
    assert told(stream, lines.cut(0, 20)) == []
    later = way(shelf)
    later.thaw(stream.freeze())
    assert len(told(later, lines.cut(20, len(lines)))) == 1
