"""Streams of alerts whose reader is no more: a session that ended, and who has stopped reading."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import httpx
import pytest

from service.web.app import create_app
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import session
from store.incidents import act as acted
from store.incidents import incident
from store.people import account_named
from store.sessions import end_sessions
from tests.plugins import people
from tests.plugins.alerted import ROUTING, raised, seen
from tests.plugins.database import fresh_database
from tests.plugins.sockets import Served, served
from tests.plugins.streams import PATH, following
from tests.plugins.waiting import until

HIGH_WATER = 65_536
SHIPS, VERSIONS = 20_000, 60
"""Of an alert, and how often it is told: more than the system holds for one connection."""
LONG = 12 * SHIPS
FLEET = tuple(range(247_200_001, 247_200_001 + SHIPS))
PATIENCE = 60.0


@pytest.fixture(scope="module")
def world(database_server) -> Iterator[tuple[str, Served]]:
    settings = WebSettings(port=0, poll_s=0.2, silent_s=3)
    with fresh_database(database_server) as dsn:
        app = create_app(settings, dsn, routing=ROUTING)
        with served(app, settings) as process:
            until(lambda: app.state.alert_log.floor is not None, PATIENCE)
            yield dsn, process


def address(process: Served) -> str:
    return f"http://{process.host}:{process.port}"


def revoked(dsn: str, at: str, name: str, token: str) -> None:
    """As an administrator does it."""
    with session(dsn) as connection:
        assert end_sessions(connection, account_named(connection, name).id) == 1


def signed_out(dsn: str, at: str, name: str, token: str) -> None:
    """As the person does it, on another page of the same browser."""
    with people.client(at, token) as browser:
        assert browser.post("/sign-out").status_code == 303


@pytest.mark.parametrize("ends", [revoked, signed_out])
def test_the_stream_of_a_browser_ends_with_its_session(world, ends) -> None:
    dsn, process = world
    at, name = address(process), f"browser.{ends.__name__}"
    token = people.token(dsn, "operator", name)
    with following(at, **people.headers(token)) as stream:
        assert stream.status == 200
        ends(dsn, at, name, token)
        stream.has(lambda one: one.ended)
        assert stream.events[-1][1] == "closed"
    until(lambda: process.app.state.streams == [])
    again = httpx.get(f"{at}{PATH}", headers=people.headers(token))
    assert again.status_code == 401


def test_a_reader_that_has_stopped_grows_nothing_holds_nobody_up_and_is_cut(world) -> None:
    dsn, process = world
    at, streams = address(process), process.app.state.streams
    [alert] = raised(dsn, seen("gap", 247_200_001), vessels=())
    quick = people.headers(people.token(dsn, "operator", "quick"))
    with closing(frozen(process, people.token(dsn, "operator", "stuck"))):
        until(lambda: len(streams) == 1)
        largest = 0
        with following(at, **quick) as stream:
            for number in range(VERSIONS):
                again(dsn, alert.id)
                stream.has(lambda one: (one.of(alert.id) or [("", 0)])[-1][1] == number + 2)  # noqa: B023 (at once)
                largest = max(largest, *process.waiting_bytes(), 0)
                if len(streams) == 1:
                    break
            # The system may cut it before we do: then nothing waits at all.
            assert largest <= HIGH_WATER + 2 * LONG
            # Only who reads is left: the other was cut with all that waited for it.
            until(lambda: len(streams) == 1, PATIENCE)
            assert httpx.get(f"{at}/api/v1/alerts/{alert.id}", headers=quick).status_code == 200
        until(lambda: max(process.waiting_bytes(), default=0) == 0)


def frozen(process: Served, token: str) -> socket.socket:
    """A stream whose reader takes its first bytes, and then no more."""
    way = socket.socket()
    way.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    way.connect((process.host, process.port))
    way.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {process.host}:{process.port}\r\n"
                f"Cookie: vedetta={token}\r\n\r\n".encode())  # fmt: skip
    assert b" 200 " in way.recv(100)
    return way


def again(dsn: str, alert: str) -> None:
    """Another version of an alert, by the service, about more ships than anybody ever saw."""
    with session(dsn) as connection:
        there = incident(connection, alert)
        after = replace(there.alert, version=there.alert.version + 1, mmsis=FLEET)
        change = Change("vedetta", "it grew", dt.datetime.now(dt.UTC))
        acted(connection, replace(there, alert=after), "update", change)
