"""What passes between a layout and the checks: rows of texts in, entries and bad rows out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from watchlist.entries import Link, Person, WatchlistEntry

NO_CELL: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What an entry gets where its row says nothing; "", 0 and None: it must stand in the file."""

    reason: str = ""
    contributor: str = ""
    handling: str = ""
    source_grade: str = ""
    info_grade: str | int = ""
    tlp: str = ""
    priority: str = ""
    review_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no entry: ``line`` as a person counts it in the file, all its faults."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row as texts: ``cells`` holds the values of each column that has any.

    line  of a text file the line where the row begins, of a sheet its row number, of JSON the
          number of the entry
    """

    line: int
    cells: Mapping[str, tuple[str, ...]]
    persons: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a layout finds in a file.

    rows     not checked yet
    bad      rows that cannot even be told apart into columns
    notes    what a person should know, one line each
    carries  fields of an entry that this file can say something about
    public   a public list: a faulty identifier is left out with a note and the rest is taken,
             instead of losing a vessel; ``contributor`` is its publisher
    """

    rows: Sequence[Row]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    carries: frozenset[str] = frozenset()
    public: bool = False
    contributor: str = ""


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list as it stands in a file; nothing of it is stored yet.

    entries  those that can be imported; ``lines`` and ``persons`` belong to them one by one
    bad      rows that cannot, with their reasons
    notes    columns that were ignored, values left out: one line each
    carries  fields that the file can say something about; others keep what is known (``diff``)
    """

    entries: tuple[WatchlistEntry, ...] = ()
    lines: tuple[int, ...] = ()
    persons: tuple[tuple[Person, ...], ...] = ()
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    carries: frozenset[str] = frozenset()
    layout: str = ""


Persons = Mapping[str, Sequence[Person]]
Writer = Callable[[Sequence[WatchlistEntry], IO[bytes], Persons], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A layout: whether a file's bytes are of it, how it is read, and how it is written.

    ``read`` raises RefusedFileError; ``write`` is None where a layout is only read.
    """

    knows: Callable[[bytes], bool]
    read: Callable[[bytes], Found]
    write: Writer | None = field(default=None)
