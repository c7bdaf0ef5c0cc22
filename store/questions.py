"""Questions to the sea that somebody saved, and those of them that watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from psycopg.types.json import Jsonb

from store.changes import Change, in_turn, same_person
from store.errors import FourEyesError, RuleError
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

SavedState: TypeAlias = Literal["saved", "proposed", "released", "withdrawn"]


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """One saved question.

    given  its fields as asked · rule  what it watches for, None = it is only asked
    state  saved, or of a rule: proposed, released · author, at (UTC), why  of who saved it
    reviewed_at  when somebody last said that it is needed: saved, released or reviewed it, UTC
    """

    id: str
    name: str
    question: str
    given: dict[str, str]
    rule: dict[str, Any] | None
    state: SavedState
    author: str
    at: datetime
    why: str
    released_by: str | None
    released_at: datetime | None
    reviewed_at: datetime


def save_question(
    connection: psycopg.Connection, name: str, question: str, given: Mapping[str, str],
    change: Change,
) -> str:  # fmt: skip
    """Keep a question under a name; return its id."""
    in_turn(connection)
    row = {"name": name, "question": question, "given": Jsonb(dict(given)), "author": change.who,
           "at": change.at, "why": change.why}  # fmt: skip
    [number] = connection.execute(query("put_saved_question"), row).fetchone() or ("",)
    return str(number)


def saved_questions(
    connection: psycopg.Connection, question_id: str | None = None,
    before: datetime | None = None,
) -> list[SavedQuestion]:  # fmt: skip
    """Return what was saved and not withdrawn, the newest first; or the one of an id.

    ``before``: only what was last reviewed before then.
    """
    found = connection.execute(query("saved_questions"), {"id": question_id, "before": before})
    return [SavedQuestion(*row) for row in found]


def propose_rule(
    connection: psycopg.Connection, question_id: str, rule: Mapping[str, Any]
) -> None:
    """Let a saved question ask to be a watch rule."""
    connection.execute(
        "UPDATE saved_question SET rule = %s, state = 'proposed' "
        "WHERE id = %s AND state = 'saved'",
        [Jsonb(dict(rule)), question_id],
    )


def release_rule(
    connection: psycopg.Connection, question_id: str, change: Change, *, four_eyes: bool
) -> SavedQuestion:
    """Let a proposed rule be in force from the next edition on.

    Raises RuleError where it is not proposed, FourEyesError where its author releases it.
    """
    in_turn(connection)
    one = _one(connection, question_id)
    if one.state != "proposed":
        raise RuleError(f"question {question_id} is {one.state}: only a proposed rule is released")
    if four_eyes and same_person(one.author, change.who):
        raise FourEyesError(question_id, 1, one.author)
    connection.execute(
        "UPDATE saved_question SET state = 'released', released_by = %s, released_at = %s "
        "WHERE id = %s",
        [change.who, change.at, question_id],
    )
    return one


def review_question(
    connection: psycopg.Connection, question_id: str, change: Change, *, any_of_them: bool
) -> SavedQuestion:
    """Note that a saved question or rule is still needed; raises RuleError where another's.

    ``any_of_them`` as in ``withdraw_question``.
    """
    in_turn(connection)
    one = _one(connection, question_id)
    _may(one, change, any_of_them=any_of_them)
    connection.execute(
        "UPDATE saved_question SET reviewed_by = %s, reviewed_at = %s WHERE id = %s",
        [change.who, change.at, question_id],
    )
    return one


def drop_questions(connection: psycopg.Connection, before: datetime) -> int:
    """Remove questions that ended before ``before``; return how many."""
    return connection.execute(
        "DELETE FROM saved_question WHERE state = 'withdrawn' AND ended_at < %s", [before]
    ).rowcount


def withdraw_question(
    connection: psycopg.Connection, question_id: str, change: Change, *, any_of_them: bool
) -> SavedQuestion:
    """End a saved question or rule; raises RuleError where it is another's or in force.

    ``any_of_them``: who may release may withdraw every one.
    """
    in_turn(connection)
    one = _one(connection, question_id)
    _may(one, change, any_of_them=any_of_them)
    connection.execute(
        "UPDATE saved_question SET state = 'withdrawn', ended_by = %s, ended_at = %s "
        "WHERE id = %s",
        [change.who, change.at, question_id],
    )
    return one


def _may(one: SavedQuestion, change: Change, *, any_of_them: bool) -> None:
    """Raise RuleError where a question is another's or in force, and ``change`` is not let."""
    if not any_of_them and (one.state == "released" or not same_person(one.author, change.who)):
        raise RuleError(f"question {one.id} is {one.author}'s or in force: who releases "
                        "rules may review and withdraw it")  # fmt: skip


def _one(connection: psycopg.Connection, question_id: str) -> SavedQuestion:
    found = saved_questions(connection, question_id)
    if not found:
        raise RuleError(f"question {question_id[:40]!r} is not there; see vedetta find saved")
    return found[0]
