"""Cases of a database from before their codes stayed: what was in them is looked up, or is red."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import psycopg
import pytest

from alerts.alert import Codes
from alerts.notices import alert_json
from store.case_parts import Case, Item, Member
from store.cases import add_case_note, drop_item, lower_codes, open_case, put_item, whole
from store.changes import Change
from store.connect import session
from store.migrate import FOLDER, migrate, migrations
from store.watchlist import erase, propose, release
from tests.plugins import notices
from tests.plugins.database import fresh_database
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "0024_codes_of_cases_from_before"
UPDATED = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
"""When 0022 was applied."""
RED = {"handling": "H1", "tlp": "red", "contributor": "GRC"}
NOT_KNOWN = ("red", ("unknown",))


def change(hours: float, who: str = "anna") -> Change:
    return Change(who, "a test", UPDATED + dt.timedelta(hours=hours))


def listed(connection: psycopg.Connection, hours: float, **said: object) -> str:
    """Return the id of an entry in force from ``hours`` after the update on."""
    versions = propose(connection, [WatchlistEntry(name="GHOST", **said)], change(hours))
    release(connection, dict(versions), change(hours, "bruno"))
    return next(iter(dict(versions)))


def held(
    connection: psycopg.Connection, kind: str, ref: str, handling: str = "H1", hours: float = -5
) -> str:
    """Return a case out of which a thing was taken an hour after it had come in."""
    case = open_case(connection, Case("a", "b", "c", "d", UPDATED.date()),
                     Member("U-1", "anna", "lead"), change(hours))  # fmt: skip
    put_item(connection, case.id, Item(kind, ref, "", Codes(handling)), change(hours))
    drop_item(connection, case.id, kind, ref, change(hours + 1))
    return case.id


def alert(connection: psycopg.Connection, one: str, codes: Codes) -> None:
    content = json.dumps(alert_json(notices.alert(id=one, codes=codes)))
    connection.execute(
        "INSERT INTO alert (id, version, state, lane, severity, kind, subject, raised, mmsis, "
        "score, started_at, updated_at, changed_at, content) VALUES (%s, 1, 'new', 'law', 'low', "
        "'gap', '', true, '{1}', 1, now(), now(), now(), %s)",
        [one, content],
    )


@pytest.fixture(scope="module")
def before(database_server: str) -> Iterator[str]:
    """Give a database to which all but this migration was applied, when 0022 was."""
    with fresh_database(database_server, "template0") as dsn:
        migrate(dsn, [one for one in migrations() if one.version < VERSION])
        with session(dsn) as connection:
            connection.execute("UPDATE schema_migration SET applied_at = %s", [UPDATED])
        yield dsn


def left_by_0022(connection: psycopg.Connection) -> None:
    """Have the cases as 0022 leaves what it finds."""
    [older] = FOLDER.glob("0022_*.sql")
    connection.execute("UPDATE case_file SET ever = NULL")
    _, verb, rest = older.read_text("utf-8").partition("UPDATE")
    connection.execute(f"{verb}{rest}".encode())


def after(connection: psycopg.Connection) -> None:
    connection.execute((FOLDER / f"{VERSION}.sql").read_bytes())


def codes(connection: psycopg.Connection, case: str) -> tuple[str, tuple[str, ...]]:
    found = whole(connection, case).codes
    return found.tlp, found.contributors


@pytest.fixture
def filled(before: str) -> Iterator[psycopg.Connection]:
    """Give a connection to it whose changes are taken back."""
    with psycopg.connect(before) as connection:
        yield connection
        connection.rollback()


def test_what_was_listed_red_keeps_the_notes_red(filled) -> None:
    listed(filled, -9, mmsi=(247_000_001,), **RED)
    listed(filled, -9, imo=(9_074_729,), handling="H3", handling_comment="ask", contributor="ITA")
    listed(filled, -1, mmsi=(247_000_002,), **RED)
    by_mmsi, by_imo = (
        held(filled, "vessel", "247000001"),
        held(filled, "vessel", "imo:9074729", "H3"),
    )
    not_yet = held(filled, "vessel", "247000002", "H0")
    left_by_0022(filled)
    assert codes(filled, by_mmsi) == ("amber", ())
    after(filled)
    assert codes(filled, by_mmsi) == ("red", ("GRC",))
    assert whole(filled, by_imo).codes == Codes("H3", "ask", "amber", contributors=("ITA",))
    assert codes(filled, not_yet) == ("amber", ())


def test_what_is_told_of_nowhere_any_more_counts_as_red_of_nobody(filled) -> None:
    entry = listed(filled, -9, mmsi=(247_000_004,), **RED)
    erase(filled, [entry], change(2))
    erased = held(filled, "vessel", "247000004")
    unlisted, gone = held(filled, "vessel", "247000003"), held(filled, "alert", "A-1")
    left_by_0022(filled)
    after(filled)
    assert {codes(filled, one) for one in (unlisted, gone, erased)} == {NOT_KNOWN}


def test_alerts_and_contacts_say_their_own_codes(filled) -> None:
    alert(filled, "A-2", Codes("H2", "ask", "red", contributors=("ESP", "GRC")))
    alert(filled, "A-3", Codes())
    strict, milder = held(filled, "alert", "A-2"), held(filled, "alert", "A-3", "H2")
    contact = held(filled, "contact", "C-000001", "H0")
    left_by_0022(filled)
    after(filled)
    assert codes(filled, strict) == ("red", ("ESP", "GRC"))
    assert whole(filled, strict).codes.comment == "ask"
    assert codes(filled, milder) == NOT_KNOWN
    assert codes(filled, contact) == ("amber", ())


def test_codes_kept_since_then_are_exact_and_stay(filled) -> None:
    since = held(filled, "vessel", "247000005", hours=1)
    lowered = held(filled, "vessel", "247000005")
    lower_codes(filled, lowered, change(1))
    exact = {one: whole(filled, one).ever for one in (since, lowered)}
    after(filled)
    assert {one: whole(filled, one).ever for one in exact} == exact


def test_an_act_between_the_two_migrations_does_not_hide_what_was_lost(filled) -> None:
    listed(filled, -9, mmsi=(247_000_006,), **RED)
    case = held(filled, "vessel", "247000006")
    left_by_0022(filled)
    add_case_note(filled, case, "written meanwhile", change(1))
    after(filled)
    assert codes(filled, case) == ("red", ("GRC",))
