"""What each process does at start: database, migrations, signals, then its work."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from service.log import set_up_log
from service.sealing import seal_of
from service.supervisor import Child, Supervisor, command, stop_on_signals
from store.connect import address_in
from store.embedded import embedded, locate, revive
from store.errors import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.ingest import Ingest
    from service.jobs import Jobs
    from service.settings import Settings
    from store.server import Server

_log = structlog.get_logger()
KEEP_ALIVE_S = 2.0


def serve_all(settings: Settings, config: Path) -> int:
    """Run ingest, web and jobs until a signal; returns the exit code."""
    set_up_log(settings.log)
    seal_of(settings.people)  # a key that is missing ends the service now, not each part for ever
    with _database(settings) as dsn:
        parts = [
            Child(part, command("run", part, "-c", str(config)))
            for part in ("ingest", "web", "jobs")
        ]
        supervisor = Supervisor(parts, {"DATABASE_URL": dsn})
        stop_on_signals(supervisor.stop)
        return supervisor.run()


def run_part(part: str, settings: Settings, fd: int | None = None) -> None:
    """Run ``part`` (ingest, web or jobs) until a signal.

    fd  of a listening socket that web serves on, None = it listens where its settings say
    """
    set_up_log(settings.log)
    run = _loaded(part)
    with _database(settings) as dsn:
        run(settings, dsn, fd)


def _loaded(part: str) -> Callable[[Settings, str, int | None], None]:
    """Return what runs ``part``; what only other parts need is not loaded: it takes seconds."""
    if part == "web":
        from service.serving import serve

        return serve
    if part == "ingest":
        from service.ingest import Ingest

        return partial(_run, Ingest)
    from service.jobs import Jobs

    return partial(_run, Jobs)


def _run(work: type[Ingest | Jobs], settings: Settings, dsn: str, _: int | None) -> None:
    begun = work(settings, dsn)
    stop_on_signals(begun.stop)
    begun.run()


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Yield DATABASE_URL even while nobody answers there, else run a server of our own.

    Lines must reach the spool while a database is away, so this never waits for one.
    """
    if address := address_in():
        yield address
        return
    stop = threading.Event()
    with embedded(settings.database.folder) as dsn:
        server = locate(settings.database.folder)
        watch = threading.Thread(target=keep_alive, args=(server, stop), daemon=True)
        watch.start()
        try:
            yield dsn
        finally:
            stop.set()
            watch.join()


def keep_alive(server: Server, stop: threading.Event) -> None:
    """Start the embedded server again whenever it was killed under us, until ``stop``."""
    while not stop.wait(KEEP_ALIVE_S):
        if not server.answers():
            _log.warning("database_restarts", folder=str(server.folder))
            try:
                revive(server)
            except EmbeddedError as error:
                _log.error("database_restart_failed", error=str(error))
