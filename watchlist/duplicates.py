"""Entries that are probably one vessel: proposals with reason and score, never a merge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rapidfuzz import fuzz

from watchlist.entries import (
    INFO_GRADES,
    PRIORITIES,
    SOURCE_GRADES,
    TLP,
    WatchlistEntry,
)
from watchlist.names import normal
from watchlist.reviews import most_restrictive

T = TypeVar("T")
ALIKE = 0.85
"""Names from this likeness on are one name with a slip (rapidfuzz ratio, 0-1)."""
LENGTH_SHARE = 0.10
"""Lengths that differ by less are one: overall and between perpendiculars differ by some 5 %."""
LARGEST_BLOCK = 20
"""An entry is compared with so many others of one value: a call sign that 50,000 rows share is
no identifier, and comparing all with all would never end."""
_MAX_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal: ``entries[entry]`` and ``other`` are probably one vessel.

    other_entry  place of ``other`` where it is of the same file, None: it is in the list
    score        0-1: 1 the same IMO number … 0.5 facts that contradict each other
    reason       what agrees, and what does not
    """

    entry: int
    other: WatchlistEntry
    other_entry: int | None
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Known:
    """An entry with what it is compared by; ``place`` None: it is in the list already."""

    entry: WatchlistEntry
    place: int | None
    names: tuple[str, ...]


def proposals(
    entries: Sequence[WatchlistEntry], existing: Iterable[WatchlistEntry] = ()
) -> list[Merge]:
    """Return pairs that are probably one vessel, within ``entries`` and against ``existing``.

    Each pair once, with its best reason, the surest first. Two entries of one id are one entry
    and no proposal.
    """
    blocks: dict[tuple[str, object], list[_Known]] = {}
    for other in existing:
        known = _known(other, None)
        for key in _keys(known):
            _remember(blocks, key, known)
    found: list[Merge] = []
    for place, entry in enumerate(entries):
        known = _known(entry, place)
        keys = list(_keys(known))
        found += _merges(known, [one for key in keys for one in blocks.get(key, ())])
        for key in keys:
            _remember(blocks, key, known)
    return sorted(found, key=lambda merge: (-merge.score, merge.entry))


def _known(entry: WatchlistEntry, place: int | None) -> _Known:
    return _Known(entry, place, tuple(filter(None, map(normal, entry.names))))


def _keys(known: _Known) -> Iterator[tuple[str, object]]:
    entry = known.entry
    for fact, values in (
        ("imo", entry.imo),
        ("mmsi", entry.mmsi),
        ("call sign", entry.call_sign),
        ("name", known.names),
    ):
        for value in values:
            yield fact, value


def _remember(
    blocks: dict[tuple[str, object], list[_Known]], key: tuple[str, object], known: _Known
) -> None:
    block = blocks.setdefault(key, [])
    if len(block) == LARGEST_BLOCK:
        del block[0]
    block.append(known)


def _merges(known: _Known, others: Iterable[_Known]) -> Iterator[Merge]:
    for other in {id(one): one for one in others}.values():
        if known.entry.id and known.entry.id == other.entry.id:
            continue
        if judged := _judged(known, other):
            score, reason = judged
            assert known.place is not None  # noqa: S101 - only rows of the file are asked about
            yield Merge(known.place, other.entry, other.place, score, reason)


def _judged(one: _Known, other: _Known) -> tuple[float, str] | None:
    """Return score and reason where two entries are probably one vessel."""
    a, b = one.entry, other.entry
    alike = _likeness(one, other)
    if same := set(a.imo) & set(b.imo):
        return 1.0, f"same IMO {_some(same)}"
    other_imo = ", but their IMO numbers differ" if a.imo and b.imo else ""
    if heard := set(a.mmsi) & set(b.mmsi):
        named = " and name" if alike >= ALIKE else ""
        score = 0.5 if other_imo else 0.95 if named else 0.9
        return score, f"same MMSI {_some(heard)}{named}{other_imo}"
    # Two hulls: what they still share is a fleet, a fraud or a later owner, not one vessel.
    if other_imo:
        return None
    if (signs := set(a.call_sign) & set(b.call_sign)) and alike >= ALIKE:
        return 0.85, f"same call sign {_some(signs)}, names alike {alike:.2f}"
    if (shared := set(one.names) & set(other.names)) and (second := _second_fact(a, b)):
        return 0.7, f"same name {min(shared)} and {second}"
    return None


def _some(values: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, values)))


def _likeness(one: _Known, other: _Known) -> float:
    pairs = (fuzz.ratio(a, b) for a in one.names for b in other.names)
    return max(pairs, default=0.0) / 100


def _second_fact(a: WatchlistEntry, b: WatchlistEntry) -> str:
    """Return what beside the name agrees; "" where nothing does or something contradicts."""
    for fact in ("flag", "type"):
        if getattr(a, fact) and getattr(b, fact) and getattr(a, fact) != getattr(b, fact):
            return ""
    if a.mmsi and b.mmsi:  # they share none, or the score would stand already
        return ""
    if a.length_m and b.length_m:
        near = abs(a.length_m - b.length_m) <= LENGTH_SHARE * max(a.length_m, b.length_m)
        return f"length about {a.length_m:g} m" if near else ""
    if a.flag and a.flag == b.flag:
        return f"flag {a.flag}"
    return f"type {a.type}" if a.type and a.type == b.type else ""


def merged(a: WatchlistEntry, b: WatchlistEntry) -> WatchlistEntry:
    """Return the entry that ``a`` and ``b`` would be as one: a proposal, nothing is stored.

    Identifiers, names and links of both; of facts that hold one value that of ``a``; the more
    restrictive handling and TLP, the weaker grades, the higher priority, the earlier review; the
    validity that covers both.
    """
    name = a.name or b.name
    return replace(
        a,
        id=a.id or b.id,
        mmsi=_union(a.mmsi, b.mmsi),
        imo=_union(a.imo, b.imo),
        call_sign=_union(a.call_sign, b.call_sign),
        name=name,
        aliases=tuple(
            one for one in _union(a.aliases, b.aliases, (b.name,)) if one and one != name
        ),
        former_names=_union(a.former_names, b.former_names),
        type=a.type or b.type,
        flag=a.flag or b.flag,
        length_m=a.length_m or b.length_m,
        beam_m=a.beam_m or b.beam_m,
        photograph=a.photograph or b.photograph,
        reason=_joined(a.reason, b.reason, "\n")[:_MAX_REASON],
        contributor=_joined(a.contributor, b.contributor, ", "),
        handling=most_restrictive((a.handling, b.handling)),
        handling_comment=_joined(a.handling_comment, b.handling_comment, "\n"),
        source_grade=max(a.source_grade, b.source_grade, key=SOURCE_GRADES.index),
        info_grade=max(a.info_grade, b.info_grade, key=INFO_GRADES.index),
        tlp=max(a.tlp, b.tlp, key=TLP.index),
        priority=max(a.priority, b.priority, key=PRIORITIES.index),
        valid_from=_first(a.valid_from, b.valid_from),
        valid_until=max(a.valid_until, b.valid_until) if a.valid_until and b.valid_until else None,
        review_by=min(filter(None, (a.review_by, b.review_by)), default=None),
        links=_union(a.links, b.links),
    )


def _first(a: dt.date | None, b: dt.date | None) -> dt.date | None:
    return min(a, b) if a and b else None


def _union(*parts: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for part in parts for value in part))


def _joined(a: str, b: str, between: str) -> str:
    return between.join(dict.fromkeys(filter(None, (a, b))))
