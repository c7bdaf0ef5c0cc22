"""The list as one person may know it: what they may not know of is not there, in any answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from service.desk import Desk
from service.errors import ServiceError
from service.sight import sees
from service.watch import ERASED, RELEASED, today
from store import watchlist
from watchlist.changes import FieldChange, field_changes
from watchlist.reviews import review_state

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.rights import Person
    from store.watchlist import EntryVersion
    from watchlist.entries import WatchlistEntry

_FEW = 200  # more at once are read together
OPEN = frozenset({"proposed", "released"})


class UnknownError(ServiceError):
    """There is no such entry, or none that this person may know of: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as a person knows it.

    version   the newest that they see · in_force  number of the matched one, 0 = none
    review    ok, due soon, overdue or expired, by ``review_by``: of the matched one, if any
    """

    version: EntryVersion
    in_force: int
    review: str
    review_by: dt.date | None

    @property
    def entry(self) -> WatchlistEntry:
        """Return the entry of that version."""
        return self.version.entry


def known(at: Desk, person: Person, ids: Sequence[str] | None = None) -> list[Known]:
    """Return the entries that ``person`` may know of, of ``ids`` (None: of all), by their ids.

    Where the newest version is not for them, it is the one in force, if that is.
    """
    there = watchlist.newest(at.connection, ids)
    in_force = _in_force(at, there)
    day, found = today(), []
    for newest in there:
        matched = in_force.get(newest.entry.id)
        matched = matched if matched and sees(person, matched.entry) else None
        version = newest if newest.state != ERASED and sees(person, newest.entry) else matched
        if version:
            counts = (matched or version).entry
            review = review_state(counts, day, at.grace_days)
            number = matched.version if matched else 0
            found.append(Known(version, number, review, counts.review_by))
    return found


def _in_force(at: Desk, there: Sequence[EntryVersion]) -> dict[str, EntryVersion]:
    """Return by id the version in force of those that have one; mostly it is the newest."""
    numbers = watchlist.versions_in_force(at.connection)
    behind = {
        one.entry.id for one in there if numbers.get(one.entry.id, one.version) != one.version
    }
    found = {one.entry.id: one for one in there if numbers.get(one.entry.id) == one.version}
    if len(behind) > _FEW:
        older = watchlist.in_force(at.connection)
    else:
        older = [one for each in behind for one in watchlist.history(at.connection, each)]
    released = (one for one in older if one.state == RELEASED and one.entry.id in behind)
    return found | {one.entry.id: one for one in released}


def history(at: Desk, person: Person, entry_id: str) -> list[EntryVersion]:
    """Return the versions of an entry that ``person`` sees, oldest first.

    Links to entries that they may not know of are left out. Raises UnknownError without any.
    """
    versions = [
        one
        for one in watchlist.history(at.connection, entry_id)
        if one.state != ERASED and sees(person, one.entry)
    ]
    if not versions:
        raise UnknownError(f"there is no entry {entry_id[:20]}")
    linked = {link.entry for one in versions for link in one.entry.links}
    there = {one.entry.id for one in known(at, person, sorted(linked))} if linked else set()
    return [dataclasses.replace(one, entry=_linked(one.entry, there)) for one in versions]


def _linked(entry: WatchlistEntry, there: Collection[str]) -> WatchlistEntry:
    return dataclasses.replace(
        entry, links=tuple(link for link in entry.links if link.entry in there)
    )


def whole(at: Desk, person: Person, entry_id: str) -> list[EntryVersion]:
    """Return the history of an entry that ``person`` may change.

    Raises UnknownError as ``history`` does, and ServiceError where the newest version, or one that
    is proposed or in force, is not for them: what they did would do something to it.
    """
    versions = history(at, person, entry_id)
    seen = {one.version for one in versions}
    every = watchlist.history(at.connection, entry_id)
    for one in every:
        # The newest is what the next version is made from.
        if (one.state in OPEN or one is every[-1]) and one.version not in seen:
            raise ServiceError(f"{entry_id} cannot be changed by you just now: ask a supervisor")
    return versions


def changes_of(versions: Sequence[EntryVersion]) -> dict[int, tuple[FieldChange, ...]]:
    """Return by version in which fields it differs from the one before it; the first in none."""
    return {new.version: field_changes(old.entry, new.entry) for old, new in pairwise(versions)}
