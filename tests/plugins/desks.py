"""A desk with its database: the application, people who are signed in, and alerts of now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette

from alerts.alert import Alert
from alerts.incidents.incident import Grown, Incident
from service.people_settings import PeopleSettings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.connect import session
from store.incidents import save
from tests.plugins import people
from tests.plugins.notices import alert, event


@dataclass
class Desk:
    """The application at ``address``; ``as_`` gives a client of somebody who is signed in."""

    dsn: str
    address: str
    app: Starlette
    clients: ExitStack

    def as_(self, role: str, name: str = "", **said: Any) -> httpx.Client:
        """Sign somebody in, and give their client."""
        token = people.token(self.dsn, role, name, **said)
        return self.clients.enter_context(people.client(self.address, token))

    def connection(self) -> Any:
        """Open a transaction."""
        return session(self.dsn)


@contextmanager
def desk(dsn: str, totp: str = "off", **said: Any) -> Iterator[Desk]:
    """Run the application on ``dsn``."""
    settings = WebSettings(port=0, poll_s=5)
    made = create_app(settings, dsn, people=PeopleSettings(totp=totp), **said)
    with running(made, settings) as address, ExitStack() as clients:
        yield Desk(dsn, address, made, clients)


def put_alert(dsn: str, number: int, kind: str = "gap", minutes: float = 30, **said: Any) -> Alert:
    """Save an alert that came up so many minutes ago."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    at_us = int(at.timestamp() * 1e6)
    one = alert(kind, id=f"A-{number:012x}", started_us=at_us, updated_us=at_us, **said)
    grown = Grown(None, Incident(one, f"subject {number}", raised=True, members=(event(kind),)),
                  "alert", "a test")  # fmt: skip
    with session(dsn) as connection:
        save(connection, [grown], at_us)
    return one
