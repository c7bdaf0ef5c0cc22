"""As what somebody looked at an entry of the list, and what others did to it since.

A version of an entry is proposed, put in force and ended without another number, so the number
alone does not tell whether it is still as it was: the states of its versions do, and, for who
erases it with its persons, whether these are the same.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from service.errors import WrongUseError
from service.known import OPEN
from service.meanwhile import StaleError
from store import watchlist

if TYPE_CHECKING:
    import psycopg

    from store.watchlist import EntryVersion

Step: TypeAlias = "tuple[dt.datetime, str, str, str]"
"""When, what was done, by whom, and why."""
_TOKEN = re.compile(r"\d{1,9}(,\d{1,9}=[a-z]{1,20})*;[0-9a-f]{12}")
_KEY = secrets.token_bytes(32)  # else anybody could make the text of an entry without persons
_WORDS = {"released": "put in force", "rejected": "refused"}


def seen_as(connection: psycopg.Connection, versions: Sequence[EntryVersion]) -> str:
    """Return what a form carries of an entry; ``versions`` all of it, oldest first."""
    newest = versions[-1]
    states = [f"{one.version}={one.state}" for one in versions if one.state in OPEN]
    many, at, _, _ = watchlist.persons_changed(connection, newest.entry.id)
    # Only whether they are the same: how many they are is not for everybody.
    people = hmac.new(_KEY, f"{newest.entry.id}|{many}|{at}".encode(), "sha256").hexdigest()[:12]
    return f"{','.join([str(newest.version), *states])};{people}"


def must_be_as_seen(
    connection: psycopg.Connection,
    versions: Sequence[EntryVersion],
    seen: str,
    *,
    persons: bool = False,
) -> None:
    """Raise StaleError where an entry is no longer as ``seen_as`` told: who did what, and why.

    persons  whether its persons count too; raises WrongUseError for what is no such text
    """
    if not _TOKEN.fullmatch(seen):
        raise WrongUseError("the form does not say what was looked at: open the entry again")
    before, _, people = seen.partition(";")
    now, _, others = seen_as(connection, versions).partition(";")
    entry_id, steps = versions[-1].entry.id, list[Step]()
    if before != now:
        number, *states = before.split(",")
        steps += _since(versions, int(number), dict(one.split("=") for one in states))
    elif persons and people != others:
        _, at, who, why = watchlist.persons_changed(connection, entry_id)
        if at is None:
            raise StaleError(f"{entry_id}: the list of its persons")
        steps.append((at, "its persons", who, why))
    if steps or before != now:
        raise _stale(entry_id, steps)


def _since(
    versions: Sequence[EntryVersion], newest: int, states: dict[str, str]
) -> Iterator[Step]:
    """Yield what was done to versions after ``newest``, and to those that were open then."""
    for one in versions:
        before = states.get(str(one.version), "" if one.version > newest else one.state)
        if one.state == before:
            continue
        named = f"version {one.version}"
        if one.version > newest:
            yield one.at, f"{named} proposed", one.author, one.why
        if one.released_by and one.released_at and before != "released":
            yield one.released_at, f"{named} put in force", one.released_by, ""
        if one.ended_by and one.ended_at:
            word = _WORDS.get(one.state, one.state)
            yield one.ended_at, f"{named} {word}", one.ended_by, one.ended_why or ""


def _stale(entry_id: str, steps: Sequence[Step]) -> StaleError:
    if not steps:
        return StaleError(entry_id)
    at, _, who, why = max(steps, key=lambda one: one[0])
    done = ", ".join(dict.fromkeys(step[1] for step in sorted(steps, key=lambda one: one[0])))
    return StaleError(f"{entry_id} ({done})", who, at, why)
