"""Handling codes of what many sources went into: the most restrictive of each (DETECTORS §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.alert import HANDLING, Codes

if TYPE_CHECKING:
    from alerts.events import Event

TLP = ("clear", "green", "amber", "red")
SOURCES = ("A", "B", "C", "X")
AUTOMATIC = Codes()
"""Of a finding that rests on radio alone: source B, information 3."""

_OF_THE_LIST = frozenset(
    "list listed entry entry_version matched_on score agrees disagrees priority contributor "
    "handling handling_comment source_grade info_grade tlp listed_flag".split()
)
"""Facts of the evidence that give away who is listed, or why."""


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


def codes_said(event: Event) -> Codes | None:
    """Return the codes of the entry of the list that an event names; None where it names none."""
    if "handling" not in event.evidence:
        return None
    said = {name: fact.value for name, fact in event.evidence.items()}
    contributor = str(said.get("contributor") or "")
    grade = said.get("info_grade")
    return Codes(
        handling=str(said["handling"]),
        comment=str(said.get("handling_comment") or ""),
        tlp=str(said.get("tlp") or "amber"),
        source_grade=str(said.get("source_grade") or AUTOMATIC.source_grade),
        info_grade=grade if isinstance(grade, int) else AUTOMATIC.info_grade,
        contributors=(contributor,) if contributor else (),
    )


def without_list(event: Event) -> Event:
    """Return ``event`` without what the list says: for a rescue, which is told to everybody."""
    kept = {name: fact for name, fact in event.evidence.items() if name not in _OF_THE_LIST}
    return replace(event, evidence=kept)


def for_all(event: Event) -> Event:
    """Return ``event`` without what the list says, but for law enforcement, whoever reads it.

    Taken out for some vessels only, a fact that is missing would tell which ones are listed.
    """
    return event if event.lane == "law" else without_list(event)


def _last(order: tuple[str, ...], values: list[str]) -> str:
    known = {value: place for place, value in enumerate(order)}
    return order[max(known.get(value, len(order) - 1) for value in values)]
