"""Fields of an entry in the words of the pages, and what differs between two versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist.changes import shown
from watchlist.entries import (
    HANDLING,
    INFO_GRADES,
    PRIORITIES,
    SOURCE_GRADES,
    TLP,
    WatchlistEntry,
)
from watchlist.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from store.watchlist import EntryVersion
    from watchlist.changes import FieldChange


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form.

    words    that it may be, () = any text · several  values on one line, or ``lines`` of names
    needed   every entry says it · group  heading under which it stands
    """

    name: str
    label: str
    group: str
    words: tuple[str, ...] = ()
    several: bool = False
    lines: bool = False
    kind: str = "text"
    needed: bool = False
    hint: str = ""


_WHO, _WHY, _CODES, _WHEN = "Vessel", "Why", "Codes", "From when to when"
FIELDS = (
    Field("name", "Name", _WHO),
    Field("mmsi", "MMSI", _WHO, several=True, hint="several: 247000001, 247000002"),
    Field("imo", "IMO number", _WHO, several=True),
    Field("call_sign", "Call sign", _WHO, several=True),
    Field("aliases", "Other names", _WHO, lines=True, hint="one a line"),
    Field("former_names", "Former names", _WHO, lines=True, hint="one a line"),
    Field("type", "Type", _WHO, hint="cargo, tanker, passenger, fishing, sailing, tug …"),
    Field("flag", "Flag", _WHO, hint="country, or its three letters"),
    Field("length_m", "Length, m", _WHO),
    Field("beam_m", "Beam, m", _WHO),
    Field("photograph", "Photograph", _WHO, hint="where it is kept"),
    Field("reason", "Reason for listing", _WHY, needed=True),
    Field("contributor", "Contributor", _WHY, needed=True, hint="Member State or agency"),
    Field("priority", "Priority", _WHY, words=PRIORITIES),
    Field("handling", "Handling code", _CODES, words=HANDLING),
    Field("handling_comment", "What H3 restricts", _CODES),
    Field("source_grade", "Source, 4×4", _CODES, words=SOURCE_GRADES),
    Field("info_grade", "Information, 4×4", _CODES, words=tuple(map(str, INFO_GRADES))),
    Field("tlp", "TLP", _CODES, words=TLP),
    Field("review_by", "Review by", _WHEN, kind="date", needed=True, hint="within three years"),
    Field("valid_from", "Matches from", _WHEN, kind="date"),
    Field("valid_until", "Matches until", _WHEN, kind="date"),
)
GROUPS = (_WHO, _WHY, _CODES, _WHEN)
LABELS = {field.name: field.label for field in FIELDS} | {"links": "Links"}
STATES = {
    "proposed": "proposed", "released": "in force", "superseded": "superseded",
    "rejected": "rejected", "withdrawn": "withdrawn", "erased": "erased",
}  # fmt: skip
DEFAULTS = {"handling": "H1", "source_grade": "B", "info_grade": "3", "tlp": "amber",
            "priority": "medium"}  # fmt: skip


def facts(entry: WatchlistEntry) -> list[tuple[str, str]]:
    """Return what an entry says, as words and values; what is not known is left out."""
    told = [(LABELS[field.name], shown(getattr(entry, field.name))) for field in FIELDS]
    named = [(label, kind(value) if label == LABELS["type"] else value) for label, value in told]
    return [(label, value) for label, value in named if value]


def kind(type_: str) -> str:
    """Return the type of an entry for people: a number of AIS with what it means."""
    meant = kind_of(int(type_)) if type_.isascii() and type_.isdecimal() else ""
    return f"{meant} ({type_})" if meant else type_


def told(changes: Iterable[FieldChange]) -> list[str]:
    """Return differences as sentences."""
    return [_sentence(LABELS.get(one.field, one.field), one.old, one.new) for one in changes]


def _sentence(label: str, old: str, new: str) -> str:
    if label == LABELS["links"]:
        old, new = old.replace("_", " "), new.replace("_", " ")
    if not old:
        return f"{label}: {new} is added"
    if not new:
        return f"{label}: {old} is taken out"
    return f"{label}: {old} becomes {new}"


def story(one: EntryVersion) -> list[str]:
    """Return who did what to a version, when and why, oldest first."""
    lines = [f"proposed by {one.author}, {_at(one.at)}: {one.why}"]
    if one.released_by and one.released_at:
        lines.append(f"released by {one.released_by}, {_at(one.released_at)}")
    if one.ended_by and one.ended_at:
        why = f": {one.ended_why}" if one.ended_why else ""
        lines.append(f"{STATES[one.state]} by {one.ended_by}, {_at(one.ended_at)}{why}")
    return lines


def _at(moment: dt.datetime) -> str:
    return f"{moment:%d %b %Y %H:%M} UTC"


def filled(entry: WatchlistEntry) -> dict[str, str]:
    """Return the texts that a form shows of an entry."""
    texts = {}
    for field in FIELDS:
        value = getattr(entry, field.name)
        between = "\n" if field.lines else ", "
        texts[field.name] = between.join(map(str, value)) if isinstance(value, tuple) else (
            f"{value:g}" if isinstance(value, float) else shown(value))  # fmt: skip
    return texts


def cells(given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the texts of a form by field; a field that was left empty is not in it."""
    said = {}
    for field in FIELDS:
        text = given.get(field.name, "").strip()
        values: Iterable[str] = (text,)
        if field.several:
            values = text.replace(",", " ").replace(";", " ").replace("|", " ").split()
        elif field.lines:
            values = (line.strip() for line in text.splitlines())
        if found := tuple(filter(None, values)):
            said[field.name] = found
    return said
