"""Fields of an entry in the words of the pages, and what differs between two versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.web.texts import say, word
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

    from markupsafe import Markup

    from store.watchlist import EntryVersion
    from watchlist.changes import FieldChange


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form.

    words    that it may be, () = any text · several  values on one line, or ``lines`` of names
    needed   every entry says it · group  heading under which it stands · hinted  it has a hint
    """

    name: str
    group: str
    words: tuple[str, ...] = ()
    several: bool = False
    lines: bool = False
    kind: str = "text"
    needed: bool = False
    hinted: bool = False

    @property
    def label(self) -> str:
        """Return what the form calls it."""
        return word(f"list.field.{self.name}")


GROUPS = ("who", "why", "codes", "when")
_WHO, _WHY, _CODES, _WHEN = GROUPS
FIELDS = (
    Field("name", _WHO),
    Field("mmsi", _WHO, several=True, hinted=True),
    Field("imo", _WHO, several=True),
    Field("call_sign", _WHO, several=True),
    Field("aliases", _WHO, lines=True, hinted=True),
    Field("former_names", _WHO, lines=True, hinted=True),
    Field("type", _WHO, hinted=True),
    Field("flag", _WHO, hinted=True),
    Field("length_m", _WHO),
    Field("beam_m", _WHO),
    Field("photograph", _WHO, hinted=True),
    Field("reason", _WHY, needed=True),
    Field("contributor", _WHY, needed=True, hinted=True),
    Field("priority", _WHY, words=PRIORITIES),
    Field("handling", _CODES, words=HANDLING),
    Field("handling_comment", _CODES),
    Field("source_grade", _CODES, words=SOURCE_GRADES),
    Field("info_grade", _CODES, words=tuple(map(str, INFO_GRADES))),
    Field("tlp", _CODES, words=TLP),
    Field("review_by", _WHEN, kind="date", needed=True, hinted=True),
    Field("valid_from", _WHEN, kind="date"),
    Field("valid_until", _WHEN, kind="date"),
)
LABELS = {field.name: field.label for field in FIELDS} | {"links": word("list.field.links")}
STATES = ("proposed", "released", "superseded", "rejected", "withdrawn", "erased")
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


def told(changes: Iterable[FieldChange]) -> list[Markup]:
    """Return differences as sentences."""
    return [_sentence(LABELS.get(one.field, one.field), one.old, one.new) for one in changes]


def _sentence(label: str, old: str, new: str) -> Markup:
    if label == LABELS["links"]:
        old, new = old.replace("_", " "), new.replace("_", " ")
    did = "changed" if old and new else "removed" if old else "added"
    return say(f"list.change.{did}", label=label, old=old, new=new)


def story(one: EntryVersion) -> list[Markup]:
    """Return who did what to a version, when and why, oldest first."""
    lines = [say("list.version.proposed", who=one.author, at=_at(one.at), why=one.why)]
    if one.released_by and one.released_at:
        at = _at(one.released_at)
        lines.append(say("list.version.released", who=one.released_by, at=at))
    if one.ended_by and one.ended_at:
        lines.append(say(
            f"list.version.ended{'_why' if one.ended_why else ''}", state=state(one.state),
            who=one.ended_by, at=_at(one.ended_at), why=one.ended_why,
        ))  # fmt: skip
    return lines


def state(code: str) -> Markup:
    """Return how a version stands, as the pages say it."""
    return say(f"list.state.{code}")


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
