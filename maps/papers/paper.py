"""What a document says, apart from how it is drawn: blocks of text, tables and pictures.

All texts are plain: who draws them escapes them. What came by radio or from people passes through
``plain`` where a block is made, so that a document can hold nothing else.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias

Weight: TypeAlias = Literal["body", "lead", "small"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    weight: Weight = "body"


@dataclass(frozen=True, slots=True)
class Brief:
    """What a reader has to know first: (label, sentence) each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences that stand side by side."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: ``mark`` is its number on the map, "" = it has no place there."""

    mark: str
    when: str
    title: str
    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """What happened, in order."""

    rows: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers: heads, rows of as many cells, and how wide each column is beside the others."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with what is to be seen on it; ``share`` of the width of the text."""

    png: bytes
    caption: str
    share: float = 1.0


Block: TypeAlias = Heading | Text | Brief | Points | Entries | Table | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A document.

    language   en, it, el · kind  its sort, as a title says it · title  what it is about
    subtitle   one line under it · marks  the codes, on every page · reference  names it
    drill      what marks an exercise, "" = it is none · page_of  "page {page} of {pages}"
    made       who made it when and why, on one line · hash_line  "content {hash}"
    """

    language: str
    kind: str
    title: str
    subtitle: str
    marks: str
    reference: str
    page_of: str
    made: str
    hash_line: str
    drill: str = ""
    blocks: tuple[Block, ...] = field(default=())

    def sha256(self) -> str:
        """Return the SHA-256 of all that it says, hexadecimal: equal content, equal hash."""
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=_digest)
        return hashlib.sha256(said.encode()).hexdigest()


def _digest(value: object) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)
