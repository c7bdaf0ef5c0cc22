"""Which migrations a database lacks, without applying them."""

from __future__ import annotations

import psycopg

from store.migrate import migrations
from store.schema import lacking


def test_an_empty_database_lacks_all_and_is_left_empty(empty_dsn):
    every = [one.version for one in migrations()]
    assert lacking(empty_dsn) == lacking(empty_dsn) == every
    with psycopg.connect(empty_dsn) as connection:
        assert connection.execute("SELECT to_regclass('position')").fetchone() == (None,)


def test_a_database_that_is_up_to_date_lacks_nothing(dsn):
    assert lacking(dsn) == []


def test_an_older_one_lacks_the_newer_ones(dsn):
    newest = migrations()[-1].version
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM schema_migration WHERE version = %s", [newest])
    assert lacking(dsn) == [newest]
