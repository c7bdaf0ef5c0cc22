import numpy as np
import pytest

from service.web.source import StoreSource, joined
from store.fleet import IDENTITY
from store.live import LATEST


@pytest.fixture
def latest() -> np.ndarray:
    rows = np.zeros(2, LATEST)
    rows["segment"], rows["mmsi"], rows["reports"] = [7, 8], [247_000_001, 248_000_002], 3
    rows["received"] = np.datetime64("2023-11-14T22:13:20", "us")
    return rows


def identity_of(mmsi: int, name: bytes) -> np.ndarray:
    known = np.zeros(1, IDENTITY)
    known["mmsi"], known["name"], known["ship_type"], known["to_bow_m"] = mmsi, name, 70, 60
    return known


def test_rows_get_the_identity_of_their_vessel(latest) -> None:
    rows = joined(latest, identity_of(248_000_002, b"STELLA"))
    assert rows["name"].tolist() == [b"", b"STELLA"]
    assert rows["ship_type"].tolist() == [255, 70]


def test_sizes_nobody_told_are_not_available(latest) -> None:
    rows = joined(latest, np.zeros(0, IDENTITY))
    assert np.isnan(rows["to_bow_m"]).all()


def test_times_become_microseconds(latest) -> None:
    rows = joined(latest, np.zeros(0, IDENTITY))
    assert rows["received"].tolist() == [1_700_000_000_000_000] * 2


def test_an_empty_database_gives_an_empty_picture(dsn) -> None:
    source = StoreSource(dsn)
    assert len(source.rows()) == 0
    assert source.health() == {}
    assert source.vessel(247_000_001) is None
    source.close()


def test_a_database_that_is_away_raises_and_keeps_nothing_broken() -> None:
    source = StoreSource("host=/nowhere dbname=x")
    with pytest.raises(Exception, match="nowhere"):
        source.rows()
    assert source.connections.idle == []


def test_a_read_that_hangs_is_given_up_by_the_database_itself(dsn) -> None:
    source = StoreSource(dsn)
    with source.connections.one() as connection:
        shown = connection.execute("SHOW statement_timeout").fetchone()
    source.close()
    assert shown == ("4s",)
