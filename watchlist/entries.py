"""A vessel of interest as offices exchange it, and the part of it that is matched."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, Literal, Self, TypeAlias

from watchlist.errors import WatchlistError

Handling: TypeAlias = Literal["H0", "H1", "H2", "H3"]
HANDLING = ("H0", "H1", "H2", "H3")
"""Codes of Council doc. 6261/18; H3 says more in a comment."""
SOURCE_GRADES = ("A", "B", "C", "X")
INFO_GRADES = (1, 2, 3, 4)
TLP = ("clear", "green", "amber", "red")
PRIORITIES = ("low", "medium", "high")
RELATIONS = ("owner", "manager", "sister_ship", "met_with")
PERSON_ROLES = ("owner", "beneficial_owner", "manager", "operator", "master", "crew", "other")
LONGEST_REVIEW = dt.timedelta(days=3 * 365 + 1)
"""An entry is looked at again within three years (LED 2016/680, art. 5)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A tie to another entry: ``relation`` is one of RELATIONS, ``entry`` that entry's id."""

    relation: str
    entry: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Personal data of an entry, kept apart from it: ``role`` is one of PERSON_ROLES."""

    role: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class WatchlistEntry:
    """One vessel of interest; empty and None are «not known».

    id               given by the store; "" in a file that comes from elsewhere
    mmsi, imo        numbers; call_sign upper case; names as written
    type             the field's word: cargo, tanker, passenger, fishing, sailing, pleasure, tug …
    flag             ISO 3166 alpha-3
    length_m, beam_m metres
    photograph       where a picture is kept: a reference, never the picture
    reason           why it is listed
    contributor      who gave it: ISO 3166 alpha-3 of the Member State, or an agency's name
    handling         H0-H3, with handling_comment (H3 needs one)
    source_grade     A, B, C, X · info_grade 1-4 (4x4) · tlp clear, green, amber, red
    priority         low, medium, high
    valid_from, valid_until   days, both included; None = without bound
    review_by        last day by which somebody looks at it again
    """

    id: str = ""
    mmsi: tuple[int, ...] = ()
    imo: tuple[int, ...] = ()
    call_sign: tuple[str, ...] = ()
    name: str = ""
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    type: str = ""
    flag: str = ""
    length_m: float | None = None
    beam_m: float | None = None
    photograph: str = ""
    reason: str = ""
    contributor: str = ""
    handling: str = "H1"
    handling_comment: str = ""
    source_grade: str = "B"
    info_grade: int = 3
    tlp: str = "amber"
    priority: str = "medium"
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    review_by: dt.date | None = None
    links: tuple[Link, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names by which it may be heard: now, other, former."""
        return tuple(
            dict.fromkeys((*filter(None, (self.name,)), *self.aliases, *self.former_names))
        )

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON values; ``from_json`` gives the same entry back."""
        # Not asdict, which copies every value: lists have 50,000 entries.
        said: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        for name in _DAYS:
            said[name] = said[name].isoformat() if said[name] else None
        said["links"] = tuple(asdict(link) for link in self.links)
        return said

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """Return the entry of ``to_json``; raises WatchlistError where it is none."""
        try:
            if not said.keys() <= _KNOWN:
                [unknown, *_] = sorted(said.keys() - _KNOWN)
                raise WatchlistError(f"entry has {unknown!r}: expected only {sorted(_KNOWN)}")
            values = dict(said)
            for name in _DAYS:
                values[name] = dt.date.fromisoformat(values[name]) if values.get(name) else None
            for name in _SEVERAL:
                values[name] = tuple(values.get(name) or ())
            values["links"] = tuple(Link(**link) for link in values.get("links") or ())
            return cls(**values)
        except (TypeError, ValueError) as error:
            raise WatchlistError(f"entry {said!r} cannot be read: {error}") from error


_FIELDS = tuple(one.name for one in fields(WatchlistEntry))
_KNOWN = frozenset(_FIELDS)
_DAYS = ("valid_from", "valid_until", "review_by")
_SEVERAL = ("mmsi", "imo", "call_sign", "aliases", "former_names")


@dataclass(frozen=True, slots=True)
class Listed:
    """What matching and alerts need of a released entry; no reason, no persons.

    matches_from, matches_until  UTC, µs since 1970, from (included) and until (excluded); the end
    is the earlier of the validity's and of the review's limit
    """

    id: str
    version: int
    mmsi: tuple[int, ...]
    imo: tuple[int, ...]
    call_sign: tuple[str, ...]
    names: tuple[str, ...]
    type: str
    flag: str
    length_m: float | None
    contributor: str
    handling: str
    handling_comment: str
    source_grade: str
    info_grade: int
    tlp: str
    priority: str
    matches_from: int
    matches_until: int


@dataclass(frozen=True, slots=True)
class Edition:
    """The list as it takes effect: listed vessels in order of their ids, adopted as a whole."""

    entries: tuple[Listed, ...] = ()

    def __post_init__(self) -> None:
        """Put the entries in order; raises WatchlistError where one id stands twice."""
        ordered = tuple(sorted(self.entries, key=lambda entry: entry.id))
        for one, other in pairwise(ordered):
            if one.id == other.id:
                raise WatchlistError(f"entry {one.id!r} stands twice: expected each id once")
        object.__setattr__(self, "entries", ordered)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.entries)

    def to_bytes(self) -> bytes:
        """Return the edition as one canonical JSON text: equal editions give equal bytes."""
        names = tuple(one.name for one in fields(Listed))
        said = {"entries": [{name: getattr(one, name) for name in names} for one in self.entries]}
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Edition:
        """Return the edition that ``to_bytes`` made; raises WatchlistError where it is none."""
        try:
            entries = []
            for said in json.loads(data)["entries"]:
                for name in ("mmsi", "imo", "call_sign", "names"):
                    said[name] = tuple(said[name])
                entries.append(Listed(**said))
        except (ValueError, KeyError, TypeError) as error:
            raise WatchlistError(f"no edition of a list ({error}): expected entries") from error
        return cls(tuple(entries))

    def sha256(self) -> str:
        """Return the SHA-256 of ``to_bytes``: the name of this edition."""
        return hashlib.sha256(self.to_bytes()).hexdigest()
