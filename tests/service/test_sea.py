"""Whoever helps sees the newest place of every ship, and what she is."""

from __future__ import annotations

import math

import numpy as np

from alerts.roles import RoleSettings
from alerts.scene import LAW, SAR
from service.sea import sea
from store.connect import connect
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes

NOW_US = int(np.datetime64("2020-07-04T15:00:00", "us").astype("i8"))
CUTTER, AIRCRAFT, UNKNOWN = 247_000_001, 111_247_001, 240_000_009


def seen(dsn: str, roles: RoleSettings | None = None):
    with connect(dsn) as connection:
        fleet, vessels = sea(connection, NOW_US, roles or RoleSettings())
    return {int(row["mmsi"]): (row, vessels[row["vessel"]]) for row in fleet}


def test_ships_come_with_what_they_said_of_themselves(dsn):
    rows = positions(mmsi=[CUTTER, AIRCRAFT, UNKNOWN], segment=[1, 2, 3], lon_deg=[12, 13, 14])
    said = statics(mmsi=[CUTTER], ship_type=[51], name=[b"CP 322"])
    with Writer(dsn) as writer:
        writer.commit(writes(rows, statics=said, last=rows, reports=[4, 4, 4]))
    found = seen(dsn)
    row, vessel = found[CUTTER]
    assert (row["lon"], row["sog"], vessel["name"]) == (12, 8.5, b"CP 322")
    assert (vessel["role"], vessel["length_m"]) == (SAR, 120)
    assert found[AIRCRAFT][1]["role"] == SAR
    assert math.isnan(found[UNKNOWN][1]["length_m"])


def test_what_was_heard_more_than_a_day_ago_is_not_there(dsn):
    rows = positions(received=["2020-07-03T14:00:00"], segment=[1])
    with Writer(dsn) as writer:
        writer.commit(writes(rows, last=rows, reports=[4]))
    assert seen(dsn) == {}


def test_lists_of_the_service_say_whose_task_is_what(dsn):
    rows = positions(mmsi=[UNKNOWN], segment=[3])
    with Writer(dsn) as writer:
        writer.commit(writes(rows, last=rows, reports=[4]))
    roles = RoleSettings(law_enforcement=(UNKNOWN,))
    assert seen(dsn, roles)[UNKNOWN][1]["role"] == LAW
