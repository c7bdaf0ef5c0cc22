"""The data protection page says of every table what is kept; what it says is what jobs do."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import store
from service.erasing import REMOVED_FROM, Erased, erased, note
from service.holdings import FILES, HOLDINGS
from service.retaining import RetentionSettings
from store import audit
from store.connect import session
from store.retention import Removed
from store.runs import _TABLES
from tests.service.test_anchors import NOON

BY_TABLE = {one.table: one for one in HOLDINGS}
STORE = Path(store.__file__).parent
DELETES = re.compile(r"DELETE FROM (\w+)")
BY_PEOPLE = {"entry_person", "server_key"}
"""What people remove, and no job."""
REPLACED = {"coverage_cell", "session", "alert_turn"}
"""What is replaced all the time, or ended by who is signed in."""


def test_every_table_has_one_row_and_every_row_a_table(dsn) -> None:
    with session(dsn) as connection:
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = {name for (name,) in found}
    assert len(BY_TABLE) == len(HOLDINGS)
    assert {"spool", "quarantine"} == FILES
    assert BY_TABLE.keys() - FILES == tables


def test_every_setting_is_named_by_what_it_bounds() -> None:
    settings = {one.name for one in dataclasses.fields(RetentionSettings)}
    assert {one.setting for one in HOLDINGS if one.setting} == settings
    assert all((one.job != "") == (one.setting != "" or one.days is not None) for one in HOLDINGS)


def test_the_page_says_of_what_retention_removes_the_setting_by_which_it_does() -> None:
    fields = {one.name for one in dataclasses.fields(Removed)}
    assert REMOVED_FROM.keys() == fields
    assert {t: BY_TABLE[t].setting for t, _ in REMOVED_FROM.values()} == dict(
        REMOVED_FROM.values()
    )


def test_no_table_from_which_rows_are_deleted_is_said_to_have_no_end() -> None:
    texts = [path.read_text() for path in (*STORE.glob("*.py"), *STORE.glob("sql/*.sql"))]
    deleted = {table for text in texts for table in DELETES.findall(text)}
    assert {"zone_visit", "alert", "job_run", "digest", "delivery"} <= deleted
    endless = {one.table for one in HOLDINGS if not one.job} - BY_PEOPLE - REPLACED - {*_TABLES}
    assert deleted & endless == set()


@pytest.mark.parametrize(
    "table, said",
    [
        ("position", "7 days after the position, by whole days"),
        ("job_run", "14 days after it was started; the newest of each job stays"),
        ("audit", "no end: what could go would prove nothing"),
    ],
)
def test_until_when_is_made_from_the_settings(table, said) -> None:
    assert BY_TABLE[table].until(RetentionSettings(positions_days=7)) == said


def test_what_a_run_erased_is_one_row_of_the_audit_and_nothing_none(dsn) -> None:
    removed = Removed(("chunk 1", "chunk 2"), 5, 0, (), hits=3)
    what = erased(removed, dataclasses.asdict(RetentionSettings()), NOON)
    assert [(one.table, one.count) for one in what] == [
        ("position", 2), ("latest", 5), ("watchlist_hit", 3)]  # fmt: skip
    note(dsn, "retention", what, NOON)
    assert note(dsn, "retention", [Erased("spool", 0, NOON)], NOON) == []
    with session(dsn) as connection:
        [row] = audit.rows(connection)
    assert (row.who, row.action, row.subject) == ("vedetta", "retention.erase", "retention")
    assert '{"before":"2026-02-02T12:00:00+00:00","count":2,"table":"position"}' in row.details
