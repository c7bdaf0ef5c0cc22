"""What texts of ships say of a distress: its words, and those that make it a test."""

from __future__ import annotations

import re
from functools import cache

_LENGTH = 162
_LONG = 6  # letters: such a word is none by chance inside of another
FILL = (
    "A", "AN", "THE", "THIS", "IS", "ONLY", "JUST", "OF", "OUR", "FOR", "CALL", "MESSAGE", "MSG",
    "RADIO", "AIS", "DSC", "SAFETY", "DRILL", "EXERCISE", "IGNORE", "PLEASE", "PLS", "DISREGARD",
    "SORRY",
)  # fmt: skip
"""Words that say nothing beside a call and a test."""


@cache
def words_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of ``words``, the longest first: see ``alerts.detectors.distress``."""
    ordered = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) or r"(?!)"
    # Called out in haste, words run into each other and into numbers: MAYDAYMAYDAY, SOS2.
    whole = rf"(?<![A-Z0-9])(?:{either})+(?![A-Z])"
    long = [re.escape(word) for word in ordered if len(word) >= _LONG and word.isalpha()]
    return re.compile("|".join([whole, *long]))


def denied(text: str) -> bool:
    """Tell whether ``text`` says of itself that it is no test."""
    return re.search(r"\b(?:NOT|NO)(?: A| AN)? TEST", text) is not None


def plain(text: bytes) -> str:
    """Return the text of a message as one printable line, upper case."""
    said = text.decode("ascii", "replace").upper()[:_LENGTH]
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())
