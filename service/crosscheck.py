"""A file of identifiers against the list, all identities and all positions ever kept."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from service.desk import Desk, noted
from service.errors import ServiceError
from service.importing import sha256_of
from service.intake import check_file
from service.leaving import make_private
from store import ever, watchlist
from watchlist.crosscheck import HIT, NO_HIT, POSSIBLE, Answer, cross_check
from watchlist.errors import WatchlistError
from watchlist.formats import ENDINGS, Asked, BadRow, read_asked
from watchlist.formats.bounds import guarded
from watchlist.reviews import listed

if TYPE_CHECKING:
    from store.changes import Change
    from watchlist.entries import Listed
    from watchlist.matching import MatchSettings

COLUMNS = (
    "line", "asked_mmsi", "asked_imo", "asked_call_sign", "asked_name", "verdict", "contributor",
    "entry", "matched_on", "score", "disagrees", "mmsi", "names", "first_heard", "last_heard",
    "lon", "lat", "note",
)  # fmt: skip
"""Of an answer, in CSV and JSON. ``contributor`` only where it has to be asked."""
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Questions:
    """What a file asks: ``bad`` rows ask for nothing that can be looked up."""

    path: Path
    sha256: str
    asked: Sequence[Asked]
    bad: Sequence[BadRow]


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers in the order of the file, and how many questions came to each verdict."""

    answers: Sequence[Answer]
    counts: dict[str, int]


def read_questions(path: Path) -> Questions:
    """Return what a file asks; raises WrongUseError and ServiceError, one line with the file."""
    check_file(path, endings=ENDINGS)
    try:
        asked, bad = read_asked(path)
    except WatchlistError as error:
        text = str(error)
        msg = text if text.startswith(str(path)) else f"{path.name}: {text}"
        raise ServiceError(msg) from error
    if not asked:
        first = f"; line {bad[0].line}: {bad[0].reason}" if bad else ""
        raise ServiceError(f"{path.name}: asks for nothing that can be looked up{first}")
    return Questions(path, sha256_of(path), asked, bad)


def check(
    at: Desk,
    questions: Questions,
    settings: MatchSettings,
    made: Change,
    step: Callable[[str], None] = lambda _name: None,
    *,
    knows: Callable[[Listed], bool] = lambda _entry: True,
) -> Checked:
    """Return the answers to ``questions``; the audit keeps the counts, not the answers.

    ``step`` is told what begins. ``knows``: whether who asks may know of an entry; one that they
    may not gives no hit.
    """
    step("list")
    entries = [one for one in _matching(at, made.at) if knows(one)]
    step("identities")
    sent = ever.identities_ever(at.connection)
    mmsis = {row.mmsi for row in sent} | {one.mmsi for one in questions.asked if one.mmsi}
    step("positions")
    seen = ever.last_seen(at.connection, sorted(mmsis))
    step("compare")
    answers = cross_check(questions.asked, entries, sent, seen, settings)
    counts = _counts(answers)
    told = {answer.entry for answer in answers if answer.entry}
    details = {
        "file": questions.path.name,
        "sha256": questions.sha256,
        "asked": len(questions.asked),
        "bad": len(questions.bad),
        "answers": counts,
    }
    noted(at, made, "check", sorted(told), details)
    return Checked(answers, counts)


def _matching(at: Desk, now: dt.datetime) -> list[Listed]:
    """Return the entries that match now: those in force whose validity and review still hold."""
    now_us = (now - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    there = (
        listed(one.entry, one.version, at.grace_days) for one in watchlist.in_force(at.connection)
    )
    return [one for one in there if one.matches_from <= now_us < one.matches_until]


def _counts(answers: Sequence[Answer]) -> dict[str, int]:
    """Return how many questions came to each verdict, by the first of their answers."""
    counts = dict.fromkeys((HIT, POSSIBLE, NO_HIT), 0)
    before: Asked | None = None
    for answer in answers:
        # The very object: a file may ask the same twice.
        if answer.asked is not before:
            counts[answer.verdict] += 1
        before = answer.asked
    return counts


def write(found: Checked, output: Path | None, form: str) -> None:
    """Write answers as csv or json to ``output``, None = standard output."""
    if output is None:
        _write(found, sys.stdout, form)
        return
    make_private(output)
    with output.open("w", encoding="utf-8", newline="") as file:
        _write(found, file, form)


def _write(found: Checked, file: IO[str], form: str) -> None:
    rows = (_row(answer) for answer in found.answers)
    if form == "json":
        said = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        file.write(json.dumps(said, ensure_ascii=False) + "\n")
        return
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([_cell(value) for value in row] for row in rows)


def _row(answer: Answer) -> Iterator[Any]:
    """Yield the values of COLUMNS; None is not known."""
    asked = answer.asked
    verdict = f"{answer.verdict}, ask the contributor" if answer.ask else answer.verdict
    yield from (answer.line, asked.mmsi, asked.imo, asked.call_sign or None, asked.name or None)
    yield from (verdict, answer.ask or None, answer.entry or None, answer.matched_on or None)
    yield round(answer.score, 3) if answer.matched_on else None
    yield from (list(answer.disagrees), list(answer.mmsi), list(answer.names))
    yield from (_time(answer.first), _time(answer.last))
    yield from (_degrees(answer.lon), _degrees(answer.lat))
    yield answer.note or None


def _time(moment: dt.datetime | None) -> str | None:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


def _cell(value: object) -> str:
    """Return the text of a cell that no spreadsheet computes; names come by radio."""
    if isinstance(value, list):
        return guarded(_BETWEEN.join(str(one).replace(_BETWEEN, "/") for one in value))
    if isinstance(value, int | float):
        return str(value)
    return guarded(value) if isinstance(value, str) else ""
