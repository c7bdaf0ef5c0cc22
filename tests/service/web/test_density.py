"""How many rows of a vessel are stored tells nobody who is listed: every answer is levelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import pytest

from maps.live.past import HEADER, SHIP
from store.thinning import ready
from store.writer import Writer
from tests.plugins.database import fresh_database
from tests.plugins.desks import Desk, desk
from tests.plugins.rows import positions, writes
from tests.plugins.sailed import MARIA, STELLA

BEGIN = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
END = BEGIN + timedelta(minutes=10)


@pytest.fixture(scope="module")
def room(database_server: str) -> Iterator[Desk]:
    """Two steady ships: MARIA is listed and stored each 2 s, STELLA as all others each 10 s."""
    often, seldom = np.arange(0, 600, 2), np.arange(0, 600, 10)
    seconds = np.concatenate([often, seldom])
    mmsi = np.repeat([MARIA, STELLA], [len(often), len(seldom)])
    time = np.datetime64(BEGIN.replace(tzinfo=None), "us") + seconds.astype("m8[s]")
    rows = positions(mmsi=mmsi, time=time, received=time, segment=mmsi - MARIA + 1,
                     lon_deg=14.5 + seconds * 1e-5, lat_deg=np.full(len(mmsi), 35.9),
                     spool=np.arange(len(mmsi)) + 1)  # fmt: skip
    ready()
    with fresh_database(database_server) as dsn:
        with Writer(dsn) as writer:
            writer.commit(writes(rows, feeds=["malta"], offset=1000))
        with desk(dsn) as one:
            yield one


@pytest.fixture(scope="module")
def ask(room: Desk):
    client = room.as_("supervisor")

    def ask(address: str, **query: object) -> httpx.Response:
        answer = client.get(address, params=query)
        assert answer.status_code == 200, answer.text
        return answer

    return ask


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def both(ask, what: str) -> tuple[object, object]:
    """The answers about both ships, without whose they are."""
    said = [ask(f"/api/v1/vessels/{one}/{what}").json() for one in (MARIA, STELLA)]
    for one in said:
        one.pop("to_ms", None)
    return said[0], said[1]


@pytest.mark.parametrize("what", ["reports?hours=2", "track?hours=2", "receivers?hours=2"])
def test_what_is_told_of_a_listed_vessel_is_as_dense_as_of_any_other(ask, what) -> None:
    listed, other = both(ask, what)
    assert listed == other
    assert listed.get("stored", 60) == 60


def test_positions_of_a_box_are_as_dense_for_all(ask) -> None:
    span = {"from": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}", "to": f"{END:%Y-%m-%dT%H:%M:%SZ}"}
    said = ask("/api/v1/positions", bbox="14,35,15,36", **span).json()
    ships = [one["properties"]["mmsi"] for one in said["features"]]
    assert (ships.count(MARIA), ships.count(STELLA)) == (60, 60)


def test_a_replay_by_the_second_is_as_dense_for_all(ask) -> None:
    span = {"from": ms(BEGIN), "to": ms(END), "west": 14, "east": 15, "south": 35, "north": 36}
    data = ask("/api/v1/replay", step=1, **span).content
    head = np.frombuffer(data, HEADER, 1)[0]
    ships = np.frombuffer(data, SHIP, head["ships"], HEADER.itemsize)
    assert ships["rows"].tolist() == [60, 60]


def test_who_searches_for_a_subject_learns_minutes_and_no_rows(room) -> None:
    client = room.as_("administrator")
    said = [client.post("/data-protection/subject", data={
        "mmsi": one, "name": "", "call_sign": "", "why": "request 4"}).text
        for one in (MARIA, STELLA)]  # fmt: skip
    for one in said:
        assert "10 min heard since" in one
        assert "×" not in one
