"""The summary of a hand-over as one reader may have it, sentence by sentence.

The summary is signed as it was written and stays so; what is about hidden lines is not shown. A
sentence is about a line of the log where it names the alert or entry, or a vessel's number or
name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.watch_log import seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.rights import Person
    from service.watch_log import Line

NOT_TOLD = "(A sentence about what is not for you is left out.)"
_NUMBER = re.compile(r"\b(?:[A-Z]-\w+|\d{9})\b")
_NAMES = re.compile(r"\(([^()]*)\)")
_SHORTEST = 3  # letters of a name that is looked for


def readable_summary(person: Person, summary: str, lines: Sequence[Line]) -> str:
    """Return ``summary`` as ``person`` may read it, given the ``lines`` frozen with it."""
    hidden = [(line, _marks(line)) for line in lines if seen(person, [line]) != [line]]
    return "\n".join(_told(person, row, hidden) for row in summary.splitlines())


def _told(person: Person, row: str, hidden: Sequence[tuple[Line, set[str]]]) -> str:
    words = row.casefold()
    about = [line for line, marks in hidden if any(_names(words, mark) for mark in marks)]
    if not about:
        return row
    limited = [line.text for line in seen(person, about)]
    return " ".join(limited) if len(limited) == len(about) else NOT_TOLD


def _marks(line: Line) -> set[str]:
    """Return by what a sentence names what a line is about, casefolded."""
    names = {
        name.partition(" and ")[0].strip()
        for group in _NAMES.findall(line.text)
        for name in group.split(",")
    }
    marks = {line.link.rpartition("/")[2], *_NUMBER.findall(line.text), *names}
    return {one.casefold() for one in marks if len(one) >= _SHORTEST}


def _names(words: str, mark: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(mark)}(?!\w)", words) is not None
