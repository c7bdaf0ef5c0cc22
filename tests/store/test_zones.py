from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
import shapely

from geofence.zones import Zone
from store.changes import Change
from store.connect import session
from store.errors import RefusedError, RuleError
from store.zones import put_zones, remove_zones, zone_history, zones_now

ANNA = Change("anna", "case 12", datetime(2026, 3, 1, 12, tzinfo=UTC))
BRUNO = Change("bruno", "moved", datetime(2026, 3, 2, 12, tzinfo=UTC))
ROUND = shapely.Polygon(
    [(0.1, -0.0), (1e-7, 1 / 3), (12.123456789012345, 41.0)], [[(1, 2), (2, 3), (1, 3)]]
)


def zone(name: str = "malta", geometry: shapely.Polygon | None = None) -> Zone:
    return Zone(
        name,
        "Ελλάς «1»",
        "custom",
        geometry or shapely.box(14, 35, 15, 36),
        "drawn",
        "ours",
        details={"office": ["EURTF", "\0"]},
    )


def test_a_zone_comes_back_as_it_was(dsn: str) -> None:
    odd = zone(geometry=ROUND)
    with session(dsn) as connection:
        assert put_zones(connection, [odd], ANNA) == {"malta": "added"}
        [row] = zones_now(connection)
    assert row.zone.feature() == odd.feature()
    assert shapely.equals_exact(row.zone.geometry, ROUND, 0.0)
    assert (row.version, row.state, row.author, row.at, row.why) == (
        1, "active", "anna", ANNA.at, "case 12",
    )  # fmt: skip


def test_the_same_zone_again_is_unchanged(dsn: str) -> None:
    odd = zone(geometry=ROUND)
    with session(dsn) as connection:
        put_zones(connection, [odd], ANNA)
        assert put_zones(connection, [odd], BRUNO) == {"malta": "unchanged"}
        assert len(zone_history(connection, "malta")) == 1


def test_a_change_is_a_version_and_the_old_one_stays(dsn: str) -> None:
    with session(dsn) as connection:
        put_zones(connection, [zone("a"), zone("b")], ANNA)
        done = put_zones(connection, [replace(zone("a"), leave_m=10.0), zone("c")], BRUNO)
        assert done == {"a": "changed", "c": "added"}
        assert [(row.zone.id, row.version) for row in zones_now(connection)] == [
            ("a", 2), ("b", 1), ("c", 1),
        ]  # fmt: skip
        history = zone_history(connection, "a")
    assert [(row.zone.leave_m, row.author) for row in history] == [
        (500.0, "anna"),
        (10.0, "bruno"),
    ]


def test_a_removed_zone_says_what_it_was_and_may_come_back(dsn: str) -> None:
    with session(dsn) as connection:
        put_zones(connection, [zone()], ANNA)
        remove_zones(connection, ["malta"], BRUNO)
        assert zones_now(connection) == []
        assert put_zones(connection, [zone()], ANNA) == {"malta": "added"}
        history = zone_history(connection, "malta")
    assert [(row.version, row.state) for row in history] == [
        (1, "active"), (2, "removed"), (3, "active"),
    ]  # fmt: skip
    assert history[1].zone.feature() == zone().feature()


def test_removing_what_is_not_there_removes_nothing(dsn: str) -> None:
    with session(dsn) as connection:
        put_zones(connection, [zone("a"), zone("b")], ANNA)
        remove_zones(connection, ["b"], ANNA)
        for gone in ("b", "c"):
            with pytest.raises(RuleError, match=f"zone {gone} is not in the database"):
                remove_zones(connection, ["a", gone], BRUNO)
        assert [row.zone.id for row in zones_now(connection)] == ["a"]


def test_an_id_that_stands_twice_is_refused(dsn: str) -> None:
    with session(dsn) as connection:
        with pytest.raises(RuleError, match="zone malta stands 2 times"):
            put_zones(connection, [zone(), zone()], ANNA)
        assert zones_now(connection) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE zone_version SET why = 'x'", "DELETE FROM zone_version"]
)
def test_the_database_refuses_to_change_a_version(dsn: str, statement: str) -> None:
    with session(dsn) as connection:
        put_zones(connection, [zone()], ANNA)
    with pytest.raises(RefusedError, match="rows of table zone_version are only ever added"):
        execute(dsn, statement)


def execute(dsn: str, statement: str) -> None:
    with session(dsn) as connection:
        connection.execute(statement)


def test_imports_at_once_make_one_history(dsn: str) -> None:
    together = Barrier(3)

    def put(metres: float) -> str:
        together.wait()
        with session(dsn) as connection:
            return put_zones(connection, [replace(zone(), leave_m=metres)], ANNA)["malta"]

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(put, (1.0, 2.0, 3.0))) == ["added", "changed", "changed"]
    with session(dsn) as connection:
        assert [row.version for row in zone_history(connection, "malta")] == [1, 2, 3]
