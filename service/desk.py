"""Where somebody works at what people keep: one transaction, with its lines in the audit."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from store import audit
from store.changes import Change
from store.connect import address_in, database, session
from store.embedded import locate
from store.migrate import migrate, migrations
from store.schema import lacking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

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
        if missing := lacking(dsn):
            migrate(dsn)
            if len(missing) == len(migrations()):
                _say_new(settings.database.folder)
        yield dsn


def _say_new(folder: Path | None) -> None:
    """Say which database is new: where the other settings were meant, it is the wrong one."""
    where = "the one that DATABASE_URL names" if address_in() else f"in {locate(folder).folder}"
    click.echo(f"vedetta: made the tables of a new database, {where}", err=True)


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
