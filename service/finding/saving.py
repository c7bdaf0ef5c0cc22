"""Saving a question, and letting it watch: proposed by one person, released by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.rules import Rule, Rules
from service.editions import zones_in_force
from service.errors import WrongUseError
from service.finding.questions import QUESTIONS
from service.pipeline.shelf import RULES
from store import audit, questions
from store.editions import publish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    import psycopg

    from store.changes import Change
    from store.editions import EditionRow

LONGEST_NAME = 80


def save(
    connection: psycopg.Connection,
    name: str,
    question: str,
    given: Mapping[str, str],
    change: Change,
    *,
    watch: bool,
) -> str:
    """Keep a question; with ``watch`` it is proposed as a rule too. Return its id.

    Raises WrongUseError where it is not understood, or cannot watch.
    """
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise WrongUseError(f"name: {said[:40]!r}; expected 1 to {LONGEST_NAME} printable letters")
    if question not in QUESTIONS:
        raise WrongUseError(f"question {question[:40]!r}; expected one of {', '.join(QUESTIONS)}")
    asked = QUESTIONS[question].of(given, zones_in_force(connection), change.at)
    made = questions.save_question(connection, said, question, given, change)
    if watch:
        rule = asked.rule(made, said)
        if rule is None:
            raise WrongUseError(
                f"question {question}: cannot watch as it is asked; see docs/find.md"
            )
        Rules((rule,))
        questions.propose_rule(connection, made, rule.as_dict())
    audit.append(connection, change, "sea.save", made, {"name": said, "watch": watch})
    return made


def release(
    connection: psycopg.Connection, question_id: str, change: Change, *, four_eyes: bool
) -> EditionRow:
    """Let a proposed rule be in force; return the edition that says so. Raises StoreError."""
    one = questions.release_rule(connection, question_id, change, four_eyes=four_eyes)
    edition = _publish(connection, change)
    said = {"name": one.name, "edition": edition.version, "sha256": edition.sha256}
    audit.append(connection, change, "sea.release", question_id, said)
    return edition


def withdraw(
    connection: psycopg.Connection, question_id: str, change: Change, *, any_of_them: bool
) -> None:
    """End a saved question, and where it was a rule in force, that too. Raises StoreError."""
    one = questions.withdraw_question(connection, question_id, change, any_of_them=any_of_them)
    if one.state == "released":
        _publish(connection, change)
    audit.append(connection, change, "sea.withdraw", question_id, {"name": one.name})


def review(
    connection: psycopg.Connection, question_id: str, change: Change, *, any_of_them: bool
) -> None:
    """Keep a saved question or rule: somebody says that it is needed. Raises StoreError."""
    one = questions.review_question(connection, question_id, change, any_of_them=any_of_them)
    audit.append(connection, change, "sea.review", question_id, {"name": one.name})


def expire(connection: psycopg.Connection, before: dt.datetime, change: Change) -> list[str]:
    """End what nobody reviewed since ``before``; return the ids. Rules watch no more."""
    due = questions.saved_questions(connection, before=before)
    for one in due:
        questions.withdraw_question(connection, one.id, change, any_of_them=True)
        said = {"name": one.name, "state": one.state, "reviewed": f"{one.reviewed_at:%Y-%m-%d}"}
        audit.append(connection, change, "sea.expire", one.id, said)
    if any(one.state == "released" for one in due):
        _publish(connection, change)
    return [one.id for one in due]


def rules_of(connection: psycopg.Connection, ids: Collection[str] = ()) -> Rules:
    """Return the rules in force, or those of ``ids`` whether in force or not.

    Raises WrongUseError for an id that is no rule.
    """
    rows = questions.saved_questions(connection)
    found = {one.id: Rule.from_dict(one.rule) for one in rows if one.rule
             and (one.id in ids if ids else one.state == "released")}  # fmt: skip
    if missing := [one for one in ids if one not in found]:
        raise WrongUseError(f"{missing[0][:40]!r} is no watch rule; see vedetta find saved")
    return Rules(tuple(found.values()))


def _publish(connection: psycopg.Connection, change: Change) -> EditionRow:
    return publish(connection, RULES, rules_of(connection).to_bytes(), change)
