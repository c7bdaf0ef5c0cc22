"""Running a package again, from its members alone, and holding its events against the result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ais.lines import FeedNames
from service.errors import ServiceError
from service.evidence.context import ADOPTIONS, SETTINGS, adoptions_of, rules_of, shelf_of
from service.evidence.hearing import Answer, Book, Missing, Recalled
from service.evidence.lines import blocks_of, carried_of
from service.evidence.rerun import Found, Rerun, said

if TYPE_CHECKING:
    from service.evidence.rerun import Rules

EVENTS, HEARING = "events.jsonl", "context/hearing.jsonl"
Outcome: TypeAlias = Literal["same", "other", "missing", "more"]
"""Told again to the letter; with other numbers; not told again; told again and not in the file."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One version of an event: what became of it, and which of its fields differ."""

    id: str
    version: int
    kind: str
    outcome: Outcome
    differs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what the manifest calls it."""
        return f"{self.id}.{self.version}"


@dataclass(frozen=True, slots=True)
class Again:
    """What running a package again came to; ``missing`` answers of the coverage."""

    found: Found
    missing: Missing


def run_again(members: Mapping[str, bytes], rules: Rules | None = None) -> Again:
    """Run the lines of a package through the path, with the context that it carries.

    Raises ServiceError, and what reading its editions raises, where something cannot be used.
    """
    rules = rules or rules_of(_of(members, SETTINGS))
    names = FeedNames()
    coverage = Recalled(Book.of(answers_of(members)))
    begin = adoptions_of(_of(members, ADOPTIONS))
    rerun = Rerun(names, rules, shelf_of(members), coverage, begin)
    for block in blocks_of(carried_of(members), names):
        rerun.step(block)
    return Again(rerun.found, coverage.missing)


def answers_of(members: Mapping[str, bytes]) -> list[Answer]:
    """Return the answers of the coverage that a package carries."""
    return [Answer.of(line) for line in _of(members, HEARING).decode().splitlines()]


def judged(events: bytes, found: Found) -> list[Judged]:
    """Return what became of each line of ``events`` in a run that told ``found``.

    Behind them stand the versions of these events that the run told and ``events`` lacks.
    """
    again = {(one.id, one.version): said(one) for one in found.events}
    there = [_judged(line, again) for line in events.decode().splitlines()]
    ids, known = {one.id for one in there}, {(one.id, one.version) for one in there}
    return there + [
        Judged(one.id, one.version, one.kind, "more", (f"{one.state}, told when run again",))
        for one in found.events
        if one.id in ids and (one.id, one.version) not in known
    ]


def _judged(line: str, again: Mapping[tuple[str, int], str]) -> Judged:
    try:
        event = json.loads(line)
        key, kind = (str(event["id"]), int(event["version"])), str(event["kind"])
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError(f"{EVENTS}: {line[:60]!r} is no event ({error!r})") from error
    if key not in again:
        return Judged(*key, kind, "missing")
    if again[key] == line:
        return Judged(*key, kind, "same")
    return Judged(*key, kind, "other", tuple(_differing(event, json.loads(again[key]))))


def _differing(told: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the fields that differ, with both values; of the evidence each number."""
    found = []
    for name in dict.fromkeys([*told, *now]):
        one, other = told.get(name), now.get(name)
        if name == "evidence" and isinstance(one, dict) and isinstance(other, dict):
            found += [f"evidence.{part}" for part in _differing(one, other)]
        elif one != other:
            found.append(f"{name}: {_short(one)} here, {_short(other)} when run again")
    return found


def _short(value: Any) -> str:  # noqa: ANN401 (a JSON value)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_LONGEST = 80


def _of(members: Mapping[str, bytes], name: str) -> bytes:
    if name not in members:
        raise ServiceError(f"{name}: is missing, or not as it was packed")
    return members[name]
