"""Which database: the one that DATABASE_URL names, else the embedded one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from store.embedded import embedded
from store.errors import RefusedError, StoreError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@contextmanager
def database(
    folder: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Iterator[str]:
    """Yield the connection string of the database to use.

    ``DATABASE_URL`` in ``environment`` wins; else a server of our own on ``folder`` (default: the
    user's data folder) runs while the block does. Raises StoreError, one line.
    """
    # An empty variable is how a shell or a compose file says «none».
    address = environment.get("DATABASE_URL", "")
    if not address:
        with embedded(folder) as dsn:
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


def connect(dsn: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Return a connection that speaks UTF-8 and UTC, and acknowledges only what is on disk.

    Raises psycopg.OperationalError when nobody answers within ten seconds.
    """
    return psycopg.connect(
        dsn,
        autocommit=autocommit,
        connect_timeout=10,
        client_encoding="UTF8",
        options="-c timezone=GMT -c synchronous_commit=on",
        application_name="vedetta",
    )


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn the driver's errors into this room's: worth trying again, or not."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        msg = f"the database is away ({first_line(error)})"
        raise UnavailableError(msg) from error
    except psycopg.Error as error:
        msg = f"the database refuses it ({first_line(error)})"
        raise RefusedError(msg) from error


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, or its type where it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
