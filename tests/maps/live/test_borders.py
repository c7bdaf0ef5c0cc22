from datetime import UTC, datetime

import pytest
import shapely

from geofence.zones import Zone
from maps.live import borders as drawn
from maps.live.borders import borders

WEST, EAST = shapely.box(17.0, 34.0, 18.0, 35.0), shapely.box(18.0, 34.0, 19.0, 35.0)


def zone(name: str, shape: shapely.Geometry, kind: str = "sub_basin", **said: object) -> Zone:
    return Zone(name, name, kind, shape, "drawn by hand", "own", **said)


def lines(zones: list[Zone], name: str) -> shapely.MultiLineString:
    return shapely.multilinestrings([shapely.linestrings(line) for line in borders(zones)[name]])


def test_a_border_that_neighbours_share_is_drawn_once() -> None:
    zones = [zone("west", WEST), zone("east", EAST)]
    assert lines(zones, "west").length == pytest.approx(4, abs=0.01)
    assert lines(zones, "east").length == pytest.approx(3, abs=0.05)
    assert not lines(zones, "east").intersects(shapely.box(17.9, 34.1, 18.005, 34.9))


def test_coarse_rescue_regions_meet_where_they_nearly_meet() -> None:
    apart = shapely.box(18.02, 34.0, 19.0, 35.0)
    zones = [zone("west", WEST, "sar_region"), zone("east", apart, "sar_region")]
    assert lines(zones, "east").length == pytest.approx(2.96, abs=0.06)


def test_borders_that_cross_have_no_gap_there() -> None:
    across = shapely.box(17.5, 34.3, 18.5, 34.7)
    zones = [zone("a", WEST, "sar_region"), zone("b", across, "sar_region")]
    assert lines(zones, "b").length == pytest.approx(2.8, abs=0.01)


def test_distance_bands_of_two_coasts_are_both_drawn() -> None:
    zones = [zone("west", WEST, "band_12nm"), zone("east", EAST, "band_12nm")]
    assert lines(zones, "east").length == pytest.approx(4, abs=0.01)


def test_a_zone_for_a_time_keeps_its_whole_border_and_takes_none() -> None:
    until = datetime(2026, 12, 1, tzinfo=UTC)
    zones = [zone("west", WEST, valid_until=until), zone("east", EAST)]
    assert lines(zones, "west").length == lines(zones, "east").length == pytest.approx(4, abs=0.01)


def test_on_land_and_along_the_coast_there_is_no_line() -> None:
    sicily = shapely.box(13.8, 37.3, 14.6, 37.8)
    assert borders([zone("inland", sicily)]) == {"inland": []}


def test_ports_and_what_people_drew_have_no_lines_of_their_own() -> None:
    assert borders([zone("box", WEST, "custom"), zone("port", EAST, "port")]) == {}


def test_a_set_with_too_many_is_drawn_by_its_shapes(monkeypatch) -> None:
    monkeypatch.setattr(drawn, "MOST", 1)
    assert borders([zone("west", WEST), zone("east", EAST)]) == {}
