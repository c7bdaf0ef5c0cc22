"""The list of vessels of interest: versions of entries, and the rules by which they change.

    propose ──▶ proposed ──release──▶ released ──release of the next──▶ superseded
                   │  └─reject──▶ rejected └──withdraw──▶ withdrawn
                   └─a newer proposal──▶ superseded           any ──erase──▶ erased

A proposal leaves the older released version in force. Every function that changes something takes
all that it is given or, raising RuleError, nothing; the caller holds the transaction and writes
the audit.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store.changes import Change, in_turn, same_person
from store.errors import FourEyesError, RuleError
from store.queries import query
from watchlist.entries import Person, WatchlistEntry

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """One version of an entry; of an erased one ``entry`` has its id only, and ``why`` is empty.

    state     proposed, released, superseded, rejected, withdrawn, erased
    author    who proposed it, ``at`` what time (UTC) and ``why``
    released  by whom and when; None = never
    ended     who rejected, withdrew, erased or superseded it, when and why; None = not
    """

    entry: WatchlistEntry
    version: int
    state: str
    author: str
    at: datetime
    why: str
    released_by: str | None = None
    released_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None


def propose(
    connection: psycopg.Connection, entries: Sequence[WatchlistEntry], change: Change
) -> list[tuple[str, int]]:
    """Add each entry as a proposal; return id and version of each, in the order given.

    An entry without an id is a new one and gets the next. An open proposal of the same entry is
    superseded. Raises RuleError where an id stands twice, was never given, or was erased.
    """
    in_turn(connection)
    asked = [entry.id for entry in entries if entry.id]
    for entry_id, times in Counter(asked).items():
        if times > 1:
            msg = f"entry {entry_id} stands {times} times in one change: expected each id once"
            raise RuleError(msg)
    there = _states(connection, asked)
    for entry_id in asked:
        _must_be_alive(entry_id, there)
    # Before the new ones come: the table takes one open proposal of an entry.
    connection.execute(query("supersede_proposals"), _ended(change, asked))
    fresh = iter(_new_ids(connection, len(entries) - len(asked)))
    named = [entry if entry.id else replace(entry, id=next(fresh)) for entry in entries]
    done = [(entry.id, there[entry.id][0] + 1 if entry.id in there else 1) for entry in named]
    _copy(connection, named, [version for _, version in done], change)
    return done


def release(
    connection: psycopg.Connection,
    versions: Mapping[str, int],
    change: Change,
    *,
    four_eyes: bool = True,
) -> None:
    """Put the proposals ``versions`` (id to the version looked at) in force.

    The version in force before is superseded. Raises FourEyesError where the one who releases
    proposed the version, also under another spelling (``four_eyes`` False allows it: exercises);
    RuleError where a version is no open proposal.
    """
    in_turn(connection)
    there = _proposals(connection, versions)
    for entry_id, version in versions.items():
        if four_eyes and same_person(there[entry_id], change.who):
            raise FourEyesError(entry_id, version, there[entry_id])
    ids = list(versions)
    # The old one first: the table takes one version in force.
    connection.execute(query("supersede_released"), _ended(change, ids))
    connection.execute(query("release_entries"), {"ids": ids, "who": change.who, "at": change.at})


def reject(connection: psycopg.Connection, versions: Mapping[str, int], change: Change) -> None:
    """End the proposals ``versions`` (id to the version looked at); what is in force stays so.

    Raises RuleError where a version is no open proposal.
    """
    in_turn(connection)
    _proposals(connection, versions)
    connection.execute(query("reject_entries"), _ended(change, versions))


def withdraw(connection: psycopg.Connection, ids: Sequence[str], change: Change) -> int:
    """Take the entries ``ids`` off the list, proposals too; return how many versions ended.

    Nobody else has to agree: it is listing a vessel that takes two. Raises RuleError where an
    entry has no version that is proposed or released.
    """
    in_turn(connection)
    there = _states(connection, ids)
    for entry_id in ids:
        _must_be_alive(entry_id, there)
        if not there[entry_id][1] & {"proposed", "released"}:
            msg = f"entry {entry_id} is on no list: expected one that is proposed or released"
            raise RuleError(msg)
    return connection.execute(query("withdraw_entries"), _ended(change, ids)).rowcount


def erase(connection: psycopg.Connection, ids: Sequence[str], change: Change) -> int:
    """Remove what all versions of the entries ``ids`` say, their reasons and their persons.

    A tombstone stays: id, versions, who proposed and released them and when, and of the erasure
    who, when and why. Returns how many versions were emptied. Raises RuleError where an id was
    never given or was erased before.
    """
    in_turn(connection)
    there = _states(connection, ids)
    for entry_id in ids:
        _must_be_alive(entry_id, there)
    connection.execute("DELETE FROM entry_person WHERE entry = ANY(%s)", [list(ids)])
    return connection.execute(query("erase_entries"), _ended(change, ids)).rowcount


def newest(connection: psycopg.Connection, ids: Sequence[str] | None = None) -> list[EntryVersion]:
    """Return the newest version of each entry in ``ids`` (None: of all), in the order of ids.

    That is the open proposal where there is one; ``in_force`` tells what is matched meanwhile.
    """
    asked = {"ids": None if ids is None else list(ids)}
    return [_version(row) for row in connection.execute(query("newest_entries"), asked)]


def in_force(connection: psycopg.Connection) -> list[EntryVersion]:
    """Return the released version of each entry that has one, in the order of ids."""
    return [_version(row) for row in connection.execute(query("released_entries"))]


def versions_in_force(connection: psycopg.Connection) -> dict[str, int]:
    """Return the number of the released version of each entry that has one."""
    statement = "SELECT entry, version FROM entry_version WHERE state = 'released'"
    return dict(connection.execute(statement).fetchall())


def newest_states(
    connection: psycopg.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, str]]:
    """Return number and state of the newest version of each of ``ids`` there is, in that order."""
    found = connection.execute(query("newest_states"), {"ids": list(dict.fromkeys(ids))})
    return {entry: (version, state) for entry, version, state in found}


def proposed_by(connection: psycopg.Connection, author: str) -> dict[str, int]:
    """Return the number of each open proposal of ``author`` by entry, in the order of ids."""
    found = connection.execute(
        "SELECT entry, version FROM entry_version WHERE state = 'proposed' AND author = %s "
        "ORDER BY entry",
        [author],
    )
    return dict(found.fetchall())


def history(connection: psycopg.Connection, entry: str) -> list[EntryVersion]:
    """Return every version of the entry with this id, oldest first; none when it never was."""
    found = connection.execute(query("entry_history"), {"entry": entry})
    return [_version(row) for row in found]


def put_persons(
    connection: psycopg.Connection, persons: Mapping[str, Sequence[Person]], change: Change
) -> None:
    """Replace the persons of each entry id in ``persons``; no persons removes them.

    Raises RuleError where an id was never given or was erased.
    """
    in_turn(connection)
    there = _states(connection, list(persons))
    for entry_id in persons:
        _must_be_alive(entry_id, there)
    connection.execute("DELETE FROM entry_person WHERE entry = ANY(%s)", [list(persons)])
    columns = "entry, number, role, name, note, author, at, why"
    statement = f"COPY entry_person ({columns}) FROM STDIN".encode()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for entry_id, of_entry in persons.items():
            for number, one in enumerate(of_entry, 1):
                said = (one.role, one.name, one.note, change.who, change.at, change.why)
                copy.write_row((entry_id, number, *said))


def persons_changed(
    connection: psycopg.Connection, entry: str
) -> tuple[int, datetime | None, str, str]:
    """Return how many persons an entry has, and when, by whom and why they were noted last."""
    count, at, who, why = connection.execute(
        "SELECT count(*), max(at), (array_agg(author ORDER BY at DESC))[1], "
        "(array_agg(why ORDER BY at DESC))[1] FROM entry_person WHERE entry = %s",
        [entry],
    ).fetchone() or (0, None, "", "")
    return count, at, who or "", why or ""


def persons(connection: psycopg.Connection, ids: Sequence[str]) -> dict[str, tuple[Person, ...]]:
    """Return the persons of each entry in ``ids`` that has some, in the order of ids."""
    found: dict[str, list[Person]] = {}
    for entry_id, *said in connection.execute(query("persons"), {"ids": list(ids)}):
        found.setdefault(entry_id, []).append(Person(*said))
    return {entry_id: tuple(several) for entry_id, several in found.items()}


def _states(
    connection: psycopg.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, frozenset[str]]]:
    """Return the newest version number and the states of all versions of each id there is."""
    found = connection.execute(query("entry_states"), {"ids": list(ids)})
    return {entry: (version, frozenset(states)) for entry, version, states in found}


def _must_be_alive(entry_id: str, there: Mapping[str, tuple[int, frozenset[str]]]) -> None:
    if entry_id not in there:
        msg = f"entry {entry_id!r} is not in the list: expected an id that the list has given"
        raise RuleError(msg)
    if "erased" in there[entry_id][1]:
        msg = f"entry {entry_id} was erased: expected one that is there; propose it as a new entry"
        raise RuleError(msg)


def _proposals(connection: psycopg.Connection, versions: Mapping[str, int]) -> dict[str, str]:
    """Return the author of each version by entry; raises RuleError where one is not proposed."""
    found = connection.execute(query("proposals"), {"ids": list(versions)})
    open_now = {entry: (version, author) for entry, version, author in found}
    for entry_id, version in versions.items():
        there = open_now.get(entry_id)
        if there is None:
            msg = (
                f"entry {entry_id} has no open proposal: version {version} was released, "
                "rejected or withdrawn; propose a new one first"
            )
            raise RuleError(msg)
        if there[0] != version:
            msg = (
                f"entry {entry_id}: version {version} is no longer the proposal, {there[0]} is: "
                "look at that one"
            )
            raise RuleError(msg)
    return {entry_id: open_now[entry_id][1] for entry_id in versions}


def _ended(change: Change, ids: Sequence[str] | Mapping[str, int]) -> dict[str, Any]:
    return {"ids": list(ids), "who": change.who, "at": change.at, "why": change.why}


def _new_ids(connection: psycopg.Connection, number: int) -> list[str]:
    # A sequence and not the greatest id: no id is ever given twice, even after a rollback.
    found = connection.execute(
        "SELECT nextval('entry_id') FROM generate_series(1, %s)", [number]
    ).fetchall()
    return [f"V-{one:06}" for (one,) in found]


def _copy(
    connection: psycopg.Connection,
    entries: Sequence[WatchlistEntry],
    versions: Sequence[int],
    change: Change,
) -> None:
    # COPY and not INSERT: an import brings 50,000 entries.
    columns = "entry, version, state, content, author, at, why"
    statement = f"COPY entry_version ({columns}) FROM STDIN".encode()
    said = ("proposed", change.who, change.at, change.why)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for entry, version in zip(entries, versions, strict=True):
            content = json.dumps(entry.to_json(), ensure_ascii=False)
            copy.write_row((entry.id, version, said[0], content, *said[1:]))


def _version(row: tuple[Any, ...]) -> EntryVersion:
    entry_id, content, *rest = row
    entry = WatchlistEntry(entry_id) if content is None else WatchlistEntry.from_json(content)
    return EntryVersion(entry, *rest)
