"""What each process does at start: database, migrations, signals, then its work."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from service.alert_desk import desk_of
from service.doors import inherited, listening
from service.exporting.placing import orders_of
from service.ingest import Ingest
from service.jobs import Jobs
from service.keeping import keeping_of
from service.log import set_up_log
from service.papers.placing import papers_of
from service.sealing import seal_of
from service.supervisor import Child, Supervisor, command, stop_on_signals
from service.web.acknowledging import acknowledging_of
from service.web.app import create_app
from service.web.server import server_of
from store.embedded import embedded, locate, revive
from store.errors import EmbeddedError

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.applications import Starlette

    from service.settings import Settings
    from store.server import Server

_log = structlog.get_logger()
KEEP_ALIVE_S = 2.0
STARTED_S = 0.05


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
    with _database(settings) as dsn:
        if part == "web":
            _web(settings, dsn, fd)
            return
        work = Ingest(settings, dsn) if part == "ingest" else Jobs(settings, dsn)
        stop_on_signals(work.stop)
        work.run()


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Yield DATABASE_URL even while nobody answers there, else run a server of our own.

    Lines must reach the spool while a database is away, so this never waits for one.
    """
    if address := os.environ.get("DATABASE_URL"):
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


def _web(settings: Settings, dsn: str, fd: int | None = None) -> None:
    """Serve pages until a signal; uvicorn has its own signal handlers."""
    # Bound first: a port in use must end the service with one line, not be tried again for ever.
    web = settings.web
    with listening(web.host, web.port) if fd is None else inherited(fd) as door:
        if settings.people.totp == "required" and not seal_of(settings.people).seals:
            _log.warning("second_factors_not_sealed", cure="name a key with people.totp_key_env")
        _serve(_app(settings, dsn), settings, door)


def _app(settings: Settings, dsn: str) -> Starlette:
    return create_app(
        settings.web,
        dsn,
        exercise=settings.exercise,
        cell_deg=settings.coverage.cell_deg,
        acknowledging=acknowledging_of(settings, dsn),
        people=settings.people,
        routing=settings.routing,
        rosters=settings.duty.rosters,
        keeping=keeping_of(settings),
        desk=desk_of(settings, dsn),
        demo=settings.people.demo,
        audit=settings.audit,
        retention=settings.retention,
        exports=orders_of(settings, dsn),
        papers=papers_of(settings, dsn),
    )


def _serve(app: Starlette, settings: Settings, door: socket.socket) -> None:
    server = server_of(app, settings.web)
    stop = threading.Event()
    stop_on_signals(stop)

    def end() -> None:
        while not (server.started or stop.wait(STARTED_S)):
            pass
        if server.started:
            host, port = door.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            _log.info("serving", address=f"http://{shown}:{port}")
        stop.wait()
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    server.run(sockets=[door])
