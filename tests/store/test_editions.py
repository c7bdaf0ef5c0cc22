from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from store.changes import Change
from store.connect import session
from store.editions import Adoption, adopted, content, editions, newest, publish, put_adoptions
from store.errors import RefusedError, StoreError

ANNA = Change("anna", "case 12", datetime(2026, 3, 1, 12, tzinfo=UTC))
AT = 1_593_874_262_123_457


def test_editions_are_numbered_by_what_they_are(dsn: str) -> None:
    with session(dsn) as connection:
        made = [publish(connection, what, what.encode(), ANNA) for what in ("zones", "watchlist")]
        made.append(publish(connection, "zones", b"more", ANNA))
        assert [(row.what, row.version) for row in made] == [
            ("zones", 1), ("watchlist", 1), ("zones", 2),
        ]  # fmt: skip
        assert newest(connection, "zones") == made[2]
        assert editions(connection, "zones") == [made[2], made[0]]
        assert (made[2].author, made[2].why, made[2].at) == ("anna", "case 12", ANNA.at)
        assert newest(connection, "models") is None


def test_the_bytes_come_back_by_their_hash(dsn: str) -> None:
    data = bytes(range(256)) * 40_000
    with session(dsn) as connection:
        row = publish(connection, "zones", data, ANNA)
        assert row.sha256 == hashlib.sha256(data).hexdigest()
        assert content(connection, row.sha256) == data


def test_the_same_bytes_again_are_no_new_edition(dsn: str) -> None:
    with session(dsn) as connection:
        first = publish(connection, "zones", b"one", ANNA)
        assert publish(connection, "zones", b"one", ANNA) == first
        publish(connection, "zones", b"two", ANNA)
        back = publish(connection, "zones", b"one", ANNA)
        assert (back.version, back.sha256) == (3, first.sha256)


def test_an_unknown_or_altered_edition_is_told(dsn: str) -> None:
    with session(dsn) as connection:
        row = publish(connection, "zones", b"one", ANNA)
        with pytest.raises(StoreError, match="ffff is not in the database"):
            content(connection, "ffff")
        connection.execute("ALTER TABLE edition DISABLE TRIGGER ALL")
        connection.execute("UPDATE edition SET content = 'two'")
        with pytest.raises(StoreError, match="was altered in the database"):
            content(connection, row.sha256)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE edition SET content = 'x'",
        "UPDATE edition SET content = NULL, why = 'x'",
        "DELETE FROM edition",
        "TRUNCATE edition",
    ],
)
def test_a_published_edition_cannot_be_changed(dsn: str, statement: str) -> None:
    with session(dsn) as connection:
        publish(connection, "zones", b"one", ANNA)
    with pytest.raises(RefusedError, match="rows of table edition are only ever added"):
        execute(dsn, statement)


def execute(dsn: str, statement: str) -> None:
    with session(dsn) as connection:
        connection.execute(statement)


def test_who_publishes_at_once_gets_one_version_each(dsn: str) -> None:
    together = Barrier(4)

    def go(name: int) -> int:
        together.wait()
        with session(dsn) as connection:
            return publish(connection, "zones", b"%d" % name, ANNA).version

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(go, range(4))) == [1, 2, 3, 4]


def test_what_was_in_force_is_known_for_every_spool_position(dsn: str) -> None:
    first, second, other = (
        Adoption("zones", 1, "aa", 10, AT), Adoption("zones", 2, "bb", 20, AT + 1),
        Adoption("watchlist", 1, "cc", 15, AT),
    )  # fmt: skip
    with session(dsn) as connection:
        put_adoptions(connection, [first, second, other], 0)
        assert adopted(connection) == {"zones": second, "watchlist": other}
        assert adopted(connection, at_most=19) == {"zones": first, "watchlist": other}
        assert adopted(connection, at_most=10) == {"zones": first}
        assert adopted(connection, at_most=9) == adopted(connection, 1) == {}


def test_an_adoption_that_is_there_stays_as_it_is(dsn: str) -> None:
    one = Adoption("zones", 1, "aa", 10, AT)
    with session(dsn) as connection:
        put_adoptions(connection, [one], 0)
        put_adoptions(connection, [one, Adoption("zones", 2, "bb", 20, AT)], 0)
        assert adopted(connection, at_most=10) == {"zones": one}
        assert adopted(connection)["zones"].version == 2
