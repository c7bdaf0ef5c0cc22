"""The field's words for what a vessel is, from the words of public lists."""

from __future__ import annotations

# First found wins: a «chemical/oil tanker» is a tanker, a «bulk carrier» cargo, a «fishing
# support vessel» fishing.
_WORDS = (
    ("tanker", "tanker"),
    ("lng", "tanker"),
    ("lpg", "tanker"),
    ("passenger", "passenger"),
    ("cruise", "passenger"),
    ("ferry", "passenger"),
    ("fishing", "fishing"),
    ("trawler", "fishing"),
    ("yacht", "pleasure"),
    ("pleasure", "pleasure"),
    ("sailing", "sailing"),
    ("tug", "tug"),
    ("cargo", "cargo"),
    ("carrier", "cargo"),
    ("container", "cargo"),
    ("bulk", "cargo"),
    ("ro-ro", "cargo"),
    ("roll-on", "cargo"),
)


def vessel_type(text: str) -> str:
    """Return the field's word for ``text``, or ``text`` in lower case where it has none."""
    said = text.lower().strip()
    return next((word for part, word in _WORDS if part in said), said)
