from datetime import UTC, datetime

import pytest
import shapely

from geofence import ports
from geofence.zones import Zone, ZoneSet
from maps.live.whereabouts import Whereabouts, prepare, whereabouts
from maps.live.zones import ZoneChart

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def chart() -> ZoneChart:
    sea = shapely.box(13, 35, 16, 37)
    port = shapely.Point(14.5, 35.9).buffer(0.05)
    zones = ZoneSet(
        (
            Zone("sicily", "Sicily Channel", "sub_basin", sea, "", ""),
            Zone("box", "Box", "custom", sea, "", ""),
            Zone("valletta", "Valletta", "port", port, "", ""),
        )
    )
    return ZoneChart.of(zones, zones.sha256())


def test_a_ship_off_malta(chart) -> None:
    where = whereabouts(14.8, 35.9, chart, NOW)
    assert where.sub_basins == ("Sicily Channel",)
    assert where.nearest_port == "Valletta"
    assert where.nearest_port_nm == pytest.approx(14.6, abs=0.1)
    assert where.shore_nm == pytest.approx(11.5, abs=1.5)


def test_on_land_the_distance_is_negative(chart) -> None:
    assert whereabouts(14.2, 37.5, chart, NOW).shore_nm == pytest.approx(-24, abs=3)


def test_outside_the_data_the_shore_is_not_known(chart) -> None:
    where = whereabouts(-60.0, 20.0, chart, NOW)
    assert (where.sub_basins, where.shore_nm) == ((), None)


def test_without_a_position_nothing_is_said(chart) -> None:
    assert whereabouts(float("nan"), 35.9, chart, NOW) == Whereabouts()


def test_without_ports_none_is_nearest() -> None:
    where = whereabouts(14.8, 35.9, ZoneChart.of(ZoneSet(), ""), NOW)
    assert (where.nearest_port, where.nearest_port_nm) == (None, None)


def test_once_prepared_the_first_answer_compiles_nothing(chart) -> None:
    prepare()
    made = ports._nearest.signatures
    whereabouts(14.53, 35.9, chart, NOW)
    assert ports._nearest.signatures == made != []
