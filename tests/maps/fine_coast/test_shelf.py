"""The file of the blocks: whole or refused, and what stands at which place."""

import gzip

import pytest
import shapely

from maps.errors import CoastError
from maps.fine_coast.make import make
from maps.fine_coast.packing import EMPTY
from maps.fine_coast.shelf import Shelf
from tests.plugins.blocks import block_of, is_land

LAND = shapely.MultiPolygon([shapely.box(14, 35, 15, 36), shapely.box(100, 0, 110, 10)])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "made.coast"
    make(path, shapely.to_wkb(LAND, byte_order=1))
    return path


def test_a_block_is_found_at_its_place_and_sea_beside_it(file) -> None:
    shelf = Shelf.open(file)
    place = block_of(14.5, 35.5)
    assert is_land(gzip.decompress(shelf.block(place)), place, 14.5, 35.5)
    assert gzip.decompress(shelf.block(block_of(18.0, 35.5))) == EMPTY


@pytest.mark.parametrize(
    "place",
    [(8, 0, 0), (8, 200, 100), (7, 69, 50), (6, 10**30, 1), (10**9, 1, 1), block_of(105, 5)],
)
def test_elsewhere_there_is_no_block(file, place) -> None:
    assert Shelf.open(file).block(place) is None


def test_another_land_is_another_version(file, tmp_path) -> None:
    other = tmp_path / "other.coast"
    make(other, shapely.to_wkb(shapely.MultiPolygon([shapely.box(14, 35, 16, 36)]), byte_order=1))
    assert Shelf.open(other).version != Shelf.open(file).version


SPOILT = [
    lambda data: data[:-1],
    lambda data: b"x" + data,
    lambda _: b"{}\n",
    lambda _: b"",
    lambda data: data.replace(b"coast 1", b"coast 0", 1),
]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_file_that_is_not_whole_is_refused_in_one_line(file, spoilt) -> None:
    file.write_bytes(spoilt(file.read_bytes()))
    with pytest.raises(CoastError, match="remove it") as refused:
        Shelf.open(file)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(CoastError, match=r"no\.coast"):
        Shelf.open(tmp_path / "no.coast")
