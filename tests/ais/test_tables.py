"""Tables by slot grow by an eighth, and keep what they hold."""

from __future__ import annotations

import numpy as np

from ais.tables import grown, room

ROW = np.dtype([("segment", "u4"), ("time", "i8")])


def test_a_table_that_is_large_enough_stays_itself():
    table = np.zeros(100, ROW)
    assert grown(table, 100) is table


def test_a_table_grows_by_an_eighth_more_than_asked_and_keeps_its_rows():
    table = np.zeros(1000, ROW)
    table["segment"] = np.arange(1000)
    more = grown(table, 1600)
    assert len(more) == 1800
    assert more["segment"][:1000].tolist() == list(range(1000))
    assert not more[1000:]["segment"].any()


def test_small_tables_do_not_grow_row_by_row():
    assert room(1, 0) == 64
