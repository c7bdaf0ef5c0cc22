"""Land cut into blocks: at every place the same as the land it was cut from, at two details."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.fine_coast.blocks import LEVELS, Place, blocks, covered, mercator
from maps.fine_coast.packing import EMPTY, packed
from tests.plugins.blocks import block_of, is_land, unpacked

BOX = (10.0, 34.0, 20.0, 40.0)
COAST = shapely.Polygon([(11, 35), (15, 34.5), (19, 36), (15.2, 36.5), (18, 39), (12, 38)])
LAKE = shapely.box(13, 36, 14, 37)
ISLET = shapely.box(16.5, 34.2, 16.502, 34.202)  # 200 m
LAND = np.array([COAST.difference(LAKE), ISLET], object)


@pytest.fixture(scope="module")
def made() -> dict[Place, bytes]:
    return {place: packed(pieces, place) for place, pieces in blocks(LAND, BOX)}


def test_a_block_says_of_every_place_what_the_land_says(made) -> None:
    @given(st.floats(10.01, 19.99), st.floats(34.01, 39.99), st.sampled_from([6, 8]))
    def same(lon, lat, z) -> None:
        at = shapely.Point(lon, lat)
        if COAST.difference(LAKE).boundary.distance(at) < 0.01 or ISLET.distance(at) < 0.01:
            return
        place = block_of(lon, lat, z)
        assert is_land(made.get(place, EMPTY), place, lon, lat) == LAND[0].contains(at)

    same()


def test_an_islet_is_there_when_near_and_left_out_when_far(made) -> None:
    near, far = block_of(16.501, 34.201, 8), block_of(16.501, 34.201, 6)
    assert is_land(made[near], near, 16.501, 34.201)
    assert not is_land(made.get(far, EMPTY), far, 16.501, 34.201)


def test_blocks_that_touch_agree_where_they_touch(made) -> None:
    """Where a border of blocks crosses the coast, both put it on the same place, to 2 m."""
    seen = 0
    for (z, x, y), block in made.items():
        beside = (z, x + 1, y)
        if z != 8 or beside not in made:
            continue
        border = shapely.LineString([((x + 1) / 2**z, y / 2**z), ((x + 1) / 2**z, (y + 1) / 2**z)])
        ours, theirs = (
            shapely.union_all(unpacked(one, place)).intersection(border)
            for one, place in [(block, (z, x, y)), (made[beside], beside)]
        )
        if not (ours.is_empty and theirs.is_empty):
            seen += 1
            assert shapely.hausdorff_distance(ours, theirs) < 2 / (60_000 * 2**8)
    assert seen > 3


def test_where_land_is_cut_lies_outside_of_the_block() -> None:
    inland = block_of(15.0, 37.0)
    found = dict(blocks(np.array([shapely.box(*BOX)]), BOX))
    [piece] = unpacked(packed(found[inland], inland), inland)
    z, x, y = inland
    left, top, right, bottom = np.array(piece.bounds) * 2**z - (x, y, x, y)
    assert (left, top, right, bottom) == pytest.approx((-1 / 32, -1 / 32, 33 / 32, 33 / 32))


def test_what_lies_beyond_the_box_is_left_out() -> None:
    places = [place for place, _ in blocks(np.array([shapely.box(-60, -50, 60, 50)]), BOX)]
    for level in LEVELS:
        left, right, top, bottom = covered(BOX, level.z)
        here = {(x, y) for z, x, y in places if z == level.z}
        assert here == {(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)}


def test_the_grid_is_the_map_s() -> None:
    assert mercator(np.array([[0.0, 0.0], [180.0, 66.51326]])) == pytest.approx(
        np.array([[0.5, 0.5], [1.0, 0.25]])
    )


def test_what_is_smaller_than_a_unit_is_no_land() -> None:
    assert packed([shapely.box(0.5, 0.5, 0.5 + 1e-9, 0.5 + 1e-9)], (8, 128, 128)) == EMPTY
