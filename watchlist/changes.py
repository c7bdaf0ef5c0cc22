"""What a file would change in the list, for a dry run; nothing is merged silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from watchlist.entries import Link, WatchlistEntry
from watchlist.names import normal

_FIELDS = tuple(one.name for one in fields(WatchlistEntry) if one.name != "id")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as a person reads it: "" where nothing is known."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that the file says something else of: ``new`` carries the id of ``old``.

    row  its place in the sequence that was compared
    """

    row: int
    old: WatchlistEntry
    new: WatchlistEntry
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that may be several entries, or an entry that another row is: a person decides."""

    row: int
    entry: WatchlistEntry
    ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Diff:
    """What a file would do.

    added      entries that are not in the list, their ids ""; ``added_rows`` their places
    changed    those that differ
    unchanged  ids of those that are the same
    doubtful   neither added nor changed: they match more than one entry, or one twice
    """

    added: tuple[WatchlistEntry, ...] = ()
    added_rows: tuple[int, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: tuple[str, ...] = ()
    doubtful: tuple[Doubt, ...] = ()


def diff(
    old: Mapping[str, WatchlistEntry],
    new: Sequence[WatchlistEntry],
    carries: Collection[str] = _FIELDS,
) -> Diff:
    """Return what the entries ``new`` would change in ``old`` (by id).

    A row is an existing entry by its id, else by an IMO number, else by an MMSI where the names do
    not disagree, else by call sign and name; never where both know IMO numbers and share none.
    ``carries`` names the fields that the file can say something about: others keep what is known.
    """
    index = _Index(old)
    taken: dict[str, int] = {}
    added: list[tuple[int, WatchlistEntry]] = []
    changed: list[Changed] = []
    unchanged: list[str] = []
    doubtful: list[Doubt] = []
    for row, entry in enumerate(new):
        ids = index.ids_of(entry)
        if not ids:
            added.append((row, replace(entry, id="")))
        elif len(ids) > 1:
            doubtful.append(Doubt(row, entry, ids, f"matches {len(ids)} entries"))
        elif ids[0] in taken:
            reason = f"row {taken[ids[0]] + 1} of the list is this entry already"
            doubtful.append(Doubt(row, entry, ids, reason))
        else:
            # The first row wins an entry; what a second says of it is a question, not a change.
            taken[ids[0]] = row
            was = old[ids[0]]
            now = _kept(was, entry, carries)
            if differences := field_changes(was, now):
                changed.append(Changed(row, was, now, differences))
            else:
                unchanged.append(ids[0])
    return Diff(
        added=tuple(entry for _, entry in added),
        added_rows=tuple(row for row, _ in added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        doubtful=tuple(doubtful),
    )


def field_changes(old: WatchlistEntry, new: WatchlistEntry) -> tuple[FieldChange, ...]:
    """Return the fields in which two entries differ; the id is none of them."""
    return tuple(
        FieldChange(field, shown(was), shown(now))
        for field in _FIELDS
        if (was := getattr(old, field)) != (now := getattr(new, field))
    )


def shown(value: object) -> str:
    """Return a field's value as a person reads it."""
    if isinstance(value, Link):
        return f"{value.relation} {value.entry} {value.note}".strip()
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _kept(was: WatchlistEntry, now: WatchlistEntry, carries: Collection[str]) -> WatchlistEntry:
    """Return ``now`` with the id of ``was`` and with what its file says nothing about."""
    kept = {field: getattr(was, field) for field in _FIELDS if field not in carries}
    if "former_names" in kept:
        # A CSV has former names among the aliases: they are no news.
        former = frozenset(was.former_names)
        kept["aliases"] = tuple(one for one in now.aliases if one not in former)
        if "aliases" not in carries:
            kept["aliases"] = was.aliases
    return replace(now, id=was.id, **kept)


class _Index:
    """Finds entries by what identifies them."""

    def __init__(self, old: Mapping[str, WatchlistEntry]) -> None:
        self._old = old
        self._of: dict[tuple[str, object], list[str]] = {}
        for known, entry in old.items():
            for keys in _keys(entry):
                for key in keys:
                    self._of.setdefault(key, []).append(known)

    def ids_of(self, entry: WatchlistEntry) -> tuple[str, ...]:
        """Return the ids of what ``entry`` is, by the strongest fact that finds any."""
        if entry.id in self._old:
            return (entry.id,)
        for keys in _keys(entry):
            ids = dict.fromkeys(known for key in keys for known in self._of.get(key, ()))
            if found := tuple(known for known in ids if self._agrees(keys, entry, known)):
                return found
        return ()

    def _agrees(
        self, keys: Sequence[tuple[str, object]], entry: WatchlistEntry, known: str
    ) -> bool:
        other = self._old[known]
        # An IMO number stays with the hull; MMSI and call sign go on to the next ship of the flag.
        if keys[0][0] == "imo":
            return True
        if entry.imo and other.imo and not set(entry.imo) & set(other.imo):
            return False
        ours, theirs = _plain_names(entry), _plain_names(other)
        if keys[0][0] == "mmsi" and not (ours and theirs):
            return True
        return bool(ours & theirs)


def _plain_names(entry: WatchlistEntry) -> set[str]:
    return set(filter(None, map(normal, entry.names)))


def _keys(entry: WatchlistEntry) -> Iterator[tuple[tuple[str, object], ...]]:
    """Yield what identifies an entry, the strongest first."""
    for fact, values in (("imo", entry.imo), ("mmsi", entry.mmsi), ("call_sign", entry.call_sign)):
        if values:
            yield tuple((fact, value) for value in values)
