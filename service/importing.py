"""A file of entries against the list: what it would do, what a person must decide, and doing it.

::

    file ──guard──▶ rows ──diff──▶ added, changed, unchanged
                            └──perhaps listed already──▶ questions ──merge | keep──▶ versions
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from service.desk import Desk, noted
from service.errors import ServiceError, WrongUseError
from service.intake import check_file
from service.watch import ERASED, today
from store import watchlist
from watchlist.changes import Changed, diff
from watchlist.duplicates import merged, proposals
from watchlist.entries import Person, WatchlistEntry
from watchlist.errors import WatchlistError
from watchlist.formats import ENDINGS, BadRow, Defaults, ReadList, read_list
from watchlist.formats.texts import ValueFault, day
from watchlist.names import normal

if TYPE_CHECKING:
    from store.changes import Change

Listed = Mapping[str, WatchlistEntry]


@dataclass(frozen=True, slots=True)
class Question:
    """A row that is perhaps listed already: ``other`` is that entry.

    row        place of the row among the entries of the file
    other_row  place of ``other`` where it is a row of the same file, None: it is in the list
    """

    row: int
    other: WatchlistEntry
    other_row: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file does to the list.

    questions  in the order of their numbers, from 1
    added      new entries, by row · changed: new versions of listed ones, by row
    unchanged  ids · undecided: rows that wait for a decision
    """

    read: ReadList
    listed: Listed
    questions: tuple[Question, ...]
    added: Mapping[int, WatchlistEntry]
    changed: Mapping[int, Changed]
    unchanged: tuple[str, ...]
    undecided: frozenset[int]
    merges: tuple[Question, ...]

    def told(self) -> Iterator[str]:
        """Yield what a person should know, a line each; the counts are the last one."""
        yield from self.read.notes
        yield from (f"line {bad.line}: {bad.reason}" for bad in self.read.bad)
        for change in self.changed.values():
            said = "; ".join(f"{one.field}: {one.old} -> {one.new}" for one in change.fields)
            yield f"changes {change.old.id}  {said}"
        for number, one in enumerate(self.questions, 1):
            yield f"proposal {number}: {self._question(one)}"
        if self.undecided:
            lines = ", ".join(str(self.read.lines[row]) for row in sorted(self.undecided))
            yield f"left out until --merge N or --keep N says what they are: lines {lines}"
        yield (
            f"{len(self.read.bad):,} bad, {len(self.added):,} new, {len(self.changed):,} changed, "
            f"{len(self.unchanged):,} unchanged, {len(self.merges):,} merged, "
            f"{len(self.undecided):,} left out"
        )

    def _question(self, one: Question) -> str:
        row = one.other_row
        other = one.other.id if row is None else f"line {self.read.lines[row]}"
        state = " (left out)" if one.row in self.undecided else ""
        return f"line {self.read.lines[one.row]} is perhaps {other}: {one.reason}{state}"


def read_file(path: Path, defaults: Mapping[str, Sequence[str]], layout: str | None) -> ReadList:
    """Return the entries of a file that the guard lets pass; nothing is stored.

    ``defaults`` are texts by field, for rows that say nothing of them. Raises WrongUseError and
    ServiceError, one line that begins with the file or the option.
    """
    check_file(path, endings=ENDINGS)
    try:
        return read_list(path, _defaults(defaults), layout, today())
    except WatchlistError as error:
        text = str(error)
        msg = text if text.startswith(str(path)) else f"{path.name}: {text}"
        raise ServiceError(msg) from error


def _defaults(said: Mapping[str, Sequence[str]]) -> Defaults:
    texts = {name: values[0] for name, values in said.items() if name != "review_by"}
    try:
        review = day(said["review_by"][0]) if "review_by" in said else None
    except ValueFault as fault:
        raise WrongUseError(f"--review-by: {fault}") from None
    return Defaults(**texts, review_by=review)


def plan(
    at: Desk,
    read: ReadList,
    merge: Sequence[int] = (),
    keep: Sequence[int] = (),
    *,
    keep_all: bool = False,
    knows: Callable[[WatchlistEntry], bool] = lambda _entry: True,
) -> Plan:
    """Return what ``read`` does to the list, with the questions ``merge`` and ``keep`` answered.

    knows  whether who asks may know of a listed entry; one that they may not is not compared

    Raises WrongUseError for a number that is no question, or that is answered twice.
    """
    listed = {
        one.entry.id: one.entry
        for one in watchlist.newest(at.connection)
        if one.state != ERASED and knows(one.entry)
    }
    read = _without_strange_ids(read, listed)
    found = diff(listed, read.entries, read.carries)
    added = dict(zip(found.added_rows, found.added, strict=True))
    changed = {one.row: one for one in found.changed}
    asked = list(_questions(read, listed, added, changed))
    asked += [
        Question(doubt.row, listed[one], None, doubt.reason)
        for doubt in found.doubtful
        for one in doubt.ids
    ]
    merged_now, kept = _decided(asked, merge, keep, keep_all=keep_all)
    rows = {one.row for one in asked}
    new_rows = {one.row for one in merged_now}
    undecided = frozenset(rows - new_rows - kept)
    own = {row: dataclasses.replace(read.entries[row], id="") for row in kept - new_rows}
    return Plan(
        read=read,
        listed=listed,
        questions=tuple(asked),
        added={row: one for row, one in sorted((added | own).items())
               if row not in undecided | new_rows},
        changed={row: one for row, one in changed.items() if row not in rows},
        unchanged=found.unchanged,
        undecided=undecided,
        merges=merged_now,
    )  # fmt: skip


def _without_strange_ids(read: ReadList, listed: Listed) -> ReadList:
    """Return ``read`` with rows made bad whose id is another vessel here: ids of other places."""
    bad = list(read.bad)
    good = []
    for row, entry in enumerate(read.entries):
        if entry.id in listed and not _marks(entry) & _marks(listed[entry.id]):
            reason = f"id {entry.id} is another vessel in this list; empty the id"
            bad.append(BadRow(read.lines[row], reason))
        else:
            good.append(row)
    return dataclasses.replace(
        read,
        entries=tuple(read.entries[row] for row in good),
        lines=tuple(read.lines[row] for row in good),
        persons=tuple(read.persons[row] for row in good),
        bad=tuple(sorted(bad, key=lambda one: one.line)),
    )


def _marks(entry: WatchlistEntry) -> set[tuple[str, object]]:
    """Return all by which an entry may be known again."""
    return {
        *(("mmsi", one) for one in entry.mmsi),
        *(("imo", one) for one in entry.imo),
        *(("call sign", one) for one in entry.call_sign),
        *(("name", normal(one)) for one in entry.names),
    }


def _questions(
    read: ReadList, listed: Listed, added: Mapping[int, WatchlistEntry],
    changed: Mapping[int, Changed],
) -> Iterator[Question]:  # fmt: skip
    """Yield rows that are perhaps listed already, or listed by somebody else."""
    rows = list(added)
    for one in proposals([added[row] for row in rows], listed.values()):
        same_file = None if one.other_entry is None else rows[one.other_entry]
        yield Question(rows[one.entry], one.other, same_file, one.reason)
    for row, change in changed.items():
        # What one state listed is not overwritten by what another one says of the same vessel.
        if not read.entries[row].id and change.old.contributor != change.new.contributor:
            theirs = f"the same vessel, listed by {change.old.contributor}"
            yield Question(row, change.old, None, f"{theirs}; here by {change.new.contributor}")


def _decided(
    asked: Sequence[Question], merge: Sequence[int], keep: Sequence[int], *, keep_all: bool
) -> tuple[tuple[Question, ...], set[int]]:
    """Return the questions answered with merge, one for a row, and the rows that are kept."""
    for option, number in [("--merge", n) for n in merge] + [("--keep", n) for n in keep]:
        if number > len(asked):
            msg = f"{option} {number}: is no proposal; there are {len(asked)}, see --dry-run"
            raise WrongUseError(msg)
    if both := sorted(set(merge) & set(keep)):
        raise WrongUseError(f"--merge {both[0]}: is kept as well; say one of both")
    merges: dict[int, Question] = {}
    for number in dict.fromkeys(merge):
        one = asked[number - 1]
        if one.row in merges:
            raise WrongUseError(f"--merge {number}: its row is merged already; merge it once")
        merges[one.row] = one
    open_rows = {
        one.row for number, one in enumerate(asked, 1) if not keep_all and number not in keep
    }
    return tuple(merges.values()), {one.row for one in asked} - open_rows - set(merges)


def apply(at: Desk, plan: Plan, path: Path, made: Change) -> list[tuple[str, int]]:
    """Propose what ``plan`` says; return id and version of each entry, new ones first.

    All in the desk's transaction, with one line of the audit that names the file and its SHA-256.
    """
    new = dict(plan.added)
    versions = {one.old.id: one.new for one in plan.changed.values()}
    persons = _Persons(at, plan)
    for row, change in plan.changed.items():
        persons.give(change.old.id, row)
    place: dict[int, int | str] = {row: row for row in new}
    for one in sorted(plan.merges, key=lambda one: one.row):
        target = one.other.id if one.other_row is None else place.get(one.other_row, "")
        if target == "":
            msg = f"line {plan.read.lines[one.row]}: merges into a row that is left out; keep it"
            raise WrongUseError(msg)
        place[one.row] = target
        entry = dataclasses.replace(plan.read.entries[one.row], id="")
        if isinstance(target, int):
            new[target] = merged(new[target], entry)
        else:
            versions[target] = merged(versions.get(target, plan.listed[target]), entry)
        persons.give(target, one.row)
    for row in plan.added:
        persons.give(row, row)
    entries = [*new.values(), *versions.values()]
    if not entries:
        return []
    done = watchlist.propose(at.connection, entries, made)
    ids: dict[int | str, str] = {
        **{row: done[n][0] for n, row in enumerate(new)},
        **{one: one for one in versions},
    }
    noted_persons = persons.put(ids, made)
    _note(at, plan, path, made, done, noted_persons)
    return done


def compared(at: Desk, plan: Plan, path: Path, made: Change) -> None:
    """Note that a file was compared with the list, where that tells of entries; else nothing."""
    told = {one.old.id for one in plan.changed.values()} | set(plan.unchanged)
    told |= {one.other.id for one in plan.questions if one.other_row is None}
    if told:
        details = {"file": path.name, "sha256": sha256_of(path)}
        noted(at, made, "compare", sorted(told), details)


class _Persons:
    """Persons of the rows, gathered by the entry they go to: a row, or the id of a listed one."""

    def __init__(self, at: Desk, plan: Plan) -> None:
        self._at = at
        self._read = plan.read
        self._of: dict[int | str, list[Person]] = {}

    def give(self, target: int | str, row: int) -> None:
        """Have the persons of ``row`` noted at ``target``."""
        if self._read.persons[row]:
            self._of.setdefault(target, []).extend(self._read.persons[row])

    def put(self, ids: Mapping[int | str, str], made: Change) -> int:
        """Store them beside those that are known; return how many the file gave."""
        gathered = {ids[target]: several for target, several in self._of.items()}
        there = watchlist.persons(self._at.connection, list(gathered))
        both = {
            one: tuple(dict.fromkeys((*there.get(one, ()), *several)))
            for one, several in gathered.items()
        }
        if both:
            watchlist.put_persons(self._at.connection, both, made)
        return sum(map(len, gathered.values()))


def _note(
    at: Desk, plan: Plan, path: Path, made: Change, done: Sequence[tuple[str, int]], persons: int
) -> None:
    details = {
        "file": path.name,
        "sha256": sha256_of(path),
        "layout": plan.read.layout,
        "new": len(plan.added),
        "changed": len(plan.changed),
        "merged": len(plan.merges),
        "bad": len(plan.read.bad),
        "left_out": len(plan.undecided),
        "persons": persons,
    }
    noted(at, made, "import", [one for one, _ in done], details)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
