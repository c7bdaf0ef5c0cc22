"""The picture of what is heard where is kept whole, the newest one only."""

from __future__ import annotations

import numpy as np
import psycopg
import pytest

from ais.coverage import MAP_CELL
from store.coverage import cells, put_cells

FIRST = np.array([(12.125, 38.375, 90.5, 2, 31.5, 6.0), (13, 37, 1.0, 1, np.inf, 0.5)], MAP_CELL)


@pytest.fixture
def connection(dsn):
    with psycopg.connect(dsn) as connection:
        yield connection


def test_the_picture_comes_back_from_the_south(connection):
    put_cells(connection, FIRST)
    np.testing.assert_array_equal(cells(connection), FIRST[::-1])


def test_a_new_picture_takes_the_place_of_the_old_one(connection):
    put_cells(connection, FIRST)
    put_cells(connection, FIRST[:1])
    assert len(cells(connection)) == 1
    put_cells(connection, FIRST[:0])
    assert len(cells(connection)) == 0
