"""The web process: its application as the settings say, its door, and how it ends."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from service.alert_desk import desk_of
from service.doors import inherited, listening
from service.exporting.placing import orders_of
from service.fine_coast import fine_coast
from service.keeping import keeping_of
from service.papers.placing import papers_of
from service.sealing import seal_of
from service.supervisor import stop_on_signals
from service.web.acknowledging import acknowledging_of
from service.web.app import create_app
from service.web.server import server_of

if TYPE_CHECKING:
    import socket

    from starlette.applications import Starlette

    from service.settings import Settings

_log = structlog.get_logger()
STARTED_S = 0.05


def serve(settings: Settings, dsn: str, fd: int | None = None) -> None:
    """Serve pages until a signal; uvicorn has its own signal handlers.

    fd  of a socket that listens already, None = listen where the settings say
    """
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
        fine_coast=fine_coast if settings.web.fine_coast else None,
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
