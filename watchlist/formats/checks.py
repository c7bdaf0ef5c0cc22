"""From a row of texts to an entry: every value checked, every fault named."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

from watchlist.entries import (
    HANDLING,
    INFO_GRADES,
    LONGEST_REVIEW,
    PERSON_ROLES,
    PRIORITIES,
    RELATIONS,
    SOURCE_GRADES,
    TLP,
    Link,
    Person,
    WatchlistEntry,
)
from watchlist.flags import alpha3
from watchlist.formats import texts
from watchlist.formats.rows import NO_CELL, BadRow, Defaults, Found, ReadList, Row
from watchlist.formats.texts import ValueFault

T = TypeVar("T")
MAX_VALUES = 100
"""In one cell: a vessel with more names than this is a mistake of the separator."""
LONGEST_M, WIDEST_M = 500.0, 100.0
"""The longest ship ever was 458.5 m long and 68.8 m wide (Seawise Giant)."""


class RowReader:
    """Reads one row and collects its faults; ``notes`` are what a public list may leave out."""

    def __init__(self, row: Row, defaults: Defaults, found: Found, today: dt.date) -> None:
        self._row = row
        self._defaults = defaults
        self._found = found
        self._today = today
        self.faults: list[str] = []
        self.notes: list[str] = []

    def entry(self) -> WatchlistEntry:
        """Return the entry; where ``faults`` is not empty afterwards it is not to be used."""
        # Every value is read though one is bad: a person mends all faults of a row at once.
        name, aliases = self._names()
        handling, comment = self._handling()
        entry = WatchlistEntry(
            id=self._text("id"),
            mmsi=self._many("mmsi", texts.ship_mmsi, spare=True),
            imo=self._many("imo", texts.imo_number, spare=True),
            call_sign=self._many("call_sign", texts.call_sign, spare=True),
            name=name,
            aliases=aliases,
            former_names=self._many("former_names", self._name, spare=True),
            type=self._text("type").lower(),
            flag=self._one("flag", texts.state, spare=True) or "",
            length_m=self._one("length_m", functools.partial(texts.metres, most=LONGEST_M)),
            beam_m=self._one("beam_m", functools.partial(texts.metres, most=WIDEST_M)),
            photograph=self._text("photograph"),
            reason=self._needed("reason", texts.MAX_REASON, lines=True),
            contributor=self._contributor(),
            handling=handling,
            handling_comment=comment,
            source_grade=self._choice("source_grade", SOURCE_GRADES, str.upper),
            info_grade=int(self._choice("info_grade", tuple(map(str, INFO_GRADES)))),
            tlp=self._choice("tlp", TLP, _tlp),
            priority=self._choice("priority", PRIORITIES, str.lower),
            valid_from=self._one("valid_from", texts.day),
            valid_until=self._one("valid_until", texts.day),
            review_by=self._review(),
            links=self._links(),
        )
        self._whole(entry)
        return entry

    def persons(self) -> tuple[Person, ...]:
        """Return the persons of the row, checked."""
        return tuple(filter(None, map(self._person, self._row.persons)))

    def _person(self, said: Person) -> Person | None:
        if said.role not in PERSON_ROLES:
            self._fault(
                "persons", f"role {said.role!r}; expected one of {', '.join(PERSON_ROLES)}"
            )
        name = self._checked("persons", self._name, said.name, spare=True)
        note = self._checked("persons", texts.clean, said.note, spare=True)
        return Person(said.role, name, note or "") if name else None

    def _values(self, column: str) -> tuple[str, ...]:
        return self._row.cells.get(column, NO_CELL)

    def _fault(self, column: str, fault: str, *, spare: bool = False) -> None:
        if spare and self._found.public:
            self.notes.append(f"line {self._row.line}: {column} left out: {fault}")
        else:
            self.faults.append(f"{column}: {fault}")

    def _checked(
        self, column: str, read: Callable[[str], T], said: str, *, spare: bool = False
    ) -> T | None:
        try:
            return read(said)
        except ValueFault as fault:
            self._fault(column, str(fault), spare=spare)
            return None

    def _many(
        self, column: str, read: Callable[[str], T], *, spare: bool = False
    ) -> tuple[T, ...]:
        if not (values := self._values(column)):
            return ()
        if len(values) > MAX_VALUES:
            fault = f"{len(values):,} values; expected at most {MAX_VALUES}"
            self._fault(column, fault, spare=spare)
        read_all = (self._checked(column, read, said, spare=spare) for said in values[:MAX_VALUES])
        return tuple(dict.fromkeys(value for value in read_all if value is not None))

    def _one(self, column: str, read: Callable[[str], T], *, spare: bool = False) -> T | None:
        if not (values := self._values(column)):
            return None
        if len(values) > 1:
            self._fault(column, f"{len(values)} values ({'|'.join(values)[:40]}); expected one")
        return self._checked(column, read, values[0], spare=spare)

    def _text(self, column: str, limit: int = texts.MAX_TEXT, *, lines: bool = False) -> str:
        if column not in self._row.cells:
            return ""
        read = functools.partial(texts.clean, limit=limit, lines=lines)
        return self._one(column, read) or ""

    def _needed(self, column: str, limit: int = texts.MAX_TEXT, *, lines: bool = False) -> str:
        said = self._text(column, limit, lines=lines) or str(getattr(self._defaults, column) or "")
        if not said:
            self._fault(column, "is missing: write it into the row or give it for the whole file")
        return said

    def _choice(
        self, column: str, allowed: Sequence[str], form: Callable[[str], str] = str.strip
    ) -> str:
        said = form(self._needed(column))
        if said and said not in allowed:
            self._fault(column, f"{said[:40]!r}; expected one of {', '.join(allowed)}")
        return said if said in allowed else allowed[-1]

    def _name(self, said: str) -> str:
        name = texts.clean(said)
        if "|" in name:
            raise ValueFault(f"{name[:40]!r} holds |, which stands between names: replace it")
        return name

    def _names(self) -> tuple[str, tuple[str, ...]]:
        """Return the name and the aliases: more names in the name's cell are aliases."""
        names = tuple(filter(None, self._many("name", self._name)))
        aliases = tuple(filter(None, self._many("aliases", self._name, spare=True)))
        return (names[0] if names else ""), tuple(dict.fromkeys((*names[1:], *aliases)))

    def _contributor(self) -> str:
        said = self._text("contributor") or self._defaults.contributor or self._found.contributor
        if not said:
            self._fault("contributor", "is missing: write it into the row or give it for the file")
        # An agency stays as it is written; a state is one code however it is written.
        return alpha3(said) or said

    def _handling(self) -> tuple[str, str]:
        """Return code and comment of ``H2`` or ``H3: only after a call``."""
        said = self._needed("handling", texts.MAX_REASON, lines=True)
        code, _, comment = said.partition(":")
        code = code.strip().upper()
        comment = "\n".join(filter(None, (comment.strip(), self._comment())))
        if said and code not in HANDLING:
            self._fault("handling", f"{said[:40]!r}; expected one of {', '.join(HANDLING)}")
        if code == "H3" and not comment:
            self._fault("handling", "H3 needs its comment: write «H3: what is asked»")
        return code, comment

    def _comment(self) -> str:
        return self._text("handling_comment", texts.MAX_REASON, lines=True)

    def _review(self) -> dt.date | None:
        review = self._one("review_by", texts.day)
        if review is None and not self._values("review_by"):
            review = self._defaults.review_by
            if review is None:
                self._fault("review_by", "is missing: write a day within three years")
        if review and review - self._today > LONGEST_REVIEW:
            self._fault("review_by", f"{review} is more than three years from {self._today}")
        return review

    def _links(self) -> tuple[Link, ...]:
        cells = (_link(said) for said in self._values("links"))
        return tuple(filter(None, map(self._link, (*cells, *self._row.links))))

    def _link(self, said: Link) -> Link | None:
        relations = ", ".join(RELATIONS)
        if said.relation not in RELATIONS:
            self._fault("links", f"relation {said.relation[:40]!r}; expected one of {relations}")
        entry = self._checked("links", self._name, said.entry)
        note = self._checked("links", texts.clean, said.note)
        if entry == "":
            self._fault(
                "links", f"{said.relation[:40]!r} names no entry; expected relation:entry:note"
            )
        return Link(said.relation, entry, note or "") if entry else None

    def _whole(self, entry: WatchlistEntry) -> None:
        known = (entry.mmsi, entry.imo, entry.call_sign, entry.names)
        if not any(known) and not self.faults:
            self.faults.append("no MMSI, IMO number, call sign or name: expected at least one")
        start, end = entry.valid_from, entry.valid_until
        if start and end and start > end:
            self._fault("valid_until", f"{end} is before valid_from {start}: exchange them")


def _tlp(said: str) -> str:
    """Return the word of ``TLP:AMBER``; white is what version 1 called clear."""
    word = said.lower().removeprefix("tlp").lstrip(": ")
    return "clear" if word == "white" else word


def _link(said: str) -> Link:
    relation, _, rest = said.partition(":")
    entry, _, note = rest.partition(":")
    return Link(relation.strip().lower(), entry.strip(), note.strip())


def checked(found: Found, defaults: Defaults, today: dt.date) -> ReadList:
    """Return the rows of ``found`` as entries and bad rows, in the order of the file."""
    entries: list[WatchlistEntry] = []
    lines: list[int] = []
    persons: list[tuple[Person, ...]] = []
    bad = list(found.bad)
    notes = list(found.notes)
    for row in found.rows:
        reader = RowReader(row, defaults, found, today)
        entry, row_persons = reader.entry(), reader.persons()
        notes += reader.notes
        if reader.faults:
            bad.append(BadRow(row.line, "; ".join(dict.fromkeys(reader.faults))))
            continue
        entries.append(entry)
        lines.append(row.line)
        persons.append(row_persons)
    return ReadList(
        entries=tuple(entries),
        lines=tuple(lines),
        persons=tuple(persons),
        bad=tuple(sorted(bad, key=lambda one: one.line)),
        notes=tuple(notes),
        carries=found.carries,
    )
