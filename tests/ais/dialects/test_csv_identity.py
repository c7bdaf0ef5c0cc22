"""Pseudo ids and identities on change."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from ais.batches import StaticBatch
from ais.dialects.csv_identity import Identities, Ids, silent


def statics(*said: tuple[int, bytes]) -> StaticBatch:
    mmsis = np.array([mmsi for mmsi, _ in said], np.uint32)
    names = np.array([name for _, name in said], "S34")
    spool = np.arange(len(said), dtype=np.uint64)
    return replace(silent(len(said)), mmsi=mmsis, name=names, spool=spool)


def test_short_number_is_an_mmsi_only_where_all_ids_are() -> None:
    cells = pa.array(["2190045", "219012345", "0", "1000000000"])
    assert Ids(all_mmsi=True).numbers(cells).tolist() == [2190045, 219012345, 200000001, 200000002]
    assert Ids(all_mmsi=False).numbers(cells)[0] == 200000001


def test_pseudo_ids_survive_a_restart() -> None:
    before, after = Ids(all_mmsi=False), Ids(all_mmsi=False)
    before.numbers(pa.array(["b", "", "caffè"]))
    after.thaw(before.freeze())
    assert after.numbers(pa.array(["caffè", "new", "b"])).tolist() == [
        200000003,
        200000004,
        200000001,
    ]


def test_nothing_known_survives_a_restart_too() -> None:
    ids, identities = Ids(all_mmsi=False), Identities()
    ids.thaw(ids.freeze())
    identities.thaw(identities.freeze())
    assert ids.numbers(pa.array(["a"])).tolist() == [200000001]


def test_identity_is_told_when_it_changes_and_when_it_changes_back() -> None:
    told = Identities().changed(statics((1, b"A"), (2, b"A"), (1, b"A"), (1, b"B"), (1, b"A")))
    assert told.spool.tolist() == [0, 1, 3, 4]


def test_row_that_says_nothing_is_no_identity_and_no_change() -> None:
    identities = Identities()
    assert identities.changed(
        statics((1, b""), (1, b"A"), (1, b""), (1, b"A"))
    ).spool.tolist() == [1]


def test_identity_told_before_a_restart_is_not_told_again() -> None:
    before, after = Identities(), Identities()
    before.changed(statics((1, b"A"), (2, b"B")))
    after.thaw(before.freeze())
    assert after.changed(statics((1, b"A"), (2, b"C"))).mmsi.tolist() == [2]
