"""The life of an entry: each step with its line in the audit, and its edition where it matters."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from service.desk import Desk, noted
from service.editions import publish_watchlist
from service.errors import WrongUseError
from service.meanwhile import StaleError
from store import watchlist
from store.changes import in_turn
from watchlist.entries import Link, Person, WatchlistEntry
from watchlist.formats.checks import checked
from watchlist.formats.rows import Defaults, Found, Row
from watchlist.reviews import review_state

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from store.changes import Change
    from store.watchlist import EntryVersion

Cells: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""What a person said of an entry: texts by field, several for a field that holds several."""
RELEASED, ERASED = "released", "erased"


_NEEDED = ("reason", "contributor", "review_by")
_LINES = 100
"""Beyond so many entries a step is one line of the audit, which names all of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry in a survey.

    version   the newest, or the one in force where those were asked for
    in_force  number of the version that is matched, 0 = none
    review    ok, due soon, overdue or expired
    """

    version: EntryVersion
    in_force: int
    review: str

    def to_json(self) -> dict[str, Any]:
        """Return the entry with its states, as JSON values."""
        return {**version_json(self.version), "in_force": self.in_force, "review": self.review}


def today() -> dt.date:
    """Return the day by which reviews are judged, in UTC."""
    return dt.datetime.now(dt.UTC).date()


def found(at: Desk, ids: Sequence[str]) -> list[EntryVersion]:
    """Return the newest versions of ``ids`` in their order.

    Raises WrongUseError for an id that is not in the list or was erased.
    """
    known = {one.entry.id: one for one in watchlist.newest(at.connection, ids)}
    for one in ids:
        _must_be_there(one, known[one].state if one in known else None)
    return [known[one] for one in dict.fromkeys(ids)]


def propose(
    at: Desk, entries: Sequence[WatchlistEntry], made: Change, details: Mapping[str, Any]
) -> list[tuple[str, int]]:
    """Propose ``entries``; return id and version of each. ``details`` go to the audit."""
    done = watchlist.propose(at.connection, entries, made)
    noted(at, made, "propose", [one for one, _ in done], details)
    return done


def add(at: Desk, said: Cells, made: Change) -> tuple[str, int]:
    """Propose a new entry of what is ``said``; raises WrongUseError with all that is wrong.

    Without another word it is H1, B3, amber and of medium priority.
    """
    [done] = propose(at, [drafted(said)], made, {})
    return done


def drafted(said: Cells) -> WatchlistEntry:
    """Return the new entry that ``add`` would propose; raises as ``add`` does."""
    if missing := [f"--{name.replace('_', '-')}" for name in _NEEDED if name not in said]:
        what = "why it is listed, who gives it and until when it is looked at again"
        raise WrongUseError(f"{', '.join(missing)}: is missing; every entry says {what}")
    return _entry("", {**_cells(WatchlistEntry()), **said}, ())


def edit(
    at: Desk, entry_id: str, said: Cells, cleared: Collection[str], made: Change, read: int = 0
) -> tuple[str, int]:
    """Propose a version of an entry with what is ``said``, and without what is ``cleared``.

    read  version that was read, 0 = whichever; raises StaleError where it is not the newest

    Raises WrongUseError where the entry is not there, cannot be so, or would be the same.
    """
    in_turn(at.connection)
    [newest] = found(at, [entry_id])
    must_be_newest(at, entry_id, read, newest.version)
    kept = {name: cell for name, cell in _cells(newest.entry).items() if name not in cleared}
    entry = _entry(entry_id, {**kept, **said}, newest.entry.links)
    if entry == newest.entry:
        msg = f"{entry_id}: is so already in version {newest.version}; give a field that differs"
        raise WrongUseError(msg)
    [done] = propose(at, [entry], made, {"fields": sorted({*said, *cleared})})
    return done


def link(at: Desk, entry_id: str, tie: Link, made: Change) -> tuple[str, int]:
    """Propose a version of an entry that is linked to another; raises WrongUseError."""
    if entry_id == tie.entry:
        raise WrongUseError(f"{entry_id}: would be linked to itself; name another entry with --to")
    entry = found(at, [entry_id, tie.entry])[0].entry
    if tie in entry.links:
        raise WrongUseError(f"{entry_id}: has this link already; see vedetta watchlist show")
    linked = _entry(entry_id, _cells(entry), (*entry.links, tie))
    [done] = propose(at, [linked], made, {"fields": ["links"]})
    return done


def _cells(entry: WatchlistEntry) -> dict[str, tuple[str, ...]]:
    """Return the fields of an entry as texts, without id and links; not known is absent."""
    cells = {}
    for name, value in entry.to_json().items():
        values = value if isinstance(value, list | tuple) else (value,)
        texts = tuple(f"{one:g}" if isinstance(one, float) else str(one) for one in values)
        if name not in {"id", "links"} and value not in {None, ""} and texts:
            cells[name] = texts
    return cells


def _entry(entry_id: str, cells: Cells, links: tuple[Link, ...]) -> WatchlistEntry:
    """Return the entry of texts, checked by the rules for files; raises WrongUseError."""
    read = checked(Found((Row(1, cells, links=links),)), Defaults(), today())
    if read.bad:
        raise WrongUseError(f"the entry cannot be so: {read.bad[0].reason}")
    return dataclasses.replace(read.entries[0], id=entry_id)


def release(at: Desk, asked: Sequence[str], made: Change) -> dict[str, int]:
    """Let proposals take effect; return the version of each id.

    ``asked`` are ids, or ID:VERSION for no other than the version that was read. Raises
    FourEyesError where ``made.who`` wrote one, RuleError or WrongUseError where one is no
    proposal.
    """
    versions = _proposals(at, asked)
    watchlist.release(at.connection, versions, made, four_eyes=at.four_eyes)
    return _in_effect(at, "release", versions, made)


def proposals_of(at: Desk, author: str) -> list[str]:
    """Return all open proposals of ``author`` as ID:VERSION; raises WrongUseError without any."""
    there = watchlist.proposed_by(at.connection, author)
    found = [f"{entry_id}:{version}" for entry_id, version in there.items()]
    if not found:
        msg = f"--author: {author!r} has no open proposal; see vedetta watchlist list"
        raise WrongUseError(msg)
    return found


def reject(at: Desk, asked: Sequence[str], made: Change) -> dict[str, int]:
    """End proposals without effect; return the version of each id, raises as ``release`` does."""
    versions = _proposals(at, asked)
    watchlist.reject(at.connection, versions, made)
    return _in_effect(at, "reject", versions, made)


def withdraw(at: Desk, asked: Sequence[str], made: Change) -> dict[str, int]:
    """Take entries out of force; return the newest version of each.

    ``asked`` are ids, or ID:VERSION where no other than that may be the newest (StaleError).
    """
    versions = _as_read(at, asked)
    watchlist.withdraw(at.connection, list(versions), made)
    return _in_effect(at, "withdraw", versions, made)


def erase(at: Desk, asked: Sequence[str], made: Change) -> dict[str, int]:
    """Erase entries with their persons; return the newest version of each, as ``withdraw``."""
    versions = _as_read(at, asked)
    watchlist.erase(at.connection, list(versions), made)
    return _in_effect(at, "erase", versions, made)


def _as_read(at: Desk, asked: Sequence[str]) -> dict[str, int]:
    """Return the newest version's number of each; raises StaleError where another was read."""
    in_turn(at.connection)
    said = _numbers(asked)
    there = _standing(at, list(said))
    for entry_id, version in there.items():
        must_be_newest(at, entry_id, said[entry_id], version)
    return there


def must_be_newest(at: Desk, entry_id: str, read: int, newest: int) -> None:
    """Raise StaleError where version ``read`` (0 = whichever) is not the ``newest`` one."""
    if read not in {0, newest}:
        last = watchlist.history(at.connection, entry_id)[-1]
        what = f"{entry_id} (version {last.version})"
        raise StaleError(what, last.author, last.at, last.why)


def _numbers(asked: Sequence[str]) -> dict[str, int]:
    """Return the version of each ID:VERSION, 0 where it is an id alone."""
    said = {}
    for text in asked:
        entry_id, colon, number = text.partition(":")
        if colon and not (number.isascii() and number.isdecimal()):
            msg = f"{text}: {number!r} is no version; expected ID or ID:VERSION as V-000001:2"
            raise WrongUseError(msg)
        said[entry_id] = int(number) if colon else 0
    return said


def _proposals(at: Desk, asked: Sequence[str]) -> dict[str, int]:
    said = _numbers(asked)
    there = _standing(at, list(said))
    return {entry_id: said[entry_id] or version for entry_id, version in there.items()}


def _standing(at: Desk, ids: Sequence[str]) -> dict[str, int]:
    """Return the newest version's number of each of ``ids``; raises as ``found`` does."""
    known = watchlist.newest_states(at.connection, ids)
    for one in ids:
        _must_be_there(one, known[one][1] if one in known else None)
    return {entry_id: version for entry_id, (version, _) in known.items()}


def _must_be_there(entry_id: str, state: str | None) -> None:
    if state in {None, ERASED}:
        fault = "was erased" if state else "no such entry"
        raise WrongUseError(f"{entry_id}: {fault}; see vedetta watchlist list")


def _in_effect(at: Desk, action: str, versions: Mapping[str, int], made: Change) -> dict[str, int]:
    """Publish the list, and note the step for each entry, so that the audit finds it by id."""
    # Long work first: nobody can write into the audit once a row of this transaction is in it.
    publish_watchlist(at.connection, made, at.grace_days)
    if len(versions) <= _LINES:
        for entry_id, version in versions.items():
            noted(at, made, action, [entry_id], {"version": version})
    else:
        noted(at, made, action, list(versions), {"versions": list(versions.values())})
    return dict(versions)


def survey(
    at: Desk, state: str | None, reviews: Collection[str] | None, made: Change
) -> list[Seen]:
    """Return the entries, in order of their ids; the audit says which were read.

    state    of the newest version, or released: what is in force; None = all that is not erased
    reviews  only those in one of these states of review, None = all
    """
    there = watchlist.in_force if state == RELEASED else watchlist.newest
    matched = watchlist.versions_in_force(at.connection)
    day = today()
    rows = [
        Seen(one, matched.get(one.entry.id, 0), review_state(one.entry, day, at.grace_days))
        for one in there(at.connection)
        if one.state == state or (state is None and one.state != ERASED)
    ]
    rows = [one for one in rows if reviews is None or one.review in reviews]
    noted(at, made, "list", [one.version.entry.id for one in rows])
    return rows


def read(
    at: Desk, entry_id: str, made: Change, *, persons: bool
) -> tuple[list[EntryVersion], tuple[Person, ...]]:
    """Return all versions of an entry, oldest first, and its persons where they are asked for.

    Both are lines of the audit. Raises WrongUseError where there is no such entry.
    """
    versions = watchlist.history(at.connection, entry_id)
    if not versions:
        raise WrongUseError(f"{entry_id}: no such entry; see vedetta watchlist list")
    noted(at, made, "show", [entry_id])
    return versions, persons_of(at, entry_id, made) if persons else ()


def persons_of(at: Desk, entry_id: str, made: Change) -> tuple[Person, ...]:
    """Return the persons of an entry; a line of the audit."""
    found(at, [entry_id])
    there = _persons(at, entry_id)
    noted(at, made, "persons.read", [entry_id], {"persons": len(there)})
    return there


def add_person(at: Desk, entry_id: str, person: Person, made: Change) -> None:
    """Note a person of an entry; the audit says the role and never the name."""
    found(at, [entry_id])
    there = dict.fromkeys((*_persons(at, entry_id), person))
    watchlist.put_persons(at.connection, {entry_id: tuple(there)}, made)
    noted(at, made, "persons.add", [entry_id], {"role": person.role})


def remove_person(at: Desk, entry_id: str, role: str, name: str, made: Change) -> None:
    """Remove a person of an entry; raises WrongUseError where there is none of role and name."""
    found(at, [entry_id])
    there = _persons(at, entry_id)
    rest = tuple(one for one in there if (one.role, one.name) != (role, name))
    if len(rest) == len(there):
        msg = f"{entry_id}: has no {role} of that name; see vedetta watchlist person list"
        raise WrongUseError(msg)
    watchlist.put_persons(at.connection, {entry_id: rest}, made)
    noted(at, made, "persons.remove", [entry_id], {"role": role})


def _persons(at: Desk, entry_id: str) -> tuple[Person, ...]:
    return watchlist.persons(at.connection, [entry_id]).get(entry_id, ())


def version_json(one: EntryVersion) -> dict[str, Any]:
    """Return a version as JSON values: times in ISO 8601, the entry below ``entry``."""
    told = {name: getattr(one, name) for name in one.__slots__}
    for name, value in told.items():
        if isinstance(value, dt.datetime):
            told[name] = value.isoformat()
    return {**told, "entry": one.entry.to_json()}
