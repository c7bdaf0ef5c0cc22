from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from store.errors import MigrationError, UnavailableError
from store.migrate import Migration, migrate, migrations


def test_migrations_apply_to_an_empty_database(empty_dsn: str) -> None:
    assert migrate(empty_dsn) == [migration.version for migration in migrations()]


def test_a_second_migration_applies_nothing(dsn: str) -> None:
    assert migrate(dsn) == []


def test_each_new_migration_applies_to_the_database_before_it(empty_dsn: str) -> None:
    known = migrations()
    for last in range(1, len(known) + 1):
        assert migrate(empty_dsn, known[:last]) == [known[last - 1].version]


def test_versions_are_numbered_without_gaps() -> None:
    numbers = [int(migration.version[:4]) for migration in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_changed_applied_file_is_refused(dsn: str) -> None:
    changed = [replace(migrations()[0], sha256="0" * 64), *migrations()[1:]]
    with pytest.raises(MigrationError, match="0001_live_core was changed"):
        migrate(dsn, changed)


def test_a_database_from_the_future_is_refused(dsn: str) -> None:
    with pytest.raises(MigrationError, match="update this program"):
        migrate(dsn, [])


def test_a_failing_migration_leaves_nothing_behind(dsn: str) -> None:
    bad = Migration("9999_bad", "CREATE TABLE left_over (x int); SELECT 1 / 0", "f" * 64)
    with pytest.raises(MigrationError, match=r"9999_bad failed \(division by zero\)"):
        migrate(dsn, [*migrations(), bad])
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT to_regclass('left_over')").fetchone() == (None,)


def test_positions_are_hypertables_of_one_day(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT hypertable_name::text, time_interval FROM timescaledb_information.dimensions"
        ).fetchall()
    assert {name: interval.days for name, interval in rows} == {"position": 1, "run_position": 1}


def test_vessels_known_before_the_update_are_last_seen_after_it(empty_dsn: str) -> None:
    migrate(empty_dsn, migrations()[:1])
    with psycopg.connect(empty_dsn) as connection:
        for day, lon_deg in ((1, 10.0), (2, 11.0)):
            connection.execute(
                "INSERT INTO position (time, received, spool, lon_deg, lat_deg, mmsi, cell, feed, "
                "message) VALUES (%(at)s, %(at)s, 1, %(lon)s, 40, 7, 1, 0, 1)",
                {"at": f"2020-07-0{day}", "lon": lon_deg},
            )
    migrate(empty_dsn)
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("SELECT mmsi, lon_deg FROM last_seen").fetchall() == [(7, 11.0)]


def test_two_commands_may_migrate_at_once(empty_dsn: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        applied = sorted(pool.map(migrate, [empty_dsn, empty_dsn]))
    assert applied == [[], [migration.version for migration in migrations()]]


def test_a_database_that_is_away_is_told_apart() -> None:
    with pytest.raises(UnavailableError):
        migrate("host=/nonexistent dbname=none")


def test_a_role_that_does_not_own_the_extension_may_go_on(dsn: str) -> None:
    role = f"guest_{uuid.uuid4().hex}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
        connection.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
        assert migrate(dsn.replace("user=vedetta", f"user={role}")) == []
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")
