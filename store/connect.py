"""Which database: the one that DATABASE_URL names, else the embedded one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from store.embedded import embedded
from store.errors import RefusedError, StoreError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@contextmanager
def database(
    folder: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    *,
    existing: bool = False,
) -> Iterator[str]:
    """Yield the connection string of the database to use.

    ``DATABASE_URL`` in ``environment`` wins; else a server of our own on ``folder`` (default: the
    user's data folder) runs while the block does, made where there is none, unless ``existing``.
    Raises StoreError, one line.
    """
    address = address_in(environment)
    if not address:
        with embedded(folder, existing=existing) as dsn:
            yield dsn
        return
    try:
        connect(address).close()
    except psycopg.Error as error:
        msg = (
            f"DATABASE_URL names a database that does not answer ({first_line(error)}): "
            "start it, correct the address, or unset it"
        )
        raise StoreError(msg) from error
    yield address


def address_in(environment: Mapping[str, str] = os.environ) -> str:
    """Return ``DATABASE_URL``, empty where none is set; raises StoreError for what is no address.

    Before anything connects: the driver's own words would quote the address, and its password.
    """
    # An empty variable is how a shell or a compose file says «none».
    address = environment.get("DATABASE_URL", "")
    try:
        conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        msg = (
            "DATABASE_URL cannot be understood; expected postgresql://USER@HOST:PORT/NAME; "
            "correct it, or unset it for a database of our own"
        )
        raise StoreError(msg) from None
    return address


def connect(
    dsn: str, *, autocommit: bool = False, patience_s: int | None = None
) -> psycopg.Connection:
    """Return a connection that speaks UTF-8 and UTC, and acknowledges only what is on disk.

    With ``patience_s`` (seconds, at least 2) a statement, and a network that swallows what is
    sent, are given up after so long; None waits. Raises psycopg.OperationalError when nobody
    answers within ten seconds, or ``patience_s``.
    """
    return psycopg.connect(
        dsn,
        autocommit=autocommit,
        client_encoding="UTF8",
        application_name="vedetta",
        **_waits(patience_s),
    )


def _waits(patience_s: int | None) -> dict[str, Any]:
    """Return how long a connection waits, as libpq's parameters."""
    options = "-c timezone=GMT -c synchronous_commit=on"
    if patience_s is None:
        return {"connect_timeout": 10, "options": options}
    return {
        "connect_timeout": patience_s,
        "options": f"{options} -c statement_timeout={patience_s * 1000}",
        "keepalives": 1,
        "keepalives_idle": patience_s,
        "keepalives_interval": 1,
        "keepalives_count": 3,
        "tcp_user_timeout": patience_s * 1000,
    }


@contextmanager
def session(dsn: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """Yield a connection of ``connect`` and close it; without an error its work is committed.

    Raises UnavailableError and RefusedError as ``told_apart`` does, never an error of the driver.
    """
    with told_apart(), connect(dsn, autocommit=autocommit) as connection:
        yield connection


@contextmanager
def told_apart(what: str = "") -> Iterator[None]:
    """Turn the driver's errors into this room's: worth trying again, or not.

    Only values that do not fit (SQLSTATE class 22) or break a constraint (23) are RefusedError;
    all else is UnavailableError: a person cures it, and no row must be lost until then. ``what``
    begins the text.
    """
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        msg = f"{what}the database refuses it ({first_line(error)})"
        raise RefusedError(msg) from error
    except psycopg.Error as error:
        # Classes 08 and 57: the connection broke, or somebody stops the server.
        gone = (error.sqlstate or "08")[:2] in {"08", "57"}
        fault = "is away" if gone else "does not take it now"
        msg = f"{what}the database {fault} ({first_line(error)})"
        raise UnavailableError(msg, error.sqlstate) from error


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, or its type where it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
