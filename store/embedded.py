"""A TimescaleDB of our own: no root, no Docker, reached by a socket, shared by several commands.

Two locks in the server's folder: ``users`` is held shared by every command that uses the server;
``change`` is held by whoever starts or stops it. The last command out stops the server.
"""

from __future__ import annotations

import fcntl
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import psycopg
from psycopg import sql

from store.account import Account, account
from store.errors import EmbeddedError
from store.packages import prepare
from store.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

# For a server that runs as nobody, who cannot enter root's home.
_TWIN_DATA = Path("/var/lib/vedetta")
_TWIN_CACHE = Path("/var/cache/vedetta")


@contextmanager
def embedded(
    folder: Path | None = None,
    cache: Path | None = None,
    database: str = "vedetta",
    owner: Account | None = None,
    *,
    existing: bool = False,
) -> Iterator[str]:
    """Yield the connection string of ``database`` on the server of our own.

    1. Prepare the programs in ``cache`` (default: the user's cache folder).
    2. Make the data in ``folder`` (default: the user's data folder), start the server if it does
       not answer, make the database if it is not there.
    3. On leaving: stop the server, unless another command still uses it.

    ``owner`` is who the server runs as, default whatever works for this process's user;
    ``existing``: make nothing that is not there. Raises EmbeddedError, one line that names the
    other ways to a database.
    """
    server = locate(folder, cache, owner)
    if existing and not server.exists():
        raise EmbeddedError(f"there is no database in {server.folder} yet")
    users = os.open(server.folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            with _change(server):
                # Before the start: a command on its way out must see that somebody came.
                fcntl.flock(users, fcntl.LOCK_SH)
                _bring_up(server)
                _make_database(server, database)
            yield server.dsn(database)
        finally:
            with _change(server):
                if _last_out(users):
                    server.stop()
    finally:
        os.close(users)


def locate(
    folder: Path | None = None, cache: Path | None = None, owner: Account | None = None
) -> Server:
    """Return the server of ``folder``, its programs prepared, whether it runs or not.

    Raises EmbeddedError.
    """
    who = owner or account()
    try:
        cache = who.place(cache or platformdirs.user_cache_path("vedetta"), _TWIN_CACHE)
        programs = prepare(cache / "timescaledb", _say)
        folder = folder or platformdirs.user_data_path("vedetta") / "database"
        return Server(programs, who.place(folder, _TWIN_DATA).resolve(), who)
    except OSError as error:
        msg = f"{error.filename} cannot be used for the database ({error.strerror})"
        raise EmbeddedError(msg) from error


def revive(server: Server) -> None:
    """Start ``server`` again if it was killed under a command that goes on using it."""
    with _change(server):
        _bring_up(server)


def _bring_up(server: Server) -> None:
    if not server.answers():
        server.create()
        server.start()


@contextmanager
def _change(server: Server) -> Iterator[None]:
    with (server.folder / "change").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _last_out(users: int) -> bool:
    # Changing a lock is not atomic; nobody can come between, because we hold ``change``.
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(users, fcntl.LOCK_UN)
        return False
    return True


def _make_database(server: Server, name: str) -> None:
    try:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        fault = f"database {name} cannot be made: {error}".splitlines()[0]
        raise EmbeddedError(fault) from error


def _say(text: str) -> None:
    sys.stderr.write(f"vedetta: {text}\n")
    sys.stderr.flush()
