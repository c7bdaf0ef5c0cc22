"""Land of the world as the wheel carries it: what reaches into a box, and what is no land."""

import sys

import numpy as np
import pytest
import shapely

from maps.errors import CoastError
from maps.fine_coast import source
from maps.fine_coast.source import polygons_in

BOX = (10.0, 30.0, 20.0, 40.0)
LAKE = shapely.Polygon(
    shapely.box(12, 32, 14, 34).exterior, [shapely.box(13, 33, 13.5, 33.5).exterior.coords]
)
AFRICA = shapely.box(-10, 0, 50, 31)
ICELAND = shapely.box(-24, 63, -14, 66)


def world(*polygons: shapely.Polygon) -> bytes:
    return shapely.to_wkb(shapely.MultiPolygon(polygons), byte_order=1)


@pytest.mark.parametrize("at_once", [1, 2, 20_000])
def test_land_that_reaches_into_the_box_is_found_whole(monkeypatch, at_once) -> None:
    monkeypatch.setattr(source, "_AT_ONCE", at_once)
    found = polygons_in(world(ICELAND, LAKE, AFRICA), BOX)
    assert [one.equals(two) for one, two in zip(found, [LAKE, AFRICA], strict=True)] == [True] * 2
    assert len(found[0].interiors) == 1


def test_a_box_without_land_has_none() -> None:
    assert polygons_in(world(ICELAND), BOX).tolist() == []


@pytest.mark.parametrize(
    "given",
    [
        b"",
        world(LAKE)[:40],
        shapely.to_wkb(shapely.MultiPolygon([LAKE]), byte_order=0),
        shapely.to_wkb(LAKE, byte_order=1),
    ],
)
def test_what_is_no_multipolygon_is_refused_in_one_line(given) -> None:
    with pytest.raises(CoastError, match="byte") as refused:
        polygons_in(given, BOX)
    assert "\n" not in str(refused.value)


def test_without_its_wheel_the_cure_is_told(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "roaring_landmask", None)
    with pytest.raises(CoastError, match=r"requirements/coast\.lock"):
        source.carried()


def test_order_is_kept_and_nothing_is_found_twice() -> None:
    many = [shapely.box(11 + i / 10, 31, 11.05 + i / 10, 32) for i in range(50)]
    found = polygons_in(world(*many), BOX)
    assert np.array([one.bounds[0] for one in found]) == pytest.approx(
        [11 + i / 10 for i in range(50)]
    )
