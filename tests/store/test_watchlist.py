from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from store.changes import Change
from store.connect import session
from store.errors import FourEyesError, RefusedError, RuleError
from store.watchlist import (
    erase,
    history,
    in_force,
    newest,
    newest_states,
    persons,
    propose,
    proposed_by,
    put_persons,
    reject,
    release,
    versions_in_force,
    withdraw,
)
from watchlist.entries import Link, Person, WatchlistEntry

if TYPE_CHECKING:
    import psycopg

DAY = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ANNA = Change("anna", "case 12", DAY)
BRUNO = Change("bruno", "looked at it", DAY + dt.timedelta(days=1))
FULL = WatchlistEntry(
    mmsi=(247_000_001, 2), imo=(9_074_729,), call_sign=("IBCD",), name="ÉTOILE «1»",
    aliases=("A|B", "'; DROP TABLE entry_version;--"), former_names=("OLD\u2028",), type="cargo",
    flag="ITA", length_m=120.1, beam_m=0.1 + 0.2, photograph="ref/1", reason="tab\tand\nline\\",
    contributor="ITA", handling="H3", handling_comment="ask", source_grade="A", info_grade=1,
    tlp="red", priority="high", valid_from=dt.date(2026, 1, 1), valid_until=dt.date(2026, 12, 31),
    review_by=dt.date(2027, 1, 1), links=(Link("owner", "V-000002", "note"),),
)  # fmt: skip


def listed(connection: psycopg.Connection, name: str = "GHOST") -> str:
    """Return the id of an entry that two people put in force."""
    versions = dict(propose(connection, [WatchlistEntry(name=name)], ANNA))
    release(connection, versions, BRUNO)
    return next(iter(versions))


def renamed(connection: psycopg.Connection, entry_id: str, name: str) -> dict[str, int]:
    return dict(propose(connection, [WatchlistEntry(entry_id, name=name)], ANNA))


def states(connection: psycopg.Connection, entry_id: str) -> list[str]:
    return [row.state for row in history(connection, entry_id)]


def test_numbers_and_states_are_found_without_the_entries(dsn: str) -> None:
    with session(dsn) as connection:
        one, other = listed(connection), listed(connection, "OTHER")
        renamed(connection, one, "NEW")
        withdraw(connection, [other], BRUNO)
        assert versions_in_force(connection) == {one: 1}
        found = newest_states(connection, [other, one, "V-999999", one])
        assert list(found.items()) == [(other, (1, "withdrawn")), (one, (2, "proposed"))]
        assert proposed_by(connection, "anna") == {one: 2}
        assert proposed_by(connection, "bruno") == {}


def test_an_entry_comes_back_as_it_was(dsn: str) -> None:
    assert all(getattr(FULL, field.name) for field in fields(FULL) if field.name != "id")
    with session(dsn) as connection:
        assert propose(connection, [FULL], ANNA) == [("V-000001", 1)]
        [row] = newest(connection)
    assert row.entry == replace(FULL, id="V-000001")
    assert (row.version, row.state, row.author, row.at, row.why) == (
        1, "proposed", "anna", DAY, "case 12",
    )  # fmt: skip
    assert (row.released_by, row.released_at, row.ended_by) == (None, None, None)


def test_new_entries_are_numbered_in_the_order_given(dsn: str) -> None:
    with session(dsn) as connection:
        propose(connection, [WatchlistEntry(name="A")], ANNA)
        given = [WatchlistEntry(name="B"), WatchlistEntry("V-000001"), WatchlistEntry(name="C")]
        assert propose(connection, given, ANNA) == [
            ("V-000002", 1), ("V-000001", 2), ("V-000003", 1),
        ]  # fmt: skip
        assert [row.entry.name for row in newest(connection)] == ["", "B", "C"]
        assert [row.entry.name for row in newest(connection, ["V-000003", "x"])] == ["C"]


def test_a_proposal_is_not_in_force_until_somebody_else_releases_it(dsn: str) -> None:
    with session(dsn) as connection:
        versions = dict(propose(connection, [WatchlistEntry(name="GHOST")], ANNA))
        assert in_force(connection) == []
        release(connection, versions, BRUNO)
        [row] = in_force(connection)
    assert (row.entry.name, row.released_by, row.released_at) == ("GHOST", "bruno", BRUNO.at)
    assert (row.author, row.at, row.ended_by) == ("anna", DAY, None)


@pytest.mark.parametrize("who", ["anna", "Anna", " ANNA ", "an na", "\uff41nna"])
def test_the_author_may_not_release_it_whatever_the_spelling(dsn: str, who: str) -> None:
    with session(dsn) as connection:
        versions = dict(propose(connection, [WatchlistEntry(name="GHOST")], ANNA))
        with pytest.raises(FourEyesError, match="version 1 was proposed by 'anna'") as told:
            release(connection, versions, replace(BRUNO, who=who))
        assert (told.value.entry, told.value.author) == ("V-000001", "anna")
        assert states(connection, "V-000001") == ["proposed"]


def test_an_exercise_may_do_without_four_eyes(dsn: str) -> None:
    with session(dsn) as connection:
        versions = dict(propose(connection, [WatchlistEntry(name="GHOST")], ANNA))
        release(connection, versions, ANNA, four_eyes=False)
        assert len(in_force(connection)) == 1


def test_four_eyes_look_at_the_author_of_that_version(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
        propose(connection, [WatchlistEntry(entry_id, name="B")], BRUNO)
        with pytest.raises(FourEyesError):
            release(connection, {entry_id: 2}, BRUNO)
        release(connection, {entry_id: 2}, ANNA)


def test_a_proposed_change_leaves_the_older_version_in_force(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
        versions = renamed(connection, entry_id, "SHADOW")
        assert [row.entry.name for row in in_force(connection)] == ["GHOST"]
        assert [row.entry.name for row in newest(connection)] == ["SHADOW"]
        release(connection, versions, BRUNO)
        assert [row.entry.name for row in in_force(connection)] == ["SHADOW"]
        first, second = history(connection, entry_id)
    assert (first.state, first.ended_by, first.ended_why) == (
        "superseded", "bruno", "looked at it",
    )  # fmt: skip
    assert (second.state, second.version) == ("released", 2)


def test_a_rejected_change_leaves_the_older_version_in_force(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
        reject(connection, renamed(connection, entry_id, "SHADOW"), BRUNO)
        assert [row.entry.name for row in in_force(connection)] == ["GHOST"]
        assert states(connection, entry_id) == ["released", "rejected"]
        with pytest.raises(RuleError, match="has no open proposal"):
            release(connection, {entry_id: 2}, BRUNO)


def test_a_newer_proposal_takes_the_place_of_an_open_one(dsn: str) -> None:
    with session(dsn) as connection:
        propose(connection, [WatchlistEntry(name="A")], ANNA)
        assert renamed(connection, "V-000001", "B") == {"V-000001": 2}
        assert states(connection, "V-000001") == ["superseded", "proposed"]


def test_only_the_version_that_was_looked_at_is_released(dsn: str) -> None:
    with session(dsn) as connection:
        looked_at = dict(propose(connection, [WatchlistEntry(name="A")], ANNA))
        renamed(connection, "V-000001", "B")
        with pytest.raises(RuleError, match="version 1 is no longer the proposal, 2 is"):
            release(connection, looked_at, BRUNO)
        with pytest.raises(RuleError, match="version 1 is no longer the proposal, 2 is"):
            reject(connection, looked_at, BRUNO)


def test_a_withdrawn_entry_is_off_the_list_and_may_come_back(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
        renamed(connection, entry_id, "SHADOW")
        assert withdraw(connection, [entry_id], ANNA) == 2
        assert in_force(connection) == []
        assert states(connection, entry_id) == ["withdrawn", "withdrawn"]
        with pytest.raises(RuleError, match="is on no list"):
            withdraw(connection, [entry_id], ANNA)
        release(connection, renamed(connection, entry_id, "BACK"), BRUNO)
        assert [row.entry.name for row in in_force(connection)] == ["BACK"]


def test_erasure_leaves_a_tombstone_and_nothing_else(dsn: str) -> None:
    hidden = "JANE DOE"
    told = Change("anna", f"case {hidden}", DAY)
    with session(dsn) as connection:
        versions = dict(propose(connection, [WatchlistEntry(name=hidden)], told))
        release(connection, versions, Change("bruno", hidden, DAY))
        reject(connection, renamed(connection, "V-000001", hidden), Change("bruno", hidden, DAY))
        put_persons(connection, {"V-000001": [Person("owner", hidden)]}, told)
        gone = Change("clara", "review overdue", DAY)
        assert erase(connection, ["V-000001"], gone) == 2
        rows = history(connection, "V-000001")
        assert persons(connection, ["V-000001"]) == {}
        kept = connection.execute(
            "SELECT (SELECT json_agg(v) FROM entry_version v)::text || "
            "(SELECT coalesce(json_agg(p), '[]') FROM entry_person p)::text"
        ).fetchone()
    assert kept is not None
    assert hidden not in kept[0]
    assert {(row.state, row.entry, row.author, row.at, row.why) for row in rows} == {
        ("erased", WatchlistEntry("V-000001"), "anna", DAY, ""),
    }  # fmt: skip
    assert {(row.ended_by, row.ended_why) for row in rows} == {("clara", "review overdue")}
    assert [(row.version, row.released_by) for row in rows] == [(1, "bruno"), (2, None)]


def test_an_erased_entry_stays_erased(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
        erase(connection, [entry_id], ANNA)
        assert in_force(connection) == []
        for act in (
            lambda: erase(connection, [entry_id], ANNA),
            lambda: withdraw(connection, [entry_id], ANNA),
            lambda: renamed(connection, entry_id, "B"),
            lambda: put_persons(connection, {entry_id: ()}, ANNA),
        ):
            with pytest.raises(RuleError, match="was erased"):
                act()
        assert propose(connection, [WatchlistEntry(name="B")], ANNA) == [("V-000002", 1)]


def test_an_id_that_was_never_given_is_refused(dsn: str) -> None:
    with session(dsn) as connection:
        for act in (
            lambda: renamed(connection, "V-000009", "B"),
            lambda: erase(connection, ["V-000009"], ANNA),
            lambda: withdraw(connection, ["V-000009"], ANNA),
            lambda: put_persons(connection, {"V-000009": ()}, ANNA),
        ):
            with pytest.raises(RuleError, match="'V-000009' is not in the list"):
                act()
        assert newest(connection) == []
        assert history(connection, "V-000009") == []


def test_all_or_nothing_is_changed(dsn: str) -> None:
    with session(dsn) as connection:
        good = dict(propose(connection, [WatchlistEntry(name="A"), WatchlistEntry()], ANNA))
        with pytest.raises(RuleError, match="V-000009"):
            release(connection, {**good, "V-000009": 1}, BRUNO)
        with pytest.raises(RuleError, match="V-000009"):
            reject(connection, {**good, "V-000009": 1}, BRUNO)
        with pytest.raises(RuleError, match="stands 2 times"):
            propose(connection, [WatchlistEntry("V-000001")] * 2, ANNA)
        assert states(connection, "V-000001") == states(connection, "V-000002") == ["proposed"]


@pytest.mark.parametrize(
    "statement, told",
    [
        ("UPDATE entry_version SET content = '{}'", "version 1 of entry V-000001 cannot be"),
        ("UPDATE entry_version SET author = 'x'", "version 1 of entry V-000001 cannot be"),
        ("UPDATE entry_version SET version = 7", "version 1 of entry V-000001 cannot be"),
        ("UPDATE entry_version SET state = 'proposed'", "is released: it cannot become proposed"),
        ("UPDATE entry_version SET state = 'rejected'", "is released: it cannot become rejected"),
        ("DELETE FROM entry_version", "rows of table entry_version are only ever added"),
        ("TRUNCATE entry_version", "rows of table entry_version are only ever added"),
    ],
)
def test_the_database_refuses_to_change_a_released_version(
    dsn: str, statement: str, told: str
) -> None:
    with session(dsn) as connection:
        listed(connection)
    with pytest.raises(RefusedError, match=told):
        execute(dsn, statement)


def execute(dsn: str, statement: str) -> None:
    with session(dsn) as connection:
        connection.execute(statement)


def test_two_releases_at_once_put_one_version_in_force(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
        versions = renamed(connection, entry_id, "SHADOW")
    together = Barrier(4)

    def go(who: str) -> str:
        together.wait()
        try:
            with session(dsn) as own:
                release(own, versions, replace(BRUNO, who=who))
        except RuleError as error:
            return str(error)
        return "released"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(go, ["b", "c", "d", "e"]))
    refused = (
        f"entry {entry_id} has no open proposal: version 2 was released, rejected or withdrawn; "
        "propose a new one first"
    )
    assert told == [refused] * 3 + ["released"]
    with session(dsn) as connection:
        assert states(connection, entry_id) == ["superseded", "released"]


def test_proposals_at_once_make_one_history(dsn: str) -> None:
    with session(dsn) as connection:
        entry_id = listed(connection)
    together = Barrier(4)

    def go(name: str) -> int:
        together.wait()
        with session(dsn) as own:
            return renamed(own, entry_id, name)[entry_id]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(go, "abcd")) == [2, 3, 4, 5]
    with session(dsn) as connection:
        assert states(connection, entry_id) == ["released", *["superseded"] * 3, "proposed"]


def test_persons_are_replaced_and_stand_apart(dsn: str) -> None:
    owner, crew = Person("owner", "P", "\\N\t"), Person("crew", "Q")
    with session(dsn) as connection:
        first, second = listed(connection), listed(connection)
        put_persons(connection, {first: [owner, crew], second: [crew]}, ANNA)
        assert persons(connection, [second, first, "x"]) == {first: (owner, crew), second: (crew,)}
        put_persons(connection, {first: [crew], second: []}, BRUNO)
        assert persons(connection, [first, second]) == {first: (crew,)}
        content = connection.execute("SELECT content::text FROM entry_version").fetchall()
    assert not any("owner" in text for (text,) in content)


def test_a_list_of_thousands_is_proposed_released_and_read(dsn: str) -> None:
    many = [WatchlistEntry(name=f"SHIP {i}", mmsi=(i,)) for i in range(5000)]
    with session(dsn) as connection:
        versions = propose(connection, many, ANNA)
        release(connection, dict(versions), BRUNO)
        found = in_force(connection)
    assert [(row.entry.id, row.entry.mmsi) for row in found] == [
        (f"V-{i + 1:06}", (i,)) for i in range(5000)
    ]


def test_a_text_that_no_database_takes_changes_nothing(dsn: str) -> None:
    with pytest.raises(RefusedError):
        propose_alone(dsn, WatchlistEntry(name="A\0B"))
    with pytest.raises(RefusedError):
        propose_alone(dsn, WatchlistEntry(length_m=float("nan")))
    with session(dsn) as connection:
        assert newest(connection) == []


def propose_alone(dsn: str, entry: WatchlistEntry) -> None:
    with session(dsn) as connection:
        propose(connection, [WatchlistEntry(name="good"), entry], ANNA)
