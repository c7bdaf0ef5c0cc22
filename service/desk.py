"""Where somebody works at what people keep: one transaction, with its lines in the audit."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import audit
from store.changes import Change
from store.connect import database, session
from store.migrate import migrate
from store.schema import lacking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg

    from service.settings import Settings

LIST = "watchlist"
"""What the audit calls the list, where a line is about more than one entry."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody works at the list: one transaction, and the rules in force.

    grace_days  days for which an entry still matches after its review_by
    four_eyes   a second person has to release a version
    """

    connection: psycopg.Connection
    grace_days: int
    four_eyes: bool


@contextmanager
def desk(settings: Settings) -> Iterator[Desk]:
    """Yield a desk; without an error all that was done at it is committed, else nothing is.

    Raises StoreError.
    """
    rules = settings.watchlist
    with reading(settings) as connection:
        yield Desk(connection, int(rules.grace_days), rules.four_eyes)


@contextmanager
def reading(settings: Settings) -> Iterator[psycopg.Connection]:
    """Yield a connection to the database of ``settings``; raises as ``desk`` does.

    Tables that are not there yet are made first: the list may be the first thing that is used.
    """
    with ready(settings) as dsn, session(dsn) as connection:
        yield connection


@contextmanager
def ready(settings: Settings) -> Iterator[str]:
    """Yield the address of the database of ``settings``, its tables made; raises as ``desk``."""
    with database(settings.database.folder) as dsn:
        if lacking(dsn):
            migrate(dsn)
        yield dsn


def change(who: str, why: str) -> Change:
    """Return the mark of what is done now by ``who`` and ``why``."""
    return Change(who, why, dt.datetime.now(dt.UTC))


def noted(
    at: Desk,
    made: Change,
    action: str,
    ids: Sequence[str],
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append to the audit that ``action`` was done to the entries ``ids``; names all of them."""
    subject = ids[0] if len(ids) == 1 else LIST
    told = dict(details or {}) if len(ids) == 1 else {"ids": list(ids), **(details or {})}
    audit.append(at.connection, made, f"{LIST}.{action}", subject, told)
