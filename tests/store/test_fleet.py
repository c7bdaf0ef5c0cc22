from __future__ import annotations

import numpy as np

from store.connect import connect
from store.fleet import IDENTITY, identities
from store.writer import Writer
from tests.plugins.rows import statics, writes


def test_no_identity_is_known_at_first(dsn: str) -> None:
    with connect(dsn) as connection:
        rows, since = identities(connection)
    assert (len(rows), rows.dtype, since) == (0, IDENTITY, None)


def test_an_identity_is_what_the_vessel_told(dsn: str) -> None:
    told = statics(mmsi=[247_320_162], imo=[9_074_729], name=[b"OCEAN"], call_sign=[b"IBCD"])
    with Writer(dsn) as writer:
        writer.commit(writes(statics=told))
    with connect(dsn) as connection:
        [row] = identities(connection)[0]
    assert row.tolist() == (
        247_320_162, 70, 100.0, 20.0, 10.0, 8.0, 9_074_729, b"IBCD", b"OCEAN", b"NAPOLI",
    )  # fmt: skip


def test_what_a_vessel_never_told_is_marked(dsn: str) -> None:
    silent = statics(mmsi=[1], ship_type=[255], to_bow_m=[np.nan])
    with Writer(dsn) as writer:
        writer.commit(writes(statics=silent))
    with connect(dsn) as connection:
        [row] = identities(connection)[0]
    assert (row["ship_type"], row["imo"], row["name"]) == (255, 0, b"")
    assert np.isnan(row["to_bow_m"])


def test_a_second_look_finds_only_what_changed(dsn: str) -> None:
    first = statics(mmsi=[1, 2], received=["2020-07-04T12:00", "2020-07-04T13:00"])
    later = statics(mmsi=[3], received=["2020-07-04T13:00"])
    with Writer(dsn) as writer, connect(dsn, autocommit=True) as connection:
        writer.commit(writes(statics=first, offset=1))
        _, since = identities(connection)
        writer.commit(writes(statics=later, offset=2))
        rows, again = identities(connection, since)
    assert sorted(rows["mmsi"]) == [2, 3]
    assert again == since


def test_a_look_that_finds_nothing_keeps_its_place(dsn: str) -> None:
    with Writer(dsn) as writer, connect(dsn, autocommit=True) as connection:
        writer.commit(writes(statics=statics(mmsi=[1])))
        _, since = identities(connection)
        assert since is not None
        connection.execute("DELETE FROM vessel")
        assert identities(connection, since)[1] == since
