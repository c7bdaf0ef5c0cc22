"""Handling codes of what many sources went into: the most restrictive of each (DETECTORS §6)."""

from __future__ import annotations

from alerts.alert import HANDLING, Codes

TLP = ("clear", "green", "amber", "red")
SOURCES = ("A", "B", "C", "X")
AUTOMATIC = Codes()
"""Of a finding that rests on radio alone: source B, information 3."""


def strictest(*codes: Codes) -> Codes:
    """Return the codes that hold for what all of ``codes`` went into; of nothing: AUTOMATIC.

    Comments are kept of every source, since each may hold a restriction. A value that is not
    known counts as the most restrictive one.
    """
    if not codes:
        return AUTOMATIC
    # Codes that were made of others come in again with each new event.
    comments = dict.fromkeys(part for one in codes for part in one.comment.split("; ") if part)
    contributors = {name for one in codes for name in one.contributors}
    return Codes(
        handling=_last(HANDLING, [one.handling for one in codes]),
        comment="; ".join(comments),
        tlp=_last(TLP, [one.tlp for one in codes]),
        source_grade=_last(SOURCES, [one.source_grade for one in codes]),
        info_grade=max(one.info_grade for one in codes),
        contributors=tuple(sorted(contributors)),
    )


def _last(order: tuple[str, ...], values: list[str]) -> str:
    known = {value: place for place, value in enumerate(order)}
    return order[max(known.get(value, len(order) - 1) for value in values)]
