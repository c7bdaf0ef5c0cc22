"""Positions of a box and a span, through the index of cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from store.connect import connect
from store.past import PAST, Box, heard, known, positions, stored
from store.queries import query
from tests.plugins.database import fresh_database
from tests.plugins.sailed import MARIA, QUIET, STELLA, sailed

BEGIN = datetime(2026, 11, 20, 10, tzinfo=UTC)
SEA = Box(10, 30, 20, 40)
MANY = 10_000


@pytest.fixture(scope="module")
def dsn(database_server):
    with fresh_database(database_server) as dsn:
        sailed(dsn, BEGIN)
        yield dsn


@pytest.fixture
def connection(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def test_a_span_has_its_start_and_not_its_end(connection) -> None:
    rows = positions(connection, SEA, at(0), at(10), MANY)
    assert rows.dtype == PAST
    assert len(rows) == 60
    first = int(BEGIN.timestamp() * 1e6)
    assert {int(rows["time"].min()), int(rows["time"].max())} == {first, first + 570_000_000}
    [maria] = rows[(rows["mmsi"] == MARIA) & (rows["time"] == first)]
    assert (maria["segment"], maria["lon_deg"], maria["lat_deg"]) == (1, 14.5, 35.9)
    assert (maria["sog_kn"], maria["cog_deg"], maria["nav_status"]) == (12, 90, 0)
    assert np.isnan(maria["heading_deg"])


def test_only_who_was_in_the_box(connection) -> None:
    rows = positions(connection, Box(15.2, 36.2, 15.8, 36.8), at(0), at(60), MANY)
    assert set(rows["mmsi"].tolist()) == {STELLA}


def test_no_more_than_the_limit(connection) -> None:
    assert len(positions(connection, SEA, at(0), at(60), 7)) == 7


def test_an_empty_span_is_an_empty_answer(connection) -> None:
    assert len(positions(connection, SEA, at(-60), at(-30), MANY)) == 0


def test_who_was_heard_before_stands_there_with_the_last_report(connection) -> None:
    rows = heard(connection, SEA, at(0), at(30), MANY)
    assert sorted(rows["mmsi"].tolist()) == [MARIA, STELLA, QUIET]
    [quiet] = rows[rows["mmsi"] == QUIET]
    assert quiet["time"] == int(at(14.5).timestamp() * 1e6)


def test_names_are_those_of_now_in_order(connection) -> None:
    rows = known(connection, [QUIET, MARIA, 9])
    assert rows["mmsi"].tolist() == [MARIA, QUIET]
    assert rows["name"].tolist() == [b"MARIA K", b"QUIET"]


def test_what_is_stored_is_known_without_reading_it(connection) -> None:
    first, last = stored(connection)
    assert first <= BEGIN
    assert last == at(59.5)


@pytest.mark.parametrize("name", ["past_positions", "past_heard"])
def test_a_box_is_read_through_its_cells(connection, name) -> None:
    asked = {"cells": SEA.cells(), "start": at(0), "end": at(10), "limit": MANY}
    asked |= {"west": 10, "south": 30, "east": 20, "north": 40}
    connection.execute("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in connection.execute(b"EXPLAIN " + query(name), asked))
    assert "position_cell_time" in plan


def test_cells_are_those_that_the_box_touches() -> None:
    assert Box(14.5, 35.2, 15.5, 35.8).cells() == [125 * 360 + 194, 125 * 360 + 195]
